"""One column of a condition: its value in each row, and where it is none; and what each function makes of columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Literal

import polars as pl

from remit.policy.calendar_days import Recurring, parse_recurring
from remit.policy.fact_frames import TYPES
from remit.policy.hours import WORKING
from remit.policy.periods import LONDON, Holidays, Period, add_working_days, instant
from remit.policy.periods import closing as closing_on
from remit.policy.periods import opening as opening_from
from remit.policy.periods import plus as moved_by

LISTS = ("strings", "enums", "records", "list")
NUMBERS = ("int", "decimal")
#: A test that nobody can answer.
OPEN = pl.lit(None, dtype=pl.Boolean)
_KINDS = {bool: "bool", int: "int", Decimal: "decimal", str: "string", date: "date", datetime: "time"}


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


def null(kind: str) -> pl.Expr:
    """Unknown, as a column of that kind."""
    return pl.lit(None, dtype=TYPES.get(kind, pl.List(pl.Null())))


def kind_of(value: Any) -> str:
    """The kind of a literal."""
    return _KINDS.get(type(value), "list")


def constant(value: Any, kind: str) -> Column:
    """The same value in every row."""
    if value is None:
        return Column(null(kind), kind, pl.lit(True))
    if kind == "records":
        return Column(pl.lit([], dtype=pl.List(pl.Null())), kind, constant=value)
    return Column(pl.lit(value, dtype=TYPES.get(kind)), kind, constant=value)


def strict(columns: Sequence[Column], value: pl.Expr, none: Any, kind: str = "bool") -> Column:
    """`value` where every argument is there; unknown when any is, else `none` when any is none."""
    nones = [column.none for column in columns if column.none is not None]
    if not nones:
        return Column(value, kind)
    unknown = pl.any_horizontal([column.unknown for column in columns])
    nothing = pl.any_horizontal(nones) & ~unknown
    if none is None:
        return Column(pl.when(unknown | nothing).then(None).otherwise(value), kind, nothing)
    return Column(pl.when(unknown).then(None).when(nothing).then(none).otherwise(value), kind)


def chosen(test: pl.Expr, yes: Column, otherwise: Column) -> Column:
    """`yes` where the test is met, `otherwise` where not, unknown where that is."""
    value = pl.when(test).then(yes.value).when(test.is_null()).then(null(yes.kind)).otherwise(otherwise.value)
    if yes.none is None and otherwise.none is None:
        return Column(value, yes.kind)
    nones = [pl.lit(False) if column.none is None else column.none for column in (yes, otherwise)]
    return Column(value, yes.kind, pl.when(test).then(nones[0]).otherwise(~test.fill_null(True) & nones[1]))


def extreme(columns: Sequence[Column], *, greatest: bool) -> Column:
    """The greatest or least of those that are there; unknown where any is, none where all are."""
    unknown = pl.any_horizontal([column.unknown for column in columns])
    values = [column.value for column in columns]
    found = pl.when(~unknown).then(pl.max_horizontal(values) if greatest else pl.min_horizontal(values))
    if any(column.none is None for column in columns):
        return Column(found, columns[0].kind)
    return Column(found, columns[0].kind, pl.all_horizontal([c.none for c in columns if c.none is not None]))


def given(column: Column) -> Column:
    """Whether there is anything: none is no."""
    there = pl.when(column.value.is_not_null()).then(True)
    return Column(there if column.none is None else pl.when(column.none).then(False).otherwise(there))


def equal(left: Column, right: Column) -> Column:
    """Whether two columns are the same; two nones are. Raises RowsOnly for whole lists."""
    if {left.kind, right.kind} & set(LISTS):
        raise RowsOnly("whole lists are compared")
    same = left.value == right.value
    if left.none is None and right.none is None:
        return Column(same)
    unknown = left.unknown | right.unknown
    nones = [pl.lit(False) if column.none is None else column.none for column in (left, right)]
    both, one = nones[0] & nones[1], nones[0] | nones[1]
    return Column(pl.when(unknown).then(None).when(both).then(True).when(one).then(False).otherwise(same))


def plus(column: Column, period: Period, holidays: Holidays) -> pl.Expr:
    """As `periods.plus`: days and months move London's calendar and keep the hour; hours are elapsed time."""
    if column.kind == "date":
        return _moved(column.value, period, holidays)
    if period.working_minutes is not None:
        return _of_each(column.value, lambda start: instant(moved_by(start, period, holidays)).astimezone(UTC), "time")
    if period.elapsed:
        return column.value.dt.offset_by(f"{period.minutes}m")
    local = column.value.dt.convert_time_zone(str(LONDON)).dt.replace_time_zone(None)
    if period.table != WORKING:
        return _in_london(_moved(local.dt.date(), period, holidays).dt.combine(local.dt.time(), time_unit="us"))
    return _in_london(_moved(local, period, holidays))


def _in_london(clock: pl.Expr) -> pl.Expr:
    """The instants at which London's clocks show these times; of two the earlier."""
    # An hour that the spring change leaves out is reckoned at the offset before it, which in London is UTC's own.
    return pl.coalesce(
        clock.dt.replace_time_zone(str(LONDON), ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC"),
        clock.dt.replace_time_zone("UTC"),
    )


def _moved(days: pl.Expr, period: Period, holidays: Holidays) -> pl.Expr:
    if period.table != WORKING:
        return _of_each(days, lambda day: add_working_days(day, period.working_days, holidays, period.table), "date")
    if period.working_days:
        # From a day that is none, the first counted is the next (or, counting back, the one before).
        roll: Literal["backward", "forward"] = "backward" if period.working_days > 0 else "forward"
        return days.dt.add_business_days(period.working_days, holidays=sorted(holidays.days), roll=roll)
    if period.months:
        return days.dt.offset_by(f"{period.months}mo")
    return days.dt.offset_by(f"{period.days}d") if period.days else days


def _of_each(days: pl.Expr, find: Callable[[date], date | datetime | None], kind: str) -> pl.Expr:
    """What `find` gives for each day or time, a date or a time; each is looked up once, however many rows have it."""

    def look_up(listed: pl.Series) -> pl.Series:
        found = {day: there for day in listed.unique().drop_nulls() if (there := find(day)) is not None}
        return listed.replace_strict(found, default=None, return_dtype=TYPES[kind])

    return days.map_batches(look_up, return_dtype=TYPES[kind], is_elementwise=True)


def london_day(column: Column) -> pl.Expr:
    """The day in London of a date or a time."""
    return column.value if column.kind == "date" else column.value.dt.convert_time_zone(str(LONDON)).dt.date()


def recurring(days: pl.Expr, names: Sequence[str], *, back: bool) -> pl.Expr:
    """As `calendar_days.last_of` and `next_of`."""
    found = [_nearest(days, parse_recurring(name), back=back) for name in names]
    return pl.max_horizontal(found) if back else pl.min_horizontal(found)


def _nearest(days: pl.Expr, wanted: Recurring, *, back: bool) -> pl.Expr:
    if wanted.weekday is not None and not wanted.which:
        today = days.dt.weekday().cast(pl.Int64) - 1
        away = (today - wanted.weekday) % 7 if back else (wanted.weekday - today) % 7
        return days + pl.duration(days=-away if back else away)
    first = days.dt.truncate("1mo" if wanted.month is None else "1y").dt.offset_by(f"{(wanted.month or 1) - 1}mo")
    step = "1mo" if wanted.month is None else "1y"

    def in_month(start: pl.Expr) -> pl.Expr:
        if wanted.weekday is not None:
            # The last such day is seven days before the first of the month after; a first one is there by the seventh.
            begun = start if wanted.which > 0 else start.dt.offset_by("1mo")
            away = (wanted.weekday - begun.dt.weekday().cast(pl.Int64) + 1) % 7
            return begun + pl.duration(days=away + 7 * (wanted.which - (wanted.which > 0)))
        return pl.min_horizontal(start.dt.offset_by(f"{wanted.day - 1}d"), start.dt.month_end())

    found, other = in_month(first), in_month(first.dt.offset_by(f"-{step}" if back else step))
    return pl.when(found <= days if back else found >= days).then(found).otherwise(other)


def clock_on(column: Column, clock: time) -> pl.Expr:
    """As `periods.clock_on`."""
    return _in_london(london_day(column).dt.combine(clock, time_unit="us"))


def between(column: Column, start: time, end: time) -> pl.Expr:
    """As `periods.between`."""
    clock = column.value.dt.convert_time_zone(str(LONDON)).dt.time()
    after, before = clock >= start, clock < end
    return after & before if start < end else after | before


def during(column: Column, table: str, holidays: Holidays) -> pl.Expr:
    """As `periods.during`."""
    start, end = _hours(column, table, holidays)
    inside = (column.value >= start) & (column.value < end)
    return pl.when(column.value.is_not_null()).then(inside.fill_null(False))


def _hours(column: Column, table: str, holidays: Holidays) -> list[pl.Expr]:
    """From when to when there is somebody on the day of each row."""

    def ends(day: date, end: bool) -> datetime | None:
        hours = holidays.at_work(day, table)
        return hours and hours[end]

    return [_of_each(london_day(column), partial(ends, end=end), "time") for end in (False, True)]


def opening(column: Column, table: str, holidays: Holidays) -> pl.Expr:
    """As `periods.opening`."""
    if column.kind == "date":
        return _of_each(column.value, lambda day: opening_from(day, table, holidays), "time")
    start, end = _hours(column, table, holidays)
    other = _of_each(london_day(column), lambda day: opening_from(day + timedelta(days=1), table, holidays), "time")
    return pl.when(column.value < end).then(pl.max_horizontal(column.value, start)).otherwise(other)


def closing(column: Column, table: str, holidays: Holidays) -> pl.Expr:
    """As `periods.closing`."""
    return _of_each(london_day(column), lambda day: closing_on(day, table, holidays), "time")


OF_TWO: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "startsWith": lambda text, start: text.str.starts_with(start),
    "endsWith": lambda text, end: text.str.ends_with(end),
    "contains": lambda text, part: text.str.contains(part, literal=True),
}
