"""The outbox: work for the outside world, queued in the act's own transaction and done by a worker afterwards.

A job may be done more than once (a worker can die after doing it), so a handler must bear that: the truth is in rows of
its own room, and a job only wakes it up. A claim has a lease and a fencing number: a worker that was given up on can
change nothing any more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from remit.acts.models import OutboxJob

log = logging.getLogger(__name__)

#: Longer than a handler may take; a claim that is older is another worker's to take.
LEASE = timedelta(minutes=5)
#: How long a job waits after its first failure; doubled at each further one, up to the longest.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)

#: Does one job; gives None when it is done, or when to be woken again.
Handler = Callable[[OutboxJob, datetime], datetime | None]
_HANDLERS: dict[str, Handler] = {}


def register(job: str, handler: Handler) -> None:
    """Say what does jobs named `job` ("posts.send"). Raises ValueError where something else does them already."""
    if _HANDLERS.setdefault(job, handler) is not handler:
        raise ValueError(f'The job "{job}" already has a handler.')


def queue(job: str, force: str, subject: str, due_at: datetime) -> OutboxJob:
    """Queue a job; it stands or falls with the transaction it is called in. Raises ValueError for an unknown job."""
    if job not in _HANDLERS:
        raise ValueError(f'Nothing does jobs named "{job}". Register a handler first.')
    return OutboxJob.objects.create(job=job, force=force, subject=subject, due_at=due_at)


def run_due(now: datetime, *, at_most: int = 100) -> int:
    """Do the jobs that are due, soonest first; gives how many were taken up."""
    due = OutboxJob.objects.filter(_free(now), done_at=None, due_at__lte=now).order_by("due_at", "id")
    return sum(_run(pk, now) for pk in list(due.values_list("pk", flat=True)[:at_most]))


def _free(now: datetime) -> Q:
    """Claimed by nobody, or given up on: its lease is over, or was given under a clock that has been put back since."""
    return Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + 2 * LEASE)


def _run(pk: int, now: datetime) -> bool:
    job = _claim(pk, now)
    if job is None:
        return False
    try:
        again = _HANDLERS[job.job](job, now)
    except Exception as fault:
        log.exception("The job %s on %s failed; it is tried again.", job.job, job.subject)
        wait = min(FIRST_WAIT * 2 ** min(job.fence - 1, 12), LONGEST_WAIT)
        _finish(job, due_at=now + wait, note=f"{type(fault).__name__}: {fault}")
        return True
    if again is None:
        _finish(job, done_at=now, note="")
    else:
        _finish(job, due_at=again, note="")
    return True


def _claim(pk: int, now: datetime) -> OutboxJob | None:
    """Take a job for this worker, in a commit of its own; None when another was quicker."""
    with transaction.atomic():
        claimed = OutboxJob.objects.filter(_free(now), pk=pk, done_at=None, due_at__lte=now).update(
            lease_until=now + LEASE, fence=F("fence") + 1
        )
        return OutboxJob.objects.get(pk=pk) if claimed else None


def _finish(job: OutboxJob, **fields: object) -> bool:
    """Write the end of a claim; False when it had been given up on and is another worker's by now."""
    mine = OutboxJob.objects.filter(pk=job.pk, fence=job.fence, done_at=None)
    return bool(mine.update(lease_until=None, **fields))
