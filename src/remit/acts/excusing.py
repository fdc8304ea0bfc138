"""Asking for an approval that would excuse an act: what the policy refuses or holds waits while somebody decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from remit.acts import says
from remit.acts.act import Act, ActRefused, load_act
from remit.acts.consider import consider, held, judge
from remit.acts.evidence import enter
from remit.acts.models import Proposal, Say
from remit.acts.packs import library
from remit.policy.decision import ALLOWED, REFUSED
from remit.policy.traces import ASK

State = Proposal.State
#: Longest reason that is kept, in characters.
LONGEST = 2_000


@dataclass(frozen=True)
class Excuse:
    """An approval that would lift what stands in the way, and whose it is."""

    say: str
    title: str
    #: Whom to ask, in words: "Corporate Communications".
    who: str
    #: What the exception is, as the policy has it.
    why: str
    clauses: tuple[str, ...]
    pack: str


def excuses(decision: Mapping[str, Any]) -> list[Excuse]:
    """The approvals that would lift what a decision (its JSON) refuses or holds, each once.

    None where something refuses besides that no approval excuses: asking would be in vain until that is put right.
    """
    offers = [offer for offer in decision.get("offers", []) if offer["act"] == ASK and "pack" in offer]
    if not offers or decision.get("outcome") == ALLOWED:
        return []
    if decision["outcome"] == REFUSED:
        refusing = [f for f in decision["findings"] if f["effect"] == "refuse" and f["verdict"] == "fired"]
        if {f["rule"] for f in refusing} - {offer["rule"] for offer in offers}:
            return []
    found: dict[tuple[str, str], Excuse] = {}
    for offer in offers:
        pack = library().packs.get(offer["pack"])
        said = pack.says.get(offer["say"]) if pack else None
        if pack is not None and said is not None:
            who = says.asked_words(said, pack, said.who)
            excuse = Excuse(said.key, said.title, who, offer["why"], tuple(offer["clauses"]), pack.name)
            found.setdefault((pack.name, said.key), excuse)
    return list(found.values())


def excuses_for(proposal: Proposal) -> list[Excuse]:
    """The approvals that its author can still ask for; what somebody has said no to is not asked again as it stands."""
    if proposal.state not in (State.OPEN, State.REFUSED) or not excuses(proposal.decision):
        return []
    anew = Proposal.objects.filter(act=proposal.act, subject=proposal.subject, pk__gt=proposal.pk)
    if says.refused_by_a_person(proposal) or anew.exclude(state__in=[State.REFUSED, State.WITHDRAWN]).exists():
        return []
    no = proposal.says.filter(state=Say.State.ANSWERED, answer="refuse", revision=proposal.revision)
    refused = set(no.values_list("pack", "key"))
    return [each for each in excuses(proposal.decision) if (each.pack, each.say) not in refused]


def ask_for(proposal: Proposal, actor: Any, say: str, reason: str, now: datetime) -> Proposal:
    """Ask for the approval `say` that would excuse a proposal, which waits meanwhile and is decided again.

    Raises:
        PermissionDenied: it is somebody else's proposal.
        ActRefused: no such approval would lift what stands in its way, or the reason is missing.
    """
    with transaction.atomic():
        proposal = held(proposal)
        act = load_act(proposal)
        if actor not in says.authors(proposal, act):
            raise PermissionDenied("Only whoever proposed this may ask for an exception.")
        if say not in {each.say for each in excuses_for(proposal)}:
            raise ActRefused("No approval of this kind would let it go ahead as it stands.", "Reload the page.")
        proposal.asked_for = {**proposal.asked_for, say: read_reason(reason)}
        proposal.save(update_fields=["asked_for"])
        proposal.says.filter(key=say, state__in=[Say.State.WAITING, Say.State.ASKED]).update(asked_because=reason)
        enter("say.requested", proposal, actor, now, about={"say": say}, personal={"reason": reason})
        consider(proposal, act, now, actor)
    return proposal


def read_reason(reason: str) -> str:
    """The reason for asking. Raises ActRefused where there is none."""
    if not reason.strip():
        raise ActRefused("Say why it should be allowed.", "A sentence or two: whoever decides has only that to go by.")
    return reason.strip()[:LONGEST]


def refused(say: Say, proposal: Proposal, act: Act, actor: Any, now: datetime) -> bool:
    """Somebody said no to an exception, or nobody answered: the proposal stands as it did before it was asked for.

    False where the approval is wanted for itself as well; the no is then one to the whole.
    """
    if say.key not in proposal.asked_for:
        return False
    proposal.asked_for = {key: reason for key, reason in proposal.asked_for.items() if key != say.key}
    before = judge(proposal, act, now)[0]
    if any(wanted["key"] == say.key and wanted["when"] == "before" for wanted in before.says):
        return False
    proposal.save(update_fields=["asked_for"])
    consider(proposal, act, now, actor)
    return True
