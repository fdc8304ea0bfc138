"""A long text as the posts of a thread: cut where a reader would pause, never inside a word or a link. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

#: A line by which the author says themself where one post ends and the next begins.
BREAK = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)
#: Where a text may be cut, the best first: between paragraphs, lines, sentences, and words.
_CUTS = (r"\n\s*\n", r"\n", r"(?<=[.!?…])[ \t]+", r"[ \t]+")
#: More posts than that are no thread that anybody reads; the text is then refused as too long.
MOST = 25


def split(text: str, limit: int, count: Callable[[str], int]) -> list[str]:
    """The posts of a thread that says `text`, each at most `limit` long as `count` counts.

    Nothing is lost but the white space at which it is cut, and lines of three dashes, which only say where to cut. A
    word that is itself too long stays whole: its post is then over the limit, and says so. One post where all of it
    fits and no line of dashes cuts it.
    """
    posts = [post for part in BREAK.split(text) for post in _fitting(part.strip(), limit, count, 0)]
    return [post for post in posts if post] or [text]


def _fitting(text: str, limit: int, count: Callable[[str], int], level: int) -> list[str]:
    """`text` in pieces that fit, cut as little as can be: pieces that fit together stay together."""
    if count(text) <= limit or level == len(_CUTS):
        return [text]
    found: list[str] = []
    start = 0
    pieces = [(match.start(), match.end()) for match in re.finditer(_CUTS[level], text)]
    begin = 0
    for end, after in [*pieces, (len(text), len(text))]:
        if count(text[start:end]) > limit and begin > start:
            found += _fitting(text[start:begin].rstrip(), limit, count, level + 1)
            start = begin
        begin = after
    return found + _fitting(text[start:].strip(), limit, count, level + 1)
