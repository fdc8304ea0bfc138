"""If this fails, a database that is restarted takes the whole service with it, or what was due meanwhile is lost."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests import databases
from tests.operations.conftest import REMIT, remit

pytestmark = pytest.mark.only_on("postgresql")

SIGN_IN = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from remit.people.models import Force, Person
force = Force.objects.create(slug="harbour", name="Harbour Police", packs=["cleveland"])
person = Person.objects.create(username="demo-4417", force=force, pseudonym="p-1", category="officer")
session = SessionStore()
session.update({SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: person.get_session_auth_hash()})
session.save()
print(session.session_key)
"""


@contextlib.contextmanager
def away(var: Path) -> Iterator[None]:
    """For the length of the block the database of `var` takes nobody, and has thrown out whoever was there."""
    name = urlsplit(databases.url(var)).path.lstrip("/")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def ask(address: str, session: str = "") -> tuple[int, str]:
    request = urllib.request.Request(address, headers={"Cookie": f"sessionid={session}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()


def wait_until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def test_server_and_worker_outlive_a_database_that_is_away(fresh: Callable[..., Path], migrated: Path) -> None:
    var = fresh(like=migrated)
    session = remit(var, "manage", "shell", "-v", "0", "-c", SIGN_IN).stdout.strip()
    environment = databases.environment(var)
    server = subprocess.Popen(
        [REMIT, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    worker = subprocess.Popen(
        [REMIT, "worker"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert server.stdout
    address = server.stdout.readline().removeprefix("Remit is at ").strip()

    def ready() -> dict[str, str]:
        found: dict[str, str] = json.loads(ask(f"{address}health/ready")[1])
        return found

    def beats() -> list[object]:
        with psycopg.connect(databases.url(var)) as connection:
            return connection.execute("SELECT beat_at FROM operations_workerbeat").fetchall()

    try:
        assert ask(address, session)[0] == 200
        wait_until(lambda: bool(beats()), "the worker did not start")
        with away(var):
            status, page = ask(address, session)
            assert status == 503
            assert "The database does not answer." in page
            assert "Nothing of what you just did was saved." in page
            assert ask(f"{address}health/ready")[0] == 503
            assert ask(f"{address}health/live")[0] == 200
        before = beats()
        assert ask(address, session)[0] == 200, "the server did not come back"
        assert ready()["database"] == "well"
        wait_until(lambda: beats() != before, "the worker did not come back")
        assert server.poll() is None
        assert worker.poll() is None
    finally:
        for process in (server, worker):
            process.terminate()
            process.communicate(timeout=60)
    assert (server.returncode, worker.returncode) == (0, 0)
