"""The duties of the shipped packs over two years, swept every day and held against a calendar of our own."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from remit.policy.decide import decide
from remit.policy.packs import Library
from tests.libraries import shipped

PACKS = Path(__file__).parents[2] / "packs"
DAYS = 731


@cache
def library() -> Library:
    return shipped()


def months_after(day: date, months: int) -> date:
    """Another way to the same day: month by month, and the last of a month that is too short."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def left(pack: str, moment: str, facts: dict[str, Any], day: date, rule: str) -> list[tuple[str | None, str | None]]:
    """(from, due) of each duty that `rule` leaves on `day`."""
    now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    decision = decide([library().packs[pack]], moment, facts, now)
    return [(duty["from"], duty["due"]) for duty in decision.duties if duty["rule"] == rule]


def swept(facts: Callable[[date], dict[str, Any]], start: date, pack: str, moment: str, rule: str) -> dict[date, Any]:
    """What the rule leaves on each of two years' days."""
    days = [start + timedelta(days=n) for n in range(DAYS)]
    return {day: left(pack, moment, facts(day), day, rule) for day in days}


def account(**facts: Any) -> dict[str, Any]:
    base = {"account.state": "live", "account.created_on": date(2020, 1, 6)}
    missing = ("guidance_offered_on", "reminded_on", "dormancy_reviewed_on", "last_supervised_on", "last_monitored_on")
    return {**base, **{f"account.{name}": None for name in missing}, **facts}


@pytest.mark.parametrize("last", [date(2024, 8, 31), date(2024, 11, 30), date(2025, 2, 28), date(2025, 10, 26)])
@pytest.mark.parametrize(
    ("pack", "rule", "months", "done"),
    [
        ("norfolk-suffolk", "NS-9.13c", 3, "account.guidance_offered_on"),
        ("norfolk-suffolk", "NS-9.13e", 6, "account.reminded_on"),
        ("wiltshire", "WI-accounts.14a", 1, "account.dormancy_reviewed_on"),
    ],
)
def test_an_unused_account_calls_for_its_step_from_the_day_on_and_once(
    pack: str, rule: str, months: int, done: str, last: date
) -> None:
    """A step would come a day early, have a new date every day, or come back once it was done."""
    due = months_after(last, months)
    done_on = due + timedelta(days=20)

    def facts(day: date) -> dict[str, Any]:
        return account(**{"account.last_used_on": last, done: done_on if day >= done_on else None})

    for day, duties in swept(facts, last, pack, "account.monitor", rule).items():
        wanted = [(last.isoformat(), due.isoformat())] if due <= day < done_on else []
        assert duties == wanted, day


def test_use_in_between_starts_the_count_again() -> None:
    """An account that is used each month would be reviewed all the same."""
    first = date(2025, 1, 31)

    def facts(day: date) -> dict[str, Any]:
        used = first
        while used + timedelta(days=28) <= day:
            used += timedelta(days=28)
        return account(**{"account.last_used_on": used})

    found = swept(facts, first, "wiltshire", "account.monitor", "WI-accounts.14a")
    assert {day for day, duties in found.items() if duties} == set()


@pytest.mark.parametrize(
    ("pack", "rule", "field", "months", "start"),
    [
        ("norfolk-suffolk", "NS-11.1d", "actor.last_training_on", 12, date(2024, 2, 29)),
        ("essex", "EX-7.0b", "policy.last_review_on", 12, date(2025, 5, 20)),
    ],
)
def test_what_comes_round_each_year_is_known_ahead_and_counts_from_the_last_time(
    pack: str, rule: str, field: str, months: int, start: date
) -> None:
    """A refresher or a review would be forgotten, or fall due twice."""
    moment = "user.train" if field.startswith("actor") else "policy.review"
    late = timedelta(days=9)

    def last(day: date) -> date:
        found = start
        while months_after(found, months) + late <= day:
            found = months_after(found, months) + late
        return found

    def facts(day: date) -> dict[str, Any]:
        return {field: last(day), "policy.published_on": date(2018, 5, 25), "actor.trainings": []}

    for day, duties in swept(facts, start, pack, moment, rule).items():
        assert duties == [(last(day).isoformat(), months_after(last(day), months).isoformat())], day


@pytest.mark.parametrize("last", [date(2024, 8, 31), date(2024, 11, 30), date(2025, 2, 28), date(2025, 10, 26)])
def test_more_than_three_months_is_the_day_after_three_months(last: date) -> None:
    """Surrey and Sussex would ask for a rationale a day early, ask again once it is filed, or make up a day for it."""
    filed = months_after(last, 3) + timedelta(days=40)

    def facts(day: date) -> dict[str, Any]:
        answered = filed if day >= filed else None
        return account(**{"account.last_used_on": last, "account.dormancy_answered_on": answered})

    for day, duties in swept(facts, last, "surrey-sussex", "account.monitor", "SS-6.6b").items():
        wanted = [(last.isoformat(), None)] if months_after(last, 3) < day < filed else []
        assert duties == wanted, day


@pytest.mark.parametrize("created", [date(2025, 1, 31), date(2025, 8, 31), date(2025, 3, 4)])
def test_access_to_a_new_account_is_wanted_within_its_first_month(created: date) -> None:
    """The month in which Surrey and Sussex want the access lodged would run on, or outlast the lodging."""
    lodged = created + timedelta(days=50)

    def facts(day: date) -> dict[str, Any]:
        return account(
            **{
                "account.created_on": created,
                "account.login_lodged": day >= lodged,
                "account.details_requested_on": None,
            }
        )

    for day, duties in swept(facts, created, "surrey-sussex", "account.monitor", "SS-4.2c").items():
        wanted = [(created.isoformat(), months_after(created, 1).isoformat())] if day < lodged else []
        assert duties == wanted, day


@pytest.mark.parametrize("passed", [date(2024, 2, 29), date(2024, 5, 20)])
def test_an_account_is_reviewed_a_year_after_its_trial_and_then_after_each_review(passed: date) -> None:
    """Cleveland's annual review would be counted from nowhere, or a late one would pull the next one forward."""
    reviewed = months_after(passed, 12) + timedelta(days=30)

    def facts(day: date) -> dict[str, Any]:
        last = reviewed if day >= reviewed else None
        return account(**{"trial.passed_on": passed, "account.last_reviewed_on": last, "account.kind": "area"})

    for day, duties in swept(facts, passed, "cleveland", "account.monitor", "CL-3.1.1g").items():
        late = day >= reviewed
        anchor, due = (reviewed.isoformat(), months_after(reviewed, 12)) if late else (None, months_after(passed, 12))
        assert duties == [(anchor, due.isoformat())], day
