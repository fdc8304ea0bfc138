"""Two forces under one short policy (`packs/quay`), their accounts, and the people who look after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from remit.accounts.models import Account
from remit.acts.models import Grant
from remit.people.models import Force, Person, RoleHeld, Team
from tests.posts.conftest import vocabulary as vocabulary

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
COMMUNICATIONS = ["corporate-communications"]


@pytest.fixture(autouse=True)
def _quay(vocabulary: Path, settings: Any) -> None:
    settings.REMIT_PACKS = [vocabulary, Path(__file__).parent / "packs"]


@pytest.fixture
def forces(db: None) -> dict[str, Force]:
    return {
        slug: Force.objects.create(slug=slug, name=f"{slug.title()} Police", packs=["quay"])
        for slug in ("quay", "inland")
    }


@pytest.fixture
def person(forces: dict[str, Force]) -> Callable[..., Person]:
    """Makes somebody: `person("PC 4417", roles=["author"])`; the role "author@3" is held over account 3 alone."""

    def make(name: str, *, force: str = "quay", roles: list[str] | None = None, **fields: Any) -> Person:
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
        for words in roles or []:
            role, _, account = words.partition("@")
            over = {"account_id": int(account)} if account else {}
            RoleHeld.objects.create(person=made, role=role, force=forces[force], since=date(2025, 1, 1), **over)
        return made

    return make


@pytest.fixture
def team(forces: dict[str, Force]) -> Callable[..., Team]:
    def make(key: str, force: str = "quay") -> Team:
        return Team.objects.create(force=forces[force], key=key, name=key.title())

    return make


@pytest.fixture
def account(forces: dict[str, Force]) -> Callable[..., Account]:
    def make(handle: str = "quay-main", force: str = "quay", **fields: Any) -> Account:
        given = {"kind": "main", "created_on": date(2024, 1, 1), "name": handle.replace("-", " ").title(), **fields}
        return Account.objects.create(force=forces[force], platform="practice", network="x", handle=handle, **given)

    return make


@pytest.fixture
def authorise() -> Callable[..., Grant]:
    def give(person: Person, account: Account, **fields: Any) -> Grant:
        given = {"since": date(2025, 1, 1), **fields}
        over = f"accounts.account:{account.pk}"
        return Grant.objects.create(force=account.force_id, kind="authorisation", person=person, over=over, **given)

    return give
