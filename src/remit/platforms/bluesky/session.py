"""Signed-in calls: the token of the day is renewed in time, by one worker at a time, and never written down in clear.

Only the session is kept, never the app password. Its refresh token is good for months and is replaced at each use.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from remit.platforms import connections
from remit.platforms.bluesky import faults, xrpc
from remit.platforms.bluesky.faults import explained
from remit.platforms.bluesky.xrpc import Answered, Json
from remit.platforms.protocol import Connected, Later, Profile, Refused

NAME, TITLE = "bluesky", "Bluesky"
#: A token that has less than this left is renewed before it is used.
SPARE = timedelta(minutes=2)
#: How Bluesky writes app passwords. Another is not even sent: it would be the account's own.
APP_PASSWORD = re.compile(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}")
#: What an app password's session may be for; that of the account's own password is "com.atproto.access".
_SCOPES = frozenset({"com.atproto.appPass", "com.atproto.appPassPrivileged"})


class Session:
    """The signed-in session of one account, for the length of one publication or one look."""

    def __init__(self, profile: Profile) -> None:
        """Raises Refused where the account is not connected."""
        self._profile = profile
        self._opened = connections.opened(NAME, TITLE, profile)
        self._inactive: Refused | None = None

    @property
    def did(self) -> str:
        """The account's lasting id."""
        return self._opened.remote_id

    @property
    def service(self) -> str:
        """The address of the service that holds it."""
        return self._opened.service

    def query(self, method: str, **parameters: str) -> Json:
        """Ask for something. Raises what `xrpc.query` does, and what `renew` does."""
        token = self._token()
        try:
            return xrpc.query(self.service, method, token, **parameters)
        except Answered as fault:
            if fault.error not in faults.STALE:
                raise
        self.renew()
        return xrpc.query(self.service, method, self._opened.secret["access"], **parameters)

    def procedure(self, method: str, body: Mapping[str, Any] | xrpc.Blob) -> Json:
        """Have something done. A refused token means that nothing was: it is renewed and the call made once more."""
        token = self._token()
        try:
            return xrpc.procedure(self.service, method, body, token)
        except Answered as fault:
            if fault.error not in faults.STALE:
                raise
        self.renew()
        return xrpc.procedure(self.service, method, body, self._opened.secret["access"])

    def renew(self) -> None:
        """A new token in place of the present one. Raises Refused when the connection is lost, else Later."""
        self._inactive = None
        self._opened = connections.renewed(NAME, self._profile, self._opened, self._asked)
        if (
            self._inactive is not None
        ):  # said only now: the old token is worth nothing any more, and the new one is kept
            connections.lost(NAME, self._profile.handle, str(self._inactive))
            raise self._inactive

    def _asked(self, secret: Mapping[str, str]) -> Mapping[str, str]:
        with explained():
            answer = xrpc.procedure(self.service, "com.atproto.server.refreshSession", token=secret["refresh"])
        tokens = _tokens(answer)
        if answer["did"] != self.did:
            raise Later("Bluesky gave an answer for another account.")
        self._inactive = _inactive(answer) if answer.get("active") is False else None
        return tokens

    def _token(self) -> str:
        if _expires(self._opened.secret["access"]) < datetime.now(UTC) + SPARE:
            self.renew()
        return self._opened.secret["access"]


def sign_in(service: str, handle: str, password: str) -> Connected:
    """A session for `handle`. Raises Refused or Later; the password goes nowhere but to the service."""
    if not APP_PASSWORD.fullmatch(password):
        raise Refused(
            "That is no app password: those have four groups of four letters or digits, such as abcd-efgh-ijkl-mnop.",
            "Make one in Bluesky, under Settings, Privacy and security, App passwords. Never give the account's own.",
        )
    with explained():
        answer = xrpc.procedure(
            service, "com.atproto.server.createSession", {"identifier": handle, "password": password}
        )
    tokens = _tokens(answer)
    if str(answer.get("handle", "")).lower() != handle.lower():
        raise Refused("That app password belongs to another account.", f"Give one of @{handle}.")
    if answer.get("active") is False:
        raise _inactive(answer)
    if _claims(tokens["access"]).get("scope") not in _SCOPES:
        raise faults.named("AuthFactorTokenRequired")
    return Connected(service, str(answer.get("did", "")), tokens)


def sign_out(connected: Connected) -> None:
    """End a session at the service; one that has ended already is a success. Raises Refused or Later."""
    try:
        with explained():
            xrpc.procedure(
                connected.service, "com.atproto.server.deleteSession", token=connected.secret.get("refresh", "")
            )
    except Refused as refused:
        if str(refused) != str(faults.named("ExpiredToken")):
            raise


def _tokens(answer: Json) -> dict[str, str]:
    """The pair of tokens of an answer; never an empty one. Raises Later for an answer without them."""
    pair = {"access": answer.get("accessJwt"), "refresh": answer.get("refreshJwt")}
    if not all(isinstance(token, str) and token for token in pair.values()) or not answer.get("did"):
        raise Later("Bluesky gave an answer that makes no sense.")
    return {name: str(token) for name, token in pair.items()}


def _inactive(answer: Json) -> Refused:
    status = {"takendown": "AccountTakedown", "suspended": "AccountTakedown"}.get(str(answer.get("status")))
    return faults.named(status or "AccountDeactivated")


def _expires(token: str) -> datetime:
    """When a token runs out, as it says itself; one that does not say is tried until it is refused."""
    expires = _claims(token).get("exp")
    return datetime.fromtimestamp(expires, UTC) if isinstance(expires, int) else datetime.max.replace(tzinfo=UTC)


def _claims(token: str) -> dict[str, Any]:
    """What a token says of itself. Not checked: only the service can, and does."""
    try:
        middle = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
