"""Private advice: asked one question a page, answered with clauses, and nothing of it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from remit.acts.models import Proposal
from remit.conduct.advice import PrivateUse
from remit.ledger.models import Entry
from remit.people.models import Person

Make = Callable[..., Person]


@pytest.fixture
def officer(client: Client, person: Make) -> Client:
    client.force_login(person("PC 4417", force="cleveland"))
    return client


def carried(page: str) -> dict[str, list[str]]:
    """The hidden fields of a page, as the browser would send them."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found.setdefault(name[1], []).append(value[1])
    return found


def test_advice_is_given_with_its_clauses_and_nothing_of_it_is_kept(officer: Client) -> None:
    page = officer.get("/conduct/private-use").content.decode()
    assert "Nothing that you write here is kept" in page
    kept = {"words": ["A quiet day by the sea."]}
    before = Proposal.objects.count(), Entry.objects.count()
    for _ in range(20):
        answer = officer.post("/conduct/private-use", kept)
        page = answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        if "What the policy says" in page:
            break
        kept = carried(page)
        field = f"answer.{kept['asked'][0]}"
        chosen = re.search(rf'name="{re.escape(field)}"[^>]*value="([^"]+)"', page)
        kept[field] = [chosen[1] if chosen else "not-sure"]
    assert "What the policy says" in page
    assert "remit-clause" in page
    assert "nothing of this is kept" in page
    assert (Proposal.objects.count(), Entry.objects.count()) == before


def test_a_long_list_of_boxes_can_be_searched_and_no_words_have_no_links(officer: Client) -> None:
    """Fifty boxes stood below one another; and without words a rule on links stayed open for ever."""
    assert "remit-many" in officer.get("/conduct/private-use").content.decode()
    facts = PrivateUse("cleveland", "").facts(None, timezone.now())
    assert facts["post.links"] == []


def test_what_no_words_tell_is_ticked_and_answered_with_its_clause(officer: Client) -> None:
    """A picture in uniform would be answered with "nothing against it", since words do not show it."""
    page = officer.get("/conduct/private-use").content.decode()
    assert "Somebody in uniform or at police work is shown" in page
    kept = {"words": ["Proud day."], "shows": ["uniform"]}
    for _ in range(20):
        page = officer.post("/conduct/private-use", kept).content.decode()
        if "What the policy says" in page:
            break
        kept = carried(page)
        assert kept["shows"] == ["uniform"]
        kept[f"answer.{kept['asked'][0]}"] = ["not-sure"]
    assert "CL-3.2r" in page or "No pictures in uniform" in page


def test_an_unanswered_question_is_asked_again_and_nothing_typed_is_lost(officer: Client) -> None:
    page = officer.post("/conduct/private-use", {"words": "By the sea."}).content.decode()
    again = officer.post("/conduct/private-use", carried(page))
    assert again.status_code == 422
    assert "Choose an answer" in again.content.decode()
    assert carried(again.content.decode())["words"] == ["By the sea."]


def test_going_back_keeps_the_answers(officer: Client) -> None:
    page = officer.post("/conduct/private-use", {"words": "By the sea."}).content.decode()
    first = officer.post("/conduct/private-use", {**carried(page), "go": "previous"}).content.decode()
    assert "By the sea." in first
