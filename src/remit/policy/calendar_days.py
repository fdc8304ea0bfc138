"""Days that come again: "1 April", "monday", "1st of the month"; the last that came and the next that comes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from remit.policy.periods import WEEKDAYS, add_months

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
EXAMPLES = '"1 April", "monday", "1st of the month"'
_OF_YEAR = re.compile(rf"(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})", re.IGNORECASE)
_OF_MONTH = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th) of the month")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Recurring:
    """A day of each year (`month` and `day`), of each month (`day`) or of each week (`weekday`, Monday is 0).

    A day that a month has not is its last: the 31st of the month is 30 April, 29 February mostly 28 February.
    """

    weekday: int | None = None
    month: int | None = None
    day: int = 0


@lru_cache(maxsize=256)
def parse_recurring(words: str) -> Recurring:
    """Read a day that comes again.

    Raises:
        ValueError: when `words` is none; the message gives examples.
    """
    if words.lower() in WEEKDAYS:
        return Recurring(weekday=WEEKDAYS.index(words.lower()))
    if (found := _OF_YEAR.fullmatch(words)) and 1 <= int(found["day"]) <= _LONGEST[
        month := MONTHS.index(found["month"].lower())
    ]:
        return Recurring(month=month + 1, day=int(found["day"]))
    if (found := _OF_MONTH.fullmatch(words)) and 1 <= int(found["day"]) <= 31:
        return Recurring(day=int(found["day"]))
    raise ValueError(f'"{words}" is no day that comes again. Write for example {EXAMPLES}.')


def last_of(day: date, names: Iterable[str]) -> date:
    """The latest of the days called `names` that is `day` or before it."""
    return max(_nearest(day, parse_recurring(name), back=True) for name in names)


def next_of(day: date, names: Iterable[str]) -> date:
    """The earliest of the days called `names` that is `day` or after it."""
    return min(_nearest(day, parse_recurring(name), back=False) for name in names)


def _nearest(day: date, wanted: Recurring, *, back: bool) -> date:
    if wanted.weekday is not None:
        away = (day.weekday() - wanted.weekday) % 7 if back else (wanted.weekday - day.weekday()) % 7
        return day - timedelta(days=away) if back else day + timedelta(days=away)
    first = date(day.year, wanted.month or day.month, 1)
    step = 12 if wanted.month else 1
    found = _in_month(first, wanted.day)
    if back:
        return found if found <= day else _in_month(add_months(first, -step), wanted.day)
    return found if found >= day else _in_month(add_months(first, step), wanted.day)


def _in_month(first: date, day: int) -> date:
    """The day of that number in the month that begins with `first`, or its last."""
    end = add_months(first, 1) - timedelta(days=1)
    return first.replace(day=min(day, end.day))
