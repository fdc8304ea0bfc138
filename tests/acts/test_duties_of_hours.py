"""What is owed within minutes or hours: due at its time, chased at its time, and neither moved nor made again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from remit.acts import door, referrals, states
from remit.acts.models import Duty, Notice
from remit.acts.states import Looked
from remit.people.models import Person
from tests.acts.conftest import WORLD, Publish, ReportLost

SUBJECT = "tests.account:1"


def sweep_each_minute(start: datetime, minutes: int) -> datetime:
    """As the worker does: what is due each minute, all of it every ten."""
    for minute in range(minutes):
        assert door.sweep(start + timedelta(minutes=minute), due_only=minute % 10 != 0, records=False).faults == ()
    return start + timedelta(minutes=minutes)


def texts(start: str) -> list[tuple[str, datetime]]:
    return list(Notice.objects.filter(text__startswith=start).order_by("made_at").values_list("who", "made_at"))


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 11, 21, 16, 30, tzinfo=UTC),
        datetime(2026, 11, 21, 23, 45, tzinfo=UTC),  # over midnight
        datetime(2026, 3, 29, 0, 50, tzinfo=UTC),  # the clocks go forward at 1
        datetime(2026, 10, 25, 0, 50, tzinfo=UTC),  # and back at 1
    ],
)
def test_what_is_owed_within_minutes_is_reminded_of_and_overdue_to_the_minute(
    author: Person, communications: Person, supervisor: Person, start: datetime
) -> None:
    """A caller who is to be rung back within 30 minutes would be missed tomorrow, or never on the day itself."""
    door.propose(Publish("ring back"), author, start)
    sweep_each_minute(start, 45)
    duty = Duty.objects.get(rule="TR-3e")
    due = start + timedelta(minutes=30)
    assert (duty.due_at, duty.due) == (due, due)
    assert texts("Still to do") == [("communications", due - timedelta(minutes=10))]
    assert texts("Overdue") == [("communications", due), ("supervisor", due)]
    assert not duty.is_overdue(due - timedelta(minutes=1))
    assert duty.is_overdue(due)


def test_the_notice_says_the_time(author: Person, communications: Person, supervisor: Person, now: datetime) -> None:
    """Whoever reads that something was due today could not tell whether it still is in time."""
    door.propose(Publish("ring back"), author, now)
    sweep_each_minute(now, 31)
    (notice,) = referrals.notices_for(supervisor)
    assert notice.text == "Overdue since 21 November 2026, 5:00pm: ring back. It is for PC 3."


def test_what_is_done_in_time_is_not_called_overdue_and_does_not_come_back(
    author: Person, communications: Person, now: datetime
) -> None:
    """Somebody who rang back after ten minutes would be told off after thirty, and find it on their list again."""
    door.propose(Publish("ring back"), author, now)
    door.complete_duty(Duty.objects.get(rule="TR-3e"), communications, now + timedelta(minutes=10))
    sweep_each_minute(now + timedelta(minutes=10), 60)
    assert [duty.state for duty in Duty.objects.filter(rule="TR-3e")] == ["done"]
    assert not Notice.objects.exists()


def test_what_the_facts_show_done_between_two_whole_sweeps_is_not_called_overdue(
    author: Person, communications: Person, now: datetime
) -> None:
    """The facts are looked at every ten minutes, and the hour may come in between: a false alarm each time."""
    door.propose(Publish("ring back"), author, now)
    door.sweep(now + timedelta(minutes=25), records=False)
    WORLD["account.reviewed"] = True
    door.sweep(now + timedelta(minutes=30), due_only=True, records=False)
    assert Duty.objects.get(rule="TR-3e").state == "done"
    assert texts("Overdue") == []


def test_what_is_owed_within_days_is_in_time_until_its_last_day_ends(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """What may be done until the end of tomorrow would be overdue in the afternoon."""
    door.propose(Publish("write up"), author, now)
    duty = Duty.objects.get(rule="TR-3f")
    assert (str(duty.due), duty.due_at) == ("2026-11-22", None)
    door.sweep(datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    assert texts("Overdue") == []
    door.sweep(datetime(2026, 11, 23, tzinfo=UTC))
    assert [who for who, _ in texts("Overdue")] == ["communications", "supervisor"]


@pytest.mark.parametrize("later", [timedelta(minutes=20), timedelta(days=2)])
def test_an_answer_to_a_report_does_not_move_what_is_owed(
    author: Person, communications: Person, now: datetime, later: timedelta
) -> None:
    """The half hour in which the team is to be rung would be put off by each answer, or begin again."""
    report = door.propose(ReportLost("ring"), author, now)
    door.answer_question(report, author, "post.area", "the harbour", now + later)
    (duty,) = Duty.objects.filter(rule="TR-5e")
    assert duty.due_at == now + timedelta(minutes=30)


def test_two_alarms_of_one_day_are_two_duties(
    author: Person, communications: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looked into the alarm of the morning would have answered for that of the afternoon as well."""
    facts: dict[str, Any] = {"account.last_used_on": now.date(), "account.alarmed_at": now.replace(hour=9)}
    facts |= {"account.in_group": False, "account.posts": [], "account.members": []}
    monkeypatch.setattr(states, "_RECORDS", {})
    states.register("account.monitor", lambda at: [Looked("trialshire", SUBJECT, lambda: facts)])
    door.sweep(now.replace(hour=10))
    door.complete_duty(Duty.objects.get(rule="TR-4h"), communications, now.replace(hour=10))
    door.sweep(now.replace(hour=11))
    facts["account.alarmed_at"] = now.replace(hour=15)
    for hour in (15, 16):
        door.sweep(now.replace(hour=hour))
    found = Duty.objects.filter(rule="TR-4h").values_list("state", "due_at")
    assert list(found) == [("done", now.replace(hour=11)), ("due", now.replace(hour=17))]
