"""Acts on what was put forward: moved, released, settled, taken back, taken down; and reading an original."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.utils import timezone

from remit.accounts.uses import used
from remit.acts import door
from remit.acts.act import Act, ActRefused, Kind
from remit.acts.models import Proposal
from remit.ledger import actions
from remit.people.models import Person
from remit.posts import claims
from remit.posts.acts.drafting import open_proposals
from remit.posts.facts import post_facts, read
from remit.posts.models import Media, Post, Publication

State = Publication.State

for _state, _words in {
    "sent": "Published on the network",
    "gone": "Taken down from the network",
    "failed": "Refused by the network",
    "unknown": "The network did not answer",
    "held": "Held at the moment of sending",
    "missed": "Missed its time",
}.items():
    actions.register(f"posts.{_state}", _words)


class PublicationAct(Act):
    """What acts on one publication have in common."""

    publication: int

    @property
    def subject(self) -> str:
        return f"posts.publication:{self.publication}"

    @cached_property
    def force(self) -> str:
        return _publication(self.publication).target.account.force_id

    def about(self) -> dict[str, Any]:
        publication = _publication(self.publication)
        return {"post": publication.target.post_id, "account": publication.target.account_id}

    def move(self, allowed: tuple[str, ...], remedy: str, **changes: Any) -> None:
        """Change the publication if it is in one of the `allowed` states; raises ActRefused if it no longer is."""
        if not Publication.objects.filter(pk=self.publication, state__in=allowed).update(**changes):
            state = _publication(self.publication).get_state_display().lower()
            raise ActRefused(f"It is no longer as it was: it is now “{state}”.", remedy)


@dataclass
class Reschedule(PublicationAct):
    """Give an approved post another time. Policy is decided again when that time comes."""

    name: ClassVar[str] = "posts.reschedule"
    label: ClassVar[str] = "Move a post to another time"
    permission: ClassVar[str] = "post.publish"

    publication: int
    publish_at: str

    def apply(self, record: Proposal, now: datetime) -> None:
        due = datetime.fromisoformat(self.publish_at)
        if due <= now:
            raise ActRefused("That time has passed.", "Choose a later one, or release the post to go out now.")
        self.move((State.DUE, State.HELD, State.MISSED), "See where it stands.", state=State.DUE, due_at=due, reason="")


@dataclass
class ReleasePost(PublicationAct):
    """Send a held or missed post, one that failed, or one that is due later, now. Policy is decided again then."""

    name: ClassVar[str] = "posts.release"
    label: ClassVar[str] = "Release a post to go out now"
    permission: ClassVar[str] = "post.publish"

    publication: int

    def apply(self, record: Proposal, now: datetime) -> None:
        publication = _publication(self.publication)
        others = Publication.objects.filter(target=publication.target, part=publication.part, action="publish")
        if others.exclude(pk=publication.pk).exclude(state__in=[State.FAILED, State.WITHDRAWN, State.GONE]).exists():
            raise ActRefused("A newer version of this post is on its way.", "See where that stands.")
        states = (State.DUE, State.HELD, State.MISSED, State.FAILED)
        self.move(states, "See where it stands.", state=State.DUE, due_at=now, reason="")


@dataclass
class SettlePost(PublicationAct):
    """Say whether a post is there, where the network cannot be read back: somebody looked."""

    name: ClassVar[str] = "posts.settle"
    label: ClassVar[str] = "Say whether a post went out"
    permission: ClassVar[str] = "post.publish"

    publication: int
    went_out: bool
    url: str = ""

    def check(self) -> None:
        if self.went_out and not self.url.startswith(("https://", "http://", "/")):
            raise ActRefused("The address of the post is missing.", "Copy it from the network's page.")

    def apply(self, record: Proposal, now: datetime) -> None:
        remedy = "See where it stands."
        publication = _publication(self.publication)
        if publication.action == "delete":
            raise ActRefused("This is the taking down of a post.", "Say whether the post is gone.")
        if self.went_out:
            changes = {"remote_url": self.url, "remote_id": self.url.rstrip("/").rpartition("/")[2][:200]}
            self.move((State.UNKNOWN,), remedy, state=State.SENT, sent_at=now, reason="", **changes)
            used(publication.target.account_id, now)
        else:
            self.move((State.UNKNOWN,), remedy, state=State.FAILED, reason="Somebody looked: it did not go out.")


@dataclass
class SettleRemoval(PublicationAct):
    """Say that a post was seen gone, or is still there: the network did not take it down, or cannot be asked.

    Taken down by hand, it counts as gone; still there, it is tried again.
    """

    name: ClassVar[str] = "posts.settle-removal"
    label: ClassVar[str] = "Say whether a post is gone"
    permission: ClassVar[str] = "post.take-down"

    publication: int
    gone: bool

    def about(self) -> dict[str, Any]:
        return {**super().about(), "seen": "gone" if self.gone else "there"}

    def apply(self, record: Proposal, now: datetime) -> None:
        publication = _publication(self.publication)
        if publication.action != "delete":
            raise ActRefused("This post is not being taken down.", "Take it down first.")
        # Not while a worker is at it: what it finds would come after what somebody saw before.
        states = (State.DUE, State.UNKNOWN, State.FAILED)
        self.move(states, "Wait until the network has answered.", state=State.DUE, due_at=now, reason="")
        if self.gone:
            claims.gone(publication, now)


@dataclass
class WithdrawPost(Act):
    """Take a post back: nothing more of it goes out, whoever was asked is asked no longer, and it is a draft again."""

    name: ClassVar[str] = "posts.withdraw"
    label: ClassVar[str] = "Take a post back"
    permission: ClassVar[str] = "post.draft"

    post: int
    reason: str = ""

    @property
    def subject(self) -> str:
        return f"posts.post:{self.post}"

    @property
    def force(self) -> str:
        return Post.objects.values_list("force_id", flat=True).get(pk=self.post)

    def apply(self, record: Proposal, now: datetime) -> None:
        post = Post.objects.get(pk=self.post)
        going = Publication.objects.filter(target__post=post, action="publish")
        list(going.select_for_update().order_by("pk"))  # no worker claims one between the question and the answer
        if going.filter(state=State.SENDING).exists():
            raise ActRefused("It is being sent at this moment.", "Wait a minute; it can be taken down if it went out.")
        going.filter(state__in=[State.DUE, State.HELD, State.MISSED]).update(
            state=State.WITHDRAWN, reason=self.reason or "Taken back."
        )
        for proposal in open_proposals(post):
            door.withdraw(proposal, record.proposer, now, self.reason or "The post was taken back.")
        if post.reply_to:  # written and decided elsewhere: it is never a draft
            post.discarded_at = now
        post.submitted_at = None
        post.changed_at = now
        post.save()


@dataclass
class TakeDown(PublicationAct):
    """Take a published post down from its network with its whole thread, of which no more goes out, for a reason."""

    name: ClassVar[str] = "posts.take-down"
    label: ClassVar[str] = "Take a post down"
    moment: ClassVar[str] = "post.remove"
    permission: ClassVar[str] = "post.take-down"

    publication: int
    reason: str

    def check(self) -> None:
        if not self.reason.strip():
            raise ActRefused("The reason is missing.", "Say why the post is to be taken down.")

    def over(self) -> tuple[str, ...]:
        return (f"accounts.account:{_publication(self.publication).target.account_id}",)

    def cast(self) -> Mapping[str, Any]:
        return {"author": _publication(self.publication).target.post.author}

    def facts(self, actor: Person, now: datetime) -> dict[str, Any]:
        publication = _publication(self.publication)
        target = publication.target
        parts = [publication.content]
        facts = post_facts(parts, read(parts, target.account), target.post, target.account, actor, now)
        if publication.sent_at is not None:
            facts["post.published_on"] = timezone.localdate(publication.sent_at)
        return {**facts, "post.removal_reason": self.reason.strip()}

    def personal(self) -> dict[str, Any]:
        return {"reason": self.reason.strip()}

    def apply(self, record: Proposal, now: datetime) -> None:
        publication = _publication(self.publication)
        if publication.state != State.SENT:
            raise ActRefused("It is not published, so there is nothing to take down.", "See where it stands.")
        going = [State.DUE, State.SENDING, State.UNKNOWN]
        if publication.removals.filter(state__in=going).exists():
            raise ActRefused("It is being taken down already.", "Wait until the network has answered.")
        thread = Publication.objects.filter(target=publication.target, proposal=publication.proposal, action="publish")
        list(thread.select_for_update().order_by("pk"))  # no worker goes on with it meanwhile
        thread.filter(state__in=[State.DUE, State.HELD, State.MISSED, State.FAILED]).update(
            state=State.WITHDRAWN, reason=claims.THREAD_TAKEN_DOWN
        )
        out = thread.filter(state=State.SENT).exclude(removals__state__in=going)
        for part in out.order_by("-part"):  # the last first, so that none is left that answers nothing
            Publication.objects.create(
                target=publication.target,
                proposal=record,
                action="delete",
                part=part.part,
                content=part.content,
                content_sha256=part.content_sha256,
                due_at=now,
                key=uuid.uuid4(),
                of=part,
            )


@dataclass
class ReadOriginal(Act):
    """Look at an original picture, with everything that was taken out of what is published."""

    name: ClassVar[str] = "posts.read-original"
    label: ClassVar[str] = "Look at an original picture"
    kind: ClassVar[Kind] = Kind.READ
    permission: ClassVar[str] = "post.read"

    media: int

    @property
    def subject(self) -> str:
        return f"posts.media:{self.media}"

    @property
    def force(self) -> str:
        return Media.objects.values_list("force_id", flat=True).get(pk=self.media)

    def apply(self, record: Proposal, now: datetime) -> None:
        """Nothing changes: what matters is the entry, written before the picture is shown."""


def _publication(pk: int) -> Publication:
    return Publication.objects.select_related("target__account__force", "target__post__author").get(pk=pk)
