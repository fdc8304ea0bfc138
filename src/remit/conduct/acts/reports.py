"""Reports: a breach, a lost device. They are always taken; what they need is asked afterwards."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from remit.acts.act import Act, ActRefused, Kind
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.conduct.acts.receiving import pass_on, passed_by_policy, standards_post
from remit.conduct.models import Case
from remit.conduct.sight import subject_of
from remit.people.acts.subjects import subject_number
from remit.people.facts import person_facts
from remit.people.models import Device, Person

ANONYMOUS = "anonymous"


@dataclass
class ReportBreach(Act):
    """Somebody reports what may be a breach. Whom it is about never learns of it from Remit."""

    name: ClassVar[str] = "conduct.report-breach"
    label: ClassVar[str] = "Report a breach"
    moment: ClassVar[str] = "breach.report"
    kind: ClassVar[Kind] = Kind.REPORT

    force: str
    about_it: str
    #: Whom it is about: their number on the register (None where it is somebody else), and in words.
    whom: int | None = None
    whom_words: str = ""
    seen_at: str = ""
    channel: str = ""

    @property
    def subject(self) -> str:
        return "conduct.case:new"

    def check(self) -> None:
        if self.channel == ANONYMOUS:
            raise ActRefused(
                "An anonymous report is not made in Remit, which knows who is signed in.",
                "Use the force's own system. Nothing of this has been kept.",
            )
        if not self.about_it.strip():
            raise ActRefused("What happened is missing.", "Write a sentence; the rest can be asked later.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        about = self._whom()
        facts: dict[str, Any] = {"report.about": self.about_it}
        if about is not None and actor is not None:
            facts["report.subject_is_manager"] = actor.line_manager_id == about.pk
        own = person_facts(actor, "actor", now=now) if actor is not None else {}
        return {**own, **facts, **({"subject.category": about.category} if about else {})}

    def cast(self) -> Mapping[str, Any]:
        return {"subject": self._whom()}

    def personal(self) -> dict[str, Any]:
        """The entry commits to what was reported without its words: not even whoever reads the ledger gets them."""
        return {"report": hashlib.sha256(self.about_it.encode()).hexdigest()}

    def described(self) -> list[tuple[str, str]]:
        rows = [("Whom it is about", self.whom_said), ("What happened", self.about_it)]
        return [*rows, *([("Where it can be seen", self.seen_at)] if self.seen_at else [])]

    @property
    def whom_said(self) -> str:
        """Whom it is about, in words."""
        about = self._whom()
        return str(about) if about else self.whom_words or "Not known"

    def apply(self, record: Proposal, now: datetime) -> None:
        case = Case.objects.create(
            force_id=self.force,
            subject=self._whom(),
            subject_words=self.whom_words,
            reporter=record.proposer,
            about=self.about_it,
            seen_at=self.seen_at,
            opened_at=now,
            salt=secrets.token_hex(32),
        )
        record.subject = subject_of(case)
        if not passed_by_policy(record):
            pack = packs_of(self.force)[0]
            pass_on(record, standards_post(pack), self.cast(), now, self.name)

    def _whom(self) -> Person | None:
        return Person.objects.filter(pk=self.whom, force=self.force).first() if self.whom else None


@dataclass
class LoseDevice(Act):
    """Somebody reports that a device is lost. It is no longer offered as theirs, and whoever must act is told."""

    name: ClassVar[str] = "conduct.report-lost-device"
    label: ClassVar[str] = "Report a lost device"
    moment: ClassVar[str] = "device.lost"
    kind: ClassVar[Kind] = Kind.REPORT

    force: str
    subject: str
    lost_at: str
    device: int | None = None
    device_words: str = ""

    def check(self) -> None:
        if self._device() is None and not self.device_words.strip():
            raise ActRefused("The device is missing.", "Choose one of the list, or say which one it is.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        facts: dict[str, Any] = {"device.lost_at": datetime.fromisoformat(self.lost_at)}
        found = self._device()
        if found is not None:
            facts["device.owner"] = found.owner
        return {**(person_facts(actor, "actor", now=now) if actor is not None else {}), **facts}

    def personal(self) -> dict[str, Any]:
        return {"device": self.device_said, "lost_at": self.lost_at}

    def described(self) -> list[tuple[str, str]]:
        at = timezone.localtime(datetime.fromisoformat(self.lost_at))
        return [("The device", self.device_said), ("Lost", f"{at.day} {at:%B %Y}, {at:%H:%M}")]

    @property
    def device_said(self) -> str:
        """Which device it is, in words."""
        found = self._device()
        return f"{found} ({found.get_kind_display().lower()})" if found else self.device_words

    def apply(self, record: Proposal, now: datetime) -> None:
        found = self._device()
        if found is not None:
            found.ended_on = timezone.localdate(now)
            found.save()
        if not passed_by_policy(record):
            pack = packs_of(self.force)[0]
            reason = "A device is lost: change the passwords of the accounts that it can reach"
            pass_on(record, pack.in_doubt, {}, now, self.name, reason)

    def _device(self) -> Device | None:
        mine = subject_number(self.subject)
        return Device.objects.filter(pk=self.device, person=mine).first() if self.device else None
