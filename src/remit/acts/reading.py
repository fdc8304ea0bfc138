"""Somebody looks at what another put forward: it is recorded, as it may be about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from remit.acts.act import Act, Kind
from remit.acts.models import Proposal


@dataclass
class ReadProposal(Act):
    """Look at a proposal that is not one's own. Whether they may is for the page that shows it."""

    name: ClassVar[str] = "proposal.read"
    label: ClassVar[str] = "Look at what was put forward"
    kind: ClassVar[Kind] = Kind.READ

    proposal: int

    @property
    def force(self) -> str:
        return self._row.force

    @property
    def subject(self) -> str:
        return self._row.subject

    @property
    def _row(self) -> Proposal:
        return Proposal.objects.get(pk=self.proposal)

    def about(self) -> dict[str, Any]:
        return {"of": self.proposal}

    def apply(self, record: Proposal, now: datetime) -> None:
        """Nothing changes: the entry is what is kept."""
