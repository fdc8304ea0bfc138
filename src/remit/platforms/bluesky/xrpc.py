"""One call to a Bluesky service: at most so long, at most so large, never redirected, never to a service not named.

It tells apart what matters for publishing: a call that was certainly not made, one without an answer that can be
understood, and one that was answered with an error.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

from django.conf import settings

#: Longest that one call may take in all, and that connecting may take, in seconds; and the largest answer, in bytes.
LONGEST, LONGEST_UPLOAD, CONNECTING = 20.0, 60.0, 10.0
LARGEST = 5_000_000

#: What is sent and what comes back.
Json = dict[str, Any]


class Unreached(Exception):
    """The call was certainly not made: no such host, nobody there, no trust."""


class Unanswered(Exception):
    """The call was made, or may have been; there was no answer, or none that can be understood."""


class Unlisted(Exception):
    """The service is none of `BLUESKY_SERVICES`; it was not called."""


class Answered(Exception):
    """The service answered with an error: its HTTP status, its name for it, its words, when to come back."""

    def __init__(self, status: int, error: str, message: str, reset: str = "") -> None:
        super().__init__(f"{status} {error}")
        self.status, self.error, self.message, self.reset = status, error, message, reset


@dataclass(frozen=True)
class Blob:
    """Bytes to upload."""

    data: bytes
    type: str


def query(service: str, method: str, token: str = "", **parameters: str) -> Json:
    """Ask for something. Raises Unlisted, Unreached, Unanswered or Answered."""
    return _call(service, "GET", f"/xrpc/{method}?{urlencode(parameters)}", None, "", token)


def procedure(service: str, method: str, body: Mapping[str, Any] | Blob | None = None, token: str = "") -> Json:
    """Have something done. Raises Unlisted, Unreached, Unanswered or Answered."""
    if isinstance(body, Blob):
        return _call(service, "POST", f"/xrpc/{method}", body.data, body.type, token)
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    return _call(service, "POST", f"/xrpc/{method}", data, "application/json" if data else "", token)


def _call(service: str, verb: str, path: str, body: bytes | None, type_: str, token: str) -> Json:
    if service not in settings.BLUESKY_SERVICES:
        raise Unlisted(service)
    headers = {"Accept": "application/json", "User-Agent": "Remit"}
    if type_:
        headers["Content-Type"] = type_
    if token:
        headers["Authorization"] = f"Bearer {token}"
    longest = LONGEST_UPLOAD if type_.startswith("image/") else LONGEST
    connection = _connected(service)
    # A socket's own timeout begins again with every byte; this ends the whole call.
    cut_off = threading.Timer(longest, _cut, [connection.sock])
    cut_off.daemon = True
    cut_off.start()
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may answer before it has read everything
            connection.request(verb, path, body, headers)
        response = connection.getresponse()
        data = response.read(LARGEST + 1)
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise Unanswered(type(fault).__name__) from None
    finally:
        cut_off.cancel()
        connection.close()
    return _understood(response, data)


def _connected(service: str) -> http.client.HTTPConnection:
    """A connection that stands: to the service, or through the proxy that the environment names."""
    parts = urlsplit(service)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    proxy = "" if proxy_bypass(host) else getproxies().get(parts.scheme, "")
    connection: http.client.HTTPConnection
    if secure:
        connection = http.client.HTTPSConnection(host, port, timeout=CONNECTING, context=_trust())
    else:
        connection = http.client.HTTPConnection(host, port, timeout=CONNECTING)
    if proxy and secure:
        through = urlsplit(proxy)
        connection = http.client.HTTPSConnection(
            through.hostname or "", through.port or 3128, timeout=CONNECTING, context=_trust()
        )
        connection.set_tunnel(host, port)
    try:
        connection.connect()
    except (OSError, http.client.HTTPException) as fault:
        connection.close()
        raise Unreached(type(fault).__name__) from None
    connection.sock.settimeout(LONGEST_UPLOAD)
    return connection


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _cut(held: socket.socket) -> None:
    with contextlib.suppress(OSError):
        held.shutdown(socket.SHUT_RDWR)


def _understood(response: http.client.HTTPResponse, data: bytes) -> Json:
    """The answer's JSON object, {} for an empty one. Raises Unanswered or Answered."""
    try:
        answer = json.loads(data) if data else {}
    except ValueError:
        answer = None
    if response.status == 200 and isinstance(answer, dict) and len(data) <= LARGEST:
        return answer
    if response.status < 400:
        raise Unanswered("an answer that makes no sense")
    told = answer if isinstance(answer, dict) else {}
    reset = response.headers.get("RateLimit-Reset") or response.headers.get("Retry-After") or ""
    raise Answered(response.status, str(told.get("error", "")), str(told.get("message", "")), reset)
