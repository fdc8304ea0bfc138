"""The command `remit`. Each sub-command is a module of `remit.commands` with a click command named `command`.

Exit codes: 0 it ran, 1 it found faults, 2 bad usage or input (the reason is on stderr). A command that needs the
database calls `set_up()`; the others work on files alone and never load Django.
"""

from __future__ import annotations

import os
import pkgutil
import re
import sys
from importlib import import_module
from typing import NoReturn

import click

import remit.commands
from remit.environment import BadSetting, var_folder
from remit.policy.faults import PackFaults


class BadInput(click.ClickException):
    """What was given cannot be used: the message says what, where and the remedy; exit code 2."""

    exit_code = 2


class Commands(click.Group):
    """Finds sub-commands by file name and imports only the one that is asked for, so that each starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = (module.name for module in pkgutil.iter_modules(remit.commands.__path__))
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))  # "_…" is part of a command

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"remit.commands.{cmd_name.replace('-', '_')}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BadSetting as fault:
            raise BadInput(str(fault)) from fault
        except BrokenPipeError:
            reader_has_gone()
        except Exception as fault:
            if isinstance(fault, PackFaults):
                raise BadInput(f"The packs have faults. Mend them first.\n{fault}") from fault
            if not _has_no_tables(fault):
                raise
            raise BadInput("The database has not been prepared for this version. Run `remit migrate` first.") from fault


def _has_no_tables(fault: Exception) -> bool:
    """Whether a table or column is missing, by the words of SQLite and PostgreSQL; Django may not be loaded."""
    from_database = type(fault).__name__ in ("OperationalError", "ProgrammingError")
    return from_database and re.search(r"no such (table|column)|relation .* does not exist", str(fault)) is not None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="remit")
def remit_group() -> None:
    """Remit runs a police force's social-media policy: decisions that cite clauses, and evidence of each."""


def set_up() -> None:
    """Load Django with Remit's settings. Raises BadSetting where one cannot be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.settings")
    import django

    django.setup()
    try:
        var_folder().mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise BadSetting(f"REMIT_VAR: cannot make {var_folder()} ({fault.strerror}). Choose another folder.") from fault


def reader_has_gone() -> NoReturn:
    """End quietly: a reader that closes the pipe early, as in `remit facts | head`, is no fault."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def main() -> None:
    """Run the command line."""
    remit_group(prog_name="remit")
