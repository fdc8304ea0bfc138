"""Hiding, blocking, muting and reporting: decided under `message.block`, done on the network or by hand, reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from remit.accounts.facts import account_facts
from remit.acts import door, duties, outbox
from remit.acts.act import Act, ActRefused
from remit.acts.models import OutboxJob, Proposal
from remit.inbox.acts import MessageAct
from remit.inbox.facts import message_facts, read
from remit.inbox.models import Measure, Message
from remit.inbox.reading import profile_of
from remit.people.models import Device, Person
from remit.platforms import registry
from remit.platforms.protocol import UNDONE_BY, Incoming, Later, Refused
from remit.posts.facts import press_facts

State = Measure.State
#: The job that does a measure on the network; doing one twice changes nothing.
JOB = "inbox.moderate"
#: The duty to do on the network by hand what Remit cannot.
BY_HAND = "inbox.moderate-by-hand"
#: A measure is looked at again after this, unless somebody says otherwise.
REVIEW_AFTER = timedelta(days=90)
#: What each measure is called, as something done.
WORDS = {
    "hide": "Hide it",
    "delete": "Delete it",
    "block": "Block whoever wrote it",
    "remove_for_good": "Remove whoever wrote it for good",
    "mute": "Mute whoever wrote it",
    "report": "Report it to the network",
    "unhide": "Show it again",
    "unblock": "Lift the block",
    "unmute": "Stop muting them",
}


class BlockAct(MessageAct):
    """What putting a measure on and lifting it have in common: the facts of `message.block`, and the job."""

    action: str
    reason: str
    device: int | None

    def cast(self) -> Mapping[str, Any]:
        """The account and who answers for it."""
        account = self.row.account
        return {"account": account, **({"owner": account.owner} if account.owner else {})}

    def check(self) -> None:
        if self.action not in WORDS:
            raise ActRefused("There is no such measure.", "Choose one of those offered.")
        if not self.reason.strip():
            raise ActRefused("The reason is missing.", "Say why: it is kept, and may be asked for.")

    def facts(self, actor: Person, now: datetime) -> dict[str, Any]:
        """The message as it was received, what is done about it and why. Its words are kept here before anything."""
        message = self.row
        reading = read(message.text, message.account)
        known = {name: value for name, value in message.report.answers.items() if name.startswith("message.")}
        return {
            **message_facts(reading, message.text, message.channel, message.received_at, message.account, now),
            **account_facts(message.account, actor, now=now),
            **known,
            "block.action": self.action,
            "block.ground": self.reason.strip(),
            "block.copy_kept": f"in Remit: message {message.pk}, with its entry in the ledger",
        }

    def frozen_facts(self, actor: Person, now: datetime) -> dict[str, Any]:
        device = Device.objects.filter(pk=self.device, person=actor, ended_on=None).first() if self.device else None
        return press_facts(actor, device, self.row.account, now)

    def personal(self) -> dict[str, Any]:
        return {"reason": self.reason.strip()}

    def described(self) -> list[tuple[str, str]]:
        message = self.row
        words = "A direct message" if message.private else message.text
        return [
            ("Account", str(message.account)),
            ("Message", words),
            ("From", message.author),
            ("What is to be done", WORDS[self.action]),
            ("Why", self.reason.strip()),
        ]

    def queue(self, record: Proposal, now: datetime, **more: Any) -> Measure:
        """The measure as a row, with the job that does it on the network."""
        about = {"action": self.action, "reason": self.reason.strip(), "made_at": now, **more}
        measure = Measure.objects.create(message_id=self.message, proposal=record, **about)
        outbox.queue(JOB, self.force, f"inbox.measure:{measure.pk}", now)
        return measure


@dataclass
class TakeMeasure(BlockAct):
    """Hide a message, or block, mute or report whoever wrote it. The message itself stays here as evidence."""

    name: ClassVar[str] = "inbox.block"
    label: ClassVar[str] = "Hide a message or block its sender"
    moment: ClassVar[str] = "message.block"
    permission: ClassVar[str] = "message.block"

    message: int
    action: str
    reason: str
    #: ISO date of the day on which somebody looks again; "" for what cannot be undone.
    review_on: str = ""
    device: int | None = None

    def check(self) -> None:
        super().check()
        if self.action not in UNDONE_BY:
            raise ActRefused("That undoes something.", "Lift the measure on the page of the message.")
        there = self.row.measures.filter(action=self.action, of=None).exclude(state=State.LIFTED)
        if there.exists():
            raise ActRefused("That has been done already.", "See where it stands on the page of the message.")

    def apply(self, record: Proposal, now: datetime) -> None:
        """Evidence first: the message and its ledger entry were there before; then the network is told."""
        message = Message.objects.select_for_update().get(pk=self.message)
        if message.state == Message.State.NEW:
            message.state, message.taken_by = Message.State.OPEN, message.taken_by or record.proposer
            message.save()
        self.queue(record, now, review_on=date.fromisoformat(self.review_on) if self.review_on else None)


@dataclass
class LiftMeasure(BlockAct):
    """Undo a measure: show a message again, lift a block or a mute."""

    name: ClassVar[str] = "inbox.unblock"
    label: ClassVar[str] = "Lift a measure"
    moment: ClassVar[str] = "message.block"
    permission: ClassVar[str] = "message.block"

    measure: int
    reason: str
    device: int | None = None

    @cached_property
    def lifted(self) -> Measure:
        """What is undone."""
        return Measure.objects.select_related("proposal").get(pk=self.measure)

    @property
    def message(self) -> int:  # type: ignore[override]
        return self.lifted.message_id

    @property
    def action(self) -> str:  # type: ignore[override]
        return UNDONE_BY.get(self.lifted.action, "")

    def facts(self, actor: Person, now: datetime) -> dict[str, Any]:
        """With the ground on which it was done, which is not asked again."""
        before = {name: v for name, v in self.lifted.proposal.answers.items() if name.startswith("block.")}
        return {**before, **super().facts(actor, now)}

    def check(self) -> None:
        if not self.action:
            raise ActRefused("It cannot be undone.", "Nothing is left to do here.")
        super().check()

    def apply(self, record: Proposal, now: datetime) -> None:
        measure = Measure.objects.select_for_update().get(pk=self.measure)
        if measure.state == State.LIFTED or measure.undone_by.exclude(state=State.LIFTED).exists():
            raise ActRefused("It has been lifted already.", "See where it stands on the page of the message.")
        self.queue(record, now, of=measure)


@dataclass
class KeepMeasure(Act):
    """Somebody looked again: the measure is still right, and is looked at again on another day."""

    name: ClassVar[str] = "inbox.review"
    label: ClassVar[str] = "Review a measure"
    permission: ClassVar[str] = "message.block"

    measure: int
    reason: str
    review_on: str

    @property
    def subject(self) -> str:
        return f"inbox.measure:{self.measure}"

    @cached_property
    def row(self) -> Measure:
        """The measure with its account."""
        return Measure.objects.select_related("message__account__force").get(pk=self.measure)

    @property
    def force(self) -> str:
        return self.row.message.account.force_id

    def check(self) -> None:
        if not self.reason.strip():
            raise ActRefused("The reason is missing.", "Say why it is still right.")

    def personal(self) -> dict[str, Any]:
        return {"reason": self.reason.strip()}

    def about(self) -> dict[str, Any]:
        return {"message": self.row.message_id, "review_on": self.review_on}

    def apply(self, record: Proposal, now: datetime) -> None:
        measure = Measure.objects.select_for_update().get(pk=self.measure)
        if measure.state == State.LIFTED:
            raise ActRefused("It has been lifted.", "Nothing is left to review.")
        measure.review_on = date.fromisoformat(self.review_on)
        measure.save()


@dataclass
class SettleMeasure(Act):
    """What the network did about a measure. Remit's own: a person takes the measure, the worker reports."""

    name: ClassVar[str] = "inbox.settle-measure"
    label: ClassVar[str] = "What the network did about a message"

    measure: int
    done: bool
    problem: str = ""

    @property
    def subject(self) -> str:
        return f"inbox.measure:{self.measure}"

    @cached_property
    def row(self) -> Measure:
        """The measure with its message and proposer."""
        return Measure.objects.select_related("message__account__force", "proposal__proposer", "of").get(
            pk=self.measure
        )

    @property
    def force(self) -> str:
        return self.row.message.account.force_id

    def about(self) -> dict[str, Any]:
        return {"message": self.row.message_id, "action": self.row.action, "done": self.done}

    def apply(self, record: Proposal, now: datetime) -> None:
        measure = self.row
        measure.state, measure.problem = (State.DONE if self.done else State.BY_HAND), self.problem
        measure.save()
        if measure.of is not None:
            measure.of.state = State.LIFTED
            measure.of.save()
        if self.done:
            return
        message, proposal = measure.message, measure.proposal
        do = f"{WORDS[measure.action]} on {message.account} by hand: {message.author}. {self.problem}".strip()
        subject = f"inbox.message:{message.pk}"
        about: dict[str, Any] = {"force": self.force, "subject": subject, "now": now, "proposal": proposal}
        duties.owe(f"{BY_HAND}-{measure.action}", do, owner=proposal.proposer, **about)


def moderate(job: OutboxJob, now: datetime) -> datetime | None:
    """Do a measure on its network. What the network refuses becomes somebody's task; no answer is tried again."""
    rows = Measure.objects.select_related("message__account__force").filter(pk=int(job.subject.rpartition(":")[2]))
    measure = rows.first()
    if measure is None or measure.state != State.DUE:
        return None
    message = measure.message
    account = message.account
    found = Incoming(message.remote_id, message.channel, message.author, message.text, message.received_at, message.url)
    problem = "" if message.remote_id else "The message was entered by hand, so Remit cannot reach it."
    if not problem:
        try:
            registry.find(account.platform).moderate(profile_of(account), measure.action, found)
        except Later as later:
            return later.at or now + timedelta(minutes=5)
        except Refused as refused:
            problem = f"{refused.words} {refused.remedy}".strip()
    door.propose(SettleMeasure(measure.pk, not problem, problem), None, now)
    return None
