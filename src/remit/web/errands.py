"""What a person can start: each room registers its errands, the page of requests lists those that they may."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from remit.people.permissions import may_somewhere

#: Headings of the page in their order.
GROUPS: tuple[str, ...] = ("Accounts", "People who use accounts", "Messages", "You and social media")
GROUPS += ("Something is wrong", "Research")
#: Below them stands what only a force's own policy has a moment for.
PROVIDED = "What your policy provides for"


@dataclass(frozen=True)
class Errand:
    """Something to start: "Apply for an account", where, a few words on when, and the permission that it takes."""

    words: str
    href: str
    group: str  # one of GROUPS
    hint: str = ""
    permission: str = ""


_errands: list[Errand] = []
_sources: list[Callable[[Any], Iterable[Errand]]] = []


def register(errand: Errand) -> None:
    """A room adds an errand, from its `AppConfig.ready()`. Raises ValueError for an unknown group."""
    if errand.group not in GROUPS:
        raise ValueError(f'There is no group "{errand.group}". Choose one of {", ".join(GROUPS)}.')
    if errand not in _errands:
        _errands.append(errand)


def register_source(source: Callable[[Any], Iterable[Errand]]) -> None:
    """Add errands that are another's for each person, such as those of their force's own policy."""
    if source not in _sources:
        _sources.append(source)


def errands_for(person: Any) -> list[tuple[str, list[Errand]]]:
    """The errands that `person` may start, by group; groups without any are left out."""
    everything = [*_errands, *(each for source in _sources for each in source(person))]
    mine = [each for each in everything if not each.permission or may_somewhere(person, each.permission)]
    groups = [(group, [each for each in mine if each.group == group]) for group in (*GROUPS, PROVIDED)]
    return [(group, members) for group, members in groups if members]
