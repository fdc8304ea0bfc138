"""The worker; and the demonstration's server, with the worker in the same process. End cleanly on Ctrl-C or SIGTERM.

The worker takes turns round the rooms: a room with work to do in the background has a module `worker` with
`turn(clock) -> bool`, which does one short piece of it and says whether there may be more at once.
"""

from __future__ import annotations

import errno
import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from time import monotonic
from types import FrameType

import click
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from waitress import create_server
from waitress.server import BaseWSGIServer

from remit.environment import BadSetting
from remit.operations import tracing

LOOPBACK = ("127.0.0.1", "localhost", "::1")
IDLE = 1.0  # seconds between turns when no room had anything to do
LONGEST_WAIT = 60  # seconds that a room whose turns fail is left alone
#: Larger uploads are cut off by the server; smaller ones that a room cannot take get that room's own clear message.
LARGEST_REQUEST = 256 * 1024 * 1024  # bytes

#: Says what time it is; every turn takes it, so that tests can set it.
Clock = Callable[[], datetime]

log = logging.getLogger("remit.worker")


class Server:
    """A listening server, and a worker beside it if `with_worker`. Listening begins here, answering in `run`."""

    def __init__(self, host: str, port: int, *, threads: int = 8, with_worker: bool = True) -> None:
        """`port` 0 takes any free one. Raises BadSetting when the address cannot be had."""
        if settings.DEMONSTRATION and host not in LOOPBACK:
            raise BadSetting(
                f"A demonstration answers on this machine alone, so it cannot listen on {host}: its sign-ins need no "
                "password. Leave --host out, or set REMIT_MODE=production and use a database of your own."
            )
        import_module(settings.ROOT_URLCONF)  # a page that cannot be loaded is said now, not to the first visitor
        try:
            self._server: BaseWSGIServer = create_server(
                get_wsgi_application(),
                host=host,
                port=port,
                threads=threads,
                ident=None,
                max_request_body_size=LARGEST_REQUEST,
            )
        except OSError as fault:
            raise BadSetting(why_not(fault, host, port)) from fault
        self.address = f"http://{host}:{self._server.effective_port}/"
        self._worker = Worker() if with_worker else None

    def run(self) -> None:
        """Answer until Ctrl-C or SIGTERM; then finish what is under way and stop the worker."""
        _end_on_signals()
        if self._worker:
            self._worker.start()
        try:
            self._server.run()  # comes back on KeyboardInterrupt, once its own threads have ended
        finally:
            if self._worker:
                self._worker.stop()
            connections.close_all()


class Worker(threading.Thread):
    """Takes turns round the rooms until told to stop. A room whose turn fails is left alone for longer each time."""

    def __init__(self) -> None:
        super().__init__(name="worker", daemon=True)
        self._stop_asked = threading.Event()
        self._turns = turns()
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def run(self) -> None:
        while not self._stop_asked.is_set():
            if not self.go_round(timezone.now):
                self._stop_asked.wait(IDLE)
        connections.close_all()

    def go_round(self, clock: Clock) -> bool:
        """One turn for each room; True when any of them may have more to do at once."""
        more = False
        for room, turn in self._turns.items():
            if self._stop_asked.is_set():
                return False
            if monotonic() < self._not_before.get(room, 0):
                continue
            close_old_connections()
            try:
                with tracing.span(f"turn of {room}"):
                    more = turn(clock) or more
                self._failures[room] = 0
            except Exception:
                self._leave_alone(room)
        return more

    def stop(self) -> None:
        """Ask it to stop after the piece of work under way, and wait for that."""
        self._stop_asked.set()
        if self.is_alive():
            self.join(timeout=30)

    def _leave_alone(self, room: str) -> None:
        """Called in an `except`: log the failure, in full only the first time, and put the room's next turn off."""
        failures = self._failures[room] = self._failures.get(room, 0) + 1
        wait = min(2 ** (failures - 1), LONGEST_WAIT)
        self._not_before[room] = monotonic() + wait
        log.error(
            "The worker's turn in %s failed, %d in a row; the next is in %d s.",
            room,
            failures,
            wait,
            exc_info=failures == 1,
        )


def turns() -> dict[str, Callable[[Clock], bool]]:
    """The background work of each room that has some, by room."""
    return {
        room: import_module(f"remit.{room}.worker").turn for room in settings.ROOMS if find_spec(f"remit.{room}.worker")
    }


def run_worker() -> None:
    """The worker alone, in this thread, until Ctrl-C or SIGTERM."""
    _end_on_signals()
    tracing.start()
    worker = Worker()
    try:
        worker.run()
    except KeyboardInterrupt:
        click.echo("Worker stopped.")
    finally:
        connections.close_all()


def is_migrated() -> bool:
    """Whether the database has every table of this version."""
    executor = MigrationExecutor(connections["default"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _end_on_signals() -> None:
    """Both are set: a shell starts what it runs in the background with Ctrl-C ignored."""
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def why_not(fault: OSError, host: str, port: int) -> str:
    """Why an address cannot be listened on, in words, with the remedy."""
    if fault.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use by another program. Stop that program, or choose another port: "
            f"make run PORT={port + 1}"
        )
    if fault.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user. Choose one above 1023: make run PORT=8000"
    return f"Cannot listen on {host}:{port} ({fault.strerror or fault}). Check --host and --port."
