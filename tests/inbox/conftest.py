"""Forces under the shipped policies, each with an account on the practice network and people who answer messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from remit.accounts.models import Account
from remit.acts.models import Grant
from remit.acts.packs import library
from remit.inbox.models import Message
from remit.inbox.reading import bring_in
from remit.people.documents import asked_by, current_version
from remit.people.models import Acknowledgement, Device, Force, Person, RoleHeld, Team
from remit.platforms.practice import network
from remit.platforms.practice.models import PracticeProfile

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PACKS = {"cleveland": "cleveland", "essex": "essex", "norfolk": "norfolk-suffolk", "surrey": "surrey-sussex"}
PACKS |= {"wiltshire": "wiltshire"}


class Clock:
    """A clock that stands until it is put forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class World:
    """One force, and the steps that tests take in it."""

    def __init__(self, slug: str, clock: Clock, network_: str = "x") -> None:
        self.clock, self.slug = clock, slug
        pack = library().packs[PACKS[slug]]
        defaults = {name.removeprefix("force."): value for name, value in pack.setting_defaults.items()}
        settings = {**defaults, "website": f"www.{slug}.police.uk", "approved_networks": ["x", "facebook"]}
        self.force = Force.objects.create(
            slug=slug, name=f"{slug.title()} Police", packs=[pack.name], settings=settings
        )
        for who in pack.who.values():
            if who.team:
                Team.objects.get_or_create(force=self.force, key=who.team, defaults={"name": who.title[:80]})
        self.manager = self.person("Inspector 1203", ["supervisor", "head-of-corporate-communications"])
        self.author = self.person("PC 4417", ["author"], manager=self.manager)
        self.head = self.person("Head 8001", ["corporate-communications"], "corporate-communications")
        self.control = self.person("Supervisor 6021", ["control-room"], "control-room")
        self.account = Account.objects.create(
            force=self.force,
            platform="practice",
            network=network_,
            handle=f"{slug}-police",
            name=f"{slug.title()} Police",
            kind="main",
            created_on=date(2024, 1, 1),
            owner=self.head,
            monitored_by_contact=True,
        )
        PracticeProfile.objects.create(handle=f"{slug}-police", name=f"{slug.title()} Police", network=network_)
        for person in (self.author, self.head):
            since, over = date(2025, 1, 1), f"accounts.account:{self.account.pk}"
            for kind in ("authorisation", "licence", "written-approval"):
                about = over if kind == "authorisation" else ""
                Grant.objects.create(force=slug, kind=kind, person=person, over=about, since=since)
            for document in asked_by(pack.name):
                Acknowledgement.objects.create(
                    person=person, document=document, version=current_version(document), on=since
                )
            Device.objects.create(force=self.force, person=person, name="Issued phone", owner="force", kind="phone")

    def person(self, name: str, roles: list[str], team: str = "", manager: Person | None = None) -> Person:
        slug = f"{self.slug}-{name.lower().replace(' ', '-')}"
        made = Person(
            username=slug,
            pseudonym=f"p-{slug}",
            force=self.force,
            display_name=name,
            shoulder_number=name.rpartition(" ")[2],
            category="officer",
            grade="constable",
            line_manager=manager,
            independent_patrol_since=date(2020, 1, 1),
        )
        made.set_unusable_password()
        made.save()
        if team and Team.objects.filter(force=self.force, key=team).exists():
            made.teams.add(Team.objects.get(force=self.force, key=team))
        for role in roles:
            RoleHeld.objects.create(person=made, role=role, force=self.force, since=date(2025, 1, 1))
        return made

    def written(self, text: str, channel: str = "comment", author: str = "ana_writes") -> Message:
        """A visitor writes to the account, and Remit reads it."""
        network.write(self.account.handle, author, text, channel, self.clock())
        (message,) = bring_in(self.account, self.clock())
        return message

    def client(self, person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(db: Any, clock: Clock) -> Callable[..., World]:
    """Makes a force: `world("cleveland")`."""
    return lambda slug="cleveland", network_="x": World(slug, clock, network_)
