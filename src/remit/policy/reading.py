"""A policy for its reader: its chapters, and each clause with its rules as English, definitions, figures and cases.

The pages of the policy reader, `remit pack show` and docs/policies are all made of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from remit.policy.chapters import chapters_of, titles_of
from remit.policy.examples import VERDICT_WORDS, Example, examples_of
from remit.policy.figure_words import figure_words
from remit.policy.packs import Clause, Pack, Rule
from remit.policy.rule_words import PackWords, RuleWords
from remit.policy.words import value_words

#: How many cases of a verdict a page of many clauses tells; the page of the clause has them all.
FEW_EXAMPLES = 3

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


@dataclass(frozen=True)
class RuleReading:
    """A rule for its reader: the rule, its English, the clauses it stands on, the texts that it shows or asks for."""

    rule: Rule
    words: RuleWords
    clauses: list[str]
    texts: list[tuple[str, str]]

    @property
    def home(self) -> str:
        """The clause under which it is told in full on a page of many."""
        return self.rule.clauses[0]


@dataclass(frozen=True)
class ClauseReading:
    """One clause with everything that stands behind it."""

    clause: Clause
    rules: list[RuleReading]
    definitions: list[str]
    figures: list[str]
    settings: list[str]  # what it leaves to the force
    examples: list[Example]

    @property
    def rules_elsewhere(self) -> list[RuleReading]:
        """The rules that cite it and are at home under another clause."""
        return [page for page in self.rules if page.home != self.clause.id]

    @property
    def few_examples(self) -> list[Example]:
        """As many as a page of many clauses has room for: some of each verdict, in the pack's order."""
        by_verdict = {v: [e for e in self.examples if e.verdict == v] for v in VERDICT_WORDS}
        kept = [example for same in by_verdict.values() for example in same[:FEW_EXAMPLES]]
        return [example for example in self.examples if example in kept]

    @property
    def treatment(self) -> str:
        """What Remit does about it, in a sentence."""
        return TREATMENT_WORDS[self.clause.treatment]


@dataclass(frozen=True)
class Chapter:
    """Clauses that stand together in the policy: those of one number, or of one heading."""

    at: int  # counted from 1
    title: str
    clauses: tuple[Clause, ...]
    #: What the document calls it, or the chapters in it.
    named: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """ "Clause 3.1: Private use"; a heading of the policy as it is."""
        numbers, comma, rest = self.title.partition(", ")
        if self.title[:1].isdigit():
            numbers = f"Clause{'s' if ' to ' in numbers else ''} {numbers}"
        named = f": {'; '.join(self.named)}" if self.named else ""
        return f"{numbers[:1].upper()}{numbers[1:]}{named}{comma}{rest}"


class PackReading:
    """One pack as it is read; what its rules cite is looked up once."""

    def __init__(self, pack: Pack, settings: Mapping[str, Any] | None = None) -> None:
        """`settings` are those of the reader's force, without `force.`."""
        self.pack = pack
        self.english = PackWords(pack, settings)

    @cached_property
    def rules(self) -> dict[str, list[Rule]]:
        """The rules that cite each clause; those switched off come last."""
        found: dict[str, list[Rule]] = {}
        for rule in sorted(self.pack.rules, key=lambda rule: rule.mode == "off"):
            for clause in cited(rule):
                found.setdefault(clause, []).append(rule)
        return found

    def rules_of(self, clause: Clause) -> list[Rule]:
        """The rules that cite the clause."""
        return self.rules.get(clause.id, [])

    def read(self, clause: Clause) -> ClauseReading:
        """The clause with everything that stands behind it."""
        rules = self.rules_of(clause)
        english = self.english
        return ClauseReading(
            clause,
            [RuleReading(rule, english.rule(rule), cited(rule), english.texts(rule)) for rule in rules],
            [english.definition(d) for d in self.pack.definitions.values() if d.clause == clause.id],
            [figure for name, figure in self.figures() if self.pack.parameters[name].clause == clause.id],
            [f"{question} {value}" for question, value, of in self.settings() if of == clause.id],
            examples_of(self.pack, rules),
        )

    def figures(self) -> list[tuple[str, str]]:
        """The policy's own figures: (name, "the number that an appeal needs: 2")."""
        facts = self.pack.vocabulary.facts
        return [
            (name, f"{facts[name].label}: {figure_words(parameter, facts[name])}")
            for name, parameter in self.pack.parameters.items()
            if name in facts
        ]

    def settings(self) -> list[tuple[str, str, str]]:
        """What the force supplies: (question, what it is, the clause that leaves it to the force)."""
        known = self.english.settings
        return [
            (fact.question, value_words(known[name], fact).strip("“”") if name in known else "not set yet", fact.clause)
            for name, fact in self.pack.settings.items()
        ]

    @cached_property
    def chapters(self) -> list[Chapter]:
        """Every clause of the policy in its own order, in chapters of a readable length."""
        groups = chapters_of(self.pack.clauses.values(), self._weight)
        return [
            Chapter(
                at,
                title,
                tuple(clauses),
                titles_of(clauses, self.pack.chapters),
            )
            for at, (title, clauses) in enumerate(groups, 1)
        ]

    def _weight(self, clause: Clause) -> int:
        return 1 + sum(rule.clauses[0] == clause.id for rule in self.rules_of(clause))

    def chapter_of(self, clause: Clause) -> Chapter:
        """The chapter that the clause stands in."""
        return next(chapter for chapter in self.chapters if clause in chapter.clauses)

    def chosen(self, *, treatment: str = "", wording: str = "", moment: str = "", words: str = "") -> list[Clause]:
        """Clauses with the treatment, wording and moment asked for and every one of `words`; "" asks for all."""
        wanted = words.lower().split()
        return [
            clause
            for clause in self.pack.clauses.values()
            if treatment in ("", clause.treatment)
            and wording in ("", clause.wording)
            and (not moment or any(moment in rule.moments for rule in self.rules_of(clause)))
            and all(word in self.searched(clause) for word in wanted)
        ]

    def searched(self, clause: Clause) -> str:
        """What is searched of a clause, in small letters: its own words and the titles and advice of its rules."""
        own = [rule for rule in self.rules_of(clause) if clause.id in rule.clauses]
        rules = " ".join(f"{rule.title} {rule.remedy}" for rule in own)
        return f"{clause_text(clause)} {rules.lower()}"


def cited(rule: Rule) -> list[str]:
    """Every clause that the rule stands on, each once: its own, then those of its exceptions and effects."""
    effects = [*rule.then, *(effect for exemption in rule.unless for effect in exemption.then)]
    others = [*(exemption.clause for exemption in rule.unless), *(effect.clause for effect in effects)]
    return list(dict.fromkeys([*rule.clauses, *(clause for clause in others if clause)]))


def clause_text(clause: Clause) -> str:
    """A clause's own words, in small letters."""
    return f"{clause.id} {clause.number} {clause.says} {clause.note}".lower()
