"""`remit ledger witness`: a witness for the ledgers of others. It needs neither a database nor any setting."""

from __future__ import annotations

from pathlib import Path

import click

from remit.cli import BadInput

FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.group("witness")
def command() -> None:
    """Be a witness for other forces' ledgers: cosign what continues what you have seen, and nothing else."""


@command.command("new")
@FOLDER
@click.option("--name", required=True, help="What the witness is called for ever, such as audit.example/witness.")
def new(folder: Path, name: str) -> None:
    """Make the key of a witness, in FOLDER, and print its public key for whoever wants to be witnessed."""
    from remit.ledger import keyfile, notes, witness_service

    try:
        key = notes.Signer.fresh(name, notes.WITNESS)
        keyfile.keep(folder / witness_service.KEY, key, if_there="Use it, or name another folder.")
    except (notes.BadNote, keyfile.KeyFault) as fault:
        raise BadInput(str(fault)) from fault
    click.echo(key.verifier)
    click.echo(f"The private key is in {folder}: keep a copy of all of that folder apart.", err=True)


@command.command("run")
@FOLDER
@click.option("--log", "logs", multiple=True, required=True, help="A public key of a ledger to witness; repeatable.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8010, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
def run(folder: Path, logs: tuple[str, ...], host: str, port: int) -> None:
    """Answer those who ask for a cosignature, until stopped. What was seen is kept in FOLDER: never lose it.

    A ledger that replaced its key has two: give both.
    """
    from waitress import create_server

    from remit.ledger import keyfile, notes, witness_service

    try:
        signer = keyfile.read(folder / witness_service.KEY, f"Run: remit ledger witness new {folder} --name NAME")
        if signer.kind != notes.WITNESS:
            raise BadInput(f"{folder / witness_service.KEY} is the key of a log. A witness has one of its own.")
        witness = witness_service.Witness(folder, signer, [notes.Verifier.read(log) for log in logs])
    except (notes.BadNote, keyfile.KeyFault) as fault:
        raise BadInput(str(fault)) from fault
    try:
        server = create_server(witness, host=host, port=port, ident=None, max_request_body_size=witness_service.LARGEST)
    except OSError as fault:
        raise BadInput(
            f"Cannot listen on {host}:{port} ({fault.strerror}). Choose another --host or --port."
        ) from fault
    click.echo("\n".join([f"The witness is at http://{host}:{server.effective_port}", *witness.lines()]))
    server.run()
