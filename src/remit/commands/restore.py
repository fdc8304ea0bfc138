"""`remit restore`: puts a copy made by `remit backup` back into an empty database, of either kind, and checks it."""

from __future__ import annotations

from pathlib import Path

import click

from remit.cli import BadInput, set_up
from remit.commands.serve import demand_a_database


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def command(file: Path) -> None:
    """Put the copy in FILE back, into an empty database and an empty REMIT_VAR, and check all of it.

    The copy may come from the other kind of database: so a force moves from SQLite to PostgreSQL.
    """
    set_up()
    demand_a_database()
    from remit.operations.backup import BackupFault, restore

    try:
        found = restore(file)
    except BackupFault as fault:
        raise BadInput(str(fault)) from fault
    click.echo(f"Restored {found.rows:,} rows and {found.files:,} files.")
    click.echo(f"The ledger holds, and ends with entry {found.ledger_number}, {found.ledger_head}.")
    if found.in_log_alone:
        click.echo(f"The log's files hold {found.in_log_alone:,} more. Before anything else runs, take them over:")
        click.echo('  remit ledger recover --reason "why the copy had to be restored"')
