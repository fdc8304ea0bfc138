"""A force's own lists for the signals: names, places, words and lines of its own, and which signals it knows of."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import rfc8785

from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.acts.packs import library
from remit.people.models import Force

#: Lists of lines, by the setting that keeps each; and what a line may be: its most characters, and why.
TITLES = {
    "names": "Names",
    "places": "Places",
    "own_words": "Words of your own",
    "approved_lines": "Approved lines",
    "quiet_signals": "Signals that are known here",
    "raised_signals": "Signals that are always raised",
}
LISTS = ("names", "places", "own_words", "approved_lines")
SIGNALS = ("quiet_signals", "raised_signals")
MOST_LINES = 2_000
LONGEST_ENTRY, LONGEST_LINE = 80, 500
#: An approved line is a sentence: a word or two would clear far more than was meant.
FEWEST_WORDS = 4
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass
class ChangeLists(Act):
    """New lists in place of those there were. From now on every check reads by them; nothing earlier is changed."""

    name: ClassVar[str] = "people.change-lists"
    label: ClassVar[str] = "Change the force's own lists for signals"
    permission: ClassVar[str] = "signals.change"

    force: str
    #: Every setting of TITLES that is to change -> its lines; what is left out stays.
    lists: dict[str, list[str]] = field(default_factory=dict)
    #: `digest_of` the lists that were on the screen; empty asks nothing.
    seen: str = ""

    @property
    def subject(self) -> str:
        return f"people.force:{self.force}"

    def check(self) -> None:
        force = _force(self.force)
        for fault in faults_in(self.lists, force).values():
            raise ActRefused(fault, "Correct it, then save the lists again.")
        if self.seen and self.seen != digest_of(force):
            raise ActRefused(
                "Somebody else changed these lists after you opened them.",
                "Nothing of yours was saved. Open the page again, and add your lines to theirs.",
            )

    def about(self) -> dict[str, Any]:
        """How many lines each list has won and lost, and the signals by name; the lines themselves may name people."""
        there = _force(self.force).settings
        told: dict[str, Any] = {}
        for key, lines in self.lists.items():
            before, after = set(there.get(key, ())), set(lines)
            told[key] = sorted(after) if key in SIGNALS else {"added": len(after - before), "gone": len(before - after)}
        return told

    def personal(self) -> dict[str, Any]:
        return {key: lines for key, lines in self.lists.items() if key in LISTS}

    def apply(self, record: Proposal, now: datetime) -> None:
        force = _force(self.force)
        force.settings = {**force.settings, **{key: list(dict.fromkeys(lines)) for key, lines in self.lists.items()}}
        force.save()


def signals_to_set() -> dict[str, str]:
    """The concerns that signals raise, by key, with what each says."""
    return {key: c.label for key, c in library().vocabulary.concerns.items() if "signal" in c.raised_by}


def digest_of(force: Force) -> str:
    """SHA-256 of the force's lists as they are, in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps({key: force.settings.get(key, []) for key in TITLES})).hexdigest()


def faults_in(lists: Mapping[str, list[str]], force: Force) -> dict[str, str]:
    """What is wrong with each list, by its name, told with the line; empty where all can be kept."""
    found: dict[str, str] = {}
    for key, lines in lists.items():
        if key not in TITLES:
            found[key] = f'There is no list "{key}".'
        elif len(lines) > MOST_LINES:
            found[key] = f"{TITLES[key]}: there are {len(lines):,} lines. A list holds {MOST_LINES:,}."
        elif fault := next(
            (f"{TITLES[key]}, line {n}: {f}" for n, x in enumerate(lines, 1) if (f := _fault(key, x))), ""
        ):
            found[key] = fault
    both = {**force.settings, **lists}
    twice = set(both.get("quiet_signals", ())) & set(both.get("raised_signals", ()))
    if twice and "quiet_signals" not in found:
        label = signals_to_set().get(min(twice), min(twice))
        found["quiet_signals"] = f"“{label}” cannot both be known here and always be raised. Choose one."
    return found


def _fault(key: str, line: str) -> str:
    """What is wrong with one line of the list `key`; empty where nothing is."""
    longest = LONGEST_LINE if key == "approved_lines" else LONGEST_ENTRY
    if not line.strip():
        return "it is empty. Take it out."
    if len(line) > longest:
        return f"it has {len(line):,} characters. Use at most {longest}."
    if key in SIGNALS:
        return "" if line in signals_to_set() else f"no signal raises “{line}”."
    if key == "approved_lines" and len(line.split()) < FEWEST_WORDS:
        return (
            f"“{line}” has fewer than {FEWEST_WORDS} words. Give the whole line: it is left unread wherever it stands."
        )
    if key == "own_words" and not WORD.fullmatch(line):
        return f"“{line}” is not one word. Give one word a line, in letters; names and places have their own lists."
    return ""


def _force(slug: str) -> Force:
    there = Force.objects.filter(pk=slug).first()
    if there is None:
        raise ActRefused(f'There is no force "{slug}".', "Add it first.")
    return there
