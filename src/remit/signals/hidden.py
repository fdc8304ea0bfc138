"""Tricks with characters: what cannot be seen, what turns the order of the words, and letters that pass for others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from remit.signals.readable import BIDIRECTIONAL, LOOK_ALIKES, ZERO_WIDTH
from remit.signals.reading import MAX_EVIDENCE, Evidence, Signal

NAME, VERSION = "hidden", "2"

_ZERO = "".join(sorted(ZERO_WIDTH - {"\u200d", "\u200c"}))
#: A joiner inside a Latin word or number; between emoji, or in scripts that need it, it belongs there.
INVISIBLE = re2.compile(
    rf"[A-Za-z0-9][{_ZERO}\x{{200c}}\x{{200d}}]+[A-Za-z0-9]|[A-Za-z0-9][{_ZERO}]+|[{_ZERO}]{{2,}}[A-Za-z0-9]|[\x{{e0020}}-\x{{e007f}}]{{12,}}"
)
TURNING = re2.compile("[" + "".join(sorted(BIDIRECTIONAL)) + "]+")
MIXED = re2.compile(
    "[A-Za-z]+[" + "".join(c for c in LOOK_ALIKES) + "]+[A-Za-z]*|[" + "".join(c for c in LOOK_ALIKES) + "]+[A-Za-z]+"
)

#: Half of a character, as broken software leaves it; UTF-8, which RE2 reads, has no place for it.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")

KINDS = (
    ("invisible", INVISIBLE, 0.85, "It has characters that cannot be seen inside a word or number."),
    ("turned", TURNING, 0.85, "It has characters that change the order in which the words are shown."),
    ("mixed", MIXED, 0.75, "A word mixes letters of two alphabets that look the same."),
)


def read_hidden(text: str) -> Iterator[Signal]:
    """One signal for each trick found."""
    if text.isascii():
        return
    legible = LONE_SURROGATE.sub("\ufffd", text)
    for kind, pattern, confidence, reason in KINDS:
        evidence: list[Evidence] = []
        for found in pattern.finditer(legible):
            evidence.append(Evidence("text", found.start(), found.end(), text[found.start() : found.end()]))
            if len(evidence) == MAX_EVIDENCE:
                break
        if evidence:
            yield Signal(kind, reason, confidence, NAME, VERSION, concern="hidden_characters", evidence=tuple(evidence))
