"""If these fail, Remit goes on from a database that was put back, as if what was signed since had never happened."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from remit.ledger import keys
from remit.ledger.models import Entry
from remit.ledger.recording import record
from remit.ledger.sequencer import publish, tiles
from tests.ledger.conftest import sql, unguard
from tests.operations.conftest import remit

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)


def test_neither_server_nor_worker_starts_on_a_database_behind_what_was_signed(
    fresh: Callable[..., Path], migrated: Path
) -> None:
    """A server would take new entries, and what the log's files hold could never be put back."""
    first, second = fresh("first", like=migrated), fresh("second", like=migrated)
    for arguments in (("ledger", "keys", "new", "--origin", "harbour.example/remit"), ("ledger", "checkpoint")):
        assert remit(first, *arguments).returncode == 0
    shutil.copytree(first / "ledger", second / "ledger")
    for arguments in (("serve", "--port", "0"), ("worker",)):
        done = remit(second, *arguments)
        assert done.returncode == 2, done.stdout
        assert "The ledger is behind what was signed. The database ends at entry 0" in done.stderr
        assert "a checkpoint over 1 was signed on " in done.stderr
        assert "remit ledger recover --reason" in done.stderr


@pytest.fixture
def rolled_back(db: None, tmp_path: Path, settings: Any) -> None:
    """A database that has lost the last two of four signed entries."""
    settings.REMIT_VAR = tmp_path
    keys.make("harbour.example/remit", NOW)
    with transaction.atomic():
        for _ in range(3):
            record("ledger.key-made", "", "remit", "ledger.log:1", now=NOW)
    publish()
    unguard()
    sql("DELETE FROM ledger_entry WHERE number > 2")


def test_the_health_page_says_that_the_ledger_was_rolled_back(rolled_back: None) -> None:
    """One put back under a running server is otherwise known only to the log of the worker."""
    said = Client().get("/health/ready").json()["ledger"]
    assert said.startswith("The database ends at entry 2, but a checkpoint over 4 was signed on 21 November 2026:")
    assert "remit ledger recover" in said


def test_the_health_page_is_content_with_a_ledger_that_goes_on(rolled_back: None) -> None:
    """An alarm that always rings is switched off."""
    shutil.rmtree(tiles().folder / "tile")
    tiles().checkpoint.unlink()
    assert Entry.objects.count() == 2
    assert Client().get("/health/ready").json()["ledger"] == "well"
