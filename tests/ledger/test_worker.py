"""The worker's part: what is new is signed within seconds, and a ledger without a key is said, once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from remit.ledger import keys, worker
from remit.ledger.models import Entry
from remit.ledger.sequencer import RolledBack, latest
from tests.ledger.conftest import NOW
from tests.ledger.test_sequencer import as_of

pytestmark = pytest.mark.django_db


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(worker, "_published_at", None)
    monkeypatch.setattr(worker, "_without_key", False)
    return Clock()


def signed() -> int:
    known = latest()
    return known.size if known else 0


def test_what_is_new_is_signed_every_few_seconds(clock: Clock, write: Callable[..., list[Entry]]) -> None:
    """Otherwise an entry could be altered before anything vouches for it."""
    keys.make("police.example/remit", NOW)
    write(3)
    assert worker.turn(clock) is False
    assert signed() == 4
    write(2)
    clock.now += timedelta(seconds=1)
    worker.turn(clock)
    assert signed() == 4, "not at every turn"
    clock.now += worker.PUBLISH_EVERY
    worker.turn(clock)
    assert signed() == 6


def test_a_ledger_without_a_key_is_said_once(
    clock: Clock, write: Callable[..., list[Entry]], caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise an operator would learn of it when evidence is asked for, or find nothing else in the log."""
    write(3)
    with caplog.at_level(logging.WARNING, "remit.ledger"):
        for _ in range(3):
            worker.turn(clock)
            clock.now += worker.PUBLISH_EVERY
    assert [record.getMessage() for record in caplog.records] == [
        f"The ledger is not being signed: there is no key. {keys.MAKE_ONE}"
    ]


def test_a_database_that_was_put_back_is_not_signed_over(clock: Clock, write: Callable[..., list[Entry]]) -> None:
    """Otherwise the worker would make a quiet end of what was signed before."""
    keys.make("police.example/remit", NOW)
    write(9)
    worker.turn(clock)
    as_of(5)
    clock.now += worker.PUBLISH_EVERY
    with pytest.raises(RolledBack):
        worker.turn(clock)
    assert signed() == 10
