"""A ledger to tamper with, whose files are in a folder of their own for each test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from remit.ledger import actions, keys, triggers
from remit.ledger.models import Entry
from remit.ledger.recording import record
from remit.ledger.sequencer import tiles
from remit.ledger.tiles import Tiles

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
actions.register("tests.happened", "Something happened")


def sql(statement: str, *values: Any) -> None:
    """What somebody with a database shell could do."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def unguard() -> None:
    """Take the triggers away, as the owner of a database can."""
    suffix = " ON {}" if connection.vendor == "postgresql" else ""
    for name, table, _ in triggers.REFUSED:
        sql(f"DROP TRIGGER {name}" + suffix.format(table))


def guard() -> None:
    """Put them back."""
    for statement in triggers.statements(connection.vendor):
        if not statement.endswith("ledger_refuse()") or "TRUNCATE" not in statement:
            sql(statement)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where this test's log is."""
    settings.REMIT_VAR = tmp_path
    return tmp_path / "ledger"


@pytest.fixture
def write(db: None) -> Callable[..., list[Entry]]:
    """Writes `count` entries, every third with a personal value."""

    def written(count: int, at: datetime = NOW) -> list[Entry]:
        first = Entry.objects.count() + 1
        with transaction.atomic():
            return [
                record(
                    "tests.happened",
                    "wiltshire" if n % 2 else "essex",
                    f"p-{n}",
                    f"posts.post:{n}",
                    now=at + timedelta(minutes=n),
                    personal={"reason": f"reason {n}"} if n % 3 == 2 else None,
                )
                for n in range(first, first + count)
            ]

    return written


@pytest.fixture
def signed(write: Callable[..., list[Entry]]) -> Tiles:
    """A log with a key, and its files."""
    keys.make("police.example/remit", NOW)
    return tiles()
