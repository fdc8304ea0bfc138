"""A post as it will look on one account, for the pages that show it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from remit.accounts.models import Account
from remit.acts.models import Proposal
from remit.acts.packs import packs_as_decided
from remit.platforms import registry
from remit.posts.acts import PublishPost
from remit.posts.check import evidence_for
from remit.posts.content import Part
from remit.posts.facts import BETWEEN, read, text_of
from remit.posts.wording import hidden_in, pieces
from remit.signals.reading import Reading
from remit.web.findings import as_decided


def with_evidence(proposal: Proposal, act: PublishPost) -> list[dict[str, Any]]:
    """The findings of a proposal's last decision, each with the words or the picture that raised it."""
    packs, reading = packs_as_decided(proposal.decision), act.reading
    return [
        {**found, "evidence": evidence_for(found["rule"], packs, reading)} for found in as_decided(proposal.decision)
    ]


def preview(parts: Sequence[Part], account: Account, reading: Reading | None = None) -> dict[str, Any]:
    """What `posts/_preview.html` shows: the words with what raised something marked, the pictures, the length."""
    platform = registry.find(account.platform)
    limits = platform.limits(account.network)
    text = text_of(parts)
    reading = reading or read(parts, account)
    starts = accumulate((len(part["text"]) + len(BETWEEN) for part in parts), initial=0)
    return {
        "account": account,
        "network": limits.title,
        "parts": [
            {
                "pieces": pieces(part["text"], reading.signals, start),
                "pictures": part["pictures"],
                "used": platform.count(part["text"], account.network),
            }
            for part, start in zip(parts, starts, strict=False)
        ],
        "most": limits.text,
        "hidden": hidden_in(text),
    }
