"""Whether Remit is well: what a load balancer asks, what a monitor is told, and what everybody is shown when it is not.

Nothing here names a person, a post or a setting's value.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils import timezone

from remit.ledger import cosigning, sequencer, timestamps
from remit.ledger.keys import KeyFault
from remit.ledger.notes import BadNote
from remit.ledger.tiles import BadFiles
from remit.operations.models import WorkerBeat
from remit.posts import figures
from remit.web.dates import say_when
from remit.web.shell import Banner

#: A worker not heard of for so long is not there; it says so every ten seconds, but may be in a long call.
UNSEEN = timedelta(minutes=2)
#: Something due for so long is not being sent.
OVERDUE = timedelta(minutes=2)
LEAST_DISK = 256 * 1024 * 1024  # bytes
#: How far this machine's clock may be off the database's.
CLOCK_OFF = timedelta(seconds=10)


@dataclass(frozen=True)
class Check:
    """One thing that should be so, and what to do when it is not. `vital`: without it no page can be answered."""

    name: str
    well: bool
    words: str = ""
    vital: bool = False


def checks(now: datetime) -> list[Check]:
    """Everything that should be so, at `now` (aware)."""
    try:
        connection.ensure_connection()
        off = _clock_off(now)
        migrated = _is_migrated()
    except DatabaseError:
        return [Check("database", False, "The database does not answer. See that it runs and can be reached.", True)]
    free = shutil.disk_usage(settings.REMIT_VAR).free
    found = [
        Check("database", True, vital=True),
        Check("tables", migrated, "The database is not at this version. Run: remit migrate", True),
        Check("disk", free >= LEAST_DISK, f"{free // 2**20} MB are left in REMIT_VAR. Make room."),
        Check("clock", abs(off) <= CLOCK_OFF, "This machine’s clock is off the database’s. Set both by NTP."),
    ]
    if migrated:
        found.append(Check("worker", publishing_stands_still(now) is None, "No worker is sending. Run: remit worker"))
        fault, outside = ledger_fault(), witness_fault()
        found.append(Check("ledger", not fault, fault))
        found.append(Check("witnesses", not outside, outside))
        stamping = timestamps.standing()
        found.append(Check("time stamps", not (stamping and stamping.fault), stamping.fault if stamping else ""))
    return found


def ledger_fault() -> str:
    """Why the ledger cannot be signed as it stands, with the remedy; "" when all is well. Not a full verification."""
    try:
        sequencer.check_rollback()
    except (sequencer.RolledBack, BadFiles, KeyFault, OSError) as fault:
        return str(fault)
    return ""


def witness_fault() -> str:
    """What stands in the way of the witnesses whom the operator named; "" when all is well, or none are named."""
    try:
        standing = cosigning.standing()
    except (cosigning.PolicyFault, BadFiles, BadNote, KeyFault) as fault:
        return str(fault)
    return " ".join(standing.faults) if standing else ""


def publishing_stands_still(now: datetime) -> str | None:
    """Since when nothing is being sent, in words for everybody; None when all is well.

    A worker was there and is not heard of any more; or none ever was, and something has been due for minutes.
    """
    seen: datetime | None = WorkerBeat.objects.aggregate(Max("beat_at"))["beat_at__max"]
    if seen is not None and now - seen <= UNSEEN:
        return None
    if seen is not None:
        return f"What sends posts was last at work at {say_when(seen)}."
    waiting = figures.due_since(now)
    if waiting is not None and now - waiting > OVERDUE:
        return f"Something should have gone out at {say_when(waiting)}, and nothing that sends posts is at work."
    return None


def banners(person: Any) -> Iterable[Banner]:
    """On every page while nothing is being sent."""
    since = publishing_stands_still(timezone.now())
    if since is None:
        return []
    return [
        Banner(
            "Nothing is being published or taken down at the moment",
            f"{since} Nothing is lost: what is due goes out when it is at work again, and what is then more than "
            "half an hour late is not sent but asks somebody first. Tell your system administrator.",
        )
    ]


def _clock_off(now: datetime) -> timedelta:
    if connection.vendor != "postgresql":
        return timedelta(0)  # the database is this machine
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    return there.astimezone(UTC) - now.astimezone(UTC)


def _is_migrated() -> bool:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
