"""If these fail, a force cannot tell Remit what it knows already, or somebody silences a signal unseen."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from remit.acts import door
from remit.acts.act import ActRefused
from remit.ledger.models import Entry
from remit.people.acts import ChangeLists
from remit.people.acts.lists import digest_of
from remit.people.models import Force, Person
from remit.posts.facts import read
from tests.posts.conftest import World
from tests.posts.test_pages import signed_in

LINE = "Ring the front desk on 07700 900123"


@pytest.fixture
def officer(world: World) -> Person:
    return world.person("Policy officer 7001", ["policy-officer"])


def change(world: World, officer: Person, seen: str = "", **lists: list[str]) -> Force:
    door.propose(ChangeLists(world.force.pk, lists, seen), officer, world.clock())
    return Force.objects.get(pk=world.force.pk)


def raised(world: World, text: str) -> set[str]:
    account = world.accounts[0]
    account.force.refresh_from_db()
    facts = read([{"text": text, "pictures": []}], account).facts()
    return {name.removeprefix("concern.") for name in facts if name.startswith("concern.")}


def test_what_is_listed_is_heeded_by_the_next_check(world: World, officer: Person) -> None:
    text = f"{LINE}. Kim Example, 34, was charged. Our parkwatchh scheem."
    assert {"contact_details", "suspect_named", "language_quality"} <= raised(world, text)
    change(
        world, officer, names=["Kim Example"], approved_lines=[LINE], own_words=["parkwatchh", "scheem"],
        quiet_signals=["arrest_or_charge"],
    )  # fmt: skip
    assert raised(world, text) == set()


def test_the_change_is_in_the_ledger_with_the_signals_and_without_the_names(world: World, officer: Person) -> None:
    change(world, officer, names=["Kim Example"], quiet_signals=["profanity"])
    entry = Entry.objects.filter(action="people.change-lists").get()
    assert "profanity" in bytes(entry.body).decode()
    assert "Kim Example" not in bytes(entry.body).decode()


def test_only_who_keeps_the_policy_may_change_them(world: World) -> None:
    with pytest.raises(PermissionDenied, match="lists"):
        change(world, world.author, quiet_signals=["profanity"])
    assert signed_in(world.author).get("/signals/").status_code == 403


def test_a_list_of_one_force_is_none_of_anothers(world: World, officer: Person) -> None:
    Force.objects.create(slug="elsewhere", name="Elsewhere Police", packs=["harbour"])
    with pytest.raises(PermissionDenied):
        door.propose(ChangeLists("elsewhere", {"names": ["Kim Example"]}), officer, world.clock())


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ({"approved_lines": ["Our own line is here today", "Call us"]}, "line 2: “Call us” has fewer than 4 words"),
        ({"own_words": ["two words"]}, "Words of your own, line 1: “two words” is not one word"),
        ({"names": ["x" * 81]}, "Names, line 1: it has 81 characters"),
        ({"quiet_signals": ["politcal"]}, "no signal raises “politcal”"),
        ({"quiet_signals": ["political"], "raised_signals": ["political"]}, "cannot both"),
        ({"nicknames": ["x"]}, "There is no list"),
    ],
)
def test_a_line_that_cannot_be_kept_is_refused_by_its_number(
    world: World, officer: Person, lists: dict[str, list[str]], said: str
) -> None:
    with pytest.raises(ActRefused, match=said):
        change(world, officer, **lists)


def test_two_people_do_not_write_over_each_others_lists(world: World, officer: Person) -> None:
    seen = digest_of(world.force)
    change(world, officer, seen, places=["Larchside"])
    with pytest.raises(ActRefused, match="after you opened"):
        change(world, officer, seen, places=["Elmside"])


def test_the_page_saves_lines_and_keeps_what_was_typed_when_one_is_wrong(world: World, officer: Person) -> None:
    page = signed_in(officer)
    assert "One a line." in page.get("/signals/").content.decode()
    typed: dict[str, Any] = {"names": " Kim  Example \n\n", "places": "Larchside", "signal-profanity": "quiet_signals"}
    wrong = page.post("/signals/", {**typed, "approved_lines": "Call us"})
    assert wrong.status_code == 422
    assert "fewer than 4 words" in wrong.content.decode()
    assert "Larchside" in wrong.content.decode()
    assert page.post("/signals/", typed)["Location"] == "/signals/"
    world.force.refresh_from_db()
    assert world.force.settings["names"] == ["Kim Example"]
    assert world.force.settings["quiet_signals"] == ["profanity"]
