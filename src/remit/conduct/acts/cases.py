"""Cases: looking at one, and each step of assessing it. What comes of a case is for a person, who says why."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied

from remit.acts import referrals
from remit.acts.act import Act, ActRefused, Kind
from remit.acts.facts import read_answers
from remit.acts.models import Proposal, Referral
from remit.acts.packs import packs_of
from remit.conduct.acts.receiving import pass_on, passed_by_policy, standards_post
from remit.conduct.models import Case
from remit.conduct.sight import may_see, subject_of
from remit.people.facts import person_facts
from remit.people.models import Person

STEPS = {"assess": "Assess it", "refer": "Refer it", "close": "Close it"}
NO_SUCH = "There is no such case for you. Ask the team that it was passed to."


def find_case(subject: str, force: str) -> Case:
    """The case that "conduct.case:3" names. Raises ActRefused where the force has none."""
    number = subject.rpartition(":")[2]
    found = Case.objects.filter(pk=int(number), force=force).first() if number.isdigit() else None
    if found is None:
        raise ActRefused("There is no such case.", "Open it from your tasks.")
    return found


@dataclass
class ReadCase(Act):
    """Somebody looks at a case; it is in the ledger before anything of it is shown."""

    name: ClassVar[str] = "conduct.read-case"
    label: ClassVar[str] = "Look at a case"
    kind: ClassVar[Kind] = Kind.READ

    force: str
    subject: str

    def apply(self, record: Proposal, now: datetime) -> None:
        if record.proposer is None or not may_see(find_case(self.subject, self.force), record.proposer, now):
            raise PermissionDenied(NO_SUCH)


@dataclass
class AssessCase(Act):
    """One step of a case: it is assessed, referred or closed, with the reasons of whoever decides."""

    name: ClassVar[str] = "conduct.assess-case"
    label: ClassVar[str] = "Assess a case"
    moment: ClassVar[str] = "breach.assess"

    force: str
    subject: str
    step: str
    rationale: str
    #: What was done, in words; nothing follows by itself.
    action: str = ""
    #: Facts that are answered anew: what earlier steps found of them no longer counts.
    anew: list[str] = field(default_factory=list)

    def check(self) -> None:
        if self.step not in STEPS:
            raise ActRefused("The step is missing.", "Choose one of the list.")
        if not self.rationale.strip():
            raise ActRefused(
                "The reasons are missing.", "Write down why; a decision on a case stands with its reasons."
            )
        if find_case(self.subject, self.force).state == Case.State.CLOSED:
            raise ActRefused("This case is closed.", "What comes to light later is reported anew.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        case = find_case(self.subject, self.force)
        packs = packs_of(self.force)
        found = read_answers({k: v for k, v in case.findings.items() if k not in self.anew}, packs)
        own = person_facts(actor, "actor", now=now) if actor is not None else {}
        actions = [*case.actions, *([self.action] if self.action else [])]
        about = {"subject.category": case.subject.category} if case.subject else {}
        step = {"case.step": self.step, "case.rationale": self.rationale, "case.actions": actions}
        return {**found, **own, **about, **step}

    def cast(self) -> Mapping[str, Any]:
        return {"subject": find_case(self.subject, self.force).subject}

    def personal(self) -> dict[str, Any]:
        return {"rationale": hashlib.sha256(self.rationale.encode()).hexdigest()}

    def about(self) -> dict[str, Any]:
        return {"step": self.step}

    def described(self) -> list[tuple[str, str]]:
        rows = [("Step", STEPS[self.step]), ("Reasons", self.rationale)]
        return [*rows, *([("What was done", self.action)] if self.action else [])]

    def apply(self, record: Proposal, now: datetime) -> None:
        case = find_case(self.subject, self.force)
        if record.proposer is None or not may_see(case, record.proposer, now):
            raise PermissionDenied(NO_SUCH)
        answered = {**record.answers, **record.settled}
        case.findings = {**case.findings, **{k: v for k, v in answered.items() if k != "act.acknowledged"}}
        if self.action:
            case.actions = [*case.actions, self.action]
        if self.step == "refer" and not passed_by_policy(record):
            pass_on(record, standards_post(packs_of(self.force)[0]), self.cast(), now, self.name)
        if self.step == "close":
            case.state, case.closed_at = Case.State.CLOSED, now
            for passed in Referral.objects.filter(subject=subject_of(case), closed_at=None):
                if referrals.may_see(passed, record.proposer, now):
                    referrals.close(passed, record.proposer, now, "The case was closed.")
        case.save()
