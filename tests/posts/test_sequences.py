"""If this fails, some order of edits, answers, ends of authority and times publishes what nobody approved, or twice."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Grant, Proposal, Say
from remit.platforms.practice.models import PracticePost
from remit.platforms.practice.network import LOST, NO_ANSWER, REFUSE, PracticeNetwork
from remit.posts import publishing
from remit.posts.acts import ReleasePost, WithdrawPost
from remit.posts.models import Post, Publication
from tests.posts.conftest import Clock, World

STEPS = [
    "edit",
    "submit",
    "approve",
    "return",
    "hold",
    "unhold",
    "revoke",
    "restore",
    "withdraw",
    "release",
    "later",
    "work",
]


class Undo(Exception):
    """Ends an example, so that the next one starts from the same world."""


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=14),
    faults=st.lists(st.sampled_from(["", REFUSE, LOST, NO_ANSWER]), max_size=3),
)
def test_no_sequence_sends_what_was_not_approved_or_sends_it_twice(
    world: World, network: Callable[..., PracticeNetwork], clock: Clock, steps: list[str], faults: list[str]
) -> None:
    started = clock.now
    network(idempotent=False, faults=list(faults))
    with contextlib.suppress(Undo), transaction.atomic():
        post = world.draft("WANTED: version 0")
        for number, step in enumerate(["submit", *steps, "work", "later", "work", "later", "work"], 1):
            with contextlib.suppress(ActRefused):
                take_step(step, number, world, post, clock)
            judge_what_is_out()
        raise Undo
    clock.now = started


def take_step(step: str, number: int, world: World, post: Post, clock: Clock) -> None:
    account = world.accounts[0]
    asked = Say.objects.filter(state="asked", proposal__state="open").first()
    waiting = Publication.objects.filter(state__in=["held", "missed"]).first()
    steps: dict[str, Callable[[], Any]] = {
        "edit": lambda: world.save(Post.objects.get(pk=post.pk), text=f"WANTED: version {number}"),
        "submit": lambda: world.submit(post),
        "approve": lambda: asked and door.answer_say(asked, world.adviser, "approve", "", clock()),
        "return": lambda: asked and door.answer_say(asked, world.adviser, "return", "Say where.", clock()),
        "hold": lambda: type(account).objects.filter(pk=account.pk).update(state="dormant"),
        "unhold": lambda: type(account).objects.filter(pk=account.pk).update(state="live"),
        "revoke": lambda: Grant.objects.filter(person=world.author).update(ended_at=clock()),
        "restore": lambda: Grant.objects.filter(person=world.author).update(ended_at=None),
        "withdraw": lambda: door.propose(WithdrawPost(post.pk), world.author, clock()),
        "release": lambda: waiting and door.propose(ReleasePost(waiting.pk), world.author, clock()),
        "later": lambda: clock.forward(minutes=5),
        "work": lambda: publishing.work(clock),
    }
    from django.core.exceptions import PermissionDenied

    with contextlib.suppress(PermissionDenied), transaction.atomic():
        steps[step]()


def judge_what_is_out() -> None:
    """Everything on the network is word for word what an approval that stands was given for, and is there once."""
    out = list(PracticePost.objects.all())
    sent = list(Publication.objects.filter(state__in=["sent", "sending", "unknown"]))
    assert len(out) <= len(sent)
    for shown in out:
        publication = Publication.objects.get(key=shown.key)
        proposal = publication.proposal
        assert proposal is not None
        assert proposal.state == Proposal.State.APPLIED
        assert shown.text == proposal.data["parts"][0]["text"] == publication.content["text"]
        assert proposal.says.filter(key="release", state="answered", answer="approve").exists()
    assert len({shown.key for shown in out}) == len(out)
