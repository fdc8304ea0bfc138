"""The accounts of the daily look (`account.monitor`): whether each is used, and whatever else a policy asks then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from remit.accounts.facts import subject_of
from remit.accounts.models import NOT_IN_USE, Account
from remit.accounts.records import full_facts
from remit.acts import duties, states
from remit.acts.states import Looked


def watched(now: datetime) -> Iterator[Looked]:
    """Every account in use, as the state moment `account.monitor` looks at it at `now` (aware)."""
    accounts = Account.objects.exclude(state__in=NOT_IN_USE).select_related("force", "owner", "team").order_by("pk")
    for account in accounts.iterator(chunk_size=500):
        yield looked_at(account, now)


def looked_at(account: Account, now: datetime) -> Looked:
    """One account as the daily look sees it at `now`."""
    cast = {"account": account, **({"owner": account.owner} if account.owner else {})}
    return Looked(account.force_id, subject_of(account), partial(full_facts, account, None, now=now), cast)


def look_again(account: Account, now: datetime) -> None:
    """Keep the account's duties in step with what was just recorded, in the act's own transaction."""
    if account.in_use:
        states.look("account.monitor", looked_at(account, now), now)


def let_go(account: Account, now: datetime) -> None:
    """Nothing more is asked of an account that has closed: the duties of its daily look lapse."""
    look = looked_at(account, now)
    duties.keep_in_step(
        (), force=look.force, subject=look.subject, cast=look.cast, now=now, facts={}, moment="account.monitor"
    )
