"""`remit serve`: the server for a force's own use."""

from __future__ import annotations

import click

from remit.cli import BadInput, set_up


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="Requests answered at once.")
@click.option("--worker/--no-worker", default=True, help="Run the worker inside this process, or not.")
def command(host: str, port: int, threads: int, worker: bool) -> None:
    """Start the server. It refuses to start where that would not be safe."""
    set_up()
    from remit import safety, serving

    safety.refuse_unsafe_start()
    if not serving.is_migrated():
        raise BadInput("The database is not at this version yet. Run: remit migrate")
    server = serving.Server(host, port, threads=threads, with_worker=worker)
    click.echo(f"Remit is at {server.address}")
    server.run()
    click.echo("Remit has stopped.")
