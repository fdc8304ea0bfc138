"""An account that was granted is set up, tried out where the policy has a trial, and the trial is assessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils import timezone

from remit.accounts.acts.applications import said_in
from remit.accounts.acts.register import HANDLE, AboutAccount
from remit.accounts.models import Account
from remit.accounts.records import COMMUNICATIONS, application_of, full_facts, note, others
from remit.accounts.watching import look_again
from remit.acts.act import ActRefused
from remit.acts.models import Proposal
from remit.people.acts.subjects import read_day
from remit.people.models import Device, Person
from remit.platforms import registry

#: Where the objectives of an account's trial are kept in `Account.said`.
OBJECTIVES = "trial.objectives"
#: What becomes of an objective, and of a trial.
RESULTS = {"met": "Met", "partly_met": "Partly met", "not_met": "Not met"}
OUTCOMES = {
    "successful": "Successful: the account may go live",
    "extended": "Extended: it goes on until another day",
    "unsuccessful": "Not successful: the account is to be closed",
}
_FORCE_ADDRESS = (".police.uk", ".pnn.police.uk")


def setup_cast(account: Account) -> dict[str, Any]:
    """Who takes part in what is done about an account, with its application where it has one."""
    application = application_of(account)
    cast: dict[str, Any] = {"account": account}
    if account.owner:
        cast["owner"] = account.owner
    if application:
        cast |= {"application": application, "applicant": application.applicant}
        if application.decision_maker:
            cast["decision_maker"] = application.decision_maker
    return cast


@dataclass
class _OfLife(AboutAccount):
    def cast(self) -> dict[str, Any]:
        return setup_cast(self.account())


@dataclass
class SetUpAccount(_OfLife):
    """Say that an account is set up: what stands on it and what it is tied to. Then it is on trial or live."""

    name: ClassVar[str] = "accounts.set-up"
    label: ClassVar[str] = "Set an account up"
    moment: ClassVar[str] = "account.setup"
    permission: ClassVar[str] = "account.change"

    opened_on: str = ""
    state: str = Account.State.LIVE.value
    platform: str = "practice"
    handle: str = ""
    bio: str = ""
    button: str = ""
    emails: list[str] = field(default_factory=list)
    #: Numbers of devices of the force's register; an own number of somebody stands as "personal".
    phones: list[str] = field(default_factory=list)
    trial_ends_on: str | None = None

    def check(self) -> None:
        account = self.account()
        if account.state != Account.State.SETTING_UP:
            raise ActRefused("The account has been set up already.", "Open its page.")
        opened = read_day(self.opened_on, "The day it was opened")
        if opened is None or opened > timezone.localdate():
            raise ActRefused("The day it was opened is missing, or in the future.", "Give the day.")
        if self.state not in (Account.State.TRIAL, Account.State.LIVE):
            raise ActRefused("That is no state to begin in.", "Choose a trial, or live.")
        if not HANDLE.fullmatch(self.handle):
            raise ActRefused("That handle cannot be used.", "Give it without @: letters, digits, dots, - and _ only.")
        if self.platform not in registry.names():
            raise ActRefused(f'There is no network "{self.platform}".', f"Use one of: {', '.join(registry.names())}.")
        taken = Account.objects.filter(platform=self.platform, handle__iexact=self.handle).exclude(pk=account.pk)
        if taken.exists():
            raise ActRefused(f"@{self.handle} is on a register already.", "Give the handle that it has.")
        ends = read_day(self.trial_ends_on, "The day on which the trial ends")
        if self.state == Account.State.TRIAL and (ends is None or ends <= opened):
            raise ActRefused("The trial has no end after its beginning.", "Give the day on which it ends.")

    def _linked(self) -> dict[str, list[dict[str, bool]]]:
        """What the account is tied to: the force issues addresses of its own domain, and what its register holds."""
        issued = set(
            Device.objects.filter(force=self.force, owner=Device.Owner.FORCE, ended_on=None).values_list(
                "pk", flat=True
            )
        )
        return {
            "account.linked_emails": [
                {"issued_by_force": each.casefold().endswith(_FORCE_ADDRESS)} for each in self.emails
            ],
            "account.linked_phones": [
                {"issued_by_force": each.isdigit() and int(each) in issued} for each in self.phones
            ],
        }

    def _written(self, account: Account) -> Account:
        account.state = self.state
        account.created_on = date.fromisoformat(self.opened_on)
        account.bio = self.bio.strip()
        account.platform, account.handle = self.platform, self.handle
        return account

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        account = self._written(self.account())
        facts = {**full_facts(account, actor, now=now), **self._linked()}
        facts["account.set_up_by"] = _set_up_by(account, actor)
        facts["account.others"] = others(self.force, account=account)
        if self.button:
            facts["account.call_to_action"] = self.button
        if self.state == Account.State.TRIAL:
            facts["trial.ends_on"] = read_day(self.trial_ends_on, "The end of the trial")
            facts["trial.started_on"] = account.created_on
        return facts

    def described(self) -> list[tuple[str, str]]:
        account = self.account()
        lines = [
            ("Account", str(account)),
            ("It begins", Account.State(self.state).label),
            ("Description", self.bio),
            ("Address of its button", self.button),
            ("Linked e-mail addresses", ", ".join(self.emails)),
        ]
        return [(label, value) for label, value in lines if value]

    def about(self) -> dict[str, Any]:
        return {"state": self.state, "handle": self.handle}

    def personal(self) -> dict[str, Any]:
        return {"emails": self.emails, "phones": self.phones}

    def apply(self, record: Proposal, now: datetime) -> None:
        account = self._written(self.account())
        button = {"account.call_to_action": self.button} if self.button else {}
        account.said = {**account.said, **said_in(record), **self._linked(), **button}
        account.save()
        note(account, "set-up", account.created_on, record.proposer, now, by=_set_up_by(account, record.proposer))
        if account.state == Account.State.TRIAL:
            note(account, "trial-started", account.created_on, record.proposer, now, ends_on=self.trial_ends_on)
        look_again(account, now)


def _set_up_by(account: Account, actor: Person | None) -> str:
    """Who sets it up, as `account.set_up_by` has it: from the teams of whoever does, and the application."""
    if actor is None or not actor.teams.filter(key__in=COMMUNICATIONS).exists():
        return "somebody_else"
    return "adopted" if account.said.get("application.exists_already") else "corporate_communications"


@dataclass
class AddObjective(_OfLife):
    """Set one objective for the trial of an account."""

    name: ClassVar[str] = "accounts.add-objective"
    label: ClassVar[str] = "Set an objective for the trial of an account"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.keep"

    objective: str = ""
    measure: str = ""
    target: str = ""
    due_on: str = ""
    priority: str = ""
    achievable: bool = False

    def check(self) -> None:
        if self.account().state not in (Account.State.SETTING_UP, Account.State.TRIAL):
            raise ActRefused("The account is not before or on trial.", "Objectives are set for a trial.")
        if not self.objective.strip():
            raise ActRefused("The objective is missing.", "Say what the trial is to show.")
        read_day(self.due_on, "The day by which it is to be met")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {**full_facts(self.account(), actor, now=now), "register.kind": "accounts"}

    def apply(self, record: Proposal, now: datetime) -> None:
        account = self.account()
        row = {"name": self.objective.strip(), "achievable": self.achievable, "result": "none_yet"}
        given = {"measure": self.measure.strip(), "target": self.target.strip(), "due_on": self.due_on}
        given["priority"] = self.priority.strip()
        row |= {name: value or None for name, value in given.items()}
        account.said = {**account.said, OBJECTIVES: [*account.said.get(OBJECTIVES, []), row]}
        account.save(update_fields=["said"])


@dataclass
class AssessTrial(_OfLife):
    """Say how the trial of an account came out: a person's judgement, objective by objective."""

    name: ClassVar[str] = "accounts.assess-trial"
    label: ClassVar[str] = "Assess the trial of an account"
    moment: ClassVar[str] = "account.trial"
    permission: ClassVar[str] = "account.review"

    result: str = ""
    reason: str = ""
    #: The result of each objective, in their order.
    results: list[str] = field(default_factory=list)
    ends_on: str | None = None

    def check(self) -> None:
        account = self.account()
        if account.state != Account.State.TRIAL:
            raise ActRefused("The account is not on trial.", "Open its page.")
        if self.result not in OUTCOMES:
            raise ActRefused("The result is missing.", "Say how the trial came out.")
        if not self.reason.strip():
            raise ActRefused("The reason is missing.", "Say why it came out so.")
        ends = read_day(self.ends_on, "The new end")
        if self.result == "extended" and (ends is None or ends <= timezone.localdate()):
            raise ActRefused("The new end of the trial is missing.", "Give a day to come.")

    def _objectives(self) -> list[dict[str, Any]]:
        rows = self.account().said.get(OBJECTIVES, [])
        results = [*self.results, *["none_yet"] * len(rows)]
        return [{**row, "result": result or "none_yet"} for row, result in zip(rows, results, strict=False)]

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        if actor is None:
            raise ActRefused("Only a person assesses a trial.", "Somebody who may review accounts has to do it.")
        account = self.account()
        account.said = {**account.said, OBJECTIVES: self._objectives()}
        facts = full_facts(account, actor, now=now)
        facts["trial.result"] = self.result
        facts["trial.objectives_met"] = all(row["result"] == "met" for row in self._objectives())
        if self.result == "extended":
            facts["trial.ends_on"] = read_day(self.ends_on, "The new end")
        if facts.get("trial.started_on") is None:
            facts["trial.started_on"] = account.created_on
        return facts

    def described(self) -> list[tuple[str, str]]:
        lines = [("Account", str(self.account())), ("Result", OUTCOMES[self.result]), ("Reason", self.reason)]
        return lines + [(row["name"], RESULTS.get(row["result"], "Not assessed")) for row in self._objectives()]

    def about(self) -> dict[str, Any]:
        return {"result": self.result, "ends_on": self.ends_on}

    def apply(self, record: Proposal, now: datetime) -> None:
        account = self.account()
        account.said = {**account.said, **said_in(record), OBJECTIVES: self._objectives()}
        account.save(update_fields=["said"])
        more = {"ends_on": self.ends_on} if self.result == "extended" else {}
        today = timezone.localdate(now)
        note(account, f"trial-{self.result}", today, record.proposer, now, self.reason.strip(), **more)
        look_again(account, now)
