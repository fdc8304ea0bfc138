"""The practice network behind the Protocol, with the faults that real networks have, so that they can be rehearsed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from remit.platforms import counting
from remit.platforms.limits import LIMITS, Limits, breaches
from remit.platforms.practice.models import (
    PracticeMessage,
    PracticePicture,
    PracticePost,
    PracticeProfile,
    PracticeShut,
)
from remit.platforms.protocol import (
    Ask,
    Connected,
    Content,
    Found,
    Incoming,
    Later,
    Profile,
    Published,
    Refused,
    Shown,
    Unclear,
)

#: What may go wrong in one call: refused; told to come back; lost on the way there; done, but the answer lost.
REFUSE, BUSY, LOST, NO_ANSWER = "refuse", "busy", "lost", "no answer"


@dataclass
class PracticeNetwork:
    """A simulated network. The fields are its character; `faults` are used up one a call, in order ("" is none)."""

    idempotent: bool = True
    readable: bool = True
    #: How long a post stays invisible to `read_back` after it was published.
    lag: timedelta = timedelta(0)
    faults: list[str] = field(default_factory=list)
    clock: Callable[[], datetime] = timezone.now
    settle: timedelta = timedelta(seconds=120)
    name: str = "practice"
    title: str = "Practice network"

    def limits(self, network: str) -> Limits:
        return LIMITS[network]

    def count(self, text: str, network: str) -> int:
        return counting.count(text, network)

    def page(self, profile: Profile) -> str:
        return f"/practice/{profile.handle}/"

    def demand_ready(self, profile: Profile) -> None:
        """It always is."""

    def asks(self) -> tuple[Ask, ...]:
        return ()

    def connect(self, profile: Profile, given: Mapping[str, str]) -> Connected:
        raise Refused("The practice network needs no connection.", "Publish straight away.")

    def disconnect(self, profile: Profile, connected: Connected) -> None:
        """There is nothing to end."""

    def check(self, profile: Profile) -> None:
        """There is nothing to check."""

    def read_profile(self, profile: Profile) -> Shown:
        page = PracticeProfile.objects.filter(handle=profile.handle).first()
        return Shown(profile.handle, page.name if page else profile.name)

    def mark(self, key: UUID, at: datetime) -> str:
        return str(key) if self.idempotent else ""

    def publish(self, profile: Profile, content: Content, key: UUID, at: datetime) -> Published:
        fault = self._next_fault()
        if fault == LOST:
            raise Unclear("The practice network did not answer.")
        self._refuse_what_is_over_the_limits(profile, content)
        with transaction.atomic():
            post = PracticePost.objects.filter(key=key).first() if self.idempotent else None
            if post is None:
                post = self._keep(profile, content, key)
        if fault == NO_ANSWER:
            raise Unclear("The connection to the practice network was reset.")
        return Published(post.number, address(profile.handle, post.number))

    def delete(self, profile: Profile, remote_id: str) -> None:
        fault = self._next_fault()
        if fault == LOST:
            raise Unclear("The practice network did not answer.")
        PracticePost.objects.filter(profile_id=profile.handle, number=remote_id, removed_at=None).update(
            removed_at=self.clock()
        )
        if fault == NO_ANSWER:
            raise Unclear("The connection to the practice network was reset.")

    def read_back(self, profile: Profile, since: datetime) -> list[Found]:
        if not self.readable:
            raise Refused("The practice network does not let posts be read back.", "Look at the account's page.")
        shown = PracticePost.objects.filter(
            profile_id=profile.handle, removed_at=None, posted_at__gte=since, posted_at__lte=self.clock() - self.lag
        ).order_by("posted_at", "id")
        return [
            Found(
                post.number,
                address(profile.handle, post.number),
                post.text,
                post.posted_at,
                post.pictures.count(),
                self.mark(post.key, post.posted_at),
            )
            for post in shown
        ]

    def messages(self, profile: Profile, since: datetime) -> list[Incoming]:
        written = PracticeMessage.objects.filter(profile_id=profile.handle, sent_at__gte=since).select_related("post")
        return [
            Incoming(
                each.number,
                each.channel,
                f"@{each.author}",
                each.text,
                each.sent_at,
                "" if each.channel == "direct" else seen_at(each),
                each.post.number if each.post else "",
            )
            for each in written
        ]

    def moderate(self, profile: Profile, measure: str, message: Incoming) -> None:
        self._next_fault()
        there = PracticeMessage.objects.filter(profile_id=profile.handle, number=message.remote_id)
        row = there.first()
        if row is None:
            raise Refused("The practice network no longer has that message.", "See whether it is still there.")
        shut = PracticeShut.objects.filter(profile_id=profile.handle, author=row.author)
        if measure in ("hide", "delete", "unhide"):
            there.update(hidden_at=None if measure == "unhide" else self.clock())
        elif measure == "report":
            there.filter(reported_at=None).update(reported_at=self.clock())
        elif measure in ("block", "remove_for_good", "mute"):
            shutting = "mute" if measure == "mute" else "block"
            PracticeShut.objects.get_or_create(profile_id=profile.handle, author=row.author, measure=shutting)
        else:
            shut.filter(measure=measure.removeprefix("un")).delete()

    def _next_fault(self) -> str:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == REFUSE:
            raise Refused(
                "The practice network refused the post: it breaks the network's own rules.",
                "Change it and submit it again.",
            )
        if fault == BUSY:
            raise Later("The practice network is busy.", self.clock() + timedelta(minutes=5))
        return fault

    def _refuse_what_is_over_the_limits(self, profile: Profile, content: Content) -> None:
        limits = self.limits(profile.network)
        attached = [picture.attached for picture in content.pictures]
        for breach in breaches(limits, content.text, self.count(content.text, profile.network), attached):
            raise Refused(breach.words, breach.remedy)

    def _keep(self, profile: Profile, content: Content, key: UUID) -> PracticePost:
        page, _ = PracticeProfile.objects.update_or_create(
            handle=profile.handle, defaults={"name": profile.name or profile.handle, "network": profile.network}
        )
        before = PracticePost.objects.filter(number=content.after).first() if content.after else None
        answers = PracticeMessage.objects.filter(number=content.after).first() if content.after else None
        post = PracticePost.objects.create(
            profile=page,
            number=new_number(),
            text=content.text,
            posted_at=self.clock(),
            key=key,
            after=before,
            answers=answers,
        )
        for order, picture in enumerate(content.pictures):
            PracticePicture.objects.create(
                post=post, data=picture.data, type=picture.type, alt_text=picture.alt_text, order=order
            )
        return post


def address(handle: str, number: str) -> str:
    """Where the practice network shows a post."""
    return f"/practice/{handle}/{number}/"


def seen_at(message: PracticeMessage) -> str:
    """Where the practice network shows what a visitor wrote: below the post, or on the profile's own page."""
    handle = message.profile_id
    place = address(handle, message.post.number) if message.post else f"/practice/{handle}/"
    return f"{place}#message-{message.number}"


def new_number() -> str:
    """A number for something new, as networks have them: long, and telling nothing."""
    return str(secrets.randbelow(9 * 10**17) + 10**17)


def write(handle: str, author: str, text: str, channel: str, at: datetime, post: str = "") -> PracticeMessage:
    """What a visitor writes to a profile, below its post `post` (a number) or to itself.

    Raises Refused, in words for the visitor, where there is no such profile or it has blocked them.
    """
    page = PracticeProfile.objects.filter(handle=handle).first()
    if page is None:
        raise Refused("There is no such account.", "Check its name.")
    author = author.strip().lstrip("@")
    if page.shut.filter(author__iexact=author, measure="block").exists():
        raise Refused("This account has blocked you.", "You cannot write to it.")
    under = page.posts.filter(number=post, removed_at=None).first() if post else None
    return PracticeMessage.objects.create(
        profile=page, number=new_number(), channel=channel, author=author, text=text, sent_at=at, post=under
    )


PLATFORM = PracticeNetwork()
