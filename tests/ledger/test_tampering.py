"""Ten thousand random tamperings of a live ledger by somebody who owns its database and its files: every one is found.

Each round tampers with many entries at once, as different as chance has it, asks for one verification, and puts
everything back. What is not tampered with must not be named.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from remit.ledger import keys
from remit.ledger.hashing import canonical, chained
from remit.ledger.models import Disclosure, Entry
from remit.ledger.recording import erase
from remit.ledger.sequencer import publish, tiles
from remit.ledger.tiles import Tiles
from remit.ledger.verifying import verify
from tests.ledger.conftest import NOW, guard, sql, unguard

pytestmark = pytest.mark.django_db
TAMPERINGS = 10_000
ENTRIES = 1_300
AT_ONCE = 400
COLUMNS = ("force", "at", "action", "object", "body", "previous_hash", "hash")


@dataclass
class Forger:
    """Changes rows as chance has it; `victims` are entries that differ by two at least, so that each is told apart."""

    random: random.Random

    def flipped(self, value: bytes) -> bytes:
        bad = bytearray(value)
        bad[self.random.randrange(len(bad))] ^= 1 << self.random.randrange(8)
        return bytes(bad)

    def column(self, entry: Entry) -> None:
        """One column of one entry says something else."""
        column = self.random.choice(COLUMNS)
        was = getattr(entry, column)
        if column == "at":
            value: Any = f"2026-11-{self.random.randrange(1, 20)} 10:00:00"
        elif isinstance(was, str):
            value = was + "x"
        else:
            value = self.flipped(bytes(was))
        sql(f"UPDATE ledger_entry SET {column} = %s WHERE number = %s", value, entry.number)

    def rewritten(self, entry: Entry) -> None:
        """Body, columns and hash are changed together, so that they fit each other."""
        body = bytes(entry.body).replace(b'"moment":""', b'"moment":"x"')
        own = chained(bytes(entry.previous_hash), body)
        sql("UPDATE ledger_entry SET body = %s, hash = %s WHERE number = %s", body, own, entry.number)

    def removed(self, entry: Entry) -> None:
        sql("DELETE FROM ledger_disclosure WHERE entry_id = %s", entry.number)
        sql("DELETE FROM ledger_entry WHERE number = %s", entry.number)

    def disclosure(self, entry: Entry) -> None:
        """The value behind a commitment is altered, invented, renamed or quietly removed."""
        there = Disclosure.objects.filter(entry=entry).first()
        if there is None:
            insert = "INSERT INTO ledger_disclosure (entry_id, field, salt, payload) VALUES (%s, 'reason', %s, %s)"
            sql(insert, entry.number, b"s" * 32, b'"said so"')
            return
        change = self.random.choice(("salt", "payload", "field", "gone"))
        if change == "gone":
            sql("DELETE FROM ledger_disclosure WHERE id = %s", there.pk)
            return
        value = "other" if change == "field" else self.flipped(bytes(getattr(there, change)))
        sql(f"UPDATE ledger_disclosure SET {change} = %s WHERE id = %s", value, there.pk)


@pytest.fixture
def ledger(request: pytest.FixtureRequest, signed: Tiles, write: Callable[..., list[Entry]]) -> list[Entry]:
    """A signed ledger with some lawful erasures in it; its guards are gone."""
    write(getattr(request, "param", 300))
    for entry in Entry.objects.filter(disclosures__field="reason")[::40]:
        erase(entry, "reason", now=NOW)
    write(60)
    publish()
    assert verify().holds
    unguard()
    return list(Entry.objects.order_by("number"))


@pytest.fixture
def put_back(ledger: list[Entry]) -> Callable[[], None]:
    """Puts the three tables back as they were."""
    with connection.cursor() as cursor:
        for table in ("ledger_entry", "ledger_disclosure", "ledger_head"):
            cursor.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}")

    def back() -> None:
        with connection.cursor() as cursor:
            for table in ("ledger_disclosure", "ledger_entry", "ledger_head"):
                cursor.execute(f"DELETE FROM {table}")
            for table in ("ledger_entry", "ledger_disclosure", "ledger_head"):
                cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")

    return back


def erased_by(entry: Entry) -> int | None:
    """The entry whose value `entry` says was erased."""
    return json.loads(bytes(entry.body))["about"].get("entry") if entry.action == "ledger.erased" else None


def named() -> set[int]:
    """The entries that verification names, the guards in place so that only tampering is at fault."""
    guard()
    try:
        report = verify()
        assert not report.unguarded
        assert not report.unlisted
        return {fault.entry for fault in report.faults if fault.entry is not None}
    finally:
        unguard()


@pytest.mark.parametrize("ledger", [ENTRIES], indirect=True)
def test_ten_thousand_tamperings_are_all_found(ledger: list[Entry], put_back: Callable[[], None]) -> None:
    """Otherwise there would be some way to change what happened that nobody notices."""
    forger = Forger(random.Random(6))
    ways = [forger.column, forger.column, forger.column, forger.rewritten, forger.removed, forger.disclosure]
    done = 0
    while done < TAMPERINGS:
        victims = forger.random.sample(ledger, AT_ONCE)
        for victim in victims:
            forger.random.choice(ways)(victim)
        done += len(victims)
        wanted = {victim.number for victim in victims}
        found = named()
        assert wanted <= found, f"not found: {sorted(wanted - found)[:5]}"
        # An erasure that no longer counts leaves the value it explains missing.
        unexplained = {entry for victim in victims if (entry := erased_by(victim))}
        assert found <= wanted | unexplained, f"named for nothing: {sorted(found - wanted)[:5]}"
        put_back()
        assert named() == set()


def test_entries_slipped_in_and_ends_cut_off_are_found(ledger: list[Entry], put_back: Callable[[], None]) -> None:
    """Otherwise an approval could be invented afterwards, or the latest ones forgotten."""
    random_ = random.Random(7)
    last = ledger[-1]
    for turn in range(12):
        if turn % 2:
            number = random_.choice((0, last.number + 1, last.number + random_.randrange(2, 10**9)))
            body = canonical({"number": number})
            sql(
                "INSERT INTO ledger_entry (number, force, at, action, object, body, previous_hash, hash) "
                "VALUES (%s, 'essex', '2026-11-21 16:30:00', 'tests.happened', 'posts.post:1', %s, %s, %s)",
                number,
                body,
                bytes(last.hash),
                chained(bytes(last.hash), body),
            )
            if random_.random() < 0.5:
                sql("UPDATE ledger_head SET number = %s, hash = %s", number, chained(bytes(last.hash), body))
        else:
            cut = random_.randrange(1, last.number)
            sql("DELETE FROM ledger_disclosure WHERE entry_id > %s", cut)
            sql("DELETE FROM ledger_entry WHERE number > %s", cut)
            sql("UPDATE ledger_head SET number = %s, hash = %s", cut, bytes(ledger[cut - 1].hash))
        guard()
        assert not verify().holds
        unguard()
        put_back()
    assert named() == set()


def test_every_altered_file_is_found(ledger: list[Entry]) -> None:
    """Otherwise the files that prove the database could be bent to fit it."""
    guard()
    random_ = random.Random(8)
    folder, signed = tiles().folder, verify().checkpoint
    paths = [p for p in folder.rglob("*") if p.is_file() and (p.name == "checkpoint" or "tile" in p.parts)]
    for turn in range(40):
        path = random_.choice(paths)
        whole = path.read_bytes()
        if turn % 4 == 0:
            path.unlink()
        else:
            altered = bytearray(whole)
            altered[random_.randrange(len(altered))] ^= 1 << random_.randrange(8)
            path.write_bytes(bytes(altered))
        report = verify()
        path.write_bytes(whole)
        assert not report.holds or path.name == "checkpoint", path
        if report.holds:  # a bit beside what is signed: the checkpoint still says the same
            assert report.checkpoint == signed
    assert verify().holds


def test_a_forger_with_a_key_of_their_own_is_found_by_whoever_has_the_real_one(ledger: list[Entry]) -> None:
    """Otherwise owning the machine would be enough, whatever an auditor has in hand."""
    guard()
    real = keys.public()
    seen = publish()
    unguard()
    cut = len(ledger) - 50
    sql("DELETE FROM ledger_disclosure WHERE entry_id > %s", cut)
    sql("DELETE FROM ledger_entry WHERE number > %s", cut)
    sql("UPDATE ledger_head SET number = %s, hash = %s", cut, bytes(ledger[cut - 1].hash))
    guard()
    shutil.rmtree(tiles().folder)
    keys.make("police.example/remit", NOW)
    forged = publish()
    assert verify().holds, "by itself it is a perfect ledger"
    assert keys.public() != real
    assert not verify(seen=seen).holds
    assert forged.size == cut + 1
