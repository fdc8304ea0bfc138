"""What the ledger says about something, for a page: oldest first, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from remit.ledger import actions
from remit.ledger.models import Entry


@dataclass(frozen=True)
class Line:
    """One entry as a reader sees it."""

    number: int
    at: datetime
    actor: str  # pseudonym; "remit" for Remit itself
    action: str
    words: str
    object: str
    outcome: str
    moment: str
    clauses: tuple[str, ...]
    packs: tuple[dict[str, Any], ...]
    about: dict[str, Any]
    #: Personal values that are still there; what has been erased is left out, though `erased` names it.
    personal: dict[str, Any]
    erased: tuple[str, ...]
    hash: str  # hexadecimal


def about(subject: str) -> Q:
    """Which entries are about `subject`: "posts.post:12", or "posts.post" for those about any post."""
    if connection.vendor == "sqlite":  # whose LIKE looks at every entry; ";" is the character after ":"
        return Q(object=subject) | Q(object__gte=f"{subject}:", object__lt=f"{subject};")
    return Q(object=subject) | Q(object__startswith=f"{subject}:")


def history(*objects: str) -> list[Line]:
    """Every entry about `objects` ("room.model:id"), oldest first."""
    entries = Entry.objects.filter(object__in=objects).order_by("number").prefetch_related("disclosures")
    return [line(entry) for entry in entries]


def line(entry: Entry) -> Line:
    """One entry in words, with whatever of its personal values has not been erased."""
    body = json.loads(bytes(entry.body))
    personal = {d.field: json.loads(bytes(d.payload)) for d in entry.disclosures.all()}
    return Line(
        number=entry.number,
        at=entry.at,
        actor=body["actor"],
        action=entry.action,
        words=actions.words(entry.action),
        object=entry.object,
        outcome=body["outcome"],
        moment=body["moment"],
        clauses=tuple(body["clauses"]),
        packs=tuple(body["packs"]),
        about=body["about"],
        personal=personal,
        erased=tuple(sorted(set(body["commitments"]) - set(personal))),
        hash=bytes(entry.hash).hex(),
    )
