"""Past decisions taken out to be replayed: whole, with permission, in the ledger, and for nobody else's eyes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner
from django.core.exceptions import PermissionDenied
from django.test import Client

from remit import demo
from remit.cli import remit_group
from remit.demo import loading
from remit.demo.people import FORCES
from remit.environment import pack_folders
from remit.ledger.models import Entry
from remit.people.models import Person, RoleHeld
from remit.policies.history import write_decisions
from remit.policy.replay import replay
from tests.libraries import shipped

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
YEAR = date(2025, 11, 22), date(2026, 11, 21)


@pytest.fixture
def essex(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The demonstration's Essex, under its shipped policy."""
    settings.REMIT_PACKS = pack_folders()
    monkeypatch.setattr(loading, "FORCES", [row for row in FORCES if row.slug == "essex"])
    demo.load(NOW)


def holder(role: str) -> Person:
    held = RoleHeld.objects.filter(role=role, force_id="essex").select_related("person").first()
    assert held is not None
    return held.person


def test_a_year_of_decisions_is_written_and_replayed(essex: None, tmp_path: Path) -> None:
    """Nobody could say what a draft would have done to the posts of last year."""
    path = tmp_path / "year.parquet"
    entries = Entry.objects.count()
    found = write_decisions(path, "essex", *YEAR, holder("policy-officer"), NOW)
    frame = pl.read_parquet(path)
    assert found.decisions == len(frame) > 20
    assert not found.left_out
    assert path.stat().st_mode & 0o077 == 0, "others on the machine could read it"
    assert Entry.objects.count() == entries + 1
    assert Entry.objects.latest("pk").action == "policies.read-decisions"
    pack = shipped().packs["essex"]
    replayed = replay(path, pack)
    assert replayed.rows == found.decisions
    assert replayed.caught > 0

    asked = f"replay --pack essex --from-history --force essex --as {holder('auditor').username}"
    days = "--since 2025-11-22 --until 2026-11-21"
    result = CliRunner().invoke(remit_group, f"{asked} {days} --json".split())
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["rows"] == found.decisions


def test_somebody_without_permission_gets_nothing(reader: Callable[..., Client], tmp_path: Path) -> None:
    """The facts of a year hold what people wrote and what was asked of them."""
    reader("riverside")
    with pytest.raises(PermissionDenied):
        write_decisions(tmp_path / "year.parquet", "riverside", *YEAR, Person.objects.get(), NOW)
    assert not (tmp_path / "year.parquet").exists()
