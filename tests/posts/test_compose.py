"""If these fail, somebody who writes a post loses an answer or a picture, or hunts for a question that has moved."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from PIL import Image

from remit.acts.packs import library
from remit.posts.check import _raised
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


def test_what_turns_on_an_earlier_answer_is_not_asked_before_it(world: World) -> None:
    """Whoever has not said whose device it is was asked everything about somebody else's."""
    post, author = world.draft("The regatta begins."), signed_in(world.author)
    page = author.post(f"/posts/{post.pk}/check", form(world, post, device=""))
    asked = re.findall(r'name="open" value="([^"]+)"', page.content.decode())
    assert "device.owner" in asked
    assert not {"regatta.leave", "regatta.urgent"} & {*asked}


def test_an_exception_that_nobody_asks_about_can_be_claimed(world: World) -> None:
    """With `if_unknown: no` no page had a place to say that it applies, and the post stayed refused."""
    post, author = world.draft("The regatta begins."), signed_in(world.author)
    said = form(world, post, **{"answer.device.owner": "other", "answer.regatta.leave": "no", "device": ""})
    page = author.post(f"/posts/{post.pk}/check", said, headers={"HX-Request": "true"}).content.decode()
    assert "Does this apply?" in page
    assert "Somebody is in the water" in page
    assert 'name="answer.regatta.urgent"' in page
    claimed = said | {"answer.regatta.urgent": "yes", "open": ["regatta.urgent"]}
    page = author.post(f"/posts/{post.pk}/check", claimed, headers={"HX-Request": "true"}).content.decode()
    assert "Does this apply?" not in page
    assert "The policy does not allow it" not in page
    assert 'name="open" value="regatta.urgent"' in page  # it stays where it can be taken back
    author.post(f"/posts/{post.pk}/edit", claimed | {"do": "next"})
    post.refresh_from_db()
    assert post.answers["regatta.urgent"] is True


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


def test_two_things_seen_in_the_same_words_are_told_apart() -> None:
    """Twice "It insults somebody" left the author guessing which of the two they were denying."""
    signals = [
        SimpleNamespace(
            concern=concern, fact="", reason="It insults somebody.", evidence=[SimpleNamespace(words=words)]
        )
        for concern, words in (("abuse", "What idiots"), ("discriminatory", "What idiots"), ("political", "Vote"))
    ]
    concerns = {key: SimpleNamespace(label=f"the label of {key}") for key in ("abuse", "discriminatory", "political")}
    verdict = SimpleNamespace(
        reading=SimpleNamespace(signals=signals, counts=lambda signal: True),
        decision=SimpleNamespace(turns_on={f"concern.{key}" for key in concerns}),
        packs=[SimpleNamespace(vocabulary=SimpleNamespace(concerns=concerns))],
    )
    raised = _raised([verdict], SimpleNamespace(contested={}))  # type: ignore[list-item, arg-type]
    assert [each.also for each in raised] == ["the label of abuse", "the label of discriminatory", ""]


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
