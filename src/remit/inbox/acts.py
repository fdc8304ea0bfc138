"""Acts on a message that comes in: received, read, sorted, taken on, passed on, closed. Answers are in `replies`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.utils.dateparse import parse_datetime

from remit.accounts.models import Account
from remit.acts import door, referrals
from remit.acts.act import Act, ActRefused, Kind
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.inbox.facts import EMERGENCY, KIND, answered_on, message_facts, read, suggestions
from remit.inbox.models import Message
from remit.inbox.scope import subject_of
from remit.people.models import Person
from remit.posts.models import Publication
from remit.signals.reading import Reading

State = Message.State
#: What a message may hold; more than any network's longest.
LONGEST_TEXT = 20_000
#: The rule under which a person passes something on: no clause asked for it.
PASSED_ON = "inbox.pass-on"


@dataclass
class ReceiveMessage(Act):
    """A message came in: read by Remit from the network, or seen there by somebody who enters it. Never refused."""

    name: ClassVar[str] = "inbox.receive"
    label: ClassVar[str] = "Enter a message"
    moment: ClassVar[str] = "message.receive"
    kind: ClassVar[Kind] = Kind.REPORT
    permission: ClassVar[str] = "message.receive"

    account: int
    channel: str
    author: str
    text: str
    #: ISO 8601 with offset.
    received_at: str
    url: str = ""
    remote_id: str = ""
    #: Id of the publication that it answers.
    publication: int | None = None
    subject: str = "inbox.message:new"

    @property
    def force(self) -> str:
        return self.on_account.force_id

    @cached_property
    def on_account(self) -> Account:
        return Account.objects.select_related("force", "owner").get(pk=self.account)

    @cached_property
    def message(self) -> Message | None:
        """The row that it made; None before it was received."""
        number = self.subject.rpartition(":")[2]
        return Message.objects.filter(pk=number).first() if number.isdigit() else None

    @cached_property
    def reading(self) -> Reading:
        """What the signals see in it."""
        return read(self.text, self.on_account)

    @property
    def at(self) -> datetime:
        """When it came in."""
        at = parse_datetime(self.received_at)
        if at is None:
            raise ActRefused("The time at which it came in is missing.", "Give the day and the time.")
        return at

    def cast(self) -> Mapping[str, Any]:
        """The account; who wrote the post that it answers and who asked for that; who has it in hand."""
        account, message = self.on_account, self.message
        cast: dict[str, Any] = {"account": account}
        if account.owner is not None:
            cast["owner"] = account.owner
        post = self._post()
        if post is not None:
            cast |= {"author": post.author, "requester": post.requester or post.author}
        if message is not None and message.entered_by is None:
            cast["actor"] = message.taken_by or message.sorted_by or account.owner
        return {role: person for role, person in cast.items() if person is not None}

    def _post(self) -> Any:
        row = Publication.objects.select_related("target__post__author", "target__post__requester")
        found = row.filter(pk=self.publication).first() if self.publication else None
        return found.target.post if found else None

    def check(self) -> None:
        if not self.text.strip():
            raise ActRefused("The words of the message are missing.", "Copy them from the network.")
        if len(self.text) > LONGEST_TEXT:
            raise ActRefused(f"The message has more than {LONGEST_TEXT:,} characters.", "Enter the part that matters.")
        if self.channel not in Message.Channel.values:
            raise ActRefused("It is not said how the message came in.", "Choose one.")
        self.at  # noqa: B018 (raises where it is missing)

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        """What Remit brings in is of no kind, and no emergency that anybody has told of, until somebody has sorted it.

        So nothing follows from a guess; what follows from danger that is seen in the words does not wait for anybody.
        """
        facts = message_facts(self.reading, self.text, self.channel, self.at, self.on_account, now)
        unsorted = {KIND: None, EMERGENCY: False} if actor is None and self._unsorted() else {}
        return {**facts, **unsorted, "message.answered_on": answered_on(self.message) if self.message else None}

    def _unsorted(self) -> bool:
        return self.message is None or self.message.sorted_by_id is None

    def about(self) -> dict[str, Any]:
        return {"account": self.account, "channel": self.channel, "remote_id": self.remote_id}

    def personal(self) -> dict[str, Any]:
        return {"author": self.author, "text": self.text}

    def described(self) -> list[tuple[str, str]]:
        words = "A direct message: open it to read it" if self.channel == "direct" else self.text
        return [("Account", str(self.on_account)), ("From", self.author), ("Message", words)]

    def apply(self, record: Proposal, now: datetime) -> None:
        """The row. What Remit reads it as is shown, and counts for nothing until a person has said what it is."""
        said = record.answers if record.proposer else suggestions(self.reading)
        message = Message.objects.create(
            account_id=self.account,
            channel=self.channel,
            remote_id=self.remote_id,
            url=self.url,
            author=self.author,
            text=self.text,
            received_at=self.at,
            publication_id=self.publication,
            entered_by=record.proposer,
            sorted_by=record.proposer,
            report=record,
            kind=said.get(KIND, ""),
            urgent=bool(said.get(EMERGENCY) or record.facts.get("concern.danger")),
        )
        record.subject = subject_of(message)
        self.subject = record.subject
        self.__dict__.pop("message", None)


class MessageAct(Act):
    """What acts on one message have in common."""

    message: int

    @property
    def subject(self) -> str:
        return subject_of(self.message)

    @property
    def force(self) -> str:
        return self.row.account.force_id

    @cached_property
    def row(self) -> Message:
        """The message with its account."""
        return Message.objects.select_related("account__force", "report").get(pk=self.message)

    def over(self) -> tuple[str, ...]:
        return (f"accounts.account:{self.row.account_id}",)

    def about(self) -> dict[str, Any]:
        return {"message": self.message, "account": self.row.account_id}

    def open_row(self) -> Message:
        """The message, held until the transaction ends. Raises ActRefused where it has been closed."""
        message = Message.objects.select_for_update().get(pk=self.message)
        if message.state == State.CLOSED:
            raise ActRefused("This message has been closed.", "Open it again first.")
        return message


@dataclass
class ReadMessage(MessageAct):
    """Open a direct message. Whether they may is for the page that shows it; the entry comes before the words."""

    name: ClassVar[str] = "inbox.read"
    label: ClassVar[str] = "Open a direct message"
    kind: ClassVar[Kind] = Kind.READ

    message: int

    def apply(self, record: Proposal, now: datetime) -> None:
        """Nothing changes: the entry is what is kept."""


@dataclass
class SortMessage(MessageAct):
    """Say what a message is and answer what the policy asks of it; what follows is kept in step."""

    name: ClassVar[str] = "inbox.sort"
    label: ClassVar[str] = "Say what a message is"
    permission: ClassVar[str] = "message.sort"

    message: int
    answers: dict[str, Any] = field(default_factory=dict)
    not_sure: list[str] = field(default_factory=list)

    def apply(self, record: Proposal, now: datetime) -> None:
        message = self.open_row()
        message.kind = self.answers.get(KIND, message.kind)
        message.urgent = bool(self.answers.get(EMERGENCY, message.urgent))
        message.sorted_by = record.proposer
        message.taken_by = message.taken_by or record.proposer
        message.state = State.OPEN
        message.save()
        door.supplement(message.report, self.answers, record.proposer, now, not_sure=self.not_sure)


@dataclass
class TakeMessage(MessageAct):
    """Take a message on, also from somebody else."""

    name: ClassVar[str] = "inbox.take"
    label: ClassVar[str] = "Take a message on"
    permission: ClassVar[str] = "message.sort"

    message: int

    def apply(self, record: Proposal, now: datetime) -> None:
        message = self.open_row()
        message.taken_by, message.state = record.proposer, State.OPEN
        message.save()


@dataclass
class PassOn(MessageAct):
    """Pass a message on to a post or team of the policy, with the reason."""

    name: ClassVar[str] = "inbox.pass-on"
    label: ClassVar[str] = "Pass a message on"
    permission: ClassVar[str] = "message.sort"

    message: int
    to: str
    reason: str

    def check(self) -> None:
        if not self.reason.strip():
            raise ActRefused("The reason is missing.", "Say why you pass it on, and what you expect.")
        if self.to not in packs_of(self.force)[0].who:
            raise ActRefused("The policy knows no such post or team.", "Choose one of those offered.")

    def personal(self) -> dict[str, Any]:
        return {"reason": self.reason}

    def apply(self, record: Proposal, now: datetime) -> None:
        message = self.open_row()
        wanted = {"pack": packs_of(self.force)[0].name, "rule": PASSED_ON, "seen_by": [], "never": [], "clauses": []}
        about: dict[str, Any] = {
            "force": self.force,
            "subject": self.subject,
            "now": now,
            "reason": self.reason.strip(),
        }
        referrals.refer(wanted, self.to, cast={}, **about)
        message.state, message.taken_by = State.OPEN, message.taken_by or record.proposer
        message.save()


@dataclass
class CloseMessage(MessageAct):
    """Close a message with what came of it. It waits for what must still be done about it."""

    name: ClassVar[str] = "inbox.close"
    label: ClassVar[str] = "Close a message"
    permission: ClassVar[str] = "message.sort"
    closes: ClassVar[bool] = True

    message: int
    outcome: str

    def check(self) -> None:
        if not self.outcome.strip():
            raise ActRefused("It is not said what came of it.", "Write a sentence, then close it.")

    def personal(self) -> dict[str, Any]:
        return {"outcome": self.outcome}

    def described(self) -> list[tuple[str, str]]:
        return [("What came of it", self.outcome)]

    def apply(self, record: Proposal, now: datetime) -> None:
        message = self.open_row()
        message.state, message.outcome, message.closed_at = State.CLOSED, self.outcome.strip(), now
        message.taken_by = message.taken_by or record.proposer
        message.save()


@dataclass
class ReopenMessage(MessageAct):
    """Open a closed message again."""

    name: ClassVar[str] = "inbox.reopen"
    label: ClassVar[str] = "Open a message again"
    permission: ClassVar[str] = "message.sort"

    message: int

    def apply(self, record: Proposal, now: datetime) -> None:
        message = Message.objects.select_for_update().get(pk=self.message)
        if message.state != State.CLOSED:
            raise ActRefused("It is open already.", "See where it stands.")
        message.state, message.closed_at, message.taken_by = State.OPEN, None, record.proposer
        message.save()
