"""Calendar arithmetic, the one place for it: Europe/London, whole calendar months, month ends clamp.

Seven days are seven calendar days across a clock change; hours and minutes are elapsed time; working days leave out
Saturdays, Sundays and the bank holidays that somebody gives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from remit.policy.calendar_days import WEEKDAYS, add_months
from remit.policy.faults import nearest
from remit.policy.hours import OFFICE_HOURS, WORKING, Hours

LONDON = ZoneInfo("Europe/London")

_PERIOD = re.compile(
    r"(?P<more>more than )?(?P<count>\d{1,4}(?:\.\d{1,2})?|an?) "
    r"(?P<unit>minute|(?:(?P<table>[a-z]+(?:-[a-z]+)*) )?(?:hour|day)|week|month|year)s?"
)
EXAMPLES = '"7 days", "5 working days", "3 months", "more than 3 months", "2.5 hours", "4 working hours"'
#: How many days are looked through for hours that are worked: more than any period of working hours takes.
_YEAR = 5 * 366
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Holidays:
    """The bank holidays that are known: the days, the years they are known for; and the hours that are worked."""

    days: frozenset[date] = frozenset()
    years: tuple[int, ...] = ()
    #: The tables of hours by name; `WORKING` is always there.
    hours: Mapping[str, Hours] = field(default_factory=lambda: {WORKING: OFFICE_HOURS}, hash=False)

    def working(self, day: date, table: str = WORKING) -> bool:
        """Whether `day` is neither a Saturday, a Sunday nor a bank holiday; of another table, whether it opens then."""
        if table == WORKING:
            return day.weekday() < 5 and day not in self.days
        return self.hours[table].on(day, holiday=day in self.days) is not None

    def at_work(self, day: date, table: str = WORKING) -> tuple[datetime, datetime] | None:
        """From when to when on `day` there is somebody at work, by the hours of that name."""
        hours = self.hours[table].on(day, holiday=day in self.days)
        if hours is None:
            return None
        start, end = (datetime.combine(day, clock, tzinfo=LONDON).astimezone(UTC) for clock in hours)
        return start, end


@dataclass(frozen=True)
class Period:
    """A length of calendar time. `strictly` is "more than": `passed` holds from the next day (or instant) on."""

    months: int = 0
    days: int = 0
    minutes: int = 0
    working_days: int = 0
    working_minutes: int | None = None  # None is no working hours; 0 of them is until somebody is there
    strictly: bool = False
    table: str = WORKING  # whose hours the working minutes are, and whose days the working days

    @property
    def elapsed(self) -> bool:
        """True for hours and minutes, which only a time can be moved by."""
        return self.minutes != 0 or self.working_minutes is not None

    @property
    def minds_holidays(self) -> bool:
        """True for working days and hours, which leave bank holidays out."""
        return self.working_days != 0 or self.working_minutes is not None

    @property
    def back(self) -> Period:
        """The same length, counted back."""
        counted = {name: -getattr(self, name) for name in ("months", "days", "minutes", "working_days")}
        worked = self.working_minutes
        return replace(self, working_minutes=None if worked is None else -worked, **counted)


@lru_cache(maxsize=512)
def parse_period(words: str) -> Period:
    """Read a period such as "6 months", "5 working days" or "more than 3 months".

    Raises:
        ValueError: when `words` is no period; the message gives examples.
    """
    match = _PERIOD.fullmatch(words.strip())
    if match is None:
        raise ValueError(f'"{words}" is not a period. Write for example {EXAMPLES}.')
    number = 1.0 if match["count"].startswith("a") else float(match["count"])
    count, minutes = int(number), round(number * 60)
    strictly = match["more"] is not None
    if number != count and ("hour" not in match["unit"] or minutes != number * 60):
        raise ValueError(f'"{words}" is not a period. Write for example {EXAMPLES}; only hours may have a part.')
    if table := match["table"]:
        if match["unit"].endswith("day"):
            return Period(working_days=count, strictly=strictly, table=table)
        return Period(working_minutes=minutes, strictly=strictly, table=table)
    match match["unit"]:
        case "minute":
            return Period(minutes=count, strictly=strictly)
        case "hour":
            return Period(minutes=minutes, strictly=strictly)
        case "day":
            return Period(days=count, strictly=strictly)
        case "week":
            return Period(days=7 * count, strictly=strictly)
        case "month":
            return Period(months=count, strictly=strictly)
        case _:
            return Period(months=12 * count, strictly=strictly)


def period_fault(words: str, tables: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with a period and what to write instead; None where it is one, of hours that there are."""
    try:
        period = parse_period(words)
    except ValueError as error:
        message, _, remedy = str(error).partition(". ")
        return f"{message}.", remedy
    if period.table in tables:
        return None
    counted = "hours" if period.elapsed else "days"
    known = [f"{name} {counted}" for name in sorted(tables)]
    called = f"{period.table} {counted}"
    return f'There are no {counted} called "{called}".', nearest(called, known)


def is_period(words: str) -> bool:
    """Whether `words` is a period of every policy: of the hours of one alone it is not."""
    try:
        return parse_period(words).table == WORKING
    except ValueError:
        return False


def parse_clock(words: str) -> time:
    """Read a time of day such as "22:00".

    Raises:
        ValueError: when `words` is none; the message gives an example.
    """
    match = _CLOCK.fullmatch(words)
    if match is None:
        raise ValueError(f'"{words}" is no time of day. Write hours and minutes, for example "22:00".')
    return time(int(match[1]), int(match[2]))


def add_working_days(day: date, count: int, holidays: Holidays, table: str = WORKING) -> date:
    """The `count`th working day after `day` (before it, where `count` is less than 0); `day` itself is not counted."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= holidays.working(day, table)
    return day


def add_working_minutes(start: datetime, count: int, holidays: Holidays, table: str = WORKING) -> datetime:
    """The time when by that table there has been somebody for `count` minutes since `start` (or, below 0, up to it).

    For 0 it is `start` itself while somebody is there, else when they next are.

    Raises:
        ValueError: there is nobody at work on any day of a year.
    """
    left, at, day = timedelta(minutes=abs(count)), start.astimezone(UTC), london_date(start)
    for _ in range(_YEAR):
        if (hours := holidays.at_work(day, table)) is not None:
            opens, ends = hours
            if count >= 0 and (begun := max(opens, at)) < ends:
                if begun + left <= ends:
                    return (begun + left).astimezone(LONDON)
                left -= ends - begun
            elif count < 0 and (begun := min(ends, at)) > opens:
                if begun - left >= opens:
                    return (begun - left).astimezone(LONDON)
                left -= begun - opens
        day += timedelta(days=1 if count >= 0 else -1)
    raise ValueError(f"There are fewer than {abs(count)} minutes of work in {_YEAR} days.")


def _moved(day: date, period: Period, holidays: Holidays) -> date:
    moved = add_months(day, period.months) + timedelta(days=period.days)
    return add_working_days(moved, period.working_days, holidays, period.table) if period.working_days else moved


def plus(start: date | datetime, period: Period, holidays: Holidays) -> date | datetime:
    """`start` moved on by `period` (or back, by `period.back`); a date stays a date, a time stays a time.

    Days and months move the London calendar and keep the hour on the clock; hours and minutes are elapsed time.
    """
    if isinstance(start, datetime) and period.working_minutes is not None:
        return add_working_minutes(start, period.working_minutes, holidays, period.table)
    if isinstance(start, datetime):
        local = start.astimezone(LONDON)
        day = _moved(local.date(), period, holidays)
        # An hour that comes twice in autumn is the earlier one (`time()` would keep a fold of the day it starts from).
        clock = local.time().replace(fold=0)
        moved = datetime.combine(day, clock, tzinfo=LONDON) if not period.minutes else local
        if period.minutes:
            utc = moved.astimezone(UTC) + timedelta(minutes=period.minutes)
            moved = utc.astimezone(LONDON)
        return moved
    return _moved(start, period, holidays)


def passed(start: date | datetime, period: Period, now: datetime, holidays: Holidays) -> bool:
    """Whether `period` has passed since `start` at `now`: from that day (or instant) on; "more than" from the next."""
    end = plus(start, period, holidays)
    if isinstance(end, datetime):
        # In UTC, since Python compares two times of one zone by the clock on the wall.
        end, now = end.astimezone(UTC), now.astimezone(UTC)
        return now > end if period.strictly else now >= end
    today = london_date(now)
    return today > end if period.strictly else today >= end


def between(moment: datetime, start: time, end: time) -> bool:
    """Whether London's clocks show `start` or later, and not yet `end`; over midnight where `end` is less."""
    clock = moment.astimezone(LONDON).time()
    return start <= clock < end if start < end else clock >= start or clock < end


def during(moment: datetime, table: str, holidays: Holidays) -> bool:
    """Whether there is somebody at `moment` by the hours of that name."""
    hours = holidays.at_work(london_date(moment), table)
    return hours is not None and hours[0] <= moment < hours[1]


def opening(when: date | datetime, table: str, holidays: Holidays) -> datetime:
    """When by the hours of that name somebody next is there: `when` itself while they are, in UTC.

    Of a day it is when they come on it, or on the next day on which they do.
    """
    return add_working_minutes(instant(when), 0, holidays, table).astimezone(UTC)


def closing(when: date | datetime, table: str, holidays: Holidays) -> datetime:
    """When they go on the day of `when`, or on the next day on which somebody is there, in UTC."""
    day = london_day(when)
    while (hours := holidays.at_work(day, table)) is None:
        day += timedelta(days=1)
    return hours[1]


def clock_on(when: date | datetime, clock: time) -> datetime:
    """The time when London's clocks show `clock` on the day of `when`.

    In an hour that comes twice in autumn it is the earlier one; in the hour that is left out in spring it is as long
    after midnight as `clock` says, so that the clocks show an hour more. In UTC, as what it is compared with.
    """
    return datetime.combine(london_day(when), clock, tzinfo=LONDON).astimezone(UTC)


def weekday(when: date | datetime) -> str:
    """The day of the week in London, one of `WEEKDAYS`."""
    return WEEKDAYS[london_day(when).weekday()]


def working_day(when: date | datetime, holidays: Holidays) -> bool:
    """Whether it is neither a Saturday, a Sunday nor a bank holiday in London."""
    return holidays.working(london_day(when))


def london_day(when: date | datetime) -> date:
    """A day, or the day in London of a time."""
    return london_date(when) if isinstance(when, datetime) else when


def instant(when: date | datetime) -> datetime:
    """A time as it is; a day begins at midnight in London."""
    return when if isinstance(when, datetime) else datetime.combine(when, time(), tzinfo=LONDON)


def london_date(now: datetime) -> date:
    """The day in London at `now`."""
    return now.astimezone(LONDON).date()


def day_in_words(day: date) -> str:
    """ "21 November 2026" """
    return f"{day.day} {day:%B %Y}"


def time_in_words(moment: datetime) -> str:
    """ "21 November 2026, 4:30pm", London time."""
    local = moment.astimezone(LONDON)
    return f"{day_in_words(local.date())}, {clock_in_words(f'{local:%H:%M}')}"


def moment_in_words(moment: date | datetime) -> str:
    """A day, or a time of London's: "21 November 2026", "21 November 2026, 4:30pm"."""
    return time_in_words(moment) if isinstance(moment, datetime) else day_in_words(moment)


def clock_in_words(written: str) -> str:
    """ "22:30" as "10:30pm"."""
    clock = parse_clock(written)
    return f"{clock.hour % 12 or 12}:{clock.minute:02d}{'am' if clock.hour < 12 else 'pm'}"
