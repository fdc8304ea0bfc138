"""`remit decide`: what one or more packs say about an act, on facts given as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from remit.cli import BadInput, set_up
from remit.policy.faults import nearest
from remit.policy.packs import Pack
from remit.policy.periods import day_in_words, london_date
from remit.telling import tell
from remit.terminal import console, json_option, load_library, pack_named, print_json, read_json, read_now


@click.command("decide")
@click.option("--pack", "names", multiple=True, required=True, help="Pack to decide under; give it again for several.")
@click.option("--moment", required=True, help="What is being done, such as post.publish (see `remit moments`).")
@click.option("--now", help="When, such as 2026-11-21T16:30; the present time unless given.")
@click.option("--baseline", help="A named set of facts to lay FACTS over, such as main-account-post.")
@click.argument("facts", metavar="FACTS.json")
@json_option
def command(
    names: Sequence[str], moment: str, now: str | None, baseline: str | None, facts: str, as_json: bool
) -> None:
    """Decide whether something may be done, and say why, what is needed and who must be asked.

    FACTS.json holds one object of facts with dotted names or nested objects ("-" reads standard input). null means
    that there is nothing; a fact left out is unknown, and never counts as no.
    """
    from remit.policy.decide import decide
    from remit.policy.facts import FactFaults, read_facts

    library = load_library()
    when = read_now(now)
    packs = [_of_its_day(pack_named(library, name, "--pack"), when) for name in dict.fromkeys(names)]
    named(library.vocabulary.moments, moment, "--moment")
    known = {name: fact for pack in packs for name, fact in pack.vocabulary.facts.items()}
    try:
        given = read_facts(known, read_json(facts))
    except FactFaults as fault:
        raise BadInput("\n".join(fault.faults)) from fault
    decision = decide(packs, moment, baseline_of(packs, baseline) | given, when)
    if as_json:
        print_json(decision.to_json())
    else:
        tell(decision, packs, console())


def _of_its_day(pack: Pack, when: datetime) -> Pack:
    """The pack as it was in force then, where that version is kept; with a warning where it is not."""
    day = london_date(when)
    if all(each.in_force_from is None or each.in_force_from <= day for each in pack.versions):
        return pack  # as it nearly always is: nothing has to be looked up
    set_up()
    from remit.policies.versions import in_force_on

    then = in_force_on(pack, day)
    if then is None:
        click.echo(
            f"{pack.name}: version {pack.version} was not in force on {day_in_words(day)}, and none that was is kept. "
            "It decides all the same.",
            err=True,
        )
    return then or pack


def named(known: Mapping[str, Any], name: str, option: str) -> Any:
    if name not in known:
        raise BadInput(f'{option}: there is no "{name}". {nearest(name, known)}')
    return known[name]


def baseline_of(packs: Sequence[Pack], name: str | None) -> dict[str, Any]:
    """The named facts of every pack; where several packs set the same fact, the first pack's."""
    if name is None:
        return {}
    facts: dict[str, Any] = {}
    for pack in reversed(packs):
        facts |= named(pack.baselines, name, "--baseline")
    return facts
