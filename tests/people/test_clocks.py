"""What the clock asks of people and policies over two years, swept and held against a calendar of our own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from remit.accounts.facts import may_use
from remit.accounts.models import Account
from remit.acts import door, duties, states
from remit.acts.models import Duty, Grant, Notice
from remit.acts.packs import library
from remit.people import acts, clocks, documents
from remit.people.acts import qualifications
from remit.people.acts.subjects import person_subject
from remit.people.models import Person, Training
from remit.policies import upkeep
from remit.policy.decide import decide
from tests.conduct.conftest import Station, person, station
from tests.packs.test_duties_over_time import DAYS, months_after

__all__ = ["person", "station"]
Make = Callable[[str], Station]
START = date(2024, 2, 29)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def look(moment: str, source: Callable[[datetime], Any], day: date) -> None:
    """One day's look at whatever `source` gives, and its reminders."""
    with transaction.atomic():
        for looked in source(at(day)):
            states.look(moment, looked, at(day))
        duties.remind_and_escalate(at(day))


def account(here: Station, name: str = "Fenside Police", kind: str = "area") -> Account:
    return Account.objects.create(
        force=here.force, platform="practice", network="x", handle=name.lower().replace(" ", "-"), name=name, kind=kind,
        created_on=START, state="live",
    )  # fmt: skip


def authorise(here: Station, over: Account, since: date = START) -> None:
    Grant.objects.create(
        force=here.force.pk, kind="authorisation", person=here.officer, over=f"accounts.account:{over.pk}", since=since
    )


def test_a_refresher_comes_round_each_year_is_reminded_once_and_told_when_late(station: Make) -> None:
    """A user's training would lapse unseen, be asked for twice, or never be told to the line manager (NS 11.1)."""
    here = station("norfolk-suffolk")
    authorise(here, account(here))
    first, due = START, months_after(START, 12)
    second = due + timedelta(days=9)
    for kind, day in (("masterclass", first), ("refresher", second)):
        Training.objects.create(person=here.officer, kind=kind, on=day)
    owed = Duty.objects.filter(rule="NS-11.1d", subject=person_subject(here.officer))
    turns = [due - timedelta(days=31), due, second, months_after(second, 12) - timedelta(days=31)]
    for day in (START + timedelta(days=n) for n in range(DAYS)):
        # Where nothing turns, every seventh day shows the same as every day.
        if day.toordinal() % 7 and min(abs((day - turn).days) for turn in turns) > 12:
            continue
        look("user.train", clocks.in_training, day)
        last = second if day >= second else first
        wanted = [(last, months_after(last, 12), here.officer.pk)]
        assert list(owed.filter(state="due").values_list("anchor", "due_on", "owner")) == wanted, day
    told = Notice.objects.filter(rule="NS-11.1d")
    asked_to_remember = [date(2025, 1, 28), date(2026, 2, 9)]  # a month before 28 February and before 9 March
    reminded = sorted(n.made_at.date() for n in told.filter(text__startswith="Still to do"))
    assert reminded == asked_to_remember
    overdue = told.filter(text__startswith="Overdue")
    assert {n.made_at.date() for n in overdue} == {due + timedelta(days=1)}
    assert here.manager in {reader for n in overdue for reader in n.put_to.all()}
    assert list(owed.values_list("state", flat=True).order_by("anchor")) == ["lapsed", "due"]


def test_a_leavers_permissions_each_have_somebody_to_end_them(station: Make) -> None:
    """Somebody would leave and still be able to post, or the passwords that they know would stay (3.1.4)."""
    here = station("cleveland")
    area = account(here)
    authorise(here, area)
    last = START + timedelta(days=40)
    door.propose(acts.RecordLeaving("cleveland", person_subject(here.officer), last.isoformat()), None, at(START))
    owed = Duty.objects.filter(subject=person_subject(here.officer), moment="user.leave")
    ended = owed.filter(rule__startswith="CL-3.1.4g")
    for day in (START + timedelta(days=n) for n in range(60)):
        look("user.leave", clocks.leavers, day)
        assert set(ended.values_list("rule", "due_on")) == {("CL-3.1.4g#use of Fenside Police", last)}, day
        if day == last - timedelta(days=1):
            duties.complete(ended.get(), here.communications, at(day), "Taken off the network.")
            Person.objects.filter(pk=here.officer.pk).update(leaving_told_on=day)
        assert ended.get().state == ("done" if day >= last - timedelta(days=1) else "due"), day
    told = owed.get(rule="CL-3.1.4f")
    assert (told.state, told.due_on) == ("done", last)
    assert may_use(area, here.officer, at(last))
    assert not may_use(area, here.officer, at(last + timedelta(days=1)))


def test_a_password_changes_when_somebody_moves_to_another_team(station: Make) -> None:
    """Somebody who moved on could still use the account, and its password would stay as it was (NS 10.2)."""
    here = station("norfolk-suffolk")
    area = account(here)
    authorise(here, area)
    moved = START + timedelta(days=10)
    act = acts.RecordMove("norfolk", person_subject(here.officer), moved.isoformat(), ["neighbourhood"])
    door.propose(act, None, at(START))
    owed = Duty.objects.filter(subject=person_subject(here.officer), rule__startswith="NS-10.2g")
    for day in (START + timedelta(days=n) for n in range(20)):
        look("user.leave", clocks.leavers, day)
        wanted = [("NS-10.2g#Fenside Police", moved)] if day >= moved else []
        assert list(owed.values_list("rule", "due_on")) == wanted, day
    assert here.communications in {who for duty in owed for who in duty.put_to.all()}, "the stand-in has it"
    assert not may_use(area, here.officer, at(moved + timedelta(days=1)))


def test_a_new_version_of_a_policy_is_to_be_read_again(station: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody would be bound by rules that they were never shown, or be asked for ever for what they accepted."""
    here = station("essex")
    mine = Duty.objects.filter(rule="EX-2.0m", subject=person_subject(here.officer))

    def accept(day: date) -> None:
        document = "policy:essex"
        act = acts.Acknowledge("essex", person_subject(here.officer), document, documents.current_version(document))
        door.propose(act, here.officer, at(day))

    seen = []
    for n in range(6):
        day = START + timedelta(days=n)
        if n in (1, 4):
            accept(day)
        if n == 3:
            for module in (documents, qualifications):
                monkeypatch.setattr(module, "current_version", lambda document: "2027")
        look("policy.acknowledge", clocks.readers, day)
        seen.append(mine.get().state)
    assert seen == ["due", "done", "done", "due", "done", "done"]
    assert mine.get().owner == here.officer


def test_a_late_review_is_asked_for_every_day_and_switches_nothing_off(station: Make) -> None:
    """A policy that nobody reviewed would be forgotten, or stop protecting people on the day its review was due."""
    here = station("essex")
    pack = library().packs["essex"]
    rule, subject = "EX-7.0b", upkeep.subject_of("essex")
    look("policy.review", upkeep.kept_up, START)
    first = Duty.objects.get(rule=rule, subject=subject)
    assert first.due_on == months_after(date(2018, 5, 25), 12)
    reviewed = START + timedelta(days=30)
    duties.complete(first, here.standards, at(reviewed), "Reviewed.")
    late = months_after(reviewed, 12) + timedelta(days=9)
    for day in (reviewed + timedelta(days=n) for n in range(DAYS)):
        if day == late:
            look("policy.review", upkeep.kept_up, day)
            duties.complete(Duty.objects.get(rule=rule, subject=subject, state="due"), here.standards, at(day), "Done.")
        last = late if day >= late else reviewed
        decision = decide([pack], "policy.review", upkeep.policy_facts("essex", pack, at(day)), at(day))
        asked = [(duty["from"], duty["due"]) for duty in decision.duties if duty["rule"] == rule]
        assert asked == [(last.isoformat(), months_after(last, 12).isoformat())], day
    words = {"post.text": "A quiet day.", "device.owner": "personal", "account.kind": "area"}
    assert decide([pack], "post.publish", words, at(START)).findings, "an overdue policy still decides"
