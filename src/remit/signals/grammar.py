"""Slips of grammar that posts have: rows of `tables/grammar.yaml`, and a small word written twice."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from remit.signals.phrases import quote, table
from remit.signals.readable import Readable, Span
from remit.signals.reading import Signal

NAME, VERSION = "grammar", "1"

#: Small words that are never right twice running; "that that" and "had had" may be, and so may "A a".
ONCE = "the an of to in on at and for with from by is are was were be been will our your we you they".split()  # noqa: SIM905
TWICE = re2.compile(rf"\ba a\b|(?i:\b(?:{'|'.join(f'{word} {word}' for word in ONCE)})\b)".encode())


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
    return (Span(*found.span()) for found in TWICE.finditer(text.plain))
