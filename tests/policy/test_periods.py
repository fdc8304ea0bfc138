"""Deadlines: a day out, and somebody closes an account they may not, or is told they are late when they are not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.policy.periods import LONDON, day_in_words, london_date, parse_period, passed, plus, time_in_words

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        (date(2026, 8, 31), "6 months", date(2027, 2, 28)),
        (date(2027, 8, 31), "6 months", date(2028, 2, 29)),
        (date(2024, 2, 29), "1 year", date(2025, 2, 28)),
        (date(2026, 1, 31), "a month", date(2026, 2, 28)),
        (date(2026, 12, 15), "1 month", date(2027, 1, 15)),
        (date(2026, 11, 21), "2 weeks", date(2026, 12, 5)),
        (date(2026, 11, 21), "7 days", date(2026, 11, 28)),
    ],
)
def test_month_ends_clamp_and_days_are_calendar_days(start: date, period: str, end: date) -> None:
    assert plus(start, parse_period(period)) == end


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        # Clocks go forward on 29 March 2026 and back on 25 October 2026: a day keeps the hour, hours do not.
        ("2026-03-28T12:00:00+00:00", "1 day", "2026-03-29T12:00:00+01:00"),
        ("2026-03-28T12:00:00+00:00", "24 hours", "2026-03-29T13:00:00+01:00"),
        ("2026-10-24T12:00:00+01:00", "1 day", "2026-10-25T12:00:00+00:00"),
        ("2026-10-24T12:00:00+01:00", "24 hours", "2026-10-25T11:00:00+00:00"),
        ("2026-10-24T12:00:00+01:00", "7 days", "2026-10-31T12:00:00+00:00"),
    ],
)
def test_both_clock_changes(start: str, period: str, end: str) -> None:
    assert plus(datetime.fromisoformat(start), parse_period(period)) == datetime.fromisoformat(end)


def test_passed_holds_from_the_day_itself_and_more_than_from_the_next() -> None:
    start = date(2026, 8, 21)
    day = datetime(2026, 11, 21, 0, 0, tzinfo=LONDON)
    eve = day - timedelta(minutes=1)
    assert not passed(start, parse_period("3 months"), eve)
    assert passed(start, parse_period("3 months"), day)
    assert not passed(start, parse_period("more than 3 months"), day + timedelta(hours=15))
    assert passed(start, parse_period("more than 3 months"), day + timedelta(days=1))


def test_a_summer_midnight_belongs_to_the_london_day() -> None:
    assert london_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)


@given(DAYS, st.integers(1, 48))
def test_months_never_leave_the_month_they_belong_to(start: date, months: int) -> None:
    end = plus(start, parse_period(f"{months} months"))
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day <= start.day


@given(DAYS, st.sampled_from(["7 days", "1 month", "6 months", "1 year"]), st.integers(-3, 3))
def test_passed_turns_once(start: date, words: str, off: int) -> None:
    """Never yes, then no, then yes again: a duty that comes and goes is worse than none."""
    period = parse_period(words)
    due = plus(start, period)
    noon = datetime(due.year, due.month, due.day, 12, tzinfo=LONDON) + timedelta(days=off)
    assert passed(start, period, noon) is (off >= 0)
    assert passed(start, parse_period(f"more than {words}"), noon) is (off > 0)


@pytest.mark.parametrize("words", ["", "3", "months", "3 moths", "-1 days", "1.5 months", "more than", "12345 days"])
def test_what_is_no_period_is_refused_with_examples(words: str) -> None:
    with pytest.raises(ValueError, match=r"is not a period\. Write for example"):
        parse_period(words)


def test_dates_are_written_as_people_write_them() -> None:
    assert day_in_words(date(2026, 11, 3)) == "3 November 2026"
    assert time_in_words(datetime(2026, 11, 21, 16, 30, tzinfo=UTC)) == "21 November 2026, 4:30pm"
    assert time_in_words(datetime(2026, 7, 1, 23, 5, tzinfo=UTC)) == "2 July 2026, 12:05am"
