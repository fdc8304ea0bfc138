"""What is changed about an account in use, its review, and its password: each as its force's policy has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from remit.accounts.acts.applications import said_in
from remit.accounts.acts.register import AboutAccount, serving_person
from remit.accounts.acts.setting_up import setup_cast
from remit.accounts.facts import authorisations, subject_of
from remit.accounts.models import Account, Stop
from remit.accounts.records import COMMUNICATIONS, full_facts, note
from remit.accounts.watching import let_go, look_again
from remit.acts.act import ActRefused
from remit.acts.models import Proposal
from remit.people.models import Person
from remit.people.permissions import permits

#: What can be changed here (`change.kind`), in the words of the form. Passwords and users have acts of their own.
CHANGES = {
    "name": "Its name",
    "bio": "Its description",
    "picture": "Its picture",
    "owner": "Its owner",
    "call_to_action": "The address that its button leads to",
    "app_added": "An application is connected",
    "app_removed": "An application is taken off",
    "suspend": "It is suspended",
    "to_personal": "Its holder takes it along as a private one",
    "other": "Something else",
}
#: Of these, those that need a new value, which is kept as what was said.
VALUED = frozenset({"name", "bio", "call_to_action", "app_added", "app_removed", "other"})
REVIEWS = {
    "annual": "The annual review",
    "supervisory": "A supervisor’s look",
    "dormancy": "A review because it is unused",
    "trial": "At the end of its trial",
}
OUTCOMES = {
    "keep": "It goes on as it is",
    "change": "It goes on, with changes",
    "guidance": "It goes on, and its users get guidance",
    "close": "It should close",
}


@dataclass
class OfAccount(AboutAccount):
    """Shared by acts on an account that is in use: everybody who takes part, and everything that is known."""

    def check(self) -> None:
        if not self.account().in_use:
            raise ActRefused("The account is closed, or not set up yet.", "Open its page to see what is next.")

    def cast(self) -> Mapping[str, Any]:
        return setup_cast(self.account())


@dataclass
class AlterAccount(OfAccount):
    """Change something about an account in use."""

    name: ClassVar[str] = "accounts.alter"
    label: ClassVar[str] = "Change something about an account"
    moment: ClassVar[str] = "account.change"
    permission: ClassVar[str] = "account.change"

    change: str = ""
    value: str = ""
    owner: int | None = None

    def check(self) -> None:
        super().check()
        if self.change not in CHANGES:
            raise ActRefused("That is nothing that can be changed here.", "Choose one of the list.")
        if self.change in VALUED and not self.value.strip():
            raise ActRefused("What it is changed to is missing.", "Say what it is to be.")
        if self.change == "name" and len(self.value.strip()) > 120:
            raise ActRefused("The name is longer than 120 characters.", "Give a shorter one.")
        if self.change == "owner":
            if self.owner is None:
                raise ActRefused("The new owner is missing.", "Choose somebody.")
            serving_person(self.owner, self.force)

    def _changed(self, account: Account) -> Account:
        value = self.value.strip()
        if self.change == "name":
            account.name = value
        elif self.change == "bio":
            account.bio = value
        elif self.change == "owner":
            account.owner_id = self.owner
        elif self.change == "call_to_action":
            account.said = {**account.said, "account.call_to_action": value}
        return account

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        was = {f"was.{name}": value for name, value in full_facts(self.account(), None, now=now).items()}
        account = self._changed(self.account())
        owner = account.owner
        facts = {**full_facts(account, actor, now=now), **was, "change.kind": self.change}
        if owner is not None:
            facts["owner.leaving_on"] = owner.leaving_on
        if self.change == "app_removed":
            facts["change.app_added_by_communications"] = _added_by_communications(account, self.value)
        return facts

    def described(self) -> list[tuple[str, str]]:
        lines = [("Account", str(self.account())), ("What is changed", CHANGES[self.change])]
        if self.owner:
            lines.append(("New owner", str(serving_person(self.owner, self.force))))
        return [*lines, *([("To", self.value)] if self.value else [])]

    def about(self) -> dict[str, Any]:
        return {"change": self.change}

    def personal(self) -> dict[str, Any]:
        return {"owner": self.owner, "value": self.value}

    def apply(self, record: Proposal, now: datetime) -> None:
        account, today = self._changed(self.account()), timezone.localdate(now)
        account.said = {**account.said, **{k: v for k, v in said_in(record).items() if k.startswith("account.")}}
        if self.change == "to_personal":
            account.state = Account.State.CLOSED
            authorisations(account, now).update(ended_at=now)
            let_go(account, now)
        account.save()
        if self.change == "suspend" and record.proposer is not None:
            Stop.objects.create(
                force=account.force,
                account=account,
                reason=(self.value.strip() or "The account is suspended")[:200],
                started_at=now,
                started_by=record.proposer,
            )
        words = f"{CHANGES[self.change]}{': ' if self.value else ''}{self.value}"
        note(account, "changed", today, record.proposer, now, words, kind=self.change, value=self.value.strip())
        look_again(account, now)


def _added_by_communications(account: Account, application: str) -> bool:
    """Whether Corporate Communications connected the application; one that nobody recorded counts as theirs."""
    added = account.records.filter(kind="changed", more__kind="app_added").select_related("by")
    named = [each for each in added if each.more.get("value", "").casefold() == application.strip().casefold()]
    by = named[-1].by if named else None
    return by is None or by.teams.filter(key__in=COMMUNICATIONS).exists()


@dataclass
class ReviewAccount(OfAccount):
    """Record a review of an account: its kind, what came of it, and why."""

    name: ClassVar[str] = "accounts.review"
    label: ClassVar[str] = "Review an account"
    moment: ClassVar[str] = "account.review"
    permission: ClassVar[str] = "account.review"

    review: str = ""
    outcome: str = ""
    words: str = ""

    def check(self) -> None:
        super().check()
        if self.review not in REVIEWS or self.outcome not in OUTCOMES:
            raise ActRefused("The kind of review or its outcome is missing.", "Choose one of each.")
        if not self.words.strip():
            raise ActRefused("What was found is missing.", "Say what the review found.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {**full_facts(self.account(), actor, now=now), "review.kind": self.review}

    def described(self) -> list[tuple[str, str]]:
        lines = [("Account", str(self.account())), ("Review", REVIEWS[self.review])]
        return [*lines, ("Outcome", OUTCOMES[self.outcome]), ("What was found", self.words)]

    def about(self) -> dict[str, Any]:
        return {"review": self.review, "outcome": self.outcome}

    def apply(self, record: Proposal, now: datetime) -> None:
        account, today = self.account(), timezone.localdate(now)
        words = f"{OUTCOMES[self.outcome]}. {self.words.strip()}"
        note(account, f"review-{self.review}", today, record.proposer, now, words, outcome=self.outcome)
        look_again(account, now)


@dataclass
class ChangePassword(OfAccount):
    """Change the password of an account. The new one is lodged on a page of its own, and is in no proposal."""

    name: ClassVar[str] = "accounts.change-password"
    label: ClassVar[str] = "Change the password of an account"
    moment: ClassVar[str] = "account.credentials"
    permission: ClassVar[str] = "account.access"

    reason: str = ""
    cause: str = ""
    #: When it was asked for: what was lodged before then is the old password.
    since: str = ""

    def check(self) -> None:
        super().check()
        if not self.reason or not self.cause:
            raise ActRefused("The reason for the change is missing.", "Choose one of the list.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        account = self.account()
        if actor is not None and not looks_after(account, actor, now):
            raise ActRefused("You neither use nor look after this account.", "Ask its owner.")
        lodged = account.records.filter(kind="lodged", at__gte=datetime.fromisoformat(self.since)).last()
        return {
            **full_facts(account, actor, now=now),
            "change.kind": "password",
            "credential.change_reason": self.reason,
            "credential.cause": self.cause,
            "credential.lodged_on": lodged.on if lodged else None,
        }

    def described(self) -> list[tuple[str, str]]:
        return [("Account", str(self.account())), ("Why", self.reason)]

    def about(self) -> dict[str, Any]:
        return {"reason": self.reason}

    def apply(self, record: Proposal, now: datetime) -> None:
        note(self.account(), "password-changed", timezone.localdate(now), record.proposer, now, reason=self.reason)


def looks_after(account: Account, person: Person, now: datetime) -> bool:
    """Whether `person` uses the account, owns it, or looks after accounts."""
    uses = authorisations(account, now).filter(person=person).exists()
    return uses or permits(person, "account.keep", account.force_id, subject_of(account))
