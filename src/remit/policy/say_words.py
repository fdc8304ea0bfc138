"""How an approval or consultation is given, and how a post is filled, in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remit.policy.lapsing import FOR_GOOD
from remit.policy.packs import Permit, Say, Step, Who
from remit.policy.periods import clock_in_words
from remit.policy.words import either

if TYPE_CHECKING:
    from remit.policy.rule_words import PackWords


def say_rules(english: PackWords, say: Say) -> list[str]:
    """How an approval or consultation is given: after what, over what, by which answers, and who may record it."""
    found = [f"answered by {english.givers(say)}"]
    if say.never:
        found.append(f"never by {_barred(english, say)}")
    if say.after:
        found.append(f"after {either([english.say(key) for key in say.after], 'and')}")
    found.append(f"the answers are {either([plain(answer) for answer in say.answers])}")
    covers = [english.facts[name].label for name in say.covers if name in english.facts]
    if covers:
        found.append(f"asked for again when this changes: {either(covers)}")
    if say.stands:
        found.append("it still counts where only the spelling of what it covers is put right")
    if say.lasts:
        found.append(f"it counts {_counts(english, say.lasts)} and is then asked for again")
    if say.confirmed:
        later = "" if say.confirmed == FOR_GOOD else " from then, or to its own end if that is later"
        counts = _counts(english, say.confirmed)
        found.append(f"where whoever gave it confirms it before then, it counts {counts}{later}")
    for number, step in enumerate(say.unanswered):
        what = f"{english.who(*step.also)} may answer as well" if step.also else "what it was asked for lapses"
        found.append(
            f"when nobody has answered for {english.period(step.after)}{_start(english, step, number)}, {what}"
        )
    if say.may_be_recorded_by:
        found.append(f"when given by word of mouth it may be recorded by {english.who(*say.may_be_recorded_by)}")
    if say.proposer_counts:
        found.append("whoever proposes may give it")
    return found


def _start(english: PackWords, step: Step, number: int) -> str:
    if step.since is None:
        return " after that" if number else ""
    return f" since {english.facts[step.since].label if step.since in english.facts else plain(step.since)}"


def _counts(english: PackWords, words: str) -> str:
    if words.startswith("until "):
        return f"until the next {clock_in_words(words.removeprefix('until '))}"
    return words if words == FOR_GOOD else f"for {english.period(words)}"


def _barred(english: PackWords, say: Say) -> str:
    """Whom a say itself keeps from giving it."""
    says = english.pack.says
    return either([f"whoever gives “{says[n].title}”" if n in says else f"the {plain(n)}" for n in say.never])


def permit_rules(english: PackWords, permit: Permit) -> list[str]:
    """How an exception is given: by whom, for what, and for how long at most."""
    found = [f"given and taken back by {english.who(*permit.who)}", f"for one {either(list(permit.over))}"]
    found.append(f"for {permit.longest} at most" if permit.longest else "up to any day, or without an end")
    return found


def post_rules(english: PackWords, who: Who) -> list[str]:
    """How a post is filled: by which team, role, grade or relation, who stands in, and who never."""
    found = []
    if who.team:
        found.append(f"anybody of the team “{plain(who.team)}”")
    if who.role:
        found.append(f"whoever holds the role “{plain(who.role)}”")
    if who.grades:
        found.append(f"anybody of the grade {either([plain(g) for g in who.grades])}")
    if who.relation:
        found.append(f"the {plain(who.relation)}" if who.relation != "self" else "the person")
    if who.of:
        found[-1] += f" of the {plain(who.of)}"
    if who.chosen_by:
        found.append(f"named for each act by {english.who(who.chosen_by)}")
    if who.otherwise:
        found.append(f"stand-in: {english.who(*who.otherwise)}")
    if who.never:
        found.append(f"never the {either([plain(n) for n in who.never])}")
    return found


def plain(key: str) -> str:
    """A key as words: "line-manager" is "line manager"."""
    return key.replace("-", " ").replace("_", " ")
