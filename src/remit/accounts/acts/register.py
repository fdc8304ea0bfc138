"""Entries in the register of accounts: made, changed, and the state an account is in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from remit.accounts.facts import account_facts, subject_of
from remit.accounts.models import Account
from remit.accounts.records import full_facts
from remit.accounts.watching import look_again
from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.acts.packs import library
from remit.people.acts.subjects import find_person, read_day
from remit.people.models import Person, Team
from remit.platforms import registry
from remit.sql import number_of

NEW_ACCOUNT = "accounts.account:new"
#: States that an entry can be given. Closing is an act of its own, with notice and an export of the account.
STATES = (Account.State.TRIAL, Account.State.LIVE, Account.State.DORMANT)
HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def account_kinds() -> dict[str, str]:
    """The kinds of account that the vocabulary knows, with their words."""
    return dict(library().vocabulary.facts["account.kind"].values)


def find_account(subject: str, force: str) -> Account:
    """The account that a subject names, within `force`. Raises ActRefused."""
    query = "SELECT * FROM accounts_account WHERE id = %s AND force_id = %s"
    for account in Account.objects.raw(query, [number_of(subject), force]):  # by hand, as in `remit.sql`
        return account
    raise ActRefused("There is no such account on your force's register.", "Look it up in the list of accounts.")


def serving_person(number: int, force: str) -> Person:
    person = find_person(f"people.person:{number}", force)
    if not person.is_active:
        raise ActRefused(f"{person} is no longer on your force's register of people.", "Choose somebody of the list.")
    return person


@dataclass
class AccountEntry:
    """What the register says of an account, as JSON: key of the team, id of the owner."""

    name: str
    kind: str
    purpose: str = ""
    area: str = ""
    team: str = ""
    owner: int | None = None
    monitored_by_contact: bool = False

    def check(self, force: str) -> None:
        """Raise ActRefused for what cannot stand in the register."""
        if not self.name.strip():
            raise ActRefused("The account has no name.", "Give the name that the public sees.")
        if self.kind not in account_kinds():
            raise ActRefused(f'"{self.kind}" is no kind of account.', "Choose one of the list.")
        if self.team and not Team.objects.filter(force=force, key=self.team).exists():
            raise ActRefused(f'The force has no team "{self.team}".', "Choose a team of the list.")
        if self.owner is not None:
            serving_person(self.owner, force)

    def write_to(self, account: Account) -> None:
        """Put it onto `account`, which the caller saves."""
        account.name = self.name.strip()
        account.kind = self.kind
        account.purpose = self.purpose.strip()
        account.area = self.area.strip()
        account.team = Team.objects.filter(force=account.force_id, key=self.team).first() if self.team else None
        account.owner_id = self.owner
        account.monitored_by_contact = self.monitored_by_contact


@dataclass
class RegisterAccount(Act):
    """Put an official account that is there already on the register. Nobody may use it until somebody is authorised."""

    name: ClassVar[str] = "accounts.register"
    label: ClassVar[str] = "Register an account"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.register"

    force: str
    platform: str
    network: str
    handle: str
    entry: dict[str, Any]
    created_on: str
    last_used_on: str | None = None
    state: str = Account.State.LIVE.value

    @property
    def subject(self) -> str:
        return NEW_ACCOUNT

    def _account(self) -> Account:
        account = Account(
            force_id=self.force,
            platform=self.platform,
            network=self.network,
            handle=self.handle,
            created_on=date.fromisoformat(self.created_on),
            last_used_on=read_day(self.last_used_on, "The day it was last used"),
            state=self.state,
        )
        AccountEntry(**self.entry).write_to(account)
        return account

    def check(self) -> None:
        if not HANDLE.fullmatch(self.handle):
            raise ActRefused("That handle cannot be used.", "Give it without @: letters, digits, dots, - and _ only.")
        if self.platform not in registry.names():
            raise ActRefused(f'There is no network "{self.platform}".', f"Use one of: {', '.join(registry.names())}.")
        try:
            registry.find(self.platform).limits(self.network)
        except KeyError:
            words = f'"{self.network}" is no network that it can stand for.'
            raise ActRefused(words, "Choose one of the list.") from None
        if Account.objects.filter(platform=self.platform, handle__iexact=self.handle).exists():
            raise ActRefused(f"@{self.handle} is on a register already.", "Look for it in the list of accounts.")
        if self.state not in STATES:
            raise ActRefused("That is no state that an account can be registered in.", "Choose one of the list.")
        if not read_day(self.created_on, "The day it was opened"):
            raise ActRefused("The day it was opened is missing.", "Give a date.")
        AccountEntry(**self.entry).check(self.force)

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {**account_facts(self._account(), None, now=now), "register.kind": "accounts"}

    def about(self) -> dict[str, Any]:
        return {"platform": self.platform, "network": self.network, "handle": self.handle}

    def apply(self, record: Proposal, now: datetime) -> None:
        account = self._account()
        account.save()
        record.subject = subject_of(account)


@dataclass
class AboutAccount(Act):
    """Shared by the acts on one account of the register."""

    force: str
    subject: str

    def account(self) -> Account:
        return find_account(self.subject, self.force)

    def check(self) -> None:
        self.account()

    def cast(self) -> Mapping[str, Any]:
        account = self.account()
        return {"account": account, **({"owner": account.owner} if account.owner else {})}


@dataclass
class ChangeAccount(AboutAccount):
    """Correct an account's entry in the register."""

    name: ClassVar[str] = "accounts.change"
    label: ClassVar[str] = "Change an account's entry in the register"
    moment: ClassVar[str] = "account.change"
    permission: ClassVar[str] = "account.change"
    staffs: ClassVar[bool] = True

    entry: dict[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        super().check()
        AccountEntry(**self.entry).check(self.force)

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        account = self.account()
        was = full_facts(account, None, now=now)
        before = (account.name, account.owner_id)
        AccountEntry(**self.entry).write_to(account)
        after = (account.name, account.owner_id)
        kind = "name" if before[0] != after[0] else "owner" if before[1] != after[1] else "other"
        return {
            **full_facts(account, actor, now=now),
            **{f"was.{name}": value for name, value in was.items()},
            "change.kind": kind,
        }

    def apply(self, record: Proposal, now: datetime) -> None:
        account = self.account()
        AccountEntry(**self.entry).write_to(account)
        account.save()
        look_again(account, now)


@dataclass
class SetState(AboutAccount):
    """Say that an account is on trial, live or dormant."""

    name: ClassVar[str] = "accounts.set-state"
    label: ClassVar[str] = "Change an account's state"
    moment: ClassVar[str] = "account.change"
    permission: ClassVar[str] = "account.change"

    state: str = ""

    def check(self) -> None:
        if not self.account().in_use:
            raise ActRefused("The account is closed, or not set up yet.", "Open its page to see what is next.")
        if self.state not in STATES:
            raise ActRefused("That is no state that an account can be given.", "Choose one of the list.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        account = self.account()
        was = {f"was.{name}": value for name, value in full_facts(account, None, now=now).items()}
        account.state = self.state
        return {**full_facts(account, actor, now=now), **was, "change.kind": "other"}

    def about(self) -> dict[str, Any]:
        return {"state": self.state}

    def apply(self, record: Proposal, now: datetime) -> None:
        account = self.account()
        account.state = self.state
        account.save()
        look_again(account, now)
