"""Where messages stand: filters of the list, what each is called, and what a person is asked to do about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.utils import timezone

from remit.acts.packs import library
from remit.inbox.measures import WORDS
from remit.inbox.models import Measure, Message
from remit.inbox.scope import visible_messages
from remit.people.models import Person
from remit.people.permissions import may_somewhere
from remit.web.search import Found
from remit.web.subjects import Named
from remit.web.tasks import Task

#: Filters of the list by state: key -> words. Without one, all that is not closed is shown.
STATES = {"new": "New", "open": "In hand", "closed": "Closed", "any": "Any state"}
#: How each state is shown: key of web.statuses, words.
STATUS = {"new": ("to_do", "New"), "open": ("due", "In hand"), "closed": ("closed", "Closed")}
#: Messages that home names one by one.
MOST = 5


@dataclass(frozen=True)
class Asked:
    """What a list was filtered by."""

    account: str = ""
    state: str = ""
    kind: str = ""
    needs: bool = False
    mine: bool = False

    @property
    def any(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.account or self.state or self.kind or self.needs or self.mine)


def kinds() -> dict[str, str]:
    """What a message can be: a value of `message.kind` -> its words."""
    return dict(library().vocabulary.facts["message.kind"].values)


def kind_words(kind: str) -> str:
    """A kind in words; "" where nothing is said of it."""
    return kinds().get(kind, kind)


def needs_somebody() -> Q:
    """Nobody has said what it is, or it is urgent and nobody has it in hand."""
    return Q(state="new") | Q(urgent=True, taken_by=None) & ~Q(state="closed")


def listed(person: Person, asked: Asked) -> QuerySet[Message]:
    """The messages that `person` may see and asked for: urgent ones that are open first, then the newest."""
    found = visible_messages(person)
    if asked.account.isdigit():
        found = found.filter(account=int(asked.account))
    if asked.state in ("new", "open", "closed"):
        found = found.filter(state=asked.state)
    elif asked.state != "any":
        found = found.exclude(state="closed")
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.needs:
        found = found.filter(needs_somebody())
    if asked.mine:
        found = found.filter(taken_by=person)
    urgent = Case(When(Q(urgent=True) & ~Q(state="closed"), then=0), default=1, output_field=IntegerField())
    return found.order_by(urgent, "-received_at", "-pk")


def title_of(message: Message) -> str:
    """What a list calls a message: its first words, and never those of a direct message, which are read on its page."""
    if message.private:
        return f"Direct message from {message.author}"
    words = " ".join(message.text.split())
    return f"{words[:90].rstrip()}…" if len(words) > 90 else words


#: What the home page says of a message.
_TOLD = ("channel", "author", "text", "account__name", "account__handle")


def tasks(person: Person, now: datetime) -> Iterator[Task]:
    """The urgent messages one by one, and how many others wait for somebody who may answer them."""
    if not may_somewhere(person, "message.sort"):
        return
    waiting = listed(person, Asked(needs=True))
    urgent = list(waiting.filter(urgent=True).select_related("account").only(*_TOLD)[:MOST])
    for message in urgent:
        title = f"Somebody may be in danger: {title_of(message)}"
        yield Task(title, f"/inbox/{message.pk}/", "To do", f"To {message.account}", "overdue", "Urgent", due=now)
    due = Measure.objects.filter(message__in=visible_messages(person), of=None, review_on__lte=timezone.localdate(now))
    due = due.exclude(state="lifted").select_related("message__account")
    for measure in due.only("action", "review_on", *(f"message__{name}" for name in _TOLD))[:MOST]:
        title = f"Look again: {WORDS[measure.action].lower()}, {measure.message.author}"
        href = f"/inbox/measures/{measure.pk}/review"
        yield Task(title, href, "To do", f"On {measure.message.account}", due=measure.review_on)
    rest = waiting.exclude(urgent=True).count()
    if rest:
        words = "1 message waits" if rest == 1 else f"{rest} messages wait"
        yield Task(words, "/inbox/?needs=1", "To do", "Nobody has said yet what they are")


def search(person: Person, words: Sequence[str]) -> Iterator[Found]:
    """Messages with every one of `words` in their text or sender; not the words of direct messages."""
    found = visible_messages(person).exclude(channel="direct")
    for word in words:
        found = found.filter(Q(text__icontains=word) | Q(author__icontains=word))
    for message in found.order_by("-received_at")[:200]:
        status, _ = STATUS[message.state]
        yield Found("Messages", title_of(message), f"/inbox/{message.pk}/", message.text[:300], status,
                    message.received_at, 1 if " ".join(words) in message.text.lower() else 2)  # fmt: skip


def called(number: int) -> Named | None:
    """What a message is called, and its page."""
    message = Message.objects.filter(pk=number).first()
    return Named(f"{message.get_channel_display()} from {message.author}", f"/inbox/{number}/") if message else None


def called_by_measure(number: int) -> Named | None:
    """The message about which a measure was taken."""
    measure = Measure.objects.filter(pk=number).first()
    return called(measure.message_id) if measure else None
