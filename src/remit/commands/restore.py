"""`remit restore`: puts a copy made by `remit backup` back into an empty database, of either kind, and checks it."""

from __future__ import annotations

from pathlib import Path

import click

from remit.cli import BadInput, set_up
from remit.commands.serve import demand_a_database


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--reason", required=True, help="Why it is put back; it is kept with the entry that says so.")
def command(file: Path, reason: str) -> None:
    """Put the copy in FILE back, into an empty database and an empty REMIT_VAR, and check all of it.

    An entry of the ledger says that this was done. The log's files may have outlived the database: leave them in
    REMIT_VAR/ledger, and the entries that the copy lacks are taken over from them.

    The copy may come from the other kind of database: so a force moves from SQLite to PostgreSQL.
    """
    set_up()
    demand_a_database()
    from django.utils import timezone

    from remit.operations.backup import BackupFault, restore

    try:
        found = restore(file, reason, timezone.now())
    except BackupFault as fault:
        raise BadInput(str(fault)) from fault
    click.echo(f"Restored {found.rows:,} rows and {found.files:,} files.")
    click.echo(f"The ledger holds. The copy of it ended with entry {found.ledger_number}, {found.ledger_head}.")
    if found.recovered:
        first, last = found.recovered
        click.echo(
            f"The log's files held more: entries {first} to {last} are back. What they record is not in the registers: "
            "go through them at /ledger/, and do again what has to be done."
        )
    click.echo("An entry says that this copy was put back, and why.")
