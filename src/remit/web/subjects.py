"""What "room.model:id" is in words and where it is read: each room says it for its own subjects."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from remit.acts.act import ActRefused, act_named
from remit.acts.models import Proposal


@dataclass(frozen=True)
class Named:
    """A subject as a person reads it: its words, and its page ("" when it has none)."""

    words: str
    href: str = ""


_finders: dict[str, Callable[[int], Named | None]] = {}
_finders_of_many: dict[str, Callable[[Collection[int]], Mapping[int, Named]]] = {}


def register(
    kind: str,
    finder: Callable[[int], Named | None],
    many: Callable[[Collection[int]], Mapping[int, Named]] | None = None,
) -> None:
    """A room says how its subjects are called: `kind` is "room.model"; the finder takes the id.

    Args:
        many: the same of many at once, for lists: whatever it does not give is not there.
    """
    _finders[kind] = finder
    if many is not None:
        _finders_of_many[kind] = many


_by_key: dict[str, Callable[[str], Named | None]] = {}


def register_keyed(kind: str, finder: Callable[[str], Named | None]) -> None:
    """A room says how its subjects are called that have a key and no number: "policies.policy:essex"."""
    _by_key[kind] = finder


def named(subject: str) -> Named:
    """The subject in words; its bare kind when its room has said nothing or it is gone."""
    kind, _, number = subject.partition(":")
    finder = _finders.get(kind)
    found = finder(int(number)) if finder and number.isdigit() else None
    if found is None and kind in _by_key:
        found = _by_key[kind](number)
    return found or _unnamed(kind)


def _unnamed(kind: str) -> Named:
    return Named(kind.rpartition(".")[2].replace("_", " ") or "Remit")


def named_all(subjects: Iterable[str]) -> dict[str, Named]:
    """Every one of `subjects` in words, those of a kind read together where their room can."""
    wanted = set(subjects)
    found: dict[str, Named] = {}
    for kind, many in _finders_of_many.items():
        numbers = {int(each.rpartition(":")[2]) for each in wanted if re.fullmatch(rf"{re.escape(kind)}:\d+", each)}
        read = many(numbers) if numbers else {}
        found |= {f"{kind}:{number}": read.get(number) or _unnamed(kind) for number in numbers}
    return found | {subject: named(subject) for subject in wanted - found.keys()}


def proposed(proposal: Proposal) -> str:
    """What is proposed, in the words of its button: "Publish a post"."""
    try:
        return act_named(proposal.act).called(proposal)
    except ActRefused:
        return proposal.act
