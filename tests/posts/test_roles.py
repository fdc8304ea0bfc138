"""Roles held over one account or one team alone: they are enough to write for it, and reach no further."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from remit.acts import door
from remit.people.models import Person, RoleHeld
from remit.posts.acts.drafting import AttachPicture, SaveDraft, StartDraft
from remit.posts.drafts import Draft
from remit.posts.media import take
from remit.posts.models import Post
from tests.posts.conftest import World


@pytest.fixture(params=["account", "team"])
def keeper(world: World, request: pytest.FixtureRequest) -> Person:
    """An author for the first account alone, by the account itself or by the team that runs it."""
    person, account = world.person("PC 7001", []), world.accounts[0]
    over: dict[str, Any] = {"account_id": account.pk}
    if request.param == "team":
        account.team = world.communications
        account.save()
        over = {"team": world.communications}
    RoleHeld.objects.create(person=person, role="author", force=world.force, since=date(2025, 1, 1), **over)
    world.authorise(person, account)
    return person


def test_who_writes_for_one_account_starts_a_draft_for_it(client: Client, world: World, keeper: Person) -> None:
    """A neighbourhood officer who looks after one account alone could not write a single post."""
    mine = world.accounts[0]
    client.force_login(keeper)
    page = client.get("/posts/new").content.decode()
    assert mine.name in page
    assert world.accounts[1].name not in page
    answer = client.post("/posts/new", {"text": "Street meeting on Saturday", "account": [str(mine.pk)]})
    post = Post.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/posts/{post.pk}/edit")
    assert client.get(f"/posts/{post.pk}/edit").status_code == 200


def test_a_draft_is_begun_before_its_account_is_chosen(world: World, keeper: Person, picture: bytes) -> None:
    """Words and pictures come first; what is typed must not be lost because no account is ticked yet."""
    made = door.propose(StartDraft(world.force.pk, Draft(text="Found property")), keeper, world.clock())
    post = Post.objects.get(pk=made.subject.rpartition(":")[2])
    door.propose(AttachPicture(post.pk, take(io.BytesIO(picture), "dog.jpg")), keeper, world.clock())
    draft = Draft(text="Found property", accounts={world.accounts[0].pk: ""})
    door.propose(SaveDraft(post.pk, post.revision, draft), keeper, world.clock())
    assert list(post.targets.values_list("account_id", flat=True)) == [world.accounts[0].pk]


def test_a_draft_reaches_no_account_beyond_the_role(world: World, keeper: Person) -> None:
    """Whoever may write for one account would get a text onto the force's main account."""
    both = Draft(text="Look at us", accounts={account.pk: "" for account in world.accounts})
    with pytest.raises(PermissionDenied):
        door.propose(StartDraft(world.force.pk, both), keeper, world.clock())
    made = door.propose(StartDraft(world.force.pk, Draft(text="Look at us")), keeper, world.clock())
    with pytest.raises(PermissionDenied):
        door.propose(SaveDraft(int(made.subject.rpartition(":")[2]), 1, both), keeper, world.clock())
    assert not Post.objects.get().targets.exists()


def test_two_roles_together_reach_both_their_accounts(world: World, keeper: Person) -> None:
    """Somebody who looks after two accounts could write for each, yet never one post for both."""
    other = world.accounts[1]
    RoleHeld.objects.create(
        person=keeper, role="author", force=world.force, since=date(2025, 1, 1), account_id=other.pk
    )
    both = Draft(text="Road closed", accounts={account.pk: "" for account in world.accounts})
    made = door.propose(StartDraft(world.force.pk, both), keeper, world.clock())
    assert Post.objects.get(pk=made.subject.rpartition(":")[2]).targets.count() == 2
