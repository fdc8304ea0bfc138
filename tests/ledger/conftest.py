"""A ledger to tamper with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from remit.ledger import actions

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
actions.register("tests.happened", "Something happened")


@pytest.fixture
def now() -> datetime:
    return NOW
