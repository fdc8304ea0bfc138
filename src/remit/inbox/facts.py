"""What a message tells a policy: its words and what they raise, when and how it came in, whether it was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from remit.accounts.facts import account_facts
from remit.accounts.models import Account
from remit.inbox.models import Message
from remit.posts.models import Publication
from remit.signals.content import SignalSettings
from remit.signals.messages import EMERGENCY, KIND, read_message
from remit.signals.reading import Reading

#: What Remit reads in a message is a suggestion until a person has said what it is.
SUGGESTED = (KIND, EMERGENCY)


def read(text: str, account: Account) -> Reading:
    """What the signals see in a message to `account`, with the force's own words from its settings."""
    return read_message(text, SignalSettings.from_facts({f"force.{k}": v for k, v in account.force.settings.items()}))


def suggestions(reading: Reading) -> dict[str, Any]:
    """What the message seems to be, as first answers that a person confirms or corrects."""
    return {name: value for name, value in reading.facts().items() if name in SUGGESTED}


def message_facts(
    reading: Reading, text: str, channel: str, received_at: datetime, account: Account, now: datetime
) -> dict[str, Any]:
    """The live facts of a message to `account` at `now`; both times are aware. Its kind is for a person to say."""
    concerns = {name: value for name, value in reading.facts().items() if name.startswith("concern.")}
    return {
        **account_facts(account, None, now=now),
        **concerns,
        "message.text": text,
        "message.received_at": received_at,
        "message.direct": channel == Message.Channel.DIRECT,
    }


def answered_on(message: Message) -> Any:
    """The day on which the first answer to a message went out; None while none has."""
    first = replies_sent(message).order_by("sent_at").first()
    return timezone.localdate(first.sent_at) if first and first.sent_at else None


def replies_sent(message: Message) -> Any:
    """The publications that answer a message and are out."""
    reply_to = f"inbox.message:{message.pk}"
    return Publication.objects.filter(target__post__reply_to=reply_to, action="publish", state="sent")
