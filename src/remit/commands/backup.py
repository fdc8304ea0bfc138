"""`remit backup`: a copy of everything in one file, made while Remit runs."""

from __future__ import annotations

from pathlib import Path

import click

from remit.cli import BadInput, set_up
from remit.commands.serve import demand_a_database


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Write a copy of the database, the pictures and the ledger's log to FILE, which only you may read.

    Keys are not in it: keep SECRET_KEY, CONNECTION_KEYS and the ledger's signing key elsewhere.
    """
    set_up()
    demand_a_database()
    from django.utils import timezone

    from remit.operations.backup import BackupFault, back_up

    try:
        made = back_up(file, timezone.now())
    except BackupFault as fault:
        raise BadInput(str(fault)) from fault
    click.echo(f"{file}: {made.rows:,} rows, {made.files:,} files, {file.stat().st_size / 2**20:,.1f} MB.")
    click.echo(f"The ledger ends with entry {made.ledger_number}, {made.ledger_head or 'empty'}.")
