"""A server that is not a demonstration refuses to start where starting would not be safe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from remit import safety
from remit.environment import DEFAULT_SECRET_KEY
from remit.people.models import Force, Person
from remit.platforms.models import Connection

REMIT = Path(sys.executable).with_name("remit")


@pytest.fixture
def production(settings: Settings) -> Settings:
    """A server that may start."""
    settings.DEMONSTRATION = False
    settings.SECRET_KEY = "k" * 50
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["remit.example"]
    return settings


@pytest.mark.django_db
def test_a_well_configured_server_starts(production: Settings) -> None:
    """A check that always complains would be switched off."""
    assert safety.reasons_not_to_start() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("SECRET_KEY", DEFAULT_SECRET_KEY, "SECRET_KEY is not set"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("DEBUG", True, "DEBUG is on"),
        ("ALLOWED_HOSTS", [], "ALLOWED_HOSTS is not set"),
        ("ALLOWED_HOSTS", ["*"], 'ALLOWED_HOSTS holds "*"'),
    ],
)
def test_an_unsafe_setting_is_named(production: Settings, setting: str, value: object, says: str) -> None:
    """With a known key anybody can forge a session; with debug on, an error shows the settings to anybody."""
    setattr(production, setting, value)
    (reason,) = safety.reasons_not_to_start()
    assert reason.startswith(says)


@pytest.mark.django_db
def test_demonstration_sign_ins_are_refused(production: Settings) -> None:
    """A real service on the demonstration's database would let anybody in without a password."""
    force = Force.objects.create(slug="cleveland", name="Cleveland Police")
    Person.objects.create(username="demo-cleveland-author", force=force, pseudonym="p1", category="officer")
    (reason,) = safety.reasons_not_to_start()
    assert "1 demonstration sign-in, which need no password" in reason


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_refusal_is_on_stderr_with_exit_code_2(command: str, tmp_path: Path) -> None:
    """A supervisor must see the failure, and the operator every reason at once."""
    env = {"PATH": os.environ["PATH"], "REMIT_VAR": str(tmp_path), "DEBUG": "1"}
    done = subprocess.run([REMIT, command], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    for word in ("Remit will not start:", "SECRET_KEY", "DEBUG", "ALLOWED_HOSTS"):
        assert word in done.stderr


def test_another_wsgi_server_is_refused_too(tmp_path: Path) -> None:
    """The checks must not depend on which program starts the application."""
    env = {"PATH": os.environ["PATH"], "REMIT_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", "import remit.wsgi"], env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "Remit will not start:" in done.stderr


@pytest.mark.django_db
def test_connections_without_their_key_are_said_at_the_start(production: Settings) -> None:
    """Every post to a real network would fail, one by one, from the moment of a forgotten variable."""
    production.CONNECTION_KEYS = []
    assert safety.reasons_not_to_start() == [], "nothing is connected"
    now = timezone.now()
    Connection.objects.create(platform="bluesky", handle="us.test", sealed=b"x", connected_at=now, checked_at=now)
    (reason,) = safety.reasons_not_to_start()
    assert reason.startswith("CONNECTION_KEYS is not set")
