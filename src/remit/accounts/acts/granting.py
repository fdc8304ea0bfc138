"""Giving an exception that a policy provides for: to an account or a person, up to a day; and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from remit.accounts.acts.register import find_account
from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.accounts.records import full_facts
from remit.accounts.watching import look_again
from remit.acts.act import Act, ActRefused
from remit.acts.directory import get_directory
from remit.acts.models import Grant, Proposal
from remit.acts.packs import packs_of
from remit.people.acts.subjects import find_person, read_day
from remit.people.models import Person
from remit.policy.packs import Pack, Permit
from remit.policy.periods import day_in_words, parse_period, plus
from remit.policy.words import either

ACCOUNT = "accounts.account"


def permits_of(force: str) -> dict[str, tuple[Pack, Permit]]:
    """The exceptions that the force's policies provide for, by key, each with its policy."""
    return {key: (pack, permit) for pack in packs_of(force) for key, permit in pack.grants.items()}


def may_give(person: Person, key: str, subject: str | None, now: datetime) -> bool:
    """Whether `person` holds a post that gives the exception; over `subject`, or over anything where that is None."""
    found = permits_of(person.force_id).get(key)
    if found is None:
        return False
    pack, permit = found
    cast: dict[str, Any] = {} if subject is None else _cast(subject, person.force_id)
    if whom := cast.get("subject"):
        cast["actor"] = whom  # "the line manager of the actor" is that of whoever will act under it
    related = subject is None and any(pack.who[post].relation for post in permit.who)  # told once it is known of whom
    today = timezone.localdate(now)
    return related or any(
        person in get_directory().holders(person.force_id, pack, post, cast, today) for post in permit.who
    )


def _cast(subject: str, force: str) -> dict[str, Any]:
    if subject.startswith(ACCOUNT):
        return {"account": find_account(subject, force)}
    return {"subject": find_person(subject, force)}


@dataclass
class _OfExceptions(Act):
    """What both acts share: only holders of the post that the policy names may, and the policy may have rules of it."""

    moment: ClassVar[str] = "register.change"

    force: str
    subject: str

    @property
    def exception(self) -> str:
        """The key of the grant."""
        raise NotImplementedError

    def permit(self) -> Permit:
        """What the policy provides for. Raises ActRefused."""
        found = permits_of(self.force).get(self.exception)
        if found is None:
            raise ActRefused("Your policy provides for no such exception.", "Choose one of the list.")
        return found[1]

    def cast(self) -> dict[str, Any]:
        return _cast(self.subject, self.force)

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        permit, cast = self.permit(), self.cast()
        if actor is None or not may_give(actor, permit.key, self.subject, now):
            pack = permits_of(self.force)[permit.key][0]
            who = either([pack.who[post].title for post in permit.who])
            raise PermissionDenied(f"“{permit.title}” is given and taken back by {who}, and you do not hold that post.")
        account = cast.get("account")
        known = full_facts(account, actor, now=now) if account else get_directory().facts_of(actor, "actor", None, now)
        return {**known, "register.kind": "exceptions", "register.exception": permit.key}

    def cites(self) -> list[str]:
        return [self.permit().clause]

    def about(self) -> dict[str, Any]:
        return {"exception": self.exception}

    def look_again(self, now: datetime) -> None:
        """What the clock owes of an account may be another with the exception."""
        account = self.cast().get("account")
        if account is not None and account.state != Account.State.CLOSED:
            look_again(account, now)


@dataclass
class GiveException(_OfExceptions):
    """Give an exception for an account or a person."""

    name: ClassVar[str] = "exceptions.give"
    label: ClassVar[str] = "Give an exception"

    grant: str
    reason: str
    since: str
    until: str | None = None

    @property
    def exception(self) -> str:
        return self.grant

    def check(self) -> None:
        permit = self.permit()
        if ("account" if self.subject.startswith(ACCOUNT) else "person") not in permit.over:
            wanted = either(list(permit.over))
            raise ActRefused(f"This exception is for one {wanted}.", f"Name the {wanted}, and nothing else.")
        self.cast()
        if not self.reason.strip():
            raise ActRefused("The reason is missing.", "Say why it is given.")
        since, until = read_day(self.since, "The first day"), read_day(self.until, "The last day")
        if since is None:
            raise ActRefused("The first day is missing.", "Give a date.")
        if until is not None and until < since:
            raise ActRefused("It ends before it begins.", "Give a later last day.")
        if permit.longest is not None:
            self._not_too_long(permit.longest, since, until)

    def _not_too_long(self, longest: str, since: date, until: date | None) -> None:
        pack = permits_of(self.force)[self.grant][0]
        last = plus(since, parse_period(longest), pack.vocabulary.holidays)
        if until is None or until > last:
            message = f"The policy lets it be given for {longest} at most."
            raise ActRefused(message, f"Give a last day no later than {day_in_words(last)}.")

    def described(self) -> list[tuple[str, str]]:
        until = day_in_words(date.fromisoformat(self.until)) if self.until else "No end"
        lines = [("Exception", self.permit().title), ("For", str(next(iter(self.cast().values()))))]
        since = day_in_words(date.fromisoformat(self.since))
        return [*lines, ("From", since), ("Until, that day included", until), ("Why", self.reason)]

    def personal(self) -> dict[str, Any]:
        return {"reason": self.reason}

    def apply(self, record: Proposal, now: datetime) -> None:
        named = self.cast().get("subject")
        Grant.objects.create(
            force=self.force,
            kind=self.grant,
            person=named,
            over="" if named else self.subject,
            clause=self.permit().clause,
            reason=self.reason.strip(),
            since=date.fromisoformat(self.since),
            until=read_day(self.until, "The last day"),
            given_by=record.proposer,
        )
        self.look_again(now)


@dataclass
class TakeBackException(_OfExceptions):
    """Take an exception back before its last day."""

    name: ClassVar[str] = "exceptions.take-back"
    label: ClassVar[str] = "Take an exception back"

    given: int

    @property
    def row(self) -> Grant:
        """What was given. Raises ActRefused where it has ended."""
        found = Grant.objects.filter(pk=self.given, force=self.force, ended_at=None).first()
        if found is None:
            raise ActRefused("This exception has ended already.", "Nothing was changed.")
        return found

    @property
    def exception(self) -> str:
        return Grant.objects.get(pk=self.given, force=self.force).kind

    def check(self) -> None:
        if over(self.row) != self.subject:
            raise ActRefused("This exception is for something else.", "Open it from the list of exceptions.")

    def described(self) -> list[tuple[str, str]]:
        return [("Exception", self.permit().title), ("For", str(next(iter(self.cast().values()))))]

    def apply(self, record: Proposal, now: datetime) -> None:
        row = self.row
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        self.look_again(now)


def over(grant: Grant) -> str:
    """What an exception was given for, as "room.model:id"."""
    return grant.over or f"people.person:{grant.person_id}"


def live(force: str, now: datetime) -> list[Grant]:
    """The exceptions in the force that have not ended, the next to end first."""
    found = Grant.objects.filter(force=force, kind__in=permits_of(force), ended_at=None)
    found = found.select_related("person", "given_by").exclude(until__lt=timezone.localdate(now))
    return sorted(found, key=lambda grant: (grant.until or date.max, grant.pk))


def live_for(account: Account, now: datetime) -> list[Grant]:
    """Those of one account."""
    return [grant for grant in live(account.force_id, now) if grant.over == subject_of(account)]
