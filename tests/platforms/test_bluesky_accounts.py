"""If these fail, a force cannot publish on Bluesky from Remit's own pages, or does so twice, or its secret gets out.

The whole way: somebody connects an account on its page, an author submits a post, the worker sends it to the real
server, and is killed while it does.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import serializers
from django.test import Client

from remit.accounts import worker
from remit.accounts.models import Account
from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Proposal
from remit.ledger.models import Entry
from remit.platforms import connections
from remit.platforms.bluesky import xrpc
from remit.platforms.models import Connection
from remit.posts import publishing
from remit.posts.acts import TakeDown
from remit.posts.acts.drafting import AttachPicture
from remit.posts.media import take
from remit.posts.models import Publication
from tests.platforms.conftest import Bluesky, Simulator, Somebody
from tests.posts.conftest import Clock, World, _harbour, clock, picture, vocabulary, world

__all__ = ["_harbour", "clock", "picture", "vocabulary", "world"]  # fixtures

REFRESH = "com.atproto.server.refreshSession"


@pytest.fixture
def us(bluesky: Bluesky) -> Somebody:
    return bluesky.somebody()


@pytest.fixture
def main(world: World, us: Somebody) -> Account:
    """The force's account, on the real server, registered and not connected."""
    account = world.accounts[0]
    account.platform, account.network, account.handle = "bluesky", "bluesky", us.profile.handle
    account.save()
    return account


@pytest.fixture
def page(client: Client, world: World, main: Account) -> Callable[..., str]:
    """Opens a page of the account's as Corporate Communications, or sends something to it; the page that follows."""
    client.force_login(world.adviser)

    def open_(path: str = "", **sent: str) -> str:
        where = f"/accounts/{main.pk}/{path}"
        answer = client.post(where, sent, follow=True) if sent else client.get(where)
        assert answer.status_code in (200, 422), answer.content
        return re.sub(r"\s+", " ", answer.content.decode())

    return open_


@pytest.fixture
def connected(page: Callable[..., str], us: Somebody) -> Somebody:
    page("connect", **us.given)
    return us


def only() -> Publication:
    return Publication.objects.get(action="publish")


def test_an_account_is_connected_on_its_page_and_the_ledger_says_so_without_the_secret(
    page: Callable[..., str], us: Somebody, main: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert "Not connected to Bluesky: nothing can be published from it." in page()
    assert us.service.removeprefix("http://") in page("connect")
    assert "is connected to Bluesky." in page("connect", **us.given)
    assert "Connected to Bluesky since" in page()
    shown = page("connection")
    assert us.did in shown
    assert f"@{us.profile.handle}" in shown
    (entry,) = Entry.objects.filter(action="accounts.connect")
    assert entry.object == f"accounts.account:{main.pk}"
    secrets = [us.app_password, *connections.opened("bluesky", "Bluesky", us.profile).secret.values()]
    kept = serializers.serialize("json", [*Entry.objects.all(), *Proposal.objects.all(), *Connection.objects.all()])
    for secret in secrets:
        assert secret not in kept + caplog.text + page() + page("connection") + page("connect")


def test_a_wrong_app_password_is_said_on_the_form_and_not_sent_back(page: Callable[..., str], us: Somebody) -> None:
    answer = page("connect", service=us.service, app_password="abcd-efgh-ijkl-mnop")
    assert "Bluesky does not know that handle and app password together." in answer
    assert "abcd-efgh-ijkl-mnop" not in answer.replace("such as abcd-efgh-ijkl-mnop", "")
    assert "Choose one of these." in page("connect", service="http://127.0.0.1:9", app_password=us.app_password)
    assert not Connection.objects.exists()
    assert not Entry.objects.filter(action="accounts.connect").exists()


def test_only_those_who_look_after_accounts_may_connect_one(
    client: Client, world: World, main: Account, us: Somebody
) -> None:
    client.force_login(world.author)
    for path in ("connection", "connect", "disconnect"):
        assert client.get(f"/accounts/{main.pk}/{path}").status_code == 403
    assert client.post(f"/accounts/{main.pk}/connect", us.given).status_code == 403
    assert "/connect" not in client.get(f"/accounts/{main.pk}/").content.decode()
    client.force_login(world.adviser)
    practice = world.accounts[1]
    assert client.get(f"/accounts/{practice.pk}/connect").status_code == 404, "it needs no connection"
    assert not Connection.objects.exists()


def test_disconnecting_says_what_follows_and_ends_the_session(
    page: Callable[..., str], connected: Somebody, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    secret = connections.opened("bluesky", "Bluesky", connected.profile).secret
    assert "Nothing more is published from it or taken down by Remit" in page("disconnect")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert "is no longer connected to Bluesky" in page("disconnect", yes="1")
    assert not Connection.objects.exists()
    assert Entry.objects.filter(action="accounts.disconnect").count() == 1
    with pytest.raises(xrpc.Answered, match="ExpiredToken"):
        xrpc.procedure(connected.service, REFRESH, token=secret["refresh"])


def test_connecting_again_ends_the_session_before_and_refuses_another_account(
    page: Callable[..., str], connected: Somebody, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    before = connections.opened("bluesky", "Bluesky", connected.profile).secret
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        page("connect", **connected.given)
    with pytest.raises(xrpc.Answered, match="ExpiredToken"):
        xrpc.procedure(connected.service, REFRESH, token=before["refresh"])
    Connection.objects.update(remote_id="did:plc:somebody-who-had-the-handle")
    assert "now belongs to another account than the one that was connected" in page("connect", **connected.given)
    assert Connection.objects.get().remote_id == "did:plc:somebody-who-had-the-handle"


def test_a_post_with_a_picture_goes_out_to_the_real_server_and_is_taken_down_again(
    world: World, clock: Clock, connected: Somebody, picture: bytes
) -> None:
    post = world.draft("Road closed at the bridge. https://example.org")
    door.propose(AttachPicture(post.pk, take(io.BytesIO(picture), "bridge.jpg")), world.author, clock())
    world.submit(post)
    publishing.work(clock)
    assert only().state == "sent", only().reason
    (record,) = connected.records()
    assert record["uri"] == only().remote_id
    assert record["value"]["text"] == "Road closed at the bridge. https://example.org"
    assert len(record["value"]["embed"]["images"]) == 1
    door.propose(TakeDown(only().pk, "The road is open again."), world.author, clock())
    publishing.work(clock)
    assert only().state == "gone"
    assert connected.records() == []


def test_whoever_writes_for_an_account_that_is_not_connected_is_told_before_putting_it_forward(
    world: World, page: Callable[..., str], us: Somebody, main: Account
) -> None:
    with pytest.raises(ActRefused, match="is not connected to Bluesky. Ask Corporate Communications to connect it"):
        world.submit(world.draft())
    page("connect", **us.given)
    connections.lost("bluesky", main.handle, "The app password was deleted.")
    with pytest.raises(ActRefused, match="is no longer connected to Bluesky. The app password was deleted."):
        world.submit(world.draft())
    assert not Publication.objects.exists()


def test_a_post_whose_account_was_disconnected_meanwhile_says_what_to_do(
    world: World, clock: Clock, connected: Somebody, page: Callable[..., str]
) -> None:
    world.submit(world.draft(publish_at=clock.now.replace(hour=15)))
    page("disconnect", yes="1")
    clock.forward(hours=3)
    publishing.work(clock)
    assert only().state == "failed"
    assert "is not connected to Bluesky. Ask Corporate Communications to connect it" in only().reason


class Killed(BaseException):
    """The worker is gone, as after SIGKILL: nothing after this point ran."""


@pytest.mark.parametrize("point", ["intent written", "about to call", "answered", "remote id kept"])
def test_a_worker_killed_while_it_sends_leaves_one_post_or_none_and_knows_which(
    world: World, clock: Clock, connected: Somebody, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    for _ in range(2):  # the same words twice, on purpose: the mark tells them apart, and not the text
        world.submit(world.draft())
    first, second = Publication.objects.order_by("pk")
    publishing.send(first.pk, clock)
    clock.forward(seconds=1)

    def kill(reached: str) -> None:
        if reached == point:
            raise Killed

    monkeypatch.setattr("remit.posts.claims.reached", kill)
    with pytest.raises(Killed):
        publishing.send(second.pk, clock)
    monkeypatch.undo()
    for _ in range(4):
        clock.forward(minutes=6)
        publishing.work(clock)
    second.refresh_from_db()
    records = connected.records()
    if point in ("intent written", "about to call"):
        assert (second.state, len(records)) == ("failed", 1)
    else:
        assert (second.state, len(records)) == ("sent", 2)
        assert second.remote_id == records[1]["uri"]


def test_an_answer_that_was_lost_is_found_by_reading_back(
    world: World, clock: Clock, connected: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = xrpc.procedure

    def lose_the_answer(service: str, method: str, *rest: object) -> xrpc.Json:
        answer = call(service, method, *rest)  # type: ignore[arg-type]
        if method.endswith("putRecord"):
            raise xrpc.Unanswered("ConnectionResetError")
        return answer

    world.submit(world.draft())
    monkeypatch.setattr(xrpc, "procedure", lose_the_answer)
    publishing.work(clock)
    assert only().state == "unknown"
    monkeypatch.undo()
    clock.forward(minutes=3)
    publishing.work(clock)
    assert only().state == "sent"
    assert [record["uri"] for record in connected.records()] == [only().remote_id]


def test_a_connection_that_is_lost_is_said_before_a_post_needs_it(
    world: World, clock: Clock, connected: Somebody, page: Callable[..., str]
) -> None:
    assert not worker.turn(clock), "it was just connected"
    xrpc.procedure(connected.service, "com.atproto.server.revokeAppPassword", {"name": "remit"}, connected.token)
    clock.now = Connection.objects.get().checked_at + timedelta(hours=13)
    assert worker.turn(clock)
    assert not worker.turn(clock)
    shown = page()
    assert "is no longer connected to Bluesky" in shown, "on a banner"
    assert "Make a new app password in Bluesky and connect the account again." in shown
    clock.forward(hours=13)
    assert worker.turn(clock)
    assert Entry.objects.filter(action="accounts.connection-lost").count() == 1, "it is said once"


def test_a_connection_that_was_lost_for_a_while_works_again_by_itself(
    world: World, clock: Clock, connected: Somebody, page: Callable[..., str]
) -> None:
    clock.now = Connection.objects.get().checked_at + timedelta(hours=13)
    before = connections.opened("bluesky", "Bluesky", connected.profile)
    xrpc.procedure(connected.service, "com.atproto.server.deactivateAccount", {}, connected.token)
    worker.turn(clock)
    assert "The account is deactivated." in page()
    assert connections.opened("bluesky", "Bluesky", connected.profile).secret != before.secret, "the new token is kept"
    xrpc.procedure(connected.service, "com.atproto.server.activateAccount", None, connected.token)
    clock.forward(hours=13)
    worker.turn(clock)
    assert Connection.objects.get().problem == ""
    assert "no longer connected" not in page()


def test_a_connection_that_works_is_kept_alive_and_a_network_that_is_away_is_asked_again(
    world: World, clock: Clock, connected: Somebody, simulator: Simulator
) -> None:
    before = Connection.objects.get()
    clock.now = before.checked_at + timedelta(hours=13)
    simulator.answers(REFRESH, 503, b"")
    Connection.objects.update(service=simulator.service)
    assert worker.turn(clock)
    away = Connection.objects.get()
    assert (away.problem, away.version) == ("", before.version)
    assert not worker.turn(clock), "it is left alone for a while"
    clock.forward(minutes=16)
    simulator.answers(REFRESH, 200, {"accessJwt": "new", "refreshJwt": "newer", "did": connected.did})
    assert worker.turn(clock)
    assert Connection.objects.get().version == before.version + 1
