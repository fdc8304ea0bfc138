"""State moments: what the clock looks at. Each room says which of its records a moment is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from remit.acts import duties, referrals
from remit.acts.facts import settings_facts, vocabulary
from remit.acts.packs import packs_of
from remit.policy.decide import decide, rules_at
from remit.policy.decision import Decision


@dataclass(frozen=True)
class Looked:
    """One live record that a state moment looks at."""

    force: str
    subject: str  # "room.model:id"
    #: Gathers its facts; asked only where a policy of the force says anything about the moment.
    facts: Callable[[], Mapping[str, Any]]
    cast: Mapping[str, Any] = field(default_factory=dict)


_RECORDS: dict[str, list[Callable[[datetime], Iterable[Looked]]]] = {}


def register(moment: str, records: Callable[[datetime], Iterable[Looked]]) -> None:
    """A room gives the live records that the state moment `moment` ("account.monitor") looks at."""
    if records not in _RECORDS.setdefault(moment, []):
        _RECORDS[moment].append(records)


def all_records(now: datetime) -> Iterable[tuple[str, Looked]]:
    """Every record to look at, with its moment.

    Each source is read to its end first: while rows are still to be read, SQLite refuses to begin a change as soon as
    somebody else has made one.
    """
    for moment, sources in sorted(_RECORDS.items()):
        for records in sources:
            yield from [(moment, looked) for looked in records(now)]


def look(moment: str, looked: Looked, now: datetime) -> Decision | None:
    """Decide one record at a state moment, and keep its duties, referrals and notices in step. In a transaction.

    None where no policy of the force says anything about the moment; duties that one left there earlier then lapse.
    """
    packs = [pack for pack in packs_of(looked.force) if moment in pack.vocabulary.moments]
    about: dict[str, Any] = {"force": looked.force, "subject": looked.subject, "cast": looked.cast, "now": now}
    if not any(rules_at(pack, moment) for pack in packs):
        duties.keep_in_step((), **about, facts={}, moment=moment)
        referrals.end(None, force=looked.force, subject=looked.subject, moment=moment, now=now)
        return None
    facts = {**looked.facts(), **settings_facts(looked.force, vocabulary(packs))}
    decision = decide(packs, moment, facts, now)
    duties.keep_in_step(decision.duties, **about, facts=facts, moment=moment)
    referrals.leave(decision, **about, moment=moment)
    referrals.end(decision, force=looked.force, subject=looked.subject, moment=moment, now=now)
    return decision
