"""Whose list a thing that waits is on: put again when somebody comes to a post or leaves it, and by every sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.db.models import QuerySet

from remit.acts import duties, referrals, says
from remit.acts.act import load_act
from remit.acts.directory import get_directory
from remit.acts.models import Duty, Notice, Proposal, Referral, Say
from remit.acts.packs import packs_of
from remit.sql import rows


def put_again(now: datetime, force: str) -> None:
    """Put all that waits in a force on the lists of those who may answer, do or read it now."""
    # Where nothing waits, as while a force is being set up, that is found out without reading whole records.
    if _waits(force):
        with get_directory().read_once():
            for _, step in steps(now, force):
                step()


#: Whether there is anything of what `_waiting` finds.
_WAITS = """
SELECT EXISTS (SELECT 1 FROM acts_proposal WHERE force = %(force)s AND state = %(open)s)
    OR EXISTS (SELECT 1 FROM acts_duty WHERE force = %(force)s AND state = %(due)s)
    OR EXISTS (SELECT 1 FROM acts_referral WHERE force = %(force)s AND closed_at IS NULL)
    OR EXISTS (SELECT 1 FROM acts_notice WHERE force = %(force)s AND read_at IS NULL)
    OR EXISTS (SELECT 1 FROM acts_say JOIN acts_proposal ON acts_proposal.id = acts_say.proposal_id
               WHERE acts_proposal.force = %(force)s AND acts_say.state = %(asked)s)
"""


def _waits(force: str) -> bool:
    values = {"force": force, "open": Proposal.State.OPEN, "due": Duty.State.DUE, "asked": Say.State.ASKED}
    return bool(rows(_WAITS, values)[0][0])


def steps(now: datetime, force: str = "") -> Iterator[tuple[str, Callable[[], None]]]:
    """What `put_again` does, piece by piece, each with its name in words; of every force if none is named."""
    asked, due, passed_on, told, proposed = _waiting(force)
    for say in asked.select_related("proposal__proposer"):
        yield f"put say {say.pk} to its holders", partial(says.put, say, now)
    due = due.select_related("proposal__proposer").prefetch_related("put_to")
    yield "put duties to the holders of their posts", partial(duties.put_again, due.filter(proposal=None), now)
    for duty in due.exclude(proposal=None):
        yield f"put duty {duty.pk} to its owners", partial(duties.put_again, [duty], now)
    for referral in passed_on.select_related("proposal__proposer"):
        yield f"put referral {referral.pk} to its readers", partial(referrals.put, referral, now)
    for notice in told.select_related("person"):
        yield f"put notice {notice.pk} to its readers", partial(referrals.put_notice, notice, now)
    for proposal in proposed.select_related("proposer"):
        yield f"put the questions of proposal {proposal.pk} to their advisers", partial(_put_questions, proposal, now)


def _waiting(
    force: str,
) -> tuple[QuerySet[Say], QuerySet[Duty], QuerySet[Referral], QuerySet[Notice], QuerySet[Proposal]]:
    """Everything that waits in a force, or in all of them if none is named."""
    of = {"force": force} if force else {}
    return (
        Say.objects.filter(state=Say.State.ASKED, **({"proposal__force": force} if force else {})),
        Duty.objects.filter(state=Duty.State.DUE, **of),
        Referral.objects.filter(closed_at=None, **of),
        Notice.objects.filter(read_at=None, **of),
        Proposal.objects.filter(state=Proposal.State.OPEN, **of),
    )


def _put_questions(proposal: Proposal, now: datetime) -> None:
    says.put_questions(proposal, load_act(proposal), packs_of(proposal.force), now)
