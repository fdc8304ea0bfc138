"""If these fail, a fault of Bluesky's loses a post or sends it twice, or nobody is told in words what to do.

The first half is what the real server says; the second is a simulator, which misbehaves as real services have.
"""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from uuid import uuid4

import pytest
from pytest_django import Settings

from remit.platforms import connections
from remit.platforms.bluesky import xrpc
from remit.platforms.bluesky.faults import explained
from remit.platforms.bluesky.network import PLATFORM
from remit.platforms.bluesky.session import Session
from remit.platforms.protocol import Connected, Content, Later, Picture, Profile, Refused, Unclear
from tests.platforms.conftest import Bluesky, Simulator
from tests.platforms.test_bluesky import drawn

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PUT, DELETE, LIST = (f"com.atproto.repo.{name}" for name in ("putRecord", "deleteRecord", "listRecords"))
US = Profile("us.test", "bluesky")


# The real server


def test_what_is_too_long_is_refused_before_it_is_sent(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    with pytest.raises(Refused, match="1 too long for Bluesky"):
        PLATFORM.publish(us.connect(), Content("a" * 301), uuid4(), NOW)
    PLATFORM.publish(us.profile, Content("👨‍👩‍👧‍👦" * 100 + "é" * 200), uuid4(), NOW)
    assert len(us.records()) == 1


def test_the_servers_own_count_is_ours(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    us.connect()
    record = {"$type": "app.bsky.feed.post", "text": "a" * 301, "createdAt": "2026-11-21T12:00:00.000Z"}
    body = {"repo": us.did, "collection": "app.bsky.feed.post", "record": record}
    with pytest.raises(Refused, match="The text is too long for Bluesky"), explained(may_have_happened=True):
        Session(us.profile).procedure("com.atproto.repo.createRecord", body)


def test_a_record_that_makes_no_sense_is_refused_in_the_servers_words(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    us.connect()
    body = {"repo": us.did, "collection": "app.bsky.feed.post", "record": {"$type": "app.bsky.feed.post", "text": "x"}}
    with pytest.raises(Refused, match="Bluesky does not take the post: .*createdAt"), explained(may_have_happened=True):
        Session(us.profile).procedure("com.atproto.repo.createRecord", body)


def test_a_picture_that_the_server_finds_too_large_is_said(bluesky: Bluesky, monkeypatch: pytest.MonkeyPatch) -> None:
    us = bluesky.somebody()
    large = Picture(drawn(side=1100), "image/jpeg", "0" * 64, "Noise.")
    monkeypatch.setattr("remit.platforms.bluesky.pictures.LARGEST", 5_000_000)
    with pytest.raises(Refused, match="A picture is larger than Bluesky takes"):
        PLATFORM.publish(us.connect(), Content("Large.", (large,)), uuid4(), NOW)
    assert us.records() == []


def test_an_account_that_was_taken_down_is_said_and_works_again_when_restored(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    profile = us.connect()
    bluesky.take_down(us.did)
    for attempt in (
        lambda: PLATFORM.publish(profile, Content("No."), uuid4(), NOW),
        lambda: PLATFORM.read_profile(profile),
        lambda: PLATFORM.check(profile),
    ):
        with pytest.raises(Refused, match="Bluesky has taken the account down") as refused:
            attempt()
        assert "Appeal" in refused.value.remedy
    with pytest.raises(Refused, match="taken down, deactivated or deleted"):
        PLATFORM.read_back(profile, NOW)  # and not: nothing was published
    with pytest.raises(Refused, match="taken the account down, it says the same"):
        PLATFORM.connect(profile, us.given)
    bluesky.take_down(us.did, applied=False)
    PLATFORM.connect(profile, us.given)


def test_an_account_that_was_deactivated_is_said(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    profile = us.connect()
    xrpc.procedure(us.service, "com.atproto.server.deactivateAccount", {}, us.token)
    for attempt in (
        lambda: PLATFORM.publish(profile, Content("No."), uuid4(), NOW),
        lambda: PLATFORM.check(profile),
        lambda: PLATFORM.connect(profile, us.given),
    ):
        with pytest.raises(Refused, match="The account is deactivated"):
            attempt()


def test_too_many_attempts_are_put_off_until_the_server_says(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    asked = {"handle": "not-ours.example"}  # what the server limits the most strictly of all
    with pytest.raises(Later, match="too many requests") as later:
        for _ in range(20):
            try:
                with explained():
                    xrpc.procedure(us.service, "com.atproto.identity.updateHandle", asked, us.token)
            except Refused:
                continue
    now = datetime.now(UTC)
    assert later.value.at is not None
    assert now < later.value.at < now + timedelta(minutes=10)


# The simulator


@pytest.fixture
def faulty(simulator: Simulator) -> Simulator:
    """A simulator to which an account is connected, with a token that does not say when it runs out."""
    secret = {"access": "access-secret-token", "refresh": "refresh-secret-token"}
    connections.keep("bluesky", "us.test", Connected(simulator.service, "did:plc:us", secret), NOW)
    return simulator


def publish() -> None:
    PLATFORM.publish(US, Content("Road closed."), uuid4(), NOW)


def hang_up(request: BaseHTTPRequestHandler) -> None:
    request.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_fault_of_the_service_while_publishing_means_nobody_knows(faulty: Simulator, status: int) -> None:
    faulty.answers(PUT, status, b"<html>Bad gateway</html>")
    faulty.answers(DELETE, status, {"error": "InternalServerError", "message": "Internal Server Error"})
    with pytest.raises(Unclear, match=str(status)):
        publish()
    with pytest.raises(Unclear):
        PLATFORM.delete(US, "at://did:plc:us/app.bsky.feed.post/3m5zzzzzzzzz2")
    assert faulty.called == [PUT, DELETE], "nothing is tried again"


@pytest.mark.parametrize(
    "answer", [b"", b"{}", b"[]", b"null", b"<html></html>", b'{"uri": 3}', b'{"uri": "at://did:plc:us/', b"\xff\xfe"]
)
def test_an_answer_that_makes_no_sense_means_nobody_knows(faulty: Simulator, answer: bytes) -> None:
    faulty.answers(PUT, 200, answer)
    with pytest.raises(Unclear):
        publish()


def test_a_call_without_an_answer_means_nobody_knows(faulty: Simulator) -> None:
    faulty.acts[PUT] = hang_up
    with pytest.raises(Unclear, match="did not give an answer"):
        publish()


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\nX: y", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"])
def test_a_service_that_hangs_or_drips_is_cut_off(
    faulty: Simulator, monkeypatch: pytest.MonkeyPatch, drip: bytes
) -> None:
    monkeypatch.setattr(xrpc, "LONGEST", 0.3)

    def hang(request: BaseHTTPRequestHandler) -> None:
        try:
            request.wfile.write(drip)
            for _ in range(600):
                time.sleep(0.1)  # the service's slowness, not ours
                request.wfile.write(b"z" if drip else b"")
        except OSError:
            pass

    faulty.acts[PUT] = hang
    with pytest.raises(Unclear):
        publish()


def test_an_answer_without_end_is_not_read(faulty: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xrpc, "LARGEST", 1000)
    faulty.answers(PUT, 200, b'{"uri": "' + b"a" * 2000 + b'"}')
    with pytest.raises(Unclear):
        publish()


def test_a_redirect_is_not_followed(faulty: Simulator) -> None:
    faulty.answers(PUT, 302, b"", Location=f"{faulty.service}/xrpc/elsewhere")
    with pytest.raises(Unclear):
        publish()
    assert faulty.called == [PUT]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [({"RateLimit_Reset": "in"}, None), ({"Retry_After": "90"}, 90), ({}, None), ({"Retry_After": "9" * 40}, None)],
)
def test_too_many_requests_are_put_off_as_long_as_the_service_says(
    faulty: Simulator, header: dict[str, str], seconds: int | None
) -> None:
    faulty.answers(PUT, 429, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, **header)
    with pytest.raises(Later, match="too many requests") as later:
        publish()
    if seconds is None:
        assert later.value.at is None
    else:
        assert later.value.at is not None
        assert abs(later.value.at - datetime.now(UTC) - timedelta(seconds=seconds)) < timedelta(seconds=30)


def test_nobody_is_put_off_for_longer_than_a_day(faulty: Simulator) -> None:
    faulty.answers(PUT, 429, {"error": "RateLimitExceeded"}, RateLimit_Reset="4000000000")
    with pytest.raises(Later) as later:
        publish()
    assert later.value.at is not None
    assert later.value.at <= datetime.now(UTC) + timedelta(days=1)


def test_what_goes_wrong_before_the_post_is_sent_is_tried_again_later(faulty: Simulator) -> None:
    upload, resolve = "com.atproto.repo.uploadBlob", "com.atproto.identity.resolveHandle"
    picture = Picture(drawn(), "image/jpeg", "0" * 64, "A bridge.")
    faulty.answers(upload, 500, b"")
    with pytest.raises(Later, match="fault of its own"):
        PLATFORM.publish(US, Content("With a picture.", (picture,)), uuid4(), NOW)
    faulty.acts[upload] = hang_up
    with pytest.raises(Later, match="did not give an answer"):
        PLATFORM.publish(US, Content("With a picture.", (picture,)), uuid4(), NOW)
    faulty.answers(upload, 200, {"blob": "nonsense"})
    with pytest.raises(Later):
        PLATFORM.publish(US, Content("With a picture.", (picture,)), uuid4(), NOW)
    faulty.answers(resolve, 503, b"")
    with pytest.raises(Later):
        PLATFORM.publish(US, Content("With @somebody.test."), uuid4(), NOW)
    assert PUT not in faulty.called


def test_a_service_that_is_not_there_is_tried_again_later(faulty: Simulator, settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    settings.BLUESKY_SERVICES = [nobody, "http://no-such-host.invalid"]
    for service in settings.BLUESKY_SERVICES:
        connections.keep("bluesky", "us.test", Connected(service, "did:plc:us", {"access": "a", "refresh": "b"}), NOW)
        with pytest.raises(Later, match="cannot be reached"):
            publish()


def test_a_service_that_is_no_longer_allowed_is_not_called(faulty: Simulator, settings: Settings) -> None:
    settings.BLUESKY_SERVICES = ["https://bsky.social"]
    with pytest.raises(Refused, match="Remit may not call") as refused:
        publish()
    assert "BLUESKY_SERVICES" in refused.value.remedy
    assert faulty.called == []


def test_a_refused_token_is_renewed_once_and_not_for_ever(faulty: Simulator) -> None:
    refresh = "com.atproto.server.refreshSession"
    faulty.answers(PUT, 400, {"error": "ExpiredToken", "message": "Token has expired"})
    faulty.answers(refresh, 200, {"accessJwt": "new", "refreshJwt": "newer", "did": "did:plc:us"})
    with pytest.raises(Refused, match="no longer accepts the connection"):
        publish()
    assert faulty.called == [PUT, refresh, PUT]


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, "AuthMissing", "no longer accepts the connection"),
        (403, "Forbidden", "does not allow this"),
        (413, "PayloadTooLarge", "larger than Bluesky takes"),
        (501, "MethodNotImplemented", "does not know what Remit asked"),
        (400, "SomethingNew", "refused it \\(SomethingNew\\)"),
        (400, "<script>", "refused it \\(400\\)"),
    ],
)
def test_every_refusal_has_words_and_a_remedy(faulty: Simulator, status: int, error: str, words: str) -> None:
    faulty.answers(PUT, status, {"error": error, "message": "said: access-secret-token"})
    with pytest.raises(Refused, match=words) as refused:
        publish()
    assert refused.value.remedy
    assert "access-secret-token" not in str(refused.value), "a service may repeat what it was sent"


@pytest.mark.parametrize("records", [[{}], [3], [{"uri": "x", "value": {"text": "y", "createdAt": "z"}}], "x", None])
def test_reading_back_nonsense_is_tried_again_later_and_not_taken_for_absence(
    faulty: Simulator, records: object
) -> None:
    faulty.answers(LIST, 200, {"records": records})
    with pytest.raises(Later):
        PLATFORM.read_back(US, NOW)


def test_a_service_that_gives_the_same_page_for_ever_does_not_hold_the_worker(
    faulty: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remit.platforms.bluesky.network.PAGE", 1)
    record = {"uri": "at://did:plc:us/app.bsky.feed.post/3m5", "value": {"text": "x", "createdAt": "2026-11-21T12:00Z"}}
    faulty.answers(LIST, 200, {"records": [record], "cursor": "2222222222222"})
    assert len(PLATFORM.read_back(US, NOW)) == 1


def test_https_goes_through_the_proxy_that_the_environment_names(
    simulator: Simulator, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        import threading

        def answer() -> None:
            with proxy.accept()[0] as caller:
                asked.append(caller.recv(1000))
                caller.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        settings.BLUESKY_SERVICES = ["https://bsky.social"]
        with pytest.raises(xrpc.Unreached):
            xrpc.query("https://bsky.social", "com.atproto.server.describeServer")
        thread.join()
    assert asked[0].startswith(b"CONNECT bsky.social:443 ")
