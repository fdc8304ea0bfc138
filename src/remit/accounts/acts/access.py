"""Looking into an account, allowed for a day at a time; and the exceptions that a policy allows for one account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from remit.accounts.acts.changing import OfAccount, looks_after
from remit.accounts.acts.keeping import SEE
from remit.accounts.records import full_facts
from remit.acts.act import ActRefused
from remit.acts.models import Grant, Proposal
from remit.people.models import Person

#: What somebody may ask to do (`access.kind`), in the words of the form.
KINDS = {
    "credentials": "See its credentials",
    "native": "Use the network’s own app or site",
    "read_direct_messages": "Read its direct messages",
    "review": "Look it over for a review",
    "administer": "Run the page",
    "friend_request": "Ask somebody to be a friend",
    "other_use": "Use the account that runs the page for something else",
}
PURPOSES = {
    "posting": "Posting and answering",
    "audit": "An audit",
    "complaint": "A complaint",
    "performance": "Managing performance",
    "discipline": "A disciplinary matter",
    "other": "Something else",
}


@dataclass
class AccessAccount(OfAccount):
    """Ask to look into an account or to use it directly. What is allowed holds for the day."""

    name: ClassVar[str] = "accounts.access"
    label: ClassVar[str] = "Look into an account"
    moment: ClassVar[str] = "account.access"
    permission: ClassVar[str] = "account.access"

    access: str = ""
    purpose: str = ""
    case: str = ""
    reason: str = ""

    def check(self) -> None:
        super().check()
        if self.access not in KINDS or self.purpose not in PURPOSES:
            raise ActRefused("What you want, or what it is for, is missing.", "Choose one of each list.")
        if not self.reason.strip():
            raise ActRefused("The reason is missing.", "Say why you need it.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        account = self.account()
        if self.access in ("credentials", "native") and (actor is None or not looks_after(account, actor, now)):
            raise ActRefused("You neither use nor look after this account.", "Ask its owner.")
        return {
            **full_facts(account, actor, now=now),
            "access.kind": self.access,
            "access.purpose": self.purpose,
            "access.case_reference": self.case.strip() or None,
            "credential.reason": self.reason.strip(),
            "user.reason": self.reason.strip(),
        }

    def described(self) -> list[tuple[str, str]]:
        lines = [("Account", str(self.account())), ("What is wanted", KINDS[self.access])]
        lines += [("What for", PURPOSES[self.purpose]), ("Audit or complaint", self.case), ("Why", self.reason)]
        return [(label, value) for label, value in lines if value]

    def about(self) -> dict[str, Any]:
        return {"access": self.access, "purpose": self.purpose}

    def personal(self) -> dict[str, Any]:
        return {"case": self.case, "reason": self.reason}

    def apply(self, record: Proposal, now: datetime) -> None:
        if record.proposer is None:
            raise ActRefused("Only a person looks into an account.", "Sign in.")
        today = timezone.localdate(now)
        kind = {"credentials": SEE, "native": "native-access"}.get(self.access, f"access-{self.access}"[:50])
        Grant.objects.create(
            force=self.force,
            kind=kind.replace("_", "-"),
            person=record.proposer,
            over=self.subject,
            reason=self.reason.strip(),
            since=today,
            until=today,
        )
