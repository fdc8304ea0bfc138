"""Makes the demonstration's messages: visitors write on the practice network, Remit reads them, some are dealt with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from remit.accounts.models import Account
from remit.acts import door, outbox
from remit.acts.act import Act
from remit.acts.models import Proposal
from remit.demo.messages import MESSAGES, MessageRow
from remit.inbox.acts import CloseMessage, SortMessage
from remit.inbox.measures import REVIEW_AFTER, TakeMeasure
from remit.inbox.models import Message
from remit.inbox.reading import bring_in
from remit.inbox.replies import ReplyToMessage
from remit.platforms.practice import network
from remit.platforms.protocol import Refused
from remit.posts import publishing
from remit.posts.models import Publication

if TYPE_CHECKING:
    from remit.demo.loading import ForceLoader

#: What whoever deals with a message says when the policy asks.
SAID = {
    "actor.duty_state": "on_duty",
    "incident.managed_by": "none",
    "block.basis": "abuse",
    "block.protects": "other_users",
    "device.security_layers": True,
    "device.exception_claimed": False,
}


def load_messages(force: ForceLoader) -> None:
    """Every message of the table for one force, read from the network at once, and then what becomes of each."""
    rows = [row for row in MESSAGES if row.account in force.accounts]
    written = {_write(force, row): row for row in rows}
    for account in {force.accounts[row.account] for row in rows}:
        for message in bring_in(account, force.now):
            _deal(force, message, written[message.remote_id])


def _write(force: ForceLoader, row: MessageRow) -> str:
    account = force.accounts[row.account]
    at = force.now - timedelta(minutes=row.minutes)
    under = _newest_post(account) if row.post else ""
    channel = "comment" if under else row.channel
    try:
        return network.write(account.handle, row.author, force.said(row.text), channel, at, under).number
    except Refused:
        return ""  # nothing has been published there, so nobody has found it


def _newest_post(account: Account) -> str:
    sent = Publication.objects.filter(target__account=account, action="publish", state="sent").order_by("sent_at")
    newest = sent.last()
    return newest.remote_id if newest else ""


def _deal(force: ForceLoader, message: Message, row: MessageRow) -> None:
    if row.then == "new":
        return
    person = force.people[row.by]
    device = person.devices.filter(owner="force", ended_on=None).first()
    number = device.pk if device else None

    def do(act: Act, **said: Any) -> Proposal:
        return door.propose(act, person, force.now, answers=said)

    do(SortMessage(message.pk, {"message.kind": row.kind, "message.emergency": False}))
    message.refresh_from_db()
    if row.then == "answered":
        do(ReplyToMessage.of(message, row.words, number), **SAID)
        publishing.send_due(lambda: force.now)
    elif row.then == "hidden":
        review = (force.today + REVIEW_AFTER).isoformat()
        do(TakeMeasure(message.pk, "hide", row.words, review, number), **SAID)
        outbox.run_due(force.now)
    elif row.then == "closed":
        do(CloseMessage(message.pk, row.words))
