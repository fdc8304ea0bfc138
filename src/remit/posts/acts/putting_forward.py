"""Putting a post forward: what is proposed for each account, and its publication once nothing stands in the way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.db import transaction

from remit.accounts.models import Account
from remit.acts import door
from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.people.models import Device, Person
from remit.posts import contests
from remit.posts.acts.drafting import DraftAct, Stale, open_proposals, writers
from remit.posts.content import Part, digest, over_limits
from remit.posts.drafts import Draft
from remit.posts.facts import contested, post_facts, press_facts, read
from remit.posts.models import Post, Publication, Target
from remit.signals.reading import Reading
from remit.signals.spelling import only_spelling
from remit.web.dates import say_when


@dataclass
class PublishPost(Act):
    """Publish a post on one account: what is decided, approved, and applied by queueing it for its time."""

    name: ClassVar[str] = "posts.publish"
    label: ClassVar[str] = "Publish a post"
    moment: ClassVar[str] = "post.publish"
    permission: ClassVar[str] = "post.publish"

    target: int
    #: Exactly what would go out, and its digest; an edit is another act and voids what covered it.
    parts: list[Part]
    sha256: str
    #: ISO 8601 with offset, or "" for as soon as it may.
    publish_at: str = ""
    #: Id on the register of the device in use at the press; None when it is not on it.
    device: int | None = None
    #: The draft as it is in a form, when only asked what would happen: nothing of it has been saved.
    unsaved: Post | None = field(default=None, init=False, repr=False)
    account_unsaved: Account | None = field(default=None, init=False, repr=False)

    @classmethod
    def of(cls, draft: Draft, post: Post, target: Target, device: int | None = None) -> PublishPost:
        """The act for one account of a saved draft."""
        parts = draft.parts_for(post, target.account)
        publish_at = draft.publish_at.isoformat() if draft.publish_at else ""
        return cls(target.pk, parts, digest(parts), publish_at, device)

    @classmethod
    def of_unsaved(cls, draft: Draft, post: Post, account: Account, device: int | None = None) -> PublishPost:
        """The act for one account of a draft as it stands in a form; to be decided only, never proposed."""
        parts = draft.parts_for(post, account)
        act = cls(0, parts, digest(parts), draft.publish_at.isoformat() if draft.publish_at else "", device)
        act.unsaved, act.account_unsaved = post, account
        return act

    @property
    def subject(self) -> str:
        return f"posts.target:{self.target}"

    @property
    def force(self) -> str:
        return self.account.force_id

    @property
    def account(self) -> Account:
        return self.account_unsaved or self._row.account

    @property
    def post(self) -> Post:
        return self.unsaved or self._row.post

    @cached_property
    def _row(self) -> Target:
        return _target(self.target)

    @cached_property
    def reading(self) -> Reading:
        """What the signals see in it; read once for the decision and for whoever is shown the words."""
        return read(self.parts, self.account)

    def over(self) -> tuple[str, ...]:
        return (f"accounts.account:{self.account.pk}",)

    def cast(self) -> Mapping[str, Any]:
        post = self.post
        cast: dict[str, Any] = {"author": post.author, "writers": writers(post), "account": self.account}
        return {**cast, "requester": post.requester} if post.requester else cast

    def check(self) -> None:
        if digest(self.parts) != self.sha256:
            raise ActRefused("The text or the pictures changed on the way.", "Put the post forward again.")
        account = self.account
        for breach in over_limits(self.parts, account):
            raise ActRefused(f"{account}: {breach.words}", breach.remedy)

    def facts(self, actor: Person, now: datetime) -> dict[str, Any]:
        return post_facts(self.parts, self.reading, self.post, self.account, actor, now)

    def frozen_facts(self, actor: Person, now: datetime) -> dict[str, Any]:
        device = Device.objects.filter(pk=self.device, person=actor, ended_on=None).first() if self.device else None
        return press_facts(actor, device, self.account, now)

    def takes_effect_at(self, now: datetime) -> datetime:
        return max(now, datetime.fromisoformat(self.publish_at)) if self.publish_at else now

    def about(self) -> dict[str, Any]:
        about = {"post": self.post.pk, "account": self.account.pk, "sha256": self.sha256, "publish_at": self.publish_at}
        # Which signals spoke, with their versions: what they say may be another thing tomorrow.
        spoke = {s.name: f"{s.detector} {s.version}" for s in self.reading.signals if self.reading.counts(s)}
        return {**about, "signals": spoke}

    def personal(self) -> dict[str, Any]:
        return {"parts": self.parts}

    def corrects(self, fact: str, was: Any, now: Any) -> bool:
        return fact == "post.text" and isinstance(was, str) and isinstance(now, str) and only_spelling(was, now)

    def settled(self, record: Proposal, fact: str, value: Any, note: str, actor: Person, now: datetime) -> None:
        contests.keep(self, record, fact, value, note, actor, now)

    def apply(self, record: Proposal, now: datetime) -> None:
        due = datetime.fromisoformat(self.publish_at) if self.publish_at else now
        for number, part in enumerate(self.parts, 1):
            Publication.objects.create(
                target_id=self.target,
                proposal=record,
                part=number,
                content=part,
                content_sha256=digest(part),
                due_at=due,
                key=uuid.uuid4(),
            )


@dataclass
class SubmitPost(DraftAct):
    """Put a draft forward for all its accounts; each is then decided on its own (`submit`)."""

    name: ClassVar[str] = "posts.submit"
    label: ClassVar[str] = "Put a post forward"
    permission: ClassVar[str] = "post.publish"

    post: int
    revision: int

    def apply(self, record: Proposal, now: datetime) -> None:
        post = self.editable(record)
        if post.revision != self.revision:
            raise Stale("This draft was saved somewhere else after you opened it here.", "Read it again first.")
        post.submitted_at = now
        post.save()


def submit(
    post: Post,
    actor: Person,
    now: datetime,
    *,
    revision: int,
    answers: Mapping[str, Any] | None = None,
    not_sure: list[str] | None = None,
    device: int | None = None,
    asked_for: Mapping[str, str] | None = None,
) -> list[Proposal]:
    """Put `post` forward: one decision for each account. One that waits keeps its answers where they stand.

    Args:
        answers: what was said at this press only, such as being on duty; added to what the draft remembers.
        device: id on the register of the device in use.
        asked_for: approvals asked for as an exception, by the key of the say, and why; asked where they would help.
    Raises:
        ActRefused: it cannot be put forward as it stands; nothing was.
        Stale: somebody saved it since.
    """
    with transaction.atomic():
        if not post.targets.exists():
            raise ActRefused("The post is for no account.", "Choose at least one.")
        if post.publish_at is not None and post.publish_at <= now:
            raise ActRefused(
                f"The time you chose, {say_when(post.publish_at)}, has passed.",
                "Choose another, or publish as soon as it may.",
            )
        door.propose(SubmitPost(post.pk, revision), actor, now)
        draft = Draft.of(post)
        waiting = {proposal.subject: proposal for proposal in open_proposals(post)}
        said = {**draft.answers, **(answers or {})}
        if draft.acknowledged:
            said["act.acknowledged"] = list(draft.acknowledged)
        unsure = sorted({*draft.not_sure, *contested(post), *(not_sure or [])} - set(answers or {}))
        made = []
        for target in post.targets.select_related(*_WITH):
            act = PublishPost.of(draft, post, target, device)
            act._row = target
            there = waiting.get(act.subject)
            more: dict[str, Any] = {"answers": said, "not_sure": unsure, "asked_for": asked_for}
            if there is None:
                made.append(door.propose(act, actor, now, **more))
            else:
                more["asked_for"] = {**there.asked_for, **(asked_for or {})}
                made.append(door.revise(there, act, actor, now, **more))
        return made


#: What an act reads of a target.
_WITH = ("account__force", "post__author", "post__requester")


def _target(pk: int) -> Target:
    return Target.objects.select_related(*_WITH).get(pk=pk)
