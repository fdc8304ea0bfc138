"""Row evaluation: one decision's facts through a condition's tree, keeping *unknown* and *none* apart from *no*.

A value is a Python value; None is *none* (known that there is nothing); `Unknown` carries the names of the facts
that would settle it. The truth tables are Kleene's: a no decides an "and", a yes decides an "or".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

import re2

from remit.policy.periods import parse_period, passed, plus
from remit.policy.tree import Call, Field, ListOf, Literal, Name, Node, Quantifier, Variable


class Unknown(frozenset[str]):
    """Nobody has said; the set names the facts that would settle it."""

    __slots__ = ()


class Facts(Protocol):
    """Where names are looked up: `get` gives a value, None or Unknown."""

    now: datetime

    def get(self, name: str) -> Any: ...


#: (facts, elements): elements maps quantifier variables to (element, its name for questions).
Run = Callable[[Facts, dict[str, tuple[Any, str]]], Any]


def compile_tree(tree: Node) -> Callable[[Facts], Any]:
    """A function of facts that evaluates `tree`."""
    run = _compile(tree)
    nothing: dict[str, tuple[Any, str]] = {}
    return lambda facts: run(facts, nothing)


def _compile(node: Node) -> Run:
    match node:
        case Literal(value):
            return lambda facts, elements: value
        case Name(name):
            return lambda facts, elements: facts.get(name)
        case Variable(name):
            return lambda facts, elements: elements[name][0]
        case Field(Variable(variable), name):
            return _field(variable, name)
        case ListOf(items):
            return _list([_compile(item) for item in items])
        case Quantifier(kind, variable, over, body):
            return _quantifier(kind, variable, over, _compile(body))
        case Call(operator, args):
            return _call(operator, [_compile(arg) for arg in args])
    raise AssertionError(node)


def _field(variable: str, name: str) -> Run:
    def run(facts: Facts, elements: dict[str, tuple[Any, str]]) -> Any:
        element, called = elements[variable]
        return element[name] if name in element else Unknown({f"{called}.{name}"})

    return run


def _list(items: list[Run]) -> Run:
    def run(facts: Facts, elements: dict[str, tuple[Any, str]]) -> Any:
        values = [item(facts, elements) for item in items]
        missing = _missing(values)
        return missing if missing else values

    return run


def _missing(values: Sequence[Any]) -> Unknown:
    return Unknown(name for value in values if isinstance(value, Unknown) for name in value)


def _quantifier(kind: str, variable: str, over: Node, body: Run) -> Run:
    source = _compile(over)
    called = over.name if isinstance(over, Name) else ""
    deciding = kind == "exists"  # one yes decides exists, one no decides all

    def run(facts: Facts, elements: dict[str, tuple[Any, str]]) -> Any:
        items = source(facts, elements)
        if isinstance(items, Unknown):
            return items
        missing: set[str] = set()
        kept = []
        for index, item in enumerate(items or ()):
            verdict = body(facts, {**elements, variable: (item, f"{called}[{index}]")})
            if isinstance(verdict, Unknown):
                missing |= verdict
            elif kind == "filter":
                if verdict:
                    kept.append(item)
            elif bool(verdict) is deciding:
                return deciding
        if missing:
            return Unknown(missing)
        return kept if kind == "filter" else not deciding

    return run


def _call(operator: str, args: list[Run]) -> Run:
    if operator in ("&&", "||"):
        return _junction(args, deciding=operator == "||")
    if operator == "given":
        return _strict(args, lambda value: value is not None)
    if operator == "!":
        return _strict(args, lambda value: not value)
    if operator == "==":
        return _strict(args, lambda a, b: a == b)
    if operator == "!=":
        return _strict(args, lambda a, b: a != b)
    if operator in ("passed", "plus"):
        return _calendar(operator, args)
    return _strict(args, _OF_SOMETHING[operator], none=_NONE_GIVES[operator])


def _junction(args: list[Run], *, deciding: bool) -> Run:
    def run(facts: Facts, elements: dict[str, tuple[Any, str]]) -> Any:
        missing: set[str] = set()
        for arg in args:
            value = arg(facts, elements)
            if isinstance(value, Unknown):
                missing |= value
            elif bool(value) is deciding:
                return deciding
        return Unknown(missing) if missing else not deciding

    return run


_ANY = object()


def _strict(args: list[Run], apply: Callable[..., Any], none: Any = _ANY) -> Run:
    """Unknown when any argument is; `none` when any is none, unless `apply` takes none itself."""

    def run(facts: Facts, elements: dict[str, tuple[Any, str]]) -> Any:
        values = [arg(facts, elements) for arg in args]
        for value in values:
            if isinstance(value, Unknown):
                return _missing(values)
        if none is not _ANY and None in values:
            return none
        return apply(*values)

    return run


def _calendar(operator: str, args: list[Run]) -> Run:
    def run(facts: Facts, elements: dict[str, tuple[Any, str]]) -> Any:
        values = [arg(facts, elements) for arg in args]
        for value in values:
            if isinstance(value, Unknown):
                return _missing(values)
        start, words = values
        if start is None or words is None:
            return False if operator == "passed" else None
        period = parse_period(words)
        return passed(start, period, facts.now) if operator == "passed" else plus(start, period)

    return run


_OF_SOMETHING: dict[str, Callable[..., Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "in": lambda a, b: a in b,
    "+": lambda a, b: a + b,
    "size": len,
    "startsWith": lambda text, start: text.startswith(start),
    "endsWith": lambda text, end: text.endswith(end),
    "contains": lambda text, part: part in text,
    "matches": lambda text, pattern: re2.search(pattern, text) is not None,
}
#: What each gives when an argument is *none*: tests are decided, never unknown.
_NONE_GIVES: dict[str, Any] = {
    "<": False,
    "<=": False,
    ">": False,
    ">=": False,
    "in": False,
    "+": None,
    "size": 0,
    "startsWith": False,
    "endsWith": False,
    "contains": False,
    "matches": False,
}
