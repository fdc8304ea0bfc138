"""The worker's side of publishing: at most once, never lost, never unapproved. The rows are the truth.

    held -> due -> sending -> sent | failed | unknown (-> sent | failed, by reading back) · missed · withdrawn · gone

Here it is sent; `settling` finds out what is not known, and `claims` writes everything down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from remit.platforms.protocol import Later, Published, Refused, Unclear
from remit.posts import claims
from remit.posts.content import ContentChanged, to_send
from remit.posts.models import Publication
from remit.posts.settling import recover, settle, withdraw_rest

#: At most so many in one round, so that a take-down or a duty never waits behind a long queue.
AT_MOST = 50

State = Publication.State
Clock = Callable[[], datetime]


def work(clock: Clock) -> int:
    """One round: recover what was given up on, find out what is not known, send what is due; returns how many."""
    return recover(clock) + settle(clock) + withdraw_rest(clock) + send_due(clock)


def send_due(clock: Clock) -> int:
    """Take down and send what is due, take-downs first, then soonest first; the parts of a thread in their order."""
    done = 0
    while done < AT_MOST:
        due = claims.ready(clock()).order_by("action", "due_at", "pk").values_list("pk", flat=True)
        round_done = sum(send(pk, clock) for pk in list(due[: AT_MOST - done]))
        if not round_done:
            break
        done += round_done
    return done


def send(pk: int, clock: Clock) -> bool:
    """Take one due publication as far as it goes; False when it was not there to be claimed."""
    publication = claims.claim(pk, clock())
    if publication is None:
        return False
    claims.reached("claimed")
    if publication.action == "delete":
        _delete(publication, clock)
    else:
        _publish(publication, clock)
    return True


def _publish(publication: Publication, clock: Clock) -> None:
    from remit.posts.sending import why_not  # the acts need this module; they are needed only here

    if words := why_not(publication, clock()):
        claims.end(publication, State.HELD, words, clock())
        return
    claims.reached("decided")
    before = claims.part_before(publication)
    try:
        content = to_send(publication.content, publication.content_sha256, before.remote_id if before else "")
    except ContentChanged as changed:
        claims.end(publication, State.HELD, f"{changed} Submit the post again.", clock())
        return
    attempt = claims.intend(publication, clock())
    if attempt is None:
        return
    claims.reached("intent written")
    with transaction.atomic():
        if claims.held_by_stop(publication, clock()):
            claims.finish(attempt, "not made", clock())
            return
    claims.reached("about to call")
    platform, profile = claims.platform_of(publication), claims.profile_of(publication)
    try:
        published = sensible(platform.publish(profile, content, publication.key, attempt.started_at))
    except Later as later:
        claims.put_off(publication, attempt, later, clock())
        return
    except Refused as refused:
        claims.reached("answered")
        claims.refused(publication, attempt, refused, clock())
        return
    except Exception as error:  # whatever a network or its library does wrong: nobody knows what happened
        claims.not_known(publication, attempt, error, clock())
        return
    claims.reached("answered")
    claims.keep(publication, attempt, published, clock())
    claims.reached("remote id kept")
    claims.sent(publication.pk, clock(), publication.fence)
    claims.reached("recorded")


def sensible(answer: Any) -> Published:
    """What a network answered, if it can be kept. Raises Unclear where it makes no sense: the post may be there."""
    ids = (answer.remote_id, answer.url) if isinstance(answer, Published) else ("", "")
    if not all(isinstance(each, str) and len(each) <= longest for each, longest in zip(ids, (200, 300), strict=True)):
        raise Unclear("The network answered something that cannot be kept.")
    if not ids[0]:
        raise Unclear("The network answered without the post's number.")
    return Published(*ids)


def _delete(publication: Publication, clock: Clock) -> None:
    attempt = claims.intend(publication, clock())
    if attempt is None or publication.of is None:
        return
    claims.reached("removal: intent written")
    try:
        claims.platform_of(publication).delete(claims.profile_of(publication), publication.of.remote_id)
    except Later as later:
        claims.put_off(publication, attempt, later, clock())
        return
    except Refused as refused:
        claims.refused(publication, attempt, refused, clock())
        return
    except Exception as error:  # as for publishing
        claims.not_known(publication, attempt, error, clock())
        return
    claims.reached("removal: answered")
    with transaction.atomic():
        claims.finish(attempt, "gone", clock())
        claims.gone(publication, clock())
    claims.reached("removal: recorded")
