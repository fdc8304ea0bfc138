"""Two small forces with a few people in each: enough to see who is meant, who may, and where one force ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from remit.people.models import Force, Person, RoleHeld, Team

TODAY = date(2026, 11, 21)


@pytest.fixture
def forces(db: None) -> dict[str, Force]:
    return {
        slug: Force.objects.create(slug=slug, name=f"{slug.title()} Police", packs=["surrey-sussex"])
        for slug in ("surrey", "sussex")
    }


@pytest.fixture
def team(forces: dict[str, Force]) -> Callable[..., Team]:
    def make(key: str, force: str = "surrey") -> Team:
        return Team.objects.get_or_create(force=forces[force], key=key, defaults={"name": key.title()})[0]

    return make


@pytest.fixture
def person(forces: dict[str, Force]) -> Callable[..., Person]:
    """Makes somebody: `person("PC 4417", roles=["author"], force="surrey", teams=[…], grade=…)`."""

    def make(
        name: str,
        *,
        force: str = "surrey",
        roles: list[str] | None = None,
        teams: list[Team] | None = None,
        **fields: Any,
    ) -> Person:
        slug = name.lower().replace(" ", "-")
        made = Person(
            username=f"{force}-{slug}",
            pseudonym=f"p-{force}-{slug}",
            force=forces[force],
            display_name=name,
            shoulder_number=name.rpartition(" ")[2],
            **{"category": "officer", **fields},
        )
        made.set_unusable_password()
        made.save()
        made.teams.set(teams or [])
        for role in roles or []:
            RoleHeld.objects.create(person=made, role=role, force=forces[force], since=date(2025, 1, 1))
        return made

    return make
