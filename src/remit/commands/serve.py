"""`remit serve`: the server for a force's own use. The worker runs beside it: `remit worker`."""

from __future__ import annotations

import click

from remit.cli import BadInput, set_up
from remit.terminal import demand_packs


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64), help="One a core, or two.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Requests at once in each.")
def command(host: str, port: int, processes: int, threads: int) -> None:
    """Start the server. It refuses to start where that would not be safe. Run `remit worker` beside it."""
    demand_packs()
    set_up()
    demand_a_database()
    from remit import safety
    from remit.service import Service

    safety.refuse_rolled_back_ledger()
    service = Service(host, port, processes=processes, threads=threads)
    click.echo(f"Remit is at {service.address}")
    service.run()


def demand_a_database() -> None:
    """Refuse to go on where starting would not be safe, or the database does not answer or is of another version."""
    from django.db import OperationalError

    from remit import safety, serving

    try:
        safety.refuse_unsafe_start()
        migrated = serving.is_migrated()
    except OperationalError as fault:
        raise BadInput(
            "The database does not answer. See that it runs, and that DATABASE_URL names it and its password."
        ) from fault
    if not migrated:
        raise BadInput("The database is not at this version yet. Run: remit migrate")
