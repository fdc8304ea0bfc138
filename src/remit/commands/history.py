"""`remit history`: a force's past decisions with their facts, as a file to replay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from remit.cli import BadInput, set_up
from remit.policy.periods import LONDON

_DAY = click.DateTime(["%Y-%m-%d"])
force_option = click.option("--force", help="The force whose decisions these are, such as cleveland.")
person_option = click.option("--as", "person", help="Who is asking, by the name they sign in with; the ledger says so.")
since_option = click.option("--since", type=_DAY, help="The first day; a year before the last unless given.")
until_option = click.option("--until", type=_DAY, help="The last day; today unless given.")


@dataclass(frozen=True)
class Days:
    """The days somebody asked for, and the ones that are meant."""

    since: datetime | None
    until: datetime | None

    def meant(self, today: date) -> tuple[date, date]:
        last = self.until.date() if self.until else today
        return (self.since.date() if self.since else last - timedelta(days=365)), last


@click.command("history")
@force_option
@person_option
@since_option
@until_option
@click.argument("file", metavar="FACTS.parquet", type=click.Path(path_type=Path))
def command(force: str | None, person: str | None, since: datetime | None, until: datetime | None, file: Path) -> None:
    """Write a force's decisions with the facts they stood on, a row each, for `remit replay`.

    Facts can be personal: who takes them out needs permission, it is in the ledger, and only you can read the file.
    """
    if file.exists():
        raise BadInput(f"{file} is there already. Choose another name, or move it away first.")
    count = written(file, force, person, Days(since, until))
    click.echo(
        f"{count:,} decisions written to {file}. They may hold personal data: delete the file when you are done."
    )


def written(file: Path, force: str | None, person: str | None, days: Days) -> int:
    """Write the file and give the number of decisions. Raises BadInput for what cannot be done."""
    if not force or not person:
        raise BadInput("Say which force's decisions with --force, and who is asking with --as.")
    set_up()
    from django.core.exceptions import PermissionDenied
    from django.db import DatabaseError

    from remit.acts.act import ActRefused
    from remit.people.models import Person
    from remit.policies.history import write_decisions

    now = datetime.now(LONDON)
    try:
        asking = Person.objects.filter(username=person).first()
        if asking is None:
            raise BadInput(f'--as: nobody signs in as "{person}".')
        found = write_decisions(file, force, *days.meant(now.date()), asking, now)
    except PermissionDenied as fault:
        raise BadInput(f"{fault} A policy officer or an auditor of the force may.") from fault
    except ActRefused as fault:
        raise BadInput(str(fault)) from fault
    except OSError as fault:
        raise BadInput(f"Cannot write {file}: {fault.strerror}. Choose another place.") from fault
    except DatabaseError as fault:
        raise BadInput(f"The database cannot be read ({fault}). Run `remit migrate` first.") from fault
    for name, times in sorted(found.left_out.items()):
        click.echo(f"{name} is no longer a fact as it was then; left out of {times:,} decisions.", err=True)
    return found.decisions
