"""Past decisions with the facts that they stood on, to replay under a draft; a read act, since facts are personal."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import QuerySet

from remit.acts.act import Act, ActRefused, Kind
from remit.acts.door import propose
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.policy.facts import FactFaults, read_facts
from remit.policy.vocabulary import Fact

if TYPE_CHECKING:  # Polars takes a third of the time in which a process starts, and only this reading needs it
    from remit.policy.fact_frames import Row

#: How many decisions are turned into columns at once.
_PIECE = 20_000


@dataclass
class ReadDecisions(Act):
    """Somebody takes out a force's decisions with their facts; the ledger has it before the file is written."""

    name: ClassVar[str] = "policies.read-decisions"
    label: ClassVar[str] = "Take out past decisions with their facts"
    kind: ClassVar[Kind] = Kind.READ
    permission: ClassVar[str] = "decision.read"

    force: str
    since: str
    until: str

    @property
    def subject(self) -> str:
        return f"policies.decisions:{self.force}"

    def check(self) -> None:
        if self.since > self.until:
            raise ActRefused("The first day is after the last.", "Give the earlier day first.")

    def about(self) -> dict[str, Any]:
        return {"since": self.since, "until": self.until}

    def apply(self, record: Proposal, now: datetime) -> None:
        """Nothing changes: what matters is the entry, written before anything is read."""


@dataclass
class Written:
    """What was put in the file, and the facts left out because the vocabulary no longer has them, or not so."""

    decisions: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def write_decisions(path: Path, force: str, since: date, until: date, actor: Any, now: datetime) -> Written:
    """Write a force's decisions of the days `since` to `until` as Parquet, a row a decision, for its owner's eyes only.

    Raises:
        PermissionDenied: the actor may not read decisions of the force.
        ActRefused: the days are the wrong way round, or the force applies no policy.
    """
    import polars as pl

    from remit.policy.fact_frames import frame_of

    propose(ReadDecisions(force, since.isoformat(), until.isoformat()), actor, now)
    facts = {name: fact for pack in packs_of(force) for name, fact in pack.vocabulary.facts.items()}
    written = Written()
    pieces = [frame_of(rows, facts) for rows in _pieces(_decisions(force, since, until), facts, written)]
    frame = pl.concat(pieces, how="diagonal") if pieces else frame_of([], facts)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        frame.write_parquet(file)
    return written


def _decisions(force: str, since: date, until: date) -> QuerySet[Proposal]:
    decided = Proposal.objects.filter(force=force, proposed_at__date__gte=since, proposed_at__date__lte=until)
    return decided.exclude(moment="").order_by("pk")


def _pieces(decisions: QuerySet[Proposal], facts: dict[str, Fact], written: Written) -> Iterator[list[Row]]:
    rows: list[Row] = []
    for proposal in decisions.only("id", "subject", "moment", "proposed_at", "decision", "facts").iterator():
        written.decisions += 1
        rows.append(_row(proposal, facts, written.left_out))
        if len(rows) == _PIECE:
            yield rows
            rows = []
    if rows:
        yield rows


def _row(proposal: Proposal, facts: dict[str, Fact], left_out: Counter[str]) -> Row:
    from remit.policy.fact_frames import Row

    known: dict[str, Any] = {}
    for name, value in proposal.facts.items():
        try:
            known |= read_facts(facts, {name: value})
        except FactFaults:
            left_out[name] += 1
    decided = proposal.decision.get("now")
    now = datetime.fromisoformat(decided) if decided else proposal.proposed_at
    return Row(f"{proposal.subject} (proposal {proposal.pk})", proposal.moment, now, known)
