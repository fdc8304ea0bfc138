"""Without these, an officer could not read what their policy asks, or would read another force's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

Reader = Callable[..., Client]


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("&#x27;", "'")


def test_the_packs_in_use_are_listed_with_their_version_and_what_remit_does(reader: Reader) -> None:
    said = words(reader(), "/policy/")
    for part in ("Riverside Constabulary Social Media Policy", "2.0, in force from 1 June 2025", "1 June 2027"):
        assert part in said
    assert "Enforced 3" in said


def test_every_clause_is_there_in_the_policy_s_own_order(reader: Reader) -> None:
    said = words(reader(), "/policy/riverside/")
    ids = ["RV-1a", "RV-2.1a", "RV-2.1b", "RV-2.1c", "RV-3a", "RV-4a", "RV-5a"]
    assert [said.index(i) for i in ids] == sorted(said.index(i) for i in ids)
    assert "7 clauses" in said
    assert "What this policy says nothing about Podcasts" in said


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("treatment=enforced", ["RV-2.1a", "RV-2.1c", "RV-3a"]),
        ("wording=should", ["RV-2.1b"]),
        ("words=issued+device", ["RV-2.1a"]),
        ("words=rv-2.1", ["RV-2.1a", "RV-2.1b", "RV-2.1c"]),
        ("treatment=enforced&words=threat", ["RV-2.1c"]),
        ("treatment=made-up&wording=%00", ["RV-1a", "RV-2.1a", "RV-2.1b", "RV-2.1c", "RV-3a", "RV-4a", "RV-5a"]),
    ],
)
def test_clauses_are_found_by_what_remit_does_by_wording_and_words(
    reader: Reader, query: str, shown: list[str]
) -> None:
    assert re.findall(r"RV-[\w.]+", words(reader(), f"/policy/riverside/?{query}").partition(" clauses ")[2]) == shown


def test_a_filter_that_finds_nothing_says_how_to_get_back(reader: Reader) -> None:
    said = words(reader(), "/policy/riverside/?words=zebra")
    assert "No clause is like that" in said
    assert "Clear the filters" in said


def test_a_clause_shows_its_rule_as_english_with_its_exception_and_its_examples(reader: Reader) -> None:
    said = words(reader(), "/policy/riverside/RV-2.1a/")
    for part in (
        "An account belonging to the force is used on an issued device only.",
        "Must: required",
        "When The device is",
        "Unless The user",
        "(urgent threat)",
        "Then It is refused",
        "Advice Use an issued device.",
        "A personal phone is refused Refused The rule applies",
        "A personal phone in an urgent threat is let through Allowed An exception applies",
    ):
        assert part in said


def test_a_clause_that_only_makes_an_exception_leads_to_the_rule_it_belongs_to(reader: Reader) -> None:
    assert "1 rule from this clause No force account on a personal device" in words(
        reader(), "/policy/riverside/RV-2.1c/"
    )


def test_guidance_and_advice_name_the_force_s_own_addresses(reader: Reader) -> None:
    client = reader(website="www.riverside.example")
    said = words(client, "/policy/riverside/RV-3a/")
    assert "Check that the person has been charged" in said
    assert "Advice Send it for release as www.riverside.example/media says" in said


@pytest.mark.parametrize(
    ("clause", "part"),
    [
        ("RV-2.1b", "Figure it sets"),
        ("RV-1a", "Remit does nothing about it yet."),
        ("RV-5a", "No software can tell."),
        ("RV-4a", "nothing of a self-check is stored"),
    ],
)
def test_what_remit_does_not_decide_is_said_as_plainly(reader: Reader, clause: str, part: str) -> None:
    assert part in words(reader(), f"/policy/riverside/{clause}/")


def test_the_reader_can_go_on_from_clause_to_clause(reader: Reader) -> None:
    client = reader()
    assert 'rel="next"' in client.get("/policy/riverside/RV-1a/").content.decode()
    assert 'rel="prev"' not in client.get("/policy/riverside/RV-1a/").content.decode()
    assert 'href="/policy/riverside/RV-4a/" rel="prev"' in client.get("/policy/riverside/RV-5a/").content.decode()


def test_another_force_s_policy_is_not_there_at_all(reader: Reader) -> None:
    other = reader("lakeside", packs=[])
    assert "Your force has no policy in Remit yet" in words(other, "/policy/")
    for path in ("/policy/riverside/", "/policy/riverside/RV-2.1a/", "/policy/nonsense/"):
        assert other.get(path).status_code == 404
    assert "Nothing found" in words(other, "/search?q=custody")


def test_forces_that_share_a_pack_both_read_it(reader: Reader) -> None:
    assert reader("riverside").get("/policy/riverside/").status_code == 200
    assert reader("lakeside", packs=["riverside"]).get("/policy/riverside/").status_code == 200


def test_nobody_reads_without_signing_in(client: Client) -> None:
    for path in ("/policy/", "/policy/riverside/", "/policy/riverside/RV-1a/"):
        assert client.get(path)["Location"] == f"/sign-in?next={path}"


def test_a_clause_that_is_not_there_is_not_found(reader: Reader) -> None:
    assert reader().get("/policy/riverside/RV-9z/").status_code == 404


def test_search_finds_a_clause_by_its_words_and_puts_the_one_named_first(reader: Reader) -> None:
    client = reader()
    assert "1 result for “custody”" in words(client, "/search?q=custody")
    named = words(client, "/search?q=RV-2.1a")
    assert "RV-2.1a, Riverside Constabulary Social Media Policy" in named
