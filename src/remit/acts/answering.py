"""Questions and says answered: by the author, by whoever has the say, or written down for who gave it aloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from remit.acts import duties, excusing, naming, referrals, says
from remit.acts.act import Act, ActRefused, Kind, load_act
from remit.acts.consider import close, consider, held
from remit.acts.directory import get_directory
from remit.acts.evidence import enter
from remit.acts.facts import read_answers, supplier, vocabulary
from remit.acts.models import Proposal, Say
from remit.acts.packs import library, packs_of
from remit.acts.secrecy import pseudonym
from remit.policy.facts import write_facts
from remit.policy.packs import Pack
from remit.policy.packs import Say as PackSay
from remit.policy.periods import time_in_words
from remit.policy.words import either

State = Proposal.State
#: Answers that need a reason: somebody has to be able to act on them.
WITH_REASON = frozenset({"refuse", "return", "suggest", "objects"})


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


def answer_say(
    say: Say,
    actor: Any,
    answer: str,
    reason: str,
    now: datetime,
    how: str = "in-system",
    given_by: Any = None,
    *,
    seen_revision: int | None = None,
) -> Say:
    """Give an answer, and do at once what it allows.

    "approve" counts towards going ahead; "refuse" closes the proposal; "return" and "suggest" give it back to its
    author with the reason; a consultation takes any answer. After the event a "refuse" passes it on as the pack says.

    Args:
        how: "in-system", or how it was given ("word-of-mouth", "phone", "e-mail"); then `given_by` gave it and `actor`
            writes it down.
        seen_revision: the revision that was on the screen, so that nobody approves what they have not seen.
    Raises:
        PermissionDenied: it is not for them, or not for them to write down.
        ActRefused: it was answered already, has changed meanwhile, or lacks its reason.
    """
    with transaction.atomic():
        proposal = held(say.proposal)  # everything about one proposal happens one after the other
        say = Say.objects.select_for_update().get(pk=say.pk)
        say.proposal = proposal
        said = _said(say)
        _refuse_unless_waiting(say)
        answered_by = _answered_by(say, said, actor, how, given_by, now)
        if seen_revision is not None and seen_revision != proposal.revision:
            raise ActRefused("It has been changed since you opened it.", "Look at it again, then answer.")
        _refuse_unusable(say, said, answer, reason)
        say.state, say.answer, say.reason, say.answered_at = Say.State.ANSWERED, answer, reason, now
        say.answered_by, say.recorded_by = answered_by, actor if given_by is not None else None
        say.how, say.revision = how, proposal.revision
        say.save()
        about = {"say": say.key, "pack": say.pack, "answer": answer, "how": how, "revision": say.revision}
        if given_by is not None:
            about["given_by"] = pseudonym(answered_by, proposal.subject)
        personal = {"reason": reason} if reason else {}
        enter("say.answered", proposal, actor, now, clauses=say.clauses, about=about, personal=personal)
        _follow(say, proposal, actor, now)
    return say


def widen(say: Say, now: datetime) -> None:
    """Let those answer as well whom the policy names for a say that nobody gives in time, once, and tell them."""
    say = Say.objects.select_for_update().get(pk=say.pk)
    if say.state != Say.State.ASKED or say.widened_at is not None:
        return
    pack = library().packs[say.pack]
    said = pack.says[say.key]
    say.widened_at = now
    posts = [say.who] if said.all else said.who
    say.who_words = either([pack.who[post].title for post in dict.fromkeys([*posts, *said.also])])[:300]
    say.save(update_fields=["widened_at", "who_words"])
    says.put(say, now)
    about = {"say": say.key, "who": list(said.also)}
    enter("say.widened", say.proposal, None, now, clauses=say.clauses, about=about)
    text = f"Nobody has answered in time: {say.title or say.key}. You may answer it as well."
    for post in said.also:
        referrals.tell_post(say.proposal, pack.name, post, text, say.clauses, now)


def _said(say: Say) -> PackSay:
    pack = library().packs.get(say.pack)
    said = pack.says.get(say.key) if pack else None
    if said is None:
        raise ActRefused("The policy no longer has this say.", "Reload the page to see what it needs now.")
    return said


def _refuse_unless_waiting(say: Say) -> None:
    if say.state == Say.State.ANSWERED and say.answered_by and say.answered_at:
        raise ActRefused(
            f"{say.answered_by} has already answered this ({say.answer.replace('-', ' ')}), "
            f"on {time_in_words(say.answered_at)}.",
            "Nothing was changed. Reload the page to see where it stands.",
        )


def _answered_by(say: Say, said: PackSay, actor: Any, how: str, given_by: Any, now: datetime) -> Any:
    """Whose answer it is; permission is checked for whoever gave it and for whoever writes it down."""
    giver = actor if given_by is None else given_by
    if words := says.why_not(say, giver, now):
        if say.state != Say.State.ASKED or (not say.after_event and say.proposal.state != State.OPEN):
            raise ActRefused(words, "Reload the page to see where it stands.")
        raise PermissionDenied(
            words if given_by is None else f"{given_by} could not give this: it is for {say.who_words}."
        )
    if given_by is None:
        if how != "in-system":
            raise ActRefused("Say who gave the answer.", "Choose the person, or answer yourself.")
        return actor
    if how == "in-system":
        raise ActRefused("Say how the answer was given.", "Choose by word of mouth, by phone or by e-mail.")
    if not may_record(say, said, actor, now):
        raise PermissionDenied(f"The policy does not let you write this down for {given_by}. Ask them to answer here.")
    return giver


def may_record(say: Say, said: PackSay, person: Any, now: datetime) -> bool:
    """Whether the pack lets `person` write down an answer that somebody else gave aloud."""
    pack = library().packs[say.pack]
    cast = says.cast_of(say.proposal)
    for name in said.may_be_recorded_by:
        if name == "author" and person in says.authors(say.proposal):
            return True
        if name in cast and cast[name] == person:
            return True
        if name in pack.who:
            today = timezone.localdate(now)
            members = {key: member for key, member in cast.items() if key != "proposer"}
            if person in get_directory().holders(say.proposal.force, pack, name, members, today):
                return True
    return False


def _refuse_unusable(say: Say, said: PackSay, answer: str, reason: str) -> None:
    if say.kind != "consult" and answer not in said.answers:
        allowed = ", ".join(said.answers)
        raise ActRefused(f'"{answer}" is not an answer here.', f"Choose one of: {allowed}.")
    if not answer or len(answer) > 20:
        raise ActRefused("Choose an answer.")
    if answer in WITH_REASON and not reason.strip():
        raise ActRefused("Give a reason, so that the author knows what to do.", "Write a sentence, then answer.")


def _follow(say: Say, proposal: Proposal, actor: Any, now: datetime) -> None:
    """What an answer brings about."""
    if say.after_event:
        if say.answer == "refuse":
            _pass_on(say, proposal, now)
        return
    title = say.title or say.key
    if say.kind == "consult" or say.answer == "approve":
        consider(proposal, load_act(proposal), now, actor)
    elif say.answer == "refuse" and excusing.refused(say, proposal, load_act(proposal), actor, now):
        referrals.tell_person(proposal, proposal.proposer, f"Not allowed: {title}. {say.reason}", now)
    elif say.answer == "refuse":
        close(proposal, State.REFUSED, "proposal.refused", actor, now, say.reason, about={"say": say.key})
        referrals.tell_person(proposal, proposal.proposer, f"Refused: {title}. {say.reason}", now)
    else:
        proposal.state, proposal.closing_note = State.RETURNED, say.reason
        proposal.save(update_fields=["state", "closing_note"])
        enter("proposal.returned", proposal, actor, now, about={"say": say.key}, personal={"note": say.reason})
        referrals.tell_person(proposal, proposal.proposer, f"Returned to you: {title}. {say.reason}", now)


def _pass_on(say: Say, proposal: Proposal, now: datetime) -> None:
    """A no after the event: refer it to the pack's adviser, with the act that the pack wants then."""
    to = library().packs[say.pack].in_doubt
    wanted = {"pack": say.pack, "rule": say.key, "seen_by": [], "never": [], "clauses": say.clauses}
    reason = f"Refused after the event: {say.title or say.key}. {say.reason}"
    if say.if_refused:
        reason += f" The policy wants this act: {say.if_refused}."
    referrals.refer(
        wanted,
        to,
        force=proposal.force,
        subject=proposal.subject,
        cast=says.cast_of(proposal),
        now=now,
        proposal=proposal,
        reason=reason,
    )
