"""Acts on a draft: nobody is asked and no policy decides until it is put forward (`acts.PublishPost`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.core.files.base import ContentFile

from remit.accounts.models import Account
from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.people.models import Person
from remit.posts.drafts import LONGEST_ALT_TEXT, LONGEST_TEXT, Described, Draft
from remit.posts.finding import keep_words
from remit.posts.media import Taken
from remit.posts.models import Media, Post, PostMedia, Publication, Target
from remit.sql import rows

#: Pictures in one draft: above any network's limit.
MOST_PICTURES = 20
#: States in which something has gone out, or may still go out, as it is.
LIVE = ("held", "due", "sending", "sent", "unknown", "missed")


class Stale(ActRefused):
    """Somebody saved the draft after it was opened here; what was typed is not written over theirs."""


class DraftAct(Act):
    """What acts on one draft have in common: the draft, and that only its author writes in it.

    They are done at once or not at all, so the proposal keeps no copy of what was typed.
    """

    post: int

    @property
    def subject(self) -> str:
        return f"posts.post:{self.post}"

    @cached_property
    def force(self) -> str:
        for (force,) in rows("SELECT force_id FROM posts_post WHERE id = %s", [self.post]):
            return str(force)
        raise _no_draft()

    def about(self) -> dict[str, Any]:
        return {"post": self.post}

    def editable(self, record: Proposal) -> Post:
        """The draft, when it may be written in by whoever proposed `record`. Raises ActRefused."""
        post = _post(self.post)
        if post.discarded_at is not None:
            raise ActRefused("This draft was discarded.", "Start a new one; what was in it can still be read.")
        if post.reply_to:
            raise ActRefused("This answers a message.", "Write another answer on the page of the message.")
        if record.proposer_id != post.author_id:
            raise Stale(f"{post.author} is writing this draft now.", "Take it over to write in it yourself.")
        if Publication.objects.filter(target__post=post, action="publish", state__in=LIVE).exists():
            raise ActRefused(
                "This post has been approved, so it cannot be changed as it stands.",
                "Take it back first, or copy it to a new draft.",
            )
        if record.proposer_id not in post.writers:
            post.writers = [*post.writers, record.proposer_id]
        return post


@dataclass
class StartDraft(Act):
    """Start a draft, from nothing or as a copy of a post."""

    name: ClassVar[str] = "posts.start"
    label: ClassVar[str] = "Start a draft"
    permission: ClassVar[str] = "post.draft"

    force: str = field()
    draft: Draft = field(default_factory=Draft)
    copy_of: int | None = None
    subject: str = "posts.post:new"

    @property
    def data(self) -> dict[str, Any]:
        return {"copy_of": self.copy_of}

    def over(self) -> tuple[str, ...]:
        return _accounts_of(self.draft)

    def check(self) -> None:
        check_draft(self.draft, self.force)

    def apply(self, record: Proposal, now: datetime) -> None:
        post = Post.objects.create(
            force_id=self.force,
            author=_by(record),
            writers=[record.proposer_id],
            created_at=now,
            changed_at=now,
            revision=0,
        )
        self.draft.keep(post, now)
        if self.copy_of is not None:
            for use in PostMedia.objects.filter(post=self.copy_of, post__force=self.force):
                PostMedia.objects.create(
                    post=post, media=use.media, order=use.order, alt_text=use.alt_text, kind=use.kind, source=use.source
                )
            keep_words(post)
        record.subject = f"posts.post:{post.pk}"


@dataclass
class SaveDraft(DraftAct):
    """Save what the form holds, unless somebody saved after the form was opened."""

    name: ClassVar[str] = "posts.save"
    label: ClassVar[str] = "Save a draft"
    permission: ClassVar[str] = "post.draft"

    post: int
    revision: int
    draft: Draft = field(default_factory=Draft)

    @property
    def data(self) -> dict[str, Any]:
        return {"post": self.post, "revision": self.revision}

    def over(self) -> tuple[str, ...]:
        return _accounts_of(self.draft)

    def check(self) -> None:
        check_draft(self.draft, self.force)

    def about(self) -> dict[str, Any]:
        return {"post": self.post, "revision": self.revision + 1}

    def apply(self, record: Proposal, now: datetime) -> None:
        post = self.editable(record)
        # One conditional write decides between two editors who press at the same moment.
        if not Post.objects.filter(pk=post.pk, revision=self.revision).update(revision=self.revision):
            raise Stale("This draft was saved somewhere else after you opened it here.", "Choose which text to keep.")
        post.revision = self.revision
        self.draft.keep(post, now)


@dataclass
class TakeOverDraft(DraftAct):
    """Become the author of somebody else's draft; whoever wrote in it before may still not approve it."""

    name: ClassVar[str] = "posts.take-over"
    label: ClassVar[str] = "Take over a draft"
    permission: ClassVar[str] = "post.draft"

    post: int

    def apply(self, record: Proposal, now: datetime) -> None:
        post = _post(self.post)
        if post.discarded_at is not None:
            raise ActRefused("This draft was discarded.", "Start a new one.")
        post.author = _by(record)
        post.writers = sorted({*post.writers, record.proposer_id})
        post.revision += 1
        post.changed_at = now
        post.save()


@dataclass
class AttachPicture(DraftAct):
    """Add a picture that was checked and rebuilt (`media.take`) to a draft."""

    name: ClassVar[str] = "posts.attach"
    label: ClassVar[str] = "Add a picture"
    permission: ClassVar[str] = "post.draft"

    post: int
    taken: Taken | None = None

    @property
    def data(self) -> dict[str, Any]:
        return {"post": self.post}

    def check(self) -> None:
        if PostMedia.objects.filter(post=self.post).count() >= MOST_PICTURES:
            raise ActRefused(f"A draft can have up to {MOST_PICTURES} pictures.", "Remove one first.")

    def about(self) -> dict[str, Any]:
        return {"post": self.post, "original_sha256": self.taken.original_sha256 if self.taken else ""}

    def apply(self, record: Proposal, now: datetime) -> None:
        post, taken = self.editable(record), self.taken
        if taken is None:
            raise ActRefused("There is no picture to add.", "Choose it again.")
        media = Media(
            force_id=post.force_id,
            uploaded_by=record.proposer,
            uploaded_at=now,
            name=taken.name,
            original_sha256=taken.original_sha256,
            original_type=taken.original_type,
            rendition_sha256=taken.rendition_sha256,
            rendition_type=taken.rendition_type,
            rendition_bytes=len(taken.rendition),
            width=taken.width,
            height=taken.height,
            seconds=taken.seconds,
            metadata=taken.metadata,
            sight=taken.sight,
        )
        media.original.save(taken.original_sha256, ContentFile(taken.original), save=False)
        media.rendition.save(taken.rendition_sha256, ContentFile(taken.rendition), save=False)
        media.save()
        last = post.post_media.last()
        kind = "video" if media.is_film else "photo"
        PostMedia.objects.create(post=post, media=media, order=last.order + 1 if last else 0, kind=kind)
        _touched(post, now)


@dataclass
class RemovePicture(DraftAct):
    """Take a picture off a draft. The picture itself is kept with the force's media."""

    name: ClassVar[str] = "posts.remove-picture"
    label: ClassVar[str] = "Take a picture off a draft"
    permission: ClassVar[str] = "post.draft"

    post: int
    picture: int

    def apply(self, record: Proposal, now: datetime) -> None:
        post = self.editable(record)
        PostMedia.objects.filter(post=post, pk=self.picture).delete()
        keep_words(post)
        _touched(post, now)


@dataclass
class DescribePicture(DraftAct):
    """Say what a picture shows, what kind it is and where it comes from."""

    name: ClassVar[str] = "posts.describe-picture"
    label: ClassVar[str] = "Describe a picture"
    permission: ClassVar[str] = "post.draft"

    post: int
    picture: Described = field(default_factory=lambda: Described(0))

    @property
    def data(self) -> dict[str, Any]:
        return {"post": self.post, "picture": self.picture.id}

    def check(self) -> None:
        check_description(self.picture)

    def apply(self, record: Proposal, now: datetime) -> None:
        post, said = self.editable(record), self.picture
        PostMedia.objects.filter(post=post, pk=said.id).update(
            alt_text=said.alt_text, kind=said.kind, source=said.source
        )
        keep_words(post)
        _touched(post, now)


@dataclass
class DiscardDraft(DraftAct):
    """Throw a draft away. It can no longer be written in or put forward; what was in it can still be read."""

    name: ClassVar[str] = "posts.discard"
    label: ClassVar[str] = "Discard a draft"
    permission: ClassVar[str] = "post.draft"

    post: int

    def apply(self, record: Proposal, now: datetime) -> None:
        post = self.editable(record)
        if open_proposals(post).exists():
            raise ActRefused("This post has been put forward.", "Take it back first.")
        post.discarded_at = now
        post.save()


def _accounts_of(draft: Draft) -> tuple[str, ...]:
    """The accounts for which a draft is to be: whoever saves it must be let draft for each."""
    return tuple(f"accounts.account:{pk}" for pk in sorted(draft.accounts))


def check_draft(draft: Draft, force: str) -> None:
    """Raise ActRefused where a draft cannot be kept: too long, or for an account that is not the force's."""
    if len(draft.text) > LONGEST_TEXT or any(len(text) > LONGEST_TEXT for text in draft.accounts.values()):
        raise ActRefused(
            f"The text is longer than {LONGEST_TEXT:,} characters, the most that a draft can hold.",
            "Shorten it: no network takes a text that long.",
        )
    for picture in draft.pictures:
        check_description(picture)
    wanted = set(draft.accounts)
    if Account.objects.filter(pk__in=wanted, force=force).count() != len(wanted):
        raise ActRefused("One of the accounts is not on your force's register.", "Choose the accounts again.")


def check_description(picture: Described) -> None:
    """Raise ActRefused where a picture's description cannot be kept."""
    if len(picture.alt_text) > LONGEST_ALT_TEXT:
        raise ActRefused(
            f"A picture's description is longer than {LONGEST_ALT_TEXT:,} characters.",
            "Shorten it: say what matters in the picture in a sentence or two.",
        )


def open_proposals(post: Post) -> Any:
    """Proposals to publish `post` that are not closed: waiting for somebody, or returned to the author."""
    subjects = [f"posts.target:{pk}" for pk in Target.objects.filter(post=post).values_list("pk", flat=True)]
    states = [Proposal.State.OPEN, Proposal.State.RETURNED]
    return Proposal.objects.filter(act="posts.publish", subject__in=subjects, state__in=states)


def _post(pk: int) -> Post:
    try:
        return Post.objects.select_related("author").get(pk=pk)
    except Post.DoesNotExist:
        raise _no_draft() from None


def _no_draft() -> ActRefused:
    return ActRefused("There is no such draft.", "It may belong to another force. See the list of posts.")


def _by(record: Proposal) -> Person:
    """Whoever pressed: a draft is always a person's."""
    if record.proposer is None:
        raise ActRefused("A draft is written by a person.", "Sign in and write it.")
    return record.proposer


def _touched(post: Post, now: datetime) -> None:
    post.changed_at = now
    post.save(update_fields=["changed_at", "writers"])


def writers(post: Post) -> list[Person]:
    """Everybody who has written in the draft."""
    return list(Person.objects.filter(pk__in=post.writers))
