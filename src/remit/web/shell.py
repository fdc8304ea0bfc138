"""The shell around every room: primary navigation, banners that rooms contribute, where a clause is read.

A room contributes from its `AppConfig.ready()`, so that adding a room touches no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

#: Words, address, and the permission that it takes ("" is for everybody); an address marks every page below it.
PRIMARY: list[tuple[str, str, str]] = [
    ("Home", "/", ""),
    ("Posts", "/posts/", ""),
    ("Messages", "/inbox/", "message.read"),
    ("Requests", "/proposals/", ""),
    ("Accounts", "/accounts/", ""),
    ("People", "/people/", "person.read"),
    ("Policy", "/policy/", ""),
    ("Ledger", "/ledger/", "ledger.read"),
]

#: Addresses of what the home page lists.
OF_HOME = ("/approvals/", "/duties/", "/referrals/")


@dataclass(frozen=True)
class Banner:
    """Something that everybody of a force must know now, on top of every page."""

    title: str  # "Publishing is stopped for all accounts"
    body: str  # who, since when, why
    href: str = ""  # where it can be read or ended
    action: str = "See the stop"


_banner_providers: list[Callable[[Any], Iterable[Banner]]] = []


def register_banner(provider: Callable[[Any], Iterable[Banner]]) -> None:
    """Add a provider: called with the signed-in person, gives the banners of that person's force."""
    if provider not in _banner_providers:
        _banner_providers.append(provider)


def banners_for(person: Any) -> list[Banner]:
    """Every banner for `person`; none for somebody who has not signed in."""
    if not getattr(person, "is_authenticated", False):
        return []
    return [banner for provider in _banner_providers for banner in provider(person)]


_clause_packs: list[Callable[[str], str]] = []


def register_clause_finder(finder: Callable[[str], str]) -> None:
    """Set who knows which pack has a clause: called with a clause id, gives the pack's name or ""."""
    _clause_packs[:] = [finder]


_pack_versions: list[Callable[[str, str], str]] = []


def register_pack_versions(finder: Callable[[str, str], str]) -> None:
    """Set who knows where a policy is read as it was: called with its name and digest, gives its part of an address."""
    _pack_versions[:] = [finder]


def pack_as_of(name: str, digest: str) -> str:
    """What addresses call the policy `name` as it was with `digest`; its name where it has not changed."""
    return next((finder(name, digest) for finder in _pack_versions), name)


def clause_address(clause_id: str, pack: str = "") -> str:
    """Where the clause `clause_id` is read, or "" when no pack here has it."""
    name = pack or next((found for finder in _clause_packs if (found := finder(clause_id))), "")
    return f"/policy/{quote(name)}/{quote(clause_id)}/" if name else ""
