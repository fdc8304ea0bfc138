"""`remit ledger` as an operator and an auditor use it: what it says, its exit codes, and what it refuses."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from remit.cli import remit_group
from remit.ledger import history, keys
from remit.ledger.models import Disclosure, Entry
from remit.ledger.sequencer import publish
from remit.ledger.tiles import Tiles
from tests.ledger.conftest import NOW, guard, sql, unguard
from tests.ledger.test_sequencer import as_of

pytestmark = pytest.mark.django_db
Write = Callable[..., list[Entry]]


def remit(*arguments: object) -> Result:
    return CliRunner().invoke(remit_group, ["ledger", *map(str, arguments)])


def test_from_no_key_to_a_signed_ledger(write: Write) -> None:
    """An operator would not know how to begin."""
    write(5)
    assert remit("checkpoint").exit_code == 2
    assert "remit ledger keys new --origin" in remit("checkpoint").stderr
    assert "has no key yet" in remit("keys", "show").stderr
    made = remit("keys", "new", "--origin", "police.example/remit")
    assert made.exit_code == 0, made.output
    assert made.stdout.strip() == str(keys.public()[0])
    assert "keep a copy of it apart" in made.stderr
    assert remit("keys", "new", "--origin", "police.example/remit").exit_code == 2
    signed = remit("checkpoint")
    assert signed.stdout.startswith("police.example/remit\n6\n")
    told = json.loads(remit("checkpoint", "--json").stdout)
    assert (told["size"], told["note"]) == (6, signed.stdout)
    rotated = json.loads(remit("keys", "rotate", "--json").stdout)
    shown = json.loads(remit("keys", "show", "--json").stdout)
    assert shown["keys"][-1] == rotated["keys"][0] != shown["keys"][0]


def test_verify_tells_the_verdict_and_every_fault(signed: Tiles, write: Write) -> None:
    """An auditor would have to trust a page of the very service that is audited."""
    write(9)
    publish()
    good = remit("verify")
    assert (good.exit_code, good.stderr) == (0, "")
    assert "The ledger holds: 10 entries as they were written." in good.stdout
    assert "police.example/remit has signed 10 of 10." in good.stdout
    unguard()
    sql("UPDATE ledger_entry SET action = 'tests.other' WHERE number IN (4, 7)")
    bad = remit("verify")
    assert bad.exit_code == 1
    assert "The ledger does not hold" in bad.stdout
    for words in ("Entry 4 has been altered", "Entry 7 has been altered", "ledger_entry_no_update is missing"):
        assert words in bad.stdout
    guard()
    told = json.loads(remit("verify", "--json").stdout)
    assert [fault["entry"] for fault in told["faults"]] == [4, 7]
    assert told["holds"] is False


def test_a_witness_file_refuses_a_ledger_that_was_put_back(signed: Tiles, write: Write, tmp_path: Path) -> None:
    """Whoever owns database and files could put both back together, and nobody would notice."""
    witness = tmp_path / "kept-elsewhere"
    write(10)
    publish()
    backup = tmp_path / "backup"
    shutil.copytree(signed.folder, backup)
    write(10)
    assert remit("checkpoint", "--witness", witness).exit_code == 0
    assert remit("verify", "--witness", witness).exit_code == 0
    seen = witness.read_bytes()
    as_of(11)
    shutil.rmtree(signed.folder)
    shutil.copytree(backup, signed.folder)
    assert remit("verify").exit_code == 0
    for refused in (remit("verify", "--witness", witness), remit("checkpoint", "--witness", witness)):
        assert refused.exit_code == 1
        assert "older" in refused.output
    assert witness.read_bytes() == seen, "it never goes back"
    witness.write_text("something else")
    assert remit("verify", "--witness", witness).exit_code == 1


def test_evidence_is_exported_recorded_and_verified(signed: Tiles, write: Write, tmp_path: Path) -> None:
    """A force could not answer a request for evidence without somebody who can write SQL."""
    write(9)
    pack = tmp_path / "pack.zip"
    done = remit("export", "posts.post:5", pack)
    assert done.exit_code == 0, done.output
    assert "holds 2 entries about posts.post:5" in done.stdout
    line = history("posts.post:5")[-1]
    assert (line.action, line.actor) == ("evidence.export", "remit")
    checked = remit("verify", pack, "--key", keys.public()[-1])
    assert checked.exit_code == 0, checked.output
    assert "reason: " in checked.stdout
    assert remit("export", "posts.post:5", pack).exit_code == 2
    withheld = tmp_path / "withheld.zip"
    assert remit("export", "posts.post:5", withheld, "--withhold", "reason").exit_code == 0
    assert "not shown here: reason" in remit("verify", withheld).stdout
    for arguments, words in (
        (("export", "posts.post:77", tmp_path / "x.zip"), "has nothing about"),
        (("export", "posts.post:5", tmp_path / "x.zip", "--withhold", "name"), "There is: reason"),
        (("export",), "Name one thing"),
        (("verify", tmp_path), "no evidence pack"),
        (("verify", "--key", "x"), "--key is for EVIDENCE"),
        (("verify", pack, "--force", "essex"), "live ledger"),
    ):
        refused = remit(*arguments)
        assert (refused.exit_code, words in refused.stderr) == (2, True), refused.output
    stranger = keys.Verifier("police.example/remit", bytes(range(32)))
    assert remit("verify", pack, "--key", stranger).exit_code == 1


def test_the_whole_log_is_copied_and_brought_up_to_date(signed: Tiles, write: Write, tmp_path: Path) -> None:
    """An inspectorate could not keep a copy that a force can no longer change."""
    write(300)
    copy = tmp_path / "copy"
    assert "301 entries are in" in remit("export", "--log", copy).stdout
    write(300)
    assert remit("export", "--log", copy).exit_code == 0
    done = subprocess.run([sys.executable, "-I", "-S", copy / "verify.py"], capture_output=True, text=True)
    assert "All 601 entries" in done.stdout, done.stderr
    assert "All 601 entries" in remit("verify", copy).stdout
    assert not list(copy.rglob("signing-key"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    assert "holds something else" in remit("export", "--log", tmp_path / "full").stderr
    shutil.rmtree(signed.folder)
    as_of(400)
    keys.make("police.example/remit", NOW)
    refused = remit("export", "--log", copy)
    assert refused.exit_code == 1, "another log may not overwrite the copy"


def test_a_backup_that_was_put_back_is_recovered_openly(signed: Tiles, write: Write) -> None:
    """After a disk failure the ledger could never be signed again, or would have a hole that nobody explains."""
    write(30)
    publish()
    as_of(20)
    refused = remit("checkpoint")
    assert refused.exit_code == 1
    assert "remit ledger recover" in refused.stderr
    done = remit("recover", "--reason", "The disk failed")
    assert "Entries 21 to 31 are back" in done.stdout
    assert remit("verify").exit_code == 0
    assert "lacks nothing" in remit("recover", "--reason", "Again").stdout
    shutil.rmtree(signed.folder / "tile")
    assert remit("rebuild").stdout == "The files are whole up to entry 31.\n"
    assert remit("verify").exit_code == 0


@pytest.mark.django_db(transaction=True)
def test_guards_that_were_taken_away_are_put_back() -> None:
    """The database would go on letting anybody change the ledger after the fault has been found."""
    unguard()
    assert "ledger_entry_no_update is missing" in remit("verify").stdout
    assert "back in place" in remit("guard").stdout
    assert remit("verify").exit_code == 0
    assert "Nothing was changed" in remit("guard").stdout


def test_a_value_is_erased_for_ever_and_said(signed: Tiles, write: Write) -> None:
    """A person's right to erasure could not be kept, or would break the proof."""
    write(3)
    entry = Disclosure.objects.get().entry
    assert remit("erase", entry.number, "name", "--reason", "asked for").exit_code == 2
    asked = CliRunner().invoke(
        remit_group, ["ledger", "erase", str(entry.number), "reason", "--reason", "asked for"], input="n\n"
    )
    assert asked.exit_code == 1
    assert Disclosure.objects.filter(entry=entry).exists()
    assert remit("erase", entry.number, "reason", "--reason", "asked for", "--yes").exit_code == 0
    assert not Disclosure.objects.filter(entry=entry).exists()
    assert remit("verify").exit_code == 0
