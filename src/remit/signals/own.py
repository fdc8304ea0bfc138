"""What a force's own lists take away from a reading: approved lines, and names and places that are nobody's secret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import re2

from remit.signals.content import SignalSettings
from remit.signals.dictionary import plain
from remit.signals.readable import Readable, Span
from remit.signals.reading import Evidence, Signal

#: The detector that finds people named; only what it says of a listed name or place is left out.
PEOPLE = "persons"


def without_known(signals: Iterable[Signal], text: Readable, settings: SignalSettings) -> Iterator[Signal]:
    """`signals` without what stands in an approved line of `text`, and without listed names and places as people.

    A signal goes when nothing is left of its evidence; what it says of other words stays.
    """
    lines = [text.original(span) for span in _places(text, settings.approved_lines)]
    known = frozenset(_folded(entry) for entry in (*settings.names, *settings.places))
    if not lines and not known:
        yield from signals
        return
    for signal in signals:
        kept = tuple(
            piece
            for piece in signal.evidence
            if not _inside(piece, lines) and not (signal.detector == PEOPLE and _folded(piece.words) in known)
        )
        if kept:
            yield signal if len(kept) == len(signal.evidence) else replace(signal, evidence=kept)


def _folded(words: str) -> str:
    return " ".join(plain(words.replace("’", "'")).casefold().removesuffix("'s").split())


def _inside(piece: Evidence, lines: list[Span]) -> bool:
    """Whether words of the text lie in one of `lines`. A mark between words, of no length, does not."""
    if piece.part != "text" or piece.start == piece.end:
        return False
    return any(line.start <= piece.start and piece.end <= line.end for line in lines)


def _places(text: Readable, approved: tuple[str, ...]) -> Iterator[Span]:
    pattern = _pattern(approved)
    if pattern is not None:
        for found in pattern.finditer(text.plain):
            yield Span(*found.span())


@lru_cache(maxsize=16)  # one for each force
def _pattern(approved: tuple[str, ...]) -> Any:
    """Any of the lines, whatever its capitals and spaces; None without lines."""
    lines: list[bytes] = [b"\\s+".join(re2.escape(word) for word in Readable(line).plain.split()) for line in approved]
    if not any(lines):
        return None
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    # The longer first: an approved line may be the beginning of another.
    return re2.compile(b"|".join(sorted(filter(None, lines), reverse=True)), options)
