"""What a person has to do: each room registers a provider, the home page lists what they give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from remit.web.dates import LONDON

#: Headings of the home page in their order.
GROUPS = ("Asked of you", "Yours to put right", "To do", "Passed to you", "Your drafts")


@dataclass(frozen=True)
class Task:
    """One thing to do, and where it is done."""

    title: str  # "Approve: Appeal after collision on Marton Road"
    href: str
    group: str = "To do"  # one of GROUPS
    hint: str = ""  # who asked, for which account
    status: str = "to_do"  # key of web.statuses.STATUSES
    status_words: str = ""
    due: date | datetime | None = None
    clauses: Sequence[str] = ()
    pack: str = ""
    last: bool = False  # below the others of its group


@dataclass(frozen=True)
class Upcoming:
    """Something that will go out next, for the home page's short list."""

    title: str
    href: str
    at: datetime
    hint: str = ""  # the account
    status: str = "scheduled"


Provider = Callable[[Any, datetime], Iterable[Task | Upcoming]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider: called with the signed-in person and now; gives their `Task`s and their force's `Upcoming`."""
    if provider not in _providers:
        _providers.append(provider)


def tasks_for(person: Any, now: datetime) -> tuple[list[tuple[str, list[Task]]], list[Upcoming]]:
    """The person's tasks by group (groups that have any, soonest due first), and what goes out next, soonest first."""
    given = [item for provider in _providers for item in provider(person, now)]
    upcoming = sorted((i for i in given if isinstance(i, Upcoming)), key=lambda i: i.at)
    found = [i for i in given if isinstance(i, Task)]
    groups = [(g, sorted((t for t in found if t.group == g), key=urgency)) for g in GROUPS]
    return [(g, members) for g, members in groups if members], upcoming


def urgency(task: Task) -> tuple[bool, bool, datetime, str]:
    """What tasks are sorted by, soonest due first; what is due on a day is in time until it ends."""
    due = task.due or date.min
    day = due if isinstance(due, datetime) else datetime.combine(due, time.max, tzinfo=LONDON)
    return (task.last, task.due is None, day, task.title)
