"""Each force's policy as the clock looks at it every day: reviews and sign-offs. A late one switches nothing off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils import timezone

from remit.acts.models import Duty
from remit.acts.packs import library
from remit.acts.states import Looked
from remit.people.models import Force
from remit.policies.models import Known
from remit.policy.decide import rules_at
from remit.policy.facts import FactFaults, read_facts
from remit.policy.packs import Pack, Version
from remit.web.subjects import Named

MOMENT = "policy.review"
#: The moments at which the clock looks at a policy.
MOMENTS = (MOMENT, "record.keep")
#: Days that are known from the duty of looking at something: it was last looked at on the day that duty was done.
LOOKED_AT = frozenset({"policy.last_review_on", "policy.adherence_reviewed_on"})


#: What the pack itself, its duties and other registers show; the rest a policy officer tells.
_SHOWN = LOOKED_AT | {
    "policy.version",
    "policy.published_on",
    "policy.next_review_on",
    "policy.recorded",
    "policy.accepted_version",
}


def subject_of(pack: str) -> str:
    """How duties about a policy name it; the force is theirs besides."""
    return f"policies.policy:{pack}"


def named_policy(pack: str) -> Named | None:
    """A policy as a person reads it, with its page."""
    found = library().packs.get(pack)
    return Named(f"The policy: {found.title}", f"/policy/{pack}/") if found else None


def kept_up(now: datetime) -> Iterator[Looked]:
    """Every policy that a force applies, as `policy.review` and `record.keep` look at it at `now` (aware)."""
    packs = library().packs
    for force in Force.objects.order_by("pk"):
        for name in force.packs:
            if name in packs:
                yield Looked(force.pk, subject_of(name), partial(policy_facts, force.pk, packs[name], now))


def policy_facts(force: str, pack: Pack, now: datetime) -> dict[str, Any]:
    """What is known of a policy in a force: its version in force, and when what comes round was last done."""
    version = version_on(pack, timezone.localdate(now))
    return {
        "policy.version": version.number if version else pack.version,
        "policy.published_on": version.published_on if version else None,
        "policy.next_review_on": version.next_review_on if version else None,
        "policy.recorded": [],  # a sign-off is on record as its duty, done by whoever owes it
        "policy.laws_changed": [],
        "policy.links_missing": [],
        "policy.assessments_missing": 0,
        "policy.review_needed_early": False,
        "policy.question": "none",
        "policy.intranet_version": None,  # until somebody tells that a version is there
        # Of what has its day, no day that nobody told has come.
        **{name: None for name in to_tell(pack) if pack.vocabulary.facts[name].type == "date"},
        **read_facts(pack.vocabulary.facts, told(force, pack)),
        **{name: _last_done(force, pack, name) for name in LOOKED_AT},
    }


def to_tell(pack: Pack) -> list[str]:
    """The facts about a policy on which its own rules turn and which only its policy officer can tell."""
    rules = [rule for moment in MOMENTS if moment in pack.vocabulary.moments for rule in rules_at(pack, moment)]
    read = frozenset[str]().union(*(facts for _, facts in rules))
    facts = pack.vocabulary.facts
    told = (name for name, fact in facts.items() if name.startswith("policy.") and fact.supplier == "register")
    return [name for name in told if name in read and name not in _SHOWN]


def clauses_of(pack: Pack, fact: str) -> tuple[str, ...]:
    """The clauses whose rules turn on a fact about the policy."""
    rules = [rule for moment in MOMENTS if moment in pack.vocabulary.moments for rule in rules_at(pack, moment)]
    return tuple(dict.fromkeys(clause for rule, reads in rules if fact in reads for clause in rule.clauses))


def told(force: str, pack: Pack) -> dict[str, Any]:
    """What was last told of a policy in a force, by fact, as JSON; without what today's vocabulary no longer has."""
    rows = Known.objects.filter(force=force, pack=pack.name, fact__in=to_tell(pack)).order_by("said_at", "pk")
    found = {}
    for row in rows:
        with suppress(FactFaults):
            read_facts(pack.vocabulary.facts, {row.fact: row.value})
            found[row.fact] = row.value
    return found


def version_on(pack: Pack, day: date) -> Version | None:
    """The newest version of `pack` that is in force on `day`; one that states no date always is."""
    found = [each for each in pack.versions if each.in_force_from is None or each.in_force_from <= day]
    return found[-1] if found else None


def _last_done(force: str, pack: Pack, fact: str) -> date | None:
    """The day on which a duty that is counted from `fact` was last done."""
    rules = [
        rule.id
        for rule in pack.rules
        if MOMENT in rule.moments and any(e.anchor is not None and fact in e.anchor.facts for e in rule.then)
    ]
    done = Duty.objects.filter(force=force, pack=pack.name, subject=subject_of(pack.name), rule__in=rules)
    at = done.filter(state=Duty.State.DONE).order_by("-done_at").values_list("done_at", flat=True).first()
    return timezone.localdate(at) if at else None
