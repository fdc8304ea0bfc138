"""The kernel's turn of the worker: the outbox every time, the sweep once a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from remit.acts.outbox import run_due
from remit.acts.sweep import sweep

SWEEP_EVERY = timedelta(minutes=1)
_swept_at: datetime | None = None


def turn(clock: Callable[[], datetime]) -> bool:
    """Do what is due; True when there may be more at once."""
    global _swept_at
    now = clock()
    ran = run_due(now)
    if _swept_at is None or now - _swept_at >= SWEEP_EVERY:
        sweep(now)
        _swept_at = now
    return bool(ran)
