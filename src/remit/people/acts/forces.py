"""Setting up: forces and their teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.acts.packs import library
from remit.people.acts.subjects import AboutPeople
from remit.people.models import Force, Team


@dataclass
class AddForce(Act):
    """A new tenant. Done by Remit itself when a service is set up: nobody holds a role in a force that is not there."""

    name: ClassVar[str] = "people.add-force"
    label: ClassVar[str] = "Add a force"
    permission: ClassVar[str] = "force.change"

    force: str
    title: str
    packs: list[str]
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return "people.force:new"

    def check(self) -> None:
        if Force.objects.filter(pk=self.force).exists():
            raise ActRefused(f'There is a force "{self.force}" already.', "Change that one.")
        known = library().packs
        for pack in self.packs:
            if pack not in known:
                raise ActRefused(f'There is no policy "{pack}".', f"Use one of: {', '.join(sorted(known))}.")

    def about(self) -> dict[str, Any]:
        return {"force": self.force, "packs": self.packs}

    def apply(self, record: Proposal, now: datetime) -> None:
        Force.objects.create(slug=self.force, name=self.title, packs=self.packs, settings=self.settings)
        record.subject = f"people.force:{self.force}"


@dataclass
class AddTeam(AboutPeople):
    """A team or department; `key` is the name that packs use."""

    name: ClassVar[str] = "people.add-team"
    label: ClassVar[str] = "Add a team"
    permission: ClassVar[str] = "force.change"

    force: str
    key: str
    title: str

    @property
    def subject(self) -> str:
        return f"people.force:{self.force}"

    def check(self) -> None:
        if Team.objects.filter(force=self.force, key=self.key).exists():
            raise ActRefused(f'The force has a team "{self.key}" already.', "Use that one.")

    def about(self) -> dict[str, Any]:
        return {"team": self.key}

    def apply(self, record: Proposal, now: datetime) -> None:
        Team.objects.create(force_id=self.force, key=self.key, name=self.title)
