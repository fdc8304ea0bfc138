"""`remit manage`: Django's own management commands (shell, makemigrations, check …) on Remit's settings."""

from __future__ import annotations

import click

from remit.cli import set_up


@click.command(
    "manage",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands: remit manage shell."""
    set_up()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["remit manage", *arguments])
