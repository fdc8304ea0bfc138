"""Giving an answer to a say: an act like any other, decided at its own moment before anything of it is recorded.

By whoever has the say, or written down for who gave it aloud. What an answer brings about is in `follow`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from remit.acts import excusing, referrals, says
from remit.acts.act import Act, ActRefused, load_act
from remit.acts.consider import close, consider, held
from remit.acts.directory import get_directory
from remit.acts.evidence import enter
from remit.acts.facts import gather, still_meant, vocabulary
from remit.acts.models import Proposal, Say
from remit.acts.packs import as_written, library, packs_of
from remit.acts.secrecy import pseudonym
from remit.policy.packs import Say as PackSay
from remit.policy.periods import time_in_words

State = Proposal.State
#: Given by whoever has the say, on a page of Remit.
IN_SYSTEM = "in-system"
#: Answers that need a reason: somebody has to be able to act on them.
WITH_REASON = frozenset({"refuse", "return", "suggest", "objects"})


@dataclass
class AboutSay(Act):
    """An act on a say. It is done at once or not at all, and is about what the say is about."""

    waits: ClassVar[bool] = False

    say: int

    @cached_property
    def row(self) -> Say:
        """The say, with what it is about."""
        return Say.objects.select_related("proposal__proposer").get(pk=self.say)

    @cached_property
    def proposed(self) -> Act:
        """The act that waits for the answer, or has been done already."""
        return load_act(self.row.proposal)

    @property
    def force(self) -> str:
        return self.row.proposal.force

    @property
    def subject(self) -> str:
        return self.row.proposal.subject

    def over(self) -> tuple[str, ...]:
        return self.proposed.over()


@dataclass
class GiveAnswer(AboutSay):
    """Give the answer to a say. Made by `prepared` alone, which asks who may; it is done at once or not at all.

    Its facts are those of what was proposed, with whoever proposed it as `requester` and whoever answers as `actor`.
    """

    name: ClassVar[str] = "say.answered"
    label: ClassVar[str] = "A say was given"
    moment: ClassVar[str] = "approval.give"

    #: "" while somebody has not chosen yet; to be decided only.
    answer: str = ""
    reason: str = ""
    how: str = IN_SYSTEM
    #: Key of the person who gave it aloud; None where whoever answers presses the button themself.
    given_by: int | None = None

    def step_of(self) -> Proposal:
        return self.row.proposal

    def done_by(self, actor: Any) -> Any:
        return actor if self.given_by is None else get_user_model().objects.get(pk=self.given_by)

    def cast(self) -> Mapping[str, Any]:
        there = says.cast_of(self.row.proposal, self.proposed)
        there["requester"] = there.pop("actor")
        return there if self.given_by is None else {**there, "actor": self.done_by(None)}

    def facts(self, actor: Any, now: datetime) -> dict[str, Any]:
        giver = self.done_by(actor)
        found: dict[str, Any] = {}
        for name, value in self._of_the_proposal(now).items():
            group, _, rest = name.partition(".")
            if group not in ("act", "requester"):
                found[f"requester.{rest}" if group == "actor" else name] = value
        return {
            **found,
            **get_directory().facts_of(giver, "actor", self.cast().get("account"), now),
            **({"approval.answer": self.answer} if self.answer else {}),
            "approval.reason": self.reason.strip() or None,
            "approval.say": self.row.key,
            "approval.of": self.row.proposal.moment,
            "approval.how": self.how,
            "approval.asked_at": self.row.asked_at,
            "approval.own_work": giver in says.authors(self.row.proposal, self.proposed),
        }

    def _of_the_proposal(self, now: datetime) -> dict[str, Any]:
        """What is known of what was proposed: what it was done on, where it has been done.

        Before anybody has chosen an answer, what it was last decided on: a page is to be shown, and nothing done.
        """
        proposal, packs = self.row.proposal, packs_of(self.force)
        if proposal.state == State.APPLIED or not self.answer:
            return still_meant(vocabulary(packs), proposal.facts)
        return gather(proposal, self.proposed, proposal.proposer, packs, now)

    def cites(self) -> list[str]:
        return list(self.row.clauses)

    def personal(self) -> dict[str, Any]:
        return {"reason": self.reason} if self.reason else {}

    def about(self) -> dict[str, Any]:
        row = self.row
        about = {"of": row.proposal_id, "say": row.key, "pack": row.pack, "answer": self.answer, "how": self.how}
        about["revision"] = row.proposal.revision
        if self.given_by is not None:
            about["given_by"] = pseudonym(self.done_by(None), self.subject)
        return about

    def described(self) -> list[tuple[str, str]]:
        said = [("Of", self.row.title or self.row.key), ("Answer", self.answer.replace("-", " "))]
        return [*said, *([("Reason", self.reason)] if self.reason else [])]

    def apply(self, record: Proposal, now: datetime) -> None:
        say = self.row
        say.state, say.answer, say.reason, say.answered_at = Say.State.ANSWERED, self.answer, self.reason, now
        say.answered_by = self.done_by(record.proposer)
        say.recorded_by = record.proposer if self.given_by is not None else None
        say.how, say.revision, say.given_in = self.how, say.proposal.revision, record
        say.save()


def prepared(
    say: Say, actor: Any, answer: str, reason: str, how: str, given_by: Any, seen_revision: int | None, now: datetime
) -> GiveAnswer:
    """The act of answering `say`, which is held and whose proposal is: who may has been asked, policy has not.

    Raises:
        PermissionDenied: it is not for them, or not for them to write down.
        ActRefused: it was answered already, has changed meanwhile, or lacks its reason.
    """
    said = _said(say)
    _refuse_unless_waiting(say)
    _demand(say, said, actor, how, given_by, now)
    if seen_revision is not None and seen_revision != say.proposal.revision:
        raise ActRefused("It has been changed since you opened it.", "Look at it again, then answer.")
    _refuse_unusable(say, said, answer, reason)
    act = GiveAnswer(say.pk, answer, reason, how, given_by.pk if given_by is not None else None)
    act.row = say
    return act


def _said(say: Say) -> PackSay:
    if (written := as_written(say)) is None:
        raise ActRefused("The policy no longer has this say.", "Reload the page to see what it needs now.")
    return written[1]


def _refuse_unless_waiting(say: Say) -> None:
    if say.state == Say.State.ANSWERED and say.answered_by and say.answered_at:
        raise ActRefused(
            f"{say.answered_by} has already answered this ({say.answer.replace('-', ' ')}), "
            f"on {time_in_words(say.answered_at)}.",
            "Nothing was changed. Reload the page to see where it stands.",
        )


def _demand(say: Say, said: PackSay, actor: Any, how: str, given_by: Any, now: datetime) -> None:
    """Permission is asked for whoever gives the answer and for whoever writes it down."""
    giver = actor if given_by is None else given_by
    if words := says.why_not(say, giver, now):
        if say.state != Say.State.ASKED or (not say.after_event and say.proposal.state != State.OPEN):
            raise ActRefused(words, "Reload the page to see where it stands.")
        raise PermissionDenied(
            words if given_by is None else f"{given_by} could not give this: it is for {say.who_words}."
        )
    if given_by is None:
        if how != IN_SYSTEM:
            raise ActRefused("Say who gave the answer.", "Choose the person, or answer yourself.")
        return
    if how == IN_SYSTEM:
        raise ActRefused("Say how the answer was given.", "Choose by word of mouth, by phone or by e-mail.")
    if not may_record(say, said, actor, now):
        raise PermissionDenied(f"The policy does not let you write this down for {given_by}. Ask them to answer here.")


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


def follow(given: GiveAnswer, actor: Any, now: datetime) -> None:
    """What an answer brings about, once it has been given."""
    say, proposal = given.row, given.row.proposal
    if say.after_event:
        if say.answer == "refuse":
            _pass_on(say, proposal, now)
        else:
            says.ask_another_afterwards(say, now)
        return
    title = say.title or say.key
    if say.kind == "consult" or say.answer == "approve":
        consider(proposal, given.proposed, now, actor)
    elif say.answer == "refuse" and excusing.refused(say, proposal, given.proposed, actor, now):
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


def widen(say: Say, now: datetime) -> None:
    """Take the next step of the policy for a say that nobody gives in time: others may answer as well, or it lapses."""
    proposal, taken = held(say.proposal), say.widened
    say = Say.objects.select_for_update().get(pk=say.pk)
    if say.state != Say.State.ASKED or say.widened != taken:
        return
    pack = library().packs[say.pack]
    said = pack.says[say.key]
    also = said.unanswered[taken].also
    say.widened, say.widened_at = taken + 1, now
    if not also:
        say.save(update_fields=["widened", "widened_at"])
        note = f"Nobody has answered in time: {say.title or say.key}."
        if excusing.refused(say, proposal, load_act(proposal), None, now):
            referrals.tell_person(proposal, proposal.proposer, note, now)
            return
        close(proposal, State.EXPIRED, "proposal.expired", None, now, note, about={"say": say.key})
        referrals.tell_person(proposal, proposal.proposer, note, now)
        return
    posts = [
        *([say.who] if said.all else said.who),
        *(post for step in said.unanswered[: taken + 1] for post in step.also),
    ]
    say.who_words = says.asked_words(said, pack, dict.fromkeys(posts))
    say.save(update_fields=["widened", "widened_at", "who_words"])
    says.put(say, now)
    enter("say.widened", proposal, None, now, clauses=say.clauses, about={"say": say.key, "who": list(also)})
    text = f"Nobody has answered in time: {say.title or say.key}. You may answer it as well."
    for post in also:
        referrals.tell_post(proposal, pack.name, post, text, say.clauses, now)
