"""A force with a post that went out, an auditor, and a ledger with a key of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from remit.acts import door
from remit.acts.models import Say
from remit.ledger import keys
from remit.people.models import Force, Person, RoleHeld
from remit.posts import publishing
from remit.posts.models import Post
from tests.posts.conftest import World, _harbour, clock, network, vocabulary, world

__all__ = ["_harbour", "clock", "network", "vocabulary", "world"]

WANTED = "WANTED: have you seen this man? Call us on 101. <b>café</b>"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where this test's log is."""
    settings.REMIT_VAR = tmp_path
    return tmp_path / "ledger"


@pytest.fixture
def key(world: World) -> None:
    keys.make("harbour.example/remit", world.clock())


@pytest.fixture
def auditor(world: World) -> Person:
    return world.person("Auditor 9001", ["auditor"])


@pytest.fixture
def stranger(world: World) -> Person:
    """An auditor of another force."""
    force = Force.objects.create(slug="elsewhere", name="Elsewhere Police", packs=["harbour"])
    person = Person(username="x", pseudonym="p-x", force=force, display_name="Auditor 7", category="officer")
    person.save()
    RoleHeld.objects.create(person=person, role="auditor", force=force, since=date(2025, 1, 1))
    return person


@pytest.fixture
def post(world: World, network: Callable[..., Any]) -> Post:
    """A post that was approved, with a reason, and is out."""
    world.clock.now = timezone.now()
    post = world.draft(WANTED)
    world.submit(post)
    say = Say.objects.get()
    door.answer_say(say, world.adviser, "approve", "The picture is the right one.", world.clock())
    world.clock.forward(minutes=1)
    publishing.work(world.clock)
    return Post.objects.get(pk=post.pk)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
