"""The door: propose, answer, revise, withdraw. Pages, commands, the clock and the worker all come in here.

Every function takes `now`, which is aware. Errors are for users: PermissionDenied (who may), ActRefused (what is wrong
and the remedy); a refusal by policy is no error but a proposal whose decision says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from remit.acts import confirming, giving, says
from remit.acts.act import Act, ActRefused, Kind, act_named, load_act
from remit.acts.answering import answer_question, raise_concerns, supplement
from remit.acts.consider import close, consider, decide_again, held, hold_subject, judge, reconsider, reconsider_about
from remit.acts.consider import waiting_on as waiting_on
from remit.acts.directory import demand_permission
from remit.acts.duties import complete
from remit.acts.evidence import enter
from remit.acts.excusing import ask_for, read_reason
from remit.acts.facts import read_answers
from remit.acts.models import Duty, Proposal, Say
from remit.acts.naming import chosen_posts
from remit.acts.packs import packs_of
from remit.acts.says import asked_of, may_answer
from remit.acts.secrecy import pseudonym
from remit.acts.sweep import sweep
from remit.policy.decision import NEEDS, Decision
from remit.policy.facts import write_facts
from remit.sql import rows

__all__ = [
    "answer_question",
    "answer_say",
    "ask_for",
    "asked_of",
    "complete_duty",
    "confirm_say",
    "decide_again",
    "decide_only",
    "may_answer",
    "propose",
    "raise_concerns",
    "reconsider",
    "reconsider_about",
    "revise",
    "supplement",
    "sweep",
    "waiting_on",
    "withdraw",
]

State = Proposal.State
#: What may still be changed: what waits, what was given back, and what the policy (not a person) refused.
_REVISABLE = (State.OPEN, State.RETURNED, State.REFUSED)
_TWINS = "SELECT data FROM acts_proposal WHERE act = %s AND {same} = %s AND force = %s AND state IN (%s, %s)"


def propose(
    act: Act,
    actor: Any,
    now: datetime,
    *,
    answers: Mapping[str, Any] | None = None,
    not_sure: Iterable[str] = (),
    not_later: datetime | None = None,
    asked_for: Mapping[str, str] | None = None,
) -> Proposal:
    """Try to do something: it is decided, and done at once where the policy allows it.

    Args:
        actor: a person, or None for Remit itself.
        answers: fact name -> JSON value that the person gave; "act.acknowledged" lists the texts they ticked.
        not_sure: facts that they are not sure of; the pack's adviser is asked instead.
        not_later: a proposal still waiting then runs out.
        asked_for: approvals that would excuse it, by the key of the say, and why; it waits for them.
    Returns:
        The proposal: applied, waiting (its `decision` says for what) or refused with findings.
    Raises:
        PermissionDenied: the actor holds no role that may; nothing is kept.
        ActRefused: the input is unusable, or the same is waiting already; nothing is kept.
    """
    _aware(now)
    demand_permission(actor, act.permission, act.force, act.subject, act.over())
    act.check()
    with transaction.atomic():
        # What has no subject yet is told from its twin by whose it is.
        hold_subject(act.subject or f"people.person:{actor.pk if actor else 0}")
        _refuse_twin(act, actor)
        proposal = _new(act, actor, now, answers, not_sure, asked_for)
        proposal.not_later = not_later
        consider(proposal, act, now, actor)
        if proposal.state == State.OPEN:
            personal = {**act.personal(), **({"asked_for": proposal.asked_for} if proposal.asked_for else {})}
            enter("proposal.made", proposal, actor, now, outcome=proposal.outcome, personal=personal)
    return proposal


def answer_say(
    say: Say,
    actor: Any,
    answer: str,
    reason: str,
    now: datetime,
    how: str = giving.IN_SYSTEM,
    given_by: Any = None,
    *,
    answers: Mapping[str, Any] | None = None,
    seen_revision: int | None = None,
) -> Say:
    """Give an answer, as far as the policy takes it at `approval.give`, and do at once what it allows.

    "approve" counts towards going ahead; "refuse" closes the proposal; "return" and "suggest" give it back to its
    author with the reason; a consultation takes any answer. After the event a "refuse" passes it on as the pack says.

    Args:
        how: "in-system", or how it was given ("word-of-mouth", "phone", "e-mail"); then `given_by` gave it and `actor`
            writes it down.
        answers: fact name -> JSON value: what the policy asks of whoever answers. Kept with the answer.
        seen_revision: the revision that was on the screen, so that nobody approves what they have not seen.
    Raises:
        PermissionDenied: it is not for them, or not for them to write down.
        NotAllowed: the policy asks something first, or does not take this answer; nothing is kept.
        ActRefused: it was answered already, has changed meanwhile, or lacks its reason.
    """
    _aware(now)
    with transaction.atomic():
        hold_subject(say.proposal.subject)
        proposal = held(say.proposal)  # everything about one proposal happens one after the other
        say = Say.objects.select_for_update().get(pk=say.pk)
        say.proposal = proposal
        act = giving.prepared(say, actor, answer, reason, how, given_by, seen_revision, now)
        propose(act, actor, now, answers=answers)
        giving.follow(act, actor, now)
    return say


def confirm_say(say: Say, actor: Any, now: datetime) -> Say:
    """Confirm an answer that would run out, as whoever gave it; it then counts on as the policy has it.

    Raises:
        PermissionDenied: somebody else gave it, or they could not give it any more.
        ActRefused: it has run out already, or nothing waits for it any more.
    """
    _aware(now)
    with transaction.atomic():
        hold_subject(say.proposal.subject)
        proposal = held(say.proposal)
        say = Say.objects.select_for_update().get(pk=say.pk)
        say.proposal = proposal
        propose(confirming.prepared(say, actor, now), actor, now)
        if proposal.state == State.OPEN:
            consider(proposal, load_act(proposal), now, actor)
    return say


def decide_only(
    act: Act,
    actor: Any,
    now: datetime,
    *,
    answers: Mapping[str, Any] | None = None,
    not_sure: Iterable[str] = (),
    proposal: Proposal | None = None,
    asked_for: Mapping[str, str] | None = None,
) -> Decision:
    """What the policy would say, for the page to show while somebody writes. Stores nothing, and asks no permission.

    Args:
        proposal: one that is open already, whose says then count.
    Raises:
        ActRefused: an answer is unusable, or the force applies no policy.
    """
    _aware(now)
    fresh = _new(act, actor, now, answers, not_sure, asked_for)
    if proposal is not None:
        fresh.pk, fresh.settled = proposal.pk, proposal.settled
        fresh.asked_for = fresh.asked_for or proposal.asked_for
    return judge(fresh, act, now)[0]


def revise(
    proposal: Proposal,
    act: Act,
    actor: Any,
    now: datetime,
    *,
    answers: Mapping[str, Any] | None = None,
    not_sure: Iterable[str] | None = None,
    asked_for: Mapping[str, str] | None = None,
) -> Proposal:
    """Change what is proposed; it is decided again, and exactly the says that covered what changed are void.

    Whoever changes it presses the button anew: they become its proposer, and may not answer for it either.

    Args:
        answers: replace the earlier ones; None keeps them. So does `asked_for`, as in `propose`.
    Raises:
        PermissionDenied: the actor may not attempt the act.
        ActRefused: unusable input, or the proposal has been done, withdrawn, or refused by a person.
    """
    _aware(now)
    demand_permission(actor, act.permission, act.force, act.subject, act.over())
    act.check()
    with transaction.atomic():
        proposal = held(proposal)
        if (act.name, act.subject, act.force) != (proposal.act, proposal.subject, proposal.force):
            raise ActRefused("This is a change of something else.", "Propose it on its own.")
        if proposal.state not in _REVISABLE:
            raise ActRefused(f"This is closed ({proposal.get_state_display().lower()}).", "Propose it again.")
        if proposal.state == State.REFUSED and says.refused_by_a_person(proposal):
            raise ActRefused(f"This was refused: {proposal.closing_note}", "Propose it afresh, with what has changed.")
        fresh = _new(
            act,
            actor,
            now,
            proposal.answers if answers is None else answers,
            proposal.not_sure if not_sure is None else not_sure,
            proposal.asked_for if asked_for is None else asked_for,
        )
        proposal.data, proposal.frozen, proposal.proposer = fresh.data, fresh.frozen, actor
        proposal.answers, proposal.not_sure, proposal.asked_for = fresh.answers, fresh.not_sure, fresh.asked_for
        proposal.state, proposal.closed_at, proposal.closing_note = State.OPEN, None, ""
        proposal.save()
        about = {"by": pseudonym(actor, proposal.subject)}
        enter("proposal.revised", proposal, actor, now, about=about, personal=act.personal())
        consider(proposal, act, now, actor)
    return proposal


def withdraw(proposal: Proposal, actor: Any, now: datetime, reason: str = "") -> Proposal:
    """Take back what has not been done yet.

    Raises:
        PermissionDenied: the actor neither proposed it nor may attempt the act.
        ActRefused: it is closed already.
    """
    _aware(now)
    with transaction.atomic():
        proposal = held(proposal)
        if proposal.state not in (State.OPEN, State.RETURNED):
            raise ActRefused(
                f"This is closed ({proposal.get_state_display().lower()}).", "There is nothing to withdraw."
            )
        if actor is not None and actor not in says.authors(proposal):
            permission = act_named(proposal.act).permission
            if not permission:
                raise PermissionDenied("Only whoever proposed this may withdraw it.")
            demand_permission(actor, permission, proposal.force, proposal.subject)
        close(proposal, State.WITHDRAWN, "proposal.withdrawn", actor, now, reason)
    return proposal


def complete_duty(duty: Duty, actor: Any, now: datetime, note: str = "") -> Duty:
    """Mark a duty as done, and decide again whatever waited for it.

    Raises:
        PermissionDenied: it is somebody else's.
        ActRefused: it is done already, or no longer needed.
    """
    _aware(now)
    with transaction.atomic():
        duty = complete(duty, actor, now, note)
        reconsider_about(duty.subject, now)
    return duty


def _new(
    act: Act,
    actor: Any,
    now: datetime,
    answers: Mapping[str, Any] | None,
    not_sure: Iterable[str],
    asked_for: Mapping[str, str] | None = None,
) -> Proposal:
    """A proposal of `act` with its facts frozen as at the press; not saved."""
    packs = packs_of(act.force) if act.moment and answers else []
    for name, (pack, who) in chosen_posts(packs).items():
        if name in (answers or {}):
            chooser = pack.who[who.chosen_by or ""].title
            raise ActRefused(f"{chooser} names the {who.title}.", "Leave it out: they are asked.")
    return Proposal(
        force=act.force,
        act=act.name,
        subject=act.subject,
        data=act.data,
        moment=act.moment,
        proposer=actor,
        proposed_at=now,
        frozen=write_facts(act.frozen_facts(actor, now)),
        answers=write_facts(read_answers(answers or {}, packs)),
        not_sure=sorted(set(not_sure)),
        asked_for={say: read_reason(reason) for say, reason in (asked_for or {}).items()},
        outcome=NEEDS,
    )


def _refuse_twin(act: Act, actor: Any) -> None:
    """A second press of the same button makes no second proposal; two people may put the same words forward."""
    if act.kind is not Kind.CHANGE:
        return
    same, value = ("subject", act.subject) if act.subject else ("proposer_id", actor and actor.pk)
    waiting = rows(_TWINS.format(same=same), [act.name, value, act.force, State.OPEN, State.RETURNED])
    if act.data in [json.loads(data) for (data,) in waiting]:
        raise ActRefused(
            f"{act.label}: this has been proposed already and is waiting.", "Change or withdraw what is waiting."
        )


def _aware(now: datetime) -> None:
    if now.tzinfo is None:
        raise ValueError("The door wants a time with its offset from UTC. Pass an aware datetime.")
