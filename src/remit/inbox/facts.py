"""What a message tells a policy: its words and what they raise, when and how it came in, whether it was answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from remit.accounts.facts import account_facts
from remit.accounts.models import Account
from remit.acts.models import Duty
from remit.inbox.models import Message
from remit.posts.replies import replies_to
from remit.signals.content import SignalSettings
from remit.signals.messages import EMERGENCY, KIND, read_message
from remit.signals.reading import Reading

#: What Remit reads in a message is a suggestion until a person has said what it is.
SUGGESTED = (KIND, EMERGENCY)
#: The duty to send an answer on the network to what was not read from there.
ANSWER_BY_HAND = "inbox.answer-by-hand"


def read(text: str, account: Account) -> Reading:
    """What the signals see in a message to `account`, with the force's own words from its settings."""
    return read_message(text, SignalSettings.from_facts({f"force.{k}": v for k, v in account.force.settings.items()}))


def suggestions(reading: Reading) -> dict[str, Any]:
    """What the message seems to be, for a person to confirm or correct."""
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


def answered_on(message: Message) -> date | None:
    """The day on which the first answer to a message went out, or was sent by hand; None while none has."""
    subject = f"inbox.message:{message.pk}"
    sent = [row.sent_at for row in replies_to(subject) if row.sent_at is not None and row.state == "sent"]
    by_hand = Duty.objects.filter(rule=ANSWER_BY_HAND, subject=subject, state=Duty.State.DONE)
    sent += [at for at in by_hand.values_list("done_at", flat=True) if at is not None]
    return timezone.localdate(min(sent)) if sent else None
