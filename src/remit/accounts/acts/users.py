"""Who may use an account: authorised, entered as authorised before, ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils import timezone

from remit.accounts.acts.register import AboutAccount, serving_person
from remit.accounts.facts import account_facts, authorisations, may_use, subject_of
from remit.accounts.models import Account, StandardsCheck
from remit.accounts.uses import earlier_posts
from remit.acts.act import Act, ActRefused
from remit.acts.models import Grant, Proposal
from remit.people.acts.subjects import read_day
from remit.people.facts import person_facts
from remit.people.models import Person


@dataclass
class AuthoriseUser(AboutAccount):
    """Let somebody use an account from today. Nobody authorises themself."""

    name: ClassVar[str] = "accounts.authorise"
    label: ClassVar[str] = "Authorise somebody to use an account"
    moment: ClassVar[str] = "user.authorise"
    permission: ClassVar[str] = "account.authorise"

    person: int = 0
    reason: str = ""
    until: str | None = None
    #: Since when they have used it without being authorised; the authorisation is never back-dated.
    using_since: str | None = None

    def check(self) -> None:
        account = self.account()
        read_day(self.using_since, "The day since which it has been used")
        if account.state == Account.State.CLOSED:
            raise ActRefused("The account is closed.", "Nobody can be authorised to use it.")
        person = serving_person(self.person, self.force)
        if may_use(account, person, timezone.now()):
            raise ActRefused(f"{person} is authorised already.", "End that authorisation first to change its dates.")
        until = read_day(self.until, "The last day")
        if until and until < timezone.localdate():
            raise ActRefused("The last day is in the past.", "Give a later one, or none.")

    def cast(self) -> Mapping[str, Any]:
        person = serving_person(self.person, self.force)
        return {**super().cast(), "applicant": person, "subject": person}

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        """The actor of this moment is the person who is to use the account, as the vocabulary has it."""
        if actor is not None and actor.pk == self.person:
            raise ActRefused("Nobody may authorise themself.", "Ask another person who may authorise users.")
        account, person = self.account(), serving_person(self.person, self.force)
        before = Grant.objects.filter(kind="authorisation", person=person, over=subject_of(account))
        role_needs = person.role_needs_social_media
        return {
            **account_facts(account, person, now=now),
            **person_facts(person, "applicant", account, now=now),
            **({} if role_needs is None else {"application.role_needs_account": role_needs}),
            "user.authorised_before": before.exists(),
            "user.reason": self.reason or None,
            "user.using_since": read_day(self.using_since, "The day since which it has been used"),
            "user.standards_check": standards_check(person),
            "user.earlier_posts": earlier_posts(account, person),
        }

    def described(self) -> list[tuple[str, str]]:
        person = serving_person(self.person, self.force)
        return [("Who", str(person)), ("Account", str(self.account())), ("Why", self.reason)]

    def personal(self) -> dict[str, Any]:
        return {"person": self.person}

    def apply(self, record: Proposal, now: datetime) -> None:
        Grant.objects.create(
            force=self.force,
            kind="authorisation",
            person_id=self.person,
            over=self.subject,
            reason=self.reason,
            since=timezone.localdate(now),
            until=read_day(self.until, "The last day"),
            given_by=record.proposer,
        )


def standards_check(person: Person) -> str | None:
    """The result of the latest check of somebody's professional standards record; None where there was none."""
    latest = StandardsCheck.objects.filter(person=person).last()
    return latest.result if latest else None


@dataclass
class RecordStandardsCheck(Act):
    """Record that somebody's professional standards record was checked. Only the result, the day and who are kept."""

    name: ClassVar[str] = "accounts.record-standards-check"
    label: ClassVar[str] = "Record a check of a professional standards record"
    permission: ClassVar[str] = "standards.check"

    force: str
    subject: str
    result: str = ""

    def _person(self) -> Person:
        number = self.subject.partition(":")[2]
        return serving_person(int(number) if number.isdigit() else 0, self.force)

    def check(self) -> None:
        self._person()
        if self.result not in StandardsCheck.Result.values:
            raise ActRefused("The result is missing.", "Choose one of the list.")

    def personal(self) -> dict[str, Any]:
        return {"result": self.result}

    def apply(self, record: Proposal, now: datetime) -> None:
        person = self._person()
        if record.proposer is None or record.proposer == person:
            raise ActRefused("Nobody checks their own record.", "Somebody else of professional standards does.")
        StandardsCheck.objects.create(person=person, result=self.result, on=timezone.localdate(now), by=record.proposer)


@dataclass
class EnterAuthorisation(AboutAccount):
    """Enter that somebody was authorised before the force came to Remit. Done by Remit itself, when it is set up."""

    name: ClassVar[str] = "accounts.enter-authorisation"
    label: ClassVar[str] = "Enter an authorisation given before"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.authorise"

    person: int = 0
    since: str = ""
    reason: str = ""

    def check(self) -> None:
        account, person = self.account(), serving_person(self.person, self.force)
        if may_use(account, person, timezone.now()):
            raise ActRefused(f"{person} is authorised already.", "There is nothing to enter.")
        if not read_day(self.since, "The first day"):
            raise ActRefused("The first day is missing.", "Give the day of the authorisation.")

    def cast(self) -> Mapping[str, Any]:
        return {**super().cast(), "subject": serving_person(self.person, self.force)}

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {**account_facts(self.account(), actor, now=now), "register.kind": "authorisations"}

    def personal(self) -> dict[str, Any]:
        return {"person": self.person, "since": self.since}

    def apply(self, record: Proposal, now: datetime) -> None:
        if record.proposer is not None:
            raise ActRefused("An authorisation is given under the policy.", "Authorise them on the account's page.")
        Grant.objects.create(
            force=self.force,
            kind="authorisation",
            person_id=self.person,
            over=self.subject,
            reason=self.reason,
            since=date.fromisoformat(self.since),
        )


@dataclass
class EndAuthorisation(AboutAccount):
    """Somebody may no longer use an account, at once."""

    name: ClassVar[str] = "accounts.end-authorisation"
    label: ClassVar[str] = "End somebody's authorisation to use an account"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.authorise"

    grant: int = 0

    def _grant(self, now: datetime) -> Grant:
        grant = authorisations(self.account(), now).filter(pk=self.grant).first()
        if grant is None:
            raise ActRefused("That authorisation has ended already.", "Reload the page.")
        return grant

    def check(self) -> None:
        self._grant(timezone.now())

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {**account_facts(self.account(), actor, now=now), "register.kind": "authorisations"}

    def personal(self) -> dict[str, Any]:
        return {"person": Grant.objects.get(pk=self.grant).person_id}

    def apply(self, record: Proposal, now: datetime) -> None:
        grant = self._grant(now)
        grant.ended_at = now
        grant.save()
