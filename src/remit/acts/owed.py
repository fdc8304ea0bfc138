"""What somebody still has to do: their open duties, one by one and those of one rule together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from remit.acts.models import SOONEST, Duty
from remit.acts.secrecy import not_barred
from remit.policy.periods import london_date


def owed_by(person: Any) -> QuerySet[Duty]:
    """The open duties that are the person's own or those of a post they hold, soonest due first."""
    return not_barred(Duty.objects.filter(state=Duty.State.DUE, put_to=person), person)


@dataclass(frozen=True)
class Alike:
    """Duties of one rule about many subjects."""

    first: Duty  # the one that is due soonest
    times: int
    overdue: int


def alike(owed: QuerySet[Duty], now: datetime) -> list[Alike]:
    """Open duties as those of each rule, the soonest due first: one query, however many there are."""
    over = Q(due_at__lte=now) | Q(due_at=None, due_on__lt=london_date(now))
    same = [F("pack"), F("rule"), F("do")]
    firsts = owed.annotate(
        place=Window(RowNumber(), partition_by=same, order_by=SOONEST),
        times=Window(Count("pk"), partition_by=same),
        overdue=Window(Count("pk", filter=over), partition_by=same),
    ).filter(place=1)
    return [Alike(duty, duty.times, duty.overdue) for duty in firsts]
