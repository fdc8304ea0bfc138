"""If these fail, whoever copies the database can publish as the force."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.platforms.protocol import Refused
from remit.platforms.sealing import seal, unseal

KEYS = [b"a" * 32, b"b" * 32]


@given(st.dictionaries(st.text(), st.text()), st.text())
def test_what_is_sealed_is_opened_as_it_was_and_reads_like_noise(secret: dict[str, str], account: str) -> None:
    sealed = seal(secret, account, KEYS)
    assert unseal(sealed, account, KEYS) == secret
    assert seal(secret, account, KEYS) != sealed, "the same secret twice is not seen to be the same"


@given(st.integers(0, 200), st.integers(1, 255))
def test_one_changed_bit_opens_nothing(place: int, flipped: int) -> None:
    sealed = bytearray(seal({"refresh": "r" * 150}, "bluesky:us.test", KEYS))
    sealed[place % len(sealed)] ^= flipped
    with pytest.raises(Refused, match="cannot be opened"):
        unseal(bytes(sealed), "bluesky:us.test", KEYS)


def test_another_account_and_another_key_open_nothing() -> None:
    word = uuid4().hex
    sealed = seal({"refresh": word}, "bluesky:us.test", KEYS[:1])
    assert word.encode() not in sealed
    for account, keys in (("bluesky:them.test", KEYS), ("bluesky:us.test", KEYS[1:]), ("bluesky:us.test", [])):
        with pytest.raises(Refused, match="cannot be opened"):
            unseal(sealed, account, keys)
    assert unseal(sealed, "bluesky:us.test", [KEYS[1], KEYS[0]]) == {"refresh": word}


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(Refused, match="no key to encrypt"):
        seal({}, "bluesky:us.test", [])
