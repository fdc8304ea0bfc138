"""Starting, ending and looking at research; beginning, closing and looking at a vetting check."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from remit.acts.act import Act, ActRefused, Kind
from remit.acts.facts import read_answers
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.people.facts import person_facts
from remit.people.models import Device, Person
from remit.people.permissions import permits
from remit.research.models import Check, Research
from remit.research.sight import known_to


def _number(subject: str) -> int:
    number = subject.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def find_research(subject: str, force: str) -> Research:
    """The research that "research.research:3" names. Raises ActRefused where the force has none."""
    found = Research.objects.filter(pk=_number(subject), force=force).first()
    if found is None:
        raise ActRefused("There is no such research.", "Open it from the register.")
    return found


def find_check(subject: str, force: str) -> Check:
    """The check that "research.check:3" names. Raises ActRefused where the force has none."""
    found = Check.objects.filter(pk=_number(subject), force=force).first()
    if found is None:
        raise ActRefused("There is no such check.", "Open it from the list.")
    return found


def _said(record: Proposal) -> dict[str, Any]:
    return {k: v for k, v in {**record.answers, **record.settled}.items() if k != "act.acknowledged"}


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


@dataclass
class StartResearch(Act):
    """Somebody begins to look for something on the internet, on an authority where one is needed."""

    name: ClassVar[str] = "research.start"
    label: ClassVar[str] = "Start research on the internet"
    moment: ClassVar[str] = "investigation.start"

    force: str
    purpose: str
    #: Number of the device of the register that will be used; None for another.
    device: int | None = None
    authority_until: str = ""
    review_on: str = ""

    @property
    def subject(self) -> str:
        return "research.research:new"

    def check(self) -> None:
        if not self.purpose.strip():
            raise ActRefused("What the research is for is missing.", "Write a sentence.")
        if self.authority_until and date.fromisoformat(self.authority_until) < timezone.localdate():
            raise ActRefused("The authority has run out.", "Have it renewed first.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        used = Device.objects.filter(pk=self.device, force=self.force, ended_on=None).first() if self.device else None
        facts: dict[str, Any] = {
            "research.purpose": self.purpose,
            "research.equipment_level": used.research_level if used else None,
        }
        if used is not None:
            facts["device.owner"] = used.owner
            if used.owner == Device.Owner.FORCE:
                facts["research.force_computer"] = True
        return {**(person_facts(actor, "actor", now=now) if actor is not None else {}), **facts}

    def personal(self) -> dict[str, Any]:
        return {"purpose": _digest(self.purpose)}

    def described(self) -> list[tuple[str, str]]:
        return [("What it is for", self.purpose)]

    def apply(self, record: Proposal, now: datetime) -> None:
        if record.proposer is None:
            raise ActRefused("Only a person does research.", "Sign in first.")
        made = Research.objects.create(
            force_id=self.force,
            person=record.proposer,
            purpose=self.purpose,
            said=_said(record),
            authority_until=date.fromisoformat(self.authority_until) if self.authority_until else None,
            review_on=date.fromisoformat(self.review_on) if self.review_on else None,
            started_at=now,
        )
        record.subject = f"research.research:{made.pk}"


@dataclass
class ReviewResearch(Act):
    """Somebody looks at their research again: it goes on until another day, or ends with what came of it."""

    name: ClassVar[str] = "research.review"
    label: ClassVar[str] = "Review or end research"

    force: str
    subject: str
    outcome: str
    ends: bool
    review_on: str = ""
    authority_until: str = ""

    def check(self) -> None:
        if find_research(self.subject, self.force).ended_at is not None:
            raise ActRefused("This research has ended.", "Start anew if there is more to look for.")
        if not self.outcome.strip():
            raise ActRefused("What came of it is missing.", "Write a sentence.")
        if not self.ends and not self.review_on:
            raise ActRefused("The day of the next review is missing.", "Give a day, or end the research.")

    def personal(self) -> dict[str, Any]:
        return {"outcome": _digest(self.outcome)}

    def about(self) -> dict[str, Any]:
        return {"ends": self.ends}

    def apply(self, record: Proposal, now: datetime) -> None:
        research = find_research(self.subject, self.force)
        if record.proposer_id != research.person_id:
            raise PermissionDenied("This research is somebody else's.")
        research.outcome = f"{research.outcome}\n{self.outcome}".strip()
        research.ended_at = now if self.ends else None
        research.review_on = date.fromisoformat(self.review_on) if self.review_on else None
        if self.authority_until:
            research.authority_until = date.fromisoformat(self.authority_until)
        research.save()


@dataclass
class ReadResearch(Act):
    """Somebody looks at another's research; it is in the ledger before it is shown."""

    name: ClassVar[str] = "research.read"
    label: ClassVar[str] = "Look at somebody's research"
    kind: ClassVar[Kind] = Kind.READ
    permission: ClassVar[str] = "research.read"

    force: str
    subject: str

    def check(self) -> None:
        find_research(self.subject, self.force)

    def apply(self, record: Proposal, now: datetime) -> None:
        """Nothing changes: the entry in the ledger is all there is to do."""


@dataclass
class CheckVetting(Act):
    """One step of a vetting check: begun with its purpose, closed with what was found. A person draws what follows."""

    name: ClassVar[str] = "research.check-vetting"
    label: ClassVar[str] = "Check social media for vetting"
    moment: ClassVar[str] = "vetting.check"
    permission: ClassVar[str] = "vetting.check"

    force: str
    subject: str = "research.check:new"
    purpose: str = ""
    whom: int | None = None
    whom_words: str = ""
    #: Facts that are answered anew: what was said of them before no longer counts.
    anew: list[str] = field(default_factory=list)

    @property
    def closes_it(self) -> bool:
        """Whether this is the second step."""
        return self.subject != "research.check:new"

    def check(self) -> None:
        if self.closes_it:
            if find_check(self.subject, self.force).closed_at is not None:
                raise ActRefused("This check is closed.", "Begin another.")
        elif not self.purpose.strip() or not (self.whom or self.whom_words.strip()):
            raise ActRefused("Whom or what the check is for is missing.", "Say both.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        there = find_check(self.subject, self.force) if self.closes_it else None
        before = {k: v for k, v in there.said.items() if k not in self.anew} if there else {}
        return {
            **read_answers(before, packs_of(self.force)),
            **(person_facts(actor, "actor", now=now) if actor is not None else {}),
            "vetting.purpose": there.purpose if there else self.purpose,
            "vetting.step": "close" if there else "start",
            **({} if there else {"vetting.finding": None}),  # nothing has been found before anybody looks
        }

    def cast(self) -> Mapping[str, Any]:
        about = find_check(self.subject, self.force).subject if self.closes_it else self._whom()
        return {"subject": about}

    def personal(self) -> dict[str, Any]:
        return {"purpose": _digest(self.purpose)}

    def described(self) -> list[tuple[str, str]]:
        return [("What it is for", self.purpose)] if self.purpose else []

    def apply(self, record: Proposal, now: datetime) -> None:
        if record.proposer is None:
            raise ActRefused("Only a person checks.", "Sign in first.")
        if self.closes_it:
            check = find_check(self.subject, self.force)
            if check.pk not in known_to(record.proposer, now):
                raise PermissionDenied("There is no such check for you.")
            check.said, check.closed_at = {**check.said, **_said(record)}, now
            check.save()
            return
        about = self._whom()
        if about == record.proposer:
            raise ActRefused("Nobody checks themself.", "Ask another checker.")
        made = Check.objects.create(
            force_id=self.force,
            checker=record.proposer,
            subject=about,
            subject_words=self.whom_words,
            purpose=self.purpose,
            said=_said(record),
            begun_at=now,
            salt=secrets.token_hex(32),
        )
        record.subject = f"research.check:{made.pk}"

    def _whom(self) -> Person | None:
        return Person.objects.filter(pk=self.whom, force=self.force).first() if self.whom else None


@dataclass
class ReadCheck(Act):
    """Somebody looks at a vetting check; it is in the ledger before it is shown."""

    name: ClassVar[str] = "research.read-check"
    label: ClassVar[str] = "Look at a vetting check"
    kind: ClassVar[Kind] = Kind.READ
    permission: ClassVar[str] = "vetting.check"

    force: str
    subject: str

    def apply(self, record: Proposal, now: datetime) -> None:
        if record.proposer is None or find_check(self.subject, self.force).pk not in known_to(record.proposer, now):
            raise PermissionDenied("There is no such check for you.")


def may_read(research: Research, person: Person) -> bool:
    """Whether `person` may see somebody's research: their own, or by their role."""
    return research.person_id == person.pk or permits(person, "research.read", research.force_id)
