"""An account is closed: decided under the policy, done on its day, and nobody may use it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.utils import timezone

from remit.accounts import watching
from remit.accounts.acts.register import AboutAccount
from remit.accounts.acts.setting_up import setup_cast
from remit.accounts.facts import authorisations, subject_of
from remit.accounts.models import Account
from remit.accounts.records import full_facts, note
from remit.acts import door, outbox
from remit.acts.act import Act, ActRefused
from remit.acts.models import Grant, OutboxJob, Proposal
from remit.people.acts.subjects import read_day
from remit.people.models import Person
from remit.policy.periods import LONDON

JOB = "accounts.close"


@dataclass
class CloseAccount(AboutAccount):
    """Close an account on a day: today, or one to come. It waits for what must be done about the account first."""

    name: ClassVar[str] = "accounts.close"
    label: ClassVar[str] = "Close an account"
    moment: ClassVar[str] = "account.close"
    permission: ClassVar[str] = "account.keep"
    closes: ClassVar[bool] = True

    ground: str = ""
    on: str = ""
    reason: str = ""

    def check(self) -> None:
        account = self.account()
        if account.state == Account.State.CLOSED:
            raise ActRefused("The account is closed already.", "Open its page.")
        if not self.ground or not self.reason.strip():
            raise ActRefused("The ground or the reason is missing.", "Say why the account should close.")
        if read_day(self.on, "The day") is None:
            raise ActRefused("The day on which it closes is missing.", "Give a day.")

    def cast(self) -> Mapping[str, Any]:
        return setup_cast(self.account())

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        return {
            **full_facts(self.account(), actor, now=now),
            "closing.ground": self.ground,
            "closing.takes_effect_on": date.fromisoformat(self.on),
            "closing.automatic": actor is None,
        }

    def described(self) -> list[tuple[str, str]]:
        return [("Account", str(self.account())), ("Reason", self.reason)]

    def about(self) -> dict[str, Any]:
        return {"ground": self.ground, "on": self.on}

    def apply(self, record: Proposal, now: datetime) -> None:
        account, on = self.account(), date.fromisoformat(self.on)
        if on <= timezone.localdate(now):
            close(account, record.proposer, now, self.reason.strip())
            return
        account.said = {**account.said, "closing.takes_effect_on": self.on}
        account.save(update_fields=["said"])
        outbox.queue(JOB, self.force, self.subject, datetime.combine(on, time(), LONDON))


@dataclass
class FinishClosing(AboutAccount):
    """The day has come on which an account closes. Done by Remit itself, as was decided."""

    name: ClassVar[str] = "accounts.finish-closing"
    label: ClassVar[str] = "The day came on which an account closes"
    permission: ClassVar[str] = "account.keep"

    def apply(self, record: Proposal, now: datetime) -> None:
        account = self.account()
        if record.proposer is not None:
            raise ActRefused("An account is closed under the policy.", "Close it on its page.")
        if account.state != Account.State.CLOSED:
            close(account, None, now, "As was decided.")


def close(account: Account, by: Person | None, now: datetime, words: str) -> None:
    """Close the account: nobody may use it, and everything that was granted over it ends. For `apply` alone."""
    account.state = Account.State.CLOSED
    account.save(update_fields=["state"])
    authorisations(account, now).update(ended_at=now)
    Grant.objects.filter(over=subject_of(account), ended_at=None).update(ended_at=now)
    note(account, "closed", timezone.localdate(now), by, now, words)
    watching.let_go(account, now)


def finish(job: OutboxJob, now: datetime) -> datetime | None:
    """The outbox's job on the day: close the account, unless it was closed before."""
    act: Act = FinishClosing(job.force, job.subject)
    try:
        door.propose(act, None, now)
    except ActRefused:
        return now + timedelta(hours=1)
    return None
