"""If these fail, an account cannot be connected, its secret leaks, or two workers lose its session between them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection as database
from pytest_django import Settings

from remit.platforms import connections
from remit.platforms.bluesky import xrpc
from remit.platforms.bluesky.network import PLATFORM
from remit.platforms.bluesky.session import Session
from remit.platforms.models import Connection
from remit.platforms.protocol import Connected, Content, Later, Profile, Refused
from tests.platforms.conftest import Bluesky, Simulator, Somebody

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def token(key: str, did: str, expires: datetime, scope: str = "com.atproto.appPass") -> str:
    """An access token as the server signs its own, which runs out at `expires`."""
    head = {"typ": "at+jwt", "alg": "HS256"}
    body = {
        "scope": scope,
        "aud": "did:web:localhost",
        "sub": did,
        "iat": int(expires.timestamp()) - 7200,
        "exp": int(expires.timestamp()),
    }
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in (head, body))
    return f"{signed}.{_encoded(hmac.digest(key.encode(), signed.encode(), hashlib.sha256))}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def expire(somebody: Somebody, bluesky: Bluesky, when: datetime) -> None:
    """Put a token that runs out at `when` in place of the account's own."""
    opened = Session(somebody.profile)._opened
    stale = token(bluesky.server.token_key, somebody.did, when)
    secret = {**opened.secret, "access": stale}
    connections.keep("bluesky", somebody.profile.handle, Connected(opened.service, opened.remote_id, secret), NOW)


@pytest.mark.django_db
def test_an_app_password_connects_the_account_and_is_not_kept(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    us.connect()
    kept = Connection.objects.get()
    assert (kept.remote_id, kept.service, kept.problem) == (us.did, us.service, "")
    session = Session(us.profile)
    assert set(session._opened.secret) == {"access", "refresh"}
    for secret in (us.app_password, *session._opened.secret.values()):
        assert secret.encode() not in bytes(kept.sealed)
        assert secret not in repr(session._opened) + repr(session._opened.connected())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("abcd-efgh-ijkl-mnop", "does not know that handle and app password together"),
        ("the account's own password", "That is no app password"),
        ("", "That is no app password"),
    ],
)
def test_a_wrong_password_is_said_with_what_to_do(bluesky: Bluesky, password: str, words: str) -> None:
    us = bluesky.somebody()
    with pytest.raises(Refused, match=words) as refused:
        PLATFORM.connect(us.profile, {"service": us.service, "app_password": password})
    assert "app password" in refused.value.remedy or "App passwords" in refused.value.remedy
    assert not password or password not in str(refused.value)


@pytest.mark.django_db
def test_the_accounts_own_password_is_refused_even_when_it_looks_like_an_app_password(bluesky: Bluesky) -> None:
    handle, password = f"p{uuid4().hex[:12]}.test", "abcd-efgh-ijkl-mnop"
    account = {"handle": handle, "email": f"{uuid4().hex}@example.test", "password": password}
    xrpc.procedure(bluesky.service, "com.atproto.server.createAccount", account)
    with pytest.raises(Refused, match="That is the account's own password"):
        PLATFORM.connect(Profile(handle, "bluesky"), {"service": bluesky.service, "app_password": password})


@pytest.mark.django_db
def test_a_password_of_another_account_does_not_connect_this_one(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    with pytest.raises(Refused, match="belongs to another account"):
        PLATFORM.connect(Profile(us.did, "bluesky"), us.given)


@pytest.mark.django_db
def test_nothing_is_sent_to_a_service_that_the_settings_do_not_name(simulator: Simulator, settings: Settings) -> None:
    settings.BLUESKY_SERVICES = ["https://bsky.social"]
    given = {"service": simulator.service, "app_password": "abcd-efgh-ijkl-mnop"}
    with pytest.raises(Refused, match="BLUESKY_SERVICES"):
        PLATFORM.connect(Profile("us.test", "bluesky"), given)
    assert simulator.called == []


@pytest.mark.django_db
def test_a_token_that_ran_out_is_renewed_and_the_post_goes_out(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    us.connect()
    expire(us, bluesky, datetime.now(UTC) - timedelta(minutes=1))
    PLATFORM.publish(us.profile, Content("In time."), uuid4(), NOW)
    assert len(us.records()) == 1


@pytest.mark.django_db
def test_a_token_that_only_the_server_knows_to_be_bad_is_renewed_too(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    us.connect()
    opened = Session(us.profile)._opened
    forged = token("not the server's key", us.did, datetime.now(UTC) + timedelta(hours=1))
    secret = {**opened.secret, "access": forged}
    connections.keep("bluesky", us.profile.handle, Connected(us.service, us.did, secret), NOW)
    PLATFORM.publish(us.profile, Content("In time."), uuid4(), NOW)
    assert len(us.records()) == 1
    assert connections.find("bluesky", us.profile.handle).version == 3  # type: ignore[union-attr]


@pytest.mark.django_db
def test_an_app_password_that_was_deleted_is_said_and_kept_as_the_connections_problem(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    us.connect()
    xrpc.procedure(us.service, "com.atproto.server.revokeAppPassword", {"name": "remit"}, us.token)
    expire(us, bluesky, datetime.now(UTC) - timedelta(minutes=1))
    with pytest.raises(Refused, match="no longer accepts the connection"):
        PLATFORM.publish(us.profile, Content("Too late."), uuid4(), NOW)
    assert "Make a new app password" in Connection.objects.get().problem
    assert us.records() == []


@pytest.mark.django_db
def test_disconnecting_ends_the_session_at_the_server_and_twice_is_no_error(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    us.connect()
    ended = connections.forget("bluesky", us.profile.handle)
    assert ended is not None
    PLATFORM.disconnect(us.profile, ended)
    PLATFORM.disconnect(us.profile, ended)
    with pytest.raises(xrpc.Answered, match="ExpiredToken"):
        xrpc.procedure(us.service, "com.atproto.server.refreshSession", token=ended.secret["refresh"])
    with pytest.raises(Refused, match="is not connected to Bluesky"):
        PLATFORM.publish(us.profile, Content("Nobody."), uuid4(), NOW)


@pytest.mark.django_db
def test_a_secret_opens_for_its_own_account_alone_and_after_a_change_of_key(
    bluesky: Bluesky, settings: Settings
) -> None:
    us, other = bluesky.somebody(), bluesky.somebody()
    us.connect()
    other.connect()
    old = settings.CONNECTION_KEYS
    settings.CONNECTION_KEYS = [b"n" * 32, *old]
    PLATFORM.publish(us.profile, Content("With the old key."), uuid4(), NOW)
    PLATFORM.check(us.profile)
    settings.CONNECTION_KEYS = [b"n" * 32]
    PLATFORM.publish(us.profile, Content("With the new key."), uuid4(), NOW)
    with pytest.raises(Refused, match="cannot be opened with the keys it has"):
        PLATFORM.publish(other.profile, Content("Not renewed."), uuid4(), NOW)
    mine = connections.find("bluesky", us.profile.handle)
    assert mine is not None
    Connection.objects.filter(handle=other.profile.handle).update(sealed=bytes(mine.sealed))
    with pytest.raises(Refused, match="cannot be opened"):
        PLATFORM.publish(other.profile, Content("Another's."), uuid4(), NOW)


@pytest.mark.django_db
def test_without_a_key_nothing_is_connected(bluesky: Bluesky, settings: Settings) -> None:
    settings.CONNECTION_KEYS = []
    with pytest.raises(Refused, match="CONNECTION_KEYS"):
        bluesky.somebody().connect()
    assert not Connection.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_workers_that_find_the_token_out_of_date_at_once_renew_it_once_and_all_publish(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    us.connect()
    expire(us, bluesky, datetime.now(UTC) - timedelta(minutes=1))
    ready, faults = threading.Barrier(6), []

    def work(number: int) -> None:
        try:
            ready.wait(timeout=20)
            PLATFORM.publish(us.profile, Content(f"From worker {number}."), uuid4(), NOW + timedelta(seconds=number))
        except Exception as fault:
            faults.append(fault)
        finally:
            database.close()

    workers = [threading.Thread(target=work, args=[number]) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    assert len(us.records()) == 6
    kept = Connection.objects.get()
    assert kept.version == 3, "connected, put out of date, renewed once"
    assert kept.renewing_until is None
    PLATFORM.check(us.profile)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_died_while_renewing_costs_nobody_the_session(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    us.connect()
    session = Session(us.profile)
    # It had its answer, and was killed before it could save it.
    xrpc.procedure(us.service, "com.atproto.server.refreshSession", token=session._opened.secret["refresh"])
    Connection.objects.update(renewing_until=datetime.now(UTC) - timedelta(seconds=1))
    expire(us, bluesky, datetime.now(UTC) - timedelta(minutes=1))
    PLATFORM.publish(us.profile, Content("Still here."), uuid4(), NOW)
    PLATFORM.check(us.profile)
    assert len(us.records()) == 1


@pytest.mark.django_db
def test_a_worker_that_was_given_up_on_does_not_overwrite_the_newer_secret(simulator: Simulator) -> None:
    profile = Profile("us.test", "bluesky")
    connections.keep("bluesky", "us.test", Connected(simulator.service, "did:plc:us", {"refresh": "1"}), NOW)
    stale = connections.opened("bluesky", "Bluesky", profile)

    def slow(secret: object) -> dict[str, str]:
        Connection.objects.update(renewing_until=datetime.now(UTC) - timedelta(seconds=1))  # its time ran out
        return dict(connections.renewed("bluesky", profile, stale, lambda _: {"refresh": "2"}).secret) and {
            "refresh": "late"
        }

    assert connections.renewed("bluesky", profile, stale, slow).secret == {"refresh": "2"}
    assert connections.opened("bluesky", "Bluesky", profile).secret == {"refresh": "2"}


@pytest.mark.django_db
def test_nobody_waits_for_ever_for_another_worker(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = Profile("us.test", "bluesky")
    connections.keep("bluesky", "us.test", Connected(simulator.service, "did:plc:us", {"refresh": "1"}), NOW)
    Connection.objects.update(renewing_until=datetime.now(UTC) + timedelta(minutes=1))
    monkeypatch.setattr(connections, "PATIENCE", 0.1)
    began = time.monotonic()
    with pytest.raises(Later, match="Another worker is renewing"):
        connections.renewed("bluesky", profile, connections.opened("bluesky", "Bluesky", profile), dict)
    assert time.monotonic() - began < 30


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"accessJwt": "", "refreshJwt": "", "did": "did:plc:us"},
        {"accessJwt": "a", "did": "did:plc:us"},
        {"accessJwt": "a", "refreshJwt": "b", "did": "did:plc:somebody-else"},
        [],
        b"<html>Bad gateway</html>",
    ],
)
def test_a_renewal_that_brings_nothing_usable_leaves_the_secret_as_it_is(simulator: Simulator, answer: object) -> None:
    profile = Profile("us.test", "bluesky")
    secret = {"access": token("k", "did:plc:us", NOW - timedelta(days=1)), "refresh": "r"}
    connections.keep("bluesky", "us.test", Connected(simulator.service, "did:plc:us", secret), NOW)
    simulator.answers("com.atproto.server.refreshSession", 200, answer)
    with pytest.raises(Later):
        PLATFORM.check(profile)
    assert connections.opened("bluesky", "Bluesky", profile).secret == secret
    assert Connection.objects.get().renewing_until is None
