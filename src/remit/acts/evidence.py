"""What the kernel itself enters in the ledger, and the one way it does so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from remit.acts.models import Proposal
from remit.acts.secrecy import pseudonym
from remit.ledger import actions, record

for _name, _words in {
    "proposal.made": "Proposed",
    "proposal.revised": "Changed after it was proposed",
    "proposal.returned": "Returned to the author",
    "proposal.refused": "Refused",
    "proposal.withdrawn": "Withdrawn",
    "proposal.expired": "Ran out of time",
    "question.answered": "A question was answered",
    "concern.raised": "Somebody who was asked about it said what else it shows",
    "report.supplemented": "Something was added to a report",
    "say.asked": "A say was asked for",
    "say.requested": "An approval was asked for that would excuse it",
    "say.voided": "A say no longer counts: what it covered has changed, or it has lapsed",
    "say.stands": "A say still counts: only the spelling of what it covered was put right",
    "say.widened": "Somebody else may answer as well, since nobody has answered in time",
    "duty.made": "A duty arose",
    "duty.done": "A duty was done",
    "duty.lapsed": "A duty is no longer needed",
    "duty.reminded": "Somebody was reminded of a duty",
    "duty.overdue": "A duty is overdue",
    "referral.made": "Passed to another team",
    "referral.taken": "A referral was taken on",
    "referral.closed": "A referral was closed",
    "register.noted": "Noted in a register",
}.items():
    actions.register(_name, _words)


def enter(action: str, proposal: Proposal, by: Any, now: datetime, **more: Any) -> None:
    """One entry about a proposal, with the moment and packs its last decision stood on. `by` None is Remit.

    An entry that states an outcome also commits to the decision itself, by its digest: the whole of it is the
    proposal's.
    """
    more.setdefault("clauses", clauses(proposal.decision))
    if more.get("outcome") and proposal.decision.get("packs"):
        digest = hashlib.sha256(decision_text(proposal)).hexdigest()
        more["personal"] = {**more.get("personal", {}), "decision": digest}
    record(
        action,
        proposal.force,
        pseudonym(by, proposal.subject),
        proposal.subject,
        now=now,
        moment=proposal.moment,
        packs=proposal.decision.get("packs", []),
        about={"proposal": proposal.pk, "act": proposal.act, **more.pop("about", {})},
        **more,
    )


def decision_text(proposal: Proposal) -> bytes:
    """A proposal's decision and the facts it stood on, as the bytes whose SHA-256 the ledger commits to."""
    both = {"decision": proposal.decision, "facts": proposal.facts}
    return json.dumps(both, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def clauses(decision: Mapping[str, Any]) -> list[str]:
    """Every clause that a decision's findings cite."""
    return list(dict.fromkeys(c for finding in decision.get("findings", []) for c in finding["clauses"]))


def enter_about(
    action: str, force: str, subject: str, by: Any, now: datetime, *, clauses: Iterable[str] = (), **about: Any
) -> None:
    """One entry about something that no proposal stands behind, such as a duty that the clock found."""
    record(action, force, pseudonym(by, subject), subject, now=now, clauses=clauses, about=about)
