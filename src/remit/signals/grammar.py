"""Slips of grammar that posts have: rows of `tables/grammar.yaml`, and a small word written twice."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from remit.signals.phrases import quote, table
from remit.signals.readable import Readable, Span
from remit.signals.reading import Signal

NAME, VERSION = "grammar", "1"

#: Small words that are never right twice running; "that that" and "had had" may be.
ONCE = "the a an of to in on at and for with from by is are was were be been will our your we you they"
WORD = re2.compile(rb"[A-Za-z]+")


def read_grammar(text: Readable, part: str) -> Iterator[Signal]:
    """Signals about slips of grammar; each says what was perhaps meant."""
    yield from table("grammar").read(text, part)
    evidence = quote(text, _twice(text), part)
    if evidence:
        yield Signal(
            "repeated-word",
            "A word is written twice.",
            0.8,
            NAME,
            VERSION,
            concern="language_quality",
            evidence=evidence,
        )


def _twice(text: Readable) -> Iterator[Span]:
    """Where one of `ONCE` stands twice with one space between: more are where a link was taken out."""
    once = frozenset(ONCE.split())
    before, start, end = "", 0, -1
    for found in WORD.finditer(text.plain):
        word = found.group().decode()
        gap = text.plain[end : found.start()] if end >= 0 else b"-"
        same = word.lower() == before and word.lower() in once and not (word.isupper() and len(word) == 1)
        if same and gap == b" ":
            yield Span(start, found.end())
        before, start, end = word.lower(), found.start(), found.end()
