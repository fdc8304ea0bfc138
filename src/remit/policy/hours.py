"""Tables of hours: when somebody is at work on each day of the week and in each part of the year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

from remit.policy.calendar_days import Recurring
from remit.policy.faults import NOWHERE, Place

#: From when to when on one day; None where nobody is there.
Span = tuple[time, time] | None
#: The name of the table that a policy has under working_hours; what "4 working hours" are counted by.
WORKING = "working"


@dataclass(frozen=True)
class Week:
    """The hours of each day of the week, Monday first, and those of a bank holiday on whichever day it is kept."""

    days: tuple[Span, ...]
    holiday: Span = None
    #: The days of the week (Monday is 0) that are days off by name: a bank holiday opens none of them.
    off: frozenset[int] = frozenset()

    def on(self, day: date, *, holiday: bool) -> Span:
        return self.holiday if holiday and day.weekday() not in self.off else self.days[day.weekday()]


@dataclass(frozen=True)
class Change:
    """Other hours from a day until another (or for good), each a date or a day of every year."""

    week: Week
    first: date | Recurring
    last: date | Recurring | None = None

    def covers(self, day: date) -> bool:
        """Whether `day` is one of them; a part of each year may go over New Year."""
        if isinstance(self.first, date) or isinstance(self.last, date) or self.last is None:
            begun = not isinstance(self.first, date) or self.first <= day
            return begun and (not isinstance(self.last, date) or day <= self.last)
        first, last = self.first.in_year(day.year), self.last.in_year(day.year)
        return first <= day <= last if first <= last else day >= first or day <= last


@dataclass(frozen=True)
class Hours:
    """One table: the usual week, and the changes to it, of which the last that covers a day counts."""

    week: Week
    changes: tuple[Change, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)

    def on(self, day: date, *, holiday: bool) -> Span:
        """The hours of `day`."""
        week = next((change.week for change in reversed(self.changes) if change.covers(day)), self.week)
        return week.on(day, holiday=holiday)

    @property
    def clocks(self) -> frozenset[time]:
        """Every time of the day at which they begin or end."""
        weeks = (self.week, *(change.week for change in self.changes))
        return frozenset(clock for week in weeks for span in (*week.days, week.holiday) if span for clock in span)


#: Nine to five, Monday to Friday: working hours where a policy names no others.
OFFICE_HOURS = Hours(Week((*((time(9), time(17)),) * 5, None, None)))
