"""What of the register of accounts somebody may see: what their roles reach, and what they are authorised to use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from remit.accounts.facts import accounts_for
from remit.accounts.models import Account
from remit.people.models import Person
from remit.people.permissions import whole_and_parts
from remit.web.search import Found

#: Most results of one search.
MOST = 200


def visible_accounts(viewer: Person, now: datetime) -> QuerySet[Account]:
    """Every account that `viewer` may see at `now`; none of another force unless a role reaches there."""
    whole, parts = whole_and_parts(viewer, "account.read")
    seen = Q(force__in=whole)
    if viewer.force_id not in whole:
        seen |= Q(pk__in=accounts_for(viewer, now).values("pk")) | Q(owner=viewer, force=viewer.force_id)
    for part in parts:
        here = Q(pk=part.account) if part.account else Q(team=part.team)
        seen |= Q(here, force=part.force)
    return Account.objects.filter(seen).select_related("force", "owner", "team")


def listed(viewer: Person, now: datetime, words: str = "", **exactly: str) -> QuerySet[Account]:
    """`visible_accounts` with every one of `words` in the name, handle or area, and fields that are exactly so."""
    accounts = visible_accounts(viewer, now)
    for word in words.split():
        word = word.removeprefix("@")
        accounts = accounts.filter(Q(name__icontains=word) | Q(handle__icontains=word) | Q(area__icontains=word))
    return accounts.filter(**{name: value for name, value in exactly.items() if value}).order_by("name", "pk")


def found(viewer: Person, words: Sequence[str]) -> Iterable[Found]:
    """Accounts for the search page; the very handle asked for comes first."""
    for account in listed(viewer, timezone.now(), " ".join(words))[:MOST]:
        exact = account.handle.lower() in {word.removeprefix("@") for word in words}
        yield Found(
            "Accounts", str(account), f"/accounts/{account.pk}/", account.purpose, account.state, rank=0 if exact else 1
        )
