"""What people hold besides roles: training, acknowledgements, devices, licences, and whether they are on duty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils import timezone

from remit.acts.act import ActRefused
from remit.acts.models import Grant, Proposal
from remit.acts.packs import library
from remit.people.acts.subjects import AboutPeople, find_person, not_oneself, read_day
from remit.people.documents import current_version, document_title
from remit.people.facts import RESEARCH, RESEARCH_LEVELS
from remit.people.models import Acknowledgement, Device, DutyState, Training

#: The shipped kinds of training; `training_kinds` has those that a force's own policies add besides.
TRAININGS = {
    "masterclass": "Social media masterclass",
    "refresher": "Annual refresher",
    "social-media": "General social media training",
}
#: Standing permissions over a person alone that the registers of people keep.
STANDING = {
    "licence": "Licence for the social media management software",
    "audit-licence": "Licence for the social media auditing software",
    "written-approval": "Written approval of work-related use",
}


def training_kinds() -> dict[str, str]:
    """The kinds of training that can be recorded: values of `actor.trainings[].kind`, and research by its levels."""
    named = library().vocabulary.facts["actor.trainings"].fields["kind"].values
    kinds = {key: TRAININGS.get(key) or words[:1].upper() + words[1:] for key, words in named.items()}
    return {**kinds, **{f"{RESEARCH}{level}": f"Internet research, level {level}" for level in RESEARCH_LEVELS}}


@dataclass
class RecordTraining(AboutPeople):
    """Note that somebody attended a training."""

    name: ClassVar[str] = "people.record-training"
    label: ClassVar[str] = "Record training"
    permission: ClassVar[str] = "training.record"

    force: str
    subject: str
    training: str
    on: str

    def check(self) -> None:
        find_person(self.subject, self.force)
        if self.training not in training_kinds():
            raise ActRefused(f'"{self.training}" is no kind of training.', "Choose one of the list.")
        on = read_day(self.on, "The day of the training")
        if on is None:
            raise ActRefused("The day of the training is missing.", "Give a date.")
        if on > timezone.localdate():
            raise ActRefused("The training is in the future.", "Record it once it has been attended.")

    def cast(self) -> Mapping[str, Any]:
        return {"subject": find_person(self.subject, self.force)}

    def personal(self) -> dict[str, Any]:
        return {"training": self.training, "on": self.on}

    def apply(self, record: Proposal, now: datetime) -> None:
        person = find_person(self.subject, self.force)
        not_oneself(record, person, "record training")
        Training.objects.get_or_create(person=person, kind=self.training, on=date.fromisoformat(self.on))


@dataclass
class Acknowledge(AboutPeople):
    """A person says themself that they read and accept a document in one version."""

    name: ClassVar[str] = "people.acknowledge"
    label: ClassVar[str] = "Read and accept a document"
    permission: ClassVar[str] = "policy.acknowledge"

    force: str
    subject: str
    document: str
    version: str

    def check(self) -> None:
        find_person(self.subject, self.force)
        if not document_title(self.document):
            raise ActRefused(f'There is no document "{self.document}".', "Open it from your own entry.")
        if self.version != current_version(self.document):
            raise ActRefused("Another version is in force by now.", "Open it again, and read what has changed.")

    def about(self) -> dict[str, Any]:
        return {"document": self.document, "version": self.version}

    def apply(self, record: Proposal, now: datetime) -> None:
        Acknowledgement.objects.get_or_create(
            person=find_person(self.subject, self.force),
            document=self.document,
            version=self.version,
            defaults={"on": timezone.localdate(now)},
        )


@dataclass
class RegisterDevice(AboutPeople):
    """Put a device on the register, with whoever uses it."""

    name: ClassVar[str] = "people.register-device"
    label: ClassVar[str] = "Add a device to the register"
    permission: ClassVar[str] = "device.register"

    force: str
    subject: str
    device: str
    owner: str
    device_kind: str
    screen_lock: bool = True
    #: The level of internet research that it is marked for; None where it is marked for none.
    research_level: int | None = None

    def check(self) -> None:
        find_person(self.subject, self.force)
        if not self.device.strip():
            raise ActRefused("The device has no name.", "Give one, such as its asset tag.")
        if self.owner not in Device.Owner.values or self.device_kind not in Device.Kind.values:
            raise ActRefused("The owner or the kind of device is missing.", "Choose one of each list.")

    def personal(self) -> dict[str, Any]:
        return {"device": self.device, "owner": self.owner}

    def apply(self, record: Proposal, now: datetime) -> None:
        Device.objects.create(
            force_id=self.force,
            person=find_person(self.subject, self.force),
            name=self.device.strip(),
            owner=self.owner,
            kind=self.device_kind,
            screen_lock=self.screen_lock,
            research_level=self.research_level,
        )


@dataclass
class SetDutyState(AboutPeople):
    """A person says themself whether they are on duty; it holds for a shift."""

    name: ClassVar[str] = "people.set-duty-state"
    label: ClassVar[str] = "Say whether you are on duty"
    permission: ClassVar[str] = "duty-state.set"

    force: str
    subject: str
    state: str

    def check(self) -> None:
        find_person(self.subject, self.force)
        if self.state not in DutyState.values:
            raise ActRefused("That is no duty state.", "Choose one of the list.")

    def personal(self) -> dict[str, Any]:
        return {"state": self.state}

    def apply(self, record: Proposal, now: datetime) -> None:
        person = find_person(self.subject, self.force)
        person.duty_state = self.state
        person.duty_state_at = now
        person.save()


@dataclass
class GiveStandingPermission(AboutPeople):
    """A licence, or a senior officer's written approval: held by a person, not over any one account."""

    name: ClassVar[str] = "people.give-permission"
    label: ClassVar[str] = "Record a licence or a written approval"
    permission: ClassVar[str] = "account.authorise"
    staffs: ClassVar[bool] = True

    force: str
    subject: str
    grant: str
    reason: str
    since: str
    until: str | None = None

    def check(self) -> None:
        find_person(self.subject, self.force)
        if self.grant not in STANDING:
            raise ActRefused(f'"{self.grant}" is no standing permission.', "Choose one of the list.")
        if read_day(self.since, "The first day") is None:
            raise ActRefused("The first day is missing.", "Give a date.")
        read_day(self.until, "The last day")

    def cast(self) -> Mapping[str, Any]:
        return {"subject": find_person(self.subject, self.force)}

    def about(self) -> dict[str, Any]:
        return {"grant": self.grant}

    def apply(self, record: Proposal, now: datetime) -> None:
        person = find_person(self.subject, self.force)
        not_oneself(record, person, "give a standing permission")
        Grant.objects.create(
            force=self.force,
            kind=self.grant,
            person=person,
            reason=self.reason,
            since=date.fromisoformat(self.since),
            until=read_day(self.until, "The last day"),
            given_by=record.proposer,
        )
