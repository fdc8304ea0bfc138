"""Which messages somebody may see: by a role over the account, or because one was passed to them or they entered it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from remit.accounts.models import Account
from remit.acts import duties, referrals
from remit.acts.models import Duty, Referral
from remit.inbox.models import Measure, Message
from remit.people.models import Person
from remit.people.permissions import Scope, permits, register_scope, whole_and_parts


def subject_of(message: Message | int) -> str:
    """A message as acts name it: "inbox.message:7"."""
    return f"inbox.message:{message if isinstance(message, int) else message.pk}"


def visible_messages(person: Person) -> QuerySet[Message]:
    """The messages of the accounts over which `person` may read them, and those that they entered themself."""
    whole, parts = whole_and_parts(person, "message.read")
    where = Q(entered_by=person) | Q(account__force__in=whole)
    for part in parts:
        here = Q(account=part.account) if part.account else Q(account__team=part.team)
        where |= Q(here, account__force=part.force)
    return Message.objects.filter(where)


def may_see(message: Message, person: Person, now: datetime) -> bool:
    """Whether `person` may see a message: by a role, as whoever entered it, or because it came to them."""
    subject = subject_of(message)
    passed = list(Referral.objects.filter(subject=subject))
    if any(each.barred.filter(pk=person.pk).exists() for each in passed):
        return False
    if message.entered_by_id == person.pk or permits(person, "message.read", message.account.force_id, subject):
        return True
    owed = Duty.objects.filter(subject=subject)
    return any(referrals.may_see(each, person, now) for each in passed) or any(
        duties.may_complete(each, person, now) for each in owed
    )


def accounts_of(person: Person) -> list[Account]:
    """The open accounts of the person's force, to say where a message was seen; those they work with come first."""
    found = Account.objects.filter(force=person.force_id).exclude(state=Account.State.CLOSED)
    return list(found.order_by("name"))


def _message(number: int) -> Scope | None:
    message = Message.objects.filter(pk=number).select_related("account").first()
    return _of(message.account) if message else None


def _measure(number: int) -> Scope | None:
    measure = Measure.objects.filter(pk=number).select_related("message__account").first()
    return _of(measure.message.account) if measure else None


def _of(account: Account) -> Scope:
    return Scope(account.force_id, {account.pk: account.team_id})


def register() -> None:
    """Tell the permissions how to find the scope of this room's subjects."""
    register_scope("inbox.message", _message)
    register_scope("inbox.measure", _measure)
