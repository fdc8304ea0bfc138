"""Passwords: set by a system administrator, or by a person for themself. Never kept in a proposal or the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.people.acts.subjects import find_person


@dataclass
class SetPassword(Act):
    """Give somebody a password to sign in with; whoever was signed in with the old one no longer is.

    No policy speaks of it, so it is done at once and never waits.
    """

    name: ClassVar[str] = "people.set-password"
    label: ClassVar[str] = "Set a password"
    permission: ClassVar[str] = "password.set"

    force: str
    subject: str
    password: str = field(default="", repr=False)

    @property
    def data(self) -> dict[str, Any]:
        return {}

    def check(self) -> None:
        person = find_person(self.subject, self.force)
        try:
            validate_password(self.password, person)
        except ValidationError as fault:
            raise ActRefused(
                " ".join(fault.messages), "Choose another: a few words in a row are easy to keep."
            ) from None

    def apply(self, record: Proposal, now: datetime) -> None:
        person = find_person(self.subject, self.force)
        person.set_password(self.password)
        person.save(update_fields=["password"])
