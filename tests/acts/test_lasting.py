"""A say that counts for a time only, and one that somebody else may give when nobody has answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from remit.acts import door, giving, lasting
from remit.acts.act import ActRefused
from remit.acts.models import Notice, Proposal, Say
from remit.ledger import history
from remit.people.models import Person
from tests.acts.conftest import DONE, WORLD, Publish

State = Proposal.State


def states(proposal: Proposal, key: str) -> list[str]:
    return list(proposal.says.filter(key=key).order_by("id").values_list("state", flat=True))


def test_an_approval_that_has_lapsed_is_asked_for_again(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise what was agreed a year ago would count when the other answer comes at last."""
    proposal = door.propose(Publish("weekly words"), author, now)
    door.answer_say(proposal.says.get(key="renewed"), communications, "approve", "", now)
    assert door.sweep(now + timedelta(days=7, minutes=-1)).faults == ()
    assert states(proposal, "renewed") == ["answered"]
    late = now + timedelta(days=7)
    assert door.sweep(late).faults == ()
    assert states(proposal, "renewed") == ["void", "asked"]
    assert [line.about["say"] for line in history(proposal.subject) if line.action == "say.voided"] == ["renewed"]
    door.answer_say(proposal.says.get(key="wording"), supervisor, "approve", "", late)
    assert DONE == []
    door.answer_say(proposal.says.get(key="renewed", state="asked"), communications, "approve", "", late)
    assert DONE == ["weekly words"]


def test_an_approval_lapses_though_no_sweep_has_seen_it(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise a post would go out on it in the minutes before the next sweep."""
    proposal = door.propose(Publish("weekly words"), author, now)
    door.answer_say(proposal.says.get(key="renewed"), communications, "approve", "", now)
    door.answer_say(proposal.says.get(key="wording"), supervisor, "approve", "", now + timedelta(days=8))
    assert (DONE, states(proposal, "renewed")) == ([], ["void", "asked"])


def test_what_was_done_in_time_stays_done_and_is_asked_about_again_when_it_is_sent_late(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise a week later the register would doubt what was right, or a scheduled post go out on what has lapsed."""
    proposal = door.propose(Publish("weekly appeal"), author, now)
    door.answer_say(proposal.says.get(), communications, "approve", "", now)
    proposal.refresh_from_db()
    assert proposal.state == State.APPLIED
    assert door.decide_again(proposal, now + timedelta(days=6)).outcome == "allowed"
    assert door.decide_again(proposal, now + timedelta(days=7)).outcome == "needs"
    assert door.sweep(now + timedelta(days=8)).faults == ()
    assert states(proposal, "renewed") == ["answered"]


def test_when_nobody_answers_in_time_the_next_may(
    author: Person, supervisor: Person, inspector: Person, now: datetime
) -> None:
    """Otherwise a missing child's appeal would wait for somebody who cannot be reached."""
    proposal = door.propose(Publish("reach"), author, now)
    say = proposal.says.get()
    door.sweep(now + timedelta(minutes=29), due_only=True, records=False)
    with pytest.raises(PermissionDenied, match="do not hold that post"):
        door.answer_say(say, inspector, "approve", "", now + timedelta(minutes=29))
    for minutes in (30, 31):
        assert door.sweep(now + timedelta(minutes=minutes), due_only=True, records=False).faults == ()
    assert list(Notice.objects.values_list("who", "text")) == [
        ("inspector", "Nobody has answered in time: Authority in time. You may answer it as well.")
    ]
    assert [line.about["who"] for line in history(proposal.subject) if line.action == "say.widened"] == [["inspector"]]
    say.refresh_from_db()
    assert set(say.put_to.all()) == {supervisor, inspector}
    assert say.who_words == "supervisor or duty inspector"
    door.answer_say(say, inspector, "approve", "", now + timedelta(minutes=32))
    assert DONE == ["reach"]


def test_whoever_was_asked_first_may_still_answer(
    author: Person, supervisor: Person, inspector: Person, now: datetime
) -> None:
    """Otherwise the one whom the policy names first would be shut out for having been slow."""
    proposal = door.propose(Publish("reach"), author, now)
    door.sweep(now + timedelta(hours=1), due_only=True, records=False)
    door.answer_say(Say.objects.get(proposal=proposal), supervisor, "approve", "", now + timedelta(hours=2))
    assert DONE == ["reach"]


def swept(at: datetime) -> None:
    assert door.sweep(at, due_only=True, records=False).faults == ()


def test_one_after_another_may_answer_and_then_it_lapses(
    author: Person, supervisor: Person, inspector: Person, communications: Person, now: datetime
) -> None:
    """Otherwise a deputy who cannot be reached either would end the chain, or a request of last week be granted."""
    proposal = door.propose(Publish("stepwise"), author, now)
    say = proposal.says.get()
    asked = {}
    for minutes in (29, 30, 89, 90, 91, 209):
        swept(now + timedelta(minutes=minutes))
        asked[minutes] = set(say.put_to.all())
    first, second, third = {supervisor}, {supervisor, inspector}, {supervisor, inspector, communications}
    assert asked == {29: first, 30: second, 89: second, 90: third, 91: third, 209: third}
    say.refresh_from_db()
    assert (say.state, say.who_words) == ("asked", "supervisor, duty inspector or Corporate Communications")
    swept(now + timedelta(minutes=210))
    proposal.refresh_from_db()
    note = "Nobody has answered in time: Authority in steps."
    assert (proposal.state, proposal.closing_note, states(proposal, "stepwise")) == (
        State.EXPIRED,
        note,
        ["not_needed"],
    )
    assert Notice.objects.filter(person=author, text=note).exists()
    assert DONE == []
    with pytest.raises(ActRefused, match="no longer needed"):
        door.answer_say(say, supervisor, "approve", "", now + timedelta(minutes=211))


def test_each_step_is_counted_from_when_the_one_before_was_taken(
    author: Person, inspector: Person, communications: Person, now: datetime
) -> None:
    """Otherwise a deputy who hears late, since the clock stood still, would be passed over in the same minute."""
    proposal = door.propose(Publish("stepwise"), author, now)
    for minutes in (240, 241, 299):
        swept(now + timedelta(minutes=minutes))
        assert communications not in proposal.says.get().put_to.all()
    swept(now + timedelta(minutes=300))
    door.answer_say(proposal.says.get(), communications, "approve", "", now + timedelta(minutes=301))
    assert DONE == ["stepwise"]


def test_what_is_asked_anew_is_waited_for_anew(
    author: Person, supervisor: Person, inspector: Person, communications: Person, now: datetime
) -> None:
    """Otherwise what waited its turn behind another answer would go past the deputy, or lapse, as soon as it is put."""
    proposal = door.propose(Publish("stepwise"), author, now)
    swept(now + timedelta(minutes=30))
    say = proposal.says.get()
    say.state = Say.State.WAITING  # an answer that has to come first no longer counts
    say.save()
    again = now + timedelta(hours=5)
    door.reconsider(proposal, again)
    say.refresh_from_db()
    assert (say.state, say.asked_at) == ("asked", again)
    swept(again + timedelta(minutes=59))
    assert set(say.put_to.all()) == {supervisor, inspector}
    swept(again + timedelta(minutes=60))
    assert communications in say.put_to.all()


def test_a_sweep_that_comes_second_takes_no_step_of_its_own(author: Person, supervisor: Person, now: datetime) -> None:
    """Otherwise two workers at once would go past the deputy to the head."""
    stale = door.propose(Publish("stepwise"), author, now).says.get()
    late = now + timedelta(minutes=30)
    swept(late)
    giving.widen(stale, late)
    assert Say.objects.get(pk=stale.pk).widened == 1


def test_what_is_asked_after_the_event_does_not_lapse(author: Person, supervisor: Person, now: datetime) -> None:
    """Otherwise nobody would ever have to answer for what was done in a hurry."""
    proposal = door.propose(Publish("by and by"), author, now)
    for hours in range(1, 9):
        swept(now + timedelta(hours=hours))
    assert (DONE, states(proposal, "stepwise")) == (["by and by"], ["asked"])
    door.answer_say(proposal.says.get(), supervisor, "approve", "", now + timedelta(hours=9))


def test_an_exception_that_nobody_allows_in_time_leaves_it_as_the_policy_has_it(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise asking for an exception would close what somebody else may yet release."""
    proposal = door.ask_for(door.propose(Publish("named"), author, now), author, "early", "They know.", now)
    swept(now + timedelta(days=3))
    proposal.refresh_from_db()
    assert (proposal.state, proposal.asked_for, states(proposal, "early")) == (State.OPEN, {}, ["not_needed"])
    assert Notice.objects.filter(person=author, text__startswith="Nobody has answered in time: Early").exists()
    release = proposal.says.get(key="release", state=Say.State.ASKED)
    door.answer_say(release, communications, "approve", "", now + timedelta(days=3))
    assert DONE == ["named"]


def test_an_approval_that_runs_out_at_an_hour_is_asked_for_again_unless_whoever_gave_it_confirms_it(
    author: Person, communications: Person, inspector: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise yesterday's yes would let out today what nobody has looked at since."""
    proposal = door.propose(Publish("day by day words"), author, now)
    given = door.answer_say(proposal.says.get(key="until-six"), communications, "approve", "", now)
    assert lasting.counts_until(given, now) == now.replace(hour=18, minute=0)
    assert lasting.to_confirm(communications, now) == [given]
    assert lasting.to_confirm(inspector, now) == []
    with pytest.raises(PermissionDenied, match="Only whoever gave this answer"):
        door.confirm_say(given, inspector, now)
    door.confirm_say(given, communications, now + timedelta(hours=1))
    assert [line.about["say"] for line in history(proposal.subject) if line.action == "say.confirmed"] == ["until-six"]
    swept(now + timedelta(hours=24, minutes=59))
    assert states(proposal, "until-six") == ["answered"]
    swept(now + timedelta(hours=25))
    assert states(proposal, "until-six") == ["void", "asked"]
    with pytest.raises(ActRefused, match="no longer counts"):
        door.confirm_say(given, communications, now + timedelta(hours=25))
    door.answer_say(proposal.says.get(key="wording"), supervisor, "approve", "", now + timedelta(hours=26))
    assert DONE == []
    door.answer_say(
        proposal.says.get(key="until-six", state="asked"), inspector, "approve", "", now + timedelta(days=2)
    )
    assert DONE == ["day by day words"]


def test_nobody_is_asked_to_confirm_what_has_been_done(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise an approver would be asked for weeks about a post that went out long ago."""
    proposal = door.propose(Publish("day by day words"), author, now)
    given = door.answer_say(proposal.says.get(key="until-six"), communications, "approve", "", now)
    door.answer_say(proposal.says.get(key="wording"), supervisor, "approve", "", now)
    assert DONE == ["day by day words"]
    assert lasting.to_confirm(communications, now) == []
    with pytest.raises(ActRefused, match="nothing waits for it"):
        door.confirm_say(given, communications, now)


def test_what_is_waited_for_may_be_counted_from_the_time_of_what_happened(
    author: Person, supervisor: Person, inspector: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise half an hour from the declaration of an incident would begin only when somebody wrote about it."""
    monkeypatch.setitem(WORLD, "incident.declared_at", now - timedelta(minutes=20))
    declared = door.propose(Publish("declared"), author, now)
    monkeypatch.delitem(WORLD, "incident.declared_at")
    unknown = door.propose(Publish("declared", subject="tests.post:2"), author, now)
    for minutes, open_to in ((9, {supervisor}), (10, {supervisor, inspector})):
        swept(now + timedelta(minutes=minutes))
        assert set(declared.says.get().put_to.all()) == open_to
    assert set(unknown.says.get().put_to.all()) == {supervisor}
