"""`remit worker`: publishes what is due and keeps the duties in step; beside `remit serve`, once or several times."""

from __future__ import annotations

import click

from remit.cli import set_up
from remit.commands.serve import demand_a_database
from remit.terminal import demand_packs


@click.command("worker")
def command() -> None:
    """Publish what is due and keep the duties in step, until stopped."""
    demand_packs()
    set_up()
    demand_a_database()
    from remit import safety, serving

    safety.refuse_rolled_back_ledger()
    click.echo("Remit's worker has started.")
    serving.run_worker()
