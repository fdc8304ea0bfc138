"""Search: each room registers a provider that finds its own records within the person's force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

#: Longest search that is looked for; anything after it is left out.
LONGEST = 200


@dataclass(frozen=True)
class Found:
    """One result. `rank` orders results: 0 for the very thing asked for, 1 a match in its title, 2 in its text."""

    room: str  # "Posts", "Accounts", "People", "Policy": the filter on the page
    title: str
    href: str
    text: str = ""  # an excerpt
    status: str = ""  # key of web.statuses.STATUSES
    at: date | datetime | None = None
    rank: int = 2


Provider = Callable[[Any, Sequence[str]], Iterable[Found]]
_providers: list[tuple[str, Provider]] = []


def register(room: str, provider: Provider) -> None:
    """Add a room: `provider(person, words)` gives, at most 200, what has every one of `words` and `person` may see."""
    if all(provider is not known for _, known in _providers):
        _providers.append((room, provider))


def rooms() -> list[str]:
    """Names of the rooms that can be searched."""
    return [room for room, _ in _providers]


def search(person: Any, query: str, room: str = "") -> list[Found]:
    """Everything that `person` may see and that has every word of `query`, best first; nothing for an empty query."""
    words = query[:LONGEST].lower().split()
    if not words:
        return []
    found = [f for name, provider in _providers if room in ("", name) for f in provider(person, words)]
    return sorted(found, key=lambda f: f.rank)
