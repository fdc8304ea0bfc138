"""Days that come again: "1 April", "monday", "first Monday in May"; the last that came and the next that comes."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
EXAMPLES = '"1 April", "monday", "1st of the month", "first Monday in May", "last Friday of the month"'
_WHICH = ("first", "second", "third", "fourth", "last")
_OF_YEAR = re.compile(rf"(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})", re.IGNORECASE)
_WEEKDAY_IN = re.compile(
    rf"(?P<which>{'|'.join(_WHICH)}) (?P<weekday>{'|'.join(WEEKDAYS)}) "
    rf"(?:in (?P<month>{'|'.join(MONTHS)})|of the month)",
    re.IGNORECASE,
)
_OF_MONTH = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th) of the month")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Recurring:
    """A day of each year (`month`), of each month or of each week (`weekday` alone, Monday is 0).

    In a month it is the `day`, or the `which`th such `weekday`, -1 for the last. A day that a month has not is its
    last: the 31st of the month is 30 April, 29 February mostly 28 February.
    """

    weekday: int | None = None
    month: int | None = None
    day: int = 0
    which: int = 0

    def in_month(self, first: date) -> date:
        """Which day it is in the month that begins with `first`."""
        last = monthrange(first.year, first.month)[1]
        if self.weekday is None:
            return first.replace(day=min(self.day, last))
        if self.which < 0:
            end = first.replace(day=last)
            return end - timedelta(days=(end.weekday() - self.weekday) % 7)
        return first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (self.which - 1))

    def in_year(self, year: int) -> date:
        """Which day of that year a day of each year is."""
        return self.in_month(date(year, self.month or 1, 1))


def recurring_words(wanted: Recurring) -> str:
    """A day of each year as it is written: "1 June", "first Monday in April"."""
    month = MONTHS[(wanted.month or 1) - 1].capitalize()
    if wanted.weekday is None:
        return f"{wanted.day} {month}"
    which = _WHICH[wanted.which - (wanted.which > 0)]
    return f"{which} {WEEKDAYS[wanted.weekday].capitalize()} in {month}"


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
    if found := _WEEKDAY_IN.fullmatch(words):
        month = MONTHS.index(found["month"].lower()) + 1 if found["month"] else 0
        which = _WHICH.index(found["which"].lower())
        weekday = WEEKDAYS.index(found["weekday"].lower())
        return Recurring(weekday, month or None, which=-1 if _WHICH[which] == "last" else which + 1)
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
    if wanted.weekday is not None and not wanted.which:
        away = (day.weekday() - wanted.weekday) % 7 if back else (wanted.weekday - day.weekday()) % 7
        return day - timedelta(days=away) if back else day + timedelta(days=away)
    first = date(day.year, wanted.month or day.month, 1)
    step = 12 if wanted.month else 1
    found = wanted.in_month(first)
    if back:
        return found if found <= day else wanted.in_month(add_months(first, -step))
    return found if found >= day else wanted.in_month(add_months(first, step))


def add_months(day: date, months: int) -> date:
    """`day` moved by whole calendar months; a day the month has not becomes its last (31 August + 6 months)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
