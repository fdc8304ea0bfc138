"""If these fail, an author is not told what to put right in their writing or pictures, or is stopped for it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from remit.acts import door
from remit.posts.acts.drafting import AttachPicture
from remit.posts.check import check
from remit.posts.drafts import Draft
from remit.posts.media import take
from remit.posts.models import Post
from tests.posts.conftest import ANSWERS, World
from tests.posts.test_pages import form, signed_in

pytestmark = pytest.mark.usefixtures("real_time")

SLIP = (
    "We have recieved many calls about the bridge and would of liked to answer them all today. Please use the website."
)


def checked(world: World, post: Post) -> Any:
    account = world.accounts[0]
    return check(Draft.of(post), post, [account], world.author, world.clock(), press=ANSWERS, device=world.device.pk)


def panel(world: World, post: Post) -> str:
    page = signed_in(world.author).post(f"/posts/{post.pk}/check", form(world, post), headers={"HX-Request": "true"})
    return page.content.decode()


def test_slips_are_hints_beside_the_counter_and_stop_nothing(world: World) -> None:
    found = checked(world, world.draft(SLIP))
    assert found.outcome == "allowed"
    assert [hint.reason.partition(":")[0] for hint in found.hints] == [
        "Perhaps misspelt",
        "Perhaps “have” is meant, as in “would have”.",
    ]
    assert found.hints[1].quotes == ("would of",)
    shown = panel(world, world.draft(SLIP))
    assert "recieved (received" in shown
    assert "no clause asks for" in shown


def test_the_reading_age_stands_beside_the_counters_and_not_for_a_few_words(world: World) -> None:
    assert "year-olds could read this." in panel(world, world.draft(SLIP))
    assert "could read this" not in panel(world, world.draft("Road closed at the bridge."))


def test_a_picture_that_will_look_bad_on_the_network_is_a_hint(world: World) -> None:
    post = world.draft()
    drawn = io.BytesIO()
    Image.new("RGB", (300, 40), "navy").save(drawn, "PNG")
    door.propose(AttachPicture(post.pk, take(io.BytesIO(drawn.getvalue()), "strip.png")), world.author, world.clock())
    hints = [hint.reason for hint in checked(world, Post.objects.get(pk=post.pk)).hints]
    assert any("no text alternative" in hint for hint in hints)
    assert any("blurred on X" in hint for hint in hints)
    assert any("whole on X" in hint for hint in hints)


def test_hints_can_be_switched_off_and_the_rest_still_works(world: World, settings: Any) -> None:
    settings.REMIT_WRITING = False
    found = checked(world, world.draft(SLIP))
    assert found.hints == []
    assert found.outcome == "allowed"


def test_the_forces_own_words_are_no_hint_to_anybody(world: World) -> None:
    world.force.settings = {"own_words": ["recieved"], "quiet_signals": []}
    world.force.save()
    hints = checked(world, world.draft(SLIP)).hints
    assert not any("recieved" in hint.reason for hint in hints)
    world.force.settings = {"quiet_signals": ["language_quality"]}
    world.force.save()
    assert checked(world, world.draft(SLIP)).hints == []
