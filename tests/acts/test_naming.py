"""What a person chooses in the course of an act: who decides it, and which way a report goes."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied

from remit.acts import door, referrals
from remit.acts.act import ActRefused
from remit.acts.models import Proposal, Say
from remit.people.models import Person
from tests.acts.conftest import Publish, ReportLost

State = Proposal.State
FACT = "application.decision_maker"


@pytest.fixture
def asked(author: Person, communications: Person, now: datetime) -> Proposal:
    return door.propose(Publish(text="please decide"), author, now)


def test_only_the_post_that_names_may_name_and_only_the_named_decides(
    asked: Proposal, author: Person, communications: Person, supervisor: Person, inspector: Person, now: datetime
) -> None:
    """Whoever applies would name their own judge, or anybody of the team would decide instead of the one named."""
    assert [item["fact"] for item in asked.decision["ask"]] == [FACT]
    for somebody in (author, supervisor):
        with pytest.raises(PermissionDenied, match="Corporate Communications names the decision maker"):
            door.answer_question(asked, somebody, FACT, "4", now)
    door.answer_question(asked, communications, FACT, "4", now)
    say = Say.objects.get()
    assert [door.may_answer(say, p, now) for p in (communications, supervisor, inspector)] == [False, False, True]
    door.answer_say(say, inspector, "approve", "", now)
    asked.refresh_from_db()
    assert asked.state == State.APPLIED


def test_nobody_who_may_not_decide_is_named(asked: Proposal, communications: Person, now: datetime) -> None:
    with pytest.raises(ActRefused, match="takes part in this"):
        door.answer_question(asked, communications, FACT, "1", now)
    with pytest.raises(ActRefused, match="Nobody on the force's register has the number 99"):
        door.answer_question(asked, communications, FACT, "99", now)


def test_whoever_proposes_names_nobody(author: Person, communications: Person, now: datetime) -> None:
    with pytest.raises(ActRefused, match="Corporate Communications names the decision maker"):
        door.propose(Publish(text="please decide"), author, now, answers={FACT: "4"})


def test_who_was_named_stays_so_when_the_words_change(
    asked: Proposal, author: Person, communications: Person, inspector: Person, now: datetime
) -> None:
    """Every correction of a comma would have to go back to be given a decision maker again."""
    door.answer_question(asked, communications, FACT, "4", now)
    changed = door.revise(asked, Publish(text="please decide, again"), author, now)
    assert changed.decision["ask"] == []
    assert [door.may_answer(say, inspector, now) for say in Say.objects.filter(state=Say.State.ASKED)] == [True]


def test_a_report_goes_the_way_that_is_chosen_and_no_other(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Somebody who reports past their supervisor would find the supervisor reading it."""
    report = door.propose(ReportLost(text="let me choose"), author, now, answers={"post.area": "North"})
    assert "report.channel" in [item["fact"] for item in report.decision["ask"]]
    door.answer_question(report, author, "report.channel", "communications", now)
    (passed,) = report.referrals.filter(rule="TR-5b")
    assert (passed.to_who, passed.seen_by) == ("communications", ["communications"])
    assert not referrals.may_see(passed, supervisor, now)
    door.answer_question(report, author, "report.channel", "supervisor", now)
    passed.refresh_from_db()
    assert passed.closed_at is not None
    (other,) = report.referrals.filter(rule="TR-5b", closed_at=None)
    assert referrals.may_see(other, supervisor, now)
    assert not referrals.may_see(other, communications, now)
