"""Claiming a publication, and writing down what became of it: its rows, its attempts and its entries in the ledger.

Every write names the fencing number of its claim, so that a worker that was given up on can change nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from time import sleep
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from remit.accounts.facts import stops_covering
from remit.accounts.uses import used
from remit.acts import duties
from remit.ledger.recording import REMIT, record
from remit.platforms import registry
from remit.platforms.protocol import Later, Platform, Profile, Published, Refused
from remit.posts.models import Publication, PublicationAttempt
from remit.web.dates import say_when

log = logging.getLogger(__name__)

#: Longer than the longest call that a platform makes; a claim that is older was given up on.
LEASE = timedelta(minutes=5)
#: A claim that ends later than this was made under a clock that has been put back since.
LONGEST_CLAIM = 2 * LEASE
#: Later than this after its time a post is missed, and a person decides.
GRACE = timedelta(minutes=30)
#: How long a busy network is left alone that did not say how long; and at the least, whatever it said.
WAIT, SHORTEST_WAIT = timedelta(minutes=1), timedelta(seconds=10)
#: Seconds between tries to write down an answer that only this process has, while the database is away: two minutes.
TRIES = (1, 2, 4, 8, 15, 30, 30, 30)
#: Why a part that had not gone out yet never will.
THREAD_TAKEN_DOWN = "The rest of its thread was taken down."
#: The duty to take down by hand what a network would not.
TAKE_DOWN = "posts.take-down"

State = Publication.State
#: From these it may still turn out that it was published.
UNSETTLED = (State.SENDING, State.UNKNOWN, State.FAILED, State.DUE, State.HELD, State.MISSED)


def reached(point: str) -> None:
    """A named point between two steps; does nothing. Tests stop the worker here as a crash would."""


# Which there are, and whose


def free_now(now: datetime) -> QuerySet[Publication]:
    """Publications that no worker holds and that no network asked to leave alone."""
    return Publication.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now))


def ready(now: datetime) -> QuerySet[Publication]:
    """What is to be sent or taken down now. A part of a thread waits until the part before it is out."""
    not_out = Publication.objects.filter(
        target=OuterRef("target"), proposal=OuterRef("proposal"), action="publish", part=OuterRef("part") - 1
    ).exclude(state=State.SENT)
    return free_now(now).filter(Q(action="delete") | ~Exists(not_out), state=State.DUE, due_at__lte=now)


def given_up(now: datetime) -> QuerySet[Publication]:
    """Claims whose lease has run out, or was given under another clock: their worker was killed, or hangs."""
    over = Q(lease_until__lt=now) | Q(lease_until__gt=now + LONGEST_CLAIM)
    return Publication.objects.filter(over, state=State.SENDING)


def get(pk: int) -> Publication:
    """A publication with all that sending it takes."""
    return Publication.objects.select_related("target__account", "target__post", "proposal", "of").get(pk=pk)


def part_before(publication: Publication) -> Publication | None:
    """The part of the thread that this one answers; None for the first."""
    parts = Publication.objects.filter(target=publication.target, action="publish", proposal=publication.proposal_id)
    return parts.filter(part=publication.part - 1).last()


def late_answer(publication: Publication) -> PublicationAttempt | None:
    """The network's answer to a worker that was given up on, which keeps it in its attempt."""
    return publication.attempts.filter(kind="publish").exclude(remote_id="").last()


def platform_of(publication: Publication) -> Platform:
    """The network that it goes to."""
    return registry.find(publication.target.account.platform)


def profile_of(publication: Publication) -> Profile:
    """The account as its network knows it."""
    account = publication.target.account
    return Profile(account.handle, account.network, account.name)


# Claiming


def claim(pk: int, now: datetime) -> Publication | None:
    """Claim in one transaction that also reads the stop switch and the clock; None when it is not to be sent now."""
    with transaction.atomic():
        claimed = ready(now).filter(pk=pk)
        if not claimed.update(state=State.SENDING, fence=F("fence") + 1, lease_until=now + LEASE, reason=""):
            return None
        publication = get(pk)
        if publication.action == "delete":
            return publication
        if late_answer(publication):
            release(publication, State.UNKNOWN)  # it is out already: `settling` writes that down
            return None
        before = part_before(publication)
        since = max(publication.due_at, before.sent_at) if before and before.sent_at else publication.due_at
        if now > since + GRACE:
            end(publication, State.MISSED, "It was not sent within 30 minutes of its time.", now)
            return None
        return None if held_by_stop(publication, now) else publication


def claim_to_look(publication: Publication, now: datetime) -> PublicationAttempt | None:
    """Claim what is not known, to read it back; None when another worker was quicker."""
    with transaction.atomic():
        unclaimed = holding(publication).filter(state=State.UNKNOWN)
        if not unclaimed.update(fence=F("fence") + 1, lease_until=now + LEASE):
            return None
        publication = get(publication.pk)
        return PublicationAttempt.objects.create(
            publication=publication, fence=publication.fence, kind="read-back", started_at=now
        )


def holding(publication: Publication) -> QuerySet[Publication]:
    """The row, as long as the claim is still ours."""
    return Publication.objects.filter(pk=publication.pk, fence=publication.fence)


def held_by_stop(publication: Publication, now: datetime) -> bool:
    """Hold it where publishing is stopped for its account."""
    stop = next(iter(stops_covering(publication.target.account, now)), None)
    if stop is not None:
        words = f"Publishing is stopped: {stop.reason.rstrip('.')}. Release it when the stop is lifted."
        end(publication, State.HELD, words, now)
    return stop is not None


def intend(publication: Publication, now: datetime) -> PublicationAttempt | None:
    """Write the intent before the call; None when the claim was lost meanwhile."""
    with transaction.atomic():
        if not holding(publication).filter(state=State.SENDING).update(lease_until=now + LEASE):
            return None
        return PublicationAttempt.objects.create(
            publication=publication, fence=publication.fence, kind=publication.action, started_at=now
        )


# What became of it


def keep(
    publication: Publication, attempt: PublicationAttempt, published: Published, now: datetime, result: str = "sent"
) -> None:
    """The network's id, in its own commit straight after the call; the attempt keeps it if the claim is lost.

    Tried again while the database is away, since nobody else knows the id. Raises OperationalError after two minutes:
    the lease then runs out, and the network is asked.
    """
    for wait in (*TRIES, None):
        try:
            with transaction.atomic():
                PublicationAttempt.objects.filter(pk=attempt.pk).update(
                    result=result, finished_at=now, remote_id=published.remote_id, remote_url=published.url
                )
                holding(publication).update(remote_id=published.remote_id, remote_url=published.url)
        except (OperationalError, InterfaceError):
            if wait is None:
                raise
            log.warning("publication %s: its id cannot be written; tried again in %d s", publication.pk, wait)
            connection.close()
            sleep(wait)
        else:
            return


def finish(attempt: PublicationAttempt, result: str, now: datetime, note: str = "") -> None:
    """Close an attempt."""
    PublicationAttempt.objects.filter(pk=attempt.pk).update(result=result, finished_at=now, note=note[:1000])


def sent(pk: int, now: datetime, fence: int) -> None:
    """Published, with its ledger entry in the same transaction."""
    with transaction.atomic():
        done = Publication.objects.filter(pk=pk, fence=fence, state__in=UNSETTLED).exclude(remote_id="")
        if done.update(state=State.SENT, sent_at=now, lease_until=None, reason=""):
            publication = get(pk)
            used(publication.target.account_id, now)
            _record("posts.sent", publication, now, "sent")


def gone(publication: Publication, now: datetime) -> None:
    """Taken down, and with it the publication that it was about."""
    with transaction.atomic():
        if holding(publication).update(state=State.GONE, sent_at=now, lease_until=None, reason=""):
            Publication.objects.filter(removals=publication).update(state=State.GONE)
            subject = f"posts.publication:{publication.of_id}"
            duties.met(TAKE_DOWN, subject, now)
            # What was owed while it was out is done where taking it down was it, and is owed no longer.
            about: dict[str, Any] = {"force": publication.target.account.force_id, "subject": subject, "cast": {}}
            facts = {"post.picture_removed_on": timezone.localdate(now)}
            duties.keep_in_step((), **about, facts=facts, moment="post.after", now=now)
            _record("posts.gone", publication, now, "gone")


def end(publication: Publication, state: State, words: str, now: datetime) -> None:
    """Leave it in `state` with the reason in words, and an entry in the ledger."""
    with transaction.atomic():
        if holding(publication).update(state=state, reason=words, lease_until=None):
            _record(f"posts.{state.value}", publication, now, state.value)


def refused(publication: Publication, attempt: PublicationAttempt, no: Refused, now: datetime) -> None:
    """The network said no. What it will not take down stays up until a person sees to it."""
    with transaction.atomic():
        finish(attempt, "refused", now, no.words)
        end(publication, State.FAILED, f"{no.words} {no.remedy}", now)
        if publication.action == "delete":
            owe_removal(publication, no, now)


def not_known(publication: Publication, attempt: PublicationAttempt, error: Exception, now: datetime) -> None:
    """No answer, or one that makes no sense."""
    kind = type(error).__name__
    log.warning("publication %s: no clear answer from the network (%s)", publication.pk, kind)
    with transaction.atomic():
        finish(attempt, "unknown", now, f"{kind}: {error}")
        end(publication, State.UNKNOWN, "The network did not answer, so nobody knows yet what happened.", now)


def put_off(publication: Publication, attempt: PublicationAttempt, later: Later, now: datetime) -> None:
    """Not done for certain: due again, and left alone until the network said, or for a minute."""
    with transaction.atomic():
        finish(attempt, "later", now, later.words)
        until = max(later.at or now + WAIT, now + SHORTEST_WAIT)
        words = f"{later.words} It is tried again at {say_when(until)}."
        holding(publication).update(state=State.DUE, lease_until=until, reason=words)


def owe_removal(publication: Publication, no: Refused, now: datetime) -> None:
    """A duty for whoever wanted it down, or their adviser: the network did not do it."""
    target, proposal = publication.target, publication.proposal
    duties.owe(
        TAKE_DOWN,
        f"Take the post down from {target.account} by hand: {no.words} {no.remedy}".strip(),
        force=target.account.force_id,
        subject=f"posts.publication:{publication.of_id}",
        owner=proposal.proposer if proposal else None,
        now=now,
        proposal=proposal,
    )


def release(publication: Publication, state: State) -> None:
    """Give the claim back, leaving it in `state`."""
    holding(publication).update(state=state, lease_until=None)


def free(publication: Publication) -> None:
    """Give the claim back, leaving the rest as it is."""
    holding(publication).update(lease_until=None)


def _record(action: str, publication: Publication, now: datetime, outcome: str) -> None:
    about = {
        "post": publication.target.post_id,
        "account": publication.target.account_id,
        "part": publication.part,
        "sha256": publication.content_sha256,
        "remote_id": publication.remote_id,
        "proposal": publication.proposal_id,
    }
    force = publication.target.account.force_id
    subject = f"posts.publication:{publication.pk}"
    record(action, force, REMIT, subject, outcome=outcome, about=about, now=now)
