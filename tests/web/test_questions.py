"""Questions of a policy: an answer is read as it was meant, or the page says what to write."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from remit.policy.vocabulary import Fact
from remit.web.questions import NOT_SURE, in_words, question, read_answers, shown_type

SPENT = Fact("post.spent", "decimal", "what is spent on the post", "How much is spent?")


@pytest.mark.parametrize(
    ("typed", "answer"), [("4.5", 4.5), ("£40.00", 40), ("1,250.25", 1250.25), (" 0.5 ", 0.5), ("-2", -2)]
)
def test_an_amount_is_read_as_people_write_it(typed: str, answer: float) -> None:
    """Somebody who types £40.00 would be told that it is no number."""
    post = QueryDict(mutable=True)
    post["answer.post.spent"] = typed
    assert shown_type(SPENT) == "decimal"
    assert read_answers(post, {SPENT.name: SPENT}) == ({"post.spent": answer}, [], {})


@pytest.mark.parametrize("typed", ["forty", "4,5 or so", "1e99"])
def test_what_is_no_amount_stays_on_the_page_with_what_to_write(typed: str) -> None:
    post = QueryDict(mutable=True)
    post["answer.post.spent"] = typed
    answers, _, unread = read_answers(post, {SPENT.name: SPENT})
    assert "post.spent" not in answers
    assert unread["post.spent"].why == "Write a number, such as 4.5."
    assert unread["post.spent"].typed == typed


TOLD = Fact("found.told_at", "time", "the time at which we were told", "When were we told?")


def told(**boxes: str) -> QueryDict:
    post = QueryDict(mutable=True)
    for box, words in {"day": "21", "month": "11", "year": "2026", **boxes}.items():
        post[f"answer.{TOLD.name}.{box}"] = words
    return post


@pytest.mark.parametrize(
    ("clock", "iso"), [("4:30pm", "2026-11-21T16:30:00+00:00"), ("midnight", "2026-11-21T00:00:00+00:00")]
)
def test_a_time_is_answered_in_london_and_shown_as_it_was_said(clock: str, iso: str) -> None:
    """What is owed within hours of it could never be dated on a page."""
    answers, not_sure, unread = read_answers(told(clock=clock), {TOLD.name: TOLD})
    assert (answers, not_sure, unread) == ({TOLD.name: iso}, [], {})
    shown = question(TOLD, "", answers, [])
    assert (shown.day, shown.clock) == (("21", "11", "2026"), clock)


@pytest.mark.parametrize(
    ("boxes", "why"),
    [
        ({}, "The time: give a time, such as 4:30pm."),
        ({"clock": "half four"}, "The time: write the time like 4:30pm or 16:30."),
        ({"day": "31", "clock": "9am"}, "That is not a real date. Write one like 21 11 2026."),
        (
            {"day": "29", "month": "3", "clock": "1:30am"},
            "The time: the clocks go forward and skip that time. Give another.",
        ),
    ],
)
def test_a_time_that_cannot_be_read_stays_on_the_page(boxes: dict[str, str], why: str) -> None:
    _, _, unread = read_answers(told(**boxes), {TOLD.name: TOLD})
    assert unread[TOLD.name].why == why
    again = question(TOLD, "", {}, [], unread[TOLD.name])
    assert (again.day[0], again.clock) == (boxes.get("day", "21"), boxes.get("clock", ""))


def test_that_there_is_none_is_no_doubt_and_no_silence() -> None:
    """A rule that asks whether anything is given would wait for ever, or ask the adviser."""
    post = told(clock="4:30pm", none="on")
    answers, not_sure, _ = read_answers(post, {TOLD.name: TOLD})
    assert (answers, not_sure) == ({TOLD.name: None}, [])
    assert question(TOLD, "", answers, []).none
    assert not question(TOLD, "", {}, []).none
    assert [in_words(TOLD, value) for value in (None, NOT_SURE)] == ["None", "Not sure"]
