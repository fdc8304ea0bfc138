"""Reads the tables of hours in a policy.yaml: working_hours, and those that stand by name under hours."""

from __future__ import annotations

import re
from datetime import date, timedelta

from remit.policy.calendar_days import WEEKDAYS, Recurring, parse_recurring
from remit.policy.entries import Entries
from remit.policy.faults import Fault, Place
from remit.policy.hours import WORKING, Change, Hours, Span, Week
from remit.policy.periods import parse_clock
from remit.policy.source import Node, Scalar, Series

#: Monday to Friday in one; a day that is named outweighs it.
WEEK = "weekdays"
HOLIDAYS = "bank_holidays"
#: Years before and after every change that somebody may date.
_FAR = (1900, 2200)
#: As it stands in "4 press-office hours".
_NAME = re.compile(r"[a-z]+(?:-[a-z]+)*")


def read_hours(entry: Entries, faults: list[Fault]) -> dict[str, Hours]:
    """Every table of hours that a policy has, by name; its working hours among them where it has its own."""
    tables: dict[str, Hours] = {}
    if entry.has("working_hours"):
        tables[WORKING] = _table(entry.node("working_hours"), entry.place("working_hours"), faults)
    for name, place, node in entry.entries("hours"):
        if name == WORKING:
            faults.append(Fault(place, "The working hours have their own place.", "Write them under working_hours:."))
        if not _NAME.fullmatch(name):
            message = f'"{name}" is no name for a table of hours.'
            faults.append(Fault(place, message, "Use small letters and dashes, such as press-office."))
        tables[name] = _table(node, node.place, faults)
    return tables


def _table(node: Node | None, place: Place, faults: list[Fault]) -> Hours:
    before = len(faults)
    with Entries(node, "a table of hours", faults, at=place) as entry:
        changes = tuple(_change(item, faults) for item in entry.items("changes"))
        week = _week(entry)
    hours = Hours(week, changes, place)
    if len(faults) == before and not hours.clocks:
        faults.append(Fault(place, "Nobody is ever at work.", 'Write monday: ["09:00", "17:00"].'))
    elif len(faults) == before and not all(_open_in(hours, year) for year in _FAR):
        message = "Before its first change or after its last nobody is ever at work, so that nothing can be counted."
        faults.append(Fault(place, message, "Say what hours there are then."))
    return hours


def _open_in(hours: Hours, year: int) -> bool:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    return any(hours.on(day, holiday=holiday) for day in days for holiday in (False, True))


def _week(entry: Entries) -> Week:
    usual = _span(entry, WEEK)
    days = tuple(_span(entry, day) if entry.has(day) else usual if n < 5 else None for n, day in enumerate(WEEKDAYS))
    off = frozenset(n for n, day in enumerate(WEEKDAYS) if entry.has(day) and days[n] is None)
    return Week(days, _span(entry, HOLIDAYS), off)


def _span(entry: Entries, key: str) -> Span:
    """From when to when; none where it is left out or empty: []."""
    node = entry.node(key)
    if node is None or (isinstance(node, Series) and not node.items):
        return None
    clocks = [item.text for item in node.items if isinstance(item, Scalar)] if isinstance(node, Series) else []
    try:
        start, end = (parse_clock(clock) for clock in clocks)
    except ValueError:
        entry.fault(node.place, "From when to when?", 'Write two times in quotes: ["09:00", "17:00"].')
        return None
    if start >= end:
        entry.fault(node.place, "The hours end before they begin.", "Swap the two times.")
    return start, end


def _change(node: Node, faults: list[Fault]) -> Change:
    with Entries(node, "a change of hours", faults) as entry:
        first, last = _day(entry, "from"), _day(entry, "until")
        if not entry.has("from"):
            entry.missing("from", "Say from which day: 2027-04-01, or 1 June for every year.")
        elif isinstance(first, Recurring) and not isinstance(last, Recurring):
            entry.fault(entry.place("from"), "It begins every year and never ends.", "Say until which day of the year.")
        elif isinstance(first, date) and isinstance(last, Recurring):
            entry.fault(
                entry.place("until"), "It begins on one day and ends every year.", "Write both with their year."
            )
        return Change(_week(entry), first or date.min, last)


def _day(entry: Entries, key: str) -> date | Recurring | None:
    """A date, or a day of every year such as 1 June or first Monday in April."""
    node = entry.node(key)
    if not isinstance(node, Scalar) or isinstance(node.value, date):
        return entry.day(key)
    try:
        found = parse_recurring(node.text)
    except ValueError:
        found = None
    if found is None or found.month is None:
        remedy = "Write 2027-04-01, or for every year 1 June or first Monday in April."
        entry.fault(node.place, f'"{node.text}" is no day of the year.', remedy)
        return None
    return found
