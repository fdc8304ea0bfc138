"""How long a say counts once it is given, and how long it is waited for: the periods of the policy's `says`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from remit.acts.act import load_act
from remit.acts.directory import get_directory
from remit.acts.models import Proposal, Say
from remit.acts.packs import as_written, library
from remit.policy import lapsing
from remit.policy.packs import Pack
from remit.policy.packs import Say as PackSay
from remit.policy.periods import london_date, parse_period, passed


def lapsed(say: Say, now: datetime) -> bool:
    """Whether an answer was given so long ago that the policy counts it no longer."""
    end = counts_until(say, now)
    return end is not None and end <= now


def counts_until(say: Say, now: datetime) -> datetime | None:
    """When an answer runs out, as the policy and the force's settings have it `now`; None where it does not."""
    if (written := as_written(say)) is None or written[1].lasts is None or say.answered_at is None:
        return None
    pack, said = written
    force = say.proposal.force

    def held(words: str) -> str | None:
        return _held(words, pack, force, now)

    return lapsing.counts_until(said, say.answered_at, say.confirmed_at, held, pack.vocabulary.holidays)


def confirmable(say: Say, now: datetime) -> bool:
    """Whether it would make a difference that whoever gave an answer confirms it: it runs out and is waited for."""
    written = as_written(say)
    if written is None or written[1].confirmed is None or say.state != Say.State.ANSWERED or say.after_event:
        return False
    end = counts_until(say, now)
    return end is not None and end > now and _awaited(say.proposal, now)


def _awaited(proposal: Proposal, now: datetime) -> bool:
    """Whether what was proposed is still to be done, or has been put off to a time that is to come."""
    if proposal.state == Proposal.State.APPLIED:
        return load_act(proposal).takes_effect_at(now) > now
    return proposal.state == Proposal.State.OPEN


def to_confirm(person: Any, now: datetime) -> list[Say]:
    """The answers that `person` gave and that run out unless they confirm them, the next to run out first."""
    there = Say.objects.filter(_of(lambda said: said.confirmed), state=Say.State.ANSWERED, answered_by=person)
    there = there.filter(proposal__state__in=[Proposal.State.OPEN, Proposal.State.APPLIED])
    found = [say for say in there.select_related("proposal__proposer") if confirmable(say, now)]
    return sorted(found, key=lambda say: counts_until(say, now) or now)


def run_out(now: datetime) -> list[Proposal]:
    """What still waits, and for which an answer has run out that counted until then."""
    given = Say.objects.filter(_of(lambda said: said.lasts), state=Say.State.ANSWERED, after_event=False)
    given = given.filter(proposal__state=Proposal.State.OPEN).select_related("proposal").order_by("id")
    return list({say.proposal_id: say.proposal for say in given if lapsed(say, now)}.values())


def _of(kind: Callable[[PackSay], Any]) -> Q:
    """The says of every policy that are of a kind; none where there are none."""
    keys = [(pack.name, key) for pack in library().packs.values() for key, said in pack.says.items() if kind(said)]
    return Q(*(Q(pack=pack, key=key) for pack, key in keys), _connector=Q.OR) if keys else Q(pk=None)


def unanswered(now: datetime) -> Iterator[Say]:
    """The says that were asked for so long ago that others may now answer as well, or that they lapse."""
    waited_for = [
        Q(pack=pack.name, key=key, widened__lt=len(said.unanswered))
        for pack in library().packs.values()
        for key, said in pack.says.items()
        if said.unanswered
    ]
    if not waited_for:
        return
    asked = Say.objects.filter(Q(*waited_for, _connector=Q.OR), state=Say.State.ASKED)
    asked = asked.filter(Q(after_event=True) | Q(proposal__state=Proposal.State.OPEN)).select_related("proposal")
    for say in asked.order_by("id"):
        pack = library().packs[say.pack]
        step = pack.says[say.key].unanswered[say.widened]
        # It may have waited its turn again after a step was taken, and been asked for anew.
        since = max(say.asked_at, say.widened_at or say.asked_at)
        if step.since and isinstance(known := say.proposal.facts.get(step.since), str):
            since = datetime.fromisoformat(known)
        # What is asked for after the event is done already; nothing of it could lapse.
        if (step.also or not say.after_event) and _over(since, step.after, pack, say, now):
            yield say


def _over(start: datetime, words: str, pack: Pack, say: Say, now: datetime) -> bool:
    held = _held(words, pack, say.proposal.force, now) if words.startswith(("parameter.", "force.")) else words
    return held is not None and passed(start, parse_period(held), now, pack.vocabulary.holidays)


def _held(words: str, pack: Pack, force: str, now: datetime) -> str | None:
    """The period that a figure of the policy holds, or what the force has set; None where it has not."""
    if words.startswith("parameter."):
        return str(pack.parameters[words].on(london_date(now)))
    set_to = get_directory().settings_of(force).get(words.removeprefix("force.")) or pack.setting_defaults.get(words)
    return set_to if isinstance(set_to, str) else None
