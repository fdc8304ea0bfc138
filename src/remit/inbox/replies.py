"""Answering a message: decided under `message.reply`, and sent by the machinery of posts, at most once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from remit.accounts.facts import account_facts
from remit.acts import duties
from remit.acts.act import ActRefused
from remit.acts.models import Proposal
from remit.inbox.acts import MessageAct, State
from remit.inbox.facts import ANSWER_BY_HAND, EMERGENCY, KIND
from remit.inbox.models import Message
from remit.people.facts import person_facts
from remit.people.models import Device, Person
from remit.posts.content import Part, digest, over_limits
from remit.posts.facts import WRITTEN_HERE, press_facts, text_of
from remit.posts.facts import read as read_reply
from remit.posts.replies import queue_reply, reply_part
from remit.signals.reading import Reading

#: What was raised about the message itself and still matters to its answer.
_OF_THE_MESSAGE = ("concern.dissatisfaction",)


@dataclass
class ReplyToMessage(MessageAct):
    """Answer a message in the force's name."""

    name: ClassVar[str] = "inbox.reply"
    label: ClassVar[str] = "Answer a message"
    moment: ClassVar[str] = "message.reply"
    permission: ClassVar[str] = "message.reply"

    message: int
    #: Exactly what would go out, and its digest; the worker compares both when it sends.
    parts: list[Part]
    sha256: str
    #: Id on the register of the device in use at the press; None when it is not on it.
    device: int | None = None

    @classmethod
    def of(cls, message: Message, text: str, device: int | None = None) -> ReplyToMessage:
        """The act for an answer in words."""
        parts = [reply_part(text, message.remote_id)]
        return cls(message.pk, parts, digest(parts), device)

    @property
    def text(self) -> str:
        """The words of the answer."""
        return text_of(self.parts)

    @cached_property
    def reading(self) -> Reading:
        """What the signals see in the answer, and in a public message that it bears out."""
        return read_reply(self.parts, self.row.account, "" if self.row.private else self.row.text)

    def cast(self) -> Mapping[str, Any]:
        """The account, and who asked for or wrote the post under which the message stands."""
        message = self.row
        cast: dict[str, Any] = {"account": message.account}
        if message.account.owner is not None:
            cast["owner"] = message.account.owner
        if message.publication is not None:
            post = message.publication.target.post
            cast["requester"] = post.requester or post.author
        return cast

    def check(self) -> None:
        if not self.text.strip():
            raise ActRefused("The answer has no words.", "Write it, then go on.")
        if digest(self.parts) != self.sha256:
            raise ActRefused("The text changed on the way.", "Put the answer forward again.")
        if self.row.state == State.CLOSED:
            raise ActRefused("This message has been closed.", "Open it again first.")
        for breach in over_limits(self.parts, self.row.account) if self.row.remote_id else ():
            raise ActRefused(breach.words, breach.remedy)

    def facts(self, actor: Person, now: datetime) -> dict[str, Any]:
        """The answer read like a post, and what is known of the message. What nobody has confirmed is asked."""
        message = self.row
        report = message.report
        known = {name: value for name, value in report.answers.items() if name.startswith("message.")}
        if message.sorted_by is None:
            known = {name: value for name, value in known.items() if name not in (KIND, EMERGENCY)}
        facts = {
            **account_facts(message.account, actor, now=now),
            **WRITTEN_HERE,
            "post.action": "reply",
            "post.text": self.text,
            "post.images": [],
            "post.requester": None,
            "post.requested": False,
            **self.reading.facts(),
            **{name: True for name in _OF_THE_MESSAGE if report.facts.get(name)},
            **known,
            "message.text": message.text,
            "message.received_at": message.received_at,
            "message.direct": message.private,
            "message.reply": self.text,
            **{
                f"author.{k.partition('.')[2]}": v
                for k, v in person_facts(actor, "author", message.account, now=now).items()
            },
        }
        facts.pop("author.duty_state", None)
        return facts

    def frozen_facts(self, actor: Person, now: datetime) -> dict[str, Any]:
        device = Device.objects.filter(pk=self.device, person=actor, ended_on=None).first() if self.device else None
        return press_facts(actor, device, self.row.account, now)

    def about(self) -> dict[str, Any]:
        return {**super().about(), "sha256": self.sha256}

    def personal(self) -> dict[str, Any]:
        return {"parts": self.parts}

    def described(self) -> list[tuple[str, str]]:
        message = self.row
        words = "A direct message" if message.private else message.text
        return [("Account", str(message.account)), ("Message", words), ("From", message.author), ("Answer", self.text)]

    def apply(self, record: Proposal, now: datetime) -> None:
        """Queue it for the worker; what was seen by hand is answered by hand, which is owed."""
        message = self.open_row()
        message.state, message.taken_by = State.OPEN, message.taken_by or record.proposer
        message.save()
        account = self.row.account
        if message.remote_id:
            queue_reply(record, account, self.parts[0], self.subject, now, private=message.private)
            return
        do = f"send this answer to {message.author} from {account} on the network: {self.text}"
        about: dict[str, Any] = {"force": self.force, "subject": self.subject, "now": now, "proposal": record}
        duties.owe(ANSWER_BY_HAND, do, owner=record.proposer, **about)
