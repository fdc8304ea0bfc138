"""A post as it will look on one account, for the pages that show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from remit.accounts.models import Account
from remit.platforms import registry
from remit.posts.content import Part
from remit.posts.facts import read, text_of
from remit.posts.wording import hidden_in, pieces
from remit.signals.reading import Reading


def preview(parts: Sequence[Part], account: Account, reading: Reading | None = None) -> dict[str, Any]:
    """What `posts/_preview.html` shows: the words with what raised something marked, the pictures, the length."""
    platform = registry.find(account.platform)
    limits = platform.limits(account.network)
    text = text_of(parts)
    reading = reading or read(parts, account)
    return {
        "account": account,
        "network": limits.title,
        "parts": [
            {
                "pieces": pieces(part["text"], reading.signals if len(parts) == 1 else ()),
                "pictures": part["pictures"],
                "used": platform.count(part["text"], account.network),
            }
            for part in parts
        ],
        "most": limits.text,
        "hidden": hidden_in(text),
    }
