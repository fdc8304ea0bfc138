"""Google's own CEL evaluator over a pack's conditions: what ours are compared with, in tests and in measurements.

Google has no *none*; a fact that is unknown is left out, and a condition that turns on it is then an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from math import ceil
from typing import Any

from cel_expr_python import cel

from remit.policy.calendar_days import last_of, next_of
from remit.policy.language import CLOCK, Condition, cel_environment
from remit.policy.packs import Pack
from remit.policy.periods import (
    between,
    clock_on,
    closing,
    during,
    london_day,
    opening,
    parse_clock,
    parse_period,
    passed,
    plus,
    weekday,
    working_day,
)
from remit.policy.rows import Unknown
from remit.policy.situation import Situation
from remit.policy.spelling import google_spelling

#: What no day of a list is to Google, which has no none; it comes before every day.
NOTHING = b""


class Google:
    """The conditions of one pack, as Google's evaluator runs them."""

    def __init__(self, pack: Pack) -> None:
        self.now = datetime.now(UTC)
        facts = {**CLOCK, **pack.vocabulary.facts}
        facts |= {f"was.{name}": fact for name, fact in facts.items() if fact.group == "account"}
        holidays = pack.vocabulary.holidays
        functions = {
            "date_of_text": lambda text: text.encode(),
            "date_plus": lambda day, words: _moved(
                day, lambda d: _by_each(words, lambda p: plus(d, parse_period(p), holidays))
            ),
            "time_plus": lambda moment, words: _by_each(words, lambda p: plus(moment, parse_period(p), holidays)),
            "date_minus": lambda day, words: _moved(
                day, lambda d: _by_each(words, lambda p: plus(d, parse_period(p).back, holidays), back=True)
            ),
            "time_minus": lambda moment, words: _by_each(
                words, lambda p: plus(moment, parse_period(p).back, holidays), back=True
            ),
            "date_passed": lambda day, words: (
                day != NOTHING
                and _by_each(words, lambda p: passed(_day(day), parse_period(p), self.now, holidays), back=True)
            ),
            "time_passed": lambda moment, words: _by_each(
                words, lambda p: passed(moment, parse_period(p), self.now, holidays), back=True
            ),
            **{
                f"{kind}_{name}_{many}": partial(_extreme, kind, name)
                for kind in ("date", "time", "int", "decimal", "period")
                for name in ("max", "min")
                for many in (2, 3, 4)
            },
            "int_share": lambda count, part, whole: ceil(Fraction(count * part, whole)),
            "time_between": lambda moment, start, end: between(moment, parse_clock(start), parse_clock(end)),
            "time_during": lambda moment, words: during(moment, words.removesuffix(" hours"), holidays),
            "date_of_time": lambda moment: as_google(london_day(moment)),
            "date_opening": lambda day, words: opening(_day(day), words.removesuffix(" hours"), holidays),
            "time_opening": lambda moment, words: opening(moment, words.removesuffix(" hours"), holidays),
            "date_closing": lambda day, words: closing(_day(day), words.removesuffix(" hours"), holidays),
            "time_closing": lambda moment, words: closing(moment, words.removesuffix(" hours"), holidays),
            "date_at": lambda day, clock: clock_on(_day(day), parse_clock(clock)),
            "time_at": lambda moment, clock: clock_on(moment, parse_clock(clock)),
            "date_weekday": lambda day: weekday(_day(day)),
            "time_weekday": weekday,
            "date_working_day": lambda day: working_day(_day(day), holidays),
            "time_working_day": lambda moment: working_day(moment, holidays),
            **{
                f"{kind}_{name}_{many}": partial(_recurring, pick, kind == "date", many == "one")
                for kind in ("date", "time")
                for name, pick in (("last", last_of), ("next", next_of))
                for many in ("one", "many")
            },
            "list_latest": lambda days: max(map(bytes, days), default=NOTHING),
            "list_earliest": lambda days: min(map(bytes, days), default=NOTHING),
            **{f"{kind}_given": _given for kind in ("date", "time", "string", "int", "decimal", "bool", "list")},
        }
        variables = tuple(sorted((name, fact.type) for name, fact in facts.items()))
        self._environment = cel_environment(variables, tuple(functions.items()))
        self._compiled: dict[str, cel.Expression] = {}

    def compile(self, condition: Condition) -> cel.Expression:
        """Google's program for a condition, made once."""
        if condition.source not in self._compiled:
            self._compiled[condition.source] = self._environment.compile(google_spelling(condition.source))
        return self._compiled[condition.source]

    def activation(self, data: Mapping[str, Any]) -> cel.Activation:
        """The facts of one decision, ready for any number of conditions."""
        return self._environment.Activation(data)

    def truth(self, condition: Condition, activation: cel.Activation) -> bool | None:
        """What Google makes of it: None where it turns on what is missing."""
        found = self.compile(condition).eval(activation)
        return found.value() if found.type() == cel.Type.BOOL else None


def as_google(value: Any) -> Any:
    """A value as Google's evaluator takes it: dates are bytes, which order as dates do."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return value.isoformat().encode()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [as_google(item) for item in value]
    if isinstance(value, Mapping):
        return {key: as_google(item) for key, item in value.items()}
    return value


def known_to(situation: Situation, conditions: list[Condition]) -> dict[str, Any]:
    """Every name that `conditions` read and the situation knows, definitions and defaults worked out, for Google."""
    names = {"today", "now", "at"}.union(*(condition.facts for condition in conditions))
    values = {name: situation.get(name) for name in names}
    return {name: as_google(value) for name, value in values.items() if not isinstance(value, Unknown)}


def _day(value: bytes) -> date:
    return date.fromisoformat(bytes(value).decode())


def _moved(day: bytes, move: Callable[[date], date | datetime]) -> Any:
    return as_google(move(_day(day))) if day != NOTHING else NOTHING


def _by_each(words: str, move: Callable[[str], Any], *, back: bool = False) -> Any:
    """What a period makes of a day; of the longer of two, counted back, the earlier day."""
    if not words.startswith("["):
        return move(words)
    name, *each = json.loads(words)
    return (max if (name == "max") is not back else min)(_by_each(one, move, back=back) for one in each)


def _extreme(kind: str, name: str, *values: Any) -> Any:
    """The greatest or least; of periods it turns on the day that they are counted from, so both are handed on."""
    if kind == "period":
        return json.dumps([name, *values])
    there = [bytes(value) for value in values if value != NOTHING] if kind == "date" else values
    return (max if name == "max" else min)(there, default=NOTHING)


def _recurring(pick: Callable[..., date], is_date: bool, alone: bool, when: Any, names: Any) -> Any:
    return as_google(pick(_day(when) if is_date else london_day(when), [names] if alone else [*names]))


def _given(value: object) -> bool:
    return value != NOTHING
