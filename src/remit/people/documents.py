"""Documents that people read and accept: each policy in its version, and what policies ask to be read with it."""

from __future__ import annotations

from remit.acts.packs import library
from remit.people.models import Person
from remit.sql import rows


def asked_by(pack: str) -> list[str]:
    """What users of the policy `pack` read and accept: the policy itself, and the documents that it declares."""
    return [f"policy:{pack}", *library().packs[pack].documents]


def document_title(document: str) -> str:
    """What a document is called; "" when there is none of that name ("policy:cleveland", "guidance")."""
    kind, _, name = document.partition(":")
    if kind == "policy" and name in library().packs:
        return library().packs[name].title
    titles = (pack.documents[document] for pack in library().packs.values() if document in pack.documents)
    return next(titles, "")


def current_version(document: str) -> str:
    """The version to be accepted now. Of what is not a pack, Remit knows no versions: "1" is all there is."""
    kind, _, name = document.partition(":")
    pack = library().packs.get(name) if kind == "policy" else None
    return pack.version if pack else "1"


def accepted(person: Person) -> list[str]:
    """Documents that `person` has accepted in the version that is in force, in name order."""
    given = rows("SELECT document, version FROM people_acknowledgement WHERE person_id = %s", [person.pk])
    return sorted({document for document, version in given if version == current_version(document)})
