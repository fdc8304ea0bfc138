"""What is kept apart: who may never know of a subject, who may, and the names that stand for people in its entries.

A room says so for its own records (a conduct case); lists, tasks, says, duties, notices and the ledger's pages obey.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from remit.ledger.models import Entry
from remit.ledger.recording import REMIT

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class KeptApart:
    """How a room keeps one kind of its records apart; `number` is the record's."""

    #: Keys of the people who may never know of the record, whatever posts they hold.
    barred: Callable[[int], Collection[int]]
    #: The same the other way round: numbers of the records that a person may never know of.
    kept_from: Callable[[Any], Collection[int]]
    #: Numbers of the records that a person may know of at a time; None where that is whoever is not barred.
    known_to: Callable[[Any, datetime], Collection[int]] | None = None
    #: The name that stands for a person in the entries about the record, and about no other; None for their usual one.
    pseudonym: Callable[[int, Any], str] | None = None


_kinds: dict[str, KeptApart] = {}


def register(kind: str, kept: KeptApart) -> None:
    """A room keeps its records "room.model" apart."""
    _kinds[kind] = kept


def _find(subject: str) -> tuple[KeptApart | None, int]:
    kind, _, number = subject.partition(":")
    return (_kinds.get(kind), int(number)) if number.isdigit() else (None, 0)


def barred(subject: str) -> frozenset[int]:
    """Keys of the people who may never know of `subject` ("room.model:id"); none of what is not kept apart."""
    kept, number = _find(subject)
    return frozenset(kept.barred(number)) if kept else frozenset()


def cleared(people: Iterable[Any], subject: str) -> list[Any]:
    """Those of `people` who may know of `subject`."""
    out = barred(subject)
    return [person for person in people if person.pk not in out]


def not_barred(rows: QuerySet[Row], person: Any) -> QuerySet[Row]:
    """Those of `rows`, each about a `subject`, that are about nothing that `person` may never know of."""
    apart = Q()
    for kind in _kinds:
        apart |= Q(subject__startswith=f"{kind}:")
    there = set(rows.filter(apart).order_by().values_list("subject", flat=True).distinct() if apart else ())
    kinds = {subject.partition(":")[0] for subject in there}
    out = there & {f"{kind}:{number}" for kind in kinds for number in _kinds[kind].kept_from(person)}
    return rows.exclude(subject__in=out) if out else rows


def may_know(subject: str, person: Any, now: datetime) -> bool:
    """Whether `person` may know of `subject`; what no room keeps apart is for whoever the pages let in."""
    kept, number = _find(subject)
    if kept is None or kept.known_to is None:
        return kept is None or person.pk not in kept.barred(number)
    return number in kept.known_to(person, now)


def readable(entries: QuerySet[Entry], person: Any, now: datetime) -> QuerySet[Entry]:
    """Without the entries about what `person` may not know of."""
    for kind, kept in _kinds.items():
        if kept.known_to is None:
            entries = entries.exclude(object__in=[f"{kind}:{number}" for number in kept.kept_from(person)])
        else:
            known = [f"{kind}:{number}" for number in kept.known_to(person, now)]
            entries = entries.filter(~Q(object__startswith=f"{kind}:") | Q(object__in=known))
    return entries


def pseudonym(actor: Any, subject: str = "") -> str:
    """The name that stands for `actor` (None is Remit) in entries about `subject`; it never changes there."""
    if actor is None:
        return REMIT
    kept, number = _find(subject)
    return kept.pseudonym(number, actor) if kept and kept.pseudonym else str(actor.pseudonym)
