"""A decision: what it came to, and everything that it leaves behind. The JSON is that of the packs' design."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from remit.policy.facts import write_value

ALLOWED, NEEDS, REFUSED = "allowed", "needs", "refused"
#: The `when` of what is left as soon as an act is put forward, whatever becomes of it.
PUT_FORWARD = "put forward"


@dataclass(frozen=True)
class Line:
    """One test of a rule, in English, and how it came out: yes, no or unknown."""

    text: str
    verdict: str


@dataclass(frozen=True)
class Finding:
    """One rule and one of its effects. `clauses` has the rule's and those of the definitions it used."""

    rule: str
    clauses: tuple[str, ...]
    effect: str
    verdict: str  # fired | unknown | exempt
    wording: str
    title: str
    lines: tuple[Line, ...]
    remedy: str = ""
    missing: tuple[str, ...] = ()
    exempt_by: str | None = None
    #: Not in the JSON: what pages and the kernel also want to know.
    pack: str = ""
    concern: str | None = None
    #: `missing`, line by line.
    open: tuple[tuple[str, ...], ...] = ()
    #: Exceptions that would hold if somebody claimed them: what each is, and the facts that they have to say for it.
    claims: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def stops(self) -> bool:
        """Whether this finding keeps the act from going ahead as it stands."""
        from remit.policy.packs import BLOCKING

        return self.effect in BLOCKING and self.verdict in ("fired", "unknown")


@dataclass(frozen=True)
class Decision:
    """What `decide` gives. Lists hold JSON-able dicts in a stable order."""

    packs: tuple[Mapping[str, str], ...]
    moment: str
    now: datetime
    outcome: str
    not_before: date | datetime | None
    findings: tuple[Finding, ...]
    ask: tuple[Mapping[str, Any], ...] = ()
    says: tuple[Mapping[str, Any], ...] = ()
    duties: tuple[Mapping[str, Any], ...] = ()
    referrals: tuple[Mapping[str, Any], ...] = ()
    notices: tuple[Mapping[str, Any], ...] = ()
    guidance: tuple[Mapping[str, Any], ...] = ()
    entries: tuple[Mapping[str, Any], ...] = ()
    offers: tuple[Mapping[str, Any], ...] = ()
    #: Every fact that some rule at this moment reads; what a changed fact must touch for the decision to change.
    turns_on: frozenset[str] = field(default=frozenset(), compare=False)

    def put_forward(self) -> Decision:
        """The same with nothing left behind but what is left as soon as the act is put forward."""
        left = ("duties", "referrals", "notices", "entries")
        early: dict[str, Any] = {
            name: tuple(item for item in getattr(self, name) if item.get("when") == PUT_FORWARD) for name in left
        }
        return replace(self, **early)

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values."""
        return {
            "packs": [dict(p) for p in self.packs],
            "moment": self.moment,
            "now": self.now.isoformat(),
            "outcome": self.outcome,
            "not_before": write_value(self.not_before),
            "findings": [
                {
                    "rule": f.rule,
                    "clauses": list(f.clauses),
                    "effect": f.effect,
                    "verdict": f.verdict,
                    "wording": f.wording,
                    "title": f.title,
                    "lines": [{"text": line.text, "verdict": line.verdict} for line in f.lines],
                    "remedy": f.remedy,
                    "missing": list(f.missing),
                    "exempt_by": f.exempt_by,
                }
                for f in self.findings
            ],
            **{
                name: [write_value(item) for item in getattr(self, name)]
                for name in ("ask", "says", "duties", "referrals", "notices", "guidance", "entries", "offers")
            },
        }

    def to_bytes(self) -> bytes:
        """The JSON as bytes, the same for the same packs, facts and now."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
