"""The worker's side of publishing: at most once, never lost, never unapproved. The rows are the truth.

    held -> due -> sending -> sent | failed | unknown (-> sent | failed, by reading back) · missed · withdrawn · gone

Every write names the fencing number of its claim, so that a worker that was given up on can change nothing.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from remit.accounts.facts import stops_covering
from remit.accounts.uses import used
from remit.acts import duties
from remit.ledger.recording import REMIT, record
from remit.platforms import registry
from remit.platforms.protocol import Found, Later, Platform, Profile, Published, Refused
from remit.posts.content import ContentChanged, to_send
from remit.posts.models import Publication, PublicationAttempt
from remit.web.dates import say_when

log = logging.getLogger(__name__)

#: Longer than the longest call that a platform makes; a claim that is older was given up on.
LEASE = timedelta(minutes=5)
#: Later than this after its time a post is missed, and a person decides.
GRACE = timedelta(minutes=30)
#: Looks at the network without the post before it is said not to have gone out.
ABSENCES = 2
#: How long a busy network is left alone that did not say how long; and at the least, whatever it said.
WAIT, SHORTEST_WAIT = timedelta(minutes=1), timedelta(seconds=10)
#: A network's clock may be behind ours by this much.
CLOCK_SLACK = timedelta(minutes=5)

#: The duty to take down by hand what a network would not.
TAKE_DOWN = "posts.take-down"

State = Publication.State
Clock = Callable[[], datetime]


def reached(point: str) -> None:
    """A named point between two steps; does nothing. Tests stop the worker here as a crash would."""


def work(clock: Clock) -> int:
    """One round: recover what was given up on, find out what is not known, send what is due; returns how many."""
    return recover(clock) + settle(clock) + send_due(clock)


# Sending


def send_due(clock: Clock) -> int:
    """Send every publication that is due, soonest first."""
    now = clock()
    due = _free_now(now).filter(state=State.DUE, due_at__lte=now).order_by("due_at", "part", "pk")
    return sum(send(pk, clock) for pk in due.values_list("pk", flat=True))


def send(pk: int, clock: Clock) -> bool:
    """Take one due publication as far as it goes; False when it was not there to be claimed."""
    publication = _claim(pk, clock())
    if publication is None:
        return False
    reached("claimed")
    if publication.action == "delete":
        _delete(publication, clock)
    else:
        _publish(publication, clock)
    return True


def _claim(pk: int, now: datetime) -> Publication | None:
    """Claim in one transaction that also reads the stop switch and the clock; None when it is not to be sent now."""
    with transaction.atomic():
        claimed = (
            _free_now(now)
            .filter(pk=pk, state=State.DUE, due_at__lte=now)
            .update(state=State.SENDING, fence=F("fence") + 1, lease_until=now + LEASE, reason="")
        )
        if not claimed:
            return None
        publication = _get(pk)
        if publication.action == "delete":
            return publication
        if now > publication.due_at + GRACE:
            _end(publication, State.MISSED, "It was not sent within 30 minutes of its time.", now)
            return None
        if not _part_before_is_out(publication):
            _release(publication, State.DUE)
            return None
        if stop := stops_covering(publication.target.account, now).first():
            _end(publication, State.HELD, _stopped(stop.reason), now)
            return None
        return publication


def _publish(publication: Publication, clock: Clock) -> None:
    from remit.posts.sending import why_not  # the acts need this module; they are needed only here

    if words := why_not(publication, clock()):
        _end(publication, State.HELD, words, clock())
        return
    reached("decided")
    before = _part_before(publication)
    try:
        content = to_send(publication.content, publication.content_sha256, before.remote_id if before else "")
    except ContentChanged as changed:
        _end(publication, State.HELD, f"{changed} Submit the post again.", clock())
        return
    attempt = _intend(publication, clock())
    if attempt is None:
        return
    reached("intent written")
    if stop := stops_covering(publication.target.account, clock()).first():
        with transaction.atomic():
            _finish(attempt, "not made", clock())
            _end(publication, State.HELD, _stopped(stop.reason), clock())
        return
    reached("about to call")
    platform = _platform(publication)
    try:
        published = platform.publish(_profile(publication), content, publication.key, attempt.started_at)
    except Later as later:
        _put_off(publication, attempt, later, clock())
        return
    except Refused as refused:
        reached("answered")
        with transaction.atomic():
            _finish(attempt, "refused", clock(), refused.words)
            _end(publication, State.FAILED, f"{refused.words} {refused.remedy}", clock())
        return
    except Exception as error:  # whatever a network or its library does wrong: nobody knows what happened
        _not_known(publication, attempt, error, clock())
        return
    reached("answered")
    _keep(publication, attempt, published, clock())
    reached("remote id kept")
    _sent(publication.pk, clock(), publication.fence)
    reached("recorded")


def _delete(publication: Publication, clock: Clock) -> None:
    attempt = _intend(publication, clock())
    if attempt is None or publication.of is None:
        return
    reached("intent written")
    try:
        _platform(publication).delete(_profile(publication), publication.of.remote_id)
    except Later as later:
        _put_off(publication, attempt, later, clock())
        return
    except Refused as refused:
        with transaction.atomic():
            _finish(attempt, "refused", clock(), refused.words)
            _end(publication, State.FAILED, f"{refused.words} {refused.remedy}", clock())
            _owe_removal(publication, refused, clock())
        return
    except Exception as error:  # as for publishing
        _not_known(publication, attempt, error, clock())
        return
    reached("answered")
    with transaction.atomic():
        _finish(attempt, "gone", clock())
        _gone(publication, clock())


# Recovering and finding out


def recover(clock: Clock) -> int:
    """Take up every claim whose lease has run out: reconciled, or due again when the call was certainly not made."""
    now = clock()
    lost = Publication.objects.filter(state=State.SENDING, lease_until__lt=now).values_list("pk", "fence")
    return sum(_recover(pk, fence, now) for pk, fence in lost)


def _recover(pk: int, fence: int, now: datetime) -> bool:
    with transaction.atomic():
        if not Publication.objects.filter(pk=pk, fence=fence, state=State.SENDING).update(fence=F("fence") + 1):
            return False
        publication = _get(pk)
        attempt = publication.attempts.filter(fence=fence).exclude(kind="read-back").last()
        if attempt is None:
            _release(publication, State.DUE)
        elif publication.remote_id and publication.action == "publish":
            _sent(pk, now, publication.fence)
        else:
            if not attempt.result:
                _finish(attempt, "unknown", now, "The worker stopped during the call.")
            _end(publication, State.UNKNOWN, "The worker stopped while it was being sent.", now)
    return True


def settle(clock: Clock) -> int:
    """Read back, after the settle time, whatever is not known to have gone out or been taken down."""
    now = clock()
    free = _free_now(now)
    answered_late = Q(state=State.FAILED, attempts__result="sent")
    unsettled = free.filter(Q(state=State.UNKNOWN) | answered_late).distinct().select_related("target__account", "of")
    return sum(_settle(publication, clock) for publication in unsettled)


def _settle(publication: Publication, clock: Clock) -> bool:
    now, platform = clock(), _platform(publication)
    calls = publication.attempts.exclude(kind="read-back")
    if late := calls.exclude(remote_id="").last():  # a worker that was given up on had its answer after all
        _keep(publication, late, Published(late.remote_id, late.remote_url), now)
        _sent(publication.pk, now, publication.fence)
        return True
    first, last = calls.first(), publication.attempts.last()
    if first is None or last is None or now < last.started_at + platform.settle:
        return False
    if publication.attempts.filter(kind="read-back", result="refused").exists():
        return False  # it cannot be read back: a person has been asked
    claimed = Publication.objects.filter(pk=publication.pk, fence=publication.fence, state=State.UNKNOWN).update(
        fence=F("fence") + 1, lease_until=now + LEASE
    )
    if not claimed:
        return False
    publication = _get(publication.pk)
    look = PublicationAttempt.objects.create(
        publication=publication, fence=publication.fence, kind="read-back", started_at=now
    )
    since = publication.of.sent_at if publication.of and publication.of.sent_at else first.started_at
    try:
        shown = platform.read_back(_profile(publication), since - CLOCK_SLACK)
    except Refused as refused:
        with transaction.atomic():
            _finish(look, "refused", clock(), refused.words)
            _end(publication, State.UNKNOWN, f"{refused.words} {refused.remedy} Then say here what you found.", clock())
            if publication.action == "delete":
                _owe_removal(publication, refused, clock())
        return True
    except Exception as error:  # a look that failed says nothing; there will be another
        _finish(look, "unknown", clock(), str(error))
        _free(publication)
        return True
    reached("looked")
    if publication.action == "delete":
        _settle_removal(publication, look, shown, clock())
    else:
        _settle_post(publication, look, shown, clock())
    return True


def _settle_post(publication: Publication, look: PublicationAttempt, shown: list[Found], now: datetime) -> None:
    found = next((each for each in shown if _is_it(publication, each)), None)
    if found is not None:
        _keep(publication, look, Published(found.remote_id, found.url), now, "found")
        _sent(publication.pk, now, publication.fence)
        return
    with transaction.atomic():
        _finish(look, "absent", now)
        if publication.attempts.filter(kind="read-back", result="absent").count() >= ABSENCES:
            words = "It did not go out: the network did not answer, and twice did not show it afterwards."
            _end(publication, State.FAILED, f"{words} If it is still right, submit it again.", now)
        else:
            _free(publication)


def _settle_removal(publication: Publication, look: PublicationAttempt, shown: list[Found], now: datetime) -> None:
    """Still there: tried again, since taking down twice harms nobody. Not there: gone."""
    still_there = publication.of is not None and any(found.remote_id == publication.of.remote_id for found in shown)
    with transaction.atomic():
        _finish(look, "found" if still_there else "absent", now)
        if still_there:
            _release(publication, State.DUE)
        else:
            _gone(publication, now)


def _is_it(publication: Publication, found: Found) -> bool:
    if Publication.objects.filter(remote_id=found.remote_id).exclude(pk=publication.pk).exists():
        return False
    if found.mark:
        calls = publication.attempts.filter(kind="publish").values_list("started_at", flat=True)
        return any(found.mark == _platform(publication).mark(publication.key, at) for at in calls)
    same_pictures = found.pictures == len(publication.content["pictures"])
    return same_pictures and _plain(found.text) == _plain(publication.content["text"])


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


# Writing down. Each of these names the fencing number of its claim and does nothing when it is out of date.


def _get(pk: int) -> Publication:
    return Publication.objects.select_related("target__account", "target__post", "proposal", "of").get(pk=pk)


def _free_now(now: datetime) -> Any:
    """Publications that no worker holds and that no network asked to leave alone."""
    return Publication.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now))


def _held(publication: Publication) -> Any:
    return Publication.objects.filter(pk=publication.pk, fence=publication.fence)


def _intend(publication: Publication, now: datetime) -> PublicationAttempt | None:
    """Write the intent before the call; None when the claim was lost meanwhile."""
    with transaction.atomic():
        if not _held(publication).filter(state=State.SENDING).update(lease_until=now + LEASE):
            return None
        return PublicationAttempt.objects.create(
            publication=publication, fence=publication.fence, kind=publication.action, started_at=now
        )


def _keep(
    publication: Publication, attempt: PublicationAttempt, published: Published, now: datetime, result: str = "sent"
) -> None:
    """The network's id, in its own commit straight after the call; the attempt keeps it if the claim is lost."""
    with transaction.atomic():
        PublicationAttempt.objects.filter(pk=attempt.pk).update(
            result=result, finished_at=now, remote_id=published.remote_id, remote_url=published.url
        )
        _held(publication).update(remote_id=published.remote_id, remote_url=published.url)


def _sent(pk: int, now: datetime, fence: int) -> None:
    """Published, with its ledger entry in the same transaction."""
    with transaction.atomic():
        unsettled = [State.SENDING, State.UNKNOWN, State.FAILED]
        done = Publication.objects.filter(pk=pk, fence=fence, state__in=unsettled).exclude(remote_id="")
        if done.update(state=State.SENT, sent_at=now, lease_until=None, reason=""):
            publication = _get(pk)
            used(publication.target.account_id, now)
            _record("posts.sent", publication, now, "sent")


def _gone(publication: Publication, now: datetime) -> None:
    if _held(publication).update(state=State.GONE, sent_at=now, lease_until=None, reason=""):
        Publication.objects.filter(pk=publication.of_id).update(state=State.GONE)
        duties.met(TAKE_DOWN, f"posts.publication:{publication.of_id}", now)
        _record("posts.gone", publication, now, "gone")


def _owe_removal(publication: Publication, refused: Refused, now: datetime) -> None:
    """What could not be taken down stays up until a person sees to it: whoever wanted it down, or their adviser."""
    target, proposal = publication.target, publication.proposal
    duties.owe(
        TAKE_DOWN,
        f"Take the post down from {target.account} by hand: {refused.words} {refused.remedy}".strip(),
        force=target.account.force_id,
        subject=f"posts.publication:{publication.of_id}",
        owner=proposal.proposer if proposal else None,
        now=now,
        proposal=proposal,
    )


def _end(publication: Publication, state: State, words: str, now: datetime) -> None:
    """Leave it in `state` with the reason in words, and an entry in the ledger."""
    with transaction.atomic():
        if _held(publication).update(state=state, reason=words, lease_until=None):
            _record(f"posts.{state.value}", publication, now, state.value)


def _not_known(publication: Publication, attempt: PublicationAttempt, error: Exception, now: datetime) -> None:
    log.warning("publication %s: %s: %s", publication.pk, type(error).__name__, error)
    with transaction.atomic():
        _finish(attempt, "unknown", now, str(error))
        _end(publication, State.UNKNOWN, "The network did not answer, so nobody knows yet what happened.", now)


def _put_off(publication: Publication, attempt: PublicationAttempt, later: Later, now: datetime) -> None:
    """Not done for certain: due again, and left alone until the network said, or for a minute."""
    with transaction.atomic():
        _finish(attempt, "later", now, later.words)
        until = max(later.at or now + WAIT, now + SHORTEST_WAIT)
        words = f"{later.words} It is tried again at {say_when(until)}."
        _held(publication).update(state=State.DUE, lease_until=until, reason=words)


def _finish(attempt: PublicationAttempt, result: str, now: datetime, note: str = "") -> None:
    PublicationAttempt.objects.filter(pk=attempt.pk).update(result=result, finished_at=now, note=note[:1000])


def _release(publication: Publication, state: State) -> None:
    _held(publication).update(state=state, lease_until=None)


def _free(publication: Publication) -> None:
    _held(publication).update(lease_until=None)


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


def _part_before(publication: Publication) -> Publication | None:
    parts = Publication.objects.filter(target=publication.target, action="publish", proposal=publication.proposal_id)
    return parts.filter(part=publication.part - 1).last()


def _part_before_is_out(publication: Publication) -> bool:
    before = _part_before(publication)
    return publication.part == 1 or (before is not None and before.state == State.SENT)


def _platform(publication: Publication) -> Platform:
    return registry.find(publication.target.account.platform)


def _profile(publication: Publication) -> Profile:
    account = publication.target.account
    return Profile(account.handle, account.network, account.name)


def _stopped(reason: str) -> str:
    return f"Publishing is stopped: {reason.rstrip('.')}. Release it when the stop is lifted."
