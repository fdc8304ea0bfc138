"""What a decision is taken on: facts of registers, of the press of the button, of answers, and the kernel's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils import timezone

from remit.acts import lasting
from remit.acts.act import Act, ActRefused
from remit.acts.directory import get_directory
from remit.acts.models import Proposal, Say
from remit.acts.packs import as_written
from remit.ledger.hashing import canonical
from remit.policy.facts import FactFaults, read_facts, write_facts, write_value
from remit.policy.packs import Pack
from remit.policy.vocabulary import Fact
from remit.sql import day, rows

#: What a person may say; everything else comes from a register, a force's settings or the kernel.
_SAID_BY_PEOPLE = frozenset({"author", "signal", "approver"})
#: The one kernel fact that a person supplies: what they have ticked.
ACKNOWLEDGED = "act.acknowledged"


_LIVE_GRANTS = (
    "SELECT kind, rule FROM acts_grant WHERE force = %s AND ended_at IS NULL AND since <= %s"
    " AND (until IS NULL OR until >= %s) AND ({holder} over <> '' AND person_id IS NULL) AND over IN ({over})"
)


def vocabulary(packs: Iterable[Pack]) -> Mapping[str, Fact]:
    """Every fact that these packs can read, by name."""
    known: Mapping[str, Fact] = {}
    for pack in packs:  # nearly always one, whose vocabulary of hundreds is not written out again
        known = {**known, **pack.vocabulary.facts} if known else pack.vocabulary.facts
    return known


def supplier(name: str, known: Mapping[str, Fact]) -> str:
    """Who can supply a fact: "author", "register" …; ticks and concerns people. Raises ActRefused if unknown."""
    if name == ACKNOWLEDGED or name.startswith("concern."):
        return "author"
    fact = known.get(name.removeprefix("was."))
    if fact is None:
        raise ActRefused(f'There is no question "{name}".', "Reload the page: the policy may have changed.")
    return fact.supplier


def read_answers(answers: Mapping[str, Any], packs: Iterable[Pack]) -> dict[str, Any]:
    """What a person answered, as typed values by fact name.

    Raises:
        ActRefused: an answer to what nobody asks, of the wrong type, or to what is not for a person to say.
    """
    known = vocabulary(packs)
    try:
        values = read_facts(known, answers)
    except FactFaults as fault:
        raise ActRefused(str(fault), "Correct the answer.") from fault
    for name in values:
        if supplier(name, known) not in _SAID_BY_PEOPLE:
            raise ActRefused(
                f'"{known[name].label}" cannot be answered here: Remit takes it from a register.',
                "Ask for the register to be corrected.",
            )
    return values


def gather(
    proposal: Proposal, act: Act, actor: Any, packs: Iterable[Pack], now: datetime, *, said_by: datetime | None = None
) -> dict[str, Any]:
    """Every fact of a proposal at `now`. What has lapsed by then no longer counts, or by `said_by` where that is given.

    Later ones outweigh earlier ones: answers, live facts, facts frozen at the press, what a reviewer settled, the
    force's settings, the kernel's own. So nobody can answer away what a register or a signal says.
    """
    packs = list(packs)
    known = vocabulary(packs)
    answers = still_meant(known, proposal.answers)
    frozen = still_meant(known, proposal.frozen)
    ticked = {*answers.pop(ACKNOWLEDGED, []), *frozen.pop(ACKNOWLEDGED, [])}
    live = act.facts(actor, now)
    ticked |= {*live.pop(ACKNOWLEDGED, [])}
    return {
        **answers,
        **live,
        **frozen,
        **still_meant(known, proposal.settled),
        **settings_facts(act.force, known),
        **_kernel(proposal, act, actor, now, said_by or now),
        ACKNOWLEDGED: sorted(ticked),
    }


def still_meant(known: Mapping[str, Fact], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept (JSON) under another vocabulary, without what this one does not have or means otherwise."""
    found: dict[str, Any] = {}
    for name, value in kept.items():
        with suppress(FactFaults):
            found |= read_facts(known, {name: value})
    return found


def settings_facts(force: str, known: Mapping[str, Fact]) -> dict[str, Any]:
    """The force's settings that these packs ask for; what it has not answered is left to the pack's default."""
    named = {f"force.{name}": value for name, value in get_directory().settings_of(force).items() if value is not None}
    return read_facts(known, {name: value for name, value in named.items() if name in known})


def _kernel(proposal: Proposal, act: Act, actor: Any, now: datetime, said_by: datetime) -> dict[str, Any]:
    asked = act.step_of() or proposal
    gone = (Say.State.VOID, Say.State.NOT_NEEDED)
    says = list(asked.says.exclude(state__in=gone).order_by("id")) if asked.pk else []
    approved, answered = given(says, said_by)
    return {
        "act.approved": approved,
        "act.answered": answered,
        "act.objected": sorted(
            {say.key for say in says if say.state == Say.State.ANSWERED and say.answer == "objects"}
        ),
        **({"act.says": asked_for(says)} if says else {}),
        "act.asked_for": sorted(asked.asked_for),
        "act.grants": grants(act, act.done_by(actor), now),
        "act.not_sure": sorted(proposal.not_sure),
    }


def given(says: Iterable[Say], now: datetime) -> tuple[list[str], list[str]]:
    """Of the says that count: keys of those approved, and of those answered (approvals included).

    One that has lapsed by `now` no longer stands. A say that has to come from each of several posts stands once every
    one of them has given it; one of several people, once so many have.
    """
    rows: dict[tuple[str, str], dict[tuple[str, Any], Say]] = {}
    for say in says:
        if not lasting.lapsed(say, now):
            # A later row replaces an earlier one for the same post, or of the same one of several people.
            of_whom = say.who, say.answered_by_id if wanted(say) > 1 else None
            rows.setdefault((say.pack, say.key), {})[of_whom] = say

    def stand(yes: Callable[[Say], bool]) -> list[str]:
        lacking = {key for (_, key), asked in rows.items() if not _enough([yes(s) for s in asked.values()], asked)}
        return sorted({key for _, key in rows} - lacking)

    return stand(is_yes), stand(is_answered)


def _enough(given: list[bool], asked: Mapping[Any, Say]) -> bool:
    several = wanted(next(iter(asked.values())))
    return sum(given) >= several if several > 1 else all(given)


def wanted(say: Say) -> int:
    """How many different people the policy wants a say of."""
    written = as_written(say)
    return written[1].people if written else 1


def asked_for(says: Iterable[Say]) -> list[dict[str, Any]]:
    """Each say that somebody has been asked for: when, when it was given, and the answer; none for what is not yet."""
    return [
        {
            "say": say.key,
            "asked_at": say.asked_at,
            "given_at": say.answered_at,
            "confirmed_at": say.confirmed_at,
            "answer": say.answer or None,
        }
        for say in says
        if say.state != Say.State.WAITING
    ]


def is_yes(say: Say) -> bool:
    """Whether a say is an approval that has been given."""
    return say.state == Say.State.ANSWERED and say.answer == "approve"


def is_answered(say: Say) -> bool:
    """Whether a say is a consultation that was answered, or an approval that has been given."""
    return is_yes(say) or (say.state == Say.State.ANSWERED and say.kind == "consult")


def grants(act: Act, actor: Any, now: datetime) -> list[str]:
    """Kinds of the live grants of the actor, or of what is acted on; of an exception also the rule it lifts."""
    today, over = day(timezone.localdate(now)), ["", act.subject, *act.over()]
    holder, held_by = ("person_id = %s OR", [actor.pk]) if actor else ("over = '' AND person_id IS NULL OR", [])
    query = _LIVE_GRANTS.format(holder=holder, over=", ".join(["%s"] * len(over)))
    found = rows(query, [act.force, today, today, *held_by, *over])
    return sorted({key for keys in found for key in keys if key})


def covered_by_packs(packs: Iterable[Pack]) -> set[str]:
    """Facts that some say of these packs covers."""
    return {name for pack in packs for say in pack.says.values() for name in say.covers}


def digests(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of the canonical JSON of each named fact that is known; "application" names the whole group."""
    found = {}
    for name in sorted(set(names)):
        value: Any
        if name in facts:
            value = write_value(facts[name])
        else:
            value = write_facts({k: v for k, v in facts.items() if k.startswith(f"{name}.")})
            if not value:
                continue
        found[name] = hashlib.sha256(canonical(value)).hexdigest()
    return found
