"""Who may know of a case (never whom it is about), and what its people are called in the ledger.

`acts.secrecy` asks these for lists, tasks, says, duties, notices and the ledger's pages.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime

from remit.acts import referrals
from remit.acts.models import Referral
from remit.acts.secrecy import KeptApart
from remit.conduct.models import Case, Reminder
from remit.people.models import Person

KIND = "conduct.case"


def subject_of(case: Case) -> str:
    """How acts and the ledger name a case."""
    return f"{KIND}:{case.pk}"


def barred(number: int) -> set[int]:
    """Keys of the people who never learn of a case: whom it is about, and whoever its referrals keep out."""
    about = Case.objects.filter(pk=number, subject__isnull=False).values_list("subject", flat=True)
    kept_out = Referral.objects.filter(subject=f"{KIND}:{number}", barred__isnull=False).values_list(
        "barred", flat=True
    )
    return {*about, *kept_out}


def kept_from(person: Person) -> set[int]:
    """Numbers of the cases that `person` never learns of."""
    about = Case.objects.filter(subject=person).values_list("pk", flat=True)
    kept_out = Referral.objects.filter(subject__startswith=f"{KIND}:", barred=person).values_list("subject", flat=True)
    return {*about, *(int(subject.rpartition(":")[2]) for subject in kept_out)}


def may_see(case: Case, person: Person, now: datetime) -> bool:
    """Whether a case exists for `person`: it was passed to them or to a post they hold, and it is not about them."""
    if person.pk in barred(case.pk):
        return False
    passed = Referral.objects.filter(subject=subject_of(case)).select_related("proposal__proposer")
    return any(referrals.may_see(each, person, now) for each in passed)


def known_to(person: Person, now: datetime) -> set[int]:
    """Numbers of the cases that `person` may know of."""
    passed = Referral.objects.filter(subject__startswith=f"{KIND}:", force=person.force_id)
    seen = {r.subject for r in passed.select_related("proposal__proposer") if referrals.may_see(r, person, now)}
    return {int(subject.rpartition(":")[2]) for subject in seen}


def pseudonym(number: int, person: Person) -> str:
    """The name of `person` in the entries of one case: HMAC-SHA256 of their own pseudonym under the case's secret."""
    salt = Case.objects.values_list("salt", flat=True).filter(pk=number).first() or ""
    return "case-" + hmac.new(bytes.fromhex(salt), person.pseudonym.encode(), hashlib.sha256).hexdigest()[:24]


def _own(person: Person, now: datetime) -> Collection[int]:
    return set(Reminder.objects.filter(person=person).values_list("pk", flat=True))


CASES = KeptApart(barred, kept_from, known_to, pseudonym)
#: A reminder is its owner's alone, and its entries do not say whose it is.
REMINDERS = KeptApart(lambda number: (), lambda person: (), _own, lambda number, person: f"reminder-{number}")
