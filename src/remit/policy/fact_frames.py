"""Facts of many decisions as a Polars frame: a row a decision, a column a fact; null is unknown.

*None* (known that there is nothing) is told from unknown by a column `none:<fact>` beside it, true where it is none;
a record has a field `none:<field>` the same way. Besides facts a frame has `id`, `moment`, `now` and perhaps `at`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from remit.policy.decimals import FIGURES, PLACES
from remit.policy.facts import FactFaults
from remit.policy.faults import nearest
from remit.policy.vocabulary import Fact

NONE = "none:"
#: What a row has besides facts: what it is called, the moment, when it was decided, when it takes effect.
HEAD: Mapping[str, pl.DataType] = {
    "id": pl.String(),
    "moment": pl.String(),
    "now": pl.Datetime("us", "UTC"),
    "at": pl.Datetime("us", "UTC"),
}
TYPES: Mapping[str, pl.DataType] = {
    "bool": pl.Boolean(),
    "int": pl.Int64(),
    "decimal": pl.Decimal(FIGURES, PLACES),
    "string": pl.String(),
    "enum": pl.String(),
    "period": pl.String(),
    "date": pl.Date(),
    "time": pl.Datetime("us", "UTC"),
    "strings": pl.List(pl.String()),
    "enums": pl.List(pl.String()),
}
_WORDS = {
    "bool": "yes or no (Boolean)",
    "int": "whole numbers (an integer type)",
    "decimal": "numbers (Decimal, Float64 or an integer type)",
    "string": "texts (String)",
    "enum": "texts (String)",
    "period": "texts (String)",
    "date": "days (Date)",
    "time": "times with their zone (Datetime with a time zone)",
    "strings": "lists of texts (List of String)",
    "enums": "lists of texts (List of String)",
    "records": "lists of records (List of Struct)",
}


@dataclass(frozen=True)
class Row:
    """The facts of one decision: those known, with None for *none*; what is left out is unknown."""

    id: str
    moment: str
    now: datetime
    facts: Mapping[str, Any]
    at: datetime | None = None


def fact_of(facts: Mapping[str, Fact], name: str) -> Fact | None:
    """The fact called `name`; `was.account.x` has the type of `account.x`."""
    return facts.get(name) or facts.get(name.removeprefix("was."))


# --- a frame from rows ---------------------------------------------------------------------------------------------


def frame_of(rows: Sequence[Row], facts: Mapping[str, Fact]) -> pl.DataFrame:
    """A frame of `rows`, with a column for each fact that any of them has.

    Raises:
        KeyError: a row has a name that is no fact.
    """
    columns: list[pl.Series] = [
        pl.Series(key, [getattr(row, key) for row in rows], dtype=dtype, strict=False) for key, dtype in HEAD.items()
    ]
    if all(row.at is None for row in rows):
        columns.pop()
    for name in sorted({name for row in rows for name in row.facts}):
        fact = fact_of(facts, name)
        if fact is None:
            raise KeyError(name)
        given = [row.facts.get(name) for row in rows]
        none = [name in row.facts and row.facts[name] is None for row in rows]
        columns.append(_series(name, fact, given))
        if any(none):
            columns.append(pl.Series(NONE + name, none, dtype=pl.Boolean()))
    return pl.DataFrame(columns)


def _series(name: str, fact: Fact, given: Iterable[Any]) -> pl.Series:
    if fact.type == "records":
        return _records(name, fact, given)
    if fact.type == "time":
        given = [value.astimezone(UTC) if value is not None else None for value in given]
    return pl.Series(name, given, dtype=TYPES[fact.type])


def _records(name: str, fact: Fact, given: Iterable[Any]) -> pl.Series:
    """A list of structs with every field of the fact and the `none:` field of each."""

    def struct(record: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key in fact.fields:
            value = record.get(key)
            made[key] = value.astimezone(UTC) if isinstance(value, datetime) else value
            made[NONE + key] = key in record and value is None
        return made

    fields: dict[str, pl.DataType] = {}
    for key, field in fact.fields.items():
        fields |= {key: TYPES[field.type], NONE + key: pl.Boolean()}
    values = [None if items is None else [struct(record) for record in items] for items in given]
    return pl.Series(name, values, dtype=pl.List(pl.Struct(fields)))


# --- rows from a frame ---------------------------------------------------------------------------------------------


def rows_of(frame: pl.DataFrame, facts: Mapping[str, Fact]) -> Iterable[Row]:
    """The rows of a frame as `decide` takes them. The frame is one that `readable` has checked."""
    records = {name for name in frame.columns if (fact := fact_of(facts, name)) and fact.type == "records"}
    for values in frame.iter_rows(named=True):
        known: dict[str, Any] = {}
        for name, value in values.items():
            if name.startswith(NONE):
                if value:
                    known[name.removeprefix(NONE)] = None
            elif name not in HEAD and value is not None:
                known[name] = [_record(item) for item in value] if name in records else value
        yield Row(str(values.get("id", "")), values["moment"], values["now"], known, values.get("at"))


def _record(struct: Mapping[str, Any]) -> dict[str, Any]:
    known = {k: v for k, v in struct.items() if v is not None and not k.startswith(NONE)}
    return known | {k.removeprefix(NONE): None for k, v in struct.items() if k.startswith(NONE) and v}


# --- checking what somebody gives ----------------------------------------------------------------------------------


def readable(schema: Mapping[str, pl.DataType], facts: Mapping[str, Fact]) -> list[pl.Expr]:
    """What makes a frame of `schema` one of ours: its columns, each as the type of its fact.

    Raises:
        FactFaults: a column that is missing, no fact, or of another type; each told with what is wanted.
    """
    faults = [
        f'The file has no column "{key}". {remedy}'
        for key, remedy in (
            ("moment", "It says what each row is about, such as post.publish (see `remit moments`)."),
            ("now", "It says when each row was decided, as a time with its zone."),
        )
        if key not in schema
    ]
    casts: list[pl.Expr] = []
    for name, given in schema.items():
        plain = name.removeprefix(NONE)
        if name in HEAD:
            casts.append(_head(name, given, faults))
        elif (fact := fact_of(facts, plain)) is None and plain.startswith("force."):
            continue  # a setting that another policy of the force asks for
        elif fact is None:
            faults.append(f'The file has a column "{name}", and there is no such fact. {nearest(plain, facts)}')
        elif name != plain:
            if given != pl.Boolean:
                faults.append(f'The column "{name}" wants yes or no (Boolean), not {given}.')
            casts.append(pl.col(name).fill_null(False))
        elif _fits(fact, given):
            casts.append(pl.col(name) if fact.type == "records" else pl.col(name).cast(TYPES[fact.type]))
        else:
            faults.append(f'The column "{name}" wants {_WORDS[fact.type]}, not {given}.')
    if faults:
        raise FactFaults(faults)
    return casts


def _head(name: str, given: pl.DataType, faults: list[str]) -> pl.Expr:
    wanted = HEAD[name]
    if isinstance(wanted, pl.Datetime) and not (isinstance(given, pl.Datetime) and given.time_zone):
        faults.append(f'The column "{name}" wants {_WORDS["time"]}, not {given}.')
    if name == "moment" and not _text(given):
        faults.append(f'The column "moment" wants {_WORDS["string"]}, not {given}.')
    return pl.col(name).cast(wanted)


def _text(given: pl.DataType) -> bool:
    return isinstance(given, (pl.String, pl.Categorical, pl.Enum))


def _fits(fact: Fact, given: pl.DataType) -> bool:
    if given == pl.Null:
        return fact.type != "records"
    match fact.type:
        case "bool":
            return given == pl.Boolean
        case "int":
            return given.is_integer()
        case "decimal":
            return given.is_numeric()
        case "string" | "enum" | "period":
            return _text(given)
        case "date":
            return given == pl.Date
        case "time":
            return isinstance(given, pl.Datetime) and given.time_zone is not None
        case "strings" | "enums":
            return isinstance(given, pl.List) and _text(given.inner)  # type: ignore[arg-type]
    if not (isinstance(given, pl.List) and isinstance(given.inner, pl.Struct)):
        return False
    return all(
        (field.dtype == pl.Boolean if field.name.startswith(NONE) else _fits(fact.fields[plain], field.dtype))  # type: ignore[arg-type]
        for field in given.inner.fields
        if (plain := field.name.removeprefix(NONE)) in fact.fields
    )
