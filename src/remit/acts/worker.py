"""The kernel's turn of the worker: the outbox every time, what is due once a minute, the rest less often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from remit.acts.outbox import run_due
from remit.acts.sweep import sweep
from remit.policy.periods import london_date

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
    if _due_at is None or now - _due_at >= DUE_EVERY:
        whole = _open_at is None or now - _open_at >= OPEN_EVERY
        today = london_date(now)
        sweep(now, due_only=not whole, records=today != _records_on)
        _due_at, _open_at, _records_on = now, now if whole else _open_at, today
    return bool(ran)
