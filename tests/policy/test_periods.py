"""Deadlines: a day out, and somebody closes an account they may not, or is told they are late when they are not."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.policy.calendar_days import WEEKDAYS
from remit.policy.periods import (
    LONDON,
    Holidays,
    Period,
    between,
    clock_on,
    day_in_words,
    london_date,
    parse_clock,
    parse_period,
    time_in_words,
    weekday,
    working_day,
)
from remit.policy.periods import passed as passed_by
from remit.policy.periods import plus as moved_by
from remit.policy.vocabulary_loading import load_vocabulary

ROOT = Path(__file__).parents[2]
HOLIDAYS = load_vocabulary(ROOT / "packs").holidays


def plus(start: date | datetime, period: Period, holidays: Holidays = HOLIDAYS) -> date | datetime:
    return moved_by(start, period, holidays)


def passed(start: date | datetime, period: Period, now: datetime) -> bool:
    return passed_by(start, period, now, HOLIDAYS)


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


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        (date(2026, 11, 20), "5 working days", date(2026, 11, 27)),  # from a Friday
        (date(2026, 11, 21), "5 working days", date(2026, 11, 27)),  # from a Saturday, which is not counted either
        (date(2026, 11, 21), "1 working day", date(2026, 11, 23)),
        (date(2026, 12, 24), "1 working day", date(2026, 12, 29)),  # Christmas, a weekend, Boxing Day's substitute
        (date(2026, 4, 2), "2 working days", date(2026, 4, 8)),  # Easter
        (date(2026, 12, 31), "1 working day", date(2027, 1, 4)),
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(start: date, period: str, end: date) -> None:
    """Somebody given five working days over Christmas would be late before the office opened."""
    assert plus(start, parse_period(period)) == end
    back = plus(end, parse_period(period).back)
    assert HOLIDAYS.working(back)
    assert back <= start or not HOLIDAYS.working(start)


@given(DAYS, st.integers(1, 30))
def test_working_days_there_and_back(start: date, count: int) -> None:
    """A date counted back would not be the one that was counted from."""
    period = Period(working_days=count)
    end = plus(start, period)
    assert HOLIDAYS.working(end)
    assert sum(HOLIDAYS.working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1)) == count
    if HOLIDAYS.working(start):
        assert plus(end, period.back) == start


def test_working_days_keep_the_hour_across_a_clock_change() -> None:
    start = datetime(2026, 10, 23, 9, tzinfo=LONDON)
    assert plus(start, parse_period("1 working day")) == datetime(2026, 10, 26, 9, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        (date(2026, 3, 31), "1 month", date(2026, 2, 28)),
        (date(2028, 2, 29), "1 year", date(2027, 2, 28)),
        (date(2026, 1, 3), "7 days", date(2025, 12, 27)),
        (datetime(2026, 10, 25, 12, tzinfo=LONDON), "1 day", datetime(2026, 10, 24, 12, tzinfo=LONDON)),
        (datetime(2026, 10, 25, 12, tzinfo=LONDON), "24 hours", datetime(2026, 10, 24, 13, tzinfo=LONDON)),
    ],
)
def test_counting_back(start: date, period: str, end: date) -> None:
    """A notice owed seven days before a closing would be dated after it."""
    assert plus(start, parse_period(period).back) == end


def test_the_bank_holidays_are_those_of_england_and_wales() -> None:
    """A day mistyped would move a deadline. Reckoned here from Easter and the rules, with the three extra days."""
    extra = {2022: {date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19)}, 2023: {date(2023, 5, 8)}}
    for year in HOLIDAYS.years:
        easter = _easter(year)
        may, august = _monday(date(year, 5, 1)), _monday(date(year, 8, 25))
        spring = _monday(date(year, 5, 25)) if year != 2022 else date(2022, 6, 2)
        days = {easter - timedelta(days=2), easter + timedelta(days=1), may, spring, august, *extra.get(year, ())}
        for kept in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
            while kept.weekday() > 4 or kept in days:
                kept += timedelta(days=1)
            days.add(kept)
        assert {day for day in HOLIDAYS.days if day.year == year} == days, year
    assert HOLIDAYS.years == (2022, 2023, 2024, 2025, 2026, 2027, 2028)


def _monday(day: date) -> date:
    """The first Monday from `day` on."""
    return day + timedelta(days=-day.weekday() % 7)


def _easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian reckoning)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + i - 7 * ((a + 11 * h + 22 * i) // 451) + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize(
    ("clock", "night", "office"),
    [
        ("21:59", False, False),
        ("22:00", True, False),
        ("05:59", True, False),
        ("06:00", False, False),
        ("09:00", False, True),
        ("16:59", False, True),
        ("17:00", False, False),
    ],
)
def test_a_time_of_day_is_londons_and_runs_over_midnight(clock: str, night: bool, office: bool) -> None:
    """What is held overnight would go out at one in the morning, or an hour late all summer."""
    for day in (date(2026, 11, 21), date(2026, 7, 1)):
        moment = datetime.combine(day, parse_clock(clock), tzinfo=LONDON).astimezone(UTC)
        assert between(moment, time(22), time(6)) is night
        assert between(moment, time(9), time(17)) is office


@pytest.mark.parametrize("words", ["", "9:00", "24:00", "09.00", "0900", "9am"])
def test_what_is_no_time_of_day_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(ValueError, match="is no time of day"):
        parse_clock(words)


def test_days_of_the_week_are_londons() -> None:
    """A Sunday evening in summer would pass for Monday, or the other way round."""
    late = datetime(2026, 7, 5, 23, 30, tzinfo=UTC)  # half past midnight on Monday in London
    assert (weekday(late), working_day(late, HOLIDAYS)) == ("monday", True)
    assert (weekday(date(2026, 7, 5)), working_day(date(2026, 7, 5), HOLIDAYS)) == ("sunday", False)
    assert not working_day(date(2026, 12, 25), HOLIDAYS)
    assert [weekday(date(2026, 11, 16) + timedelta(days=n)) for n in range(7)] == list(WEEKDAYS)


@pytest.mark.parametrize(
    ("day", "clock", "instant"),
    [
        (date(2026, 11, 21), "08:00", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        (date(2026, 7, 1), "08:00", datetime(2026, 7, 1, 7, tzinfo=UTC)),
        (date(2026, 3, 29), "01:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # left out: the clocks show 2:30
        (date(2026, 3, 29), "02:00", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (date(2026, 10, 25), "01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # there twice: the earlier
        (date(2026, 10, 25), "02:00", datetime(2026, 10, 25, 2, tzinfo=UTC)),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "09:00", datetime(2026, 7, 2, 8, tzinfo=UTC)),  # London's day
    ],
)
def test_a_time_of_day_on_a_day_is_londons(day: date, clock: str, instant: datetime) -> None:
    """What is due at eight would be due at nine in summer, or at no time at all when the clocks change."""
    assert clock_on(day, parse_clock(clock)) == instant


@given(day=DAYS, clock=st.times())
def test_a_time_of_day_is_on_its_day_and_in_the_order_of_the_clock(day: date, clock: time) -> None:
    """Two times of one day would come in another order than their clock says, or one fall on another day."""
    instant = clock_on(day, clock)
    assert london_date(instant) == day
    assert clock_on(day, time.min) <= instant <= clock_on(day, time.max)
