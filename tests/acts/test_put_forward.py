"""What a rule leaves as soon as an act is put forward: at once, once, and whether it is refused, waits or is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from remit.acts import door
from remit.acts.models import Duty, Notice, Proposal, Referral
from remit.ledger import history
from remit.people.models import Person
from tests.acts.conftest import Publish

State = Proposal.State


def left(proposal: Proposal) -> tuple[list[str], list[str], list[str], list[str]]:
    """The days of its duties, the posts that it reached, those that were told, and the registers that have it."""
    duties = [str(duty.due_on) for duty in Duty.objects.filter(rule="TR-3d").order_by("due_on")]
    referred = list(Referral.objects.filter(rule="TR-3d").values_list("to_who", flat=True))
    told = list(Notice.objects.filter(text="An operation was named.").values_list("who", flat=True))
    noted = [line.about["register"] for line in history(proposal.subject) if line.action == "register.noted"]
    return duties, referred, told, noted


WANTED = (["2026-11-23"], ["communications"], ["supervisor"], ["operations"])


def test_what_is_put_forward_and_refused_is_heard_of_all_the_same(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise the team whom the policy wants told would never hear of a post that another rule refuses."""
    proposal = door.propose(Publish(text="The leak about the operation"), author, now)
    assert proposal.state == State.REFUSED
    assert left(proposal) == WANTED


def test_what_waits_is_heard_of_at_once_and_no_second_time_when_it_is_done(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise a doubt that keeps a post waiting would be passed on only once it is settled, or twice."""
    proposal = door.propose(Publish(text="release: the operation and an appeal"), author, now)
    assert proposal.state == State.OPEN
    assert left(proposal) == WANTED
    assert not Referral.objects.filter(rule="TR-3a").exists()
    for days in (1, 2, 3):
        assert door.sweep(now + timedelta(days=days)).faults == ()
    assert left(proposal) == WANTED
    door.answer_say(proposal.says.get(), communications, "approve", "", now + timedelta(days=4))
    proposal.refresh_from_db()
    assert proposal.state == State.APPLIED
    assert left(proposal) == (*WANTED[:3], ["operations", "appeals"])


def test_what_is_done_at_once_leaves_it_once(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise a post that nothing stops would leave nothing, or all of it twice."""
    proposal = door.propose(Publish(text="The operation went well"), author, now)
    assert proposal.state == State.APPLIED
    assert left(proposal) == WANTED
