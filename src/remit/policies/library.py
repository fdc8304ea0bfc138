"""The packs that a person may read, and where a search of Remit finds their clauses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from remit.acts.directory import get_directory
from remit.acts.packs import library
from remit.policies.versions import earlier_versions, read_earlier
from remit.policy.packs import TREATMENTS, Clause, Pack
from remit.policy.reading import PackReading, clause_text
from remit.web.search import Found


def packs_of(person: Any) -> list[Pack]:
    """The packs that the person's own force has in use, in the force's order."""
    packs = library().packs
    return [packs[name] for name in get_directory().packs_in_use(person.force_id) if name in packs]


def shipped_packs() -> list[Pack]:
    """The policies that come with Remit, by title: all are published documents, so anybody signed in may read them."""
    home = Path(settings.REMIT_PACKS[0]).resolve()
    found = [pack for pack in library().packs.values() if Path(pack.folder).resolve().parent == home]
    return sorted(found, key=lambda pack: (pack.title, pack.name))


def readable_packs(person: Any) -> list[Pack]:
    """What the person may read: the force's own policies, drafts written for it, and those that come with Remit.

    A draft is a pack that names the force and is not in use; whoever may read decisions of the force may read it.
    """
    own = packs_of(person)
    drafts = [pack for pack in library().packs.values() if person.force_id in pack.forces and pack not in own]
    may = get_directory().permits(person, "decision.read", person.force_id, "")
    return list(dict.fromkeys([*own, *(drafts if may else ()), *shipped_packs()]))


def pack_of(person: Any, name: str) -> Pack | None:
    """The pack called `name` when the person may read it; None otherwise, as if it did not exist.

    A version that decided earlier is called by its `key`.
    """
    readable = readable_packs(person)
    found = next((pack for pack in readable if pack.name == name), None)
    earlier = (one for pack in readable for one in earlier_versions(pack) if one.key == name) if not found else ()
    return found or next((read_earlier(one) for one in earlier), None)


def reading_of(person: Any, pack: Pack) -> PackReading:
    """The pack as the person reads it: with the own force's settings where that force uses it."""
    own = get_directory().settings_of(person.force_id) if pack in packs_of(person) else {}
    return _reading(pack, json.dumps(own, sort_keys=True, default=str))


@lru_cache(maxsize=16)
def _reading(pack: Pack, settings: str) -> PackReading:
    """Kept from page to page: a pack is loaded once, and its English is the same for a whole force."""
    return PackReading(pack, json.loads(settings))


def pack_with_clause(clause_id: str) -> str:
    """The name of the pack that has the clause `clause_id`, or ""."""
    return next((name for name, pack in library().packs.items() if clause_id in pack.clauses), "")


@dataclass(frozen=True)
class Share:
    """How many clauses have one treatment, and how many come before it when all are laid in a row."""

    treatment: str
    count: int
    before: int


def coverage(pack: Pack) -> list[Share]:
    """How many clauses have each treatment that any has, in the order in which treatments are told."""
    counts = Counter(clause.treatment for clause in pack.clauses.values())
    told = [t for t in TREATMENTS if counts[t]]
    return [Share(t, counts[t], sum(counts[earlier] for earlier in told[:at])) for at, t in enumerate(told)]


def neighbours(pack: Pack, clause: Clause) -> tuple[Clause | None, Clause | None]:
    """The clauses before and after it in the policy."""
    ids = list(pack.clauses)
    at = ids.index(clause.id)
    before = pack.clauses[ids[at - 1]] if at else None
    after = pack.clauses[ids[at + 1]] if at + 1 < len(ids) else None
    return before, after


def search(person: Any, words: Sequence[str]) -> list[Found]:
    """Clauses of the person's own packs that have every one of `words`; a clause asked for by its id comes first."""
    found = []
    for pack in packs_of(person):
        for clause in pack.clauses.values():
            if all(word in clause_text(clause) for word in words):
                exact = len(words) == 1 and words[0] in (clause.id.lower(), clause.number.lower())
                address = f"/policy/{pack.name}/{clause.id}/"
                title = f"{clause.id}, {pack.title}"
                found.append(Found("Policy", title, address, clause.says, clause.treatment, rank=0 if exact else 2))
    return found
