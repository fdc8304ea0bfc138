"""A regular expression in words: what a text must hold for it to match, for a reader who has never seen one."""

from __future__ import annotations

import re
from itertools import groupby, product
from typing import Any

#: More ways than this are not listed; the expression itself is then quoted.
MOST_WAYS = 12

_parser: Any = re._parser  # type: ignore[attr-defined]
_GAP, _EDGE, _FIRST, _LAST = object(), object(), object(), object()
_ANY_SIGN = object()
_CLASSES = {"CATEGORY_DIGIT": "a digit", "CATEGORY_WORD": "a letter or digit", "CATEGORY_SPACE": "a space"}
_Piece = Any  # a text, or one of the marks above
_Way = tuple[_Piece, ...]


class _TooMany(Exception):
    """The expression has more ways, or other means, than can be listed."""


def pattern_words(pattern: str) -> str:
    """What a text that matches has in it: "“report online” or “online report”, in capitals or small letters".

    An expression that cannot be told in a few words is quoted: nothing is left out or guessed.
    """
    try:
        tree = _parser.parse(pattern)
        ways = _ways(tree)
    except (_TooMany, re.error):
        return f"what the expression “{pattern}” matches"
    told = list(dict.fromkeys(_told(way) for way in ways))
    either = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} or {told[-1]}"
    return either + (", in capitals or small letters" if tree.state.flags & re.IGNORECASE else "")


def _ways(tree: Any) -> list[_Way]:
    """Every way in which a sequence can be met."""
    ways: list[_Way] = [()]
    for operator, detail in tree:
        ways = [before + after for before, after in product(ways, _one(str(operator), detail))]
        if len(ways) > MOST_WAYS:
            raise _TooMany
    return ways


def _one(operator: str, detail: Any) -> list[_Way]:
    match operator:
        case "LITERAL":
            return [(chr(detail),)]
        case "ANY":
            return [(_ANY_SIGN,)]
        case "AT":
            return [({"AT_BEGINNING": (_FIRST,), "AT_END": (_LAST,), "AT_BOUNDARY": (_EDGE,)}[str(detail)])]
        case "SUBPATTERN":
            return _ways(detail[3])
        case "BRANCH":
            return [way for branch in detail[1] for way in _ways(branch)]
        case "IN" if len(detail) <= MOST_WAYS:
            return [way for part in detail for way in _in_class(str(part[0]), part[1])]
        case "MAX_REPEAT" | "MIN_REPEAT":
            return _repeated(*detail)
    raise _TooMany


def _in_class(operator: str, detail: Any) -> list[_Way]:
    if operator == "LITERAL":
        return [(chr(detail),)]
    if operator == "CATEGORY" and str(detail) in _CLASSES:
        return [((_CLASSES[str(detail)],),)]
    raise _TooMany


def _repeated(least: int, most: Any, inner: Any) -> list[_Way]:
    ways = _ways(inner)
    if ways == [(_ANY_SIGN,)] and str(most) == "MAXREPEAT":
        return [(_GAP,)]
    if (least, most) == (0, 1):
        return [(), *ways]
    if isinstance(most, int) and least == most <= MOST_WAYS and len(ways) == 1:
        return [ways[0] * least]
    raise _TooMany


def _told(way: _Way) -> str:
    """One way as words: texts in quotes, what may stand between them, and where they must stand."""
    first, last = way[:1] == (_FIRST,), way[-1:] == (_LAST,)
    way = way[first : len(way) - last]
    begins, ends = way[:1] == (_EDGE,), len(way) > 1 and way[-1] is _EDGE
    way = way[begins : len(way) - ends]
    parts: list[str] = []
    for literal, group in groupby(way, lambda piece: isinstance(piece, str)):
        pieces = list(group)
        parts += [f"“{''.join(pieces)}”"] if literal else _between(pieces)
    while parts and parts[-1] == "and later":  # whatever may follow
        parts.pop()
    while parts and parts[0] == "and later":
        parts.pop(0)
    told = ", then ".join(parts).replace(", then and later, then ", " and later ") or "anything"
    word = {
        (True, True): "the word ",
        (True, False): "a word that begins with ",
        (False, True): "a word that ends with ",
    }
    told = word.get((begins, ends), "") + told
    place = {(True, True): " and nothing else", (True, False): " at the very start", (False, True): " at the very end"}
    return told + place.get((first, last), "")


def _between(pieces: list[_Piece]) -> list[str]:
    told = []
    for piece, same in groupby(pieces):
        if isinstance(piece, tuple):
            count = len(list(same))
            told.append(
                piece[0] if count == 1 else f"{count} {piece[0].partition(' ')[2].replace(' or digit', 's or digit')}s"
            )
        else:
            told.append({_GAP: "and later", _ANY_SIGN: "any one sign", _EDGE: "a word’s edge"}[piece])
    return told
