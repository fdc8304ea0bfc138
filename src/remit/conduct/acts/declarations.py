"""What a person declares of their own accord, and the reminder that they may keep for themself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from remit.acts.act import Act, ActRefused, Kind
from remit.acts.models import Proposal
from remit.conduct.acts.receiving import by_somebody
from remit.conduct.models import Declaration, Reminder
from remit.people.facts import person_facts
from remit.people.models import Person


@dataclass
class DeclareAssociation(Act):
    """Somebody declares a contact, an association or a group. It is no allegation, and is always taken."""

    name: ClassVar[str] = "conduct.declare-association"
    label: ClassVar[str] = "Declare an association or a contact"
    moment: ClassVar[str] = "association.notify"
    kind: ClassVar[Kind] = Kind.REPORT

    force: str
    declared: str
    about_it: str

    @property
    def subject(self) -> str:
        return "conduct.declaration:new"

    def check(self) -> None:
        if self.declared not in Declaration.Kind.values:
            raise ActRefused("What you want to declare is missing.", "Choose one of the list.")
        if not self.about_it.strip():
            raise ActRefused("Who or what it is is missing.", "Write a sentence about it.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        facts: dict[str, Any] = {"association.kind": self.about_it}
        if self.declared != Declaration.Kind.CONTACT:
            facts["contact.received"] = False
        return {**(person_facts(actor, "actor", now=now) if actor is not None else {}), **facts}

    def personal(self) -> dict[str, Any]:
        return {"declaration": hashlib.sha256(self.about_it.encode()).hexdigest()}

    def described(self) -> list[tuple[str, str]]:
        return [("What is declared", str(Declaration.Kind(self.declared).label)), ("Who or what it is", self.about_it)]

    def apply(self, record: Proposal, now: datetime) -> None:
        made = Declaration.objects.create(
            force_id=self.force,
            person=by_somebody(record),
            kind=self.declared,
            about=self.about_it,
            declared_on=timezone.localdate(now),
        )
        record.subject = f"conduct.declaration:{made.pk}"


@dataclass
class KeepReminder(Act):
    """Somebody asks to be reminded to look over their own profiles: theirs alone, and nothing of what they saw."""

    name: ClassVar[str] = "conduct.keep-reminder"
    label: ClassVar[str] = "Keep a reminder for oneself"

    force: str
    on: str

    @property
    def subject(self) -> str:
        return "conduct.reminder:new"

    def apply(self, record: Proposal, now: datetime) -> None:
        made = Reminder.objects.create(person=by_somebody(record), on=date.fromisoformat(self.on))
        record.subject = f"conduct.reminder:{made.pk}"


@dataclass
class DoneReminder(Act):
    """Somebody puts their own reminder away."""

    name: ClassVar[str] = "conduct.done-reminder"
    label: ClassVar[str] = "Put away a reminder of one's own"

    force: str
    subject: str

    def apply(self, record: Proposal, now: datetime) -> None:
        kept = Reminder.objects.get(pk=int(self.subject.rpartition(":")[2]))
        if record.proposer is None or kept.person_id != record.proposer.pk:
            raise PermissionDenied("This reminder is somebody else's.")
        kept.done_on = timezone.localdate(now)
        kept.save()
