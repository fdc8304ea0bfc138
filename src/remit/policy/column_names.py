"""What a name is in each row: the file's own column, and where that is silent the pack's figures and definitions.

A definition is worked out once, as a column that is added to the frame, however many rules use it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from remit.policy.column_values import OPEN, Column, chosen, constant, null, strict
from remit.policy.fact_frames import NONE, fact_of
from remit.policy.language import Condition
from remit.policy.packs import Pack, Parameter
from remit.policy.periods import LONDON
from remit.policy.tree import Node
from remit.policy.vocabulary import MOMENT

Step = Callable[[pl.LazyFrame], pl.LazyFrame]
#: A figure of the policy, and from which day on it is which.
Figures = Sequence[tuple[date | None, Any]]


class NamedColumns(ABC):
    """The names of one pack over frames of one schema."""

    def __init__(self, pack: Pack, schema: Mapping[str, pl.DataType], figures_of: date | None = None) -> None:
        """`figures_of` is the day whose figures of the policy count, for each row its own unless given."""
        self.pack, self.schema, self.figures_of = pack, schema, figures_of
        self._steps: list[Step] = []
        self._names: dict[str, Column] = {}

    @abstractmethod
    def column(self, node: Node) -> Column:
        """The column of a tree."""

    @abstractmethod
    def truth(self, condition: Condition) -> pl.Expr:
        """The column of a test."""

    def _step(self, name: str, expression: pl.Expr) -> pl.Expr:
        self._steps.append(lambda frame: frame.with_columns(expression.alias(name)))
        return pl.col(name)

    def over(self, frame: pl.DataFrame) -> pl.LazyFrame:
        """The frame with what the columns given so far refer to."""
        lazy = frame.lazy()
        for step in self._steps:
            lazy = step(lazy)
        return lazy

    def name(self, name: str) -> Column:
        """What a fact, definition, parameter or setting is in each row; the order is that of `decide.Situation`."""
        if name not in self._names:
            column = Column(pl.col("moment"), "enum") if name == MOMENT else self._given(name, self._otherwise(name))
            self._names[name] = column
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
            return self._by_day(self._figures(pack.parameters[name]), lambda value: constant(value, kind))
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
            other, values, then = fact.follows
            follows = pl.when(self.name(other).value.is_in(values)).then(pl.lit(then)).otherwise(null(kind))
            return Column(follows, kind)
        return Column(null(kind), kind)

    def _figures(self, parameter: Parameter) -> Figures:
        """A figure from its start, and from each later day on which it is another."""
        if self.figures_of is not None:
            return [(None, parameter.on(self.figures_of))]
        return [(None, parameter.value), *parameter.changes]

    def _by_day(self, figures: Figures, make: Callable[[Any], Column]) -> Column:
        """What `make` makes of the figure of each row's day."""
        column = make(figures[0][1])
        for start, figure in figures[1:]:
            column = chosen(self.day_of_effect >= start, make(figure), column)
        return column

    @cached_property
    def day_of_effect(self) -> pl.Expr:
        """The day in London on which what a row is about takes effect."""
        at = pl.coalesce("at", "now") if "at" in self.schema else pl.col("now")
        return self._step("day", at.dt.convert_time_zone(str(LONDON)).dt.date())

    def _definition(self, name: str) -> Column:
        definition = self.pack.definitions[name]
        kind = definition.fact.type
        column = self.name(definition.asks) if definition.asks else self._worth(definition.otherwise, kind)
        for condition, said in reversed(definition.cases):
            test, worth = self.truth(condition), self._worth(said, kind)
            if definition.adds:
                worth = strict([column, worth], column.value + worth.value, None, kind)
            column = chosen(test, worth, column)
        return Column(self._step(f"define:{name}", column.value), kind, column.none)

    def _worth(self, value: Any, kind: str) -> Column:
        return self.column(value.tree) if isinstance(value, Condition) else constant(value, kind)
