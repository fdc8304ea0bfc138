"""Bringing messages in: an account's network is asked for what is new, and each message is received once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from remit.accounts.models import Account
from remit.acts import door
from remit.inbox.acts import ReceiveMessage
from remit.inbox.keeping import notice
from remit.inbox.models import Intake, Message
from remit.platforms import registry
from remit.platforms.protocol import Incoming, Later, Profile, Refused, Unclear
from remit.posts.models import Publication

#: How often a network is asked, and how often one that does not let messages be read.
EVERY, AGAIN = timedelta(minutes=1), timedelta(hours=1)
#: A network may show something late, or by a clock of its own: what came shortly before is asked for again.
OVERLAP = timedelta(minutes=10)
#: How far back the first reading of an account goes, and how far what came in is read again to see what changed.
FIRST, READ_AGAIN = timedelta(days=7), timedelta(hours=1)


def profile_of(account: Account) -> Profile:
    """The account as its network knows it."""
    return Profile(account.handle, account.network, account.name)


def next_account(now: datetime) -> Account | None:
    """The open account whose network was asked the longest ago, if that is long enough; None otherwise."""
    open_ = Account.objects.exclude(state=Account.State.CLOSED).select_related("intake", "force")
    never = open_.filter(intake=None).order_by("pk").first()
    if never is not None:
        return never
    due = open_.filter(intake__asked_at__lte=now - EVERY).exclude(
        intake__asked_at__gt=now - AGAIN, intake__problem__gt=""
    )
    return due.order_by("intake__asked_at", "pk").first()


def bring_in(account: Account, now: datetime) -> list[Message]:
    """Receive what is new for one account; gives the messages. What was received before is left alone."""
    intake = Intake.objects.filter(account=account).first()
    since = intake.read_until - OVERLAP if intake else now - FIRST
    read_on = since
    again = intake is None or intake.read_again_at is None or now - intake.read_again_at >= READ_AGAIN
    if again:
        since = min(since, now - FIRST)
    platform = registry.find(account.platform)
    try:
        platform.demand_ready(profile_of(account))
        found = platform.messages(profile_of(account), since)
    except (Later, Unclear) as later:
        _asked(account, read_on + OVERLAP if intake else read_on, now, "" if isinstance(later, Later) else str(later))
        return []
    except Refused as refused:
        _asked(account, read_on + OVERLAP if intake else read_on, now, f"{refused.words} {refused.remedy}".strip())
        return []
    rows = Message.objects.filter(account=account, received_at__gte=since).exclude(remote_id="")
    known = {message.remote_id: message for message in rows}
    received = [receive(account, each, now) for each in found if each.remote_id not in known]
    notice(known, found, since, now)
    _asked(account, now, now, "", again=again)
    return [message for message in received if message is not None]


def receive(account: Account, found: Incoming, now: datetime) -> Message | None:
    """One message of the network through the door; None where it has come in already."""
    if not found.text.strip():
        return None
    answers = Publication.objects.filter(target__account=account, action="publish", remote_id=found.answers)
    answered = answers.values_list("pk", flat=True).first() if found.answers else None
    act = ReceiveMessage(
        account=account.pk,
        channel=found.channel,
        author=found.author[:120],
        text=found.text,
        received_at=found.at.isoformat(),
        url=found.url[:300],
        remote_id=found.remote_id,
        publication=answered,
    )
    try:
        with transaction.atomic():
            made = door.propose(act, None, now)
    except IntegrityError:
        return None  # another worker was quicker
    return Message.objects.get(pk=int(made.subject.rpartition(":")[2]))


def _asked(account: Account, read_until: datetime, now: datetime, problem: str, *, again: bool = False) -> None:
    read = {"read_until": read_until, "asked_at": now, "problem": problem}
    Intake.objects.update_or_create(account=account, defaults={**read, **({"read_again_at": now} if again else {})})
