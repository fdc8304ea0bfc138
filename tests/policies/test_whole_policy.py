"""The shipped policies as pages: an officer of any force reads, searches and prints all of each; no page is endless."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from remit.acts.packs import library

PACKS = Path(__file__).parents[2] / "packs"
LARGEST, LARGEST_TO_PRINT = 200_000, 250_000  # bytes of a page


@pytest.fixture(autouse=True)
def _shipped(settings: Any, _riverside: None) -> None:
    settings.REMIT_PACKS = [PACKS]


@pytest.fixture
def cleveland(reader: Callable[..., Client]) -> Client:
    return reader("cleveland", ["cleveland"])


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert len(answer.content) < (LARGEST_TO_PRINT if path.endswith("/whole/") else LARGEST), path
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_every_clause_and_rule_is_in_some_part_and_on_the_page_to_print(cleveland: Client) -> None:
    pack = library().packs["cleveland"]
    parts, at = "", 1
    while cleveland.get(f"/policy/cleveland/part/{at}/").status_code == 200:
        parts += words(cleveland, f"/policy/cleveland/part/{at}/")
        at += 1
    assert at > 10
    whole = words(cleveland, "/policy/cleveland/whole/")
    for clause in pack.clauses.values():
        assert f"{clause.id} {clause.says}" in parts
        assert f"{clause.id} {clause.says}" in whole
    for rule in pack.rules:
        assert rule.title in parts
        assert rule.title in whole
        assert re.sub(r"\s+", " ", rule.because) in whole


def test_a_clause_that_most_rules_make_an_exception_for_is_still_a_page(cleveland: Client) -> None:
    said = words(cleveland, "/policy/cleveland/CL-3.2t/")
    assert "See " in said
    assert "Worked examples" in said


def test_clauses_are_found_by_the_moment_at_which_they_are_asked(cleveland: Client) -> None:
    found = words(cleveland, "/policy/cleveland/?moment=device.use")
    assert "CL-3.1.5e" in found
    assert "Clear filters" in found


def test_who_has_which_say_and_the_figures_are_told(reader: Callable[..., Client]) -> None:
    said = words(reader("surrey", ["surrey-sussex"]), "/policy/surrey-sussex/who/")
    assert "the number that an appeal needs: 2" in said.replace("The number", "the number")
    assert "Approvals and consultations" in said
    assert "Whoever is not sure of an answer is led to:" in said


def test_policies_that_come_with_remit_are_read_by_everybody_and_said_not_to_bind(cleveland: Client) -> None:
    assert "Nothing here is decided under them." in words(cleveland, "/policy/")
    assert "EX-2.0a" in words(cleveland, "/policy/essex/")
    assert cleveland.get("/policy/essex/part/99/").status_code == 404
