"""A post as it will look on one account, and what else is proposed, for the pages that show it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from remit.accounts.models import Account
from remit.acts.act import load_act
from remit.acts.facts import vocabulary
from remit.acts.models import Proposal
from remit.acts.packs import library, packs_as_decided, packs_of
from remit.platforms import registry
from remit.posts.acts import PublishPost, TakeDown
from remit.posts.check import evidence_for
from remit.posts.content import Part
from remit.posts.facts import BETWEEN, read, text_of
from remit.posts.models import Publication
from remit.posts.wording import hidden_in, pieces
from remit.signals.reading import Reading
from remit.web.dates import say_when
from remit.web.findings import as_decided, grouped
from remit.web.proposals import said_in


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


def about(proposal: Proposal) -> dict[str, Any]:
    """What a proposal is about, for the page: the post as it will look where it is about one."""
    act = load_act(proposal)
    shown: dict[str, Any] = {
        "proposal": proposal,
        "label": act.label,
        "findings": grouped(as_decided(proposal.decision)),
    }
    if isinstance(act, PublishPost):
        shown |= {
            "findings": grouped(with_evidence(proposal, act)),
            "preview": preview(act.parts, act.account),
            "account": act.account,
            "post": act.post,
            "goes_out": say_when(act.publish_at) if act.publish_at else "As soon as it is approved",
            "contested": _contested(act),
        }
    elif isinstance(act, TakeDown):
        publication = Publication.objects.select_related("target__account", "target__post").get(pk=act.publication)
        shown |= {
            "preview": preview([publication.content], publication.target.account),
            "account": publication.target.account,
            "post": publication.target.post,
            "reason": act.reason,
        }
    else:
        shown["said"] = said_in(proposal)
    return shown


def _contested(act: PublishPost) -> list[dict[str, Any]]:
    """What the author disputes: what was said of the post, in which words it was seen, and why it is not so."""
    post, facts = act.post, vocabulary(packs_of(act.force))
    concerns = library().vocabulary.concerns
    found = []
    for name, reason in post.contested.items():
        concern = concerns.get(name.removeprefix("concern."))
        label = concern.label if concern else facts[name].label if name in facts else name
        seen = act.reading.about({name})
        quotes = list(dict.fromkeys(e.words for signal in seen for e in signal.evidence if e.words))[:6]
        read = " ".join(dict.fromkeys(signal.reason for signal in seen))
        found.append({"fact": name, "what": label, "reason": reason, "read": read, "quotes": quotes})
    return found
