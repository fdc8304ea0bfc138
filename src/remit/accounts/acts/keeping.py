"""What is recorded about an account by those who look after it: that something was done, and its lodged credentials."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone

from remit.accounts.acts.register import AboutAccount
from remit.accounts.facts import subject_of
from remit.accounts.models import Account, Credentials
from remit.accounts.records import KINDS, full_facts, note
from remit.accounts.watching import look_again
from remit.acts.act import ActRefused, Kind
from remit.acts.models import Grant, Proposal
from remit.people.acts.subjects import read_day
from remit.people.models import Person
from remit.platforms.protocol import Refused
from remit.platforms.sealing import seal, unseal

#: Kind of the standing permission to see an account's credentials, given for a day when a request to is allowed.
SEE = "see-credentials"


@dataclass
class _Register(AboutAccount):
    """An act of the register on one account, decided on everything that is known of it."""

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {**full_facts(self.account(), actor, now=now), "register.kind": "accounts"}


@dataclass
class RecordDone(_Register):
    """Say that something was done about an account, and on which day."""

    name: ClassVar[str] = "accounts.record"
    label: ClassVar[str] = "Record what was done about an account"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.keep"

    record: str = ""
    on: str = ""
    words: str = ""
    due: str | None = None
    whom: str = ""
    who: str = ""
    place: str = ""

    def check(self) -> None:
        super().check()
        if self.record not in KINDS:
            raise ActRefused("That is nothing that is recorded about an account.", "Choose one of the list.")
        on = read_day(self.on, "The day")
        if on is None:
            raise ActRefused("The day is missing.", "Give the day on which it was done.")
        if on > timezone.localdate():
            raise ActRefused("The day is in the future.", "Record it when it has been done.")
        asks = KINDS[self.record].asks
        given = {"words": self.words, "due": self.due, "whom": self.whom, "who": self.who, "place": self.place}
        for name in asks:
            if not given[name]:
                raise ActRefused(f"Something is missing: {ASKED[name]}.", "Fill it in.")
        read_day(self.due, "The day by which they are wanted")

    def about(self) -> dict[str, Any]:
        return {"record": self.record, "on": self.on}

    def described(self) -> list[tuple[str, str]]:
        return [(KINDS[self.record].label, self.on), *([("In words", self.words)] if self.words else [])]

    def apply(self, record: Proposal, now: datetime) -> None:
        account = self.account()
        more = {"due": self.due, "whom": self.whom, "who": self.who, "place": self.place}
        more = {name: value for name, value in more.items() if value}
        note(account, self.record, date.fromisoformat(self.on), record.proposer, now, self.words.strip(), **more)
        look_again(account, now)


@dataclass
class EnterRecords(_Register):
    """Enter what was done about an account before the force came to Remit. Done by Remit itself, when it is set up."""

    name: ClassVar[str] = "accounts.enter-records"
    label: ClassVar[str] = "Enter what was done about an account before"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.keep"

    records: list[str] = field(default_factory=list)
    on: str = ""

    def check(self) -> None:
        super().check()
        if read_day(self.on, "The day") is None:
            raise ActRefused("The day is missing.", "Give the day on which it was done.")

    def about(self) -> dict[str, Any]:
        return {"records": self.records, "on": self.on}

    def apply(self, record: Proposal, now: datetime) -> None:
        if record.proposer is not None:
            raise ActRefused("What is done is recorded as it is done.", "Record it on the account's page.")
        account = self.account()
        for kind in self.records:
            note(account, kind, date.fromisoformat(self.on), None, now)


#: What a form of `RecordDone` asks besides the day.
ASKED = {
    "words": "what was said or decided",
    "due": "the day by which they are wanted",
    "whom": "who was consulted",
    "who": "who exported them",
    "place": "where the export is kept",
}


@dataclass
class LodgeCredentials(_Register):
    """Lodge the sign-in of an account: sealed in Remit, or in the force's own vault. The secret is in no proposal."""

    name: ClassVar[str] = "accounts.lodge-credentials"
    label: ClassVar[str] = "Lodge the credentials of an account"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.keep"

    place: str = ""
    username: str = ""
    password: str = ""

    @property
    def data(self) -> dict[str, Any]:
        return {"place": self.place}

    def check(self) -> None:
        account = self.account()
        if account.state == Account.State.CLOSED:
            raise ActRefused("The account is closed.", "There is nothing to lodge.")
        if not self.place.strip() and not (self.username and self.password):
            raise ActRefused("There is nothing to lodge.", "Give the username and password, or where they are kept.")

    def about(self) -> dict[str, Any]:
        return {"kept": "in Remit, sealed" if self.password else "in the force's own vault"}

    def apply(self, record: Proposal, now: datetime) -> None:
        account = self.account()
        if self.password:
            secret = {"username": self.username, "password": self.password}
            try:
                sealed = seal(secret, _belongs_to(account), settings.CONNECTION_KEYS)
            except Refused as refused:
                raise ActRefused(refused.words, refused.remedy) from None
            Credentials.objects.update_or_create(
                account=account, defaults={"sealed": sealed, "lodged_at": now, "lodged_by": record.proposer}
            )
        elif not self.place:
            raise ActRefused("The password was not kept while this waited.", "Lodge it once more.")
        note(account, "lodged", timezone.localdate(now), record.proposer, now, place=self.place.strip())
        look_again(account, now)


def _belongs_to(account: Account) -> str:
    return f"credentials of {subject_of(account)}"


@dataclass
class SeeCredentials(AboutAccount):
    """See the lodged sign-in of an account: recorded before it is shown, to whoever was allowed to today."""

    name: ClassVar[str] = "accounts.see-credentials"
    label: ClassVar[str] = "See the credentials of an account"
    kind: ClassVar[Kind] = Kind.READ
    permission: ClassVar[str] = "account.access"

    def apply(self, record: Proposal, now: datetime) -> None:
        if record.proposer is None or not may_see(self.account(), record.proposer, now):
            raise ActRefused("You have not been allowed to see them today.", "Ask for access on the account's page.")

    def secret(self) -> dict[str, str]:
        """The username and password. For the page that has just recorded that they are shown. Raises ActRefused."""
        kept = Credentials.objects.filter(account=self.account()).first()
        if kept is None:
            raise ActRefused("Remit keeps no credentials of this account.", "They are kept where its page says.")
        try:
            return unseal(bytes(kept.sealed), _belongs_to(kept.account), settings.CONNECTION_KEYS)
        except Refused as refused:
            raise ActRefused(refused.words, refused.remedy) from None


def may_see(account: Account, person: Person, now: datetime) -> bool:
    """Whether `person` was allowed to see the credentials of `account` today."""
    live = Grant.objects.filter(kind=SEE, person=person, over=subject_of(account), ended_at=None)
    return live.filter(until__gte=timezone.localdate(now)).exists()
