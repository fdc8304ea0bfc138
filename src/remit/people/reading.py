"""What of the register of people somebody may see: their own entry, and what their roles reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from remit.people.models import Person
from remit.people.permissions import reach
from remit.web.search import Found

#: Most results of one search.
MOST = 200


def visible_people(viewer: Person) -> QuerySet[Person]:
    """Everybody whom `viewer` may see, themself first of all."""
    seen = Q(pk=viewer.pk)
    for reached in reach(viewer, "person.read"):
        if reached.account is None:
            within = Q(force=reached.force)
            seen |= within & Q(teams=reached.team) if reached.team else within
    return Person.objects.filter(seen).distinct()


def listed(viewer: Person, words: str = "", team: str = "", role: str = "") -> QuerySet[Person]:
    """`visible_people` with every one of `words` in the name, in a team and holding a role today (keys; "" is any)."""
    people = visible_people(viewer).select_related("force").prefetch_related("teams", "roles_held")
    for word in words.split():
        people = people.filter(
            Q(display_name__icontains=word) | Q(shoulder_number__istartswith=word) | Q(teams__name__icontains=word)
        )
    if team:
        people = people.filter(teams__key=team)
    if role:
        today = timezone.localdate()
        held = Q(roles_held__until=None) | Q(roles_held__until__gte=today)
        people = people.filter(held, roles_held__role=role, roles_held__since__lte=today)
    return people.order_by("display_name", "pk").distinct()


def found(viewer: Person, words: Sequence[str]) -> Iterable[Found]:
    """People for the search page; the very number asked for comes first."""
    for person in listed(viewer, " ".join(words))[:MOST]:
        teams = ", ".join(team.name for team in person.teams.all())
        rank = 0 if person.shoulder_number.lower() in words else 1
        yield Found("People", person.display_name, f"/people/{person.pk}/", teams, rank=rank)
