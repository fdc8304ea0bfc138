"""Business interests on social media: declared, decided on by a person with a reason, and begun as the policy says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils import timezone

from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.acts.referrals import tell_person
from remit.conduct.acts.receiving import by_somebody
from remit.conduct.models import Interest
from remit.people.facts import person_facts
from remit.people.models import Person


def find_interest(subject: str, force: str) -> Interest:
    """The interest that "conduct.interest:3" names. Raises ActRefused where the force has none."""
    number = subject.rpartition(":")[2]
    found = Interest.objects.filter(pk=int(number), force=force).first() if number.isdigit() else None
    if found is None:
        raise ActRefused("There is no such business interest.", "Open it from the list.")
    return found


@dataclass
class DeclareInterest(Act):
    """Put a business interest on the register, so that somebody can decide on it."""

    name: ClassVar[str] = "conduct.declare-interest"
    label: ClassVar[str] = "Declare a business interest"
    moment: ClassVar[str] = "register.change"

    force: str
    about_it: str
    network: str = ""
    starts_on: str = ""

    @property
    def subject(self) -> str:
        return "conduct.interest:new"

    def check(self) -> None:
        if not self.about_it.strip():
            raise ActRefused("What the business is is missing.", "Write a sentence about it.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {"register.kind": "interests"}

    def personal(self) -> dict[str, Any]:
        return {"interest": self.about_it}

    def apply(self, record: Proposal, now: datetime) -> None:
        made = Interest.objects.create(
            force_id=self.force,
            person=by_somebody(record),
            about=self.about_it,
            network=self.network,
            starts_on=date.fromisoformat(self.starts_on) if self.starts_on else None,
            registered_on=timezone.localdate(now),
        )
        record.subject = f"conduct.interest:{made.pk}"


@dataclass
class DecideInterest(Act):
    """Record the decision on an interest, taken under the force's own procedure; nobody decides on their own."""

    name: ClassVar[str] = "conduct.decide-interest"
    label: ClassVar[str] = "Decide on a business interest"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "interest.decide"

    force: str
    subject: str
    approve: bool
    reason: str

    def check(self) -> None:
        if not self.reason.strip():
            raise ActRefused("The reason is missing.", "Say in a sentence why.")
        if find_interest(self.subject, self.force).state != Interest.State.DECLARED:
            raise ActRefused("This interest has been decided on already.", "See its page.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {"register.kind": "interests"}

    def cast(self) -> Mapping[str, Any]:
        return {"subject": find_interest(self.subject, self.force).person}

    def about(self) -> dict[str, Any]:
        return {"approve": self.approve}

    def personal(self) -> dict[str, Any]:
        return {"reason": self.reason}

    def apply(self, record: Proposal, now: datetime) -> None:
        interest = find_interest(self.subject, self.force)
        if record.proposer_id == interest.person_id:
            raise ActRefused("Nobody decides on their own business interest.", "Ask somebody else who may.")
        interest.state = Interest.State.APPROVED if self.approve else Interest.State.REFUSED
        interest.decided_on, interest.decided_by = timezone.localdate(now), record.proposer
        interest.reason = self.reason
        interest.save()
        words = "approved" if self.approve else "not approved"
        tell_person(record, interest.person, f"Your business interest was {words}: {self.reason}", now)


@dataclass
class BeginInterest(Act):
    """Begin a declared interest, as far as the policy allows it and whoever it names agrees."""

    name: ClassVar[str] = "conduct.begin-interest"
    label: ClassVar[str] = "Begin a business interest"
    moment: ClassVar[str] = "business.interest"

    force: str
    subject: str

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        interest = find_interest(self.subject, self.force)
        approved = interest.state == Interest.State.APPROVED
        facts: dict[str, Any] = {
            "interest.kind": interest.about,
            "interest.registered_on": interest.registered_on,
            "interest.approved_on": interest.decided_on if approved else None,
            "interest.started_on": interest.starts_on,
        }
        return {**(person_facts(actor, "actor", now=now) if actor is not None else {}), **facts}

    def described(self) -> list[tuple[str, str]]:
        interest = find_interest(self.subject, self.force)
        return [("The interest", interest.about), ("Where", interest.network or "Not said")]

    def apply(self, record: Proposal, now: datetime) -> None:
        interest = find_interest(self.subject, self.force)
        if record.proposer_id != interest.person_id:
            raise ActRefused("This is somebody else's business interest.", "Declare your own.")
        given = record.says.filter(answer="approve").order_by("answered_at").last()
        if given is not None and interest.state == Interest.State.DECLARED:
            interest.state, interest.reason = Interest.State.APPROVED, given.reason
            interest.decided_on, interest.decided_by = timezone.localdate(now), given.answered_by
            interest.save()
