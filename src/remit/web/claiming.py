"""Exceptions that count only where somebody claims them: whoever meets the rule may, and nobody asks them to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from remit.policy.decision import Finding
from remit.policy.vocabulary import Fact
from remit.web.questions import ANSWERED_BY_AUTHORS, Question, Unread, question, shown_type


@dataclass(frozen=True)
class Claim:
    """One exception that would excuse what a policy has found, and the first fact that is to be said for it."""

    why: str
    fact: str
    #: What it would excuse.
    title: str
    clauses: tuple[str, ...]
    pack: str


def claims(findings: Iterable[Finding], facts: Mapping[str, Fact], puts_to: Collection[str]) -> list[Claim]:
    """The exceptions that these findings would still fall under, each once, where `puts_to` can say all of it."""
    found: dict[tuple[str, str], Claim] = {}
    for finding in findings:
        for why, names in finding.claims:
            open_ = [facts[name] for name in names if name in facts]
            if open_ and all(fact.supplier in puts_to and shown_type(fact) != "other" for fact in open_):
                claim = Claim(why, open_[0].name, finding.title, finding.clauses, finding.pack)
                found.setdefault((why, claim.fact), claim)
    return list(found.values())


def with_questions(
    findings: Iterable[Finding], facts: Mapping[str, Fact], said: Collection[str], unread: Mapping[str, Unread]
) -> list[tuple[Claim, Question]]:
    """What an author may claim, each with its question as a form shows it; without the facts that were `said`."""
    return [
        (claim, question(facts[claim.fact], "", {}, (), unread.get(claim.fact), asked=False))
        for claim in {claim.fact: claim for claim in claims(findings, facts, ANSWERED_BY_AUTHORS)}.values()
        if claim.fact not in said
    ]
