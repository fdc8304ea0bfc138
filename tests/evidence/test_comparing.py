"""The registers beside the ledger: whoever changes an approval or a decision in the database is found out."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from remit.acts import door
from remit.acts.models import Proposal, Say
from remit.ledger.verifying import verify
from tests.evidence.conftest import WANTED
from tests.posts.conftest import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(world: World, network: Callable[..., Any]) -> World:
    """Posts that were approved, refused, returned, put forward again after a change, and that still wait."""
    for number in range(10):
        post = world.draft(f"{WANTED} {number}")
        world.submit(post)
        say = Say.objects.filter(state="asked").latest("pk")
        answer = ("approve", "refuse", "return", "", "approve")[number % 5]
        if answer:
            door.answer_say(say, world.adviser, answer, f"Because of {number}.", world.clock())
        if answer == "return":
            post = world.save(post, text=f"{WANTED} changed {number}")
            world.submit(post)
        world.clock.forward(minutes=1)
    assert Say.objects.filter(state="answered").exists()
    return world


def test_honest_registers_are_not_accused(many: World) -> None:
    """A false alarm would send an inquiry after somebody who did nothing."""
    report = verify()
    assert report.holds, report.reason


CHANGES: dict[str, Callable[[World, Say], dict[str, Any]]] = {
    "answer": lambda world, say: {"answer": "refuse" if say.answer == "approve" else "approve"},
    "who": lambda world, say: {"answered_by": world.other},
    "when": lambda world, say: {"answered_at": say.answered_at and say.answered_at + timedelta(seconds=1)},
    "reason": lambda world, say: {"reason": "Something else"},
    "revision": lambda world, say: {"revision": say.revision + 1},
    "how": lambda world, say: {"how": "phone"},
    "key": lambda world, say: {"key": "another"},
    "void": lambda world, say: {"state": "answered" if say.state == "void" else "void"},
    "forgotten": lambda world, say: {"state": "asked"},
    "unsaid": lambda world, say: {"answer": "", "state": "asked"},
}


def test_a_changed_approval_is_found(many: World) -> None:
    """Otherwise the page could show an approval that nobody gave, under the name of somebody who did not."""
    for change, alter in CHANGES.items():
        for say in Say.objects.exclude(answer=""):
            kept = Say.objects.filter(pk=say.pk)
            altered = alter(many, say)
            before = {name: getattr(say, name) for name in altered}
            kept.update(**altered)
            assert not verify().holds, (change, say)
            kept.update(**before)
        assert verify().holds, change


def test_an_approval_made_up_or_removed_is_found(many: World) -> None:
    """Otherwise a row in a table would be all that it takes to publish."""
    waiting = Say.objects.filter(state="asked").latest("pk")
    kept = Say.objects.filter(pk=waiting.pk)
    kept.update(state="answered", answer="approve", answered_by=many.adviser, answered_at=many.clock())
    assert "that the ledger does not have" in verify().reason
    kept.update(state="answered", answer="", answered_by=None, answered_at=None)
    assert not verify().holds
    kept.update(state="asked")
    assert verify().holds
    Say.objects.filter(state="answered").first().delete()  # type: ignore[union-attr]
    assert "the register has no such answer" in verify().reason


def test_a_changed_decision_or_state_is_found(many: World) -> None:
    """Otherwise "refused" could become "done", or the reasons for it others, after the event."""
    random_ = random.Random(9)
    for proposal in random_.sample(list(Proposal.objects.all()), 12):
        kept = Proposal.objects.filter(pk=proposal.pk)
        if proposal.state == Proposal.State.APPLIED:
            changes: list[dict[str, Any]] = [{"state": "refused"}]
            if proposal.decision.get("packs"):
                changes += [{"decision": {**proposal.decision, "outcome": "x"}}, {"facts": {"post.text": "x"}}]
        else:
            changes = [{"state": "applied"}]
        for change in changes:
            before = {name: getattr(proposal, name) for name in change}
            kept.update(**change)
            assert not verify().holds, (proposal, change)
            kept.update(**before)
    assert verify().holds
