"""Keeps the ways into networks, and renews them: by one worker at a time, whatever the database and however many.

A new secret is saved before it is used. Whoever finds another renewing waits for what that one gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic, sleep

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from remit.platforms.models import Connection
from remit.platforms.protocol import Connected, Later, Profile, Refused
from remit.platforms.sealing import seal, unseal

#: Longer than a renewal may take; one that is older was given up on.
LEASE = timedelta(seconds=60)
#: How long to wait for another's renewal, and how often to look, in seconds.
PATIENCE, PAUSE = 65.0, 0.05


@dataclass(frozen=True)
class Opened:
    """A connection with its secret in the clear, for the length of a call."""

    service: str
    remote_id: str
    version: int
    secret: Mapping[str, str] = field(repr=False)

    def connected(self) -> Connected:
        return Connected(self.service, self.remote_id, self.secret)


def find(platform: str, handle: str) -> Connection | None:
    """The connection of an account; None where it has none."""
    return _of(platform, handle).first()


def keep(platform: str, handle: str, connected: Connected, now: datetime) -> Connection:
    """Keep a way in, in place of an earlier one. Raises Refused where there is no key."""
    sealed = seal(connected.secret, _name(platform, handle), settings.CONNECTION_KEYS)
    fresh = {
        "service": connected.service,
        "remote_id": connected.remote_id,
        "sealed": sealed,
        "connected_at": now,
        "checked_at": now,
        "problem": "",
        "renewing_until": None,
    }
    if not _of(platform, handle).update(version=F("version") + 1, **fresh):
        return Connection.objects.create(platform=platform, handle=handle, **fresh)
    return _of(platform, handle).get()


def forget(platform: str, handle: str) -> Connected | None:
    """Keep nothing of an account's connection any more; what it was, where it could still be opened."""
    connection = find(platform, handle)
    if connection is None:
        return None
    connection.delete()
    try:
        return _opened(connection).connected()
    except Refused:
        return None


def demand(platform: str, title: str, profile: Profile) -> Connection:
    """The connection of an account. Raises Refused where it has none."""
    connection = find(platform, profile.handle)
    if connection is None:
        raise Refused(
            f"@{profile.handle} is not connected to {title}.",
            "Ask Corporate Communications to connect it, on its page in the register.",
        )
    return connection


def demand_working(platform: str, title: str, profile: Profile) -> None:
    """Raises Refused where an account has no connection, or one that its network did not accept the last time."""
    if problem := demand(platform, title, profile).problem:
        raise Refused(f"@{profile.handle} is no longer connected to {title}.", problem)


def opened(platform: str, title: str, profile: Profile) -> Opened:
    """The way in for a call; one that was lost may work again. Raises Refused where there is none that a key opens."""
    return _opened(demand(platform, title, profile))


def renewed(
    platform: str, profile: Profile, stale: Opened, renew: Callable[[Mapping[str, str]], Mapping[str, str]]
) -> Opened:
    """A newer way in than `stale`: got with `renew`, unless another worker got one or is about to.

    Args:
        renew: asks the network for a new secret in exchange for the one it is given; Refused when there is none to be
            had, which is kept as the connection's problem.
    Raises:
        Refused: there is none to be had. Later: the network, or the worker that is asking it, did not answer.
    """
    give_up = monotonic() + PATIENCE
    while monotonic() < give_up:
        connection = find(platform, profile.handle)
        if connection is None:
            raise Refused(f"@{profile.handle} was disconnected meanwhile.", "Connect it again.")
        if connection.version != stale.version:
            return _opened(connection)
        now = timezone.now()
        mine = _at(connection).filter(Q(renewing_until=None) | Q(renewing_until__lt=now))
        if mine.update(renewing_until=now + LEASE):
            return _renew(connection, now + LEASE, renew)
        sleep(PAUSE)
    raise Later("Another worker is renewing the connection and has not finished.")


def _renew(connection: Connection, until: datetime, renew: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Opened:
    held = _at(connection).filter(renewing_until=until)
    try:
        secret = renew(_opened(connection).secret)
    except Refused as refused:
        held.update(renewing_until=None, problem=str(refused))
        raise
    except BaseException:
        held.update(renewing_until=None)
        raise
    sealed = seal(secret, _name(connection.platform, connection.handle), settings.CONNECTION_KEYS)
    # Whoever waited too long and was overtaken saves nothing, and goes on with what the other got.
    _at(connection).update(
        sealed=sealed, version=F("version") + 1, renewing_until=None, checked_at=timezone.now(), problem=""
    )
    current = find(connection.platform, connection.handle)
    if current is None:
        raise Refused(f"@{connection.handle} was disconnected meanwhile.", "Connect it again.")
    return _opened(current)


def lost(platform: str, handle: str, words: str) -> None:
    """The network no longer accepts the connection; `words` say why and what to do."""
    _of(platform, handle).update(problem=words)


def unchecked(before: datetime) -> QuerySet[Connection]:
    """The connections about which no network was asked since `before`, the oldest first; lost ones may work again."""
    return Connection.objects.filter(checked_at__lt=before).order_by("checked_at")


def checked(platform: str, handle: str, now: datetime) -> None:
    """The network was asked, whatever it said: it is not asked again for a while."""
    _of(platform, handle).update(checked_at=now)


def _of(platform: str, handle: str) -> QuerySet[Connection]:
    return Connection.objects.filter(platform=platform, handle=handle)


def _at(connection: Connection) -> QuerySet[Connection]:
    """The row, as long as its secret is the one in hand."""
    return Connection.objects.filter(pk=connection.pk, version=connection.version)


def _opened(connection: Connection) -> Opened:
    name = _name(connection.platform, connection.handle)
    secret = unseal(bytes(connection.sealed), name, settings.CONNECTION_KEYS)
    return Opened(connection.service, connection.remote_id, connection.version, secret)


def _name(platform: str, handle: str) -> str:
    return f"{platform}:{handle}"
