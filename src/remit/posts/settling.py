"""Finding out what became of a publication whose call had no clear end: by its lease, and by reading the network back.

Nothing is sent here. Two looks without the post are needed before it is said not to have gone out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from remit.platforms.protocol import Found, Published, Refused, Unclear
from remit.posts import claims
from remit.posts.models import Publication, PublicationAttempt

#: Looks at the network without the post before it is said not to have gone out.
ABSENCES = 2
#: A network's clock, or that of another worker, may be off ours by this much.
CLOCK_SLACK = timedelta(minutes=5)

State = Publication.State
Clock = Callable[[], datetime]


def recover(clock: Clock) -> int:
    """Take up every claim that was given up on: not known, or due again when the call was certainly not made."""
    now = clock()
    lost = claims.given_up(now).values_list("pk", "fence")
    return sum(_recover(pk, fence, now) for pk, fence in list(lost))


def _recover(pk: int, fence: int, now: datetime) -> bool:
    with transaction.atomic():
        if not claims.given_up(now).filter(pk=pk, fence=fence).update(fence=F("fence") + 1):
            return False
        publication = claims.get(pk)
        attempt = publication.attempts.filter(fence=fence).exclude(kind="read-back").last()
        claims.reached("recovering")
        if attempt is None:
            claims.release(publication, State.DUE)
        elif publication.remote_id and publication.action == "publish":
            claims.sent(pk, now, publication.fence)
        else:
            if not attempt.result:
                claims.finish(attempt, "unknown", now, "The worker stopped during the call.")
            claims.end(publication, State.UNKNOWN, "The worker stopped while it was being sent.", now)
    claims.reached("recovered")
    return True


def withdraw_rest(clock: Clock) -> int:
    """Withdraw what is due of a thread that is being taken down: a part that was under way when that was asked."""
    removed = Publication.objects.filter(action="delete", target=OuterRef("target"), of__proposal=OuterRef("proposal"))
    rest = claims.free_now(clock()).filter(Exists(removed), action="publish", state=State.DUE)
    return rest.update(state=State.WITHDRAWN, reason=claims.THREAD_TAKEN_DOWN)


def settle(clock: Clock) -> int:
    """Read back, after the settle time, whatever is not known to have gone out or been taken down."""
    now = clock()
    free = Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + claims.LONGEST_CLAIM)
    answered_late = Q(state__in=claims.UNSETTLED, attempts__result="sent")
    unsettled = Publication.objects.filter(free, Q(state=State.UNKNOWN) | answered_late).distinct()
    return sum(_settle(publication, clock) for publication in unsettled.select_related("target__account", "of"))


def _settle(publication: Publication, clock: Clock) -> bool:
    now, platform = clock(), claims.platform_of(publication)
    calls = publication.attempts.exclude(kind="read-back")
    if late := claims.late_answer(publication):
        claims.keep(publication, late, Published(late.remote_id, late.remote_url), now)
        claims.sent(publication.pk, now, publication.fence)
        return True
    if publication.action == "delete" and calls.filter(result="gone").exists():
        claims.gone(publication, now)
        return True
    first, last = calls.first(), publication.attempts.last()
    if first is None or last is None or _too_soon(last.started_at, platform.settle, now):
        return False
    if publication.attempts.filter(kind="read-back", result="refused").exists():
        return False  # it cannot be read back: a person has been asked
    look = claims.claim_to_look(publication, now)
    if look is None:
        return False
    publication = claims.get(publication.pk)
    claims.reached("looking")
    # A removal looks for the post it is about, which was there from its first call on, however late we learned of it.
    posted = publication.of.attempts.first() if publication.of else first
    since = (posted or first).started_at - CLOCK_SLACK
    try:
        shown = platform.read_back(claims.profile_of(publication), since)
        if not all(isinstance(each, Found) and each.remote_id for each in shown):
            raise Unclear("The network showed something that is no post.")
    except Refused as refused:
        with transaction.atomic():
            words = f"{refused.words} {refused.remedy} Then say here what you found."
            claims.finish(look, "refused", clock(), refused.words)
            claims.end(publication, State.UNKNOWN, words, clock())
            if publication.action == "delete":
                claims.owe_removal(publication, refused, clock())
        return True
    except Exception as error:  # a look that failed says nothing; there will be another
        with transaction.atomic():
            claims.finish(look, "unknown", clock(), f"{type(error).__name__}: {error}")
            claims.free(publication)
        return True
    claims.reached("looked")
    if publication.action == "delete":
        _settle_removal(publication, look, shown, clock())
    else:
        _settle_post(publication, look, shown, clock())
    return True


def _too_soon(since: datetime, wait: timedelta, now: datetime) -> bool:
    """Whether `wait` has not passed since then. A clock that was put back must not make us wait until it is there."""
    return since - CLOCK_SLACK <= now < since + wait


def _settle_post(publication: Publication, look: PublicationAttempt, shown: list[Found], now: datetime) -> None:
    found = next((each for each in shown if _is_it(publication, each)), None)
    if found is not None:
        claims.keep(publication, look, Published(found.remote_id, found.url), now, "found")
        claims.reached("found")
        claims.sent(publication.pk, now, publication.fence)
        return
    with transaction.atomic():
        claims.finish(look, "absent", now)
        if publication.attempts.filter(kind="read-back", result="absent").count() >= ABSENCES:
            words = "It did not go out: the network did not answer, and twice did not show it afterwards."
            claims.end(publication, State.FAILED, f"{words} If it is still right, release it again.", now)
        else:
            claims.free(publication)


def _settle_removal(publication: Publication, look: PublicationAttempt, shown: list[Found], now: datetime) -> None:
    """Still there: tried again, since taking down twice harms nobody. Not there: gone."""
    still_there = publication.of is not None and any(found.remote_id == publication.of.remote_id for found in shown)
    with transaction.atomic():
        claims.finish(look, "found" if still_there else "absent", now)
        if still_there:
            claims.release(publication, State.DUE)
        else:
            claims.gone(publication, now)


def _is_it(publication: Publication, found: Found) -> bool:
    if Publication.objects.filter(remote_id=found.remote_id).exclude(pk=publication.pk).exists():
        return False
    if found.mark:
        mark = claims.platform_of(publication).mark
        calls = publication.attempts.filter(kind="publish").values_list("started_at", flat=True)
        return any(found.mark == mark(publication.key, at) for at in calls)
    same_pictures = found.pictures == len(publication.content["pictures"])
    return same_pictures and _plain(found.text) == _plain(publication.content["text"])


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
