"""Who may never know of a report that only a force's own policy provides for: whom it is about, and whoever it bars."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from remit.acts.models import Proposal, Referral
from remit.acts.putting import AUTHOR, KIND, Tell
from remit.acts.secrecy import KeptApart

#: Of those who are named in a report, the ones it is about: it is kept from them whatever the policy says.
ABOUT = ("subject", AUTHOR)


def barred(number: int) -> set[int]:
    """Keys of the people who never learn of it: whom a report is about, and whoever its referrals keep out."""
    found = set(
        Referral.objects.filter(subject=f"{KIND}:{number}", barred__isnull=False).values_list("barred", flat=True)
    )
    report = Proposal.objects.filter(pk=number, act=Tell.name).only("data", "proposer_id").first()
    people = report.data.get("people", {}) if report else {}
    about = {int(people[member].rpartition(":")[2]) for member in ABOUT if member in people}
    return found | (about - {report.proposer_id} if report else set())


def kept_from(person: Any) -> set[int]:
    """Numbers of the proposals that `person` never learns of."""
    kept_out = Referral.objects.filter(subject__startswith=f"{KIND}:", barred=person).values_list("subject", flat=True)
    named = Q(*[(f"data__people__{member}", f"people.person:{person.pk}") for member in ABOUT], _connector=Q.OR)
    about = Proposal.objects.filter(named, act=Tell.name).exclude(proposer=person).values_list("pk", flat=True)
    return {*about, *(int(subject.rpartition(":")[2]) for subject in kept_out)}


REPORTS = KeptApart(barred, kept_from)
