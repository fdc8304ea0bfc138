"""The room of accounts' turn of the worker: asks networks, twice a day, whether they still accept each connection.

So a lost one is said before the next post needs it, and one that is rarely used does not lapse.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from remit.accounts.connection import LOST, profile_of
from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.ledger.recording import REMIT, record
from remit.platforms import connections, registry
from remit.platforms.protocol import Later, Refused

EVERY, AGAIN = timedelta(hours=12), timedelta(minutes=15)


def turn(clock: Callable[[], datetime]) -> bool:
    """Check the connection that was checked the longest ago, if that is long enough; True when there may be more."""
    now = clock()
    due = connections.unchecked(now - EVERY).first()
    if due is None:
        return False
    account = Account.objects.filter(platform=due.platform, handle=due.handle).first()
    if account is None:
        connections.checked(due.platform, due.handle, now)
        return True
    try:
        registry.find(due.platform).check(profile_of(account))
    except Later:
        connections.checked(due.platform, due.handle, now - EVERY + AGAIN)
    except Refused as refused:
        connections.lost(due.platform, due.handle, str(refused))
        connections.checked(due.platform, due.handle, now)
        if not due.problem:
            about = {"service": due.service, "remote_id": due.remote_id}
            record(LOST, account.force_id, REMIT, subject_of(account), outcome="lost", about=about, now=now)
    else:
        connections.checked(due.platform, due.handle, now)
    return True
