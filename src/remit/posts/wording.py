"""A text as a reader should see it while it is judged: words that raised something marked, hidden characters named."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from remit.signals.reading import Signal

#: Invisible but needed: joiners of emoji and of scripts such as Persian; variation selectors are no format characters.
_JOINERS = "\u200c\u200d"
_PLAIN = "\n\t\r"


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: as it is, "marked" (it raised something) or "hidden" (a character, by its name)."""

    words: str
    kind: str = ""


@dataclass(frozen=True)
class Hidden:
    """A kind of character that cannot be seen, and how often it is there."""

    name: str
    code: str  # "U+202E"
    count: int


def is_hidden(character: str) -> bool:
    """Whether a character cannot be seen, or turns the order of the words around it."""
    if character in _PLAIN or character in _JOINERS:
        return False
    return unicodedata.category(character) in ("Cf", "Cc", "Co") or "\U000e0000" <= character <= "\U000e0fff"


def hidden_in(text: str) -> list[Hidden]:
    """The characters of `text` that cannot be seen, by name, the most frequent first."""
    if text.isascii() and text.isprintable():
        return []
    counted = Counter(character for character in text if is_hidden(character))
    return [Hidden(_name(c), f"U+{ord(c):04X}", count) for c, count in counted.most_common()]


def without_hidden(text: str) -> str:
    """`text` without the characters that cannot be seen."""
    return "".join(character for character in text if not is_hidden(character))


def pieces(text: str, signals: Iterable[Signal] = (), start: int = 0) -> list[Piece]:
    """`text` cut into stretches: what raised a signal is marked, and each hidden character is shown by its name.

    Args:
        start: where `text` begins in what the signals were read from.
    """
    marks = [False] * len(text)
    for signal in signals:
        for evidence in signal.evidence:
            first, end = evidence.start - start, evidence.end - start
            if evidence.part == "text" and evidence.words and first >= 0 and text[first:end] == evidence.words:
                marks[first:end] = [True] * (end - first)
    found: list[Piece] = []
    run, marked = "", False
    for character, mark in zip(text, marks, strict=True):
        hidden = is_hidden(character)
        if run and (hidden or mark != marked):
            found.append(Piece(run, "marked" if marked else ""))
            run = ""
        if hidden:
            found.append(Piece(_name(character), "hidden"))
        else:
            run, marked = run + character, mark
    return [*found, Piece(run, "marked" if marked else "")] if run else found


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}").lower()
