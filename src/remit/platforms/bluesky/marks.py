"""A post's place on Bluesky, known before it is sent: so that whoever looks for it, or sends it again, finds one post.

Bluesky lets the sender choose a post's key, which must be a timestamp identifier (TID): 53 bits of microseconds since
1970, then 10 that tell apart what was made at the same time. Ours are the time of sending and our own key.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH, _CLOCK = 13, 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def mark(key: UUID, at: datetime) -> str:
    """The TID of a publication that is first sent at `at`, which is aware."""
    return _written((_microseconds(at) << _CLOCK) | (key.int & 1023))


def before(at: datetime) -> str:
    """A TID that comes before those of every post made at `at` or later."""
    return _written(max(_microseconds(at) - 1, 0) << _CLOCK)


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _written(number: int) -> str:
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
