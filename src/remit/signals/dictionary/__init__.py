"""The words of British English, from a Hunspell dictionary: which there are, and which are near one that is not there.

`en_GB.aff` and `en_GB.dic` are those of the npm package dictionary-en-gb 3.0.0, unchanged: SCOWL's British list with
"-ise" endings of 7 December 2020, under the permissive terms in `LICENSE`. `police.txt` adds words of police English.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOWELS = "aeiouy"
#: Flags of the word list: found only inside longer words; right, and not to be proposed to anybody.
ONLY_INSIDE, NOT_TO_PROPOSE = "c", "!"


@dataclass(frozen=True)
class Affix:
    """One rule of the affix file: what is taken off a word that meets `condition`, and what is put there."""

    prefix: bool
    crosses: bool  # whether it joins an affix at the other end
    off: str
    on: str
    condition: re.Pattern[str]

    def form(self, word: str) -> str:
        """`word` with the affix; empty where the rule is for other words."""
        if not self.condition.search(word):
            return ""
        if self.prefix:
            return self.on + word[len(self.off) :]
        return word[: len(word) - len(self.off)] + self.on


@dataclass(frozen=True)
class British:
    """Every word with all its forms in plain letters, as written ("London", "officers"); and those not to propose."""

    known: frozenset[str]
    hushed: frozenset[str]

    def knows(self, word: str) -> bool:
        """Whether it is a word as written, with a capital at the beginning of a sentence, or shouted."""
        return word in self.known or word.lower() in self.known or (word.isupper() and word.capitalize() in self.known)

    def near(self, word: str) -> list[str]:
        """What was perhaps meant by `word`: with its capital, or one slip away in small letters, the likelier first.

        A slip is two letters swapped, or one doubled, left out, wrong or too many. At most three.
        """
        lower = word.lower()
        if (capital := lower.capitalize()) in self.known:
            return [capital]
        found = dict.fromkeys(form for form in _slips(lower) if form in self.known and form not in self.hushed)
        return list(found)[:3]


@cache
def british() -> British:
    """The dictionary; read and unfolded at the first use, in about half a second."""
    affixes = _affixes(_file("en_GB.aff"))
    known: set[str] = set()
    hushed: set[str] = set()
    for line in _file("en_GB.dic").splitlines()[1:]:
        word, _, flags = line.partition("/")
        if ONLY_INSIDE in flags or not word[:1].isalpha():
            continue
        forms = {plain(form) for form in _forms(word, flags, affixes)}
        known |= forms
        if NOT_TO_PROPOSE in flags:
            hushed |= forms
    known |= {line.strip() for line in _file("police.txt").splitlines() if line.strip() and not line.startswith("#")}
    return British(frozenset(known), frozenset(hushed))


def plain(word: str) -> str:
    """`word` in ASCII letters, as the plain copy of a text has it: "café" is "cafe"."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if c.isascii())


def _file(name: str) -> str:
    return resources.files("remit.signals.dictionary").joinpath(name).read_text(encoding="utf-8")


def _affixes(file: str) -> dict[str, list[Affix]]:
    """The rules by their flag. A rule begins with a line "SFX D Y 4" and has lines "SFX D y ied [^aeiou]y"."""
    found: dict[str, list[Affix]] = defaultdict(list)
    crosses: dict[str, bool] = {}
    for line in file.splitlines():
        parts = line.split()
        if len(parts) < 4 or parts[0] not in ("PFX", "SFX"):
            continue
        kind, flag = parts[0], parts[1]
        if len(parts) == 4:
            crosses[flag] = parts[2] == "Y"
            continue
        off, on, condition = ("" if part == "0" else part for part in parts[2:5])
        prefix = kind == "PFX"
        pattern = re.compile(f"^(?:{condition})" if prefix else f"(?:{condition})$")
        found[flag].append(Affix(prefix, crosses[flag], off, on, pattern))
    return found


def _forms(word: str, flags: str, affixes: dict[str, list[Affix]]) -> Iterator[str]:
    yield word
    rules = [rule for flag in flags for rule in affixes.get(flag, ())]
    for rule in rules:
        form = rule.form(word)
        if not form:
            continue
        yield form
        if rule.prefix or not rule.crosses:
            continue
        for before in rules:
            if before.prefix and before.crosses and (both := before.form(form)):
                yield both


def _slips(word: str) -> Iterator[str]:
    """Everything one slip away, the likelier slips first."""
    pairs = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    yield from (a + b[1] + b[0] + b[2:] for a, b in pairs if len(b) > 1)
    yield from (f"{a}'{b}" for a, b in pairs[1:] if b)  # "dont"
    yield from (a + b[0] + b for a, b in pairs if b)  # "occured"
    yield from (a + b[1:] for a, b in pairs if len(b) > 1 and b[0] == b[1])  # "untill"
    yield from (a + c + b for a, b in pairs for c in LETTERS)
    yield from (a + c + b[1:] for a, b in pairs if b and b[0] in VOWELS for c in VOWELS)
    yield from (a + b[1:] for a, b in pairs if b)
    yield from (a + c + b[1:] for a, b in pairs if b for c in LETTERS)
