"""Any text at all: read without a crash, quoted exactly, always alike, with work that grows in step with its length."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.signals import Content, read
from remit.signals.personal import nhs_check
from remit.signals.readable import Readable, Span
from remit.signals.reading import MAX_EVIDENCE

PIECES = (
    "Kim Example, 34, ", "charged with ", "#WANTED ", "07700 900123 ", "AB12 CDE ", "kim@mailbox.example ",
    "f\u200buck ",
    "Vote L\u0430bour ", "\u202e", "👩\u200d👩\u200d👧", "\u0301", "SECRET\n", "http://a.example/",
    "SW1A 1AA ", "12-year-old ",
    "14 Larch Avenue ", "ﬁ", "\ud800", "\x00", "\u2028", "missing ", "rape ", "his ", "died ", "the King ",
    ". ", "?!", "\n\n",
    "@", "[", "(", "ⅷ", "０７", "Mr. ",
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_every_quotation_stands_in_the_text(text: str) -> None:
    """Lost otherwise: the author is shown words that are not there, or the wrong ones are marked."""
    reading = read(Content(text, thread=text))
    for signal in reading.signals:
        assert 0 <= signal.confidence <= 1
        assert 0 < len(signal.evidence) <= MAX_EVIDENCE
        for piece in signal.evidence:
            assert 0 <= piece.start <= piece.end <= len(text)
            assert text[piece.start : piece.end] == piece.words
    assert read(Content(text, thread=text)) == reading


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_the_plain_copy_keeps_its_places(text: str) -> None:
    """Lost otherwise: after an invisible character every later quotation is shifted."""
    copy = Readable(text)
    assert copy.plain.isascii()
    for place in range(len(copy.plain)):
        original = copy.original(Span(place, place + 1))
        assert 0 <= original.start < original.end <= len(text)
    sentences = list(copy.sentences())
    assert sentences[0].start == 0
    assert sentences[-1].end == len(copy.plain)


def work(text: str) -> int:
    """How many calls a reading makes. RE2 itself is linear, so calls are what could grow faster."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read(Content(text))
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "piece",
    [
        "a", "\u200b", "a\u200b", "\u202e", "Kim ", "Kim Example ", "Kim Example, 34, charged ", "07700 900123 ",
        "0", "AB12 CDE ",
        "SW1A 1AA ", "14 Larch Avenue ", "a.", "http://a.example/ ", "a@b.example ", "missing person ",
        "log 123 of ", "his rape ",
        "((((", "?!", "\n", "Mr. ", "𝕒", "👩\u200d👧", "F*** ",
    ],
)  # fmt: skip
def test_work_grows_in_step_with_the_text(piece: str) -> None:
    """Lost otherwise: one pasted text stops the server for everybody."""
    read(Content(piece * 50))  # tables are compiled once, and that is not counted
    small, large = (work(piece * (size // len(piece))) for size in (2_000, 8_000))
    assert large < 5 * small + 2_000


@pytest.mark.parametrize("piece", ["Kim Example, 34, charged ", "a\u200b", "\u202e", "AB12 CDE ", "x", "Ж"])
def test_a_hundred_thousand_characters_are_read(piece: str) -> None:
    """Lost otherwise: a long text crashes the page and what was typed with it."""
    text = (piece * 100_000)[:100_000]
    reading = read(Content(text))
    assert reading.unread == 0
    assert all(len(signal.evidence) <= MAX_EVIDENCE for signal in reading.signals)


@given(st.integers(min_value=100_000_000, max_value=999_999_999))
def test_an_nhs_number_has_at_most_one_check_digit(nine: int) -> None:
    """Lost otherwise: any ten digits are taken for a patient."""
    assert sum(nhs_check(f"{nine}{digit}") for digit in range(10)) <= 1
