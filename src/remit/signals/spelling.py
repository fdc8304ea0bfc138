"""Words that are not British English as they are spelt, with what was perhaps meant. A hint, never a verdict.

Never taken for a slip: names, places and anything else with a capital that is not the sentence's first word; hashtags,
mentions, addresses and whatever holds a figure; the force's own words; and a sentence in another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import re2

from remit.signals.content import SignalSettings
from remit.signals.dictionary import British, british, plain
from remit.signals.phrases import contents
from remit.signals.readable import Readable, Span
from remit.signals.reading import MAX_EVIDENCE, Evidence, Signal

NAME, VERSION = "spelling", "1"

#: Characters in which slips are looked for: beyond them a text is no post, and each slip costs half a millisecond.
READ = 20_000
#: Not words: addresses, domains, mentions, hashtags, marks of the web, and whatever holds a figure or a letter that is
#: not Latin ("_" in the plain copy).
NOT_WORDS = re2.compile(
    rb"(?i)https?://\S+|\bwww\.\S+|\S+@\S+|[@#][\w-]+|&#?\w{2,8};|\S*[\w-]\.(?:uk|com|org|net|gov|police|cymru|wales|tv)\b\S*"
    rb"|\S*[0-9_/\\]\S*"
)
#: With one way to match at each place, Python's own expressions take time in step with the text too, and less of it.
WORD = re.compile(rb"[A-Za-z]+(?:'[A-Za-z]+)*")
ELONGATED = re2.compile(rb"(?i)" + b"|".join(b"%c{3}" % letter for letter in range(ord("a"), ord("z") + 1)))
#: What may follow an apostrophe in a word that is known without it.
ENDINGS = ("'s", "'d", "'ll", "'ve", "'re")


@dataclass(frozen=True)
class Slip:
    """A word that is not known, and up to three that are near it."""

    span: Span
    near: tuple[str, ...]


def read_spelling(text: Readable, part: str, settings: SignalSettings) -> Iterator[Signal]:
    """One signal for the words with a likely correction, and a fainter one for those that are only not known."""
    slips = find_slips(text, own_words(settings))
    for kind, confidence, chosen in (
        ("spelling", 0.7, [slip for slip in slips if slip.near]),
        ("unknown-word", 0.3, [slip for slip in slips if not slip.near]),
    ):
        if not chosen:
            continue
        evidence = tuple(_quoted(text, slip.span, part) for slip in chosen[:MAX_EVIDENCE])
        yield Signal(
            kind, _reason(kind, text, chosen), confidence, NAME, VERSION, concern="language_quality", evidence=evidence
        )


def _quoted(text: Readable, span: Span, part: str) -> Evidence:
    place = text.original(span)
    return Evidence(part, place.start, place.end, text.text[place.start : place.end])


def _reason(kind: str, text: Readable, slips: list[Slip]) -> str:
    if kind == "unknown-word":
        return "It has words that the dictionary does not know."
    meant = [f"{text.words(slip.span)} ({' or '.join(slip.near[:2])})" for slip in slips]
    return f"Perhaps misspelt: {', '.join(meant[:5])}."


def own_words(settings: SignalSettings) -> frozenset[str]:
    """Every word of the force's own lists, in small plain letters."""
    lists = (settings.allowed_words, settings.own_words, settings.names, settings.places)
    return frozenset(
        word.decode().lower() for given in lists for entry in given for word in WORD.findall(plain(entry).encode())
    )


@lru_cache(maxsize=2)  # the reading age asks for the same
def words_alone(copy: bytes) -> bytes:
    """A plain copy with spaces in place of what is not words, of the same length."""
    return NOT_WORDS.sub(lambda found: b" " * len(found.group()), copy)  # type: ignore[no-any-return]


def find_slips(text: Readable, own: frozenset[str]) -> list[Slip]:
    """The words of `text` that are not known, in order; each word once."""
    words = words_alone(text.plain[:READ])
    doubtful = {word for word in set(WORD.findall(words)) if _doubtful(word) and not _owned(word, own)}
    slips: dict[str, Slip] = {}
    for sentence in text.sentences() if doubtful else ():
        if sentence.start >= len(words) or len(slips) >= MAX_EVIDENCE:
            break
        for span, word in list(_unknown(words, sentence, doubtful)):
            if word not in slips and len(slips) < MAX_EVIDENCE:
                slips[word] = Slip(span, tuple(british().near(word)))
    return list(slips.values())


@lru_cache(maxsize=32_768)
def _doubtful(found: bytes) -> bool:
    """Whether a word may be a slip: a small one that is not known, or one like "Dont", which counts as a first word."""
    word, dictionary = found.decode(), british()
    if len(word) < 3 or word.lower() in _welsh() or ELONGATED.search(found):
        return False
    if word.islower():
        return not dictionary.knows(word) and not dictionary.knows(_bare(word))
    return word[1:].islower() and _lacks_apostrophe(word, dictionary)


def _bare(word: str) -> str:
    return next((word.removesuffix(end) for end in ENDINGS if word.endswith(end)), word)


def _owned(found: bytes, own: frozenset[str]) -> bool:
    word = found.decode().lower()
    return word in own or _bare(word) in own


def _unknown(words: bytes, sentence: Span, doubtful: set[bytes]) -> Iterator[tuple[Span, str]]:
    """The doubtful words of one sentence; none where it is in another language."""
    unknown: list[tuple[Span, str]] = []
    looked_at = english = welsh = 0
    for number, found in enumerate(WORD.finditer(words[sentence.start : sentence.end])):
        word = found.group().decode()
        known_welsh = word.lower() in _welsh()
        welsh += known_welsh
        english += len(word) > 2 and british().knows(word)
        # A capital is a name or an acronym; a part of a word, as in "co-ordinated", is none by itself.
        ordinary = len(word) > 2 and word.islower() and not known_welsh and not _joined(words, sentence.start, found)
        looked_at += ordinary
        if (ordinary or (number == 0 and word[0].isupper())) and found.group() in doubtful:
            unknown.append((Span(sentence.start + found.start(), sentence.start + found.end()), word))
    if 2 * len(unknown) > looked_at and (welsh or len(unknown) > 3 or (len(unknown) > 1 and not english)):
        return
    yield from unknown


def _joined(words: bytes, start: int, found: Any) -> bool:
    """Whether a hyphen holds the word to another."""
    before, after = start + found.start(), start + found.end()
    return words[before - 1 : before] == b"-" or words[after : after + 1] == b"-"


def _lacks_apostrophe(word: str, dictionary: British) -> bool:
    """Whether a sentence's first word is like "Dont": any other unknown word there may be a name."""
    if dictionary.knows(word) or word.endswith("s"):
        return False
    return any(dictionary.knows(f"{word[:place]}'{word[place:]}") for place in range(1, len(word)))


_SPACES = re.compile(r"(\s+)")


@cache
def _welsh() -> frozenset[str]:
    """Common Welsh words that are no English ones."""
    return frozenset(word for word in contents("languages")["cy"].split() if not british().knows(word))


#: Words that turn a sentence round: writing one right may say the opposite of what was read.
TURNING = frozenset(
    {"not", "no", "nor", "never", "none", "nobody", "nothing", "neither", "nowhere", "without", "cannot"}
)
_ENDS = ".,;:!?()'\"\u2018\u2019\u201c\u201d"


def only_spelling(was: str, now: str) -> bool:
    """Whether `now` is `was` with words put right, and with nothing else changed.

    A word put right was in small letters and in no dictionary, and what stands for it is the likeliest word one slip
    away, and no denial written or taken back: whoever read "nto" read "not", and "ilegal" is not to become "legal".
    Names, figures, links and tags are as they were.
    """
    before, after = (_SPACES.split(text) for text in (was, now))
    if len(before) != len(after):
        return False
    return all(old == new or _put_right(old, new) for old, new in zip(before, after, strict=True))


def _put_right(old: str, new: str) -> bool:
    wrong, right = old.strip(_ENDS), new.strip(_ENDS)
    if not (wrong and right and wrong.isalpha() and right.isalpha() and wrong.islower() and right.islower()):
        return False
    around = old.replace(wrong, "\0", 1) == new.replace(right, "\0", 1)
    if not around or british().knows(wrong) or wrong in _welsh():
        return False
    near = british().near(wrong)
    # What begins later may have lost the "un" or "il" that denied it.
    return near[:1] == [right] and TURNING.isdisjoint(near) and not wrong.endswith(right)
