"""The packs in use by a force, and what a reader wants to know of them: clauses, their rules, coverage figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from remit.acts.directory import get_directory
from remit.acts.packs import library
from remit.policy.packs import TREATMENTS, Clause, Definition, Pack, Parameter, Rule
from remit.policy.words import RuleWords, rule_in_english
from remit.web.search import Found

#: What Remit does about a clause, for somebody who reads it for the first time.
TREATMENT_WORDS = {
    "enforced": "A rule decides about it when somebody acts.",
    "shown": "Guidance is shown at the moment that it is about.",
    "recorded": "A register in Remit holds it.",
    "kept": "Remit itself keeps it; a test of Remit’s own checks that it does.",
    "outside": "Software cannot see to it; the reason is given.",
    "not yet": "Remit does nothing about it yet.",
}
WORDING_WORDS = {
    "must": "Must: required",
    "should": "Should: expected unless there is a reason",
    "advised": "Advised",
}


def packs_of(person: Any) -> list[Pack]:
    """The packs that the person's own force has in use, in the force's order."""
    packs = library().packs
    return [packs[name] for name in get_directory().packs_in_use(person.force_id) if name in packs]


def pack_of(person: Any, name: str) -> Pack | None:
    """The pack called `name` when the person's force uses it; None otherwise, as if it did not exist."""
    return next((pack for pack in packs_of(person) if pack.name == name), None)


def pack_with_clause(clause_id: str) -> str:
    """The name of the pack that has the clause `clause_id`, or ""."""
    return next((name for name, pack in library().packs.items() if clause_id in pack.clauses), "")


def topic(rule: Rule) -> str:
    """What the rule is about: the name of its file, in words."""
    return PurePath(rule.place.file).stem.replace("-", " ").capitalize()


def cited(rule: Rule) -> list[str]:
    """Every clause that the rule stands on, each once: its own, then those of its exceptions and effects."""
    effects = [*rule.then, *(effect for exemption in rule.unless for effect in exemption.then)]
    others = [*(exemption.clause for exemption in rule.unless), *(effect.clause for effect in effects)]
    return list(dict.fromkeys([*rule.clauses, *(clause for clause in others if clause)]))


@dataclass(frozen=True)
class Reading:
    """One clause as the list shows it: with how many rules stand behind it and what they are about."""

    clause: Clause
    rules: int
    topics: tuple[str, ...]


def readings(pack: Pack) -> list[Reading]:
    """Every clause of the pack in the policy's own order."""
    rules: dict[str, list[Rule]] = {}
    for rule in pack.rules:
        for clause_id in cited(rule):
            rules.setdefault(clause_id, []).append(rule)
    return [
        Reading(clause, len(own), tuple(sorted({topic(rule) for rule in own})))
        for clause in pack.clauses.values()
        for own in [rules.get(clause.id, [])]
    ]


def chosen(
    listed: Iterable[Reading], *, treatment: str = "", about: str = "", wording: str = "", words: str = ""
) -> list[Reading]:
    """Those of `listed` with the treatment, topic and wording asked for and every one of `words`; "" asks for all."""
    wanted = words.lower().split()
    return [
        reading
        for reading in listed
        if treatment in ("", reading.clause.treatment)
        and wording in ("", reading.clause.wording)
        and (not about or about in reading.topics)
        and all(word in clause_text(reading.clause) for word in wanted)
    ]


def clause_text(clause: Clause) -> str:
    """What is searched of a clause, in small letters."""
    return f"{clause.id} {clause.number} {clause.says} {clause.note}".lower()


@dataclass(frozen=True)
class Share:
    """How many clauses have one treatment, and how many come before it when all are laid in a row."""

    treatment: str
    count: int
    before: int


def coverage(pack: Pack) -> list[Share]:
    """How many clauses have each treatment that any has, in the order in which treatments are told."""
    counts = Counter(clause.treatment for clause in pack.clauses.values())
    told = [t for t in TREATMENTS if counts[t]]
    return [Share(t, counts[t], sum(counts[earlier] for earlier in told[:at])) for at, t in enumerate(told)]


@dataclass(frozen=True)
class RulePage:
    """A rule for its reader: the rule, its English, the clauses it stands on, the texts that it shows or asks for."""

    rule: Rule
    words: RuleWords
    clauses: list[str]
    texts: tuple[tuple[str, str], ...]


def rules_of(pack: Pack, clause: Clause, force: str) -> list[RulePage]:
    """The rules that cite the clause, in English with the force's own settings; those switched off come last."""
    found = [(rule, clauses) for rule in pack.rules if clause.id in (clauses := cited(rule))]
    settings = {**pack.setting_defaults, **get_directory().settings_of(force)}

    def fill(text: str) -> str:
        return re.sub(r"\{force\.(\w+)\}", lambda hole: str(settings.get(hole[1], hole[0])), text)

    pages = [_rule_page(pack, rule, clauses, fill) for rule, clauses in found]
    return sorted(pages, key=lambda page: page.rule.mode == "off")


def definitions_of(pack: Pack, clause: Clause) -> list[tuple[Definition, list[tuple[str, str]]]]:
    """What the clause defines: each definition with (value, test in English) for its cases."""
    found = [d for d in pack.definitions.values() if d.clause == clause.id]
    return [(d, [(_value(d, value), condition.words) for condition, value in d.cases]) for d in found]


def figures_of(pack: Pack, clause: Clause) -> list[Parameter]:
    """The policy's own figures that the clause sets."""
    return [p for p in pack.parameters.values() if p.clause == clause.id]


def neighbours(pack: Pack, clause: Clause) -> tuple[Clause | None, Clause | None]:
    """The clauses before and after it in the policy."""
    ids = list(pack.clauses)
    at = ids.index(clause.id)
    before = pack.clauses[ids[at - 1]] if at else None
    after = pack.clauses[ids[at + 1]] if at + 1 < len(ids) else None
    return before, after


def _rule_page(pack: Pack, rule: Rule, clauses: list[str], fill: Callable[[str], str]) -> RulePage:
    words = rule_in_english(pack, rule)
    words = replace(words, remedy=fill(words.remedy))
    keys = [key for effect in rule.then for key in (effect.text, *effect.texts) if key]
    texts = tuple((key, fill(pack.texts[key])) for key in dict.fromkeys(keys) if key in pack.texts)
    return RulePage(rule, words, clauses, texts)


def _value(definition: Definition, value: Any) -> str:
    if value is True:
        return definition.fact.label
    return definition.fact.values.get(value, str(value))


def search(person: Any, words: Sequence[str]) -> list[Found]:
    """Clauses of the person's own packs that have every one of `words`; a clause asked for by its id comes first."""
    found = []
    for pack in packs_of(person):
        for clause in pack.clauses.values():
            if all(word in clause_text(clause) for word in words):
                exact = len(words) == 1 and words[0] in (clause.id.lower(), clause.number.lower())
                address = f"/policy/{pack.name}/{clause.id}/"
                title = f"{clause.id}, {pack.title}"
                found.append(Found("Policy", title, address, clause.says, clause.treatment, rank=0 if exact else 2))
    return found
