"""What a policy offers next ("declare this association"), as a link to the page where it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
_sources: list[Callable[[Mapping[str, Any]], tuple[str, str] | None]] = []


def register(name: str, words: str, href: str) -> None:
    """A room says where what the packs call `name` ("breach.report") is done, and the words of its link.

    `{number}` in the address stands for the id of what was decided about; without one the offer is left out.
    """
    _pages[name] = (words, href)


def register_source(source: Callable[[Mapping[str, Any]], tuple[str, str] | None]) -> None:
    """Add words and page of what nobody registered by name: `source` gets the offer, as a decision's JSON has it."""
    if source not in _sources:
        _sources.append(source)


def _page(offer: Mapping[str, Any]) -> tuple[str, str] | None:
    return _pages.get(offer["act"]) or next((found for source in _sources if (found := source(offer))), None)


def offered(offers: Iterable[Mapping[str, Any]], subject: str = "") -> list[Offer]:
    """The offers of a decision's JSON that this version of Remit has a page for, each page once.

    `subject` is what was decided about, as "room.model:id".
    """
    found: dict[str, Offer] = {}
    number = subject.rpartition(":")[2]
    for offer in offers:
        if page := _page(offer):
            words, href = page
            if "{number}" in href and not number.isdigit():
                continue
            href = href.replace("{number}", number)
            found.setdefault(href, Offer(words, href, tuple(offer.get("clauses", ())), str(offer.get("pack", ""))))
    return list(found.values())
