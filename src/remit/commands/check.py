"""`remit check`: what a text seems to show, and what one or more packs say about publishing it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from remit.cli import BadInput
from remit.commands.decide import baseline_of, named
from remit.policy.facts import write_facts
from remit.telling import tell
from remit.terminal import console, json_option, load_library, pack_named, print_json, read_json, read_now

if TYPE_CHECKING:
    from remit.policy.decision import Decision
    from remit.policy.packs import Pack
    from remit.signals import Reading


@dataclass(frozen=True)
class Checked:
    """One text: what was read, what was decided, and which signals each finding rests on."""

    reading: Reading
    decision: Decision
    raised_by: tuple[tuple[int, ...], ...]  # for each finding, the places of its signals in `reading.signals`
    granted: Mapping[str, Any]  # answers that the baseline gave and some rule turned on; nobody was asked

    def to_json(self) -> dict[str, Any]:
        decided = self.decision.to_json()
        return {
            "outcome": decided["outcome"],
            "findings": [
                {**finding, "raised_by": list(raised)}
                for finding, raised in zip(decided["findings"], self.raised_by, strict=True)
            ],
            "signals": self.reading.to_json(),
            "ask": decided["ask"],
            "says": decided["says"],
            "from_baseline": write_facts(self.granted),
        }


class Checker:
    """Reads a text and decides about publishing it, always under the same packs, baseline and time."""

    def __init__(
        self, packs: Sequence[Pack], moment: str, now: datetime, baseline: Mapping[str, Any], given: Mapping[str, Any]
    ) -> None:
        from remit import environment
        from remit.signals import SignalSettings, meaning

        if not environment.flag("REMIT_MEANING", "on"):
            meaning.off()
        self._packs, self._moment, self._now = packs, moment, now
        self._baseline, self._given = baseline, given
        defaults = {name: value for pack in packs for name, value in pack.setting_defaults.items()}
        self._settings = SignalSettings.from_facts(defaults | dict(given))
        self._rests_on = {(pack.name, rule.id): _facts_of(pack, rule.id) for pack in packs for rule in pack.rules}

    def check(self, text: str) -> Checked:
        """Facts given outright count before what the signals read, and those before the baseline.

        What the baseline takes for granted, such as that no proceedings are active, is open again where the text says
        otherwise: a text about a hearing tomorrow asks.
        """
        from remit.policy.decide import decide
        from remit.signals import Content, read

        text = text.encode("utf-8", "replace").decode()  # half characters, which no output can carry
        reading = read(Content(text), self._settings)
        seen = reading.facts()
        open_again = {name for signal in reading.signals if reading.counts(signal) for name in signal.reopens}
        granted = {name: value for name, value in self._baseline.items() if name not in open_again}
        facts = {**granted, **seen, "post.text": text, **self._given}
        decision = decide(self._packs, self._moment, facts, self._now)
        places = {id(signal): place for place, signal in enumerate(reading.signals)}
        raised = tuple(
            tuple(places[id(s)] for s in reading.about(self._rests_on[finding.pack, finding.rule]))
            for finding in decision.findings
        )
        told = {*seen, "post.text", *self._given}
        taken = {name: granted[name] for name in sorted(decision.turns_on & granted.keys()) if name not in told}
        return Checked(reading, decision, raised, taken)


def _facts_of(pack: Pack, rule_id: str) -> frozenset[str]:
    """Every fact that the rule's tests read, those behind definitions included."""
    rule = next(rule for rule in pack.rules if rule.id == rule_id)
    todo = [name for test in rule.when for name in test.facts]
    if rule.concern:
        todo.append(f"concern.{rule.concern}")
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            if name in pack.definitions:
                todo.extend(fact for condition in pack.definitions[name].conditions for fact in condition.facts)
    return frozenset(found)


@click.command("check")
@click.option("--pack", "names", multiple=True, required=True, help="Pack to check under; give it again for several.")
@click.option("--moment", default="post.publish", show_default=True, help="What would be done with the text.")
@click.option("--now", help="When, such as 2026-11-21T16:30; the present time unless given.")
@click.option(
    "--baseline", default="main-account-post", show_default=True, help="The named set of facts to start from."
)
@click.option("--facts", "facts", metavar="FACTS.json", help="Facts that replace the baseline's and what is read.")
@click.option("--csv", "file", metavar="FILE", help="Check every row of a CSV file, one JSON object a line.")
@click.option("--column", metavar="NAME", help="The column of FILE that holds the text.")
@click.argument("text", required=False)
@json_option
def command(
    names: Sequence[str],
    moment: str,
    now: str | None,
    baseline: str,
    facts: str | None,
    file: str | None,
    column: str | None,
    text: str | None,
    as_json: bool,
) -> None:
    """Check a TEXT, or every row of a CSV file: what it seems to show, and what the packs say about publishing it.

    TEXT "-" reads standard input. What is read is a question with its words and never an answer: a person decides.
    """
    from remit.policy.facts import FactFaults, read_facts

    if (text is None) == (file is None):
        raise BadInput("Give either a TEXT or --csv FILE with --column NAME.")
    if (file is None) != (column is None):
        raise BadInput("--csv and --column go together: --csv posts.csv --column text.")
    library = load_library()
    packs = [pack_named(library, name, "--pack") for name in dict.fromkeys(names)]
    named(library.vocabulary.moments, moment, "--moment")
    known = {name: fact for pack in packs for name, fact in pack.vocabulary.facts.items()}
    try:
        given = read_facts(known, read_json(facts)) if facts else {}
    except FactFaults as fault:
        raise BadInput("\n".join(fault.faults)) from fault
    checker = Checker(packs, moment, read_now(now), baseline_of(packs, baseline), given)
    if file is not None and column is not None:
        from remit.commands._check_file import check_file

        check_file(checker, Path(file), column, as_json)
        return
    checked = checker.check(sys.stdin.read() if text == "-" else text or "")
    if as_json:
        print_json(checked.to_json())
    else:
        tell(checked.decision, packs, console())
        _tell_signals(checked, console())
        _tell_granted(checked, packs[0], baseline, console())


def _tell_granted(checked: Checked, pack: Pack, baseline: str, out: Console) -> None:
    """What the author would be asked, and was taken for granted here."""
    from remit.policy.words import value_words

    facts = pack.vocabulary.facts
    asked = [name for name in checked.granted if facts[name].supplier in ("author", "signal")]
    if not asked:
        return
    out.print(f"\nTaken for granted, from the baseline {baseline}; an author is asked", style="bold")
    for name in asked:
        out.print(f"  - {facts[name].label}: {value_words(checked.granted[name], facts[name])} ({name})")


def _tell_signals(checked: Checked, out: Console) -> None:
    """What was read, with its words and the clauses that rest on it."""
    if not checked.reading.signals:
        out.print("\nNothing in the text raised a question.")
        return
    out.print("\nWhat was read in the text", style="bold")
    for place, signal in enumerate(checked.reading.signals):
        pairs = zip(checked.decision.findings, checked.raised_by, strict=True)
        clauses = dict.fromkeys(c for finding, raised in pairs if place in raised for c in finding.clauses)
        words = ", ".join(f"“{piece.words}”" for piece in signal.evidence if piece.words)
        sure = f"{signal.confidence:.0%} sure"
        out.print(f"  - {signal.reason} {words} ({signal.name}; {sure}{'; ' + ', '.join(clauses) if clauses else ''})")
