"""Puts new entries into the log's files and signs a checkpoint; refuses when the database is behind what was signed.

A checkpoint that was signed once is a promise: the log will always begin so. Before the next is signed, the database
must hold at least as many entries, with the same last one; one put back from a backup does not, until `recover`.
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import zip_longest

from django.db import transaction
from django.utils.timezone import localtime

from remit.ledger import actions, keys
from remit.ledger.hashing import chained, read_instant
from remit.ledger.models import Entry, Head
from remit.ledger.notes import BadNote, Checkpoint, Signer, Verifier, read_signed, sign
from remit.ledger.recording import REMIT, held_head, record
from remit.ledger.tiles import BadFiles, Tiles, bundle, one_at_a_time, write_whole
from remit.ledger.tree import WIDTH, Growing, check_consistency, consistency, leaf_hash

actions.register("ledger.recovered", "Entries that a backup lacked were put back from the ledger’s files")
actions.register("ledger.restored", "A backup was put back")

VERIFY = "Run: remit ledger verify"


class RolledBack(Exception):
    """What is here is older than, or other than, what was signed or seen before. The message says the remedy."""


def tiles() -> Tiles:
    """The log's files."""
    return Tiles(keys.log_folder())


def latest(files: Tiles | None = None, trusted: list[Verifier] | None = None) -> Checkpoint | None:
    """The last checkpoint that was signed, its signature checked; None when none was. Raises BadFiles, KeyFault."""
    files = files or tiles()
    try:
        note = files.checkpoint.read_text(encoding="utf-8")
        text, _ = read_signed(note, keys.public() if trusted is None else trusted)
        return Checkpoint.read(text)
    except FileNotFoundError:
        if (files.folder / "tile").exists():  # the first checkpoint is older than the first tile
            raise BadFiles(
                f"{files.checkpoint} is missing, though entries have been signed. Put the latest one back that anybody "
                "has: from a backup, an exported log or a witness file."
            ) from None
        return None
    except (BadNote, UnicodeDecodeError) as fault:
        raise BadFiles(f"{files.checkpoint}: {fault} Put it back from a copy.") from fault
    except OSError as fault:
        raise BadFiles(f"{files.checkpoint} cannot be read: {fault.strerror}. See who owns it.") from fault


def publish(*, also_sign: Signer | None = None) -> Checkpoint:
    """Write what is new to the log's files and sign where it ends. Nothing is written when nothing is new.

    Args:
        also_sign: a second key to sign with, when one replaces the other.
    Raises:
        KeyFault: there is no key to sign with.
        RolledBack: the database lacks what was signed.
        BadFiles: the files are damaged.
    """
    signer = keys.signer()
    files = tiles()
    with one_at_a_time(files.folder):
        known = latest(files)
        before = known.size if known else 0
        growing = _from_files(files, known)
        last = refuse_rollback(files, known)
        if known and last == before and also_sign is None:
            return known
        if known is None:
            _sign(files, growing, [signer])
        _extend(files, growing, before)
        checkpoint = _sign(files, growing, [signer, also_sign] if also_sign else [signer])
        files.prune(before, growing.size)
    return checkpoint


def rotate(now: datetime) -> Verifier:
    """Replace the signing key: an entry names both, and one checkpoint over that entry is signed by both.

    Raises what `publish` raises; the old key then stays in use.
    """
    old = keys.signer()
    publish()
    fresh = keys.replacement(old, now)
    publish(also_sign=fresh)
    keys.put_in_place(fresh)
    return fresh.verifier


def refuse_rollback(files: Tiles, known: Checkpoint | None) -> int:
    """The number of the database's last entry. Raises RolledBack where it does not hold what `known` says."""
    last = Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0
    if known is None or known.size == 0:
        return last
    if last < known.size:
        raise RolledBack(
            f"The database ends at entry {last}, but a checkpoint over {known.size} was signed"
            f"{_signed_on(files, known)}: the database was put back from an older backup, or entries were removed. "
            'Bring back what the log’s files hold, and say why: remit ledger recover --reason "…"'
        )
    if (other := _first_difference(files, known.size)) is not None:
        raise RolledBack(f"Entry {other} is not the one that was signed: the ledger was rewritten. {VERIFY}")
    return last


def check_rollback() -> None:
    """Raise RolledBack where the database does not hold what was signed. Raises BadFiles, KeyFault."""
    try:
        files = tiles()
        refuse_rollback(files, latest(files))
    except BadFiles:  # a worker may have signed meanwhile, and put other files in the place of these
        files = tiles()
        refuse_rollback(files, latest(files))


def _signed_on(files: Tiles, known: Checkpoint) -> str:
    """The day of the last entry that was signed, as " on 21 November 2026"; "" where the files have lost it."""
    number, width = divmod(known.size - 1, WIDTH)
    try:
        at = localtime(read_instant(json.loads(files.bodies(number, width + 1)[-1])["at"]))
    except (BadFiles, ValueError, KeyError):
        return ""
    return f" on {at.day} {at:%B %Y}"


def _first_difference(files: Tiles, size: int) -> int | None:
    """The first of the last entries up to `size`, at most 256 of them, that is not as the files have it."""
    number = (size - 1) // WIDTH
    start = number * WIDTH
    bodies = Entry.objects.filter(number__gt=start, number__lte=size).order_by("number").values_list("body", flat=True)
    here = [leaf_hash(bytes(body)) for body in bodies]
    there = files.hashes(0, number, size - start)
    pairs = enumerate(zip_longest(here, there), start + 1)
    return next((at for at, (ours, theirs) in pairs if ours != theirs), None)


def check_seen(seen: Checkpoint, files: Tiles, known: Checkpoint | None) -> None:
    """Raise RolledBack unless the log as it is signed now begins as the checkpoint `seen` earlier says."""
    if known is None or known.size < seen.size:
        size = known.size if known else 0
        raise RolledBack(
            f"A checkpoint over {seen.size} entries was seen before; the one here is older, over {size}. "
            "Somebody has put the ledger back."
        )
    if known.origin != seen.origin:
        raise RolledBack(f"The checkpoint seen before is of another log: {seen.origin}, not {known.origin}.")
    try:
        proof = consistency(seen.size, known.size, files.node)
        check_consistency(seen.size, seen.root, known.size, known.root, proof)
    except (ValueError, BadFiles) as fault:
        raise RolledBack(
            f"This log does not begin as the checkpoint over {seen.size} entries, seen before, says: it was rewritten."
        ) from fault


def rebuild() -> Checkpoint | None:
    """Write every missing file of the log again from the database, up to the last checkpoint.

    Raises:
        BadFiles: a file says something else than the database does; nothing is overwritten.
    """
    files = tiles()
    with one_at_a_time(files.folder):
        known = latest(files)
        if known is not None:
            growing = _extend(files, Growing(), 0, until=known.size)
            if growing.size != known.size or growing.root() != known.root:
                raise BadFiles(f"The database is not what the checkpoint over {known.size} entries says. {VERIFY}")
    return known


def recover(now: datetime, reason: str) -> tuple[int, int] | None:
    """Put entries that the files have and the database lacks back, and say so in an entry; None where none is lacking.

    What those entries recorded is not put back, nor the personal values that they commit to: the registers stay as the
    backup had them, and the entry says so to whoever reads on.

    Returns:
        The numbers of the first and the last entry put back.
    Raises:
        RolledBack: the database has gone on by itself since; put the backup back once more and run this first.
    """
    files = tiles()
    known = latest(files)
    with transaction.atomic():
        head = held_head()
        first = head.number + 1
        if known is None or known.size < first:
            return None
        if head.number and _first_difference(files, head.number) is not None:
            raise RolledBack(
                "The database has written entries of its own since it was put back. Put the backup back once more "
                "and run this before anything else."
            )
        _put_back(files, head, known.size)
        about = {"first": first, "last": known.size}
        record("ledger.recovered", "", REMIT, "ledger.log:1", now=now, about=about, personal={"reason": reason})
    return first, known.size


def _put_back(files: Tiles, head: Head, until: int) -> None:
    previous = bytes(head.hash)
    rows = []
    for number in range(head.number + 1, until + 1):
        at, inside = divmod(number - 1, WIDTH)
        width = min(WIDTH, until - at * WIDTH)
        body = files.bodies(at, width)[inside]
        if leaf_hash(body) != files.hashes(0, at, width)[inside]:
            raise BadFiles(f"Entry {number} in the ledger's files is not the one that was signed. {VERIFY}")
        said = json.loads(body)
        fresh = chained(previous, body)
        rows.append(
            Entry(
                number=number,
                force=said["force"],
                at=read_instant(said["at"]),
                action=said["action"],
                object=said["object"],
                body=body,
                previous_hash=previous,
                hash=fresh,
            )
        )
        previous = fresh
    Entry.objects.bulk_create(rows, batch_size=500)
    head.number, head.hash = until, previous
    head.save(update_fields=["number", "hash"])


def _from_files(files: Tiles, known: Checkpoint | None) -> Growing:
    growing = files.growing(known.size if known else 0)
    if known and growing.root() != known.root:
        raise BadFiles(f"The files below {files.folder} do not fit their checkpoint. {VERIFY}")
    return growing


def _sign(files: Tiles, growing: Growing, signers: list[Signer]) -> Checkpoint:
    checkpoint = Checkpoint(signers[0].name, growing.size, growing.root())
    write_whole(files.checkpoint, sign(str(checkpoint), signers).encode())
    return checkpoint


def _extend(files: Tiles, growing: Growing, before: int, until: int | None = None) -> Growing:
    """Write the tiles of the entries after `before` (up to `until`), and let `growing` take them."""
    bodies = files.bodies(before // WIDTH, before % WIDTH) if before % WIDTH else []
    entries = Entry.objects.filter(number__gt=before).order_by("number").values_list("number", "body")
    if until is not None:
        entries = entries.filter(number__lte=until)
    for number, body in entries.iterator(chunk_size=2_000):
        if number != growing.size + 1:
            raise BadFiles(f"Entry {growing.size + 1} is missing from the database. {VERIFY}")
        bodies.append(bytes(body))
        for level, tile, hashes in growing.append(leaf_hash(bodies[-1])):
            if level == 0:
                files.put("entries", tile, bundle(bodies))
                bodies = []
            files.put(level, tile, b"".join(hashes))
    for level, tile, hashes in growing.partial():
        files.put(level, tile, b"".join(hashes), len(hashes))
    if bodies:
        files.put("entries", growing.size // WIDTH, bundle(bodies), len(bodies))
    return growing
