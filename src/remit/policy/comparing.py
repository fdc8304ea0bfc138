"""Policies side by side: for each moment and matter, where they agree, differ in a number or a role, or are silent.

A matter is a control or a concern, which packs share; what one policy alone says in a rule of its own is only counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from remit.policy.packs import Library, Pack, Rule
from remit.policy.rule_words import PackWords
from remit.policy.vocabulary import Moment

AGREE, DETAIL, DIFFER, ALONE = "agree", "differ in a number or a role", "differ", "only one speaks"


@dataclass(frozen=True)
class Said:
    """What one rule of one pack says of a matter."""

    rule: str
    title: str
    clauses: tuple[str, ...]
    wording: str
    words: str  # the whole rule in English, on one line
    then: str  # what it comes to
    outline: str  # `words` with numbers, roles and texts blanked


@dataclass(frozen=True)
class Matter:
    """One control or concern at one moment, and what each pack says of it; a silent pack says nothing."""

    kind: str  # control | concern
    key: str
    title: str
    said: dict[str, tuple[Said, ...]]

    @property
    def silent(self) -> tuple[str, ...]:
        return tuple(name for name, said in self.said.items() if not said)

    @property
    def status(self) -> str:
        """Whether those that speak say the same."""
        speaking = [said for said in self.said.values() if said]
        if len(speaking) < 2:
            return ALONE
        if len({frozenset((s.words, s.wording) for s in said) for said in speaking}) == 1:
            return AGREE
        return DETAIL if len({frozenset(s.outline for s in said) for said in speaking}) == 1 else DIFFER

    @property
    def differs(self) -> bool:
        """Whether one says it otherwise than another, or not at all."""
        return self.status != AGREE or bool(self.silent)

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values."""
        return {
            "kind": self.kind,
            "key": self.key,
            "title": self.title,
            "status": self.status,
            "silent": list(self.silent),
            "packs": {
                name: [
                    {"rule": s.rule, "clauses": list(s.clauses), "wording": s.wording, "says": s.words} for s in said
                ]
                for name, said in self.said.items()
            },
        }


@dataclass(frozen=True)
class MomentCompared:
    """Every matter of one moment, and the rules that are a pack's own."""

    moment: Moment
    matters: tuple[Matter, ...]
    own: dict[str, tuple[Said, ...]] = field(default_factory=dict)

    @property
    def differing(self) -> tuple[Matter, ...]:
        """The matters of which not all say the same."""
        return tuple(matter for matter in self.matters if matter.differs)

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values."""
        return {
            "moment": self.moment.name,
            "title": self.moment.title,
            "matters": [matter.to_json() for matter in self.matters],
            "own": {name: [said.rule for said in rules] for name, rules in self.own.items()},
        }


def compare(library: Library, packs: Sequence[Pack]) -> list[MomentCompared]:
    """Set `packs` side by side, a moment at a time; a moment of which none speaks is left out."""
    found = []
    said = {
        pack.name: {rule.id: said_by(english, rule) for rule in pack.rules}
        for pack in packs
        for english in [PackWords(pack)]
    }
    for moment in library.vocabulary.moments.values():
        rules = {pack.name: [r for r in pack.rules if moment.name in r.moments and r.mode != "off"] for pack in packs}
        keys = dict.fromkeys(key for of_pack in rules.values() for rule in of_pack if (key := _matter(rule)))
        matters = tuple(
            Matter(
                kind,
                key,
                _title(library, kind, key),
                {
                    name: tuple(said[name][r.id] for r in of_pack if _matter(r) == (kind, key))
                    for name, of_pack in rules.items()
                },
            )
            for kind, key in sorted(keys)
        )
        own = {name: tuple(said[name][r.id] for r in of_pack if _matter(r) is None) for name, of_pack in rules.items()}
        if matters or any(own.values()):
            found.append(MomentCompared(moment, matters, own))
    return found


def _matter(rule: Rule) -> tuple[str, str] | None:
    if rule.concern:
        return "concern", rule.concern
    return ("control", rule.control) if rule.control else None


def _title(library: Library, kind: str, key: str) -> str:
    if kind == "concern":
        concern = library.vocabulary.concerns.get(key)
        return concern.label if concern else key
    control = library.controls.get(key)
    return re.sub(r"\$\{\w+\}", "…", control.title) if control else key


def said_by(english: PackWords, rule: Rule) -> Said:
    """One rule as it is set beside another's: on one line, and with what may differ blanked."""
    words = english.rule(rule)
    then = "; ".join(words.then)
    unless = f"; unless {'; or '.join(words.unless)}" if words.unless else ""
    tests = "Always" if words.when == ["always"] else f"When {' and '.join(words.when)}"
    whole = f"{tests}{unless}: {then}"
    return Said(rule.id, rule.title, rule.clauses, rule.wording, whole, then, outline(english.pack, whole))


def outline(pack: Pack, words: str) -> str:
    """`words` with what one policy may say differently blanked: its roles, its numbers, its own texts."""
    titles = {who.title for who in pack.who.values()} | {say.title for say in pack.says.values()}
    for title in sorted(titles, key=len, reverse=True):
        words = words.replace(title, "…")
    words = re.sub(r"“[^”]*”", "“…”", words)
    return re.sub(
        r"\b(more than )?(\d+|a|an|one|two|three|six|twelve) (minute|hour|day|week|month|year)s?\b|\d+", "#", words
    )
