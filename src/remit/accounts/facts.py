"""What the register of accounts tells a policy, and whether a stop covers an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from remit import sql
from remit.accounts.models import NOT_IN_USE, Account, Stop
from remit.acts.directory import get_directory
from remit.acts.models import Grant
from remit.people.facts import person_facts
from remit.people.models import Person


def subject_of(account: Account) -> str:
    """How acts, grants and the ledger name an account; one that is not saved yet is "accounts.account:new"."""
    return f"accounts.account:{account.pk or 'new'}"


def account_of(subject: str) -> Account | None:
    """The account that "accounts.account:3" names."""
    number = sql.number_of(subject)
    return Account.objects.filter(pk=number).select_related("owner").first() if number is not None else None


def account_named(force: str, words: str) -> str | None:
    """How acts name the account of a force that is called so, by its name or its handle; None where not just one is."""
    said = words.strip().removeprefix("@")
    found = Account.objects.filter(Q(name__iexact=words.strip()) | Q(handle__iexact=said), force=force)[:2]
    return subject_of(found[0]) if len(found) == 1 else None


def account_facts(account: Account | None, actor: Person | None, *, now: datetime) -> dict[str, Any]:
    """The facts `account.…` of an account, and with an `actor` those `actor.…` that are about the two together.

    `account` None is an account that is not on the register: known not to be registered, nothing else known.
    """
    if account is None:
        return {"account.registered": False}
    facts: dict[str, Any] = {
        "account.registered": True,
        "account.name": account.name,
        "account.kind": account.kind,
        "account.network": account.network,
        "account.area": account.area or None,
        "account.purpose": account.purpose or None,
        "account.state": account.state,
        "account.created_on": account.created_on,
        "account.last_used_on": account.last_used_on,
        "account.contributor_count": len(authorised(account, now)),
        "account.monitored_by_contact": account.monitored_by_contact,
        "account.silenced": stopped(account, now),
        "account.owner_named": account.owner_id is not None,
    }
    approved = get_directory().settings_of(account.force_id).get("approved_networks")
    if approved is not None:
        facts["account.network_approved"] = account.network in approved
    if actor is not None:
        facts.update(person_facts(actor, "actor", account, now=now))
        facts.pop("actor.duty_state", None)  # true of the press, not of the world: the act freezes it
    return facts


def authorisations(account: Account, now: datetime) -> QuerySet[Grant]:
    """The live authorisations over `account` at `now`, of people who still serve."""
    return _authorisations(now).filter(over=subject_of(account)).select_related("person")


def _authorisations(now: datetime) -> QuerySet[Grant]:
    today = timezone.localdate(now)
    live = Grant.objects.filter(kind="authorisation", ended_at=None, since__lte=today)
    live = live.filter(Q(until=None) | Q(until__gte=today), person__is_active=True)
    return live.filter(Q(person__leaving_on=None) | Q(person__leaving_on__gte=today))


#: `_authorisations` over one account, by hand: every act on an account or a post asks it.
_AUTHORISED = """
SELECT acts_grant.person_id FROM acts_grant JOIN people_person ON people_person.id = acts_grant.person_id
WHERE kind = 'authorisation' AND over = %(over)s AND ended_at IS NULL
    AND since <= %(today)s AND (until IS NULL OR until >= %(today)s)
    AND is_active AND (leaving_on IS NULL OR leaving_on >= %(today)s)
"""


def authorised(account: Account, now: datetime) -> set[int]:
    """Keys of the people who hold a live authorisation over `account` at `now`."""
    today = sql.day(timezone.localdate(now))
    return {person for (person,) in sql.rows(_AUTHORISED, {"over": subject_of(account), "today": today})}


def user_counts(accounts: Iterable[Account], now: datetime) -> dict[int, int]:
    """How many people hold a live authorisation over each of `accounts` at `now`, by the account's key."""
    overs = {subject_of(account): account.pk for account in accounts}
    counted = _authorisations(now).filter(over__in=overs).values("over").annotate(people=Count("person", distinct=True))
    return {overs[row["over"]]: row["people"] for row in counted}


def may_use(account: Account, person: Person, now: datetime) -> bool:
    """Whether `person` holds a live authorisation over `account` at `now`."""
    return person.pk in authorised(account, now)


def accounts_for(person: Person, now: datetime) -> QuerySet[Account]:
    """The accounts in use that `person` holds a live authorisation over at `now`, in the order of the register."""
    today = timezone.localdate(now)
    live = Grant.objects.filter(kind="authorisation", person=person, ended_at=None, since__lte=today)
    overs = live.filter(Q(until=None) | Q(until__gte=today)).values_list("over", flat=True)
    numbers = [int(over.rpartition(":")[2]) for over in overs if over.startswith("accounts.account:")]
    return Account.objects.filter(pk__in=numbers, force=person.force_id).exclude(state__in=NOT_IN_USE)


def live_stops(force: str, now: datetime) -> QuerySet[Stop]:
    """The stops that are on in `force` at `now`."""
    return Stop.objects.filter(force=force, started_at__lte=now).filter(Q(lifted_at=None) | Q(lifted_at__gt=now))


def stops_covering(account: Account, now: datetime) -> list[Stop]:
    """The live stops that cover `account`: its own, its area's, and those of the whole force."""
    live = live_stops(account.force_id, now).prefetch_related("account", "force", "started_by")
    return [stop for stop in live if covers(stop, account)]


def covers(stop: Stop, account: Account) -> bool:
    """Whether a live stop covers the account."""
    return stop.force_id == account.force_id and _covers(stop.account_id, stop.area, account)


def _covers(stopped: int | None, area: str, account: Account) -> bool:
    if stopped is not None:
        return stopped == account.pk
    return not area or area.lower() == account.area.lower()


#: `live_stops`, by hand: every act on an account or a post asks it.
_STOPS = """
SELECT account_id, area FROM accounts_stop
WHERE force_id = %(force)s AND started_at <= %(now)s AND (lifted_at IS NULL OR lifted_at > %(now)s)
"""


def stopped(account: Account, now: datetime) -> bool:
    """Whether a live stop covers `account` at `now`. The posts worker reads it inside its claim and before the call."""
    stops = sql.rows(_STOPS, {"force": account.force_id, "now": sql.instant(now)})
    return any(_covers(only, area, account) for only, area in stops)
