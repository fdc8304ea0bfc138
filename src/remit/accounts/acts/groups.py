"""Groups on a network that an official account joins, and leaves when what it joined for is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar

from django.utils import timezone

from remit.accounts.acts.changing import OfAccount
from remit.accounts.models import Account, GroupEntered
from remit.accounts.records import full_facts
from remit.acts import states
from remit.acts.act import ActRefused
from remit.acts.models import Proposal
from remit.acts.states import Looked
from remit.people.acts.subjects import read_day
from remit.people.models import Person


@dataclass
class JoinGroup(OfAccount):
    """Join a group with an official account, where the policy allows it."""

    name: ClassVar[str] = "accounts.join-group"
    label: ClassVar[str] = "Join a group with an account"
    moment: ClassVar[str] = "group.join"
    permission: ClassVar[str] = "account.keep"

    group: str = ""
    requirement: str = ""
    risk: str = ""
    exit_plan: str = ""

    def check(self) -> None:
        super().check()
        if not self.group.strip():
            raise ActRefused("The group has no name.", "Say which group it is.")
        if self.account().groups.filter(name__iexact=self.group.strip(), left_on=None).exists():
            raise ActRefused("The account is in that group already.", "Open its page.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        given = {"requirement": self.requirement, "reputational_risk": self.risk, "exit_plan": self.exit_plan}
        said = {f"group.{name}": value.strip() or None for name, value in given.items()}
        if said["group.exit_plan"] is None:
            del said["group.exit_plan"]  # asked for where the policy wants one
        return {**full_facts(self.account(), actor, now=now), **said, "group.name": self.group.strip()}

    def described(self) -> list[tuple[str, str]]:
        lines = [("Account", str(self.account())), ("Group", self.group), ("Operational requirement", self.requirement)]
        lines += [("Risk to reputation", self.risk), ("How it leaves again", self.exit_plan)]
        return [(label, value) for label, value in lines if value]

    def apply(self, record: Proposal, now: datetime) -> None:
        GroupEntered.objects.create(
            account=self.account(),
            name=self.group.strip(),
            joined_on=timezone.localdate(now),
            exit_plan=self.exit_plan.strip() or str(record.answers.get("group.exit_plan", "")),
        )


@dataclass
class GroupDone(OfAccount):
    """Say that what a group was joined for is done, or that the account has left it."""

    name: ClassVar[str] = "accounts.group-done"
    label: ClassVar[str] = "Record the end of a group"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.keep"

    group: int = 0
    completed_on: str | None = None
    left_on: str | None = None

    def _group(self) -> GroupEntered:
        found = GroupEntered.objects.filter(pk=self.group, account=self.account(), left_on=None).first()
        if found is None:
            raise ActRefused("The account is in no such group.", "Reload its page.")
        return found

    def check(self) -> None:
        group = self._group()
        days = [read_day(self.completed_on, "The day it was done"), read_day(self.left_on, "The day it left")]
        if not any(days):
            raise ActRefused("There is no day.", "Give the day on which it was done, or on which the account left.")
        if any(day and not group.joined_on <= day <= timezone.localdate() for day in days):
            raise ActRefused("A day is before it joined, or in the future.", "Give the day on which it happened.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {**full_facts(self.account(), actor, now=now), "register.kind": "groups"}

    def apply(self, record: Proposal, now: datetime) -> None:
        group = self._group()
        group.completed_on = _day(self.completed_on) or group.completed_on
        group.left_on = _day(self.left_on)
        group.save()
        states.look("group.leave", _looked_at(group, now), now)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def watched_groups(now: datetime) -> Iterator[Looked]:
    """Every group that an account is in, as the state moment `group.leave` looks at it at `now` (aware)."""
    found = GroupEntered.objects.filter(left_on=None).exclude(account__state=Account.State.CLOSED)
    for group in found.select_related("account__owner", "account__force").order_by("pk"):
        yield _looked_at(group, now)


def _looked_at(group: GroupEntered, now: datetime) -> Looked:
    account = group.account
    facts = {"group.name": group.name, "group.completed_on": group.completed_on, "group.left_on": group.left_on}
    cast = {"account": account, **({"owner": account.owner} if account.owner else {})}
    return Looked(account.force_id, f"accounts.groupentered:{group.pk}", partial(_facts, account, facts, now), cast)


def _facts(account: Account, facts: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {**full_facts(account, None, now=now), **facts}
