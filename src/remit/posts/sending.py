"""Policy at the moment of sending: live facts as they are now, frozen facts as they were at the press."""

from __future__ import annotations

from datetime import datetime

from remit.acts import door
from remit.acts.act import load_act
from remit.acts.directory import get_directory
from remit.acts.models import Proposal
from remit.policy.decision import ALLOWED
from remit.posts.models import Publication


def why_not(publication: Publication, now: datetime) -> str:
    """Why it must not be sent now, in words for its author; "" when it may."""
    proposal = publication.proposal
    if proposal is None or proposal.state != Proposal.State.APPLIED:
        return "It has no approval that stands. Put it forward again."
    if proposal.data["parts"][publication.part - 1] != publication.content:
        return "It is not what was approved. Put it forward again."
    act = load_act(proposal)
    if not get_directory().permits(proposal.proposer, act.permission, act.force, act.subject):
        return f"{proposal.proposer} may no longer publish on this account. Somebody who may can put it forward again."
    decision = door.decide_again(proposal, now)
    if decision.outcome == ALLOWED:
        return ""
    stops = [finding for finding in decision.findings if finding.stops]
    words = "; ".join(dict.fromkeys(f"{f.title} ({', '.join(f.clauses)})" for f in stops))
    return f"The policy now stands in the way: {words or 'something has to be answered first'}."
