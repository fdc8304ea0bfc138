"""Column evaluation: a condition's tree as Polars expressions, so that a year of decisions is judged at once.

The same three values as `rows`: a column's null is *unknown*, and where a thing may be *none* a second expression says
so. Polars' own "and" and "or" are Kleene's. What cannot be a column raises `RowsOnly`, and `replay` runs it by row.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from remit.policy.fact_frames import NONE, TYPES, fact_of
from remit.policy.language import Condition
from remit.policy.packs import Pack, Rule
from remit.policy.periods import LONDON, Period, parse_period
from remit.policy.tree import Call, Field, ListOf, Literal, Name, Node, Quantifier, Variable

PASSED, FIRED, UNKNOWN, EXEMPT = range(4)
VERDICTS = ("passed", "fired", "unknown", "exempt")

_UNKNOWN = pl.lit(None, dtype=pl.Boolean)
_LISTS = ("strings", "enums", "records", "list")
#: In these Rust's patterns mean more characters than RE2's do.
_WIDER = re.compile(r"\\[dwsDWSBpP\\]|\[\[:")


class RowsOnly(Exception):
    """This condition has no column form; the message says why."""


@dataclass(frozen=True)
class Column:
    """A value for each row: null where it is unknown or none, and `none`, never null, telling the two apart."""

    value: pl.Expr
    kind: str = "bool"
    none: pl.Expr | None = None
    constant: Any = None  # the value itself when it is the same for every row

    @property
    def truth(self) -> pl.Expr:
        """As a test: none counts as no, null is unknown."""
        return self.value if self.none is None else pl.when(self.none).then(False).otherwise(self.value)

    @property
    def unknown(self) -> pl.Expr:
        return self.value.is_null() if self.none is None else self.value.is_null() & ~self.none


class Columns:
    """The conditions of one pack over frames of one schema.

    `steps` are expressions to be added to the frame in order; what this gives back refers to their columns. Each
    definition and each distinct condition is worked out once, however many rules use it.
    """

    def __init__(self, pack: Pack, schema: Mapping[str, pl.DataType]) -> None:
        self.pack, self.schema = pack, schema
        self.steps: list[pl.Expr] = []
        self._names: dict[str, Column] = {}
        self._truths: dict[str, pl.Expr | RowsOnly] = {}
        self._elements: dict[str, Any] = {}  # variable of the quantifier at hand -> the type of its elements

    def verdict(self, rule: Rule) -> pl.Expr:
        """Which of PASSED, FIRED, UNKNOWN and EXEMPT the rule is in each row, as `decide` would have it.

        Raises:
            RowsOnly: one of its conditions has no column form.
        """
        every = [self.truth(condition) for condition in rule.when]
        excuses = [self.truth(exemption.condition) for exemption in rule.unless]
        when = pl.all_horizontal(every) if every else pl.lit(True)
        unless = pl.any_horizontal(excuses) if excuses else pl.lit(False)
        verdict = (
            pl.when(~when)
            .then(PASSED)
            .when(unless)
            .then(EXEMPT)
            .when(when.is_null() | unless.is_null())
            .then(UNKNOWN)
            .otherwise(FIRED)
        )
        return verdict.cast(pl.UInt8)

    def possible(self, rule: Rule) -> pl.Expr:
        """For a rule without a column form: the rows that none of its other tests has let pass."""
        known = [pl.lit(True)]
        for condition in rule.when:
            with contextlib.suppress(RowsOnly):
                known.append(self.truth(condition).fill_null(True))
        return pl.all_horizontal(known)

    def truth(self, condition: Condition) -> pl.Expr:
        """The column of a test: yes, no, or null for unknown. Raises RowsOnly."""
        found = self._truths.get(condition.source)
        if found is None:
            try:
                truth = self.column(condition.tree).truth
            except RowsOnly as reason:
                found = reason
            else:
                found = self._step(f"test:{condition.source}", truth)
            self._truths[condition.source] = found
        if isinstance(found, RowsOnly):
            raise found
        return found

    def _step(self, name: str, expression: pl.Expr) -> pl.Expr:
        self.steps.append(expression.alias(name))
        return pl.col(name)

    # --- names ---

    def name(self, name: str) -> Column:
        """What a fact, definition, parameter or setting is in each row; the order is that of `decide.Situation`."""
        if name not in self._names:
            self._names[name] = self._given(name, self._otherwise(name))
        return self._names[name]

    def _given(self, name: str, otherwise: Column) -> Column:
        """The file's own column, and `otherwise` where it says nothing."""
        none = pl.col(NONE + name) if NONE + name in self.schema else None
        if name not in self.schema:
            if none is None:
                return otherwise
            given = Column(_null(otherwise.kind), otherwise.kind, none)
        else:
            given = Column(pl.col(name), otherwise.kind, none)
        if otherwise.value.meta.eq(_null(otherwise.kind)):
            return given
        value = pl.coalesce(given.value, otherwise.value)
        if none is None:
            both = None if otherwise.none is None else given.value.is_null() & otherwise.none
            return Column(value, given.kind, both)
        also = pl.lit(False) if otherwise.none is None else given.value.is_null() & otherwise.none
        value = pl.when(none).then(_null(given.kind)).otherwise(value)
        return Column(value, given.kind, none | also)

    def _otherwise(self, name: str) -> Column:
        """What is so where nobody has said: the clock, a definition, the pack's own values, a concern not raised."""
        pack = self.pack
        match name:
            case "now":
                return Column(pl.col("now"), "time")
            case "at":
                at = pl.coalesce("at", "now") if "at" in self.schema else pl.col("now")
                return Column(at, "time")
            case "today":
                return Column(self._step("today", pl.col("now").dt.convert_time_zone(str(LONDON)).dt.date()), "date")
        if name in pack.definitions:
            return self._definition(name)
        fact = fact_of(pack.vocabulary.facts, name)
        kind = fact.type if fact is not None else "bool"
        if name in pack.parameters:
            return _constant(pack.parameters[name].value, kind)
        if name in pack.setting_defaults:
            return _constant(pack.setting_defaults[name], kind)
        if name.startswith("concern."):
            concern = pack.vocabulary.concerns.get(name.removeprefix("concern."))
            if concern is None or concern.ask_always:
                return Column(_UNKNOWN)
            disputed = self.name("act.not_sure").value.list.contains(name)
            return Column(pl.when(disputed).then(None).otherwise(False))
        if fact is not None and fact.name == name and fact.has_default:
            return _constant(fact.default, kind)
        if fact is not None and fact.name == name and fact.follows is not None:
            other, value, then = fact.follows
            follows = pl.when(self.name(other).value == value).then(pl.lit(then)).otherwise(_null(kind))
            return Column(follows, kind)
        return Column(_null(kind), kind)

    def _definition(self, name: str) -> Column:
        definition = self.pack.definitions[name]
        kind = definition.fact.type
        result = self.name(definition.asks) if definition.asks else _constant(definition.otherwise, kind)
        value, none = result.value, result.none
        for condition, given in reversed(definition.cases):
            test = self.truth(condition)
            value = pl.when(test).then(pl.lit(given)).when(test.is_null()).then(_null(kind)).otherwise(value)
            none = None if none is None else ~test.fill_null(True) & none
        return Column(self._step(f"define:{name}", value), kind, none)

    # --- trees ---

    def column(self, node: Node) -> Column:
        """The column of a tree. Raises RowsOnly."""
        match node:
            case Literal(value):
                return _constant(value, _kind(value))
            case Name(name):
                return self._inside(name) if self._elements else self.name(name)
            case Variable(name):
                return Column(pl.element(), "string")
            case Field(Variable(variable), name):
                return self._field(variable, name)
            case Quantifier():
                return self._quantifier(node)
            case Call(operator, args):
                return self._call(operator, args)
        raise RowsOnly("a list is used where a value is wanted")

    def _inside(self, name: str) -> Column:
        """A name in a test on the elements of a list, which may only be the same for every row."""
        elements, self._elements = self._elements, {}
        column = self.name(name)
        self._elements = elements
        if column.constant is None:
            raise RowsOnly("a test on the elements of a list turns on something outside the list")
        return column

    def _field(self, variable: str, name: str) -> Column:
        fact, fields = self._elements[variable]
        kind = fact.fields[name].type
        none = pl.element().struct.field(NONE + name).fill_null(False) if NONE + name in fields else None
        value = pl.element().struct.field(name).cast(TYPES[kind]) if name in fields else _null(kind)
        return Column(value, kind, none)

    def _quantifier(self, node: Quantifier) -> Column:
        """exists, all, and (for the size of a filter) how many."""
        if not isinstance(node.over, Name):
            raise RowsOnly(f"{node.kind}() runs over something that is no fact")
        if self._elements:
            raise RowsOnly("one list runs inside another")
        over = self.name(node.over.name)
        dtype = self.schema.get(node.over.name)
        inner = dtype.inner if isinstance(dtype, pl.List) else None
        fields = {field.name for field in inner.fields} if isinstance(inner, pl.Struct) else set()
        if over.kind == "records" and not fields and over.constant not in (None, []):
            raise RowsOnly("the records are the pack's own, not the file's")
        self._elements[node.variable] = fact_of(self.pack.vocabulary.facts, node.over.name), fields
        try:
            body = self.column(node.body).truth
        finally:
            self._elements.clear()
        match node.kind:
            case "exists":
                found, empty = body.any(ignore_nulls=False), pl.lit(False)
            case "all":
                found, empty = body.all(ignore_nulls=False), pl.lit(True)
            case _:
                counted = pl.when(body.is_null().any()).then(None).otherwise(body.sum())
                found, empty = counted.cast(pl.Int64), pl.lit(0)
        if over.kind == "records" and not fields:
            return Column(pl.when(over.value.list.len() == 0).then(empty), "bool")
        nothing = over.value.list.len() == 0 if over.none is None else over.none | (over.value.list.len() == 0)
        value = pl.when(nothing).then(empty).otherwise(over.value.list.agg(found))
        return Column(value, "int" if node.kind == "filter" else "bool")

    def _call(self, operator: str, args: Sequence[Node]) -> Column:
        match operator:
            case "&&":
                return Column(pl.all_horizontal([self.column(arg).truth for arg in args]))
            case "||":
                return Column(pl.any_horizontal([self.column(arg).truth for arg in args]))
            case "!":
                return Column(~self.column(args[0]).truth)
            case "in":
                return self._in(*args)
            case "size" if isinstance(args[0], Quantifier):
                return self._quantifier(args[0])
            case "matches":
                return self._matches(*args)
            case "plus" | "passed":
                return self._calendar(operator, *args)
        columns = [self.column(arg) for arg in args]
        match operator:
            case "given":
                return _given(columns[0])
            case "==":
                return _equal(*columns)
            case "!=":
                equal = _equal(*columns)
                return Column(~equal.value)
            case "size":
                counted = columns[0].value.list.len() if columns[0].kind in _LISTS else columns[0].value.str.len_chars()
                return _strict(columns, counted.cast(pl.Int64), 0, "int")
            case "+":
                return _strict(columns, columns[0].value + columns[1].value, None, "string")
        return _strict(columns, _OF_TWO[operator](*(column.value for column in columns)), False)

    def _in(self, item: Node, of: Node) -> Column:
        left = self.column(item)
        if isinstance(of, ListOf):
            if not all(isinstance(element, Literal) for element in of.items):
                equal = [_equal(left, self.column(element)) for element in of.items]
                unknown = pl.any_horizontal([column.value.is_null() for column in equal])
                found = pl.any_horizontal([column.value for column in equal])
                nothing = pl.lit(False) if left.none is None else left.none
                return Column(pl.when(unknown).then(_UNKNOWN).otherwise(found & ~nothing))
            listed = [element.value for element in of.items if isinstance(element, Literal)]
            return _strict([left], left.value.is_in(listed), False)
        right = self.column(of)
        found = right.value.list.contains(left.value)
        if left.constant is None:
            found = pl.when(left.value.is_not_null()).then(found)
        return _strict([left, right], found, False)

    def _matches(self, text: Node, pattern: Node) -> Column:
        assert isinstance(pattern, Literal)  # noqa: S101 - the type check has seen to it
        if _WIDER.search(pattern.value):
            raise RowsOnly(f'the pattern "{pattern.value}" means something else to columns')
        column = self.column(text)
        narrowed = pattern.value.replace(r"\b", r"(?-u:\b)")  # RE2 knows the borders of ASCII words only
        return _strict([column], column.value.str.contains(narrowed), False)

    def _calendar(self, operator: str, start: Node, length: Node) -> Column:
        words = self.column(length).constant
        if words is None:
            raise RowsOnly("a length of time differs from row to row")
        column, period = self.column(start), parse_period(words)
        moved = _plus(column, period)
        if operator == "plus":
            return _strict([column], moved, None, column.kind)
        now = self.column(Name("now" if column.kind == "time" else "today")).value
        return _strict([column], now > moved if period.strictly else now >= moved, False)


def _null(kind: str) -> pl.Expr:
    return pl.lit(None, dtype=TYPES.get(kind, pl.List(pl.Null())))


def _kind(value: Any) -> str:
    return {bool: "bool", int: "int", str: "string", date: "date", datetime: "time"}.get(type(value), "list")


def _constant(value: Any, kind: str) -> Column:
    """The same value in every row."""
    if value is None:
        return Column(_null(kind), kind, pl.lit(True))
    if kind == "records":
        return Column(pl.lit([], dtype=pl.List(pl.Null())), kind, constant=value)
    return Column(pl.lit(value, dtype=TYPES.get(kind)), kind, constant=value)


def _strict(columns: Sequence[Column], value: pl.Expr, none: Any, kind: str = "bool") -> Column:
    """`value` where every argument is there; unknown when any is, else `none` when any is none."""
    nones = [column.none for column in columns if column.none is not None]
    if not nones:
        return Column(value, kind)
    unknown = pl.any_horizontal([column.unknown for column in columns])
    nothing = pl.any_horizontal(nones) & ~unknown
    if none is None:
        return Column(pl.when(unknown | nothing).then(None).otherwise(value), kind, nothing)
    return Column(pl.when(unknown).then(None).when(nothing).then(none).otherwise(value), kind)


def _given(column: Column) -> Column:
    there = pl.when(column.value.is_not_null()).then(True)
    return Column(there if column.none is None else pl.when(column.none).then(False).otherwise(there))


def _equal(left: Column, right: Column) -> Column:
    if {left.kind, right.kind} & set(_LISTS):
        raise RowsOnly("whole lists are compared")
    equal = left.value == right.value
    if left.none is None and right.none is None:
        return Column(equal)
    unknown = left.unknown | right.unknown
    nones = [pl.lit(False) if column.none is None else column.none for column in (left, right)]
    both, one = nones[0] & nones[1], nones[0] | nones[1]
    return Column(pl.when(unknown).then(None).when(both).then(True).when(one).then(False).otherwise(equal))


def _plus(column: Column, period: Period) -> pl.Expr:
    """As `periods.plus`: days and months move London's calendar and keep the hour; hours are elapsed time."""
    if column.kind == "date":
        return _moved(column.value, period)
    if not (period.months or period.days):
        return column.value.dt.offset_by(f"{period.minutes}m")
    clock = _moved(column.value.dt.convert_time_zone(str(LONDON)).dt.replace_time_zone(None), period)
    # An hour that the spring change leaves out is reckoned at the offset before it, which in London is UTC's own.
    instant = pl.coalesce(
        clock.dt.replace_time_zone(str(LONDON), ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC"),
        clock.dt.replace_time_zone("UTC"),
    )
    return instant.dt.offset_by(f"{period.minutes}m") if period.minutes else instant


def _moved(days: pl.Expr, period: Period) -> pl.Expr:
    if period.months:
        days = days.dt.offset_by(f"{period.months}mo")
    return days.dt.offset_by(f"{period.days}d") if period.days else days


_OF_TWO: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "startsWith": lambda text, start: text.str.starts_with(start),
    "endsWith": lambda text, end: text.str.ends_with(end),
    "contains": lambda text, part: text.str.contains(part, literal=True),
}
