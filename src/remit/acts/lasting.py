"""How long a say counts once it is given, and how long it is waited for: the periods of the policy's `says`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from remit.acts.directory import get_directory
from remit.acts.models import Proposal, Say
from remit.acts.packs import library
from remit.policy.packs import Pack
from remit.policy.periods import Period, london_date, parse_period, passed


def lapsed(say: Say, now: datetime) -> bool:
    """Whether an answer was given so long ago that the policy counts it no longer."""
    pack = library().packs.get(say.pack)
    said = pack.says.get(say.key) if pack else None
    if pack is None or said is None or said.lasts is None or say.answered_at is None:
        return False
    return _over(say.answered_at, said.lasts, pack, say, now)


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
        # What is asked for after the event is done already; nothing of it could lapse.
        if (step.also or not say.after_event) and _over(since, step.after, pack, say, now):
            yield say


def _over(start: datetime, words: str, pack: Pack, say: Say, now: datetime) -> bool:
    period = _period(words, pack, say.proposal.force, now)
    return period is not None and passed(start, period, now, pack.vocabulary.holidays)


def _period(words: str, pack: Pack, force: str, now: datetime) -> Period | None:
    """The period that `words` is or names: a figure of the policy, or what the force has set; None where it has not."""
    if words.startswith("parameter."):
        return parse_period(pack.parameters[words].on(london_date(now)))
    if words.startswith("force."):
        name = words.removeprefix("force.")
        set_to = get_directory().settings_of(force).get(name) or pack.setting_defaults.get(words)
        return parse_period(set_to) if isinstance(set_to, str) else None
    return parse_period(words)
