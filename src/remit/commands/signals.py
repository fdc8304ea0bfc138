"""`remit signals`: what reviewers settled about signals, as labelled examples in a file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from remit.cli import BadInput, set_up


@click.group("signals")
def command() -> None:
    """What people said of the signals that were raised."""


@command.command("export")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option("--force", required=True, help="The force whose cases these are, such as cleveland.")
@click.option("--as", "person", required=True, help="Who is asking, by the name they sign in with; the ledger says so.")
def export(file: Path, force: str, person: str) -> None:
    """Write every settled case of a force to FILE.csv: the text, the concern, whether it was raised and is so.

    Nothing learns from them by itself. A text can be personal: who takes them out needs permission, it is in the
    ledger, and only you can read the file.
    """
    if file.exists():
        raise BadInput(f"{file} is there already. Choose another name, or move it away first.")
    set_up()
    from django.core.exceptions import PermissionDenied
    from django.db import DatabaseError
    from django.utils import timezone

    from remit.acts import door
    from remit.people.models import Person
    from remit.posts.contests import ReadSettledSignals, settled_cases, write_cases

    try:
        asking = Person.objects.filter(username=person).first()
        if asking is None:
            raise BadInput(f'--as: nobody signs in as "{person}".')
        door.propose(ReadSettledSignals(force), asking, timezone.now())
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as written:
            count = write_cases(settled_cases(force), written)
    except PermissionDenied as fault:
        raise BadInput(f"{fault} A policy officer or an auditor of the force may.") from fault
    except OSError as fault:
        raise BadInput(f"Cannot write {file}: {fault.strerror}. Choose another place.") from fault
    except DatabaseError as fault:
        raise BadInput(f"The database cannot be read ({fault}). Run `remit migrate` first.") from fault
    click.echo(f"{count:,} settled cases written to {file}. Delete the file when you are done with it.")
