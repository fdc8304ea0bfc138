"""The log's files: what they hold, that they only grow, and that a ledger that was put back is refused."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from remit.ledger import keys, sequencer, tree
from remit.ledger.keys import KeyFault
from remit.ledger.models import Disclosure, Entry, Head
from remit.ledger.notes import Checkpoint, Signer, read_signed, sign
from remit.ledger.sequencer import RolledBack, check_seen, latest, publish, rebuild, recover, rotate
from remit.ledger.tiles import BadFiles, Tiles, numbered
from remit.ledger.verifying import verify
from tests.ledger.conftest import NOW, guard, unguard

pytestmark = pytest.mark.django_db
Write = Callable[..., list[Entry]]


def as_of(number: int) -> None:
    """The database as it was at entry `number`: what a restored backup looks like."""
    head = Entry.objects.get(number=number)
    unguard()
    Disclosure.objects.filter(entry__number__gt=number).delete()
    Entry.objects.filter(number__gt=number).delete()
    Head.objects.update(number=number, hash=head.hash)
    guard()


def test_numbers_of_tiles_are_written_as_c2sp_says() -> None:
    """Otherwise other people's tools would look for our tiles in the wrong place."""
    assert [numbered(n) for n in (0, 999, 1_000, 1_234_067)] == ["000", "999", "x001/000", "x001/x234/067"]


def test_the_files_hold_every_entry_and_its_hash(signed: Tiles, write: Write) -> None:
    """Otherwise an auditor with the files alone could check nothing."""
    entries = write(700)
    checkpoint = publish()
    assert checkpoint.size == 701  # the making of the key is the first
    bodies = signed.bodies(0) + signed.bodies(1) + signed.bodies(2, 701 - 512)
    assert bodies[1:] == [bytes(entry.body) for entry in entries]
    leaves = [tree.leaf_hash(body) for body in bodies]
    assert [h for n, w in ((0, 256), (1, 256), (2, 189)) for h in signed.hashes(0, n, w)] == leaves
    assert tree.complete(leaves[:256]) == signed.hashes(1, 0, 2)[0]
    text, _ = read_signed(signed.checkpoint.read_text(), keys.public())
    assert Checkpoint.read(text) == checkpoint


def test_every_entry_is_proved_by_the_files(signed: Tiles, write: Write) -> None:
    """Otherwise an evidence pack could not be made for some of them."""
    write(600)
    checkpoint = publish()
    for index in (0, 1, 255, 256, 511, 512, 599, 600):
        proof = tree.inclusion(index, checkpoint.size, signed.node)
        leaf = tree.leaf_hash(bytes(Entry.objects.get(number=index + 1).body))
        assert tree.root_by_inclusion(index, checkpoint.size, leaf, proof) == checkpoint.root


def test_however_often_it_is_signed_the_tree_is_the_same(signed: Tiles, write: Write) -> None:
    """Otherwise the root would depend on when the worker happened to run."""
    growing = tree.Growing()
    for step in (1, 3, 250, 1, 1, 300, 2, 256):
        write(step)
        checkpoint = publish()
    for body in Entry.objects.values_list("body", flat=True):
        growing.append(tree.leaf_hash(bytes(body)))
    assert (checkpoint.size, checkpoint.root) == (growing.size, growing.root())
    assert publish() == checkpoint
    assert verify().holds


def test_stale_partial_tiles_are_removed(signed: Tiles, write: Write) -> None:
    """Otherwise the folder would fill with a file for every few seconds of the ledger's life."""
    for _ in range(12):
        write(50)
        publish()
    partial = sorted(p.relative_to(signed.folder).as_posix() for p in signed.folder.rglob("*.p/*"))
    assert partial == ["tile/0/002.p/89", "tile/1/000.p/2", "tile/entries/002.p/89"]


def test_a_database_put_back_is_refused_until_it_is_recovered(signed: Tiles, write: Write) -> None:
    """Otherwise restoring yesterday's backup would be a quiet way to lose an approval."""
    write(30)
    publish()
    kept = {p: p.read_bytes() for p in signed.folder.rglob("*") if p.is_file()}
    as_of(20)
    with pytest.raises(RolledBack, match="ends at entry 20, but a checkpoint over 31"):
        publish()
    assert {p: p.read_bytes() for p in signed.folder.rglob("*") if p.is_file()} == kept
    assert verify().bad_entry == 21

    assert recover(NOW, "The disk failed") == (21, 31)
    assert recover(NOW, "Again") is None
    report = verify()
    assert report.holds, report.reason
    last = Entry.objects.last()
    assert last is not None
    assert (last.number, last.action) == (32, "ledger.recovered")
    assert publish().size == 32


def test_a_database_that_went_on_after_it_was_put_back_is_refused(signed: Tiles, write: Write) -> None:
    """Otherwise the log would have two histories, and the one that suits could be shown."""
    write(30)
    publish()
    as_of(20)
    write(25, NOW + timedelta(days=1))
    with pytest.raises(RolledBack, match="not the one that was signed"):
        publish()
    assert verify().bad_entry == 21
    as_of(20)
    write(3, NOW + timedelta(days=1))
    with pytest.raises(RolledBack, match="entries of its own"):
        recover(NOW, "Too late")


def test_a_checkpoint_older_or_other_than_one_seen_is_refused(signed: Tiles, write: Write, tmp_path: Path) -> None:
    """Otherwise whoever owns database and files together could show each auditor another past."""
    write(30)
    before = publish()
    backup = tmp_path / "backup"
    shutil.copytree(signed.folder, backup)
    write(10)
    seen = publish()
    check_seen(before, signed, seen)
    check_seen(seen, signed, seen)
    assert verify(seen=seen).holds

    as_of(31)
    shutil.rmtree(signed.folder)
    shutil.copytree(backup, signed.folder)
    assert verify().holds, "nothing here shows it: only what was seen elsewhere does"
    report = verify(seen=seen)
    assert not report.holds
    assert "older" in report.reason
    write(11, NOW + timedelta(days=1))
    assert publish().size == seen.size + 1
    assert "rewritten" in verify(seen=seen).reason
    other = Checkpoint("another.example/log", 3, bytes(32))
    with pytest.raises(RolledBack, match="another log"):
        check_seen(other, Tiles(signed.folder), latest())


def test_lost_files_are_made_again(signed: Tiles, write: Write) -> None:
    """Otherwise a lost disk would take the proofs with it, though the database is whole."""
    write(600)
    publish()
    kept = {p: p.read_bytes() for p in (signed.folder / "tile").rglob("*") if p.is_file()}
    shutil.rmtree(signed.folder / "tile")
    assert not verify().holds
    with pytest.raises(BadFiles, match="missing"):
        write(1)
        publish()
    rebuild()
    assert {p: p.read_bytes() for p in (signed.folder / "tile").rglob("*") if p.is_file()} == kept
    assert verify().holds
    (signed.folder / "tile" / "0" / "000").write_bytes(bytes(8192))
    with pytest.raises(BadFiles, match="says something else"):
        rebuild()


def test_a_key_is_made_once_and_read_by_its_owner_alone(signed: Tiles) -> None:
    """Otherwise anybody on the machine could sign in the force's name."""
    assert keys.key_file().stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFault, match="already"):
        keys.make("police.example/remit", NOW)
    keys.key_file().chmod(0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        publish()
    keys.key_file().chmod(0o600)
    keys.key_file().write_text("PRIVATE+KEY+spoilt")
    with pytest.raises(KeyFault, match="signing-key"):
        publish()
    keys.key_file().unlink()
    with pytest.raises(KeyFault, match="keys new"):
        publish()
    with pytest.raises(KeyFault, match="its key .* is gone"):
        keys.make("police.example/remit", NOW)


def test_a_key_that_cannot_be_kept_leaves_no_entry(now: object, folder: Path) -> None:
    """Otherwise the log would name a key that nobody has."""
    with pytest.raises(KeyFault, match="cannot name"):
        keys.make("two words", NOW)
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder should be")
    with pytest.raises((KeyFault, OSError)), transaction.atomic():
        keys.make("police.example/remit", NOW)
    assert Entry.objects.count() == 0


def test_whoever_trusts_the_old_key_can_follow_to_the_new(signed: Tiles, write: Write) -> None:
    """Otherwise replacing a key would break every proof made before it."""
    write(5)
    old = keys.signer()
    fresh = rotate(NOW)
    assert keys.signer().verifier == fresh != old.verifier
    assert keys.public() == [old.verifier, fresh]
    both = signed.checkpoint.read_text()
    assert [read_signed(both, [key])[1] for key in (old.verifier, fresh)] == [[old.verifier], [fresh]]
    assert str(fresh).encode() in bytes(Entry.objects.get(action="ledger.key-replaced").body)
    write(5)
    publish()
    assert read_signed(signed.checkpoint.read_text(), keys.public())[1] == [fresh]
    assert verify().holds


def test_a_checkpoint_that_nobody_of_ours_signed_does_not_count(signed: Tiles, write: Write) -> None:
    """Otherwise putting a file in place would be enough to change what was signed."""
    write(5)
    checkpoint = publish()
    stranger = Signer("police.example/remit", hashlib.sha256(b"x").digest())
    signed.checkpoint.write_text(sign(str(checkpoint), [stranger]))
    with pytest.raises(BadFiles, match="None of the keys"):
        latest()
    assert "None of the keys" in verify().reason
    with pytest.raises(BadFiles):
        sequencer.publish()
