"""A policy officer cannot read a regular expression, so what it matches is told in words, or quoted whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.policy.patterns import pattern_words

TOLD = [
    ("(?s)101.*999", "“101” and later “999”"),
    (
        "(?i)report (it )?online|online report",
        "“report online”, “report it online” or “online report”, in capitals or small letters",
    ),
    (
        r"(?i)\b(leav|left)",
        "a word that begins with “leav” or a word that begins with “left”, in capitals or small letters",
    ),
    (r"\bcat\b", "the word “cat”"),
    (r"dog\b", "a word that ends with “dog”"),
    ("^corporate.team$", "“corporate”, then any one sign, then “team” and nothing else"),
    (r"^DV/\d{2}", "“DV/”, then 2 digits at the very start"),
    ("[ab]c", "“ac” or “bc”"),
    (".*end", "“end”"),
]


@pytest.mark.parametrize(("pattern", "words"), TOLD, ids=[p for p, _ in TOLD])
def test_what_an_expression_matches_is_told_in_words(pattern: str, words: str) -> None:
    assert pattern_words(pattern) == words


@pytest.mark.parametrize("pattern", ["[^a]b", "a+", "(?=x)y", "[a-z]{3}", "(a|b|c)(d|e|f)(g|h)", "x{2,5}"])
def test_an_expression_that_words_would_change_is_quoted_whole(pattern: str) -> None:
    assert pattern_words(pattern) == f"what the expression “{pattern}” matches"


@given(st.lists(st.text("abc 01", min_size=1, max_size=6), min_size=1, max_size=4, unique=True))
def test_every_way_is_told(texts: list[str]) -> None:
    words = pattern_words("|".join(map(re.escape, texts)))
    assert all(f"“{text}”" in words for text in texts)
