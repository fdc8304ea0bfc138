"""`remit force`: set a force up in a service of its own: its policies, its settings, the teams its policies name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from remit.cli import BadInput, set_up


@click.group("force")
def command() -> None:
    """Add a force, or change its policies and settings."""


_PACK = click.option("--pack", "packs", multiple=True, help="Policy it applies; give it again for several.")
_SETTING = click.option(
    "--setting", "settings", multiple=True, metavar="NAME=VALUE", help="Answer to a setting that a policy asks for."
)


@command.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="What people call it: Surrey Police.")
@_PACK
@_SETTING
def add(slug: str, name: str, packs: Sequence[str], settings: Sequence[str]) -> None:
    """Add the force SLUG (a short name such as surrey) with the teams that its policies name."""
    if not packs:
        raise BadInput(
            "A force without a policy can decide nothing. Name one with --pack; `remit pack list` shows them."
        )
    set_up()
    from django.db import transaction

    from remit.people.acts import AddForce, AddTeam
    from remit.people.acts.forces import teams_named

    with transaction.atomic():
        carry_out(AddForce(slug, name, list(packs), read_settings(packs, settings)))
        for key, title in teams_named(packs).items():
            carry_out(AddTeam(slug, key, title))
    click.echo(f"{name} is added, with {len(teams_named(packs))} teams that its policies name.")
    _say_unanswered(slug)
    click.echo(f"Next, add its first person: remit person add USERNAME --force {slug} --role system-administrator …")


@command.command("change")
@click.argument("slug")
@_PACK
@_SETTING
def change(slug: str, packs: Sequence[str], settings: Sequence[str]) -> None:
    """Change the policies of the force SLUG (all of them, in order) or its settings (those that are named)."""
    set_up()
    from remit.people.acts import AddTeam, ChangeForce
    from remit.people.acts.forces import teams_named
    from remit.people.models import Force, Team

    force = Force.objects.filter(pk=slug).first()
    if force is None:
        raise BadInput(f'There is no force "{slug}". `remit force list` shows those there are.')
    applied = list(packs) or force.packs
    carry_out(ChangeForce(slug, applied, read_settings(applied, settings)))
    there = set(Team.objects.filter(force=slug).values_list("key", flat=True))
    for key, title in teams_named(applied).items():
        if key not in there:
            carry_out(AddTeam(slug, key, title))
    click.echo(f"{force.name} is changed. What waits for a decision is decided again within ten minutes.")
    _say_unanswered(slug)


@command.command("list")
def list_forces() -> None:
    """The forces of this service, with their policies."""
    set_up()
    from remit.people.models import Force

    forces = list(Force.objects.all())
    if not forces:
        click.echo("There is no force yet. Add one with `remit force add`.")
    for force in forces:
        click.echo(f"{force.slug}: {force.name}, under {', '.join(force.packs)}")


def read_settings(packs: Sequence[str], given: Sequence[str]) -> dict[str, Any]:
    """NAME=VALUE as typed values: a text as it is, a list as JSON or with commas, the rest as JSON. Raises BadInput."""
    from remit.acts.act import ActRefused
    from remit.people.acts.forces import check_packs, settings_asked

    try:
        check_packs(packs)
    except ActRefused as refused:
        raise BadInput(str(refused)) from refused
    asked = settings_asked(packs)
    found: dict[str, Any] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BadInput(f'"{pair}" is no setting. Write it as NAME=VALUE, such as website=www.surrey.police.uk.')
        kind = asked[name].type if name in asked else "strings"
        if kind in ("strings", "enums") and not value.startswith("["):
            found[name] = [word.strip() for word in value.split(",") if word.strip()]
        elif kind in ("string", "enum", "date", "time", "period"):
            found[name] = None if value == "null" and kind != "string" else value
        else:
            try:
                found[name] = json.loads(value)
            except json.JSONDecodeError as fault:
                forms = 'true, 3, 0.5, null, ["x", "y"] or [{"polling_day": "2027-05-06"}]'
                raise BadInput(f'The setting "{name}" is not JSON: {fault.msg}. Write {forms}.') from fault
    return found


def carry_out(act: Any) -> Any:
    """Propose `act` as Remit itself; gives the proposal that was carried out. Raises BadInput with the reason."""
    from django.utils import timezone

    from remit.acts import door
    from remit.acts.act import ActRefused
    from remit.acts.models import Proposal

    now = timezone.now()
    try:
        proposal = door.propose(act, None, now)
    except ActRefused as refused:
        raise BadInput(str(refused)) from refused
    if proposal.state != Proposal.State.APPLIED:
        reasons = [f"{f['title']} ({', '.join(f['clauses'])})" for f in proposal.decision.get("findings", [])]
        raise BadInput(f"{act.label}: {proposal.get_state_display().lower()}. {'; '.join(reasons)}")
    return proposal


def _say_unanswered(slug: str) -> None:
    """The settings that still have no answer: rules that turn on them wait."""
    from remit.acts.packs import library
    from remit.people.acts.forces import settings_asked
    from remit.people.models import Force

    force = Force.objects.get(pk=slug)
    defaults = {name for pack in force.packs for name in library().packs[pack].setting_defaults}
    for name, fact in sorted(settings_asked(force.packs).items()):
        if name not in force.settings and f"force.{name}" not in defaults:
            click.echo(f"  not answered yet: {name} ({fact.question or fact.label})")
