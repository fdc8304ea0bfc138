"""A pack's conditions as plain Python lambdas: as fast as anybody would write them by hand, and knowing no unknown.

A fact that is not there is a KeyError, as it would be by hand: nothing says which others are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import re2

from remit.policy.language import Condition
from remit.policy.periods import parse_period, passed, plus
from remit.policy.tree import Call, Field, ListOf, Literal, Name, Node, Quantifier, Variable

Run = Callable[[Mapping[str, Any], datetime], Any]
_INFIX = {
    "&&": "and",
    "||": "or",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "==": "==",
    "!=": "!=",
    "+": "+",
    "-": "-",
    "*": "*",
}
_NAMES = {"passed": passed, "plus": plus, "period": parse_period, "re2": re2}


def as_lambda(condition: Condition) -> Run:
    """A condition as somebody would write it in Python."""
    constants: dict[str, Any] = {}
    source = _python(condition.tree, constants)
    return eval(f"lambda facts, now: {source}", {**_NAMES, **constants})  # type: ignore[no-any-return]


def _python(node: Node, constants: dict[str, Any]) -> str:
    def of(part: Node) -> str:
        return _python(part, constants)

    match node:
        case Literal(value):
            name = f"constant_{len(constants)}"
            constants[name] = value
            return name
        case ListOf(items) if all(isinstance(item, Literal) for item in items):
            name = f"constant_{len(constants)}"
            constants[name] = frozenset(item.value for item in items if isinstance(item, Literal))
            return name
        case ListOf(items):
            return f"[{', '.join(map(of, items))}]"
        case Name("now"):
            return "now"
        case Name(name):
            return f"facts[{name!r}]"
        case Variable(name):
            return name
        case Field(record, name):
            return f"{of(record)}[{name!r}]"
        case Quantifier("filter", variable, over, body):
            return f"[{variable} for {variable} in {of(over)} if {of(body)}]"
        case Quantifier(kind, variable, over, body):
            return f"{'any' if kind == 'exists' else 'all'}({of(body)} for {variable} in {of(over)})"
        case Call("!", (test,)):
            return f"(not {of(test)})"
        case Call("given", (thing,)):
            return f"({of(thing)} is not None)"
        case Call("in", (item, items)):
            return f"({of(item)} in {of(items)})"
        case Call("size", (thing,)):
            return f"len({of(thing)})"
        case Call("plus", (start, length)):
            return f"plus({of(start)}, period({of(length)}))"
        case Call("passed", (start, length)):
            return f"passed({of(start)}, period({of(length)}), now)"
        case Call("matches", (text, pattern)):
            return f"(re2.search({of(pattern)}, {of(text)}) is not None)"
        case Call("contains", (text, part)):
            return f"({of(part)} in {of(text)})"
        case Call("startsWith" | "endsWith" as function, (text, part)):
            return f"{of(text)}.{function.lower()}({of(part)})"
        case Call(operator, args):
            return f"({f' {_INFIX[operator]} '.join(map(of, args))})"
    raise AssertionError(node)
