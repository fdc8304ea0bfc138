"""`remit decide`: what one or more packs say about an act, on facts given as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.console import Console

from remit.cli import BadInput
from remit.policy.faults import nearest
from remit.policy.packs import Pack
from remit.terminal import console, json_option, load_library, overlay, print_json, read_json, read_now

OUTCOMES = {"allowed": "Allowed", "needs": "Not yet: something is still needed", "refused": "Refused"}
VERDICTS = {"fired": "stands in the way", "unknown": "cannot be told yet", "exempt": "does not apply"}
#: What a finding says of itself when nothing of its kind stands in the way.
MARKS = {"yes": "yes", "no": "no ", "unknown": "?  "}


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
    packs = [_named(library.packs, name, "--pack") for name in dict.fromkeys(names)]
    _named(library.vocabulary.moments, moment, "--moment")
    known = {name: fact for pack in packs for name, fact in pack.vocabulary.facts.items()}
    try:
        given = read_facts(known, read_json(facts))
    except FactFaults as fault:
        raise BadInput("\n".join(fault.faults)) from fault
    decision = decide(packs, moment, overlay(_baseline(packs, baseline), given), read_now(now)).to_json()
    if as_json:
        print_json(decision)
    else:
        show(decision, packs, console())


def _named(known: Mapping[str, Any], name: str, option: str) -> Any:
    if name not in known:
        raise BadInput(f'{option}: there is no "{name}". {nearest(name, known)}')
    return known[name]


def _baseline(packs: Sequence[Pack], name: str | None) -> dict[str, Any]:
    """The named facts of every pack; where several packs set the same fact, the first pack's."""
    if name is None:
        return {}
    facts: dict[str, Any] = {}
    for pack in reversed(packs):
        facts |= _named(pack.baselines, name, "--baseline")
    return facts


def show(decision: Mapping[str, Any], packs: Sequence[Pack], out: Console) -> None:
    """Print a decision for a stranger: the outcome, why, what is asked and of whom, and what it leaves behind."""
    titles = {who.key: who.title for pack in packs for who in pack.who.values()}
    out.print(OUTCOMES[decision["outcome"]], style="bold")
    out.print("under " + ", ".join(f"{pack['pack']} {pack['version']}" for pack in decision["packs"]))
    if decision["not_before"]:
        out.print(f"Not before {decision['not_before']}.")
    for finding in decision["findings"]:
        out.print()
        out.print(f"{', '.join(finding['clauses'])}  {finding['title']}", style="bold")
        out.print(f"  {finding['effect']} ({finding['wording']}): {_state(finding)}")
        for line in finding["lines"]:
            out.print(f"    {MARKS[line['verdict']]}  {line['text']}")
        if finding["remedy"] and finding["verdict"] != "exempt":
            out.print(f"  What to do: {finding['remedy']}")
    _section(out, "Questions to answer", [f"{item['question']}  ({item['fact']})" for item in decision["ask"]])
    _section(
        out,
        "To be asked",
        [
            f"{titles.get(say['who'], say['who'])}: {say['kind']} — {say['key']} ({', '.join(say['clauses'])})"
            for say in decision["says"]
        ],
    )
    _section(
        out,
        "Duties",
        [
            f"{titles.get(duty['owner'], duty['owner'])}: {duty['do']}"
            f"{', by ' + duty['due'] if duty.get('due') else ''} ({', '.join(duty['clauses'])})"
            for duty in decision["duties"]
        ],
    )
    for key, heading in (
        ("referrals", "Passed on"),
        ("notices", "Told"),
        ("guidance", "Guidance"),
        ("entries", "Recorded in"),
        ("offers", "Offered"),
    ):
        _section(out, heading, [_words(item, titles) for item in decision[key]])


def _state(finding: Mapping[str, Any]) -> str:
    if finding["verdict"] == "exempt" and finding["exempt_by"]:
        return f"does not apply, because {finding['exempt_by']}"
    if finding["verdict"] == "unknown" and finding["missing"]:
        return f"cannot be told without {', '.join(finding['missing'])}"
    return VERDICTS[finding["verdict"]]


def _section(out: Console, heading: str, lines: Sequence[str]) -> None:
    if lines:
        out.print()
        out.print(heading, style="bold")
        for line in lines:
            out.print(f"  - {line}")


def _words(item: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """One thing left behind in a line: its own text first, then who it concerns and which clause it follows."""
    texts = [str(item[key]) for key in ("text", "title", "register", "act", "key") if item.get(key)]
    who = item.get("to") or item.get("who") or []
    names = [titles.get(name, name) for name in ([who] if isinstance(who, str) else who)]
    clauses = ", ".join(item.get("clauses", []))
    return " — ".join([*texts[:1], *(", ".join(names) for _ in [0] if names)]) + (f" ({clauses})" if clauses else "")
