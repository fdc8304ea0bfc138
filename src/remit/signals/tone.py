"""Shouting, and the language a text is written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import re2

from remit.signals.phrases import contents, quote
from remit.signals.readable import Readable, Span
from remit.signals.reading import Signal

NAME, VERSION = "tone", "2"

#: With one way to match at each place, Python's own expressions take time in step with the text too, and less of it.
WORD = re.compile(rb"[A-Za-z']{2,30}")
LINK_OR_TAG = re2.compile(rb"https?://\S+|[@#]\w+")


def read_shouting(text: Readable, part: str) -> Iterator[Signal]:
    """More than two words in three in capitals, in a text of at least five words of four letters or more."""
    words = [w for w in WORD.findall(LINK_OR_TAG.sub(b" ", text.plain[:20_000])) if len(w) > 3]
    loud = sum(w.isupper() for w in words)
    if loud >= 5 and loud * 3 > len(words) * 2:
        yield Signal(
            "shouting",
            "Most of it is in capitals, which reads as shouting.",
            0.7,
            NAME,
            VERSION,
            concern="unprofessional_tone",
            evidence=quote(text, iter([Span(0, len(text.plain))]), part),
        )


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(contents("languages")[language].split())


def language_of(text: Readable) -> str:
    """ "en", "cy" or "other" by its commonest words; "unknown" for a text too short to tell.

    Welsh is told from English so that no table of English words judges it.
    """
    words = [w.decode().lower() for w in WORD.findall(text.plain[:20_000])]
    if len(words) < 4:
        return "unknown"
    english = sum(w in _common("en") for w in words)
    welsh = sum(w in _common("cy") for w in words)
    if welsh > english:
        return "cy"
    if english * 12 >= len(words):
        return "en"
    foreign = text.plain.count(b"_") * 3 > len(text.plain)
    return "other" if foreign or len(words) >= 12 else "unknown"
