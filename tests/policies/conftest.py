"""A sixth force's own pack, beside the shared vocabulary: what a reader sees does not turn on the shipped policies."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from remit.people.models import Force, Person, RoleHeld

PACKS = Path(__file__).parents[2] / "packs"
OWN = Path(__file__).parent / "packs"


@pytest.fixture(scope="session")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vocabulary")
    for name in ("facts", "controls"):
        shutil.copytree(PACKS / name, folder / name)
    for file in PACKS.glob("*.yaml"):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(autouse=True)
def _riverside(vocabulary: Path, settings: Any) -> None:
    settings.REMIT_PACKS = [vocabulary, OWN]


@pytest.fixture
def reader(db: None) -> Callable[..., Client]:
    """A client signed in by somebody of a force with these packs and settings: `reader("riverside", ["riverside"])`."""

    def make(force: str = "riverside", packs: list[str] | None = None, **settings: str) -> Client:
        packs = ["riverside"] if packs is None else packs
        home = Force.objects.create(slug=force, name=f"{force.title()} Constabulary", packs=packs, settings=settings)
        person = Person.objects.create_user(
            force, None, force=home, display_name="PC 4417", shoulder_number="4417", category="officer", pseudonym=force
        )
        RoleHeld.objects.create(person=person, role="author", force=home, since=date(2025, 1, 1))
        client = Client()
        client.force_login(person)
        return client

    return make
