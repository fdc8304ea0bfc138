"""The server of a force's own service: gunicorn with several processes, and the worker apart from it (`remit worker`).

The demonstration has a smaller one, all in one process: `serving`.
"""

from __future__ import annotations

import gc
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import click
from django.apps import apps
from django.conf import settings
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from remit.environment import BadSetting
from remit.serving import LOOPBACK, why_not

#: A request that takes longer has its process ended.
LONGEST_REQUEST = 60  # seconds
#: What is under way when the service is stopped may take so long to finish.
LONGEST_GOODBYE = 25  # seconds


class Logs(Logger):  # type: ignore[misc]
    """gunicorn's own messages go where all of ours go, in the same form; requests are logged by `operations.probes`."""

    def setup(self, cfg: Any) -> None:
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True
            log.setLevel("WARNING")


class Service(BaseApplication):  # type: ignore[misc]
    """Listens from here on, answers in `run`, which does not come back."""

    def __init__(self, host: str, port: int, *, processes: int, threads: int) -> None:
        """`port` 0 takes any free one. Raises BadSetting when the address cannot be had."""
        if settings.DEMONSTRATION and host not in LOOPBACK:
            raise BadSetting(
                f"A demonstration answers on this machine alone, so it cannot listen on {host}: its sign-ins need no "
                "password. Leave --host out, or set REMIT_MODE=production and use a database of your own."
            )
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._listening = socket.create_server((host, port), family=family, backlog=512)
        except OSError as fault:
            raise BadSetting(why_not(fault, host, port)) from fault
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{self._listening.getsockname()[1]}/"
        self._processes, self._threads = processes, threads
        # The processes' figures meet in this folder, so that whichever is asked can tell those of all.
        self._figures = Path(tempfile.mkdtemp(prefix="remit-figures-"))
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(self._figures)
        super().__init__()

    def load_config(self) -> None:
        chosen = {
            "bind": f"fd://{self._listening.fileno()}",
            "workers": self._processes,
            "worker_class": "gthread",
            "threads": self._threads,
            "preload_app": True,  # pages and packs are read once, and shared by the processes
            "timeout": LONGEST_REQUEST,
            # One request a connection, and few of them taken at once: whichever process is idle takes the next. A kept
            # connection stays with the process that took it, and one process then works while the others wait.
            "keepalive": 0,
            "worker_connections": 2 * self._threads,
            "graceful_timeout": LONGEST_GOODBYE,
            "logger_class": Logs,
            "post_fork": _begin,
            "child_exit": _forget,
            "on_exit": self._goodbye,
            "control_socket_disable": True,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, with everything that it can read beforehand."""
        from django.core.wsgi import get_wsgi_application
        from django.template.loader import get_template
        from django.urls import get_resolver

        from remit.acts.packs import library
        from remit.signals import meaning, reader
        from remit.signals.content import Content

        application = get_wsgi_application()
        library()
        get_resolver().url_patterns  # noqa: B018 (reads every page's code)
        for template in _pages():
            get_template(template)
        reader.read(Content("Read once, so that nobody waits for tables and word lists."))
        if fault := meaning.fault() if settings.REMIT_MEANING else "":
            click.echo(f"What sentences mean is not read: {fault}", err=True)
        connections.close_all()  # none is shared with the processes
        gc.collect()
        gc.freeze()  # what was read is left out of every later collection, so that its pages stay shared
        return application

    def _goodbye(self, arbiter: Any) -> None:
        shutil.rmtree(self._figures, ignore_errors=True)
        click.echo("Remit has stopped.")


def _pages() -> list[str]:
    """The name of every page's template, as the loader knows it ("posts/compose.html")."""
    folders = [Path(app.path) / "templates" for app in apps.get_app_configs() if app.name.startswith("remit.")]
    return [page.relative_to(folder).as_posix() for folder in folders for page in folder.rglob("*.html")]


def _begin(arbiter: Any, process: Any) -> None:
    """In each new process."""
    from remit.operations import tracing

    tracing.start()


def _forget(arbiter: Any, process: Any) -> None:
    """In the parent, when a process has ended."""
    from prometheus_client import multiprocess  # reads where the figures meet as it is imported, so not before

    multiprocess.mark_process_dead(process.pid)
