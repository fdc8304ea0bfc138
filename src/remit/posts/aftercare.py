"""The published posts that the daily look is about (`post.after`): what a policy still asks once a post is out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from remit.accounts.facts import account_facts
from remit.acts.facts import still_meant, vocabulary
from remit.acts.packs import packs_of
from remit.acts.states import Looked
from remit.posts.models import Publication


def published(now: datetime) -> Iterator[Looked]:
    """Every post that is out, once for each account, as the state moment `post.after` looks at it at `now` (aware)."""
    rows = Publication.objects.filter(action="publish", part=1, state=Publication.State.SENT, target__post__reply_to="")
    rows = rows.exclude(proposal=None)
    rows = rows.select_related("target__account__force", "target__post__author", "target__post__requester", "proposal")
    for row in rows.order_by("pk").iterator(chunk_size=500):
        post, account = row.target.post, row.target.account
        cast = {"author": post.author, "account": account, **({"requester": post.requester} if post.requester else {})}
        yield Looked(account.force_id, f"posts.publication:{row.pk}", partial(_facts, row, now), cast)


def _facts(row: Publication, now: datetime) -> Mapping[str, Any]:
    """What it was published on, with what was said of it since, and its account as it is now.

    What is out does not change, so its words and pictures are not read again.
    """
    proposal, account = row.proposal, row.target.account
    if proposal is None:
        return {}
    known = vocabulary(packs_of(account.force_id))
    stood_on = {name: value for name, value in proposal.facts.items() if not name.startswith(("act.", "force."))}
    facts = still_meant(known, {**stood_on, **proposal.answers, **proposal.settled})
    day = timezone.localdate(row.sent_at) if row.sent_at else None
    return {**facts, **account_facts(account, None, now=now), "post.published_on": day, "post.picture_removed_on": None}
