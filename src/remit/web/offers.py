"""What a policy offers next ("declare this association"), as a link to the page where it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Offer:
    """Something that a decision offers: its words, the page where it is done, and the clauses that offer it."""

    words: str
    href: str
    clauses: tuple[str, ...] = ()
    pack: str = ""


_pages: dict[str, tuple[str, str]] = {}


def register(name: str, words: str, href: str) -> None:
    """A room says where what the packs call `name` ("breach.report") is done, and the words of its link.

    `{number}` in the address stands for the id of what was decided about; without one the offer is left out.
    """
    _pages[name] = (words, href)


def offered(offers: Iterable[Mapping[str, Any]], subject: str = "") -> list[Offer]:
    """The offers of a decision's JSON that this version of Remit has a page for, each page once.

    `subject` is what was decided about, as "room.model:id".
    """
    found: dict[str, Offer] = {}
    number = subject.rpartition(":")[2]
    for offer in offers:
        if offer["act"] in _pages:
            words, href = _pages[offer["act"]]
            if "{number}" in href and not number.isdigit():
                continue
            href = href.replace("{number}", number)
            found.setdefault(href, Offer(words, href, tuple(offer.get("clauses", ())), str(offer.get("pack", ""))))
    return list(found.values())
