"""Column evaluation: a condition's tree as Polars expressions, so that a year of decisions is judged at once.

The same three values as `rows`: a column's null is *unknown*, and where a thing may be *none* a second expression says
so. Polars' own "and" and "or" are Kleene's. What cannot be a column raises `RowsOnly`, and `replay` runs it by row.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from remit.policy.calendar_days import WEEKDAYS
from remit.policy.column_names import NamedColumns
from remit.policy.column_values import (
    LISTS,
    NUMBERS,
    OF_TWO,
    OPEN,
    Column,
    RowsOnly,
    between,
    clock_on,
    closing,
    constant,
    during,
    equal,
    extreme,
    given,
    kind_of,
    london_day,
    null,
    opening,
    plus,
    recurring,
    strict,
)
from remit.policy.fact_frames import NONE, TYPES, fact_of
from remit.policy.language import Condition
from remit.policy.packs import Pack, Rule
from remit.policy.periods import parse_clock, parse_period
from remit.policy.rows import recurring_names, table_of, whole_of
from remit.policy.tree import (
    ARITHMETIC,
    CALENDAR,
    PICKS,
    RECURRING,
    Call,
    Field,
    ListOf,
    Literal,
    Name,
    Node,
    Quantifier,
    Variable,
)

PASSED, FIRED, UNKNOWN, EXEMPT = range(4)
VERDICTS = ("passed", "fired", "unknown", "exempt")

#: In these Rust's patterns mean more characters than RE2's do.
_WIDER = re.compile(r"\\[dwsDWSBpP\\]|\[\[:")


class _Outside(RowsOnly):
    """A test on the elements of a list turns on something outside the list."""


class Columns(NamedColumns):
    """The conditions of one pack over frames of one schema.

    What it gives refers to columns that `over` adds to a frame: each definition and each distinct condition is worked
    out once, however many rules use it.
    """

    def __init__(self, pack: Pack, schema: Mapping[str, pl.DataType], figures_of: date | None = None) -> None:
        super().__init__(pack, schema, figures_of)
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
        excuses = [
            truth.fill_null(exemption.presumed) if exemption.claimed or exemption.presumed else truth
            for exemption in rule.unless
            for truth in [self.truth(exemption.condition)]
        ]
        when = pl.all_horizontal(every) if every else pl.lit(True)
        unless = pl.any_horizontal(excuses) if excuses else pl.lit(False)
        # Each a byte from the start: where Polars chose what kind of number it is, it would carry four of them about.
        passed, fired, unknown, exempt = (pl.lit(v, dtype=pl.UInt8()) for v in (PASSED, FIRED, UNKNOWN, EXEMPT))
        open_ = when.is_null() | unless.is_null() if excuses else when.is_null()
        verdict = pl.when(open_).then(unknown).otherwise(fired)
        if excuses:
            verdict = pl.when(unless).then(exempt).otherwise(verdict)
        return pl.when(~when).then(passed).otherwise(verdict)

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
            # Worked out here and now: a plan in which the frame stands twice doubles with each such step.
            whole = frame.collect()
            rows = whole.lazy().select(over.value.alias(listed), *beside).with_row_index(row)
            some = rows.filter(pl.col(listed).list.len() > 0).rename({listed: item}).explode(item)
            found = some.group_by(row).agg(gathered.alias(result))
            column = rows.select(row).join(found, on=row, how="left", maintain_order="left").select(result)
            return whole.with_columns(column.collect()).lazy()

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
            case "during":
                column = self.column(args[0])
                return strict([column], during(column, table_of(args[1]), self.pack.vocabulary.holidays), False)
            case "at":
                column = self.column(args[0])
                (clock,) = (parse_clock(arg.value) for arg in args[1:] if isinstance(arg, Literal))
                return strict([column], clock_on(column, clock), None, "time")
            case "opening" | "closing":
                column = self.column(args[0])
                find = opening if operator == "opening" else closing
                found = find(column, table_of(args[1]), self.pack.vocabulary.holidays)
                return strict([column], found, None, "time")
        columns = [self.column(arg) for arg in (args[:1] if operator in RECURRING else args)]
        match operator:
            case "given":
                return given(columns[0])
            case "weekday":
                names = dict(enumerate(WEEKDAYS, 1))
                found = london_day(columns[0]).dt.weekday().replace_strict(names, return_dtype=pl.String())
                return strict(columns, found, None, "enum")
            case "date":
                return strict(columns, london_day(columns[0]), None, "date")
            case "last" | "next":
                listed = recurring_names(args[1])
                return strict(columns, recurring(london_day(columns[0]), listed, back=operator == "last"), None, "date")
            case "max" | "min":
                return extreme(columns, greatest=operator == "max")
            case "share":
                whole = whole_of(args[2])
                return strict(columns[:2], -(-columns[0].value * columns[1].value // whole), None, "int")
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
        found = OF_TWO[operator](*(column.value for column in columns))
        if operator in ARITHMETIC:
            kind = columns[0].kind if columns[0].kind in NUMBERS else "string"
            return strict(columns, found.cast(TYPES[kind]), None, kind)
        return strict(columns, found, False)

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
        if left.constant is None:
            found = pl.when(left.value.is_not_null()).then(right.value.list.contains(left.value))
        elif right.constant is None and not self._elements:
            found = right.value.list.eval(pl.element() == left.value).list.any()  # a third of what `contains` takes
        else:
            found = right.value.list.contains(left.value)
        return strict([left, right], found, False)

    def _matches(self, text: Node, pattern: Node) -> Column:
        assert isinstance(pattern, Literal)  # noqa: S101 - the type check has seen to it
        if _WIDER.search(pattern.value):
            raise RowsOnly(f'the pattern "{pattern.value}" means something else to columns')
        column = self.column(text)
        narrowed = pattern.value.replace(r"\b", r"(?-u:\b)")  # RE2 knows the borders of ASCII words only
        return strict([column], column.value.str.contains(narrowed), False)

    def _calendar(self, operator: str, start: Node, length: Node) -> Column:
        column = self.column(start)
        if isinstance(length, Name) and length.name not in self.schema and length.name in self.pack.parameters:
            figures = self._figures(self.pack.parameters[length.name])
            return self._by_day(figures, lambda words: self._moved(operator, column, words))
        words = self.column(length).constant
        if words is None:
            raise RowsOnly("a length of time differs from row to row")
        return self._moved(operator, column, words)

    def _moved(self, operator: str, column: Column, words: str) -> Column:
        period = parse_period(words)
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
