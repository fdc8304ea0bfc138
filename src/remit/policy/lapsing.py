"""Until when an approval or consultation that was given counts: what `lasts` and `confirmed` of a say mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from remit.policy.packs import Say
from remit.policy.periods import Holidays, clock_on, instant, london_date, parse_clock, parse_period, period_fault, plus

#: What `confirmed` may be: once whoever gave it has confirmed it, it runs out no more.
FOR_GOOD = "for good"
_UNTIL = re.compile(r"until (.+)")


def lasts_fault(words: str, tables: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with a length of time that is written out, and what to write instead; None where nothing is."""
    if (clock := _UNTIL.fullmatch(words)) is None:
        return period_fault(words, tables)
    try:
        parse_clock(clock[1])
    except ValueError as error:
        message, _, remedy = str(error).partition(". ")
        return f"{message}.", remedy
    return None


def counts_until(
    say: Say,
    given_at: datetime,
    confirmed_at: datetime | None,
    holds: Callable[[str], Any],
    holidays: Holidays,
) -> datetime | None:
    """The time at which a say that was given runs out; None where it does not, or what holds its period has none.

    A confirmation may put that time off and never brings it nearer.

    Args:
        given_at: aware; when it was given.
        confirmed_at: when whoever gave it last confirmed it.
        holds: the period that a figure of the policy or a setting of the force holds, by its name; None where it has
            none.
    """
    end = _end(say.lasts, given_at, holds, holidays)
    if end is None or confirmed_at is None or say.confirmed is None:
        return end
    confirmed = _end(say.confirmed, confirmed_at, holds, holidays)
    # Confirmed early, for a short time: a second look takes nothing away.
    return None if confirmed is None else max(end, confirmed)


def _end(words: str | None, start: datetime, holds: Callable[[str], Any], holidays: Holidays) -> datetime | None:
    """When what began at `start` and lasts so long ends."""
    if words is None or words == FOR_GOOD:
        return None
    if clock := _UNTIL.fullmatch(words):
        # Of what was given at five past six and counts until 18:00, the next day's is meant.
        today = clock_on(start, parse_clock(clock[1]))
        tomorrow = clock_on(london_date(start) + timedelta(days=1), parse_clock(clock[1]))
        return today if today > start else tomorrow
    length = holds(words) if words.startswith(("parameter.", "force.")) else words
    return instant(plus(start, parse_period(length), holidays)) if isinstance(length, str) else None


def run_out(
    says: Mapping[str, Say],
    given: Iterable[Mapping[str, Any]],
    when: datetime,
    holds: Callable[[str], Any],
    holidays: Holidays,
) -> frozenset[str]:
    """Keys of the says that had run out by `when`, of those `given` (as the fact `act.says` has them)."""
    found = set()
    for each in given:
        say, given_at = says.get(each.get("say", "")), each.get("given_at")
        if say is None or say.lasts is None or given_at is None:
            continue
        end = counts_until(say, given_at, each.get("confirmed_at"), holds, holidays)
        if end is not None and when >= end:
            found.add(say.key)
    return frozenset(found)
