"""Questions answered: by the author, or by whoever reviews what was proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from remit.acts import duties, naming, referrals, says
from remit.acts.act import Act, ActRefused, Kind, load_act
from remit.acts.consider import consider, held
from remit.acts.directory import get_directory
from remit.acts.evidence import enter
from remit.acts.facts import read_answers, supplier, vocabulary
from remit.acts.models import Proposal, Say
from remit.acts.packs import packs_of
from remit.policy.facts import write_facts
from remit.policy.packs import Pack

State = Proposal.State
#: What `raised_by` of a concern calls those who are asked about a proposal.
APPROVER = "approver"


def answer_question(proposal: Proposal, actor: Any, fact: str, value: Any, now: datetime, note: str = "") -> Proposal:
    """Give the answer to a question that a decision asks, and decide again.

    The author answers what an author can know; what somebody reviewing it answers settles the matter, and outweighs a
    signal. `value` is JSON; `note` says why, for the author.

    Raises:
        PermissionDenied: the question is for somebody else.
        ActRefused: the proposal is closed, nobody asks this, the value is of the wrong type, or a reason is missing.
    """
    with transaction.atomic():
        proposal = held(proposal)
        act = load_act(proposal)
        if proposal.state not in (State.OPEN, State.RETURNED, State.APPLIED):
            raise ActRefused(f"This is closed ({proposal.get_state_display().lower()}).", "Propose it again.")
        packs = packs_of(proposal.force)
        if fact in (posts := naming.chosen_posts(packs)):
            value = naming.read_named(value, posts[fact][1], proposal.force, says.cast_of(proposal, act))
        answer = write_facts(read_answers({fact: value}, packs))
        reviewed = settles(proposal, act, actor, fact, packs, now)
        if reviewed:
            proposal.settled = {**proposal.settled, **answer}
        else:
            proposal.answers = {**proposal.answers, **answer}
        proposal.not_sure = [name for name in proposal.not_sure if name != fact]
        proposal.save(update_fields=["answers", "settled", "not_sure"])
        personal = {"answer": answer[fact], **({"note": note} if note else {})}
        enter("question.answered", proposal, actor, now, about={"fact": fact}, personal=personal)
        if reviewed:
            act.settled(proposal, fact, answer[fact], note, actor, now)
        if proposal.state != State.RETURNED:
            consider(proposal, act, now, actor)
    return proposal


def supplement(
    report: Proposal, answers: Mapping[str, Any], actor: Any, now: datetime, *, not_sure: Iterable[str] = ()
) -> Proposal:
    """Add to a report what has been learned since, and keep in step what follows from it.

    For an act of the report's own room, which has asked who may. `answers` are JSON by fact name; `not_sure` names the
    facts that nobody could say. Raises ActRefused: it is no report that stands, or an answer is unusable.
    """
    with transaction.atomic():
        report = held(report)
        act = load_act(report)
        if act.kind is not Kind.REPORT or report.state != State.APPLIED:
            raise ActRefused("Nothing can be added to this.", "Propose it again.")
        said = write_facts(read_answers(answers, packs_of(report.force)))
        report.answers = {**{name: v for name, v in report.answers.items() if name not in not_sure}, **said}
        report.not_sure = sorted({*report.not_sure, *not_sure} - set(said))
        report.save(update_fields=["answers", "not_sure"])
        enter("report.supplemented", report, actor, now, about={"facts": sorted(said)}, personal={"answers": said})
        consider(report, act, now, actor)
        duties.drop(report, now)
        referrals.drop(report, now)
    return report


def raise_concerns(proposal: Proposal, actor: Any, concerns: Iterable[str], note: str, now: datetime) -> Proposal:
    """Say what else shows in what was proposed, as somebody who is asked about it; it is decided again with that.

    It counts until what was proposed is changed, as whatever a reviewer settles. `concerns` are keys of the vocabulary;
    `note` says what was seen, for the author, who is told.

    Raises:
        PermissionDenied: nobody asks them about it.
        ActRefused: it is closed, the note is missing, or a concern is not for those who are asked to raise.
    """
    with transaction.atomic():
        proposal = held(proposal)
        act, packs = load_act(proposal), packs_of(proposal.force)
        if proposal.state != State.OPEN:
            raise ActRefused(f"This is closed ({proposal.get_state_display().lower()}).", "Nothing was changed.")
        asked = proposal.says.filter(state=Say.State.ASKED, after_event=False)
        if not any(says.may_answer(say, actor, now) for say in asked):
            raise PermissionDenied("This is for somebody whose say is asked for.")
        known = {key: concern for pack in packs for key, concern in pack.vocabulary.concerns.items()}
        raised = [known[key] for key in dict.fromkeys(concerns) if key in known and APPROVER in known[key].raised_by]
        if not raised:
            raise ActRefused("Choose what it shows.", "Tick at least one line.")
        if not note.strip():
            raise ActRefused("Say what you saw.", "A sentence is enough: the author reads it.")
        so = {f"concern.{concern.key}": True for concern in raised}
        proposal.settled = {**proposal.settled, **so}
        proposal.not_sure = [name for name in proposal.not_sure if name not in so]
        proposal.save(update_fields=["settled", "not_sure"])
        for concern in raised:
            enter("concern.raised", proposal, actor, now, about={"concern": concern.key}, personal={"note": note})
            act.settled(proposal, f"concern.{concern.key}", True, note, actor, now)
        consider(proposal, act, now, actor)
        seen = "; ".join(concern.label for concern in raised)
        refused = " The policy does not allow it with that." if proposal.state == State.REFUSED else ""
        referrals.tell_person(proposal, proposal.proposer, f"{actor} says that {seen}. {note}{refused}", now)
    return proposal


def settles(proposal: Proposal, act: Act, actor: Any, fact: str, packs: list[Pack], now: datetime) -> bool:
    """True when `actor` answers as a reviewer, False when as the author.

    Raises:
        PermissionDenied: they are neither, or the question is not for them.
    """
    asked = {item["fact"]: item for item in proposal.decision.get("ask", [])}
    who = asked[fact]["who"] if fact in asked else supplier(fact, vocabulary(packs))
    posts = naming.chosen_posts(packs)
    if fact in posts:
        pack, post = posts[fact]
        cast, chooser = says.cast_of(proposal, act), post.chosen_by or ""
        if actor in get_directory().holders(proposal.force, pack, chooser, cast, timezone.localdate(now)):
            return True
        raise PermissionDenied(f"{pack.who[chooser].title} names the {post.title}.")
    adviser = [pack for pack in packs if who == pack.in_doubt]
    if adviser:
        cast = says.cast_of(proposal, act)
        found = get_directory().holders(proposal.force, adviser[0], who, cast, timezone.localdate(now))
        if actor in found and actor not in says.authors(proposal, act):
            return True
        raise PermissionDenied(f"This question is for {adviser[0].who[who].title}.")
    if any(says.may_answer(say, actor, now) for say in proposal.says.filter(state=Say.State.ASKED)):
        return True
    if who in ("author", "signal") and actor in says.authors(proposal, act):
        return False
    raise PermissionDenied(
        "This question is for somebody whose say is asked for."
        if who == "approver"
        else "This question is for whoever proposed it, or somebody whose say is asked for."
    )
