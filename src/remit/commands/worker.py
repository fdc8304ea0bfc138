"""`remit worker`: the worker on its own, beside servers started with --no-worker."""

from __future__ import annotations

import click

from remit.cli import BadInput, set_up


@click.command("worker")
def command() -> None:
    """Publish what is due and keep the duties in step, until stopped."""
    set_up()
    from remit import safety, serving

    safety.refuse_unsafe_start()
    if not serving.is_migrated():
        raise BadInput("The database is not at this version yet. Run: remit migrate")
    click.echo("Remit's worker has started.")
    serving.run_worker()
