"""What the acts on people share: how a person is named and found, and how a day is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.people.models import Person
from remit.sql import number_of


def person_subject(person: Person) -> str:
    """How acts, grants and the ledger name a person."""
    return f"people.person:{person.pk}"


def subject_number(subject: str) -> int:
    """The number in "room.model:12". Raises ActRefused when there is none."""
    number = number_of(subject)
    if number is None:
        raise ActRefused(f'"{subject}" names nothing on the register.', "Open it from its list and try again.")
    return number


def find_person(subject: str, force: str) -> Person:
    query = "SELECT * FROM people_person WHERE id = %s AND force_id = %s"
    for person in Person.objects.raw(query, [subject_number(subject), force]):  # by hand, as in `remit.sql`
        return person
    raise ActRefused("There is no such person on your force's register.", "Look them up in the list of people.")


def read_day(value: str | None, what: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ActRefused(f"{what} is not a date: {value}.", "Write it like 2026-11-21.") from None


def not_oneself(record: Proposal, person: Person, what: str) -> None:
    if record.proposer_id == person.pk:
        raise ActRefused(f"Nobody may {what} to themself.", "Ask another person who may.")


@dataclass
class AboutPeople(Act):
    """A change of a register of people: no policy has more to say of it than what it says of registers."""

    moment: ClassVar[str] = "register.change"

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {"register.kind": "people"}
