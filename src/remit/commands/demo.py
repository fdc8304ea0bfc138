"""`remit demo`: the invented forces, people, accounts and posts to try Remit with."""

from __future__ import annotations

import os

import click

from remit.cli import set_up
from remit.commands import run
from remit.environment import var_folder


@click.group("demo")
def command() -> None:
    """The demonstration: seven forces under five policies, all invented."""


@command.command("load")
def load() -> None:
    """Make the demonstration in the var folder, unless it is there."""
    os.environ.setdefault("REMIT_MODE", "demonstration")
    with run.only_one(var_folder()):
        run.clear_half_loaded(var_folder())
        set_up()
        run.load(var_folder())
