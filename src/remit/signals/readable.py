"""A plain copy of a text for reading: one ASCII byte a character, hidden characters left out, places kept.

Detectors match the copy, so that a zero-width space, a full-width digit or a Cyrillic "o" hides nothing from them; the
evidence they give points back into the text as it was written.
"""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import re2

#: Letters of other scripts that pass for Latin ones in common type (after Unicode TS 39, the everyday part of it).
LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕԁһѵԛԝАВЕНКМОРСТУХІЈЅαοενρτυκιΑΒΕΖΗΙΚΜΝΟΡΤΥΧɡⅼ",
        "aeopcyxijsdhvqwABEHKMOPCTYXIJSaoevptukiABEZHIKMNOPTYXgl",
        strict=True,
    )
)
ZERO_WIDTH = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
#: Characters that change the order in which the rest is shown.
BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MARKS = frozenset("\u200e\u200f")
PUNCTUATION = {
    **dict.fromkeys("‘’‚‛ʼ′`´", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    "\u2028": "\n",
    "\u2029": "\n",
    "\x85": "\n",
    "\x0b": "\n",
    "\x0c": "\n",
}
UNKNOWN_LETTER = "_"  # a word character that no table contains, so that no false word boundary appears


@lru_cache(maxsize=4096)
def plain(character: str) -> str:
    """The ASCII that one character reads as: usually one, none for what cannot be seen, more for a ligature."""
    if character in PUNCTUATION:
        return PUNCTUATION[character]
    if character in LOOK_ALIKES:
        return LOOK_ALIKES[character]
    if is_hidden(character):
        return ""
    folded = unicodedata.normalize("NFKD", character)
    kept = "".join(c for c in folded if " " <= c <= "~")
    if kept:
        return kept[:8]
    kind = unicodedata.category(character)
    if kind[0] == "M":
        return ""  # an accent written apart from its letter
    return UNKNOWN_LETTER if kind[0] in "LN" else " "


def is_hidden(character: str) -> bool:
    """Whether the character takes no room when shown."""
    return (
        character in ZERO_WIDTH
        or character in BIDIRECTIONAL
        or character in MARKS
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0000" <= character <= "\U000e01ef"
    )


#: Where one sentence ends and the next begins; a full stop inside a number, an address or "Dr. X" does not count.
SENTENCE_END = re2.compile(rb"[.!?]+[\"')\]]*\s+|\n+|\s[|]\s")
ABBREVIATION = re2.compile(rb"(?i)\b(?:mr|mrs|ms|dr|st|rd|no|approx|insp|sgt|supt|det|pc|ch|[a-z])\.\s+$")


@dataclass(frozen=True)
class Span:
    """A stretch of the plain copy, in bytes."""

    start: int
    end: int


class Readable:
    """The plain copy of one text. `plain` is ASCII; `original(span)` gives the place in `text`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._places: array[int] | None = None
        self._ends: array[int] | None = None  # where they differ from the places: in a rewritten copy
        if text.isascii() and not any(c in text for c in "\x0b\x0c`"):
            self.plain = text.encode("ascii")
            return
        copy: list[str] = []
        places = array("L")
        for place, character in enumerate(text):
            read = (
                character
                if " " <= character <= "_" or "a" <= character <= "~" or character == "\n"
                else plain(character)
            )
            copy.append(read)
            for _ in read:
                places.append(place)
        self.plain = "".join(copy).encode("ascii", "replace")
        if len(places) != len(text) or (len(places) and places[-1] != len(text) - 1):
            self._places = places

    def original(self, span: Span) -> Span:
        """The same stretch in the text as written. Hidden characters at its edges are left out."""
        if self._places is None or span.start >= span.end:
            return span
        return Span(self._places[span.start], (self._ends or self._places)[span.end - 1] + 1)

    def rewritten(self, edits: Iterable[tuple[int, int, bytes]]) -> Readable:
        """A copy in which stretches (start, end) of the plain text read otherwise: in order, none over another.

        Every letter put in points at the whole stretch that it stands for.
        """
        copy = Readable.__new__(Readable)
        copy.text = self.text
        parts: list[bytes] = []
        starts, ends = array("L"), array("L")
        place = 0

        def keep(until: int) -> None:
            parts.append(self.plain[place:until])
            if self._places is None:
                starts.extend(range(place, until))
                ends.extend(range(place, until))
            else:
                starts.extend(self._places[place:until])
                ends.extend((self._ends or self._places)[place:until])

        for start, end, words in edits:
            keep(start)
            parts.append(words)
            whole = self.original(Span(start, end))
            starts.extend([whole.start] * len(words))
            ends.extend([whole.end - 1] * len(words))
            place = end
        keep(len(self.plain))
        copy.plain, copy._places, copy._ends = b"".join(parts), starts, ends
        return copy

    def words(self, span: Span) -> str:
        """What the copy says there."""
        return self.plain[span.start : span.end].decode("ascii")

    @cached_property
    def _sentence_starts(self) -> list[int]:
        starts = [0]
        for found in SENTENCE_END.finditer(self.plain):
            end = found.end()
            if not ABBREVIATION.search(self.plain[max(starts[-1], end - 12) : end]):
                starts.append(end)
        return starts

    def sentence(self, place: int) -> Span:
        """The sentence in which `place` lies."""
        starts = self._sentence_starts
        index = bisect_right(starts, place) - 1
        return Span(starts[index], starts[index + 1] if index + 1 < len(starts) else len(self.plain))

    def sentences(self) -> Iterator[Span]:
        for index, start in enumerate(self._sentence_starts):
            ends = self._sentence_starts
            yield Span(start, ends[index + 1] if index + 1 < len(ends) else len(self.plain))
