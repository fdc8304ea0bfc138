"""A stretch of text by hash: its words, alone and in a row, their shapes, and runs of characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from zlib import crc32

#: Characters of a run: a word in another form, or misspelt, shares most of its runs.
RUNS = (3, 4, 5)
WORD = re.compile(rb"[a-z]+(?:'[a-z]+)?|[0-9]+|[!?]")
#: A word, a figure or a mark, as it is written.
PIECE = re.compile(rb"[A-Za-z]+(?:'[a-z]+)?|[0-9]+|[^\sA-Za-z0-9]")


def hashed(plain: bytes, size: int) -> tuple[Any, Any]:
    """The places, of `size`, of a stretch's words and of its runs of three to five characters, each place once.

    Words are single, in pairs and in threes, and in their shapes: "charged with Xx" knows a name that it never met, and
    "0 0" any figures. Words have the lower half of the places, runs the upper.
    """
    import numpy

    found = [b"0" if word.isdigit() else word for word in WORD.findall(plain.lower())]
    joined = b" ".join([b"", *found, b""])
    runs = {joined[start : start + length] for length in RUNS for start in range(len(joined) - length + 1)}
    words = {*found, *_in_a_row(found, 2), *_in_a_row(found, 3), *_shaped(plain)}
    half = size // 2
    lower, upper = ({crc32(entry) % half for entry in entries} for entries in (words, runs))
    return numpy.array(sorted(lower), numpy.int64), numpy.array(sorted(upper), numpy.int64) + half


def weighed(plain: bytes, rare: Any) -> tuple[Any, Any]:
    """The places of a stretch and what each weighs: more where fewer texts have it; each half is of length one."""
    import numpy

    places = hashed(plain, len(rare))
    halves = [rare[half] / max(1e-9, float(numpy.linalg.norm(rare[half]))) for half in places]
    return numpy.concatenate(places), numpy.concatenate(halves)


def _in_a_row(words: list[bytes], length: int) -> Iterator[bytes]:
    return (b" ".join(words[start : start + length]) for start in range(len(words) - length + 1))


def _shaped(plain: bytes) -> Iterator[bytes]:
    """Two to four words and marks in a row, with capitals and figures as their shapes alone, where there are any."""
    shapes, begins = [b""], True
    for piece in PIECE.findall(plain):
        if piece.isdigit():
            shapes.append(b"0%d" % min(len(piece), 6))
        elif piece.isupper() and len(piece) > 3:
            shapes.append(b"XX")
        elif piece[:1].isupper() and not piece.isupper() and not begins:
            shapes.append(b"Xx")
        else:
            shapes.append(piece.lower())
        begins = piece in (b".", b"!", b"?", b":") or (begins and not piece[:1].isalnum())
    shapes.append(b"")
    telling = [shape in (b"Xx", b"XX") or shape[:1] == b"0" for shape in shapes]
    for length in (2, 3, 4):
        for start in range(len(shapes) - length + 1):
            if any(telling[start : start + length]):
                yield b" ".join(shapes[start : start + length])
