"""If these fail, rehearsals on the practice network teach the worker something that real networks do not do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from remit.platforms import registry
from remit.platforms.practice.models import PracticePost
from remit.platforms.practice.network import LOST, NO_ANSWER, REFUSE, PracticeNetwork
from remit.platforms.protocol import Content, Picture, Profile, Refused, Unclear

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TEAM = Profile("northtown", "x", "Northtown team")
DOT = Picture(b"not really a picture", "image/png", "0" * 64, "A dot.")

pytestmark = pytest.mark.django_db


def network(**character: object) -> PracticeNetwork:
    return PracticeNetwork(clock=lambda: NOW, **character)  # type: ignore[arg-type]


def test_the_registry_finds_networks_by_name_and_says_which_there_are() -> None:
    assert registry.find("practice").name == "practice"
    with pytest.raises(LookupError, match="practice"):
        registry.find("praktice")


def test_what_is_published_is_on_the_public_page_without_signing_in(client: Client) -> None:
    published = network().publish(TEAM, Content("Road closed <b>now</b>", (DOT,)), uuid4(), NOW)
    page = client.get(published.url)
    assert page.status_code == 200
    assert b"Road closed &lt;b&gt;now&lt;/b&gt;" in page.content
    assert b'alt="A dot."' in page.content
    picture = client.get(f"{published.url}picture-0")
    assert picture.content == DOT.data
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert b"Road closed" in client.get("/practice/northtown/").content


def test_what_is_taken_down_is_gone_from_the_page(client: Client) -> None:
    published = network().publish(TEAM, Content("Wrong"), uuid4(), NOW)
    network().delete(TEAM, published.remote_id)
    assert client.get(published.url).status_code == 404
    assert client.get(f"{published.url}picture-0").status_code == 404
    network().delete(TEAM, published.remote_id)  # already gone is a success


def test_an_idempotent_network_publishes_a_key_once_and_another_twice() -> None:
    key = uuid4()
    first, again = (network().publish(TEAM, Content("Once"), key, NOW) for _ in range(2))
    assert first == again
    forgetful = network(idempotent=False)
    assert forgetful.publish(TEAM, Content("Once"), key, NOW).remote_id != first.remote_id


def test_faults_are_used_up_in_order_and_leave_what_they_say() -> None:
    faulty = network(faults=[REFUSE, LOST, NO_ANSWER, ""])
    for error in (Refused, Unclear, Unclear):
        with pytest.raises(error):
            faulty.publish(TEAM, Content("Text"), uuid4(), NOW)
    faulty.publish(TEAM, Content("Text"), uuid4(), NOW)
    assert PracticePost.objects.count() == 2  # the one without an answer and the last


def test_a_lagging_network_shows_a_post_later_and_a_blind_one_never() -> None:
    network().publish(TEAM, Content("Text"), uuid4(), NOW)
    assert network(lag=timedelta(minutes=1)).read_back(TEAM, NOW) == []
    assert [found.text for found in network().read_back(TEAM, NOW)] == ["Text"]
    with pytest.raises(Refused):
        network(readable=False).read_back(TEAM, NOW)


def test_over_the_limits_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="1 too long for X"):
        network().publish(TEAM, Content("a" * 281), uuid4(), NOW)
