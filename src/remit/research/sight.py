"""Who may know of a vetting check: those who check, and never whom it is about."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from remit.acts.secrecy import KeptApart
from remit.people.models import Person
from remit.people.permissions import permits
from remit.research.models import Check

CHECK = "research.check"


def barred(number: int) -> set[int]:
    """Whom the check is about."""
    return set(Check.objects.filter(pk=number, subject__isnull=False).values_list("subject", flat=True))


def kept_from(person: Person) -> set[int]:
    """Numbers of the checks that are about `person`."""
    return set(Check.objects.filter(subject=person).values_list("pk", flat=True))


def known_to(person: Person, now: datetime) -> set[int]:
    """Numbers of the checks that `person` may know of."""
    if not permits(person, "vetting.check", person.force_id):
        return set()
    found = Check.objects.filter(force=person.force_id).exclude(subject=person)
    return set(found.values_list("pk", flat=True))


def pseudonym(number: int, person: Person) -> str:
    """The name of `person` in the entries of one check: HMAC-SHA256 under the check's secret."""
    salt = Check.objects.values_list("salt", flat=True).filter(pk=number).first() or ""
    return "check-" + hmac.new(bytes.fromhex(salt), person.pseudonym.encode(), hashlib.sha256).hexdigest()[:24]


CHECKS = KeptApart(barred, kept_from, known_to, pseudonym)
