"""Approvals that the policy wants of different people: two of a post, or a second who is not the first."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied

from remit.acts import door
from remit.acts.models import Proposal, Say
from remit.people.models import Person
from tests.acts.conftest import DONE, Publish


def asked(proposal: Proposal, key: str) -> Say:
    return proposal.says.get(key=key, state=Say.State.ASKED)


def test_two_of_several_posts_agree_and_one_alone_is_not_enough(
    author: Person, communications: Person, inspector: Person, now: datetime
) -> None:
    """Otherwise one person could press twice where the policy wants two."""
    proposal = door.propose(Publish("pair"), author, now)
    assert asked(proposal, "pair").who_words == "Corporate Communications or duty inspector, two different people"
    assert set(asked(proposal, "pair").put_to.all()) == {communications, inspector}
    door.answer_say(asked(proposal, "pair"), communications, "approve", "", now)
    assert DONE == []
    second = asked(proposal, "pair")
    assert list(second.put_to.all()) == [inspector]
    with pytest.raises(PermissionDenied, match="You have answered on this already"):
        door.answer_say(second, communications, "approve", "", now)
    door.answer_say(second, inspector, "approve", "", now)
    assert DONE == ["pair"]


def test_what_the_first_agreed_to_counts_no_more_once_it_is_changed(
    author: Person, communications: Person, inspector: Person, now: datetime
) -> None:
    """Otherwise the two would have agreed to different words."""
    proposal = door.propose(Publish("pair"), author, now)
    door.answer_say(asked(proposal, "pair"), communications, "approve", "", now)
    door.answer_say(asked(proposal, "pair"), inspector, "return", "Name nobody.", now)
    proposal = door.revise(proposal, Publish("pair, in other terms"), author, now)
    assert set(asked(proposal, "pair").put_to.all()) == {communications, inspector}
    door.answer_say(asked(proposal, "pair"), inspector, "approve", "", now)
    assert DONE == []
    door.answer_say(asked(proposal, "pair"), communications, "approve", "", now)
    assert DONE == ["pair, in other terms"]


@pytest.mark.parametrize("first", ["once", "again"])
def test_whoever_gives_one_of_two_approvals_does_not_give_the_other_whichever_comes_first(
    first: str, author: Person, communications: Person, inspector: Person, now: datetime
) -> None:
    """Otherwise the second approver could be the first, if only they began with the second."""
    other = {"once": "again", "again": "once"}[first]
    proposal = door.propose(Publish("four eyes"), author, now)
    door.answer_say(asked(proposal, first), communications, "approve", "", now)
    with pytest.raises(PermissionDenied, match="wants somebody else"):
        door.answer_say(asked(proposal, other), communications, "approve", "", now)
    left = [inspector] if other == "again" else []
    assert list(asked(proposal, other).put_to.all()) == left


def test_after_the_event_the_second_is_asked_once_the_first_has_agreed(
    author: Person, communications: Person, inspector: Person, now: datetime
) -> None:
    """Otherwise what went out at once would stand on one approval of the two."""
    proposal = door.propose(Publish("in arrears"), author, now)
    assert DONE == ["in arrears"]
    door.answer_say(asked(proposal, "pair"), inspector, "approve", "", now)
    door.answer_say(asked(proposal, "pair"), communications, "approve", "", now)
    assert not proposal.says.filter(state=Say.State.ASKED).exists()
