"""What the kernel has for a person: answers asked of them, duties, referrals. The home page's first tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from remit.acts import duties, referrals
from remit.acts.says import asked_of
from remit.web.subjects import named, proposed
from remit.web.tasks import Task


def kernel_tasks(person: Any, now: datetime) -> Iterator[Task]:
    """The person's says, duties and referrals as tasks."""
    today = timezone.localdate(now)
    for say in asked_of(person, now):
        yield Task(
            f"{say.title or say.key}: {named(say.proposal.subject).words}",
            f"/approvals/{say.pk}/",
            group="Asked of you",
            hint=f"{proposed(say.proposal)}, from {say.proposal.proposer or 'Remit'}",
            status="asked",
            status_words="Asked for your view" if say.kind == "consult" else "Asked to approve",
            clauses=say.clauses,
            pack=say.pack,
        )
    for duty in duties.owed_by(person, now):
        late = duty.due_on is not None and duty.due_on < today
        yield Task(
            duty.do[:1].upper() + duty.do[1:],
            f"/duties/{duty.pk}/",
            hint=named(duty.subject).words,
            status="overdue" if late else "to_do",
            due=duty.due_on,
            clauses=duty.clauses,
            pack=duty.pack,
        )
    for referral in referrals.visible_to(person, now):
        yield Task(
            f"Passed to you: {referral.reason or named(referral.subject).words}",
            f"/referrals/{referral.pk}/",
            hint=f"Taken on by {referral.taken_by}" if referral.taken_by else named(referral.subject).words,
            clauses=referral.clauses,
            pack=referral.pack,
        )
