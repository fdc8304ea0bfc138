"""Words of abuse as they were meant, where letters were swapped, left out, spaced, joined or put in figures.

Only words that the tables of tone look for are restored (`tables/disguises.yaml`), and only where what is written is no
ordinary word; evidence still points into the text as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import re2

from remit.signals.phrases import contents
from remit.signals.readable import Readable

#: What figures and signs stand for; "1", "!" and "|" may be an i or an l.
FIGURES = bytes.maketrans(b"0134578@$!|+(", b"oieastbasiitc")
FIGURES_L = bytes.maketrans(b"0134578@$!|+(", b"oleastbaslltc")
#: With one way to match at each place, Python's own expressions take time in step with the text too, and less of it.
TOKEN = re.compile(rb"[A-Za-z0-9@$!|+(*#_'-]+")
TRAILING = b"(*#_'-"  # what may stand in a token and not end it
SPACED = re2.compile(rb"\b[A-Za-z0-9@$](?:[ .*_-]{1,2}[A-Za-z0-9@$!]){2,14}\b")
SIGN = re2.compile(rb"[^A-Za-z']")
LONGEST = 40  # letters of a word that is taken apart
Edit = tuple[int, int, bytes]


@cache
def _lists() -> tuple[frozenset[bytes], frozenset[bytes], frozenset[bytes]]:
    """The words that are restored, the small words that stand between them, and ordinary words left as they are."""
    written = contents("disguises")
    one, two, three = (frozenset(written[key].encode().split()) for key in ("words", "between", "ordinary"))
    return one, two, three


@cache
def _near() -> dict[bytes, bytes]:
    """Each word with two neighbouring letters swapped or one left out, and what it was."""
    words, between, ordinary = _lists()
    known = words | between | ordinary
    near: dict[bytes, bytes] = {}
    for word in sorted(words):
        if len(word) < 4:
            continue
        swapped = {word[:i] + word[i + 1 : i + 2] + word[i : i + 1] + word[i + 2 :] for i in range(len(word) - 1)}
        short = {word[:i] + word[i + 1 :] for i in range(1, len(word))} if len(word) > 4 else set()
        for form in swapped | short:
            if form not in known:
                near.setdefault(form, word)
    return near


@cache
def _squeezed() -> dict[bytes, bytes]:
    return {_once(word): word for word in sorted(_lists()[0])}


def _once(word: bytes) -> bytes:
    """The word with every letter that repeats itself written once."""
    return bytes(c for place, c in enumerate(word) if not place or word[place - 1] != c)


def undisguised(text: Readable) -> Readable:
    """A copy of `text` in which disguised words stand plainly; `text` itself when there is none. Linear."""
    edits = sorted(_edits(text.plain))
    if not edits:
        return text
    kept: list[Edit] = []
    for edit in edits:
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return text.rewritten(kept)


def _edits(plain: bytes) -> Iterator[Edit]:
    words, _, _ = _lists()
    for found in SPACED.finditer(plain):
        yield from _spaced(found.start(), found.group().lower())
    before: tuple[int, int, bytes] = (0, 0, b"")
    for found in TOKEN.finditer(plain):
        written = found.group().rstrip(TRAILING)
        start = found.start()
        end = start + len(written)
        token = written.lower()
        meant = None if written.isupper() and len(token) < 6 else _meant(token)
        if meant is not None:
            yield start, end, meant
        elif before[2] and start - before[1] == 1 and plain[before[1] : start] in (b" ", b"-", b"."):
            joined = before[2] + token
            if joined in words and not (_ordinary(before[2]) and _ordinary(token)):
                yield before[0], end, joined
                token = b""
        before = (start, end, token if token.isalpha() else b"")


def _spaced(place: int, spaced: bytes) -> Iterator[Edit]:
    """A word written letter by letter; the first or last letters may be an "I" or "a" of their own."""
    words, _, _ = _lists()
    places = [i for i, c in enumerate(spaced) if c not in b" .*_-"]
    letters = bytes(spaced[i] for i in places).translate(FIGURES)
    for first, last in ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1)):
        word = letters[first : len(letters) - last]
        if word in words:
            yield place + places[first], place + places[len(letters) - last - 1] + 1, word
            return


def _ordinary(word: bytes) -> bool:
    words, between, ordinary = _lists()
    return len(word) > 1 and (word in between or word in ordinary or word in words)


@lru_cache(maxsize=16_384)
def _meant(token: bytes) -> bytes | None:
    """What a token stands for, or None when it stands for itself."""
    words, between, ordinary = _lists()
    if token in words or token in between or token in ordinary or len(token) < 3 or len(token) > LONGEST:
        return None
    if not token.isalpha():
        if token.lstrip(b"'#*(")[:2].isdigit():  # a number: 15am is no word
            return None
        for figures in (FIGURES, FIGURES_L):
            letters = token.translate(figures).strip(b"*#_'-!")
            if letters in words or letters in between:
                return letters if SIGN.search(token.strip(b"!+|'-_#*(")) else None
            if letters in _near() and SIGN.search(token):
                return _near()[letters]
        return None
    near = _near().get(token)
    if near:
        return near
    if any(token[i] == token[i + 1] == token[i + 2] for i in range(len(token) - 2)):
        return _squeezed().get(_once(token))
    if len(token) >= 8:
        return _apart(token)
    return None


def _apart(token: bytes) -> bytes | None:
    """A token that is nothing but words run together, one of the list at least, with spaces between them."""
    words, between, _ = _lists()
    best: list[tuple[int, bytes] | None] = [None] * (len(token) + 1)
    best[0] = (0, b"")
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - 14), end):
            piece = token[start:end]
            last = best[start]
            if last is None or not (piece in words or piece in between):
                continue
            score = last[0] + (10 if piece in words else 0) - 1
            if best[end] is None or score > best[end][0]:  # type: ignore[index]
                best[end] = (score, last[1] + b" " + piece)
    whole = best[-1]
    pieces = whole[1].split() if whole else []
    telling = sum(piece in words for piece in pieces)
    if not telling or (telling < 2 and min(map(len, pieces)) < 3):
        return None
    return b" ".join(pieces)
