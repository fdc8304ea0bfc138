"""The inbox's turn of the worker: asks one network for new messages at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from remit.inbox.reading import bring_in, next_account


def turn(clock: Callable[[], datetime]) -> bool:
    """Read the account that was read the longest ago, if that is long enough; True when there may be more."""
    now = clock()
    account = next_account(now)
    if account is None:
        return False
    bring_in(account, now)
    return True
