"""What the kernel has for a person: answers asked of them, duties, referrals. The home page's first tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet

from remit.acts import referrals
from remit.acts.models import Duty, Referral
from remit.acts.owed import alike, owed_by
from remit.acts.says import asked_of
from remit.web.dates import say_when
from remit.web.subjects import Named, named_all, proposed
from remit.web.tasks import Task

#: Of each kind, how many the home page lists; the others are on their own page.
MOST = 15

#: Acts whose says their own room lists in its own words.
_worded_elsewhere: set[str] = set()


def leave_to_room(act: str) -> None:
    """A room lists the says about its act itself."""
    _worded_elsewhere.add(act)


def kernel_tasks(person: Any, now: datetime) -> Iterator[Task]:
    """The person's says, duties and referrals as tasks."""
    asked = asked_of(person)
    listed = list(asked.exclude(proposal__act__in=_worded_elsewhere)[:MOST])
    about = named_all(say.proposal.subject for say in listed)
    for say in listed:
        yield Task(
            f"{say.title or say.key}: {about[say.proposal.subject].words}",
            f"/approvals/{say.pk}/",
            group="Asked of you",
            hint=f"{proposed(say.proposal)}, from {say.proposal.proposer or 'Remit'}",
            status="asked",
            status_words="Asked for your view" if say.kind == "consult" else "Asked to approve",
            clauses=say.clauses,
            pack=say.pack,
        )
    if (count := asked.count()) > MOST:
        yield Task(
            f"See all {count} that wait for your answer", "/approvals/", group="Asked of you", status="", last=True
        )
    yield from _owed(owed_by(person), now)
    yield from _passed(referrals.visible_to(person), person)


def _owed(owed: QuerySet[Duty], now: datetime) -> Iterator[Task]:
    """Duties as lines: those that are alike, for many subjects, as one."""
    found = alike(owed, now)
    about = named_all(same.first.subject for same in found[:MOST])
    for same in found[:MOST]:
        first = duty_task(same.first, now, about)
        if same.times == 1:
            yield first
            continue
        hint = f"{same.times:,} times{f', {same.overdue:,} overdue' if same.overdue else ''}: first {first.hint}"
        yield replace(first, href=f"/duties/?rule={quote(same.first.rule)}", hint=hint)
    if len(found) > MOST:
        yield Task(f"See all {sum(same.times for same in found):,} things to do", "/duties/", status="", last=True)


def _passed(passed: list[Referral], person: Any) -> Iterator[Task]:
    """Referrals as lines: those that are alike as one."""
    same_rule: dict[tuple[str, str, str], list[Referral]] = {}
    for referral in passed:
        same_rule.setdefault((referral.pack, referral.rule, referral.reason), []).append(referral)
    about = named_all(same[0].subject for same in list(same_rule.values())[:MOST])
    for same in list(same_rule.values())[:MOST]:
        first = referral_task(same[0], person, about)
        first = replace(first, group="Passed to you")
        if len(same) == 1:
            yield first
            continue
        free = sum(1 for each in same if each.taken_by_id is None)
        hint = f"{len(same)} times, {free or 'none'} not taken on yet: first {first.hint}"
        yield replace(first, href=f"/referrals/?rule={quote(same[0].rule)}", hint=hint)
    if len(same_rule) > MOST:
        yield Task(
            f"See all {len(passed)} that were passed to you", "/referrals/", "Passed to you", status="", last=True
        )


def referral_task(referral: Referral, person: Any, about: Mapping[str, Named]) -> Task:
    """A referral as a line of a list; `about` has what each subject is called."""
    whom = about[referral.subject].words
    if referral.closed_at is not None:
        status, said = "closed", f"closed {say_when(referral.closed_at)}: {referral.outcome}"
    elif referral.taken_by_id is None:
        status, said = "waiting", f"passed on {say_when(referral.made_at)}"
    else:
        by = "you" if referral.taken_by_id == person.pk else str(referral.taken_by)
        status, said = "taken", f"taken on by {by}"
    return Task(
        referrals.words(referral),
        f"/referrals/{referral.pk}/",
        hint=f"{whom}, {said}",
        status=status,
        clauses=referral.clauses,
        pack=referral.pack,
    )


def duty_task(duty: Duty, now: datetime, about: Mapping[str, Named]) -> Task:
    """A duty as a line of a list; `about` has what each subject is called."""
    return Task(
        duty.do[:1].upper() + duty.do[1:],
        f"/duties/{duty.pk}/",
        hint=about[duty.subject].words,
        status="overdue" if duty.is_overdue(now) else "to_do",
        due=duty.due,
        clauses=duty.clauses,
        pack=duty.pack,
    )
