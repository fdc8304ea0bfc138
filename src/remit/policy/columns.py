"""Column evaluation: a condition's tree as Polars expressions, so that a year of decisions is judged at once.

The same three values as `rows`: a column's null is *unknown*, and where a thing may be *none* a second expression says
so. Polars' own "and" and "or" are Kleene's. What cannot be a column raises `RowsOnly`, and `replay` runs it by row.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from remit.policy.column_values import (
    LISTS,
    OF_TWO,
    OPEN,
    Column,
    RowsOnly,
    between,
    constant,
    equal,
    given,
    kind_of,
    london_day,
    null,
    plus,
    strict,
)
from remit.policy.fact_frames import NONE, TYPES, fact_of
from remit.policy.language import Condition
from remit.policy.packs import Pack, Rule
from remit.policy.periods import LONDON, WEEKDAYS, parse_clock, parse_period
from remit.policy.tree import CALENDAR, PICKS, Call, Field, ListOf, Literal, Name, Node, Quantifier, Variable

PASSED, FIRED, UNKNOWN, EXEMPT = range(4)
VERDICTS = ("passed", "fired", "unknown", "exempt")

#: In these Rust's patterns mean more characters than RE2's do.
_WIDER = re.compile(r"\\[dwsDWSBpP\\]|\[\[:")


Step = Callable[[pl.LazyFrame], pl.LazyFrame]


class _Outside(RowsOnly):
    """A test on the elements of a list turns on something outside the list."""


class Columns:
    """The conditions of one pack over frames of one schema.

    What it gives refers to columns that `over` adds to a frame: each definition and each distinct condition is worked
    out once, however many rules use it.
    """

    def __init__(self, pack: Pack, schema: Mapping[str, pl.DataType]) -> None:
        self.pack, self.schema = pack, schema
        self._steps: list[Step] = []
        self._names: dict[str, Column] = {}
        self._truths: dict[str, pl.Expr | RowsOnly] = {}
        self._elements: dict[
            str, Any
        ] = {}  # variable of the quantifier at hand -> (their fact, its fields in the file)
        self._element = pl.element()

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
        self._steps.append(lambda frame: frame.with_columns(expression.alias(name)))
        return pl.col(name)

    def over(self, frame: pl.DataFrame) -> pl.LazyFrame:
        """The frame with what the columns given so far refer to."""
        lazy = frame.lazy()
        for step in self._steps:
            lazy = step(lazy)
        return lazy

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
            own = Column(null(otherwise.kind), otherwise.kind, none)
        else:
            own = Column(pl.col(name), otherwise.kind, none)
        if otherwise.value.meta.eq(null(otherwise.kind)):
            return own
        value = pl.coalesce(own.value, otherwise.value)
        if none is None:
            both = None if otherwise.none is None else own.value.is_null() & otherwise.none
            return Column(value, own.kind, both)
        also = pl.lit(False) if otherwise.none is None else own.value.is_null() & otherwise.none
        value = pl.when(none).then(null(own.kind)).otherwise(value)
        return Column(value, own.kind, none | also)

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
            return constant(pack.parameters[name].value, kind)
        if name in pack.setting_defaults:
            return constant(pack.setting_defaults[name], kind)
        if name.startswith("concern."):
            concern = pack.vocabulary.concerns.get(name.removeprefix("concern."))
            if concern is None or concern.ask_always:
                return Column(OPEN)
            unsure = self.name("act.not_sure")
            if not unsure.constant and unsure.constant is not None:
                return constant(False, "bool")
            return Column(pl.when(unsure.value.list.contains(name)).then(None).otherwise(False))
        if fact is not None and fact.name == name and fact.has_default:
            return constant(fact.default, kind)
        if fact is not None and fact.name == name and fact.follows is not None:
            other, value, then = fact.follows
            follows = pl.when(self.name(other).value == value).then(pl.lit(then)).otherwise(null(kind))
            return Column(follows, kind)
        return Column(null(kind), kind)

    def _definition(self, name: str) -> Column:
        definition = self.pack.definitions[name]
        kind = definition.fact.type
        result = self.name(definition.asks) if definition.asks else constant(definition.otherwise, kind)
        value, none = result.value, result.none
        for condition, said in reversed(definition.cases):
            test = self.truth(condition)
            value = pl.when(test).then(pl.lit(said)).when(test.is_null()).then(null(kind)).otherwise(value)
            none = None if none is None else ~test.fill_null(True) & none
        return Column(self._step(f"define:{name}", value), kind, none)

    # --- trees ---

    def column(self, node: Node) -> Column:
        """The column of a tree. Raises RowsOnly."""
        match node:
            case Literal(value):
                return constant(value, kind_of(value))
            case Name(name):
                return self._inside(name) if self._elements else self.name(name)
            case Variable(name):
                return Column(self._element, "string")
            case Field(Variable(variable), name):
                return self._field(variable, name)
            case Quantifier():
                return self._quantifier(node)
            case Call(operator, args):
                return self._call(operator, args)
        raise RowsOnly("a list is used where a value is wanted")

    def _inside(self, name: str) -> Column:
        """A name in a test on the elements of a list."""
        kept = self._elements, self._element
        self._elements, self._element = {}, pl.element()
        column = self.name(name)
        self._elements, self._element = kept
        if column.constant is None and self._element.meta.eq(pl.element()):
            raise _Outside
        return column

    def _field(self, variable: str, name: str) -> Column:
        fact, fields = self._elements[variable]
        kind = fact.fields[name].type
        none = self._element.struct.field(NONE + name).fill_null(False) if NONE + name in fields else None
        value = self._element.struct.field(name).cast(TYPES[kind]) if name in fields else null(kind)
        return Column(value, kind, none)

    def _quantifier(self, node: Quantifier) -> Column:
        """exists, all, (for the size of a filter) how many, and what latest and earliest pick out."""
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
            if node.kind in PICKS:
                return self._picked(node, over)
            found = self._gathered(over, lambda: _answer(node.kind, self.column(node.body).truth))
        finally:
            self._elements = {}
        empty = {"exists": pl.lit(False), "all": pl.lit(True)}.get(node.kind, pl.lit(0, dtype=pl.Int64()))
        kind = "int" if node.kind == "filter" else "bool"
        nothing = over.value.list.len() == 0 if over.none is None else over.none | (over.value.list.len() == 0)
        if over.kind == "records" and not fields:
            return Column(pl.when(nothing).then(empty), kind)
        return Column(pl.when(nothing).then(empty).otherwise(found), kind)

    def _picked(self, node: Quantifier, over: Column) -> Column:
        """The latest or earliest day of the elements that meet the test; none where no element has one."""

        def day() -> Column:
            return self._field(node.variable, node.picks)

        def best() -> pl.Expr:
            chosen = day().value.filter(self.column(node.body).truth)
            return chosen.max() if node.kind == "latest" else chosen.min()

        def open_() -> pl.Expr:
            met = self.column(node.body).truth
            return (met.is_null() | (met & day().unknown)).any()

        fact, fields = self._elements[node.variable]
        kind = fact.fields[node.picks].type
        if not fields:  # no row has an element
            return Column(null(kind), kind, over.value.list.len() == 0)
        found, unknown = self._gathered(over, best), self._gathered(over, open_)
        value = pl.when(~unknown).then(found)
        nothing = (over.value.list.len() == 0) | (~unknown & found.is_null())
        nothing = nothing if over.none is None else over.none | nothing
        return Column(value, kind, nothing.fill_null(False))

    def _gathered(self, over: Column, answer: Callable[[], pl.Expr]) -> pl.Expr:
        """What `answer` makes of all the elements of a list together."""
        try:
            return over.value.list.agg(answer())
        except _Outside:
            return self._exploded(over, answer)
        finally:
            self._element = pl.element()

    def _exploded(self, over: Column, answer: Callable[[], pl.Expr]) -> pl.Expr:
        """Where the test also turns on facts of the row: each element beside its row's facts, then gathered by row."""
        number = len(self._steps)
        row, listed, item, result = (f"{part}:{number}" for part in ("row", "list", "item", "found"))
        self._element = pl.col(item)
        gathered = answer()
        beside = sorted({*gathered.meta.root_names()} - {item})

        def step(frame: pl.LazyFrame) -> pl.LazyFrame:
            rows = frame.select(over.value.alias(listed), *beside).with_row_index(row)
            some = rows.filter(pl.col(listed).list.len() > 0).rename({listed: item}).explode(item)
            found = some.group_by(row).agg(gathered.alias(result))
            column = rows.select(row).join(found, on=row, how="left", maintain_order="left").select(result)
            return pl.concat([frame, column], how="horizontal")

        self._steps.append(step)
        return pl.col(result)

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
            case operator if operator in CALENDAR:
                return self._calendar(operator, *args)
            case "between":
                column = self.column(args[0])
                start, end = (parse_clock(arg.value) for arg in args[1:] if isinstance(arg, Literal))
                return strict([column], between(column, start, end), False)
        columns = [self.column(arg) for arg in args]
        match operator:
            case "given":
                return given(columns[0])
            case "weekday":
                names = dict(enumerate(WEEKDAYS, 1))
                found = london_day(columns[0]).dt.weekday().replace_strict(names, return_dtype=pl.String())
                return strict(columns, found, None, "enum")
            case "working_day":
                holidays = sorted(self.pack.vocabulary.holidays.days)
                return strict(columns, london_day(columns[0]).dt.is_business_day(holidays=holidays), False)
            case "==":
                return equal(*columns)
            case "!=":
                return Column(~equal(*columns).value)
            case "size":
                counted = columns[0].value.list.len() if columns[0].kind in LISTS else columns[0].value.str.len_chars()
                return strict(columns, counted.cast(pl.Int64), 0, "int")
            case "+":
                return strict(columns, columns[0].value + columns[1].value, None, "string")
        return strict(columns, OF_TWO[operator](*(column.value for column in columns)), False)

    def _in(self, item: Node, of: Node) -> Column:
        left = self.column(item)
        if isinstance(of, ListOf):
            if not all(isinstance(element, Literal) for element in of.items):
                same = [equal(left, self.column(element)).value for element in of.items]
                unknown, found = pl.any_horizontal([one.is_null() for one in same]), pl.any_horizontal(same)
                nothing = pl.lit(False) if left.none is None else left.none
                return Column(pl.when(unknown).then(OPEN).otherwise(found & ~nothing))
            listed = [element.value for element in of.items if isinstance(element, Literal)]
            return strict([left], left.value.is_in(listed), False)
        right = self.column(of)
        found = right.value.list.contains(left.value)
        if left.constant is None:
            found = pl.when(left.value.is_not_null()).then(found)
        return strict([left, right], found, False)

    def _matches(self, text: Node, pattern: Node) -> Column:
        assert isinstance(pattern, Literal)  # noqa: S101 - the type check has seen to it
        if _WIDER.search(pattern.value):
            raise RowsOnly(f'the pattern "{pattern.value}" means something else to columns')
        column = self.column(text)
        narrowed = pattern.value.replace(r"\b", r"(?-u:\b)")  # RE2 knows the borders of ASCII words only
        return strict([column], column.value.str.contains(narrowed), False)

    def _calendar(self, operator: str, start: Node, length: Node) -> Column:
        words = self.column(length).constant
        if words is None:
            raise RowsOnly("a length of time differs from row to row")
        column, period = self.column(start), parse_period(words)
        moved = plus(column, period.back if operator == "minus" else period, self.pack.vocabulary.holidays)
        if operator != "passed":
            return strict([column], moved, None, column.kind)
        now = self.column(Name("now" if column.kind == "time" else "today")).value
        return strict([column], now > moved if period.strictly else now >= moved, False)


def _answer(kind: str, body: pl.Expr) -> pl.Expr:
    """The tests of a list's elements as one answer: any, all, or (for the size of a filter) how many."""
    match kind:
        case "exists":
            return body.any(ignore_nulls=False)
        case "all":
            return body.all(ignore_nulls=False)
    return pl.when(body.is_null().any()).then(None).otherwise(body.sum()).cast(pl.Int64)
