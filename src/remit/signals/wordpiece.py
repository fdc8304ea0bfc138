"""Cuts a plain copy into the pieces that a model of meaning was taught with (WordPiece, uncased English BERT)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from remit.signals.readable import Span

#: One way to match at each place: time grows in step with the text.
TOKEN = re.compile(rb"[A-Za-z0-9]+|[!-/:-@\[-`{-~]")
#: Letters of a word beyond which the model was taught to give up on it.
LONGEST = 100
UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"


@dataclass(frozen=True)
class Pieces:
    """The pieces of a text as numbers, and where in the plain copy each one stands."""

    numbers: list[int]
    spans: list[Span]


class WordPieces:
    """A vocabulary of pieces, one a line; what stands inside a word begins with "##"."""

    def __init__(self, vocabulary: Path) -> None:
        lines = vocabulary.read_text("utf-8").splitlines()
        # Only what can stand in a plain copy: the rest of the 30,522 are other scripts.
        self._known: Mapping[bytes, int] = {
            line.encode(): number for number, line in enumerate(lines) if line.isascii() and line
        }
        self.unknown, self.begin, self.end = (self._known[name.encode()] for name in (UNKNOWN, BEGIN, END))
        self._pieces = lru_cache(maxsize=16_384)(self._cut)

    def cut(self, plain: bytes, most: int) -> Pieces:
        """The first `most` pieces of a plain copy."""
        numbers: list[int] = []
        spans: list[Span] = []
        for found in TOKEN.finditer(plain):
            if len(numbers) >= most:
                break
            for number, start, end in self._pieces(found.group().lower()):
                numbers.append(number)
                spans.append(Span(found.start() + start, found.start() + end))
        return Pieces(numbers[:most], spans[:most])

    def _cut(self, word: bytes) -> tuple[tuple[int, int, int], ...]:
        """The longest known pieces of a word from its beginning on, each with its place; unknown when any is."""
        if len(word) > LONGEST:
            return ((self.unknown, 0, len(word)),)
        pieces: list[tuple[int, int, int]] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._known.get((b"##" if start else b"") + word[start:end])
                if number is not None:
                    pieces.append((number, start, end))
                    start = end
                    break
            else:
                return ((self.unknown, 0, len(word)),)
        return tuple(pieces)
