"""Acts of auditors: all of them reads, and all of them in the ledger before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from remit.acts.act import Act, ActRefused, Kind
from remit.acts.models import Proposal
from remit.evidence.gathering import about


@dataclass
class Reading(Act):
    """Something is looked at or taken away; nothing changes."""

    kind: ClassVar[Kind] = Kind.READ
    permission: ClassVar[str] = "ledger.read"

    force: str
    subject: str

    def apply(self, record: Proposal, now: datetime) -> None:
        """Nothing changes: the entry in the ledger is all there is to do."""


@dataclass
class ReadEntry(Reading):
    """Somebody looks at an entry together with the personal values behind it."""

    name: ClassVar[str] = "evidence.read-entry"
    label: ClassVar[str] = "Look at a ledger entry with its personal values"


@dataclass
class ExportEvidence(Reading):
    """Somebody takes an evidence pack away."""

    name: ClassVar[str] = "evidence.export"
    label: ClassVar[str] = "Download an evidence pack"

    #: Names of the personal values that are left out, and whether people's names are put in.
    withheld: list[str] = field(default_factory=list)
    names: bool = False

    def check(self) -> None:
        found = about(self.subject)
        if found is None or found.force != self.force:
            raise ActRefused(f"The ledger has nothing about {self.subject}.", "Look it up in the ledger.")

    def about(self) -> dict[str, Any]:
        return {"withheld": sorted(self.withheld), "names": self.names}


@dataclass
class VerifyLedger(Reading):
    """Somebody had the whole ledger verified; the result is for the record, and for the next who asks."""

    name: ClassVar[str] = "evidence.verify"
    label: ClassVar[str] = "Verify the ledger"

    checked: int = 0  # entries
    faults: int = 0

    def about(self) -> dict[str, Any]:
        return {"checked": self.checked, "faults": self.faults}
