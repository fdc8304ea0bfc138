"""Secrets at rest: AES-256-GCM, each bound to the account it belongs to, so that a copied one opens nowhere else.

A sealed secret is: one byte for the format, four that say which key, twelve that are never used twice, the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from remit.platforms.protocol import Refused

_FORMAT, _NAME, _NONCE = b"\x01", 4, 12


def seal(secret: Mapping[str, str], belongs_to: str, keys: Sequence[bytes]) -> bytes:
    """`secret` encrypted with the first of `keys` (32 bytes each). Raises Refused where there is none."""
    if not keys:
        raise Refused(
            "Remit has no key to encrypt sign-ins with, so nothing can be connected.",
            "Ask a system administrator to set CONNECTION_KEYS.",
        )
    nonce = os.urandom(_NONCE)
    plain = json.dumps(dict(secret)).encode()
    return _FORMAT + _name(keys[0]) + nonce + AESGCM(keys[0]).encrypt(nonce, plain, belongs_to.encode())


def unseal(sealed: bytes, belongs_to: str, keys: Sequence[bytes]) -> dict[str, str]:
    """What `seal` was given, for the same account. Raises Refused where no key opens it."""
    head, nonce = sealed[: 1 + _NAME], sealed[1 + _NAME : 1 + _NAME + _NONCE]
    key = next((each for each in keys if head == _FORMAT + _name(each)), None)
    if key is not None:
        try:
            opened: dict[str, str] = json.loads(
                AESGCM(key).decrypt(nonce, sealed[1 + _NAME + _NONCE :], belongs_to.encode())
            )
            return opened
        except InvalidTag:
            pass
    raise Refused(
        "The sign-in that Remit keeps for this account cannot be opened with the keys it has.",
        "Connect the account again, or ask a system administrator to put the earlier key back into CONNECTION_KEYS.",
    )


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"name of a key:" + key).digest()[:_NAME]
