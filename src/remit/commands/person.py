"""`remit person`: the first people of a new service, above all a system administrator; the others on the pages."""

from __future__ import annotations

import sys

import click

from remit.cli import BadInput, set_up
from remit.commands.force import carry_out


@click.group("person")
def command() -> None:
    """Add somebody to the register, give them a role, set a password."""


_FROM_STDIN = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, its first line."
)


@command.command("add")
@click.argument("username")
@click.option("--force", required=True, help="Short name of the force (see `remit force list`).")
@click.option("--name", required=True, help="What people see: a role and number such as “Systems administrator 7003”.")
@click.option("--number", required=True, help="Shoulder or staff number.")
@click.option(
    "--category", default="police_staff", show_default=True, help="Kind of employment: police_staff, officer, pcso …"
)
@click.option("--role", "roles", multiple=True, help="Role for the whole force; give it again for several.")
@_FROM_STDIN
def add(
    username: str, force: str, name: str, number: str, category: str, roles: tuple[str, ...], password_stdin: bool
) -> None:
    """Put USERNAME on the register of a force, with roles and a password asked for here."""
    set_up()
    from django.db import transaction
    from django.utils import timezone

    from remit.people.acts import AddPerson, GiveRole, SetPassword

    _demand_force(force)
    password = _password(password_stdin)
    entry = {"display_name": name, "shoulder_number": number, "category": category}
    today = timezone.localdate().isoformat()
    with transaction.atomic():  # somebody with a role and no password, or the other way round, helps nobody
        subject = carry_out(AddPerson(force, username, entry)).subject
        for role in roles:
            carry_out(GiveRole(force, subject, role, today))
        carry_out(SetPassword(force, subject, password))
    held = f" with the role {', '.join(roles)}" if roles else ""
    click.echo(f"{name} is on the register{held}, and signs in as {username}.")


@command.command("set-password")
@click.argument("username")
@_FROM_STDIN
def set_password(username: str, password_stdin: bool) -> None:
    """Give USERNAME another password, asked for here; they are signed out everywhere."""
    set_up()
    from remit.people.acts import SetPassword
    from remit.people.acts.subjects import person_subject
    from remit.people.models import Person

    person = Person.objects.filter(username=username).first()
    if person is None:
        raise BadInput(f'Nobody signs in as "{username}". Look at the list of people for the right name.')
    carry_out(SetPassword(person.force_id, person_subject(person), _password(password_stdin)))
    click.echo(f"{person} signs in with the new password from now on.")


def _demand_force(slug: str) -> None:
    from remit.people.models import Force

    if not Force.objects.filter(pk=slug).exists():
        raise BadInput(
            f'There is no force "{slug}". `remit force list` shows those there are; `remit force add` adds one.'
        )


def _password(from_stdin: bool) -> str:
    """From standard input or asked for twice on the terminal: an argument would stand in the list of processes."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    return given
