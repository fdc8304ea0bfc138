"""What the commands of `remit ledger` share: Django loaded, refusals as errors of theirs, and the witness file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from remit.cli import BadInput, set_up

WITNESS = click.option(
    "--witness",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file kept elsewhere with the last checkpoint seen: an older or other ledger is refused.",
)


@contextmanager
def loaded() -> Iterator[None]:
    """Django loaded; what the ledger refuses becomes the command's own error, with its remedy."""
    set_up()
    from django.db import DatabaseError

    from remit.acts.act import ActRefused
    from remit.ledger.cosigning import PolicyFault
    from remit.ledger.keys import KeyFault
    from remit.ledger.sequencer import RolledBack
    from remit.ledger.tiles import BadFiles

    try:
        yield
    except (RolledBack, BadFiles) as fault:
        click.echo(f"Error: {fault}", err=True)
        sys.exit(1)
    except (KeyFault, PolicyFault, ActRefused) as fault:
        raise BadInput(str(fault)) from fault
    except DatabaseError as fault:
        raise BadInput(f"The database cannot be used: {fault} If it is new, run: remit migrate") from fault
