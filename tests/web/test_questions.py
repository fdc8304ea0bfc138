"""Questions of a policy: an answer is read as it was meant, or the page says what to write."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from remit.policy.vocabulary import Fact
from remit.web.questions import read_answers, shown_type

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
