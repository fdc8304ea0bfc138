"""Signals that an author disputes: what a reviewer settled, kept as labelled examples. Nothing learns by itself."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.utils import timezone

from remit.acts.act import Act, ActRefused, Kind
from remit.acts.models import Proposal
from remit.people.models import Person
from remit.posts.facts import text_of
from remit.posts.models import Post, SettledSignal

if TYPE_CHECKING:
    from remit.posts.acts import PublishPost

#: The columns of an export: no name of anybody but what stands in the text itself.
COLUMNS = ("text", "concern", "raised", "settled", "signal_version", "when")
LONGEST_NOTE = 2_000
#: Who may take settled cases out: whoever may take out past decisions, which hold the same texts.
READING = "decision.read"


def keep(act: PublishPost, record: Proposal, fact: str, value: Any, note: str, actor: Person, now: datetime) -> None:
    """Write down what `actor` settled about `fact` of the post in `act`, if it is something that signals read.

    Raises ActRefused where the reviewer does not agree with the author and says not why.
    """
    seen = [signal for signal in act.reading.about({fact}) if act.reading.counts(signal)]
    contested = act.post.contested.get(fact, "")
    if not fact.startswith("concern.") and not seen:
        return  # not what a signal says: whom somebody names, or an answer that the author did not know
    was = seen[0].value if seen and not seen[0].concern else True
    so = value == was
    if contested and so and not note:
        raise ActRefused("Your author said why it is not so.", "Say in a few words why you do not agree.")
    SettledSignal.objects.create(
        force_id=record.force,
        proposal=record,
        concern=fact.removeprefix("concern.") if was is True else f"{fact}={was}",
        text=text_of(act.parts),
        raised=bool(seen),
        settled=so,
        versions=", ".join(dict.fromkeys(f"{signal.detector} {signal.version}" for signal in seen))[:200],
        contested=contested,
        note=note[:LONGEST_NOTE],
        settled_by=actor,
        settled_at=now,
    )


def settled_about(post: Post) -> list[SettledSignal]:
    """What was settled about `post`, oldest first."""
    subjects = [f"posts.target:{pk}" for pk in post.targets.values_list("pk", flat=True)]
    found = SettledSignal.objects.filter(force=post.force_id, proposal__subject__in=subjects)
    return list(found.prefetch_related("settled_by"))


class SupportsWrite(Protocol):
    """A file of text, or a response."""

    def write(self, text: str, /) -> Any: ...


@dataclass
class ReadSettledSignals(Act):
    """Somebody takes out every settled case of a force as labelled examples; the ledger has it before they are read."""

    name: ClassVar[str] = "posts.read-settled-signals"
    label: ClassVar[str] = "Take out settled signals as labelled examples"
    kind: ClassVar[Kind] = Kind.READ
    permission: ClassVar[str] = READING

    force: str

    @property
    def subject(self) -> str:
        return f"posts.settled-signals:{self.force}"

    def apply(self, record: Proposal, now: datetime) -> None:
        """Nothing changes: what matters is the entry, written before anything is read."""


def settled_cases(force: str) -> Iterable[SettledSignal]:
    """The settled cases of one force, oldest first. Take them out only after `ReadSettledSignals`."""
    return SettledSignal.objects.filter(force=force).iterator()


def settled_number(force: str) -> int:
    """How many cases of one force were settled."""
    return SettledSignal.objects.filter(force=force).count()


def write_cases(cases: Iterable[SettledSignal], file: SupportsWrite) -> int:
    """Write `cases` as CSV with COLUMNS, times in ISO 8601 with their offset; gives how many."""
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    number = 0
    for case in cases:
        number += 1
        at = timezone.localtime(case.settled_at).isoformat(timespec="seconds")
        rows.writerow([_plain(case.text), case.concern, _word(case.raised), _word(case.settled), case.versions, at])
    return number


def _word(so: bool) -> str:
    return "yes" if so else "no"


def _plain(text: str) -> str:
    """A text that a spreadsheet would run as a formula is told that it is none."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
