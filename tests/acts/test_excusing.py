"""Asking for an exception: what the policy refuses waits for whoever may allow it, and a no leaves it as it was."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.excusing import excuses_for
from remit.acts.models import Notice, Proposal, Say
from remit.ledger.models import Entry
from remit.people.models import Person
from tests.acts.conftest import DONE, Publish

State = Proposal.State


def refused(author: Person, now: datetime, text: str = "embargo") -> Proposal:
    proposal = door.propose(Publish(text), author, now)
    assert proposal.state == State.REFUSED
    return proposal


def test_what_an_approval_would_lift_can_be_asked_for(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise an exception that the policy itself names could never be had."""
    proposal = refused(author, now)
    (excuse,) = excuses_for(proposal)
    assert (excuse.who, excuse.why) == ("Corporate Communications", "the story is out already")
    proposal = door.ask_for(proposal, author, "early", "The newspaper has it.", now)
    assert (proposal.state, DONE) == (State.OPEN, [])
    say = proposal.says.get()
    assert (say.key, say.state, say.asked_because) == ("early", Say.State.ASKED, "The newspaper has it.")
    assert list(door.asked_of(communications)) == [say]
    assert [ask["fact"] for ask in proposal.decision["ask"]] == ["post.area"], "asked before the approver decides"
    proposal = door.answer_question(proposal, author, "post.area", "north", now)
    door.answer_say(say, communications, "approve", "", now)
    assert DONE == ["embargo"]
    assert Entry.objects.filter(action="say.requested").count() == 1


def test_a_no_leaves_it_as_the_policy_has_it(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise asking would be worse than not asking: what could be put right would be closed by a person."""
    proposal = door.ask_for(refused(author, now), author, "early", "The newspaper has it.", now)
    door.answer_say(proposal.says.get(), communications, "refuse", "It has not.", now)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.asked_for, proposal.closing_note) == (State.REFUSED, {}, "")
    assert "It has not." in Notice.objects.get(person=author).text
    with pytest.raises(ActRefused, match="No approval"):
        door.ask_for(proposal, author, "early", "Please.", now)
    proposal = door.revise(proposal, Publish("quiet"), author, now)
    assert (proposal.state, DONE) == (State.APPLIED, ["quiet"])


def test_what_is_held_waits_on_after_a_no(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise a no to the short way would close the long one too."""
    proposal = door.propose(Publish("named"), author, now)
    assert [excuse.say for excuse in excuses_for(proposal)] == ["early"]
    proposal = door.ask_for(proposal, author, "early", "They know.", now)
    assert set(proposal.says.filter(state=Say.State.ASKED).values_list("key", flat=True)) == {"early"}
    door.answer_say(proposal.says.get(key="early"), communications, "refuse", "Not yet.", now)
    proposal.refresh_from_db()
    assert proposal.state == State.OPEN
    release = proposal.says.get(key="release", state=Say.State.ASKED)
    assert not release.asked_because
    door.answer_say(release, communications, "approve", "", now)
    assert DONE == ["named"]


def test_a_no_to_what_is_needed_anyway_is_a_no(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise a refused release would be asked for again and again."""
    proposal = door.propose(Publish("release, two teams"), author, now)
    proposal = door.ask_for(proposal, author, "release", "It is urgent.", now)
    door.answer_say(proposal.says.get(key="release"), communications, "refuse", "No.", now)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.closing_note) == (State.REFUSED, "No.")


def test_nothing_is_asked_in_vain(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise a team would decide on exceptions that change nothing."""
    proposal = refused(author, now, "embargo, leak")
    assert excuses_for(proposal) == []
    with pytest.raises(ActRefused, match="No approval"):
        door.ask_for(proposal, author, "early", "Please.", now)


def test_only_its_author_asks_and_with_a_reason(author: Person, supervisor: Person, now: datetime) -> None:
    """Otherwise anybody could set somebody else's refused work going again."""
    proposal = refused(author, now)
    with pytest.raises(PermissionDenied):
        door.ask_for(proposal, supervisor, "early", "For them.", now)
    with pytest.raises(ActRefused, match="Say why"):
        door.ask_for(proposal, author, "early", "  ", now)


def test_what_was_put_forward_anew_is_not_woken_up_as_it_was(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise one post could go out twice: as it was refused, and as it was put right."""
    first = refused(author, now)
    door.propose(Publish("quiet"), author, now)
    with pytest.raises(ActRefused, match="No approval"):
        door.ask_for(first, author, "early", "Please.", now)


def test_it_can_be_asked_for_at_once(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise everybody would have to be refused first, on pages where nothing is kept until it is sent."""
    asked = {"early": "The newspaper has it."}
    assert door.decide_only(Publish("embargo"), author, now, asked_for=asked).outcome == "needs"
    proposal = door.propose(Publish("embargo"), author, now, asked_for=asked, answers={"post.area": "north"})
    door.answer_say(proposal.says.get(), communications, "approve", "", now)
    assert DONE == ["embargo"]
