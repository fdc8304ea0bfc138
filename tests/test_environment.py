"""What an operator sets in the environment, and what a wrong value says."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit import environment
from remit.environment import BadSetting


def test_nothing_is_open_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator who sets nothing would otherwise run a service whose sign-ins need no password."""
    monkeypatch.delenv("REMIT_MODE")
    assert environment.mode() == "production"


def test_a_misspelt_mode_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error must not choose a mode for the operator."""
    monkeypatch.setenv("REMIT_MODE", "demo")
    with pytest.raises(BadSetting, match=r"REMIT_MODE is \"demo\"\. Set it to"):
        environment.mode()


def test_the_demonstration_keeps_one_secret_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a new key at each start everybody would be signed out; with a readable one anybody could sign in."""
    monkeypatch.setenv("REMIT_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = environment.secret_key()
    assert len(first) >= 50
    assert environment.secret_key() == first
    kept = tmp_path / "var" / "secret-key"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in kept.parent.iterdir()] == ["secret-key"]


def test_a_postgresql_address_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password with an @ or a / in it is common, and half of it would lock the operator out."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://remit:p%40ss%2Fword@db.example:6543/remit?sslmode=require")
    found = environment.database()
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"]) == ("remit", "p@ss/word")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6543", "remit")
    assert found["OPTIONS"]["sslmode"] == "require"


def test_nobody_waits_for_ever_for_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that lost its power in mid-transaction would otherwise keep the ledger locked for two hours."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://remit@db.example/remit")
    options = environment.database()["OPTIONS"]
    assert "idle_in_transaction_session_timeout=60000" in options["options"]
    assert options["connect_timeout"] == "5"
    monkeypatch.setenv("DATABASE_URL", "postgresql://remit@db.example/remit?connect_timeout=9")
    assert environment.database()["OPTIONS"]["connect_timeout"] == "9"


@pytest.mark.parametrize("url", ["mysql://host/remit", "postgresql://host", "remit", "postgresql://host:port/remit"])
def test_an_unusable_database_address_says_what_to_write(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Falling back to the embedded database would lose what is written until somebody notices."""
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(BadSetting, match=r"DATABASE_URL .*host:5432/name"):
        environment.database()


def test_the_embedded_database_survives_a_power_cut(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The intent to publish is written before the call; losing it to a power cut could publish twice."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REMIT_VAR", str(tmp_path))
    found = environment.database()
    assert found["NAME"] == str(tmp_path / "remit.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_more_packs_come_after_the_shipped_ones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A force that brings its own pack keeps the shared vocabulary; a folder that is not there is said."""
    monkeypatch.setenv("REMIT_PACKS", str(tmp_path))
    shipped, own = environment.pack_folders()
    assert (shipped.name, own) == ("packs", tmp_path)
    monkeypatch.setenv("REMIT_PACKS", str(tmp_path / "gone"))
    with pytest.raises(BadSetting, match="which is not a folder"):
        environment.pack_folders()


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("on", True), ("0", False), ("", False)])
def test_yes_and_no(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    """DEBUG=0 must not switch debug on."""
    monkeypatch.setenv("DEBUG", value)
    assert environment.flag("DEBUG") is expected


def test_a_flag_that_is_neither_yes_nor_no_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """DEBUG=flase must not switch debug on either."""
    monkeypatch.setenv("DEBUG", "flase")
    with pytest.raises(BadSetting, match="Set it to 1 for yes or 0 for no"):
        environment.flag("DEBUG")


def test_the_demonstration_keeps_one_key_for_connections(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a new key at each start every account would have to be connected again."""
    monkeypatch.setenv("REMIT_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("CONNECTION_KEYS", raising=False)
    (key,) = environment.connection_keys()
    assert len(key) == 32
    assert environment.connection_keys() == [key]
    assert (tmp_path / "var" / "connection-key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("REMIT_MODE", "production")
    assert environment.connection_keys() == [], "no key of ours is used for a force's own accounts"


@pytest.mark.parametrize("keys", ["secret", "c2hvcnQ=", f"{'A' * 43}=,x", "A" * 44])
def test_a_key_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    """A weak key would protect nothing, and a cut-off one would open nothing."""
    monkeypatch.setenv("CONNECTION_KEYS", keys)
    with pytest.raises(BadSetting, match="openssl rand -base64 32") as said:
        environment.connection_keys()
    assert keys not in str(said.value)


def test_keys_for_connections_are_read_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTION_KEYS", f"{'A' * 43}=, {'Q' * 42}E=")
    first, second = environment.connection_keys()
    assert (first, len(second)) == (bytes(32), 32)


@pytest.mark.parametrize(
    "address",
    [
        "http://bsky.social",
        "bsky.social",
        "https://bsky.social/xrpc",
        "https://",
        "https://me@bsky.social",
        "ftp://x.y",
    ],
)
def test_a_service_that_is_no_safe_address_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """An app password would go out in clear, or to a place that nobody meant."""
    monkeypatch.setenv("BLUESKY_SERVICES", address)
    with pytest.raises(BadSetting, match="BLUESKY_SERVICES"):
        environment.bluesky_services()


def test_a_server_on_this_machine_is_for_demonstrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """In earnest, a program on the server itself could pose as Bluesky."""
    monkeypatch.setenv("BLUESKY_SERVICES", "https://bsky.social/, http://127.0.0.1:2583")
    assert environment.bluesky_services() == ["https://bsky.social", "http://127.0.0.1:2583"]
    monkeypatch.setenv("REMIT_MODE", "production")
    with pytest.raises(BadSetting, match="demonstration"):
        environment.bluesky_services()
