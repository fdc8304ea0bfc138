"""`remit ledger`: sign the ledger, verify it, take evidence out of it, look after its key."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from remit.cli import BadInput
from remit.commands import _ledger_verify, _ledger_witness
from remit.commands._ledger_loading import WITNESS, loaded
from remit.terminal import json_option, print_json


@click.group("ledger")
def command() -> None:
    """The evidence of everything that Remit did: sign, verify, export."""


command.add_command(_ledger_verify.command)
command.add_command(_ledger_witness.command)


@command.command("checkpoint")
@WITNESS
@json_option
def checkpoint(witness: Path | None, as_json: bool) -> None:
    """Sign what is new, ask the witnesses, and print the checkpoint. The worker does this every few seconds."""
    with loaded():
        from django.utils import timezone

        from remit.ledger import cosigning, timestamps
        from remit.ledger import witness as witnessing
        from remit.ledger.sequencer import publish, tiles

        signed = publish()
        if witness:
            witnessing.look(witness)
        standing, stamping = cosigning.collect(timezone.now(), at_once=True), timestamps.stamp(timezone.now())
        note = tiles().checkpoint.read_text(encoding="utf-8")
    for words in filter(None, [*(standing.faults if standing else ()), stamping.fault if stamping else ""]):
        click.echo(words, err=True)
    if as_json:
        print_json({"origin": signed.origin, "size": signed.size, "root": signed.root.hex(), "note": note})
    else:
        click.echo(note, nl=False)


@command.command("export")
@click.argument("subject", required=False)
@click.argument("out", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--withhold", multiple=True, metavar="FIELD", help="Leave this personal value out; may be repeated.")
@click.option("--names", is_flag=True, help="Put people's names in, as they are on the register.")
@click.option("--log", "log", type=click.Path(file_okay=False, path_type=Path), help="Export the whole log instead.")
@json_option
def export(
    subject: str | None, out: Path | None, withhold: tuple[str, ...], names: bool, log: Path | None, as_json: bool
) -> None:
    """Write an evidence pack about SUBJECT, such as posts.post:12, to OUT; it is recorded that it was.

    With --log FOLDER, copy the whole log there, to be kept or checked elsewhere. It holds no personal values. A folder
    with an earlier copy is brought up to date; one that this log does not continue is refused.
    """
    if (log is None) == (subject is None):
        raise BadInput("Name one thing to export: a subject such as posts.post:12 and a file, or --log FOLDER.")
    if log is not None:
        count = export_log(log)
        said = {"folder": str(log), "entries": count}
        words = f"{count} entries are in {log}. Check them with: python {log / 'verify.py'} {log}"
    else:
        path = out or Path(f"evidence-{str(subject).replace(':', '-')}.zip")
        count = export_pack(str(subject), path, withhold, names)
        said = {"pack": str(path), "entries": count}
        words = f"{path} holds {count} entries about {subject}. Check it with: remit ledger verify {path}"
    if as_json:
        print_json(said)
    else:
        click.echo(words)


def export_pack(subject: str, out: Path, withhold: tuple[str, ...], names: bool) -> int:
    """Write a pack about `subject`; returns how many entries it holds."""
    if out.exists():
        raise BadInput(f"{out} is there already. Name another file, or remove it first.")
    with loaded():
        from django.utils import timezone

        from remit.acts import door
        from remit.evidence import gathering
        from remit.evidence.acts import ExportEvidence
        from remit.ledger import packing

        now = timezone.now()
        about = gathering.about(subject)
        if about is None:
            raise BadInput(f'The ledger has nothing about "{subject}". Write it as in the ledger, e.g. posts.post:12.')
        fields = packing.fields_of(gathering.entries(about, None, now))
        if unknown := sorted(set(withhold) - set(fields)):
            raise BadInput(f"There is no {unknown[0]} in it to withhold. There is: {', '.join(fields) or 'nothing'}.")
        door.propose(ExportEvidence(about.force, subject, list(withhold), names), None, now)
        entries = gathering.entries(about, None, now)
        made = packing.pack(gathering.matter(about, entries, names=names), entries, now, withheld=withhold)
    try:
        out.write_bytes(made)
    except OSError as fault:
        raise BadInput(f"{out} cannot be written: {fault.strerror}. Name another place.") from fault
    return len(entries)


def export_log(folder: Path) -> int:
    """Copy the log's files to `folder`, what is new of them; returns how many entries it is over."""
    with loaded():
        from django.utils import timezone

        from remit.ledger import cosigning, witness
        from remit.ledger.packing import OFFLINE
        from remit.ledger.sequencer import publish, tiles
        from remit.ledger.tiles import one_at_a_time

        files, kept = tiles(), folder / "checkpoint"
        if folder.is_dir() and any(folder.iterdir()) and not kept.exists():
            raise BadInput(f"{folder} holds something else. Name an empty folder, or an earlier export.")
        publish()
        cosigning.collect(timezone.now(), at_once=True)
        with one_at_a_time(files.folder):
            try:
                for path in sorted(files.folder.joinpath("tile").rglob("*")):
                    target = folder / path.relative_to(files.folder)
                    if path.is_file() and not path.name.startswith(".") and not target.exists():
                        target.parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(path, target)
                shutil.copyfile(files.folder / "keys", folder / "keys")
                shutil.copyfile(OFFLINE / "verify.py", folder / "verify.py")
                for name in ("timestamps", "policies"):
                    if (more := files.folder / name).is_dir():
                        shutil.copytree(more, folder / name, dirs_exist_ok=True)
                if (named := cosigning.policy()) is not None:
                    (folder / "witnesses").write_text(named[1], encoding="utf-8")
            except OSError as fault:
                raise BadInput(f"{fault.filename} cannot be written: {fault.strerror}. Name another place.") from fault
            return witness.look(kept).size


@command.group("keys")
def key_commands() -> None:
    """The key that signs the ledger, and the public keys that check it."""


@key_commands.command("new")
@click.option("--origin", required=True, help="What the log is called for ever, such as police.example/remit.")
@json_option
def new_key(origin: str, as_json: bool) -> None:
    """Make the signing key: a file that only its owner can read."""
    told_keys(lambda keys, now: [keys.make(origin, now)], as_json, "The ledger is signed with a new key from now on.")


@key_commands.command("rotate")
@json_option
def rotate_key(as_json: bool) -> None:
    """Replace the signing key. One checkpoint is signed by both, and an entry names both."""

    def rotated(keys: Any, now: Any) -> list[Any]:
        from remit.ledger.sequencer import rotate

        return [rotate(now)]

    told_keys(rotated, as_json, "The ledger is signed with this key from now on; what the old one signed stays valid.")


@key_commands.command("show")
@json_option
def show_keys(as_json: bool) -> None:
    """Print every public key that signed this ledger, the present one last. Give these to whoever checks evidence."""
    told_keys(lambda keys, now: keys.public(), as_json, "")


def told_keys(get: Callable[[Any, Any], list[Any]], as_json: bool, words: str) -> None:
    with loaded():
        from django.utils import timezone

        from remit.ledger import keys

        found = [str(key) for key in get(keys, timezone.now())]
        kept = str(keys.key_file())
        if not found:
            raise BadInput(f"This ledger has no key yet. {keys.MAKE_ONE}")
    if as_json:
        print_json({"keys": found, "private_key_file": kept})
        return
    click.echo("\n".join(found))
    if words:
        click.echo(
            f"{words}\nThe private key is {kept}: keep a copy of it apart, and publish the line above.", err=True
        )


@command.command("rebuild")
def rebuild() -> None:
    """Make lost files of the log again from the database; what is there is never overwritten."""
    with loaded():
        from remit.ledger.sequencer import rebuild

        known = rebuild()
    click.echo(f"The files are whole up to entry {known.size}." if known else "Nothing has been signed yet.")


@command.command("guard")
def guard() -> None:
    """Put back the database's own guards that refuse to change or remove an entry. Verify the ledger first."""
    with loaded():
        from django.db import connection

        from remit.ledger import triggers

        lacking = triggers.missing(connection)
        if lacking:
            with connection.schema_editor() as editor:
                triggers.take_away(None, editor)
                triggers.put_in_place(None, editor)
    click.echo(f"{', '.join(lacking)}: back in place." if lacking else "Every guard is in place. Nothing was changed.")


@command.command("recover")
@click.option("--reason", required=True, help="Why the database was put back; it is kept with the entry that says so.")
def recover(reason: str) -> None:
    """After a backup was put back: bring back the entries that it lacks, from the log's files, and say so openly."""
    with loaded():
        from django.utils import timezone

        from remit.ledger.sequencer import recover

        back = recover(timezone.now(), reason)
    if back is None:
        click.echo("The database lacks nothing that was signed. Nothing was changed.")
        return
    click.echo(
        f"Entries {back[0]} to {back[1]} are back, and an entry says so. What they record is not in the registers: go "
        "through them, and do again what has to be done."
    )


@command.command("erase")
@click.argument("number", type=int)
@click.argument("field")
@click.option("--reason", required=True, help="Why it is erased; kept, itself erasable, with the entry that says so.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def erase(number: int, field: str, reason: str, yes: bool) -> None:
    """Erase one personal value of an entry for ever. The entry and every proof stay valid, and it is recorded."""
    with loaded():
        from django.utils import timezone

        from remit.ledger.models import Entry
        from remit.ledger.packing import fields_of
        from remit.ledger.recording import erase

        entry = Entry.objects.filter(number=number).first()
        there = fields_of([entry]) if entry else []
        if entry is None or field not in there:
            raise BadInput(f'Entry {number} has no value "{field}" to erase. It has: {", ".join(there) or "none"}.')
        if not yes:
            click.confirm(f"Erase {field} of entry {number} for ever? Nobody can bring it back.", abort=True)
        erase(entry, field, now=timezone.now(), reason=reason)
    click.echo(f"{field} of entry {number} is erased. Backups may still hold it.")
