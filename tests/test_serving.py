"""The server and its worker: they start, say what is wrong when they cannot, and end with nothing left running."""

from __future__ import annotations

import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from remit import serving
from tests import databases
from tests.databases import REMIT, environment


@pytest.fixture(scope="module")
def migrated(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of its own for these servers, with an empty database at this version."""
    var = databases.make(tmp_path_factory.mktemp("serving") / "var", like=migrated)
    yield var
    databases.remove(var)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_server_and_all_its_processes(migrated: Path, ending: signal.Signals) -> None:
    """A process that lives on after its server would keep the port, and answer with yesterday's version."""
    process = subprocess.Popen(
        [REMIT, "serve", "--port", "0"], env=environment(migrated), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    address = process.stdout.readline().removeprefix("Remit is at ").strip()
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert answer.status == 200
    except urllib.error.HTTPError as answer:
        assert answer.code < 500
    process.send_signal(ending)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said == "Remit has stopped.\n"
    with pytest.raises(OSError):
        urllib.request.urlopen(address, timeout=5)


def test_figures_are_those_of_all_processes(migrated: Path) -> None:
    """A monitor would see half of the requests, and another half each time."""
    token = "a-token-of-sixteen"
    process = subprocess.Popen(
        [REMIT, "serve", "--port", "0", "--processes", "3", "--threads", "1"],
        env=environment(migrated, METRICS_TOKEN=token),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    address = process.stdout.readline().removeprefix("Remit is at ").strip()
    try:
        for _ in range(12):
            urllib.request.urlopen(f"{address}sign-in", timeout=60).close()
        asked = urllib.request.Request(f"{address}metrics", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            lines = answer.read().decode().splitlines()
    finally:
        process.terminate()
        process.communicate(timeout=60)
    (count,) = [line for line in lines if line.startswith("remit_request_seconds_count{") and "sign-in" in line]
    assert float(count.rpartition(" ")[2]) == 12


def test_a_busy_port_says_what_to_do(migrated: Path, taken_port: int) -> None:
    """Port 8000 is taken on many machines; the remedy must be in the message."""
    done = subprocess.run(
        [REMIT, "serve", "--port", str(taken_port)], env=environment(migrated), capture_output=True, text=True
    )
    assert done.returncode == 2
    assert f"Port {taken_port} is in use by another program." in done.stderr
    assert f"make run PORT={taken_port + 1}" in done.stderr


def test_an_old_database_is_not_served(tmp_path: Path) -> None:
    """Half of the pages would fail one by one, after the operator has gone home."""
    databases.make(tmp_path)
    done = subprocess.run([REMIT, "serve", "--port", "0"], env=environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 2
    assert "Run: remit migrate" in done.stderr


def test_a_demonstration_answers_on_this_machine_alone(migrated: Path) -> None:
    """Its sign-ins need no password, so the network must never reach it."""
    done = subprocess.run(
        [REMIT, "serve", "--host", "0.0.0.0", "--port", "0"], env=environment(migrated), capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "cannot listen on 0.0.0.0" in done.stderr


@pytest.mark.django_db
def test_one_rooms_failure_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in one room's background work must not keep a take-down from being sent."""
    done: list[datetime] = []

    def fails(clock: serving.Clock) -> bool:
        raise RuntimeError("the network is down")

    def works(clock: serving.Clock) -> bool:
        done.append(clock())
        return True

    monkeypatch.setattr(serving, "turns", lambda: {"posts": fails, "acts": works})
    now = timezone.now()
    assert serving.Worker().go_round(lambda: now) is True
    assert done == [now]
