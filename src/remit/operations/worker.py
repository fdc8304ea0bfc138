"""The operations room's turn of the worker: it says that it is there."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from remit.operations.models import WorkerBeat

#: How often a worker says so; and after how long one that has not been heard of is forgotten.
EVERY = 10.0  # seconds
FORGOTTEN = timedelta(days=1)
_last = -EVERY


def turn(clock: Callable[[], datetime]) -> bool:
    """Say so, if it is time to; there is never more to do."""
    global _last
    if monotonic() - _last >= EVERY:
        now = clock()
        WorkerBeat.objects.update_or_create(name=f"{socket.gethostname()}:{os.getpid()}", defaults={"beat_at": now})
        WorkerBeat.objects.filter(beat_at__lt=now - FORGOTTEN).delete()
        _last = monotonic()
    return False
