"""What the register of people says, question by question: who serves, in which team, by which grade, in which role.

A sweep asks the same of hundreds of records, and a page of many links: within `read_once` each question is put to the
database once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db.models import Q, QuerySet

from remit.people.models import Force, Person, RoleHeld, Team
from remit.sql import rows

P = ParamSpec("P")
R = TypeVar("R")

_answers: ContextVar[dict[tuple[Any, ...], Any] | None] = ContextVar("answers", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Keep answers for as long as this lasts, or one around it. For work that changes nothing of the register itself.

    What somebody else changes meanwhile is seen by whatever reads the register next.
    """
    if _answers.get() is not None:
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def kept(question: Callable[P, R]) -> Callable[P, R]:
    """Give the answer of before, within `read_once`."""

    @wraps(question)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        answers = _answers.get()
        if answers is None:
            return question(*args, **kwargs)
        key = (question.__name__, *args, *sorted(kwargs.items()))
        if key not in answers:
            answers[key] = question(*args, **kwargs)
        found: R = answers[key]
        return found

    return answer


def serving(force: str, today: date) -> QuerySet[Person]:
    """Whoever serves in a force on a day, the last one included."""
    return Person.objects.filter(force=force, is_active=True).filter(Q(leaving_on=None) | Q(leaving_on__gte=today))


@kept
def forces() -> dict[str, Force]:
    """Every force of the register, by its slug."""
    return {force.pk: force for force in Force.objects.all()}


@kept
def policies_of(force: str) -> tuple[list[str], dict[str, Any]]:
    """Names of the packs that a force applies, and its settings; nothing for a force that is not on the register."""
    found = rows("SELECT packs, settings FROM people_force WHERE slug = %s", [force])
    packs, settings = map(json.loads, found[0]) if found else ([], {})
    return packs or [], settings or {}


@kept
def of_team(key: str, force: str, today: date) -> list[Person]:
    """Whoever serves in a force and belongs to its team of that key."""
    return list(serving(force, today).filter(teams__key=key, teams__force=force).distinct())


@kept
def of_grades(grades: tuple[str, ...], force: str, today: date) -> list[Person]:
    """Whoever serves in a force in one of these grades."""
    return list(serving(force, today).filter(grade__in=grades))


@kept
def held(role: str, force: str, today: date) -> list[RoleHeld]:
    """Every holding of `role` for `force` by somebody who serves, in whichever force; in the order of the register."""
    now = Q(until=None) | Q(until__gte=today)
    here = Q(person__leaving_on=None) | Q(person__leaving_on__gte=today)
    found = RoleHeld.objects.filter(now, here, role=role, force=force, since__lte=today, person__is_active=True)
    return list(found.select_related("person").order_by("person__display_name", "person_id"))


@kept
def teams_of(*people: int) -> frozenset[int]:
    """Ids of the teams to which any of these people belong."""
    return frozenset(Team.objects.filter(members__in=people).values_list("pk", flat=True)) if people else frozenset()
