"""SQL by hand, for the few questions that every act asks.

Django takes twenty times as long to put such a question into SQL as a database to answer it. What is asked less often
stays with Django, which knows the models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

#: More digits than any record's number has, and than a database can hold.
_TOO_LONG = 19


def rows(query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """All rows that `query` finds; "%s" or "%(name)s" stands for each of `values`."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def write(query: str, values: Sequence[Any]) -> None:
    """Carry out a change; the values are as the database keeps them."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)


def day(on: date) -> Any:
    """A day as this database keeps it."""
    return connection.ops.adapt_datefield_value(on)


def instant(at: datetime) -> Any:
    """An aware time as this database keeps it."""
    return connection.ops.adapt_datetimefield_value(at)


def number_of(subject: str) -> int | None:
    """The number in "room.model:12"; None where there is none that a record could have."""
    number = subject.partition(":")[2]
    return int(number) if number.isdecimal() and len(number) < _TOO_LONG else None
