"""Row evaluation: one decision's facts through a condition's tree, keeping *unknown* and *none* apart from *no*.

A value is a Python value; None is *none* (known that there is nothing); `Unknown` carries the names of the facts
that would settle it. The truth tables are Kleene's: a no decides an "and", a yes decides an "or".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

import re2

from remit.policy.calendar_days import last_of, next_of
from remit.policy.decimals import rounded
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
from remit.policy.tree import (
    ARITHMETIC,
    CALENDAR,
    EXTREMES,
    PICKS,
    Call,
    Field,
    ListOf,
    Literal,
    Name,
    Node,
    Quantifier,
    Variable,
)


class Unknown(frozenset[str]):
    """Nobody has said; the set names the facts that would settle it."""

    __slots__ = ()


#: Takes a mapping that gives every name a value, None or Unknown (`decide.Situation`), and "now" and "holidays". While
#: a list is run over, its variable's name gives (element, what the list is called, place in the list).
Run = Callable[[dict[str, Any]], Any]


def compile_tree(node: Node) -> Run:
    """A function of facts that evaluates the tree."""
    match node:
        case Literal(value):
            return lambda facts: value
        case Name(name):
            return itemgetter(name)
        case Variable(name):
            return lambda facts: facts[name][0]
        case Field(Variable(variable), name):
            return _field(variable, name)
        case ListOf(items):
            return _list(items)
        case Quantifier(kind) if kind in PICKS:
            return _pick(node)
        case Quantifier(kind, variable, over, body):
            return _quantifier(kind, variable, over, compile_tree(body))
        case Call(operator, args):
            return _call(operator, args)
    raise AssertionError(node)


def _field(variable: str, name: str) -> Run:
    def run(facts: dict[str, Any]) -> Any:
        element, called, index = facts[variable]
        return element[name] if name in element else Unknown({f"{called}[{index}].{name}"})

    return run


def _list(items: Sequence[Node]) -> Run:
    if all(isinstance(item, Literal) for item in items):
        constant = tuple(item.value for item in items if isinstance(item, Literal))
        return lambda facts: constant
    runs = [compile_tree(item) for item in items]

    def run(facts: dict[str, Any]) -> Any:
        values = [item(facts) for item in runs]
        return _missing(values) or values

    return run


def _missing(values: Sequence[Any]) -> Unknown:
    return Unknown(name for value in values if value.__class__ is Unknown for name in value)


def _quantifier(kind: str, variable: str, over: Node, body: Run) -> Run:
    source = compile_tree(over)
    called = over.name if isinstance(over, Name) else ""
    deciding = kind == "exists"  # one yes decides exists, one no decides all

    def run(facts: dict[str, Any]) -> Any:
        items = source(facts)
        if items.__class__ is Unknown:
            return items
        missing: set[str] = set()
        kept = []
        outer = dict.get(facts, variable)
        try:
            for index, item in enumerate(items or ()):
                facts[variable] = item, called, index
                verdict = body(facts)
                if verdict.__class__ is Unknown:
                    missing |= verdict
                elif kind == "filter":
                    if verdict:
                        kept.append(item)
                elif bool(verdict) is deciding:
                    return deciding
        finally:
            facts[variable] = outer
        if missing:
            return Unknown(missing)
        return kept if kind == "filter" else not deciding

    return run


def _pick(node: Quantifier) -> Run:
    """The latest (or earliest) day of the elements that meet the test; none where none has one."""
    chosen = compile_tree(replace(node, kind="filter", picks=""))
    called = node.over.name if isinstance(node.over, Name) else ""
    best = max if node.kind == "latest" else min

    def run(facts: dict[str, Any]) -> Any:
        items = chosen(facts)
        if items.__class__ is Unknown:
            return items
        whole = facts[called] if called else items
        missing = [item for item in items if node.picks not in item]
        if missing:
            return Unknown(f"{called}[{whole.index(item)}].{node.picks}" for item in missing)
        return best((day for item in items if (day := item[node.picks]) is not None), default=None)

    return run


def _call(operator: str, args: Sequence[Node]) -> Run:
    runs = [compile_tree(arg) for arg in args]
    match operator:
        case "&&" | "||":
            return _junction(runs, deciding=operator == "||")
        case "!":
            return _of_one(runs[0], lambda value: not value)
        case "given":
            return _of_one(runs[0], lambda value: value is not None)
        case "size":
            return _of_one(runs[0], lambda value: 0 if value is None else len(value))
        case "==" | "!=":
            return _equal(*args, equal=operator == "==")
        case "between":
            start, end = (parse_clock(arg.value) for arg in args[1:] if isinstance(arg, Literal))
            return _of_one(runs[0], lambda value: value is not None and between(value, start, end))
        case "during" | "opening" | "closing":
            return _by_hours(operator, runs[0], args[1])
        case "date":
            return _of_one(runs[0], lambda value: None if value is None else london_day(value))
        case "at":
            (clock,) = (parse_clock(arg.value) for arg in args[1:] if isinstance(arg, Literal))
            return _of_one(runs[0], lambda value: None if value is None else clock_on(value, clock))
        case "weekday":
            return _of_one(runs[0], lambda value: None if value is None else weekday(value))
        case "working_day":
            return _working_day(runs[0])
        case "last" | "next":
            names, pick = recurring_names(args[1]), last_of if operator == "last" else next_of
            return _of_one(runs[0], lambda value: None if value is None else pick(london_day(value), names))
        case operator if operator in CALENDAR:
            return _calendar(operator, *args)
        case operator if operator in EXTREMES:
            return _extreme(max if operator == "max" else min, runs)
        case "share":
            whole = whole_of(args[2])
            return _of_two(runs[0], runs[1], apply=lambda count, part: -(-count * part // whole), none=None)
    return _of_two(runs[0], runs[1], apply=_OF_TWO[operator], none=None if operator in ARITHMETIC else False)


def recurring_names(node: Node) -> tuple[str, ...]:
    """The days that last() and next() name: one, or a list."""
    items = node.items if isinstance(node, ListOf) else (node,)
    return tuple(item.value for item in items if isinstance(item, Literal))


def table_of(node: Node) -> str:
    """The table of hours that during(), opening() and closing() name."""
    return str(node.value).removesuffix(" hours") if isinstance(node, Literal) else ""


def whole_of(node: Node) -> int:
    """The hundred in which share() counts."""
    return int(node.value) if isinstance(node, Literal) else 1


def _junction(args: Sequence[Run], *, deciding: bool) -> Run:
    def run(facts: dict[str, Any]) -> Any:
        missing: Unknown | None = None
        for arg in args:
            value = arg(facts)
            if value.__class__ is Unknown:
                missing = value if missing is None else Unknown(missing | value)
            elif bool(value) is deciding:
                return deciding
        return not deciding if missing is None else missing

    return run


def _of_one(arg: Run, apply: Callable[[Any], Any]) -> Run:
    def run(facts: dict[str, Any]) -> Any:
        value = arg(facts)
        return value if value.__class__ is Unknown else apply(value)

    return run


def _equal(left: Node, right: Node, *, equal: bool) -> Run:
    if isinstance(right, Literal):
        one, constant = compile_tree(left), right.value
        return _of_one(one, (lambda value: value == constant) if equal else (lambda value: value != constant))
    a, b = compile_tree(left), compile_tree(right)

    def run(facts: dict[str, Any]) -> Any:
        x, y = a(facts), b(facts)
        if x.__class__ is Unknown or y.__class__ is Unknown:
            return _missing((x, y))
        return (x == y) is equal

    return run


def _of_two(left: Run, right: Run, apply: Callable[[Any, Any], Any], none: Any) -> Run:
    """Unknown when either is; `none` when either is none."""

    def run(facts: dict[str, Any]) -> Any:
        x, y = left(facts), right(facts)
        if x.__class__ is Unknown or y.__class__ is Unknown:
            return _missing((x, y))
        return none if x is None or y is None else apply(x, y)

    return run


def _extreme(pick: Callable[..., Any], args: Sequence[Run]) -> Run:
    """The greatest or least of those that are there, as latest() and earliest() have it; none where none is."""

    def run(facts: dict[str, Any]) -> Any:
        values = [arg(facts) for arg in args]
        there = [value for value in values if value is not None]
        return _missing(values) or pick(there, key=_in_order, default=None)

    return run


def _in_order(value: Any) -> Any:
    """A time in UTC, since Python compares two times of one zone by the clock on the wall."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _working_day(arg: Run) -> Run:
    def run(facts: dict[str, Any]) -> Any:
        value = arg(facts)
        if value.__class__ is Unknown:
            return value
        return value is not None and working_day(value, facts["holidays"])

    return run


def _by_hours(operator: str, arg: Run, table: Node) -> Run:
    name = table_of(table)
    apply, none = _HOURS[operator]

    def run(facts: dict[str, Any]) -> Any:
        value = arg(facts)
        if value.__class__ is Unknown:
            return value
        return none if value is None else apply(value, name, facts["holidays"])

    return run


def _calendar(operator: str, start: Node, length: Node) -> Run:
    begin, words = compile_tree(start), compile_tree(length)

    def run(facts: dict[str, Any]) -> Any:
        x, y = begin(facts), words(facts)
        if x.__class__ is Unknown or y.__class__ is Unknown:
            return _missing((x, y))
        if x is None or y is None:
            return False if operator == "passed" else None
        period, holidays = parse_period(y), facts["holidays"]
        if operator == "passed":
            now = facts["now"]
            return now if now.__class__ is Unknown else passed(x, period, now, holidays)
        return plus(x, period.back if operator == "minus" else period, holidays)

    return run


#: What each makes of a day or time by a table of hours, and of none.
_HOURS: Mapping[str, tuple[Callable[..., Any], Any]] = {
    "during": (during, False),
    "opening": (opening, None),
    "closing": (closing, None),
}


def _times(a: Any, b: Any) -> Any:
    return rounded(a * b) if isinstance(a, Decimal) else a * b


#: Each gives no where an argument is none (a sum, or a join of texts, gives none): tests are decided, never unknown.
_OF_TWO: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "in": lambda a, b: a in b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": _times,
    "startsWith": lambda text, start: text.startswith(start),
    "endsWith": lambda text, end: text.endswith(end),
    "contains": lambda text, part: part in text,
    "matches": lambda text, pattern: re2.search(pattern, text) is not None,
}
