"""The posts room's background work: publishing what is due and taking down what is to go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from remit.posts import publishing


def turn(clock: Callable[[], datetime]) -> bool:
    """One round of publishing; True when something was taken up, so that more may be due at once."""
    return publishing.work(clock) > 0
