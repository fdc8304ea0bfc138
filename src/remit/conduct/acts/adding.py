"""What somebody adds to their own report afterwards: answers that it left open, and anything more that they know."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from remit.acts import door, referrals
from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal, Referral
from remit.acts.secrecy import barred
from remit.conduct.acts.reports import LoseDevice, ReportBreach
from remit.conduct.models import Case
from remit.conduct.sight import KIND
from remit.people.models import Person

REPORTS = (ReportBreach.name, LoseDevice.name)


def own_report(number: int, person: Person) -> Proposal | None:
    """The report that `person` made and may still add to; None where it is not theirs, about them, or closed."""
    found = Proposal.objects.filter(pk=number, proposer=person, act__in=REPORTS, state=Proposal.State.APPLIED).first()
    if found is None or person.pk in barred(found.subject):
        return None
    closed = found.subject.startswith(f"{KIND}:") and not _case(found.subject, Case.State.OPEN)
    return None if closed else found


def _case(subject: str, state: str) -> bool:
    return Case.objects.filter(pk=int(subject.rpartition(":")[2]), state=state).exists()


@dataclass
class AddToReport(Act):
    """Whoever reported something says more; what follows from it is kept in step, and whoever looks into it is told."""

    name: ClassVar[str] = "conduct.add-to-report"
    label: ClassVar[str] = "Add to a report"

    report: int
    more: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    not_sure: list[str] = field(default_factory=list)

    @cached_property
    def _row(self) -> Proposal:
        return Proposal.objects.get(pk=self.report)

    @property
    def force(self) -> str:
        return self._row.force

    @property
    def subject(self) -> str:
        return self._row.subject

    def check(self) -> None:
        if not (self.more.strip() or self.answers or self.not_sure):
            raise ActRefused("Nothing has been added.", "Answer a question, or write what else you know.")

    def personal(self) -> dict[str, Any]:
        """The entry commits to the words without holding them, as that of the report does."""
        return {"more": hashlib.sha256(self.more.encode()).hexdigest()} if self.more else {}

    def apply(self, record: Proposal, now: datetime) -> None:
        if record.proposer is None or own_report(self.report, record.proposer) is None:
            raise ActRefused("There is no report of yours to add to.", "Report it anew.")
        door.supplement(self._row, self.answers, record.proposer, now, not_sure=self.not_sure)
        passed = Referral.objects.filter(subject=self.subject, closed_at=None).exclude(taken_by=None)
        for referral in passed.filter(proposal=self._row):
            referrals.tell_person(record, referral.taken_by, "Something was added to a report that you took on.", now)


def additions(report: Proposal) -> list[Proposal]:
    """What its reporter wrote besides the answers, in their order."""
    made = Proposal.objects.filter(act=AddToReport.name, subject=report.subject, data__report=report.pk)
    return [each for each in made.order_by("proposed_at") if each.data["more"]]
