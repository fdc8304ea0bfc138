"""If these fail, what a force publishes on Bluesky is not what was approved, or is there twice, or cannot be found.

All of it against the real server (npm @atproto/pds), which is started on this machine.
"""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen
from uuid import uuid4

import pytest
from PIL import Image

from remit.platforms import registry
from remit.platforms.bluesky.network import PLATFORM
from remit.platforms.protocol import Content, Picture, Refused
from tests.platforms.conftest import Bluesky

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


def drawn(kind: str = "JPEG", side: int = 60, mode: str = "RGB") -> bytes:
    """A picture of noise, which compresses badly."""
    noise = random.Random(4417).randbytes(side * side * len(mode))
    out = io.BytesIO()
    Image.frombytes(mode, (side, side), noise).save(out, kind, **({"quality": 95} if kind == "JPEG" else {}))
    return out.getvalue()


def test_the_registry_finds_bluesky_and_its_limits() -> None:
    assert "bluesky" in registry.names()
    assert registry.find("bluesky").limits("bluesky").text == 300
    with pytest.raises(KeyError):
        registry.find("bluesky").limits("x")


def test_a_post_is_there_word_for_word_with_the_time_it_was_sent(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    published = PLATFORM.publish(us.connect(), Content("Road closed at the bridge. 👮🏽‍♀️"), uuid4(), NOW)
    (post,) = us.records()
    assert post["uri"] == published.remote_id
    assert post["value"]["text"] == "Road closed at the bridge. 👮🏽‍♀️"
    assert post["value"]["createdAt"] == "2026-11-21T12:00:00.123Z"
    with urlopen(published.url, timeout=20) as page:
        assert b"Road closed at the bridge." in page.read()


def test_links_mentions_and_hashtags_point_at_their_own_bytes(bluesky: Bluesky) -> None:
    us, other = bluesky.somebody(), bluesky.somebody()
    text = f"Café 👮🏽‍♀️ with @{other.profile.handle} and @nobody.test: https://example.org/é. #RoadSafety!"
    PLATFORM.publish(us.connect(), Content(text), uuid4(), NOW)
    (post,) = us.records()
    raw = text.encode()
    marked = {
        raw[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(): f["features"][0] for f in post["value"]["facets"]
    }
    assert marked == {
        f"@{other.profile.handle}": {"$type": "app.bsky.richtext.facet#mention", "did": other.did},
        "https://example.org/é": {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/é"},
        "#RoadSafety": {"$type": "app.bsky.richtext.facet#tag", "tag": "RoadSafety"},
    }


def test_pictures_arrive_with_their_descriptions_and_shapes(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    wide = io.BytesIO()
    Image.new("RGB", (80, 40), "navy").save(wide, "PNG")
    pictures = (
        Picture(drawn(), "image/jpeg", "0" * 64, "The bridge at night."),
        Picture(wide.getvalue(), "image/png", "1" * 64, "A blue sign."),
    )
    PLATFORM.publish(us.connect(), Content("Two pictures.", pictures), uuid4(), NOW)
    (post,) = us.records()
    first, second = post["value"]["embed"]["images"]
    assert (first["alt"], first["aspectRatio"]) == ("The bridge at night.", {"width": 60, "height": 60})
    assert (second["alt"], second["aspectRatio"]) == ("A blue sign.", {"width": 80, "height": 40})
    link = first["image"]["ref"]["$link"]
    with urlopen(f"{us.service}/xrpc/com.atproto.sync.getBlob?did={us.did}&cid={link}", timeout=20) as kept:
        assert kept.read() == pictures[0].data, "a picture that fits is sent as it was approved"


def test_a_film_arrives_with_its_description_and_shape(bluesky: Bluesky) -> None:
    us, data = bluesky.somebody(), (Path(__file__).parents[1] / "posts/films/street.mp4").read_bytes()
    film = Picture(data, "video/mp4", "0" * 64, "A street at dusk.", (640, 480), 9)
    PLATFORM.publish(us.connect(), Content("A film.", (film,)), uuid4(), NOW)
    (post,) = us.records()
    embed = post["value"]["embed"]
    assert (embed["$type"], embed["alt"]) == ("app.bsky.embed.video", "A street at dusk.")
    assert embed["aspectRatio"] == {"width": 640, "height": 480}
    link = embed["video"]["ref"]["$link"]
    with urlopen(f"{us.service}/xrpc/com.atproto.sync.getBlob?did={us.did}&cid={link}", timeout=20) as kept:
        assert kept.read() == data
    (found,) = PLATFORM.read_back(us.profile, NOW - timedelta(minutes=5))
    assert found.pictures == 1


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA")])
def test_a_picture_too_large_for_bluesky_goes_out_as_a_smaller_copy(bluesky: Bluesky, kind: str, mode: str) -> None:
    us = bluesky.somebody()
    large = Picture(drawn(kind, 1100 if kind == "JPEG" else 620, mode), f"image/{kind.lower()}", "0" * 64, "Noise.")
    assert 1_000_000 < len(large.data) < 2_000_000
    PLATFORM.publish(us.connect(), Content("A large picture.", (large,)), uuid4(), NOW)
    (post,) = us.records()
    image = post["value"]["embed"]["images"][0]["image"]
    assert image["size"] <= 1_000_000
    assert image["mimeType"] == "image/jpeg"


def test_a_thread_hangs_together_from_its_first_part_to_its_last(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    profile, after, ids = us.connect(), "", []
    for number in range(3):
        at = NOW + timedelta(seconds=number)
        after = PLATFORM.publish(profile, Content(f"Part {number + 1}", after=after), uuid4(), at).remote_id
        ids.append(after)
    first, second, third = us.records()
    assert "reply" not in first["value"]
    assert second["value"]["reply"]["root"]["uri"] == second["value"]["reply"]["parent"]["uri"] == ids[0]
    assert third["value"]["reply"]["root"] == {"uri": ids[0], "cid": first["cid"]}
    assert third["value"]["reply"]["parent"] == {"uri": ids[1], "cid": second["cid"]}


def test_a_part_whose_beginning_was_deleted_is_not_published_on_its_own(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    profile = us.connect()
    first = PLATFORM.publish(profile, Content("Part 1"), uuid4(), NOW).remote_id
    PLATFORM.delete(profile, first)
    with pytest.raises(Refused, match="What this answers is no longer on Bluesky"):
        PLATFORM.publish(profile, Content("Part 2", after=first), uuid4(), NOW)
    assert us.records() == []


def test_sent_twice_it_is_there_once_and_the_second_time_gets_the_first_answer(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    profile, key = us.connect(), uuid4()
    first, again = (PLATFORM.publish(profile, Content("Once."), key, NOW) for _ in range(2))
    assert first == again
    assert len(us.records()) == 1


def test_another_text_under_the_same_key_does_not_replace_what_is_there(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    profile, key = us.connect(), uuid4()
    PLATFORM.publish(profile, Content("As approved."), key, NOW)
    with pytest.raises(Refused, match="Another post stands where this one would have gone"):
        PLATFORM.publish(profile, Content("Not as approved."), key, NOW)
    assert [post["value"]["text"] for post in us.records()] == ["As approved."]


def test_what_was_sent_is_recognised_by_its_mark_and_what_others_wrote_is_not(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    profile, key = us.connect(), uuid4()
    PLATFORM.publish(profile, Content("Long ago."), uuid4(), NOW - timedelta(days=40))
    PLATFORM.publish(profile, Content("Road closed."), uuid4(), NOW - timedelta(seconds=1))
    sent = PLATFORM.publish(profile, Content("Road closed.", (Picture(drawn(), "image/jpeg", "0"),)), key, NOW)
    found = PLATFORM.read_back(profile, NOW - timedelta(minutes=5))
    assert [each.text for each in found] == ["Road closed.", "Road closed."], "oldest first, and nothing from before"
    ours = [each for each in found if each.mark == PLATFORM.mark(key, NOW)]
    assert [(each.remote_id, each.url, each.pictures) for each in ours] == [(sent.remote_id, sent.url, 1)]


def test_more_than_a_page_of_posts_is_read_back_whole(bluesky: Bluesky, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remit.platforms.bluesky.network.PAGE", 2)
    us = bluesky.somebody()
    profile = us.connect()
    for number in range(5):
        PLATFORM.publish(profile, Content(str(number)), uuid4(), NOW + timedelta(seconds=number))
    assert [each.text for each in PLATFORM.read_back(profile, NOW)] == list("01234")
    assert [each.text for each in PLATFORM.read_back(profile, NOW + timedelta(seconds=3))] == list("34")


def test_what_is_taken_down_is_gone_and_taking_it_down_again_is_no_error(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    profile = us.connect()
    sent = PLATFORM.publish(profile, Content("Wrong road."), uuid4(), NOW)
    PLATFORM.delete(profile, sent.remote_id)
    PLATFORM.delete(profile, sent.remote_id)
    assert us.records() == []
    assert PLATFORM.read_back(profile, NOW) == []


def test_a_post_of_another_account_is_not_taken_down(bluesky: Bluesky) -> None:
    us, other = bluesky.somebody(), bluesky.somebody()
    theirs = PLATFORM.publish(other.connect(), Content("Theirs."), uuid4(), NOW)
    with pytest.raises(Refused, match="not on the account that is connected"):
        PLATFORM.delete(us.connect(), theirs.remote_id)
    assert len(other.records()) == 1


def test_the_profile_is_read_as_the_public_sees_it(bluesky: Bluesky) -> None:
    us = bluesky.somebody()
    profile = us.connect()
    shown = PLATFORM.read_profile(profile)
    assert (shown.handle, shown.name, shown.about) == (profile.handle, "", "")
    from remit.platforms.bluesky.session import Session

    record = {"$type": "app.bsky.actor.profile", "displayName": "Northtown Police", "description": "Not monitored."}
    body = {"repo": us.did, "collection": "app.bsky.actor.profile", "rkey": "self", "record": record}
    Session(profile).procedure("com.atproto.repo.putRecord", body)
    shown = PLATFORM.read_profile(profile)
    assert (shown.handle, shown.name, shown.about) == (profile.handle, "Northtown Police", "Not monitored.")


def test_the_server_of_the_tests_answers_on_this_machine_alone(bluesky: Bluesky) -> None:
    import socket

    port = urlsplit(bluesky.service).port
    elsewhere = socket.gethostbyname(socket.gethostname())
    if elsewhere.startswith("127."):
        elsewhere = "127.0.0.2"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((elsewhere, port), timeout=5)
