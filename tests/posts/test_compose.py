"""If these fail, somebody who writes a post loses an answer or a picture, or hunts for a question that has moved."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from PIL import Image

from remit.acts.packs import library
from remit.web.findings import grouped
from remit.web.questions import question, read_answers
from tests.posts.conftest import World
from tests.posts.test_pages import form, signed_in

pytestmark = pytest.mark.usefixtures("real_time")


def test_a_question_stays_where_it_is_while_it_is_answered(world: World) -> None:
    post, author = world.draft(), signed_in(world.author)
    open_already = form(world, post, open=["post.purpose"])
    panel = author.post(f"/posts/{post.pk}/check", open_already, headers={"HX-Request": "true"}).content.decode()
    assert 'name="open" value="post.purpose"' in panel
    settled = author.post(f"/posts/{post.pk}/check", form(world, post), headers={"HX-Request": "true"}).content.decode()
    assert 'name="open" value="post.purpose"' not in settled
    assert "Answers already given" in settled


def test_a_picture_that_was_chosen_and_not_added_is_not_lost_on_the_way_on(world: World) -> None:
    post, author = world.draft(), signed_in(world.author)
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(drawn, "JPEG")
    chosen = SimpleUploadedFile("scene.jpg", drawn.getvalue(), content_type="image/jpeg")
    sent = author.post(f"/posts/{post.pk}/edit", form(world, post, picture=chosen, do="next"))
    assert sent["Location"] == f"/posts/{post.pk}/edit#pictures"
    assert post.post_media.get().media.name == "scene.jpg"


def test_a_date_that_cannot_be_read_stays_as_it_was_typed(world: World) -> None:
    fact = library().vocabulary.facts["user.using_since"]
    boxes = QueryDict(f"answer.{fact.name}.day=31&answer.{fact.name}.month=2&answer.{fact.name}.year=2026")
    answers, _, unread = read_answers(boxes, {fact.name: fact})
    assert not answers
    shown = question(fact, "", answers, [], unread[fact.name])
    assert shown.fault == "That is not a real date. Write one like 21 11 2026."
    assert shown.day == ("31", "2", "2026")


def test_what_stands_in_the_way_comes_before_what_only_advises() -> None:
    findings = [
        {"effect": "show", "verdict": "fired"},
        {"effect": "approve", "verdict": "fired"},
        {"effect": "warn", "verdict": "fired"},
        {"effect": "refuse", "verdict": "unknown"},
        {"effect": "refuse", "verdict": "exempt"},
    ]
    assert {name: [f["effect"] for f in found] for name, found in grouped(findings).items()} == {
        "biting": ["approve", "warn"],
        "open": ["refuse"],
        "advising": ["show"],
        "exempt": ["refuse"],
    }
