"""How an entry is written down and hashed. Pure, so that a verifier needs no database.

Body: canonical JSON (RFC 8785). Leaf: SHA-256(0x00 || body), as RFC 6962 section 2.1 hashes a leaf. Chain:
SHA-256(previous || leaf). Commitment: HMAC-SHA256(salt, canonical JSON of the value).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import rfc8785

from remit.ledger.tree import leaf_hash

#: What the first entry is chained to.
START = bytes(32)
SALT_BYTES = 32


def canonical(value: Any) -> bytes:
    """`value` as RFC 8785 JSON. Raises ValueError for what JSON cannot hold (times, whole numbers beyond 2**53)."""
    try:
        return bytes(rfc8785.dumps(value))
    except rfc8785.CanonicalizationError as fault:
        raise ValueError(f"The ledger cannot write this down: {fault}") from fault


def chained(previous: bytes, body: bytes) -> bytes:
    """The hash of an entry: over the hash before it and its own leaf."""
    return linked(previous, leaf_hash(body))


def linked(previous: bytes, leaf: bytes) -> bytes:
    """`chained`, where the leaf's hash is at hand."""
    return hashlib.sha256(previous + leaf).digest()


def commitment(salt: bytes, payload: bytes) -> str:
    """The commitment to `payload`, in hexadecimal; says nothing about it to whoever lacks the salt."""
    return hmac.new(salt, payload, hashlib.sha256).hexdigest()


def instant(at: datetime) -> str:
    """A time as it stands in an entry: UTC to the microsecond, e.g. "2026-11-21T16:30:00.000000Z".

    Raises:
        ValueError: `at` has no offset from UTC.
    """
    if at.tzinfo is None:
        raise ValueError("The ledger wants a time with its offset from UTC. Pass an aware datetime.")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_instant(written: str) -> datetime:
    """The time that `instant` wrote."""
    return datetime.strptime(written, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
