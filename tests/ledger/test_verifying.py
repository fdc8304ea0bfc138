"""Tampering by somebody who owns the database and has taken the triggers away: each kind of it is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.ledger import keys
from remit.ledger.hashing import START, canonical, chained
from remit.ledger.models import Disclosure, Entry
from remit.ledger.recording import record
from remit.ledger.sequencer import publish
from remit.ledger.verifying import verify
from tests.ledger.conftest import NOW, guard, sql, unguard

pytestmark = pytest.mark.django_db
LENGTH = 6


@pytest.fixture
def chain(now: datetime) -> list[Entry]:
    """Six entries, two of them with a personal value; no triggers guard them any more."""
    with transaction.atomic():
        entries = [
            record(
                "tests.happened",
                "wiltshire" if n % 2 else "essex",
                f"p-{n}",
                f"posts.post:{n}",
                now=now + timedelta(minutes=n),
                personal={"reason": f"reason {n}"} if n in (2, 5) else None,
            )
            for n in range(1, LENGTH + 1)
        ]
    assert verify().holds
    unguard()
    return entries


def found() -> int | None:
    """The entry that verification names, with the triggers back so that only the tampering is at fault."""
    guard()
    try:
        report = verify()
        assert report.holds is (report.bad_entry is None)
        assert bool(report.reason) is (report.bad_entry is not None)
        return report.bad_entry
    finally:
        unguard()


def test_an_honest_ledger_holds(chain: list[Entry]) -> None:
    """A false alarm would cost trust in every true one."""
    guard()
    report = verify()
    assert (report.holds, report.entries, report.number) == (True, LENGTH, LENGTH)
    assert report.head == bytes(chain[-1].hash).hex()
    assert verify("wiltshire").entries == LENGTH // 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("force", "cleveland"),
        ("at", "2026-11-21 16:33:00.000001"),
        ("action", "tests.other"),
        ("object", "posts.post:99"),
        ("body", b"{}"),
        ("previous_hash", START),
        ("hash", b"h" * 32),
    ],
)
@pytest.mark.parametrize("number", [2, 3, LENGTH])
def test_an_altered_column_is_found(chain: list[Entry], column: str, value: object, number: int) -> None:
    """Otherwise a list of entries could be made to say what their bodies do not."""
    sql(f"UPDATE ledger_entry SET {column} = %s WHERE number = %s", value, number)
    assert found() == number


@pytest.mark.parametrize("number", range(1, LENGTH + 1))
def test_a_removed_entry_is_found(chain: list[Entry], number: int) -> None:
    """Otherwise an approval that somebody regrets could vanish, the last one too."""
    sql("DELETE FROM ledger_disclosure WHERE entry_id = %s", number)
    sql("DELETE FROM ledger_entry WHERE number = %s", number)
    assert found() == number


def test_an_emptied_ledger_is_found(chain: list[Entry]) -> None:
    """Otherwise the surest way to hide something would be to hide everything."""
    sql("DELETE FROM ledger_disclosure")
    sql("DELETE FROM ledger_entry")
    assert found() == 1


def test_a_cut_off_ledger_is_found_even_when_its_head_was_cut_too(chain: list[Entry]) -> None:
    """Otherwise whoever owns the database could restore yesterday; what was signed prevents it."""
    keys.make("police.example/remit", NOW)
    publish()
    last = Entry.objects.count()
    sql("DELETE FROM ledger_disclosure WHERE entry_id > 4")
    sql("DELETE FROM ledger_entry WHERE number > 4")
    sql("UPDATE ledger_head SET number = 4, hash = %s", bytes(chain[3].hash))
    guard()
    report = verify()
    assert [fault.entry for fault in report.faults] == list(range(5, last + 1))


def test_a_chain_written_afresh_is_found(chain: list[Entry]) -> None:
    """Otherwise a patient forger could compute every hash again; what was signed prevents it, and names the entry."""
    keys.make("police.example/remit", NOW)
    publish()
    previous = START
    for entry in Entry.objects.all():
        body = bytes(entry.body).replace(b"p-3", b"p-9")
        sql(
            "UPDATE ledger_entry SET body = %s, previous_hash = %s, hash = %s WHERE number = %s",
            body,
            previous,
            chained(previous, body),
            entry.number,
        )
        previous = chained(previous, body)
    sql("UPDATE ledger_head SET hash = %s", previous)
    guard()
    report = verify()
    assert report.bad_entry == 3
    assert "not the one that was signed" in report.reason


def test_every_fault_is_named_and_not_only_the_first(chain: list[Entry]) -> None:
    """Otherwise an auditor would mend one entry at a time and never know how many there are."""
    sql("UPDATE ledger_entry SET object = 'x' WHERE number = 2")
    sql("DELETE FROM ledger_entry WHERE number = 4")
    sql("UPDATE ledger_disclosure SET salt = %s WHERE entry_id = 5", b"s" * 32)
    guard()
    assert [fault.entry for fault in verify().faults] == [2, 4, 5]


def test_a_value_removed_without_an_erasure_is_found(chain: list[Entry]) -> None:
    """Otherwise the words behind an approval could be made to vanish and called a lawful erasure."""
    sql("DELETE FROM ledger_disclosure WHERE entry_id = 2")
    assert found() == 2


def test_an_entry_put_far_beyond_the_end_is_found_at_once(chain: list[Entry]) -> None:
    """Otherwise one row could keep the verification going for ever."""
    sql("UPDATE ledger_entry SET number = %s WHERE number = %s", 2**62, LENGTH)
    assert found() == LENGTH


def test_swapped_entries_are_found(chain: list[Entry]) -> None:
    """Otherwise "approved, then changed" could become "changed, then approved"."""
    sql("UPDATE ledger_entry SET number = 1000 WHERE number = 3")
    sql("UPDATE ledger_entry SET number = 3 WHERE number = 4")
    sql("UPDATE ledger_entry SET number = 4 WHERE number = 1000")
    assert found() == 3


@pytest.mark.parametrize("number", [0, LENGTH + 1])
def test_an_inserted_entry_is_found(chain: list[Entry], number: int) -> None:
    """Otherwise an authority that was never given could be put in afterwards."""
    previous = bytes(chain[-1].hash)
    body = canonical({"number": number})
    sql(
        "INSERT INTO ledger_entry (number, force, at, action, object, body, previous_hash, hash) "
        "VALUES (%s, 'essex', '2026-11-21 16:30:00', 'tests.happened', 'posts.post:1', %s, %s, %s)",
        number,
        body,
        previous,
        chained(previous, body),
    )
    assert found() is not None


@pytest.mark.parametrize("column", ["salt", "payload", "field"])
def test_an_altered_disclosure_is_found(chain: list[Entry], column: str) -> None:
    """Otherwise the words behind an entry could be replaced while the entry stays whole."""
    value = "other" if column == "field" else b'"other"'
    sql(f"UPDATE ledger_disclosure SET {column} = %s WHERE entry_id = 2", value)
    assert found() == 2


def test_an_invented_disclosure_is_found(chain: list[Entry]) -> None:
    """Otherwise words could be put into the mouth of an entry that never had any."""
    Disclosure.objects.create(entry=chain[3], field="reason", salt=b"s" * 32, payload=b'"said so"')
    assert found() == 4


def test_a_missing_head_and_a_wrong_head_are_found(chain: list[Entry]) -> None:
    """Otherwise the guard against cutting off the end could itself be cut off."""
    sql("UPDATE ledger_head SET hash = %s", b"x" * 32)
    assert found() == LENGTH
    sql("DELETE FROM ledger_head")
    assert found() == LENGTH


def test_a_ledger_without_its_triggers_does_not_hold(chain: list[Entry]) -> None:
    """Otherwise nobody would notice that the database has stopped refusing."""
    report = verify()
    assert not report.holds
    assert report.bad_entry is None
    assert "ledger_entry_no_update" in report.unguarded


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_flipped_bit_is_found(chain: list[Entry], data: st.DataObject) -> None:
    """Otherwise there would be some byte of the evidence that may be changed unseen."""
    entry = data.draw(st.sampled_from(chain))
    column = data.draw(st.sampled_from(["body", "previous_hash", "hash"]))
    original = bytes(getattr(entry, column))
    at = data.draw(st.integers(0, len(original) * 8 - 1))
    flipped = bytearray(original)
    flipped[at // 8] ^= 1 << (at % 8)
    change: Callable[[bytes], None] = lambda value: sql(  # noqa: E731
        f"UPDATE ledger_entry SET {column} = %s WHERE number = %s", value, entry.number
    )
    change(bytes(flipped))
    try:
        assert found() == entry.number
    finally:
        change(original)
