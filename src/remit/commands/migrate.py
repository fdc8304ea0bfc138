"""`remit migrate`: bring the database to this version's tables."""

from __future__ import annotations

import click

from remit.cli import set_up


@click.command("migrate")
def command() -> None:
    """Bring the database to this version's tables. Safe to run again."""
    set_up()
    from django.core.management import call_command

    call_command("migrate", interactive=False)
