"""The figures of a policy and the settings of a force in words, as a rule's English tells them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from remit.policy.packs import Pack, Parameter
from remit.policy.periods import OFFICE_HOURS, WEEKDAYS, clock_in_words, day_in_words, is_period
from remit.policy.vocabulary import Fact
from remit.policy.words import value_words


def figure_words(parameter: Parameter, fact: Fact | None = None) -> str:
    """A figure of the policy; one that changes on a day, with that day: "0.5 (from 1 July 2027: 0.75)"."""
    first, *later = (value_words(v, fact).strip("“”") for v in (parameter.value, *(v for _, v in parameter.changes)))
    days = [f"from {day_in_words(day)}: {value}" for (day, _), value in zip(parameter.changes, later, strict=True)]
    return f"{first} ({'; '.join(days)})" if days else first


def hours_words(pack: Pack) -> str:
    """When somebody is at work: "Monday 9:00am to 5:00pm; …"; "" where the policy names no hours of its own."""
    hours = pack.vocabulary.holidays.hours
    if hours == OFFICE_HOURS:
        return ""
    return "; ".join(
        f"{day.capitalize()} {clock_in_words(f'{span[0]:%H:%M}')} to {clock_in_words(f'{span[1]:%H:%M}')}"
        for day, span in zip(WEEKDAYS, hours, strict=True)
        if span is not None
    )


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
