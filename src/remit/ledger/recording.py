"""Writing an entry, in the same transaction as the change that it records."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from remit import sql
from remit.ledger import actions
from remit.ledger.hashing import SALT_BYTES, START, canonical, chained, commitment, instant
from remit.ledger.models import Disclosure, Entry, Head
from remit.ledger.tiles import LONGEST_BODY

actions.register("ledger.erased", "A personal value was erased; the proof of its entry stays")

#: The actor when Remit itself acts.
REMIT = "remit"


class OutsideTransaction(RuntimeError):
    """An entry was about to be written apart from the change it records."""


def record(
    action: str,
    force: str,
    actor_pseudonym: str,
    object: str,
    *,
    now: datetime,
    moment: str = "",
    clauses: Iterable[str] = (),
    packs: Iterable[Mapping[str, Any]] = (),
    outcome: str = "",
    about: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> Entry:
    """Add one entry. It stands or falls with the transaction it is called in.

    Args:
        action: a registered action, e.g. "posts.publish".
        actor_pseudonym: `Person.pseudonym`, or REMIT; never a name.
        object: what it is about, as "room.model:id".
        packs: `{"pack", "version", "digest"}` of each pack that the decision stood on.
        about: anything else a reader needs that is not personal, as JSON.
        personal: field -> JSON value; only a salted commitment goes into the entry, the value into a `Disclosure`.
    Raises:
        OutsideTransaction: called outside `transaction.atomic()`.
        UnknownAction: nobody registered `action`.
        ValueError: the actor is empty, something is not JSON, or it is longer than an entry may be.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(
            f'"{action}" was about to be recorded outside a transaction. Use transaction.atomic().'
        )
    actions.words(action)
    if not actor_pseudonym:
        raise ValueError(f'"{action}" was about to be recorded without an actor. Give a pseudonym, or "{REMIT}".')
    payloads = {field: canonical(value) for field, value in sorted((personal or {}).items())}
    salts = {field: secrets.token_bytes(SALT_BYTES) for field in payloads}
    head = held_head()
    number, previous = head.number + 1, bytes(head.hash)
    body = canonical(
        {
            "number": number,
            "at": instant(now),
            "force": force,
            "actor": actor_pseudonym,
            "action": action,
            "object": object,
            "moment": moment,
            "clauses": sorted(set(clauses)),
            "packs": [dict(pack) for pack in packs],
            "outcome": outcome,
            "about": dict(about or {}),
            "commitments": {field: commitment(salts[field], payloads[field]) for field in payloads},
        }
    )
    if len(body) > LONGEST_BODY:
        raise ValueError(
            f'"{action}" says too much: {len(body)} bytes, of at most {LONGEST_BODY}. Put it in `personal`.'
        )
    entry = Entry(
        number=number,
        force=force,
        at=now,
        action=action,
        object=object,
        body=body,
        previous_hash=previous,
        hash=chained(previous, body),
    )
    _add(entry, {field: (salts[field], payload) for field, payload in payloads.items()})
    return entry


_ENTRY = (
    "INSERT INTO ledger_entry (number, force, at, action, object, body, previous_hash, hash)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_DISCLOSURE = "INSERT INTO ledger_disclosure (entry_id, field, salt, payload) VALUES (%s, %s, %s, %s)"
_HEAD = "UPDATE ledger_head SET number = %s, hash = %s WHERE id = 1"


def _add(entry: Entry, disclosed: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Write an entry with the salt and payload of each field that it commits to, and move the head on to it.

    By hand, as in `remit.sql`: every act does.
    """
    e, at = entry, sql.instant(entry.at)
    sql.write(_ENTRY, [e.number, e.force, at, e.action, e.object, e.body, e.previous_hash, e.hash])
    for field, (salt, payload) in disclosed.items():
        sql.write(_DISCLOSURE, [e.number, field, salt, payload])
    sql.write(_HEAD, [e.number, e.hash])
    entry._state.adding, entry._state.db = False, connection.alias


def held_head() -> Head:
    """The head, held until the transaction ends: PostgreSQL locks its row, SQLite has one writer at a time anyway."""
    head = _head()
    if head is None:
        if Entry.objects.exists() and not Head.objects.exists():  # not one that another writer has just begun with
            raise RuntimeError("The ledger has entries but its head is gone. Run the verification before going on.")
        Head.objects.get_or_create(id=1, defaults={"hash": START})
        head = Head.objects.select_for_update().get()
    return head


def _head() -> Head | None:
    held = " FOR UPDATE" if connection.features.has_select_for_update else ""
    for number, so_far in sql.rows(f"SELECT number, hash FROM ledger_head WHERE id = 1{held}"):  # noqa: S608 - ours
        return Head.from_db(connection.alias, ["id", "number", "hash"], [1, number, so_far])
    return None


def erase(entry: Entry, field: str, *, now: datetime, actor_pseudonym: str = REMIT, reason: str = "") -> bool:
    """Erase the value and salt behind one commitment, and say so; True if there was one. Its entry stays provable.

    The log keeps that something was erased, when and by whom, never what.
    """
    with transaction.atomic():
        erased, _ = Disclosure.objects.filter(entry=entry, field=field).delete()
        if erased:
            about = {"entry": entry.number, "field": field}
            personal = {"reason": reason} if reason else {}
            subject = f"ledger.entry:{entry.number}"
            record("ledger.erased", entry.force, actor_pseudonym, subject, now=now, about=about, personal=personal)
    return bool(erased)
