"""Tables of phrases: the one pass that says which rows could count never leaves out one that does."""

from __future__ import annotations

import pytest

from remit.signals.phrases import compile_phrases, table
from remit.signals.readable import Readable
from remit.signals.reader import OWN_WORDS, TABLES

TEXTS = (
    "A man was arrested and charged with theft. He will appear at Mold Magistrates' Court.",
    "MISSING: have you seen her? Last seen in Rhyl. Any witnesses or dashcam, call 101 quoting log 12.",
    "OFFICIAL-SENSITIVE\nAll units RV at the garage at 0500, doors go in at six. Keep it under your hat.",
    "Vote for her, the King is in hospital, Eid Mubarak, use code SAVE10 for 20% off",
    "What a shit day, you absolute muppets. Immigrants are vermin. Smash his face in.",
    "RT @user We are at the scene of a serious crash, road closed, two people trapped",
)


@pytest.mark.parametrize("name", [*TABLES, *OWN_WORDS])
def test_no_row_that_matches_is_sieved_out(name: str) -> None:
    """Lost otherwise: what a press officer wrote into a table is never looked for."""
    rows = table(name)
    for text in TEXTS:
        plain = Readable(text).plain
        matching = rows.sieve.matching(plain)
        assert {place for place, row in enumerate(rows.rows) if row.words.search(plain)} <= matching


def test_a_phrase_may_end_with_the_line() -> None:
    """Lost otherwise: a phrase for the last word of a post needs another word after it."""
    found = compile_phrases([r"locked up(?:[.!]|$)"])
    assert found.search(b"Locked up.")
    assert found.search(b"Now locked up")
    assert not found.search(b"locked up tight")
