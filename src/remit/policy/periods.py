"""Calendar arithmetic, the one place for it: Europe/London, whole calendar months, month ends clamp.

Seven days are seven calendar days across a clock change; hours and minutes are elapsed time.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_PERIOD = re.compile(r"(?P<more>more than )?(?P<count>\d{1,4}|an?) (?P<unit>minute|hour|day|week|month|year)s?")
EXAMPLES = '"7 days", "3 months", "more than 3 months", "36 hours"'


@dataclass(frozen=True)
class Period:
    """A length of calendar time. `strictly` is "more than": `passed` holds from the next day (or instant) on."""

    months: int = 0
    days: int = 0
    minutes: int = 0
    strictly: bool = False

    @property
    def elapsed(self) -> bool:
        """True for hours and minutes, which only a time can be moved by."""
        return self.minutes > 0


@lru_cache(maxsize=512)
def parse_period(words: str) -> Period:
    """Read a period such as "6 months" or "more than 3 months".

    Raises:
        ValueError: when `words` is no period; the message gives examples.
    """
    match = _PERIOD.fullmatch(words.strip())
    if match is None:
        raise ValueError(f'"{words}" is not a period. Write for example {EXAMPLES}.')
    count = 1 if match["count"].startswith("a") else int(match["count"])
    strictly = match["more"] is not None
    match match["unit"]:
        case "minute":
            return Period(minutes=count, strictly=strictly)
        case "hour":
            return Period(minutes=60 * count, strictly=strictly)
        case "day":
            return Period(days=count, strictly=strictly)
        case "week":
            return Period(days=7 * count, strictly=strictly)
        case "month":
            return Period(months=count, strictly=strictly)
        case _:
            return Period(months=12 * count, strictly=strictly)


def add_months(day: date, months: int) -> date:
    """`day` moved by whole calendar months; a day the month has not becomes its last (31 August + 6 months)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def plus(start: date | datetime, period: Period) -> date | datetime:
    """`start` moved on by `period`; a date stays a date, a time stays a time.

    Days and months move the London calendar and keep the hour on the clock; hours and minutes are elapsed time.
    """
    if isinstance(start, datetime):
        local = start.astimezone(LONDON)
        day = add_months(local.date(), period.months) + timedelta(days=period.days)
        # An hour that comes twice in autumn is the earlier one (`time()` would keep a fold of the day it starts from).
        clock = local.time().replace(fold=0)
        moved = datetime.combine(day, clock, tzinfo=LONDON) if (period.months or period.days) else local
        if period.minutes:
            utc = moved.astimezone(UTC) + timedelta(minutes=period.minutes)
            moved = utc.astimezone(LONDON)
        return moved
    return add_months(start, period.months) + timedelta(days=period.days)


def passed(start: date | datetime, period: Period, now: datetime) -> bool:
    """Whether `period` has passed since `start` at `now`: from that day (or instant) on; "more than" from the next."""
    end = plus(start, period)
    if isinstance(end, datetime):
        # In UTC, since Python compares two times of one zone by the clock on the wall.
        end, now = end.astimezone(UTC), now.astimezone(UTC)
        return now > end if period.strictly else now >= end
    today = london_date(now)
    return today > end if period.strictly else today >= end


def london_date(now: datetime) -> date:
    """The day in London at `now`."""
    return now.astimezone(LONDON).date()


def day_in_words(day: date) -> str:
    """ "21 November 2026" """
    return f"{day.day} {day:%B %Y}"


def time_in_words(moment: datetime) -> str:
    """ "21 November 2026, 4:30pm", London time."""
    local = moment.astimezone(LONDON)
    hour = local.hour % 12 or 12
    return f"{day_in_words(local.date())}, {hour}:{local.minute:02d}{'am' if local.hour < 12 else 'pm'}"
