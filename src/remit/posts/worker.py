"""The posts room's turn of the worker: send what is due, find out what is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from remit.posts.publishing import work


def turn(clock: Callable[[], datetime]) -> bool:
    """Do what is due; True when there may be more at once."""
    return bool(work(clock))
