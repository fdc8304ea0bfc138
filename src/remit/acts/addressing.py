"""Whose list a thing that waits is on: put again when somebody comes to a post or leaves it, and by every sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from remit.acts import duties, referrals, says
from remit.acts.act import load_act
from remit.acts.directory import get_directory
from remit.acts.models import Duty, Notice, Proposal, Referral, Say
from remit.acts.packs import packs_of


def put_again(now: datetime, force: str) -> None:
    """Put all that waits in a force on the lists of those who may answer, do or read it now."""
    with get_directory().read_once():
        for _, step in steps(now, force):
            step()


def steps(now: datetime, force: str = "") -> Iterator[tuple[str, Callable[[], None]]]:
    """What `put_again` does, piece by piece, each with its name in words; of every force if none is named."""
    of = {"force": force} if force else {}
    asked = Say.objects.filter(state=Say.State.ASKED).select_related("proposal__proposer")
    for say in asked.filter(proposal__force=force) if force else asked:
        yield f"put say {say.pk} to its holders", partial(says.put, say, now)
    due = Duty.objects.filter(**of, state=Duty.State.DUE)
    due = due.select_related("proposal__proposer").prefetch_related("put_to")
    yield "put duties to the holders of their posts", partial(duties.put_again, due.filter(proposal=None), now)
    for duty in due.exclude(proposal=None):
        yield f"put duty {duty.pk} to its owners", partial(duties.put_again, [duty], now)
    for referral in Referral.objects.filter(**of, closed_at=None).select_related("proposal__proposer"):
        yield f"put referral {referral.pk} to its readers", partial(referrals.put, referral, now)
    for notice in Notice.objects.filter(**of, read_at=None).select_related("person"):
        yield f"put notice {notice.pk} to its readers", partial(referrals.put_notice, notice, now)
    for proposal in Proposal.objects.filter(**of, state=Proposal.State.OPEN).select_related("proposer"):
        yield f"put the questions of proposal {proposal.pk} to their advisers", partial(_put_questions, proposal, now)


def _put_questions(proposal: Proposal, now: datetime) -> None:
    says.put_questions(proposal, load_act(proposal), packs_of(proposal.force), now)
