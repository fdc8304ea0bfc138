"""Without these, a person would miss what waits for them, or find what belongs to another force."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from remit.people.models import Person
from remit.web import search, shell, tasks
from remit.web.search import Found
from remit.web.tasks import Task, Upcoming

Make = Callable[..., Person]
NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a test registers is there."""
    monkeypatch.setattr(tasks, "_providers", [])
    monkeypatch.setattr(search, "_providers", [])
    monkeypatch.setattr(shell, "_banner_providers", [])


def test_home_lists_what_each_room_gives_in_order_of_urgency(signed_in: Client) -> None:
    def room(person: Any, now: datetime) -> Iterator[Task | Upcoming]:
        yield Task("Later", "/l/", due=date(2026, 12, 24))
        yield Task("No hurry", "/n/")
        yield Task("Sooner", "/s/", due=date(2026, 11, 22))
        yield Task("Say yes or no", "/a/", group="Asked of you", status="asked")
        yield Upcoming("Evening post", "/e/", now + timedelta(hours=2))
        yield Upcoming("Next post", "/x/", now + timedelta(hours=1))

    tasks.register(room)
    tasks.register(room)
    page = signed_in.get("/").content.decode()
    places = [
        page.index(f">{t}</a>") for t in ("Say yes or no", "Sooner", "Later", "No hurry", "Next post", "Evening post")
    ]
    assert places == sorted(places)
    assert page.count(">Sooner</a>") == 1, "a room that registers twice is asked once"
    assert '<span class="remit-count">4</span>' in page


def test_home_with_nothing_to_do_says_so(signed_in: Client) -> None:
    page = signed_in.get("/").content.decode()
    assert "Nothing is waiting for you" in page
    assert "Nothing that you may see is scheduled." in page


def test_a_stop_is_shown_on_every_page_to_its_own_force_only(client: Client, person: Make) -> None:
    def stops(reader: Any) -> list[shell.Banner]:
        return [shell.Banner("Publishing is stopped", "By the control room.")] if reader.force_id == "riverside" else []

    shell.register_banner(stops)
    client.force_login(person("PC 4417"))
    assert all("Publishing is stopped" in client.get(path).content.decode() for path in ("/", "/search", "/nowhere"))
    client.force_login(person("PC 4417", force="lakeside"))
    assert "Publishing is stopped" not in client.get("/").content.decode()


def results(number: int) -> Callable[[Any, Any], list[Found]]:
    return lambda person, words: [Found("Posts", f"Lost dog {n}", f"/posts/{n}/") for n in range(number)]


def test_the_menu_has_no_more_words_than_somebody_needs(client: Client, person: Make) -> None:
    """Ten words in a row were read one by one; what the home page lists, search and one's own entry need none."""
    officer = person("PC 4417", roles=["author"])
    client.force_login(officer)
    page = client.get("/approvals/").content.decode()
    menu = re.findall(r'service-navigation__link" href="([^"]+)"', page)
    assert menu == ["/", "/posts/", "/inbox/", "/proposals/", "/accounts/", "/policy/"]
    assert re.search(r'href="/" aria-current="true"', page)
    for other in ("/search", f"/people/{officer.pk}/"):
        assert f'href="{other}"' in page


def test_search_puts_the_very_thing_first_and_can_look_in_one_room(signed_in: Client) -> None:
    search.register("Posts", lambda person, words: [Found("Posts", "A post about RV-2.1a", "/posts/1/")])
    search.register("Policy", lambda person, words: [Found("Policy", "The clause RV-2.1a", "/policy/x/", rank=0)])
    page = signed_in.get("/search", {"q": "RV-2.1a"}).content.decode()
    assert page.index("The clause RV-2.1a") < page.index("A post about RV-2.1a")
    assert "2 results" in page
    page = signed_in.get("/search", {"q": "RV-2.1a", "in": "Posts"}).content.decode()
    assert "The clause" not in page
    assert "1 result for" in page


def test_many_results_come_in_pages(signed_in: Client) -> None:
    search.register("Posts", results(45))
    page = signed_in.get("/search", {"q": "dog", "page": "3"}).content.decode()
    assert "Lost dog 44" in page
    assert "Lost dog 39" not in page
    assert "Showing 41 to 45 of 45" in page
    assert "Showing 1 to 20" in signed_in.get("/search", {"q": "dog", "page": "nonsense"}).content.decode()


def test_providers_are_given_the_person_who_asks_so_that_a_force_finds_only_its_own(
    client: Client, person: Make
) -> None:
    search.register("People", lambda reader, words: [Found("People", f"{reader.force_id} secret", "/")])
    client.force_login(person("PC 4417", force="lakeside"))
    page = client.get("/search", {"q": "secret"}).content.decode()
    assert "lakeside secret" in page
    assert "riverside" not in page


@pytest.mark.parametrize(
    "query", ["", "   ", "\x00", "<script>alert(1)</script>", "x" * 100_000, "\u202e\u200b", "%' OR 1=1 --"]
)
def test_whatever_is_searched_for_gets_a_clear_page(signed_in: Client, query: str) -> None:
    search.register("Posts", lambda person, words: [])
    answer = signed_in.get("/search", {"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    if len(query) > 200:
        assert "Only the first 200 characters were searched for." in answer.content.decode()
