"""The stop switch: thrown and lifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from remit.accounts.acts.register import find_account
from remit.accounts.models import Account, Stop
from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.people.models import Person

NEW_STOP = "accounts.stop:new"


@dataclass
class StartStop(Act):
    """Throw the stop switch for the whole force, one area or one account. No later call goes out to a network."""

    name: ClassVar[str] = "accounts.stop"
    label: ClassVar[str] = "Stop publishing"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.stop"

    force: str
    reason: str
    account: int | None = None
    area: str = ""

    @property
    def subject(self) -> str:
        return f"accounts.account:{self.account}" if self.account else NEW_STOP

    def check(self) -> None:
        if not self.reason.strip():
            raise ActRefused("The reason is missing.", "Say why publishing stops, such as “major incident”.")
        if self.account is not None:
            find_account(self.subject, self.force)
        areas = Account.objects.filter(force=self.force, area__iexact=self.area)
        if self.area and not areas.exists():
            raise ActRefused(f'No account is for the area "{self.area}".', "Choose an area of the list.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {"register.kind": "stops"}

    def about(self) -> dict[str, Any]:
        return {"reason": self.reason, "account": self.account, "area": self.area}

    def apply(self, record: Proposal, now: datetime) -> None:
        if record.proposer is None:
            raise ActRefused("A stop is thrown by a person.", "Sign in and throw it.")
        stop = Stop.objects.create(
            force_id=self.force,
            account_id=self.account,
            area="" if self.account else self.area.strip(),
            reason=self.reason.strip(),
            started_at=now,
            started_by=record.proposer,
        )
        record.subject = f"accounts.stop:{stop.pk}"


@dataclass
class LiftStop(Act):
    """Lift a stop. What was held by it is decided again before it goes out."""

    name: ClassVar[str] = "accounts.lift-stop"
    label: ClassVar[str] = "Lift a stop"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.stop"

    force: str
    subject: str

    def stop(self) -> Stop:
        number = self.subject.partition(":")[2]
        found = Stop.objects.filter(pk=number, force=self.force).first() if number.isdigit() else None
        if found is None:
            raise ActRefused("There is no such stop in your force.", "Open it from the list of stops.")
        if found.lifted_at:
            raise ActRefused("That stop has been lifted already.", "Reload the list of stops.")
        return found

    def check(self) -> None:
        self.stop()

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {"register.kind": "stops"}

    def apply(self, record: Proposal, now: datetime) -> None:
        stop = self.stop()
        stop.lifted_at = now
        stop.lifted_by = record.proposer
        stop.save()
