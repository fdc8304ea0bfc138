"""`remit run`: the demonstration, from nothing to a page that answers. What `make run` starts."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from remit.cli import BadInput, set_up
from remit.environment import DEMONSTRATION_PREFIX, mode, var_folder
from remit.terminal import demand_packs

#: Stands in the var folder while the demonstration is being loaded, so that one cut short is begun again.
LOADING = "demonstration-is-loading"


@click.command("run")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--worker/--no-worker", default=True, help="Run the worker inside this process, or not.")
def command(port: int, worker: bool) -> None:
    """Start the demonstration: five policies, seven forces, invented people; on this machine alone."""
    os.environ.setdefault("REMIT_MODE", "demonstration")
    demand_packs()
    running = only_one(var_folder())
    clear_half_loaded(var_folder())
    with local_bluesky(var_folder()) as bluesky:
        set_up()
        from remit import serving

        server = serving.Server("127.0.0.1", port, with_worker=worker)  # now: a port in use is said before the loading
        load(var_folder())
        on_bluesky = connect(bluesky)
        running.write(server.address)
        running.flush()
        click.echo(f"\nRemit is at {server.address}\n")
        for line in (*sign_in_lines(server.address), *on_bluesky):
            click.echo(line)
        click.echo("Press Ctrl-C to stop.")
        server.run()
    click.echo("\nRemit has stopped.")


@contextmanager
def local_bluesky(folder: Path) -> Iterator[str]:
    """The address of this machine's own Bluesky server, which runs for the length of the block; "" unless asked for.

    It is asked for by BLUESKY=local; BLUESKY_PORT is its port, 0 for any free one.
    """
    asked, port = os.environ.get("BLUESKY", ""), os.environ.get("BLUESKY_PORT", "")
    if asked not in ("", "local") or not (port or "0").isdigit():
        raise BadInput(f'BLUESKY is "{asked}" and BLUESKY_PORT "{port}". Write BLUESKY=local, or leave both out.')
    if not asked:
        yield ""
        return
    from remit.demo.bluesky_server import PORT, BlueskyServer

    with BlueskyServer(folder / "bluesky", int(port or PORT)) as server:
        os.environ["BLUESKY_SERVICES"] = server.service
        yield server.service


def connect(bluesky: str) -> list[str]:
    """Connect the forces to the Bluesky server of that address, if there is one, and say so in lines."""
    if not bluesky:
        return []
    from remit.demo import bluesky as accounts

    handles = accounts.load(bluesky)
    return [f"A real Bluesky server is at {bluesky}. Each force has an account on it, such as @{handles[0]}.", ""]


def only_one(folder: Path) -> IO[str]:
    """The open, locked file that keeps a second demonstration out of the same folder; it is to hold our address."""
    if mode() != "demonstration":
        raise BadInput(
            "This is the demonstration, but REMIT_MODE is production. Unset REMIT_MODE, or use `remit serve`."
        )
    folder.mkdir(parents=True, exist_ok=True)
    running = (folder / "running").open("a+", encoding="utf-8")
    try:
        fcntl.flock(running, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        running.seek(0)
        raise BadInput(
            f"This demonstration is running already: {running.read() or 'it is starting'}. Use that one, stop it "
            "with Ctrl-C first, or set REMIT_VAR to another folder for a second one."
        ) from None
    running.truncate(0)
    return running


def clear_half_loaded(folder: Path) -> None:
    """Remove an embedded demonstration whose loading was cut short. Never touches any other database."""
    if not (folder / LOADING).exists():
        return
    if os.environ.get("DATABASE_URL"):
        raise BadInput(
            "Loading the demonstration into the database of DATABASE_URL was cut short. Empty that database, "
            f"delete {folder / LOADING} and start again."
        )
    for leftover in folder.glob("remit.sqlite3*"):
        leftover.unlink()
    shutil.rmtree(folder / "ledger", ignore_errors=True)


def load(folder: Path) -> None:
    """Make the tables and the demonstration, each unless it is there."""
    from django.core.management import call_command

    from remit import safety, serving

    if not serving.is_migrated():
        call_command("migrate", interactive=False, verbosity=0)
    if safety.demonstration_sign_ins() and not (folder / LOADING).exists():
        sign_ledger()
        return
    from remit.people.models import Person

    if Person.objects.exists():
        raise BadInput(
            f"The database of {folder} holds people of your own, and the demonstration keeps to a database of its "
            "own. Set REMIT_VAR to an empty folder, or use `remit serve`."
        )
    click.echo("Loading the demonstration, once. It takes a minute or two, and longer on a busy machine.")
    (folder / LOADING).touch()
    from remit import demo

    demo.load(tell=click.echo)
    sign_ledger()
    (folder / LOADING).unlink()


def sign_ledger() -> None:
    """Give the demonstration's ledger a key, unless it has one, and sign what is there."""
    from django.utils import timezone

    from remit.ledger import keys
    from remit.ledger.sequencer import publish

    if not keys.is_made():
        keys.make("remit.demonstration/ledger", timezone.now())
        publish()


def sign_in_lines(address: str) -> list[str]:
    """A one-click sign-in for each role, and where to find everybody else."""
    from django.utils import timezone

    from remit.people.models import Person
    from remit.people.permissions import ROLES, roles_now

    today = timezone.localdate()
    people = Person.objects.filter(username__startswith=DEMONSTRATION_PREFIX, is_active=True)
    chosen: dict[str, Person] = {}
    for person in people.select_related("force").order_by("force__name", "pk"):
        for held in roles_now(person, today):
            chosen.setdefault(held.role, person)
    page = f"{address}demo/sign-in"
    lines = ["Sign in with one click as"]
    for role in (key for key in ROLES if key in chosen):
        person = chosen[role]
        lines.append(f"  {ROLES[role].title}: {person.display_name}, {person.force.name}")
        lines.append(f"    {page}?as={person.username.removeprefix(DEMONSTRATION_PREFIX)}")
    return [*lines, f"or as anybody else, in any of the forces: {page}", ""]
