"""Duties and referrals: made once, reminded, escalated, done, never back; passed on to those who may see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from remit.acts import door, referrals, states
from remit.acts.act import ActRefused
from remit.acts.models import Duty, Notice, Proposal, Referral
from remit.acts.owed import owed_by
from remit.acts.states import Looked
from remit.ledger import history
from remit.people.models import Person
from remit.policy.periods import london_date
from tests.acts.conftest import Close, Publish, SmallDirectory

State = Duty.State
SUBJECT = "tests.account:1"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The facts of one live account that the clock looks at, last used on 1 July 2026."""
    facts: dict[str, Any] = {
        "account.last_used_on": date(2026, 7, 1),
        "account.reviewed": False,
        "account.members": ["anna", "ben"],
        "account.posts": [],
        "account.look_count": 2,
    }
    monkeypatch.setattr(states, "_RECORDS", {})
    states.register("account.monitor", lambda now: [Looked("trialshire", SUBJECT, lambda: facts)])
    return facts


def rows(rule: str = "TR-4a") -> list[tuple[str, date]]:
    return list(Duty.objects.filter(rule__startswith=rule).order_by("anchor", "rule").values_list("state", "anchor"))


def sweep_daily(start: datetime, days: int) -> datetime:
    for day in range(days):
        assert door.sweep(start + timedelta(days=day)).faults == ()
    return start + timedelta(days=days)


def test_a_duty_swept_daily_is_one_duty(
    author: Person, communications: Person, account: dict[str, Any], now: datetime
) -> None:
    """Otherwise a list of tasks would grow by one a day, or its due date run away."""
    sweep_daily(now - timedelta(days=20), 10)
    assert rows() == [(State.DUE, date(2026, 7, 1))]
    duty = Duty.objects.get()
    assert (duty.due_on, duty.owner, duty.must) == (date(2026, 11, 1), communications, True)
    assert [line.action for line in history(SUBJECT)].count("duty.made") == 1


def test_a_duty_once_done_never_comes_back_until_something_new_happens(
    author: Person, communications: Person, account: dict[str, Any], now: datetime
) -> None:
    """Otherwise whoever did it would find it on their list again the next morning."""
    door.sweep(now)
    duty = Duty.objects.get()
    with pytest.raises(PermissionDenied, match="PC 3"):
        door.complete_duty(duty, author, now)
    door.complete_duty(duty, communications, now, "Reviewed, kept")
    with pytest.raises(ActRefused, match="21 November 2026"):
        door.complete_duty(duty, communications, now)
    after = sweep_daily(now, 9)
    assert rows() == [(State.DONE, date(2026, 7, 1))]
    account["account.last_used_on"] = date(2026, 8, 15)
    door.sweep(after)
    assert rows() == [(State.DONE, date(2026, 7, 1)), (State.DUE, date(2026, 8, 15))]


def test_a_duty_lapses_when_nothing_wants_it_and_is_due_again_when_something_does(
    author: Person, communications: Person, account: dict[str, Any], now: datetime
) -> None:
    """Otherwise people would do what is no longer needed, or a real duty would be lost."""
    door.sweep(now)
    account["account.last_used_on"] = date(2026, 11, 20)
    door.sweep(now)
    assert rows() == [(State.LAPSED, date(2026, 7, 1))]
    account["account.last_used_on"] = date(2026, 7, 1)
    door.sweep(now)
    assert rows() == [(State.DUE, date(2026, 7, 1))]


def test_a_duty_is_done_when_the_facts_show_it(
    author: Person, communications: Person, account: dict[str, Any], now: datetime
) -> None:
    """Otherwise somebody would have to tick what the register already knows."""
    door.sweep(now)
    account["account.reviewed"] = True
    door.sweep(now)
    assert rows() == [(State.DONE, date(2026, 7, 1))]


def test_a_list_gives_a_duty_an_element(
    author: Person, communications: Person, account: dict[str, Any], now: datetime
) -> None:
    """Otherwise asking one member would count as asking all."""
    account["account.last_used_on"] = date(2026, 6, 1)
    sweep_daily(now, 3)
    assert list(Duty.objects.filter(rule__startswith="TR-4b").order_by("rule").values_list("rule", flat=True)) == [
        "TR-4b#anna",
        "TR-4b#ben",
    ]


def test_owners_are_reminded_and_others_told_once_each(
    author: Person, communications: Person, supervisor: Person, account: dict[str, Any], now: datetime
) -> None:
    """Otherwise a duty is forgotten in silence, or its owner is nagged every day."""
    account["account.last_used_on"] = date(2026, 8, 1)  # due on 1 December 2026
    sweep_daily(now, 3)
    assert not Notice.objects.exists()
    sweep_daily(now + timedelta(days=3), 5)
    assert [notice.text for notice in referrals.notices_for(communications)] == [
        "Still to do: review the account. It is due on 1 December 2026."
    ]
    assert referrals.notices_for(supervisor) == []
    sweep_daily(now + timedelta(days=11), 4)
    (notice,) = referrals.notices_for(supervisor)
    assert notice.text == "Overdue since 1 December 2026: review the account. It is for PC 3."
    with pytest.raises(PermissionDenied):
        referrals.mark_read(notice, author, now)
    referrals.mark_read(notice, supervisor, now)
    assert referrals.notices_for(supervisor) == []


def test_nothing_closes_over_what_an_act_left_to_be_done(
    author: Person, communications: Person, account: dict[str, Any], now: datetime
) -> None:
    """Otherwise closing an account would be a way out of every obligation about it."""
    door.sweep(now)  # what the clock asks for as long as the account lives ends with it
    door.propose(Publish("appeal", subject=SUBJECT), author, now)
    proposal = door.propose(Close("bye", subject=SUBJECT), author, now)
    assert proposal.state == Proposal.State.OPEN
    assert door.waiting_on(proposal, now) == ["watch the comments: PC 1"]
    door.complete_duty(Duty.objects.get(rule="TR-3a"), author, now)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.APPLIED


def test_what_an_act_leaves_behind_becomes_rows(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise the policy's "afterwards" would be words on a page."""
    proposal = door.propose(Publish("appeal"), author, now)
    assert [(d.do, d.owner, d.due_on) for d in proposal.duties.all()] == [
        ("watch the comments", author, date(2026, 11, 21))
    ]
    assert list(owed_by(author)) == list(proposal.duties.all())
    assert [n.text for n in referrals.notices_for(supervisor)] == ["An appeal went out."]
    assert [line.about["register"] for line in history("tests.post:1") if line.action == "register.noted"] == [
        "appeals"
    ]
    for hour in range(3):
        door.sweep(now + timedelta(hours=hour))
    assert (Duty.objects.count(), Referral.objects.count(), Notice.objects.count()) == (1, 1, 1)


def test_a_referral_exists_only_for_those_who_may_see_it(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise the person it is about would read it, or anybody close it."""
    proposal = door.propose(Publish("appeal"), author, now)
    referral = proposal.referrals.get()
    assert referrals.visible_to(communications) == [referral]
    assert referrals.visible_to(supervisor) == []
    assert not referrals.may_see(referral, author, now)
    with pytest.raises(PermissionDenied):
        referrals.take(referral, supervisor, now)
    referrals.take(referral, communications, now)
    with pytest.raises(ActRefused, match="already"):
        referrals.take(referral, communications, now)
    with pytest.raises(ActRefused, match="came of it"):
        referrals.close(referral, communications, now, " ")
    referrals.close(referral, communications, now, "Looked at, nothing to do")
    assert referrals.visible_to(communications) == []


def test_the_barred_stay_barred_whatever_they_become(
    author: Person, communications: Person, directory: Any, now: datetime
) -> None:
    """Otherwise joining the team would open the file about oneself."""
    proposal = door.propose(Publish("appeal"), author, now)
    directory.posts["communications"].append(author)
    assert referrals.visible_to(author) == []
    assert not referrals.may_see(proposal.referrals.get(), author, now)


def test_who_is_told_daily_is_told_each_day_until_it_is_done(
    author: Person, communications: Person, supervisor: Person, account: dict[str, Any], now: datetime
) -> None:
    """A clause that wants a supervisor told every day would be met with one message that is easily missed."""
    account["account.in_group"] = True
    start = datetime(2026, 12, 1, 9, tzinfo=UTC)
    for hour in range(0, 96, 6):  # the sweep runs more than once a day
        door.sweep(start + timedelta(hours=hour))
    told = Notice.objects.filter(rule="TR-4f", who="supervisor").order_by("made_at")
    assert [london_date(notice.made_at).day for notice in told] == [2, 3, 4, 5]
    duty = Duty.objects.get(rule="TR-4f")
    door.complete_duty(duty, communications, start + timedelta(days=4), "Left.")
    door.sweep(start + timedelta(days=5))
    assert told.count() == 4


def test_a_sample_is_drawn_once_and_by_nobodys_choice(
    author: Person, communications: Person, supervisor: Person, account: dict[str, Any], now: datetime
) -> None:
    """Whoever is checked could publish a few harmless posts and have those drawn instead."""
    account["account.posts"] = [f"post {number}" for number in range(20)]
    door.sweep(now)
    duty = Duty.objects.get(rule="TR-4e")
    drawn = duty.sample["drawn"]
    assert len(drawn) == 2
    account["account.posts"] += [f"harmless {number}" for number in range(50)]
    door.sweep(now + timedelta(days=1))
    duty.refresh_from_db()
    assert duty.sample["drawn"] == drawn
    (made,) = [line for line in history(SUBJECT) if line.action == "duty.made" and line.about["rule"] == "TR-4e"]
    assert made.about["sample"]["drawn"] == drawn


def test_a_duty_without_its_day_is_given_it_by_the_answer(author: Person, now: datetime) -> None:
    """Nobody would know when it is due; or it would be owed twice, once without a day and once with."""
    proposal = door.propose(Publish("an event"), author, now)
    assert proposal.state == Proposal.State.APPLIED
    duty = Duty.objects.get(rule="TR-3b")
    assert (duty.due_on, duty.late) == (None, "within")
    assert [item["fact"] for item in proposal.decision["ask"]] == ["post.event_on"]
    door.answer_question(proposal, author, "post.event_on", "2026-12-24", now)
    duty = Duty.objects.get(rule="TR-3b")
    assert (duty.due_on, duty.anchor) == (date(2026, 12, 28), date(2026, 12, 24))  # no bank holidays here


def test_records_are_all_read_before_the_first_is_changed(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """On SQLite whoever saves during the sweep of a large force would end it, and duties would come a day late."""
    read: list[int] = []

    def records(now: datetime) -> Iterator[Looked]:
        for number in range(3):
            read.append(number)
            yield Looked("trialshire", f"tests.account:{number}", dict)

    monkeypatch.setattr(states, "_RECORDS", {})
    states.register("account.monitor", records)
    next(iter(states.all_records(now)))
    assert read == [0, 1, 2]


def test_somebody_who_stands_in_is_told_once_what_is_overdue(
    directory: SmallDirectory, communications: Person, account: dict[str, Any], now: datetime
) -> None:
    """The head of a small team would read each overdue line two or three times, and stop reading them."""
    directory.posts["supervisor"] = [communications]
    account["account.last_used_on"] = date(2026, 5, 1)
    sweep_daily(now, 1)
    told = Notice.objects.filter(rule="TR-4a", text__startswith="Overdue", put_to=communications)
    assert [notice.who for notice in told] == ["communications"]
