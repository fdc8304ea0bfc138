"""Gives each force of the demonstration an account on the Bluesky server of this machine, connected and in use.

The account is opened on the server as anybody opens one; everything in Remit goes through the door.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from remit.accounts.connection import ConnectAccount, DisconnectAccount, connection_of, profile_of
from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.demo.accounts import ON_BLUESKY
from remit.demo.loading import STEP, ForceLoader
from remit.demo.people import FORCES, PEOPLE
from remit.environment import DEMONSTRATION_PREFIX
from remit.people.models import Person
from remit.platforms.bluesky import xrpc
from remit.platforms.bluesky.network import PLATFORM
from remit.platforms.protocol import Later, Refused

SERVER = "com.atproto.server"


def load(service: str, now: datetime | None = None) -> list[str]:
    """Make and connect what is not there or not connected to `service`; the handles of the forces' accounts."""
    now = now or timezone.now()
    return [_load(ForceLoader(row, order, now), service) for order, row in enumerate(FORCES)]


def _load(force: ForceLoader, service: str) -> str:
    handle = force.said(ON_BLUESKY.handle)
    force.people = _people(force)
    if not Account.objects.filter(platform=PLATFORM.name, handle=handle).exists():
        with transaction.atomic():
            force.open(ON_BLUESKY)
    account = Account.objects.get(platform=PLATFORM.name, handle=handle)
    if not _is_connected(account, service):
        head = force.people[ON_BLUESKY.owner]
        if connection_of(account) is not None:
            force.do(DisconnectAccount(force.row.slug, subject_of(account)), head)
        given = {"service": service, "app_password": _app_password(service, handle)}
        connected = PLATFORM.connect(profile_of(account), given)
        force.do(ConnectAccount(force.row.slug, subject_of(account), connected), head)
    return handle


def _is_connected(account: Account, service: str) -> bool:
    """Whether the server accepts the connection; it may be on another port than last time, or have been emptied."""
    connection = connection_of(account)
    if connection is None or connection.service != service:
        return False
    try:
        PLATFORM.check(profile_of(account))
    except (Refused, Later):
        return False
    return True


def _people(force: ForceLoader) -> dict[str, Person]:
    """Those of the force who use the account, by their keys in the table of people."""
    rows = [row for row in PEOPLE if row.key in ON_BLUESKY.users.split()]
    names = {row.key: f"{DEMONSTRATION_PREFIX}{force.row.slug}-{row.number + STEP * force.order}" for row in rows}
    return {key: Person.objects.get(username=name) for key, name in names.items()}


def _app_password(service: str, handle: str) -> str:
    """A new app password of the account, which is opened on the server where it is not there yet."""
    password = hmac.digest(settings.SECRET_KEY.encode(), handle.encode(), hashlib.sha256).hex()
    body: dict[str, Any] = {"handle": handle, "email": f"office@{handle}", "password": password}
    try:
        token = xrpc.procedure(service, f"{SERVER}.createAccount", body)["accessJwt"]
    except xrpc.Answered:
        body = {"identifier": handle, "password": password}
        token = xrpc.procedure(service, f"{SERVER}.createSession", body)["accessJwt"]
        xrpc.procedure(service, f"{SERVER}.revokeAppPassword", {"name": "Remit"}, token)
    return str(xrpc.procedure(service, f"{SERVER}.createAppPassword", {"name": "Remit"}, token)["password"])
