"""Two forces with a few people, signed in by a real client; passwords are real too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from remit.people.models import Force, Person, RoleHeld

PASSWORD = "a long and boring password"


@pytest.fixture
def person(db: None) -> Callable[..., Person]:
    """Makes somebody: `person("PC 4417", force="riverside", roles=["author"])`."""

    def make(name: str, *, force: str = "riverside", roles: list[str] | None = None, **fields: Any) -> Person:
        home, _ = Force.objects.get_or_create(
            slug=force, defaults={"name": f"{force.title()} Constabulary", "packs": [force]}
        )
        slug = name.lower().replace(" ", "-")
        made = Person.objects.create_user(
            fields.pop("username", f"{force}-{slug}"),
            PASSWORD,
            force=home,
            display_name=name,
            shoulder_number=name.rpartition(" ")[2],
            pseudonym=f"p-{force}-{slug}",
            category="officer",
            **fields,
        )
        for role in roles or []:
            RoleHeld.objects.create(person=made, role=role, force=home, since=date(2025, 1, 1))
        return made

    return make


@pytest.fixture
def signed_in(client: Client, person: Callable[..., Person]) -> Client:
    client.force_login(person("PC 4417"))
    return client


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """Wrong passwords of one test are not counted against the next."""
    cache.clear()
