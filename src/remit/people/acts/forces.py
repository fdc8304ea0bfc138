"""Setting up: forces with their policies and settings, and their teams."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.acts.packs import library
from remit.people.acts.subjects import AboutPeople
from remit.people.models import Force, Team
from remit.policy.facts import FactFaults, read_facts
from remit.policy.faults import nearest
from remit.policy.vocabulary import Fact

#: Settings that Remit itself reads, whatever the policy.
OWN_SETTINGS = ("approved_networks",)


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
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.force):
            words = "Use lower-case letters and digits, with hyphens between words, such as north-riding."
            raise ActRefused(f'"{self.force}" cannot be the short name of a force.', words)
        if not self.title.strip():
            raise ActRefused("The force has no name.", "Give the name that people know it by.")
        if Force.objects.filter(pk=self.force).exists():
            raise ActRefused(f'There is a force "{self.force}" already.', "Change that one.")
        check_packs(self.packs)
        check_settings(self.packs, self.settings)

    def about(self) -> dict[str, Any]:
        return {"force": self.force, "packs": self.packs, "settings": self.settings}

    def apply(self, record: Proposal, now: datetime) -> None:
        Force.objects.create(slug=self.force, name=self.title, packs=self.packs, settings=self.settings)
        record.subject = f"people.force:{self.force}"


@dataclass
class ChangeForce(AboutPeople):
    """Other policies, or other answers to the settings that they ask for. What is left out stays as it is."""

    name: ClassVar[str] = "people.change-force"
    label: ClassVar[str] = "Change what a force has set"
    permission: ClassVar[str] = "force.change"
    staffs: ClassVar[bool] = True

    force: str
    packs: list[str] | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return f"people.force:{self.force}"

    def _packs(self) -> list[str]:
        there = Force.objects.filter(pk=self.force).first()
        if there is None:
            raise ActRefused(f'There is no force "{self.force}".', "Add it first.")
        return there.packs if self.packs is None else self.packs

    def check(self) -> None:
        packs = self._packs()
        check_packs(packs)
        check_settings(packs, self.settings)

    def about(self) -> dict[str, Any]:
        return {"packs": self._packs(), "settings": self.settings}

    def apply(self, record: Proposal, now: datetime) -> None:
        force = Force.objects.get(pk=self.force)
        force.packs = self._packs()
        force.settings = {**force.settings, **self.settings}
        force.save()


@dataclass
class AddTeam(AboutPeople):
    """A team or department; `key` is the name that packs use."""

    name: ClassVar[str] = "people.add-team"
    label: ClassVar[str] = "Add a team"
    permission: ClassVar[str] = "force.change"
    staffs: ClassVar[bool] = True

    force: str
    key: str
    title: str

    @property
    def subject(self) -> str:
        return f"people.force:{self.force}"

    def check(self) -> None:
        if not Force.objects.filter(pk=self.force).exists():
            raise ActRefused(f'There is no force "{self.force}".', "Add it first.")
        if Team.objects.filter(force=self.force, key=self.key).exists():
            raise ActRefused(f'The force has a team "{self.key}" already.', "Use that one.")

    def about(self) -> dict[str, Any]:
        return {"team": self.key}

    def apply(self, record: Proposal, now: datetime) -> None:
        Team.objects.create(force_id=self.force, key=self.key, name=self.title)


def settings_asked(packs: Iterable[str]) -> dict[str, Fact]:
    """The settings that a force under these policies answers, by name without "force."."""
    library_ = library()
    shared = {name: fact for name, fact in library_.vocabulary.facts.items() if name.startswith("force.")}
    own = {name: fact for pack in packs for name, fact in library_.packs[pack].settings.items()}
    return {name.removeprefix("force."): fact for name, fact in {**shared, **own}.items()}


def teams_named(packs: Iterable[str]) -> dict[str, str]:
    """The teams that these policies name, key -> title: a force without them would have nobody to ask."""
    posts = [who for pack in packs for who in library().packs[pack].who.values()]
    return {who.team: who.title for who in reversed(posts) if who.team}


def check_packs(packs: Iterable[str]) -> None:
    """Raise ActRefused where a policy is not among those loaded."""
    known = library().packs
    for pack in packs:
        if pack not in known:
            raise ActRefused(f'There is no policy "{pack}".', f"Use one of: {', '.join(sorted(known))}.")


def check_settings(packs: Iterable[str], settings: Mapping[str, Any]) -> None:
    """Raise ActRefused for a setting that nobody asks for or of the wrong type: every decision reads them."""
    asked = settings_asked(packs)
    for name in settings:
        if name not in asked and name not in OWN_SETTINGS:
            raise ActRefused(f'No policy asks for the setting "{name}".', nearest(name, [*asked, *OWN_SETTINGS]))
    try:
        read_facts(
            {f"force.{name}": fact for name, fact in asked.items()},
            {f"force.{name}": value for name, value in settings.items() if name in asked},
        )
    except FactFaults as fault:
        raise ActRefused(str(fault), "Correct the setting.") from fault
