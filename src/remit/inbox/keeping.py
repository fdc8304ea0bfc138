"""What becomes of a message after it came in: changed or removed on its network, and erased when its time is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from remit.acts import door, referrals
from remit.acts.act import ActRefused
from remit.acts.directory import get_directory
from remit.acts.models import Duty, Proposal, Referral
from remit.acts.packs import packs_of
from remit.inbox.acts import MessageAct
from remit.inbox.models import Measure, Message
from remit.inbox.scope import subject_of
from remit.ledger import erase
from remit.ledger.models import Entry
from remit.people.models import Force
from remit.platforms.protocol import Incoming
from remit.policy.periods import parse_period, plus

State = Message.State
EDITED, GONE, BACK = "edited", "gone", "back"
#: For how long a force keeps messages: a figure of its policy, or else a setting of its own.
KEPT_FOR = "messages_kept_for"
#: Personal values of entries about a message that go with its words.
_WORDS = ("author", "text", "text_now", "answers", "answer")
#: The fact that holds what was written.
_TEXT = "message.text"
_TELLS = {
    EDITED: "A message that you have in hand was changed on its network.",
    GONE: "A message that you have in hand is no longer on its network.",
}


@dataclass
class NoticeChange(MessageAct):
    """The network shows a message otherwise than it came in, or not at all. What came in is kept as it was."""

    name: ClassVar[str] = "inbox.notice-change"
    label: ClassVar[str] = "Notice what became of a message on its network"

    message: int
    seen: str
    text: str = ""

    def about(self) -> dict[str, Any]:
        return {**super().about(), "seen": self.seen}

    def personal(self) -> dict[str, Any]:
        return {"text_now": self.text} if self.text else {}

    def apply(self, record: Proposal, now: datetime) -> None:
        message = Message.objects.select_for_update().get(pk=self.message)
        if self.seen == EDITED:
            message.text_now, message.edited_at = self.text, now
            if message.state == State.CLOSED:  # nobody has looked at what it says now
                message.state, message.closed_at = State.OPEN, None
        else:
            message.gone_at = now if self.seen == GONE else None
        message.save()
        if self.seen in _TELLS and message.state != State.CLOSED:
            referrals.tell_person(record, message.taken_by, _TELLS[self.seen], now)


def notice(known: Mapping[str, Message], found: list[Incoming], since: datetime, now: datetime) -> None:
    """Compare what came in at `since` or later with what the network shows of that time now."""
    shown = {each.remote_id: each for each in found}
    for remote_id, message in known.items():
        there = shown.get(remote_id)
        if message.erased_at is not None or message.received_at < since:
            continue
        if there is None:
            if message.gone_at is None:
                door.propose(NoticeChange(message.pk, GONE), None, now)
            continue
        if message.gone_at is not None:
            door.propose(NoticeChange(message.pk, BACK), None, now)
        if there.text.strip() and there.text != (message.text_now or message.text):
            door.propose(NoticeChange(message.pk, EDITED, there.text), None, now)


def kept_for(force: str) -> str:
    """For how long a force keeps a message after it was closed, such as "12 months"; "" for ever."""
    for pack in packs_of(force):
        if (figure := pack.parameters.get(f"parameter.{KEPT_FOR}")) is not None:
            return str(figure.value)
    return str(get_directory().settings_of(force).get(KEPT_FOR) or "")


@dataclass
class EraseMessage(MessageAct):
    """Erase the words of a message and who wrote it, as the force no longer keeps them; what was done about it stays.

    The ledger's entries stay provable: it loses what they commit to, and says so.
    """

    name: ClassVar[str] = "inbox.erase"
    label: ClassVar[str] = "Erase a message that is no longer kept"

    message: int

    def check(self) -> None:
        if why := why_kept(self.row):
            raise ActRefused(why, "It is erased once that is over.")

    def about(self) -> dict[str, Any]:
        return {**super().about(), "kept_for": kept_for(self.force)}

    def apply(self, record: Proposal, now: datetime) -> None:
        message = Message.objects.select_for_update().select_related("report").get(pk=self.message)
        message.author = message.text = message.text_now = message.url = ""
        message.erased_at = now
        message.save()
        report = message.report
        report.data = {**report.data, "author": "", "text": "", "url": ""}
        report.facts, report.answers, report.settled = {}, {}, {}
        report.save(update_fields=["data", "facts", "answers", "settled"])
        # What was decided on it later (an answer, who approved that, what was hidden) has its words among its facts.
        for later in Proposal.objects.filter(subject=self.subject).exclude(pk=report.pk):
            if _TEXT in later.facts or _TEXT in later.frozen:
                later.facts = {name: value for name, value in later.facts.items() if name != _TEXT}
                later.frozen = {name: value for name, value in later.frozen.items() if name != _TEXT}
                later.save(update_fields=["facts", "frozen"])
        for entry in Entry.objects.filter(object=self.subject).order_by("number"):
            for field in _WORDS:
                erase(entry, field, now=now, reason=f"Messages are kept for {kept_for(self.force)}.")


def why_kept(message: Message) -> str:
    """Why a closed message is still needed, in words; empty where it is not."""
    subject = subject_of(message)
    if message.state != State.CLOSED or message.erased_at is not None:
        return "It is not closed, or was erased already."
    live = (Measure.State.DUE, Measure.State.DONE, Measure.State.BY_HAND)
    if message.measures.filter(state__in=live, of=None).exclude(review_on=None).exists():
        return "It is evidence for what was hidden or blocked."
    if Duty.objects.filter(subject=subject, state=Duty.State.DUE).exists():
        return "Something is still to be done about it."
    if Referral.objects.filter(subject=subject, closed_at=None).exists():
        return "It was passed on, and that is not closed."
    if Proposal.objects.filter(subject=subject, state__in=["open", "returned"]).exists():
        return "Something about it is still waiting."
    return ""


def over(now: datetime) -> Iterator[tuple[str, Callable[[], None]]]:
    """The messages whose time is over, each with the step that erases it: for the sweep."""
    for force in Force.objects.order_by("pk"):
        if not force.packs or not (period := kept_for(force.pk)):
            continue
        before = plus(now, parse_period(period).back, packs_of(force.pk)[0].vocabulary.holidays)
        closed = Message.objects.filter(account__force=force, state=State.CLOSED, erased_at=None, closed_at__lt=before)
        for message in closed.order_by("pk"):
            if not why_kept(message):
                yield f"erase message {message.pk}", partial(_erase, message.pk, now)


def _erase(number: int, now: datetime) -> None:
    door.propose(EraseMessage(number), None, now)
