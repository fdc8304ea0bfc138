"""What the page of one person lists: the roles they hold, the documents they accepted, their history."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from remit.accounts.models import Account
from remit.acts.packs import library
from remit.ledger.reading import history
from remit.people.acts.subjects import person_subject
from remit.people.documents import asked_by, current_version, document_title
from remit.people.models import Acknowledgement, Person
from remit.people.permissions import role_title


def roles(shown: Person) -> list[dict[str, Any]]:
    """The roles held now or later, with what each is held for."""
    today = timezone.localdate()
    held = [r for r in shown.roles_held.select_related("team", "force") if r.until is None or r.until >= today]
    accounts = Account.objects.in_bulk([r.account_id for r in held if r.account_id])
    return [
        {
            "pk": r.pk,
            "title": role_title(r.role),
            "held_for": str(accounts.get(r.account_id) or r.team or r.force),
            "since": r.since,
            "until": r.until,
            "can_end": r.force_id == shown.force_id,
        }
        for r in held
    ]


def documents(shown: Person) -> list[dict[str, Any]]:
    """The policies of the person's force, what those ask to be read, and whatever else they accepted, and when."""
    given: dict[str, list[Acknowledgement]] = {}
    for row in shown.acknowledgements.all():
        given.setdefault(row.document, []).append(row)
    asked = [document for pack in shown.force.packs if pack in library().packs for document in asked_by(pack)]
    keys = dict.fromkeys([*asked, *sorted(given)])
    return [_document(key, given.get(key, [])) for key in keys if document_title(key)]


def _document(key: str, rows: list[Acknowledgement]) -> dict[str, Any]:
    version = current_version(key)
    now = next((row for row in rows if row.version == version), None)
    older = max((row for row in rows if row.version != version), key=lambda row: row.on, default=None)
    return {
        "key": key,
        "title": document_title(key),
        "version": version,
        "accepted_on": now.on if now else None,
        "older_on": older.on if older else None,
        "older_version": older.version if older else "",
    }


def history_of(shown: Person) -> list[dict[str, Any]]:
    """What the ledger says of this person, newest first, in the form of the timeline component."""
    lines = list(reversed(history(person_subject(shown))))
    names = dict(
        Person.objects.filter(pseudonym__in={line.actor for line in lines}, force=shown.force_id).values_list(
            "pseudonym", "display_name"
        )
    )
    return [
        {"title": line.words, "by": names.get(line.actor, "Remit"), "at": line.at, "clauses": line.clauses}
        for line in lines[:50]
    ]
