"""When a test that only waits for time comes true: what a hold is told to last until."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from remit.policy.periods import LONDON, instant, london_date, parse_clock, parse_period, plus
from remit.policy.rows import Run, Unknown, compile_tree
from remit.policy.tree import Call, Literal, Name, Node, walk

if TYPE_CHECKING:
    from remit.policy.situation import Situation

_CLOCK = ("today", "now", "at")
#: How many days, from today, a test of weekdays and hours is looked for to come true.
_FORTNIGHT = 15
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def comes_true(tree: Node, situation: Situation) -> date | datetime | None:
    """The earliest that `tree` may become yes if nothing changes but the clock; None where that cannot be told.

    It may still be no then, where a part that is yes now has ended: look again from that time.
    """
    told = _told(tree, situation)
    return _looked_for(tree, situation) if told is None else told


def _told(tree: Node, situation: Situation) -> date | datetime | None:
    """As `comes_true`, from the form of the test alone."""
    match tree:
        case Call("&&", args):
            waits = [comes_true(arg, situation) for arg in args if _value(arg, situation) is not True]
            return None if None in waits else max((w for w in waits if w is not None), key=instant, default=None)
        case Call("||", args):
            waits = [comes_true(arg, situation) for arg in args]
            return min((wait for wait in waits if wait is not None), key=instant, default=None)
        case Call("passed", (start, period)):
            begun, length = _value(start, situation), _value(period, situation)
            if begun is None or length is None:
                return None
            parsed = parse_period(length)
            return _next(plus(begun, parsed, situation["holidays"]), strictly=parsed.strictly)
        case Call(("<" | "<=" | ">" | ">=") as operator, (left, right)):
            return _reached(operator, left, right, situation)
        case Call("!", (Call(("<" | "<=" | ">" | ">=") as operator, (left, right)),)):
            return _reached(_DENIED[operator], left, right, situation)
        case Call("between", (Name("now"), Literal(start), Literal())):
            return _clock(parse_clock(start), situation)
        case Call("!", (Call("between", (Name("now"), Literal(), Literal(end))),)):
            return _clock(parse_clock(end), situation)
        case Call("working_day", (Name("today" | "now"),)):
            return plus(situation["today"], parse_period("1 working day"), situation["holidays"])
        case Name(name) if name in situation.pack.definitions:
            tests = [test.tree for test, value in situation.pack.definitions[name].cases if value is True]
            return comes_true(Call("||", tuple(tests)), situation) if tests else None
    return None


def _looked_for(tree: Node, situation: Situation) -> date | datetime | None:
    """The first time within a fortnight at which a test of days of the week and times of day comes out yes."""
    nodes = [*_nodes(tree, situation)]
    if not any(isinstance(node, Name) and node.name in _CLOCK for node in nodes):
        return None
    written = {str(arg.value) for node in nodes for arg in _times(node) if isinstance(arg, Literal)}
    clocks = sorted({time(), *map(parse_clock, written)})
    for away in range(_FORTNIGHT):
        for clock in clocks:
            day = situation["today"] + timedelta(days=away)
            when = datetime.combine(day, clock, tzinfo=LONDON)
            if when > situation["now"] and _value(tree, situation.later(when)) is True:
                return when if clock != time() else day
    return None


def _nodes(tree: Node, situation: Situation) -> Iterator[Node]:
    """Every node of a test, through the definitions that it uses."""
    for node in walk(tree):
        yield node
        if isinstance(node, Name) and node.name in situation.pack.definitions:
            for condition in situation.pack.definitions[node.name].conditions:
                yield from _nodes(condition.tree, situation)


def _times(node: Node) -> tuple[Node, ...]:
    return node.args[1:] if isinstance(node, Call) and node.operator == "between" else ()


def _reached(operator: str, left: Node, right: Node, situation: Situation) -> date | datetime | None:
    """When the clock comes to what it is compared with."""
    if isinstance(right, Name) and right.name in _CLOCK:
        operator, left, right = _TURNED[operator], right, left
    if not (isinstance(left, Name) and left.name in _CLOCK) or operator in ("<", "<="):
        return None
    wanted = _value(right, situation)
    return None if wanted is None else _next(wanted, strictly=operator == ">")


def _clock(wanted: time, situation: Situation) -> datetime:
    """The next time that London's clocks show `wanted`."""
    now: datetime = situation["now"]
    today = datetime.combine(london_date(now), wanted, tzinfo=LONDON)
    return today if today > now else datetime.combine(london_date(now) + timedelta(days=1), wanted, tzinfo=LONDON)


def _next(end: date | datetime, *, strictly: bool) -> date | datetime:
    """`end`, or for "more than" the next day; a time is told to the instant."""
    return end + timedelta(days=1) if strictly and not isinstance(end, datetime) else end


def _value(node: Node, situation: Situation) -> Any:
    """What `node` gives; None where that is unknown."""
    value = _compiled(node)(situation)
    return None if isinstance(value, Unknown) else value


@lru_cache(maxsize=1024)
def _compiled(node: Node) -> Run:
    return compile_tree(node)
