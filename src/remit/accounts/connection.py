"""What connects an account to its network and disconnects it. The secret passes through and is in no proposal."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction

from remit.accounts.acts import find_account
from remit.accounts.facts import account_facts
from remit.accounts.models import Account
from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.ledger import actions
from remit.people.models import Person
from remit.platforms import connections, registry
from remit.platforms.models import Connection
from remit.platforms.protocol import Connected, Later, Profile, Refused

log = logging.getLogger(__name__)

LOST = "accounts.connection-lost"
actions.register(LOST, "The network no longer accepts the connection of an account")


def connection_of(account: Account) -> Connection | None:
    """The connection of `account` to its network; None where it has none."""
    return connections.find(account.platform, account.handle)


def profile_of(account: Account) -> Profile:
    """`account` as its network is told of it."""
    return Profile(account.handle, account.network, account.name)


def end(account: Account, connected: Connected) -> None:
    """End a sign-in at the network that is not kept here. A network that does not answer ends it by itself in time."""
    try:
        registry.find(account.platform).disconnect(profile_of(account), connected)
    except (Refused, Later) as fault:
        log.warning("account %s: a session was not ended at the network: %s", account.pk, fault)


@dataclass
class ConnectAccount(Act):
    """Let Remit publish from an account, with a sign-in that was just made (`Platform.connect`)."""

    name: ClassVar[str] = "accounts.connect"
    label: ClassVar[str] = "Connect an account to its network"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.connect"

    force: str
    subject: str
    connected: Connected | None = None
    #: Whether it was done, so that a sign-in that is not kept can be ended.
    kept: bool = field(default=False, init=False)

    @property
    def data(self) -> dict[str, Any]:
        return {}

    def check(self) -> None:
        account = find_account(self.subject, self.force)
        if account.state == Account.State.CLOSED:
            raise ActRefused("The account is closed.", "Register it again if it is opened again.")
        before = connection_of(account)
        if before and self.connected and before.remote_id != self.connected.remote_id:
            raise ActRefused(
                f"@{account.handle} now belongs to another account than the one that was connected.",
                "Find out who has the old one. Disconnect it first if the change is right.",
            )

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        account = find_account(self.subject, self.force)
        return {**account_facts(account, actor, now=now), "register.kind": "connections"}

    def about(self) -> dict[str, Any]:
        return {"service": self.connected.service, "remote_id": self.connected.remote_id} if self.connected else {}

    def apply(self, record: Proposal, now: datetime) -> None:
        account, connected = find_account(self.subject, self.force), self.connected
        if connected is None:
            raise ActRefused("The sign-in was not kept while this waited.", "Connect the account once more.")
        before = connections.forget(account.platform, account.handle)
        try:
            connections.keep(account.platform, account.handle, connected, now)
        except Refused as refused:
            raise ActRefused(refused.words, refused.remedy) from None
        self.kept = True
        if before is not None:
            transaction.on_commit(lambda: end(account, before))


@dataclass
class DisconnectAccount(Act):
    """Forget an account's sign-in and end it at the network. Nothing is published from the account any more."""

    name: ClassVar[str] = "accounts.disconnect"
    label: ClassVar[str] = "Disconnect an account from its network"
    moment: ClassVar[str] = "register.change"
    permission: ClassVar[str] = "account.connect"

    force: str
    subject: str

    def check(self) -> None:
        if connection_of(find_account(self.subject, self.force)) is None:
            raise ActRefused("The account is not connected.", "Reload its page.")

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        account = find_account(self.subject, self.force)
        return {**account_facts(account, actor, now=now), "register.kind": "connections"}

    def apply(self, record: Proposal, now: datetime) -> None:
        account = find_account(self.subject, self.force)
        before = connections.forget(account.platform, account.handle)
        if before is not None:
            transaction.on_commit(lambda: end(account, before))
