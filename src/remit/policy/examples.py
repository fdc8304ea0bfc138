"""The worked examples of a pack: its cases, as the reader of a clause sees them, what goes and what does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from remit.policy import source
from remit.policy.packs import BLOCKING, Pack, Rule

#: How many cases that a rule lets pass are told beside those that it catches.
MOST_PASSING = 3
#: Effects of which a case lists every one that is fired, so that a rule left out is known to let the case pass.
_LISTED = BLOCKING | {"warn"}
VERDICT_WORDS = {
    "fired": "The rule applies",
    "exempt": "An exception applies",
    "unknown": "It cannot be told without another answer",
    "passes": "The rule does not apply",
}


@dataclass(frozen=True)
class Example:
    """One case: what happens in it, when, what the policy makes of it, and what one rule does in it."""

    name: str
    moment: str
    outcome: str  # allowed | needs | refused, or "" when the case expects none
    verdict: str = ""  # one of VERDICT_WORDS

    @property
    def told(self) -> str:
        """What the rule does in it."""
        return VERDICT_WORDS[self.verdict]


@dataclass(frozen=True)
class _Case:
    example: Example
    file: str
    expect: Mapping[str, Any]

    def verdict(self, rule: Rule) -> str:
        """What the case says that `rule` does in it, or ""."""
        return next((verdict for verdict in VERDICT_WORDS if rule.id in (self.expect.get(verdict) or ())), "")

    def leaves(self, rule: Rule) -> bool:
        """Whether it expects guidance or a duty of the rule, which have no place among what is fired."""
        shown = {effect.text for effect in rule.then if effect.kind == "show"}
        done = {effect.do for effect in rule.then if effect.kind == "duty"}
        expected = {duty.get("do") for duty in self.expect.get("duties") or ()}
        return bool(shown & set(self.expect.get("guidance") or ()) or done & expected)


def examples_of(pack: Pack, rules: Sequence[Rule]) -> list[Example]:
    """The cases that try one of `rules`, in the pack's order, and a few beside them which it lets pass.

    Guidance is shown in many cases that are about something else; the one named after its rule is taken, or the first.
    """
    bound = {moment for rule in rules for moment in rule.moments}
    listed = all(effect.kind in _LISTED for rule in rules for effect in rule.then[:1])
    told: list[tuple[_Case, str]] = []
    passing: list[_Case] = []
    left: list[_Case] = []
    for case in _cases(pack.folder, pack.digest):
        moment = case.example.moment
        if not bound.intersection(pack.vocabulary.included(moment) if moment in pack.vocabulary.moments else ()):
            continue
        verdict = next((v for rule in rules if (v := case.verdict(rule))), "")
        if verdict:
            told.append((case, verdict))
        elif any(case.leaves(rule) for rule in rules):
            left.append(case)
        elif listed:
            passing.append(case)
    titles = tuple(rule.title for rule in rules)
    named = [case for case in left if case.example.name.startswith(titles)]
    told += [(case, "fired") for case in named or left[:1]]
    files = {case.file for case, _ in told}
    told += [(case, "passes") for case in passing if case.file in files][:MOST_PASSING]
    return [replace(case.example, verdict=verdict) for case, verdict in told]


@lru_cache(maxsize=64)
def _cases(folder: str, digest: str) -> list[_Case]:
    """Every case of the pack in `folder`; `digest` makes a changed pack read again."""
    read = []
    for file in sorted(Path(folder).glob("cases/*.yaml")) if folder else ():
        for case in source.plain(file.read_text(encoding="utf-8")) or []:
            expect = case.get("expect") or {}
            example = Example(str(case.get("name", "")), str(case.get("moment", "")), str(expect.get("outcome", "")))
            read.append(_Case(example, file.name, expect))
    return read
