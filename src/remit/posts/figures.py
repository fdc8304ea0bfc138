"""Counts of what is on its way out, for monitors. Numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Min

from remit.posts import claims
from remit.posts.models import Publication, PublicationAttempt


def publications() -> Mapping[str, int]:
    """How many publications and removals are in each state."""
    rows = Publication.objects.values_list("state").annotate(Count("pk")).order_by()
    return dict.fromkeys(Publication.State.values, 0) | dict(rows)


def calls() -> Mapping[str, int]:
    """How many calls to networks have ended in each result."""
    rows = PublicationAttempt.objects.exclude(result="").values_list("result").annotate(Count("pk")).order_by()
    return dict(rows)


def due_since(now: datetime) -> datetime | None:
    """Since when the oldest publication that could go out now has been waiting; None when nothing waits."""
    found: datetime | None = claims.ready(now).aggregate(Min("due_at"))["due_at__min"]
    return found
