"""The figures of a policy and the settings of a force in words, as a rule's English tells them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, time
from itertools import groupby
from typing import Any

from remit.policy.calendar_days import WEEKDAYS, Recurring, recurring_words
from remit.policy.hours import OFFICE_HOURS, WORKING, Change, Hours, Week
from remit.policy.packs import Pack, Parameter
from remit.policy.periods import clock_in_words, day_in_words, is_period
from remit.policy.vocabulary import Fact
from remit.policy.words import either, value_words


def figure_words(parameter: Parameter, fact: Fact | None = None) -> str:
    """A figure of the policy; one that changes on a day, with that day: "0.5 (from 1 July 2027: 0.75)"."""
    first, *later = (value_words(v, fact).strip("“”") for v in (parameter.value, *(v for _, v in parameter.changes)))
    days = [f"from {day_in_words(day)}: {value}" for (day, _), value in zip(parameter.changes, later, strict=True)]
    return f"{first} ({'; '.join(days)})" if days else first


def hours_words(pack: Pack) -> dict[str, str]:
    """Each table of hours that the policy has itself: "Working hours" -> "Monday to Friday 9:00am to 5:00pm; …"."""
    tables = pack.vocabulary.holidays.hours
    own = {name: hours for name, hours in tables.items() if name != WORKING or hours != OFFICE_HOURS}
    return {f"{name.capitalize()} hours": _table_words(hours) for name, hours in own.items()}


def _table_words(hours: Hours) -> str:
    changed = [f"{_part(change)}: {_week_words(change.week)}" for change in hours.changes]
    return "; ".join([_week_words(hours.week), *changed])


def _week_words(week: Week) -> str:
    """Days that follow one another with the same hours are told together."""
    parts = []
    for span, same in groupby(zip(WEEKDAYS, week.days, strict=True), key=lambda of_day: of_day[1]):
        days = [day.capitalize() for day, _ in same]
        if span is not None:
            parts.append(f"{days[0]}{f' to {days[-1]}' if len(days) > 1 else ''} {_span_words(span)}")
    if week.holiday is not None:
        off = either([WEEKDAYS[day].capitalize() for day in sorted(week.off)])
        parts.append(f"bank holidays {_span_words(week.holiday)}{f' (never on {off})' if off else ''}")
    return ", ".join(parts) or "nobody"


def _span_words(span: tuple[time, time]) -> str:
    return " to ".join(clock_in_words(f"{clock:%H:%M}") for clock in span)


def _part(change: Change) -> str:
    first, last = (_day_words(day) if day else "" for day in (change.first, change.last))
    return f"on {first}" if first == last else f"from {first}{f' to {last}' if last else ''}"


def _day_words(day: date | Recurring) -> str:
    if isinstance(day, date):
        return day_in_words(day)
    return recurring_words(day) if day.weekday is None else f"the {recurring_words(day)}"


def told_figures(pack: Pack, settings: Mapping[str, Any], given: Collection[str]) -> dict[str, str]:
    """Every parameter and setting as what it is, so that a rule shows the figure and not its name.

    Args:
        settings: what each is, defaults and all; `given` are those that the force has set itself.
    """
    facts = pack.vocabulary.facts
    told = {}
    for name, parameter in pack.parameters.items():
        if name in facts:
            figure, label = figure_words(parameter, facts[name]), facts[name].label
            told[name] = f"{figure[:-1]}; {label})" if parameter.changes else f"{figure} ({label})"
    for name, fact in pack.settings.items():
        if name not in settings:
            told[name] = f"{fact.label} (which the force sets)"
            continue
        value = value_words(settings[name], fact).strip("“”")
        source = "as the force has set it" if name in given else "unless the force sets it otherwise"
        words = value if fact.type == "bool" or is_period(value) else f"{fact.label}, {value}"
        told[name] = f"{words} {source}" if fact.type == "bool" else f"{words} ({source})"
    return told
