"""The real Bluesky server on this machine, one for each worker of the run; left out, and said so, where there is none.

`bluesky` is the server; `people` makes accounts on it. `Simulator` is no Bluesky: it misbehaves as it is told.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from remit.demo.bluesky_server import BlueskyServer, missing
from remit.platforms import connections
from remit.platforms.bluesky import xrpc
from remit.platforms.bluesky.network import PLATFORM
from remit.platforms.protocol import Profile


@pytest.fixture(scope="session")
def bluesky_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyServer]:
    if why := missing():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{why} CI=true, so nothing may be left out.")
        pytest.skip(f"left out: {why}")
    with BlueskyServer(tmp_path_factory.mktemp("bluesky")) as server:
        yield server


@dataclass
class Somebody:
    """An account on the server: its handle, its own password, an app password for it."""

    service: str
    profile: Profile
    password: str
    app_password: str
    token: str
    did: str

    @property
    def given(self) -> dict[str, str]:
        return {"service": self.service, "app_password": self.app_password}

    def connect(self) -> Profile:
        connected = PLATFORM.connect(self.profile, self.given)
        connections.keep("bluesky", self.profile.handle, connected, datetime.now(UTC))
        return self.profile

    def records(self) -> list[dict[str, Any]]:
        """The account's posts as the server has them, oldest first."""
        answer = xrpc.query(
            self.service, "com.atproto.repo.listRecords", repo=self.did, collection="app.bsky.feed.post", reverse="true"
        )
        return list(answer["records"])


class Bluesky:
    """The server, and people who open accounts on it."""

    def __init__(self, server: BlueskyServer) -> None:
        self.server, self.service = server, server.service

    def somebody(self) -> Somebody:
        """A new account with an app password, not connected yet."""
        handle, password = f"p{uuid4().hex[:12]}.test", uuid4().hex
        made = xrpc.procedure(
            self.service,
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"{uuid4().hex}@example.test", "password": password},
        )
        token = made["accessJwt"]
        app = xrpc.procedure(self.service, "com.atproto.server.createAppPassword", {"name": "remit"}, token)
        profile = Profile(handle, "bluesky", "Northtown Police")
        return Somebody(self.service, profile, password, app["password"], token, made["did"])

    def take_down(self, did: str, applied: bool = True) -> None:
        """What Bluesky's moderators do to an account."""
        self.as_administrator(
            "com.atproto.admin.updateSubjectStatus",
            {"subject": {"$type": "com.atproto.admin.defs#repoRef", "did": did}, "takedown": {"applied": applied}},
        )

    def as_administrator(self, method: str, body: dict[str, Any]) -> None:
        from base64 import b64encode
        from urllib.request import Request, urlopen

        name = b64encode(f"admin:{self.server.admin_password}".encode()).decode()
        headers = {"Authorization": f"Basic {name}", "Content-Type": "application/json"}
        urlopen(Request(f"{self.service}/xrpc/{method}", json.dumps(body).encode(), headers), timeout=20).close()


@pytest.fixture
def bluesky(bluesky_server: BlueskyServer, settings: Settings) -> Bluesky:
    settings.BLUESKY_SERVICES = [bluesky_server.service]
    return Bluesky(bluesky_server)


@dataclass
class Simulator:
    """A service that is no Bluesky: for each method, what it does instead of answering as it should."""

    service: str = ""
    #: Method -> what to do with the request.
    acts: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    #: Methods in the order in which they were called.
    called: list[str] = field(default_factory=list)

    def answers(self, method: str, status: int, body: object, **headers: str) -> None:
        """`method` answers so: `body` is JSON, or bytes as they are."""

        def act(request: BaseHTTPRequestHandler) -> None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            request.send_header("Content-Length", str(len(data)))
            request.end_headers()
            request.wfile.write(data)

        self.acts[method] = act


@pytest.fixture
def simulator(settings: Settings) -> Iterator[Simulator]:
    told = Simulator()

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.body = self.rfile.read(length)
            method = self.path.removeprefix("/xrpc/").partition("?")[0]
            told.called.append(method)
            told.acts[method](self)

        do_GET = do_POST = do

        def log_message(self, *arguments: object) -> None:
            """Nothing is to be told of it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.service = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.BLUESKY_SERVICES = [told.service]
    yield told
    server.shutdown()
    server.server_close()
