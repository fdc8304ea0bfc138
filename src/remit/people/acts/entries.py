"""Who is on the register: somebody joins, their entry changes, somebody leaves, somebody looks."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone

from remit.acts.act import Act, ActRefused, Kind
from remit.acts.models import Proposal
from remit.acts.packs import library
from remit.environment import DEMONSTRATION_PREFIX
from remit.people.acts.subjects import AboutPeople, find_person, person_subject, read_day
from remit.people.models import Category, Device, Person, Team


def employments() -> dict[str, str]:
    """Kinds of employment, value -> what people read: Remit's own and those that a force's packs add."""
    added = library().vocabulary.facts["actor.category"]
    return {**dict(Category.choices), **{value: added.values[value] for value in added.added}}


@dataclass
class Entry:
    """What the register says of somebody, as JSON: keys of teams, the id of the line manager, ISO dates."""

    display_name: str
    shoulder_number: str
    category: str
    grade: str = ""
    email: str = ""
    teams: list[str] = field(default_factory=list)
    line_manager: int | None = None
    independent_patrol_since: str | None = None
    probation_passed_on: str | None = None

    def check(self, force: str, own: int | None = None) -> None:
        """Raise ActRefused for what cannot stand in the register; `own` is the person's own id."""
        if not self.display_name.strip():
            raise ActRefused("The name to show is missing.", "Give a role and shoulder number, such as PC 4417.")
        if self.category not in employments():
            choices = ", ".join(employments())
            raise ActRefused(f'"{self.category}" is no kind of employment.', f"Choose one of: {choices}.")
        known = set(Team.objects.filter(force=force).values_list("key", flat=True))
        if missing := [key for key in self.teams if key not in known]:
            raise ActRefused(f"The force has no team {', '.join(missing)}.", "Choose teams of the list.")
        if self.line_manager is not None:
            if self.line_manager == own:
                raise ActRefused("Nobody can be their own line manager.", "Choose somebody else, or nobody.")
            if not Person.objects.filter(pk=self.line_manager, force=force, is_active=True).exists():
                raise ActRefused("The line manager is not on your force's register.", "Choose somebody of the list.")
        read_day(self.independent_patrol_since, "Independent Patrol since")
        read_day(self.probation_passed_on, "Probation passed on")

    def write_to(self, person: Person) -> None:
        """Put it onto `person`, teams too: it must have been saved before."""
        person.display_name = self.display_name.strip()
        person.shoulder_number = self.shoulder_number.strip()
        person.category = self.category
        person.grade = self.grade
        person.email = self.email
        person.line_manager_id = self.line_manager
        person.independent_patrol_since = read_day(self.independent_patrol_since, "Independent Patrol since")
        person.probation_passed_on = read_day(self.probation_passed_on, "Probation passed on")
        person.save()
        person.teams.set(Team.objects.filter(force=person.force_id, key__in=self.teams))


@dataclass
class AddPerson(AboutPeople):
    """Put somebody on the register. They cannot sign in with a password until one is set for them."""

    name: ClassVar[str] = "people.add"
    label: ClassVar[str] = "Add somebody to the register"
    permission: ClassVar[str] = "person.change"
    staffs: ClassVar[bool] = True

    force: str
    username: str
    entry: dict[str, Any]

    @property
    def subject(self) -> str:
        return "people.person:new"

    def check(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9._@-]{0,79}", self.username):
            raise ActRefused(
                "That username cannot be used.", "Use lower-case letters, digits, full stops and hyphens, at most 80."
            )
        if self.username.startswith(DEMONSTRATION_PREFIX) and not settings.DEMONSTRATION:
            words = f'A username may not begin with "{DEMONSTRATION_PREFIX}": those are the demonstration\'s.'
            raise ActRefused(words, "Choose another.")
        if Person.objects.filter(username=self.username).exists():
            raise ActRefused("That username is taken.", "Choose another.")
        Entry(**self.entry).check(self.force)

    def personal(self) -> dict[str, Any]:
        return {"entry": self.entry}

    def apply(self, record: Proposal, now: datetime) -> None:
        person = Person(username=self.username, force_id=self.force, pseudonym=f"person-{secrets.token_hex(8)}")
        person.set_unusable_password()
        person.category = self.entry["category"]
        person.save()
        Entry(**self.entry).write_to(person)
        record.subject = person_subject(person)


@dataclass
class ChangePerson(AboutPeople):
    """Correct somebody's entry, or note that they moved."""

    name: ClassVar[str] = "people.change"
    label: ClassVar[str] = "Change somebody's entry in the register"
    permission: ClassVar[str] = "person.change"
    staffs: ClassVar[bool] = True

    force: str
    subject: str
    entry: dict[str, Any]

    def check(self) -> None:
        Entry(**self.entry).check(self.force, own=find_person(self.subject, self.force).pk)

    def personal(self) -> dict[str, Any]:
        return {"entry": self.entry}

    def cast(self) -> Mapping[str, Any]:
        return {"subject": find_person(self.subject, self.force)}

    def apply(self, record: Proposal, now: datetime) -> None:
        Entry(**self.entry).write_to(find_person(self.subject, self.force))


@dataclass
class RecordLeaving(AboutPeople):
    """Somebody leaves: on that day every role and every standing permission of theirs ends."""

    name: ClassVar[str] = "people.leave"
    label: ClassVar[str] = "Record that somebody leaves"
    permission: ClassVar[str] = "person.change"
    staffs: ClassVar[bool] = True

    force: str
    subject: str
    leaving_on: str
    #: The day on which they told those who look after accounts, and whether they keep an individual account.
    told_on: str | None = None
    keeps_account: bool | None = None

    def check(self) -> None:
        find_person(self.subject, self.force)
        if not read_day(self.leaving_on, "The day of leaving"):
            raise ActRefused("The day of leaving is missing.", "Give a date.")
        read_day(self.told_on, "The day of telling")

    def cast(self) -> Mapping[str, Any]:
        return {"subject": find_person(self.subject, self.force)}

    def personal(self) -> dict[str, Any]:
        return {"leaving_on": self.leaving_on}

    def apply(self, record: Proposal, now: datetime) -> None:
        person = find_person(self.subject, self.force)
        last = date.fromisoformat(self.leaving_on)
        gone = last < timezone.localdate(now)
        person.leaving_on = last
        person.leaving_told_on, person.keeps_account = read_day(self.told_on, "The day"), self.keeps_account
        person.is_active = not gone
        person.save()
        for held in person.roles_held.exclude(until__lte=last):
            held.until = last
            held.save()
        for grant in person.grants.filter(ended_at=None):
            grant.until = min(grant.until or last, last)
            grant.ended_at = now if gone else None
            grant.save()
        for device in person.devices.filter(ended_on=None, owner=Device.Owner.FORCE):
            device.ended_on = last
            device.save()


@dataclass
class RecordMove(AboutPeople):
    """Somebody moves to other teams: their use of accounts, and the roles held over a team they leave, end that day."""

    name: ClassVar[str] = "people.move"
    label: ClassVar[str] = "Record that somebody moves to another team"
    permission: ClassVar[str] = "person.change"

    force: str
    subject: str
    moved_on: str
    teams: list[str]

    def check(self) -> None:
        find_person(self.subject, self.force)
        if not read_day(self.moved_on, "The day of moving"):
            raise ActRefused("The day of moving is missing.", "Give a date.")
        known = set(Team.objects.filter(force=self.force).values_list("key", flat=True))
        if missing := [key for key in self.teams if key not in known]:
            raise ActRefused(f"The force has no team {', '.join(missing)}.", "Choose teams of the list.")

    def cast(self) -> Mapping[str, Any]:
        return {"subject": find_person(self.subject, self.force)}

    def personal(self) -> dict[str, Any]:
        return {"moved_on": self.moved_on, "teams": self.teams}

    def apply(self, record: Proposal, now: datetime) -> None:
        person = find_person(self.subject, self.force)
        last = date.fromisoformat(self.moved_on)
        person.moved_on = last
        person.save()
        for held in person.roles_held.exclude(team=None).exclude(team__key__in=self.teams).exclude(until__lte=last):
            held.until = last
            held.save()
        for grant in person.grants.filter(kind="authorisation", ended_at=None).exclude(until__lte=last):
            grant.until = last
            grant.save()
        person.teams.set(Team.objects.filter(force=person.force_id, key__in=self.teams))


@dataclass
class ReadPerson(Act):
    """Somebody looks at another person's entry; it is in the ledger before it is shown."""

    name: ClassVar[str] = "people.read"
    label: ClassVar[str] = "Look at somebody's entry in the register"
    kind: ClassVar[Kind] = Kind.READ
    permission: ClassVar[str] = "person.read"

    force: str
    subject: str

    def check(self) -> None:
        find_person(self.subject, self.force)

    def apply(self, record: Proposal, now: datetime) -> None:
        """Nothing changes: the entry in the ledger is all there is to do."""
