"""The kernel's turn of the worker: the outbox every time, what is due once a minute, the rest less often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from time import sleep

from django.db import connection

from remit.acts.outbox import run_due
from remit.acts.sweep import sweep
from remit.policy.periods import london_date

#: Seconds between two pieces of a sweep on SQLite.
GAP = 0.02
DUE_EVERY = timedelta(minutes=1)
#: How long a change that no act told the kernel about may go unseen by what waits for it.
OPEN_EVERY = timedelta(minutes=10)

_due_at: datetime | None = None
_open_at: datetime | None = None
#: The day on which the state moments were asked last; a server that starts asks them at once.
_records_on: date | None = None


def turn(clock: Callable[[], datetime]) -> bool:
    """Do what is due; True when there may be more at once."""
    global _due_at, _open_at, _records_on
    now = clock()
    ran = run_due(now)
    if _is_time(_due_at, DUE_EVERY, now):
        whole = _is_time(_open_at, OPEN_EVERY, now)
        today = london_date(now)
        sweep(now, due_only=not whole, records=today != _records_on, between=_give_way)
        _due_at, _open_at, _records_on = now, now if whole else _open_at, today
    return bool(ran)


def _give_way() -> None:
    """Let whoever waits to save something do so between two pieces of a sweep: SQLite has one writer at a time.

    Whoever waits there looks again after up to 100 ms, so that without gaps nobody else would get in for long.
    """
    if connection.vendor == "sqlite":
        sleep(GAP)


def _is_time(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether it was long enough ago, or never; or the clock has been put back since, for it may stay so for days."""
    return last is None or not timedelta(0) <= now - last < every
