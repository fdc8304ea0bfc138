"""A reply decided on elsewhere, sent like any post: what it is made of, and queueing it with the same guarantees."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from remit.accounts.models import Account
from remit.acts.act import ActRefused
from remit.acts.models import Proposal
from remit.posts.content import Part, digest
from remit.posts.finding import keep_words
from remit.posts.models import Post, Publication, Target


def reply_part(text: str, answers: str) -> Part:
    """The one part of a reply in words; `answers` is the network's id of what it answers, part of what is approved."""
    return {"text": text, "pictures": [], "answers": answers}


def queue_reply(
    record: Proposal, account: Account, part: Part, reply_to: str, now: datetime, *, private: bool
) -> Publication:
    """Queue a reply that was decided on, inside the transaction of its act; `reply_to` is "inbox.message:7".

    The proposal's data must have the part under "parts", as `sending` compares them at the moment of sending.
    """
    author = record.proposer
    if author is None:
        raise ActRefused("Remit answers nobody by itself.", "A person has to put the answer forward.")
    post = Post.objects.create(
        force_id=account.force_id,
        author=author,
        writers=[author.pk],
        text=part["text"],
        answers=record.answers,
        submitted_at=now,
        reply_to=reply_to,
        private=private,
        created_at=now,
        changed_at=now,
    )
    keep_words(post)
    return Publication.objects.create(
        target=Target.objects.create(post=post, account=account),
        proposal=record,
        content=part,
        content_sha256=digest(part),
        due_at=now,
        key=uuid.uuid4(),
    )


def replies_to(subject: str) -> Iterable[Publication]:
    """The publications that answer `subject`, oldest first, whatever became of them."""
    rows = Publication.objects.filter(target__post__reply_to=subject, action="publish")
    return rows.select_related("target__post__author", "target__account").order_by("pk")
