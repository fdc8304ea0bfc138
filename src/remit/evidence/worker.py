"""The turn of the room of evidence: once for each process, the policies that it decides by are kept as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from remit.evidence import policies

_kept = False


def turn(clock: Callable[[], datetime]) -> bool:
    """Keep the policies that are loaded; a process never loads others."""
    global _kept
    if not _kept:
        policies.keep()
        _kept = True
    return False
