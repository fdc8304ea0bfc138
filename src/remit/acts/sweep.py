"""The sweep: what time alone changes. Each piece in its own transaction, so that one that fails holds up no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from remit.acts import addressing, duties, giving, lasting, states
from remit.acts.act import load_act
from remit.acts.consider import hold_subject, judge, reconsider
from remit.acts.directory import get_directory
from remit.acts.models import Duty, Proposal

log = logging.getLogger(__name__)


Steps = Callable[[datetime], Iterable[tuple[str, Callable[[], None]]]]
_daily: list[Steps] = []


def register(steps: Steps) -> None:
    """A room adds what time alone brings about among its records, each step with its name in words: once a day."""
    if steps not in _daily:
        _daily.append(steps)


@dataclass(frozen=True)
class Swept:
    """What a sweep looked at, and what of it could not be done (in words, also in the log)."""

    proposals: int
    records: int
    faults: tuple[str, ...]


def sweep(
    now: datetime, *, due_only: bool = False, records: bool = True, between: Callable[[], None] = lambda: None
) -> Swept:
    """Decide open proposals again, let those run out whose time is over, and keep every duty in step.

    It may run as often as one likes: nothing is made twice, and what was done does not come back.

    Args:
        due_only: only the proposals for which an hour has come: that they run out, or may be done.
        records: also ask the state moments of every live record.
        between: called after each piece, when nothing is held; a worker lets others have the database then.
    """
    faults: list[str] = []

    def attempt(what: str, step: Callable[..., Any], *args: Any) -> None:
        try:
            with transaction.atomic():
                step(*args)
        except Exception as fault:
            log.exception("The sweep could not %s; it goes on with the rest.", what)
            faults.append(f"Could not {what}: {fault}")
        between()

    open_ = Proposal.objects.filter(state=Proposal.State.OPEN).order_by("id")
    if due_only:
        open_ = open_.filter(Q(not_before__lte=now) | Q(not_later__lte=now))
        open_ |= Proposal.objects.filter(pk__in=[proposal.pk for proposal in lasting.run_out(now)])
    proposals = list(open_)
    for proposal in proposals:
        attempt(f"decide proposal {proposal.pk} again", reconsider, proposal, now)
    for say in lasting.unanswered(now):
        attempt(f"let others answer say {say.pk}", giving.widen, say, now)
    looked = 0
    with get_directory().read_once():
        for moment, record in states.all_records(now) if records else ():
            looked += 1
            attempt(f"look at {record.subject} for {moment}", _look, moment, record, now)
    for steps in _daily if records else ():
        for what, step in list(steps(now)):  # read to the end first, as `all_records` does
            attempt(what, step)
    due = Duty.objects.filter(state=Duty.State.DUE)
    if due_only:  # nobody is told that something is overdue which the facts show done
        due = due.filter(due_at__lte=now, escalated_at=None)
    for proposal in Proposal.objects.filter(state=Proposal.State.APPLIED, pk__in=due.values("proposal")):
        attempt(f"see what is done of proposal {proposal.pk}", _settle, proposal, now)
    if not due_only:
        with get_directory().read_once():
            for what, step in addressing.steps(now):
                attempt(what, step)
    attempt("remind people of their duties", duties.remind_and_escalate, now)
    return Swept(len(proposals), looked, tuple(faults))


def _look(moment: str, record: states.Looked, now: datetime) -> None:
    hold_subject(record.subject)
    states.look(moment, record, now)


def _settle(proposal: Proposal, now: datetime) -> None:
    """Duties that an act left behind: done where the facts now show it."""
    facts = judge(proposal, load_act(proposal), now)[1]
    for duty in proposal.duties.select_for_update().filter(state=Duty.State.DUE):
        duties.settle(duty, facts, now)
