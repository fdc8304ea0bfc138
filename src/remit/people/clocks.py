"""People as the clock looks at them every day: their training, what they have to read, and their leaving or moving."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from remit.accounts.models import Account
from remit.acts.models import Grant
from remit.acts.states import Looked
from remit.people.acts.subjects import person_subject
from remit.people.facts import person_facts
from remit.people.models import Person

#: So long after somebody left or moved, what their policy asks then is still looked at.
AFTERWARDS = timedelta(days=365)
#: What a standing permission is called on a list of what a leaver holds.
KINDS = {
    "authorisation": "use of",
    "licence": "licence for the social media management software",
    "audit-licence": "licence for the auditing software",
    "written-approval": "written approval of work-related use",
    "native-access": "direct access to",
}


def in_training(now: datetime) -> Iterator[Looked]:
    """Everybody who may use an account at `now` (aware), as `user.train` looks at them."""
    users = _serving(now).filter(pk__in=_live_authorisations(now).values("person"))
    for person in users.order_by("pk").iterator(chunk_size=500):
        yield _looked(person, partial(training_facts, person, now=now))


def training_facts(person: Person, *, now: datetime) -> dict[str, Any]:
    """What the registers tell of a user's training; on X where any of their accounts is."""
    held = list(_live_authorisations(now).filter(person=person).values_list("over", "since"))
    networks = set(_accounts(over for over, _ in held).values_list("network", flat=True))
    return {
        **person_facts(person, "actor", now=now),
        "user.using_since": min((since for _, since in held), default=None),
        "user.next_masterclass_on": None,  # no register tells when it is: the duty stands without a day
        "account.network": "x" if "x" in networks else min(networks, default=""),
    }


def readers(now: datetime) -> Iterator[Looked]:
    """Everybody who serves, as `policy.acknowledge` looks at them: what they accepted, in the version in force."""
    for person in _serving(now).order_by("pk").iterator(chunk_size=500):
        yield _looked(person, partial(person_facts, person, "actor", now=now))


def leavers(now: datetime) -> Iterator[Looked]:
    """Everybody who leaves, left or moved not long ago, as `user.leave` looks at them."""
    since = timezone.localdate(now) - AFTERWARDS
    moving = Q(leaving_on__gte=since) | Q(moved_on__gte=since)
    for person in Person.objects.filter(moving).select_related("force", "line_manager").order_by("pk"):
        yield _looked(person, partial(leaving_facts, person, now=now))


def leaving_facts(person: Person, *, now: datetime) -> dict[str, Any]:
    """What the registers tell of somebody who leaves or moves: what they hold, and which accounts they can reach.

    A permission counts until it has been ended on the register by hand: that its last day has passed ends it in Remit,
    and not on the network.
    """
    day = _last_day(person, now)
    grants = list(person.grants.filter(ended_at=None).exclude(kind="delegation"))
    reached = [grant.over for grant in person.grants.filter(kind="authorisation") if _held_on(grant, day)]
    accounts = list(_accounts(reached))
    named = {f"accounts.account:{account.pk}": account.name for account in accounts}
    over = {f"accounts.account:{a.pk}": a.name for a in _accounts(grant.over for grant in grants)}
    return {
        "subject.category": person.category,
        "subject.leaving_on": person.leaving_on,
        "subject.grants": sorted({_called(grant, over) for grant in grants}),
        "subject.account_kinds": sorted({account.kind for account in accounts}),
        "user.moved_on": day,
        "user.accounts": sorted(named.values()),
        "user.leaver_told_on": person.leaving_told_on,
        **({"user.keeps_account": person.keeps_account} if person.keeps_account is not None else {}),
    }


def _last_day(person: Person, now: datetime) -> date | None:
    """The last day in the force or in the old team, once it has come; None before."""
    days = [day for day in (person.leaving_on, person.moved_on) if day and day <= timezone.localdate(now)]
    return max(days, default=None)


def _held_on(grant: Grant, day: date | None) -> bool:
    if day is None:
        return grant.ended_at is None
    ended = timezone.localdate(grant.ended_at) if grant.ended_at else date.max
    return grant.since <= day <= min(grant.until or date.max, ended)


def _called(grant: Grant, over: dict[str, str]) -> str:
    kind = KINDS.get(grant.kind, grant.kind.replace("-", " "))
    return f"{kind} {over[grant.over]}" if grant.over in over else kind


def _looked(person: Person, facts: Any) -> Looked:
    return Looked(person.force_id, person_subject(person), facts, {"actor": person, "subject": person})


def _serving(now: datetime) -> QuerySet[Person]:
    today = timezone.localdate(now)
    here = Person.objects.filter(is_active=True).filter(Q(leaving_on=None) | Q(leaving_on__gte=today))
    return here.select_related("force", "line_manager")


def _live_authorisations(now: datetime) -> QuerySet[Grant]:
    today = timezone.localdate(now)
    live = Grant.objects.filter(kind="authorisation", ended_at=None, since__lte=today)
    return live.filter(Q(until=None) | Q(until__gte=today))


def _accounts(overs: Any) -> QuerySet[Account]:
    numbers = [int(over.rpartition(":")[2]) for over in overs if over.startswith("accounts.account:")]
    return Account.objects.filter(pk__in=numbers)
