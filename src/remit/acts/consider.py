"""Deciding a proposal on the facts as they are now, and doing at once what that allows: the middle of the one way.

Everything here runs inside a transaction that holds the proposal, so that nothing is done on a stale decision and two
people who press at the same moment are taken one after the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from remit import sql
from remit.acts import addressing, duties, referrals, says
from remit.acts.act import Act, Kind, NotAllowed, act_named, load_act
from remit.acts.directory import demand_permission, get_directory
from remit.acts.evidence import clauses, enter, enter_about
from remit.acts.facts import covered_by_packs, digests, gather
from remit.acts.models import Proposal
from remit.acts.naming import chosen_posts
from remit.acts.packs import packs_as_decided, packs_of
from remit.acts.secrecy import pseudonym
from remit.policy.decide import decide
from remit.policy.decision import ALLOWED, NEEDS, PUT_FORWARD, REFUSED, Decision
from remit.policy.facts import write_facts
from remit.policy.packs import Pack
from remit.policy.periods import LONDON, time_in_words

State = Proposal.State
_REVISION = "INSERT INTO acts_revision (proposal_id, number, digests, made_at, made_by_id) VALUES (%s, %s, %s, %s, %s)"
_DONE = "UPDATE acts_proposal SET subject = %s, state = %s, closed_at = %s, closing_note = '' WHERE id = %s"


def held(proposal: Proposal) -> Proposal:
    """The proposal as it is now, held until the transaction ends."""
    return Proposal.objects.select_for_update().get(pk=proposal.pk)


def hold_subject(subject: str) -> None:
    """Let no other transaction propose or make duties about `subject` until this one ends (SQLite has one writer)."""
    if subject and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])


def judge(
    proposal: Proposal, act: Act, now: datetime, *, as_done: bool = False
) -> tuple[Decision, dict[str, Any], list[Pack]]:
    """What the packs say of a proposal now: the decision, the facts it stands on, and the packs. Stores nothing.

    Args:
        as_done: it is judged as the act of its own day, by the policies that it was decided by.
    """
    if not act.moment:
        return _no_policy(now), {}, []
    done_at = proposal.closed_at if as_done else None
    with get_directory().read_once():
        packs = (packs_as_decided(proposal.decision) if as_done else []) or packs_of(act.force)
        facts = gather(proposal, act, proposal.proposer, packs, now, said_by=done_at)
    at = done_at or act.takes_effect_at(now)
    return decide(packs, act.moment, facts, now, at=at), facts, packs


def _no_policy(now: datetime) -> Decision:
    return Decision(packs=(), moment="", now=now, outcome=ALLOWED, not_before=None, findings=())


def consider(proposal: Proposal, act: Act, now: datetime, by: Any) -> None:
    """Decide a held proposal (again) and do what follows: ask, close as refused, or do it. `by` set it going.

    One that has just been made is not saved yet: nobody can have been asked about it, and its permission was asked for
    at the door. An act that is applied already (a report) is not done twice; what its new decision leaves behind is
    kept in step.

    Raises NotAllowed where the policy does not allow an act that does not wait; nothing has been written then.
    """
    fresh = proposal.pk is None
    if not fresh and proposal.state != State.APPLIED:
        says.void_lapsed(proposal, now)
    decision, facts, packs = judge(proposal, act, now, as_done=proposal.state == State.APPLIED)
    if not fresh and _take_revision(proposal, act, facts, packs, by, now):
        decision, facts, packs = judge(proposal, act, now)  # without what has just been voided
    if not act.waits and decision.outcome != ALLOWED:
        raise NotAllowed(decision)
    noted = _noted(proposal)
    if proposal.state == State.APPLIED and act.kind is not Kind.REPORT:
        # It stays done, on the decision that it was done on; an answer since may date what it left behind.
        _leave_behind(proposal, act, decision, facts, packs, now)
        return
    proposal.decision = decision.to_json()
    proposal.facts = write_facts(facts)
    proposal.outcome = decision.outcome
    proposal.not_before = _instant(decision)
    proposal.save()
    if fresh and not proposal.subject:
        proposal.subject = f"acts.proposal:{proposal.pk}"
        proposal.save(update_fields=["subject"])
    if fresh:
        _revision(proposal, digests(facts, covered_by_packs(packs)), now)
    allowed = decision.outcome == ALLOWED or act.kind is Kind.REPORT
    if proposal.state == State.APPLIED:
        _note_registers(proposal, decision, noted, now)
        _leave_behind(proposal, act, decision, facts, packs, now)
        return
    if not allowed:
        if decision.outcome == REFUSED:
            close(proposal, State.REFUSED, "proposal.refused", by, now)
        else:
            _ask(proposal, decision, packs, now)
            decision = decision.put_forward()
        _note_registers(proposal, decision, noted, now)
        _pass_on(proposal, act, decision, now)
        return
    if not fresh and not _still_permitted(proposal, act):
        close(proposal, State.REFUSED, "proposal.refused", None, now, "Whoever proposed it may no longer do this.")
    elif act.closes and duties.open_musts(act.subject):
        proposal.outcome = NEEDS
        proposal.save(update_fields=["outcome"])
        says.keep_in_step(proposal, [], packs, now)
        _note_registers(proposal, decision.put_forward(), noted, now)
        _pass_on(proposal, act, decision.put_forward(), now)
    else:
        _do(proposal, act, decision, facts, packs, by, now, fresh=fresh, noted=noted)


def _take_revision(
    proposal: Proposal, act: Act, facts: dict[str, Any], packs: list[Pack], by: Any, now: datetime
) -> bool:
    """Where something that says cover has changed since the last revision, make another and void what covered it."""
    if proposal.state == State.APPLIED:
        return False
    last = proposal.revisions.last()
    names = covered_by_packs(packs) | {name for row in proposal.says.all() for name in row.covers}
    fresh, known = digests(facts, names), last.digests if last else {}
    changed = {name for name in names if fresh.get(name) != known.get(name)}
    if not changed:
        return False
    proposal.revision = last.number + 1 if last else 1
    _revision(proposal, fresh, now)
    says.void(proposal, act, changed, facts, by, now)
    if changed - set(proposal.settled):
        # What a reviewer settled, they settled about what it was before; whom somebody named is as before.
        proposal.settled = {name: proposal.settled[name] for name in chosen_posts(packs) if name in proposal.settled}
    return True


def _revision(proposal: Proposal, covered: dict[str, str], now: datetime) -> None:
    # Whoever pressed is the proposer (`revise` sees to that), and nobody who pressed may answer for it later.
    made = [proposal.pk, proposal.revision, json.dumps(covered), sql.instant(now), proposal.proposer_id]
    sql.write(_REVISION, made)


def _ask(proposal: Proposal, decision: Decision, packs: list[Pack], now: datetime) -> None:
    """Leave the proposal waiting, with everybody asked whose turn it is."""
    if proposal.state != State.OPEN:
        proposal.state, proposal.closed_at, proposal.closing_note = State.OPEN, None, ""
        proposal.save(update_fields=["state", "closed_at", "closing_note"])
    says.keep_in_step(proposal, [say for say in decision.says if say["when"] == "before"], packs, now)
    says.put_questions(proposal, load_act(proposal), packs, now)


def _do(
    proposal: Proposal,
    act: Act,
    decision: Decision,
    facts: dict[str, Any],
    packs: list[Pack],
    by: Any,
    now: datetime,
    *,
    fresh: bool,
    noted: set[tuple[str, str]],
) -> None:
    """Apply the act, write its entry and leave behind what the decision says: all of it or nothing."""
    act.apply(proposal, now)
    proposal.state, proposal.closed_at, proposal.closing_note = State.APPLIED, now, ""
    sql.write(_DONE, [proposal.subject, proposal.state, sql.instant(now), proposal.pk])  # the act may name what it made
    about = {"revision": proposal.revision, **act.about()}
    if by != proposal.proposer:
        about["set_going_by"] = pseudonym(by, proposal.subject)
    cited = list(dict.fromkeys([*act.cites(), *clauses(proposal.decision)]))
    personal = act.personal()
    enter(act.name, proposal, proposal.proposer, now, outcome="applied", clauses=cited, about=about, personal=personal)
    _note_registers(proposal, decision, noted, now)
    if not fresh:
        says.let_go(proposal)
    if act.staffs:
        addressing.put_again(now, act.force)
    _leave_behind(proposal, act, decision, facts, packs, now, fresh=fresh)


def _noted(proposal: Proposal) -> set[tuple[str, str]]:
    """The entries, by register and rule, that the last decision has left in the registers."""
    all_of_them = proposal.state == State.APPLIED or proposal.outcome == REFUSED
    left = proposal.decision.get("entries", [])
    return {(each["register"], each["rule"]) for each in left if all_of_them or each.get("when") == PUT_FORWARD}


def _note_registers(proposal: Proposal, decision: Decision, noted: set[tuple[str, str]], now: datetime) -> None:
    for entry in decision.entries:
        if (entry["register"], entry["rule"]) not in noted:
            _note_register(proposal, entry, now)


def _note_register(proposal: Proposal, noted: Mapping[str, Any], now: datetime) -> None:
    """The entry in one of the policy's registers that a decision wants."""
    register = {"register": noted["register"], "rule": noted["rule"]}
    enter_about("register.noted", proposal.force, proposal.subject, None, now, clauses=noted["clauses"], **register)


def _leave_behind(
    proposal: Proposal,
    act: Act,
    decision: Decision,
    facts: dict[str, Any],
    packs: list[Pack],
    now: datetime,
    *,
    fresh: bool = False,
) -> None:
    leaves = _pass_on(proposal, act, decision, now)
    # Nothing holds a report up, so whatever it needs is asked afterwards.
    owed = [say for say in decision.says if say["when"] == "after" or act.kind is Kind.REPORT]
    says.ask_afterwards(proposal, owed, packs, now)
    if leaves or not fresh:
        for duty in proposal.duties.filter(state="due"):
            duties.settle(duty, facts, now)


def _pass_on(proposal: Proposal, act: Act, decision: Decision, now: datetime) -> bool:
    """Make the duties, referrals and notices of a decision, which has what its outcome leaves standing. Any?"""
    if not (decision.duties or decision.referrals or decision.notices):
        return False
    cast = says.cast_of(proposal, act)
    about: dict[str, Any] = {"force": proposal.force, "subject": proposal.subject, "cast": cast, "now": now}
    duties.leave(decision.duties, **about, proposal=proposal)
    referrals.leave(decision, **about, proposal=proposal)
    return True


def close(proposal: Proposal, state: str, action: str, by: Any, now: datetime, note: str = "", **entry: Any) -> None:
    """Close a proposal without doing it, with the reason where a person or the clock gave one."""
    proposal.state, proposal.closed_at, proposal.closing_note = state, now, note
    proposal.save(update_fields=["state", "closed_at", "closing_note"])
    says.let_go(proposal)
    if note:
        entry["personal"] = {**entry.get("personal", {}), "note": note}
    enter(action, proposal, by, now, outcome=proposal.outcome, **entry)


def _still_permitted(proposal: Proposal, act: Act) -> bool:
    try:
        demand_permission(proposal.proposer, act.permission, act.force, act.subject, act.over())
    except PermissionDenied:
        return False
    return True


def _instant(decision: Decision) -> datetime | None:
    until = decision.not_before
    if until is None or isinstance(until, datetime):
        return until
    return datetime.combine(until, time(), tzinfo=LONDON)


def reconsider(proposal: Proposal, now: datetime) -> Proposal:
    """Decide an open proposal again, because something it turns on may have changed. Others are left as they are."""
    with transaction.atomic():
        proposal = held(proposal)
        if proposal.state == State.OPEN:
            if proposal.not_later is not None and proposal.not_later <= now:
                note = "Nobody whose answer it needed gave it in time."
                close(proposal, State.EXPIRED, "proposal.expired", None, now, note)
                referrals.tell_person(proposal, proposal.proposer, note, now)
            else:
                consider(proposal, load_act(proposal), now, None)
    return proposal


def reconsider_about(subject: str, now: datetime) -> list[Proposal]:
    """Decide again every open proposal about `subject`."""
    return [reconsider(proposal, now) for proposal in Proposal.objects.filter(subject=subject, state=State.OPEN)]


def decide_again(proposal: Proposal, now: datetime) -> Decision:
    """What the packs say now of something done already, on its frozen facts as they were and live facts as they are.

    For whoever sends what was approved: it must still be "allowed" at the moment of sending. Stores nothing.
    """
    return judge(proposal, load_act(proposal), now)[0]


def waiting_on(proposal: Proposal, now: datetime) -> list[str]:
    """What an open proposal waits for, a line each, in words."""
    lines = [item["question"] for item in proposal.decision.get("ask", [])]
    lines += [
        f"{say.title or say.key}: {say.who_words}" for say in proposal.says.filter(state__in=["asked", "waiting"])
    ]
    if act_named(proposal.act).closes:
        lines += [f"{duty.do}: {duties.owner_words(duty)}" for duty in duties.open_musts(proposal.subject)]
    if proposal.not_before and proposal.not_before > now:
        lines.append(f"The time: not before {time_in_words(proposal.not_before)}")
    return lines
