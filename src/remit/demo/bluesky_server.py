"""Starts the real Bluesky server on this machine (`tools/bluesky`), for the demonstration and for tests."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from remit.environment import BadSetting

TOOLS = Path(__file__).parents[3] / "tools" / "bluesky"
#: Of the demonstration: the accounts remember it.
PORT = 2583


class BlueskyServer:
    """A running server; use it as a context. It ends with the process that started it, however that ends."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        """Start it on `folder`, which is made; `port` 0 takes any free one. Raises BadSetting where it cannot start."""
        if why := missing():
            raise BadSetting(why)
        folder.mkdir(parents=True, exist_ok=True)
        node = shutil.which("node") or "node"
        self._process = subprocess.Popen(  # noqa: S603 (our own program, in our own folder)
            [node, str(TOOLS / "server.js"), str(folder), str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for whoever started it, who then ends it
        )
        said = self._process.stdout.readline() if self._process.stdout else ""
        if not said:
            _, fault = self._process.communicate()
            in_use = "EADDRINUSE" in fault
            why = f"port {port} is in use. Stop what uses it or set BLUESKY_PORT" if in_use else fault[-300:]
            raise BadSetting(f"The Bluesky server of this machine does not start: {why.strip()}.")
        answer = json.loads(said)
        self.service: str = answer["service"]
        #: What the server's own administrator signs in with, and signs its tokens with.
        self.admin_password: str = answer["admin"]
        self.token_key: str = answer["jwt"]

    def stop(self) -> None:
        """End it, and wait until it has."""
        self._process.terminate()
        self._process.communicate(timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def missing() -> str:
    """Why the server cannot be started here, and what to do; "" when it can."""
    if not (TOOLS / "server.js").exists():
        return "The Bluesky server of this machine comes with Remit's source, and this is not run from there."
    if shutil.which("node") is None or not (TOOLS / "node_modules" / ".ready").exists():
        return "The Bluesky server of this machine is not installed. Run: tools/bluesky/prepare"
    return ""
