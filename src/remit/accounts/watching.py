"""The accounts of the daily look (`account.monitor`): whether each is used, and whatever else a policy asks then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from remit.accounts.facts import account_facts, subject_of
from remit.accounts.models import Account
from remit.acts.states import Looked


def watched(now: datetime) -> Iterator[Looked]:
    """Every account that is not closed, as the state moment `account.monitor` looks at it at `now` (aware)."""
    accounts = Account.objects.exclude(state=Account.State.CLOSED).select_related("force", "owner").order_by("pk")
    for account in accounts.iterator(chunk_size=500):
        cast = {"account": account, **({"owner": account.owner} if account.owner else {})}
        yield Looked(account.force_id, subject_of(account), partial(account_facts, account, None, now=now), cast)
