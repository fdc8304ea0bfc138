"""The tree of a condition: what every evaluator, and the English, is made from.

Read out of the checked expression that Google's CEL checker serialises (protobuf `cel.expr.CheckedExpr`), so that
nothing here parses CEL a second time. Comprehensions are folded back into `exists`, `all` and `filter`. Two nodes that
say the same are the same, wherever they stand.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from struct import unpack
from typing import Any

from remit.policy.decimals import PLACES, read_decimal


@dataclass(frozen=True)
class Literal:
    value: Any  # bool, int, Decimal, str, date
    offset: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class ListOf:
    items: tuple[Node, ...]
    offset: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class Name:
    """A fact, definition, parameter or setting by its dotted name."""

    name: str
    offset: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class Variable:
    """The element that a quantifier runs over."""

    name: str
    offset: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class Field:
    """One field of a record."""

    of: Node
    field: str
    offset: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class Call:
    """An operator or function; `operator` as in `OPERATORS`, or the function's name."""

    operator: str
    args: tuple[Node, ...]
    offset: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class Quantifier:
    kind: str  # exists | all | filter | latest | earliest
    variable: str
    over: Node
    body: Node
    offset: int = dataclasses.field(default=0, compare=False)
    picks: str = ""  # latest, earliest: the day or time of each element that is looked at


Node = Literal | ListOf | Name | Variable | Field | Call | Quantifier

#: CEL's internal operator names, and ours.
OPERATORS = {
    "_==_": "==",
    "_!=_": "!=",
    "_<_": "<",
    "_<=_": "<=",
    "_>_": ">",
    "_>=_": ">=",
    "@in": "in",
    "_&&_": "&&",
    "_||_": "||",
    "!_": "!",
    "_+_": "+",
    "_-_": "-",
    "_*_": "*",
}
#: What is reckoned with numbers; "+" also joins texts.
ARITHMETIC = frozenset({"+", "-", "*"})
#: The functions that move a date or time by a period, or compare it with now.
CALENDAR = frozenset({"plus", "minus", "passed"})
FUNCTIONS = CALENDAR | {
    "size",
    "startsWith",
    "endsWith",
    "contains",
    "matches",
    "given",
    "between",
    "weekday",
    "working_day",
    "last",
    "next",
    "at",
    "during",
    "opening",
    "closing",
    "date",
    "max",
    "min",
    "share",
}
#: The functions that give the last or next day that comes again, such as 1 April.
RECURRING = frozenset({"last", "next"})
#: The greatest or least of numbers, the latest or earliest of days and times, the longer or shorter of periods.
EXTREMES = frozenset({"max", "min"})
#: What a day moved by (or compared with) the longer of two periods is of the day moved by each.
_OF_LONGER = {
    ("plus", "max"): "max",
    ("plus", "min"): "min",
    ("minus", "max"): "min",
    ("minus", "min"): "max",
    ("passed", "max"): "&&",
    ("passed", "min"): "||",
}
#: Those that give one day or time out of the elements of a list.
PICKS = frozenset({"latest", "earliest"})
MACROS = PICKS | {"exists", "all", "filter"}


def walk(node: Node) -> Iterator[Node]:
    """`node` and every node under it."""
    yield node
    for child in children(node):
        yield from walk(child)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly under it."""
    match node:
        case ListOf(items):
            return items
        case Call(_, args):
            return args
        case Field(of):
            return (of,)
        case Quantifier(_, _, over, body):
            return over, body
    return ()


def _apart(call: Call) -> Call:
    """What is said of the longer of two periods, said of each: which is longer turns on the day they start from."""
    match call:
        case Call(operator, (start, Call(which, lengths))) if joined := _OF_LONGER.get((operator, which)):
            each = tuple(_apart(Call(operator, (start, length), call.offset)) for length in lengths)
            return Call(joined, each, call.offset)
    return call


#: What latest() and earliest() want, for messages.
PICKED = "wants a name for the elements, a test and a day of theirs, as in latest(t, t.kind == 'refresher', t.on)."


class NotAllowed(Exception):
    """The expression is CEL, but uses a part of it that packs may not use; `said` is a sentence."""

    def __init__(self, said: str, offset: int) -> None:
        self.said, self.offset = said, offset
        super().__init__(said)


def read_checked(serialised: bytes, origin: Sequence[int]) -> Node:
    """The tree of a serialised checked expression (a `google.protobuf.Any` holding `cel.expr.CheckedExpr`).

    `origin` gives for each character of what was checked where it stands in what the officer wrote.

    Raises:
        NotAllowed: for CEL that packs may not use, with its character offset.
    """
    return _Reader(_one(_message(serialised), 2), origin).read()


# --- protobuf: just enough of the wire format to read the checker's own answer -------------------------------------


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _message(data: bytes) -> dict[int, list[Any]]:
    """Field number -> values, each an int (varint, fixed) or bytes."""
    fields: dict[int, list[Any]] = {}
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        value: Any
        if wire == 0:
            value, at = _varint(data, at)
        elif wire == 2:
            length, at = _varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            width = 8 if wire == 1 else 4
            value, at = data[at : at + width], at + width
        fields.setdefault(number, []).append(value)
    return fields


def _one(fields: dict[int, list[Any]], number: int, default: Any = b"") -> Any:
    return fields[number][-1] if number in fields else default


def _map(entries: list[bytes]) -> dict[int, Any]:
    return {_one(m, 1, 0): _one(m, 2, 0) for m in map(_message, entries)}


class _Reader:
    """Turns one CheckedExpr into our tree. Field numbers are those of cel-spec's `syntax.proto`."""

    def __init__(self, checked: bytes, origin: Sequence[int]) -> None:
        fields = _message(checked)
        self.root = _one(fields, 4)
        source = _message(_one(fields, 5))
        last = len(origin) - 1
        self.positions = {key: origin[min(at, last)] for key, at in _map(source.get(4, [])).items()}
        self.variables: list[str] = []

    def read(self) -> Node:
        return self.node(self.root)

    def node(self, data: bytes) -> Node:
        expr = _message(data)
        number = _one(expr, 2, 0)
        offset = self.positions.get(number, 0)
        if 9 in expr:
            return self.comprehension(_message(expr[9][-1]), offset)
        if 3 in expr:
            return Literal(self.constant(_message(expr[3][-1]), offset), offset)
        if 4 in expr:
            name = _one(_message(expr[4][-1]), 1).decode()
            return Variable(name, offset) if name in self.variables else Name(name, offset)
        if 5 in expr:
            select = _message(expr[5][-1])
            if _one(select, 3, 0):
                raise NotAllowed("has() cannot be used: write given(), which tells none from unknown.", offset)
            return Field(self.node(_one(select, 1)), _one(select, 2).decode(), offset)
        if 6 in expr:
            return self.call(_message(expr[6][-1]), offset)
        if 7 in expr:
            items = _message(expr[7][-1])
            return ListOf(tuple(self.node(item) for item in items.get(1, [])), offset)
        raise NotAllowed("A map cannot be written in a condition.", offset)

    def constant(self, constant: dict[int, list[Any]], offset: int) -> Any:
        if 2 in constant:
            return bool(constant[2][-1])
        if 3 in constant:
            value = constant[3][-1]
            return value - (1 << 64) if value >= 1 << 63 else value
        if 5 in constant:
            return self.decimal(unpack("<d", constant[5][-1])[0], offset)
        if 6 in constant:
            return constant[6][-1].decode()
        raise NotAllowed(
            "null cannot be compared: write given()."
            if 1 in constant
            else "Only numbers, texts, true and false can be written.",
            offset,
        )

    def decimal(self, value: float, offset: int) -> Decimal:
        number = read_decimal(value)
        if number is None:
            raise NotAllowed(f"A decimal number has at most {PLACES} places and twelve figures before them.", offset)
        return number

    def call(self, call: dict[int, list[Any]], offset: int) -> Node:
        function = _one(call, 2).decode()
        args = ([call[1][-1]] if 1 in call else []) + call.get(3, [])
        if function == "date" and 1 not in call:
            argument = self.node(args[0])
            if not isinstance(argument, Literal):
                raise NotAllowed('date() wants a day written out, as in date("2017-01-01").', offset)
            try:
                return Literal(date.fromisoformat(argument.value), offset)
            except ValueError:
                raise NotAllowed(f'"{argument.value}" is not a day of the calendar.', argument.offset) from None
        if function in PICKS:
            mapped = _message(args[0])
            if 9 not in mapped:
                raise NotAllowed(f"{function}() {PICKED}", offset)
            at = self.positions.get(_one(mapped, 2, 0), offset)
            return self.comprehension(_message(mapped[9][-1]), at, pick=function)
        operator = OPERATORS.get(function)
        if operator is None and function not in FUNCTIONS:
            spelt = {"_?_:_": "? :", "_[_]": "[ ]"}.get(function, function.strip("_"))
            raise NotAllowed(f"{spelt} cannot be used in a condition.", offset)
        return _apart(Call(operator or function, tuple(self.node(a) for a in args), offset))

    def comprehension(self, loop: dict[int, list[Any]], offset: int, pick: str = "") -> Node:
        """Fold a comprehension back into the macro that the officer wrote, told by the shape of its step.

        `accu || test` is exists, `accu && test` is all, `test ? accu + [x] : accu` is filter; what `pick` looks at is
        a map: `test ? accu + [x.field] : accu`, or `accu + [x.field]` where there is no test.
        """
        variable = _one(loop, 1).decode()
        over = self.node(_one(loop, 2))
        step = _message(_one(_message(_one(loop, 6)), 6))
        function, args = _one(step, 2).decode(), step.get(3, [])
        kind = {"_||_": "exists", "_&&_": "all", "_?_:_": "filter", "_+_": "map"}.get(function)
        if kind is None or (kind in ("filter", "map") and 7 not in _message(_one(loop, 4))):
            raise NotAllowed("map() and exists_one() cannot be used in a condition.", offset)
        self.variables.append(variable)
        try:
            if kind in ("exists", "all"):
                return Quantifier(kind, variable, over, self.node(args[1]), offset)
            body = self.node(args[0]) if kind == "filter" else Literal(True, offset)
            item = self._added(args[1] if kind == "filter" else step)
        finally:
            self.variables.pop()
        if pick and isinstance(item, Field) and item.of == Variable(variable):
            return Quantifier(pick, variable, over, body, offset, item.field)
        if pick:
            raise NotAllowed(f"{pick}() {PICKED}", offset)
        if kind == "map" or item != Variable(variable):
            raise NotAllowed("map() and exists_one() cannot be used in a condition.", offset)
        return Quantifier(kind, variable, over, body, offset)

    def _added(self, adding: Any) -> Node:
        """What `accu + [item]` adds."""
        call = adding if isinstance(adding, dict) else _message(_one(_message(adding), 6))
        listed = _message(_one(_message(call[3][1]), 7))
        return self.node(listed[1][0])
