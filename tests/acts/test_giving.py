"""Answering a say is an act: the policy is asked at `approval.give`, and what it does not take is not recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from remit.acts import door
from remit.acts.act import NotAllowed
from remit.acts.models import Duty, Notice, Proposal, Referral, Say
from remit.acts.packs import packs_of
from remit.ledger.models import Disclosure, Entry
from remit.people.models import Person
from remit.policy.decide import decide
from remit.policy.facts import read_facts
from tests.acts.conftest import DONE, Publish, SmallDirectory

State = Proposal.State


def kept() -> tuple[int, ...]:
    """How many rows there are of everything that an answer could leave behind."""
    return tuple(model.objects.count() for model in (Proposal, Say, Duty, Referral, Notice, Entry, Disclosure))


def refused(say: Say, person: Person, answer: str, reason: str, now: datetime, *how: Any, **more: Any) -> NotAllowed:
    """Answering raises, and not one row is there that was not there before."""
    before = kept()
    with pytest.raises(NotAllowed) as raised:
        door.answer_say(say, person, answer, reason, now, *how, **more)
    say.refresh_from_db()
    assert (kept(), say.state, say.answer, say.given_in, DONE) == (before, Say.State.ASKED, "", None, [])
    return raised.value


def test_a_reason_that_the_policy_wants_is_demanded_for_a_yes_as_well(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise a force that wants every decision explained would have approvals without a word."""
    say = door.propose(Publish("release, reasoned"), author, now).says.get()
    for nothing in ("", "  "):
        told = refused(say, communications, "approve", nothing, now)
        assert (told.message, told.remedy) == ("Whoever decides gives a reason (TR-8).", "Say what you weighed.")
        assert [ask["fact"] for ask in told.decision.ask] == ["approval.reason"]
    say = door.answer_say(say, communications, "approve", "It helps.", now)
    assert (say.reason, DONE) == ("It helps.", ["release, reasoned"])


def test_writing_an_answer_down_or_consulting_is_no_way_round_the_policy(
    author: Person, inspector: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise whoever had no reason to give would have it written down by somebody else, or say "no objection"."""
    say = door.propose(Publish("aloud, reasoned"), author, now).says.get()
    refused(say, author, "approve", "", now, "phone", inspector)
    say = door.answer_say(say, author, "approve", "He knows the family.", now, "phone", inspector)
    assert say.given_in.proposer == author
    assert say.given_in.facts["approval.how"] == "phone"
    DONE.clear()
    heard = door.propose(Publish("consult, reasoned", subject="tests.post:2"), author, now).says.get()
    refused(heard, supervisor, "no-objection", "", now)
    door.answer_say(heard, supervisor, "no-objection", "It is known.", now)


def test_what_the_policy_asks_an_approver_is_asked_and_kept_as_evidence(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise nobody could show that the approver looked at what the policy tells approvers to look at."""
    say = door.propose(Publish("release, checked"), author, now).says.get()
    told = refused(say, communications, "approve", "", now)
    assert told.decision.ask[0]["question"] == "Have you checked the names?"
    say = door.answer_say(say, communications, "approve", "", now, answers={"approval.checked": True})
    answer = say.given_in
    assert (answer.answers, answer.state, DONE) == ({"approval.checked": True}, State.APPLIED, ["release, checked"])
    entry = Entry.objects.get(action="say.answered")
    assert Disclosure.objects.filter(entry=entry.number, field="decision").exists()
    other = door.propose(Publish("release, checked", subject="tests.post:2"), author, now).says.get()
    door.answer_say(other, communications, "refuse", "Not for us.", now)  # asked for a yes alone


def test_the_decision_on_an_answer_can_be_taken_again_from_its_facts(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise an inquiry could not find out why an approval was taken as it was."""
    say = door.propose(Publish("release, checked, reasoned, prompt"), author, now).says.get()
    later = now + timedelta(hours=3)
    door.answer_say(say, communications, "approve", "Late, but right.", later, answers={"approval.checked": True})
    say.refresh_from_db()
    answer = say.given_in
    packs = packs_of("trialshire")
    facts = read_facts(packs[0].vocabulary.facts, answer.facts)
    assert decide(packs, "approval.give", facts, later).to_json() == answer.decision
    assert facts["approval.asked_at"] == now
    assert (facts["requester.on_duty"], facts["actor.trained"]) == (True, False)


def test_who_answers_matters_and_who_asked_is_another(
    author: Person, communications: Person, directory: SmallDirectory, now: datetime
) -> None:
    """Otherwise the training of the author would be taken for that of whoever approves."""
    directory.posts["trained"] = [author]
    say = door.propose(Publish("release, specialist"), author, now).says.get()
    told = refused(say, communications, "approve", "", now)
    assert (told.decision.outcome, told.remedy) == ("refused", "Ask somebody who is trained.")
    directory.posts["trained"] = [communications]
    assert door.answer_say(say, communications, "approve", "", now).answer == "approve"


def test_an_answer_later_than_the_policy_wants_says_why(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise "within two hours of being asked" could not be a rule."""
    in_time = door.propose(Publish("release, prompt"), author, now).says.get()
    given = door.answer_say(in_time, communications, "approve", "", now + timedelta(hours=1, minutes=59))
    assert given.answer == "approve"
    DONE.clear()
    late = door.propose(Publish("release, prompt", subject="tests.post:2"), author, now).says.get()
    told = refused(late, communications, "approve", "", now + timedelta(hours=2))
    assert [f.rule for f in told.decision.findings if f.verdict == "fired"] == ["TR-8d"]


def test_a_policy_can_tell_since_when_somebody_has_been_asked(
    author: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise nobody would hear of an approver who does not answer."""
    proposal = door.propose(Publish("reach"), author, now)
    door.sweep(now + timedelta(hours=1, minutes=59))
    assert not proposal.notices.filter(rule="TR-8f").exists()
    door.sweep(now + timedelta(hours=2))
    assert proposal.notices.filter(rule="TR-8f").exists()


def test_what_the_rules_of_an_answer_leave_is_put_to_people(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise a duty that comes with an approval would be a sentence that nobody sees."""
    say = door.propose(Publish("release, followed"), author, now).says.get()
    answer = door.answer_say(say, communications, "approve", "", now).given_in
    assert list(answer.duties.get().put_to.all()) == [communications]
    assert list(answer.referrals.get().put_to.all()) == [supervisor]
    assert list(answer.notices.get().put_to.all()) == [author]
    noted = Entry.objects.get(action="register.noted")
    assert b'"answers"' in bytes(noted.body)


def test_an_answer_is_not_among_what_waits_or_can_be_proposed_twice(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise an approval would itself lie about as something to be approved."""
    say = door.propose(Publish("release"), author, now).says.get()
    door.answer_say(say, communications, "approve", "", now)
    assert not Proposal.objects.exclude(state=State.APPLIED).exists()
    assert [p.act for p in Proposal.objects.order_by("pk")] == ["tests.publish", "say.answered"]
