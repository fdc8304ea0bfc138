"""Policies side by side, and a draft beside the version in force: pages that a policy officer decides by."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from remit.evidence import policies
from remit.people.models import Force, Person, RoleHeld
from tests.policies.conftest import OWN, PACKS

Reader = Callable[..., Client]


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def shipped(settings: Any, _riverside: None) -> None:
    settings.REMIT_PACKS = [PACKS]


@pytest.fixture
def draft(settings: Any, vocabulary: Path, tmp_path: Path) -> None:
    """The next version of Riverside's policy, in a folder of its own, not in use by anybody."""
    folder = tmp_path / "drafts" / "riverside-next"
    shutil.copytree(OWN / "riverside", folder)
    clauses = folder / "clauses.yaml"
    said = clauses.read_text()
    assert "issued device" in said
    clauses.write_text(said.replace("issued device only", "device of the force only"))
    rules = folder / "rules" / "devices.yaml"
    rules.write_text(rules.read_text().replace("Use an issued device.", "Ask the service desk for a device."))
    settings.REMIT_PACKS = [vocabulary, OWN, tmp_path / "drafts"]


def officer(role: str) -> Client:
    home = Force.objects.get(slug="riverside")
    person = Person.objects.create_user(
        role, None, force=home, display_name="PC 4418", shoulder_number="4418", category="officer", pseudonym=role
    )
    RoleHeld.objects.create(person=person, role=role, force=home, since=date(2025, 1, 1))
    client = Client()
    client.force_login(person)
    return client


def test_two_policies_are_set_side_by_side_by_moment(reader: Reader, shipped: None) -> None:
    client = reader("cleveland", ["cleveland"])
    said = words(client, "/policy/compare?packs=cleveland,essex")
    assert "Publishing a post" in said
    assert "Only one speaks" in said
    part = words(client, "/policy/compare?packs=cleveland&packs=essex&moment=post.publish")
    assert "Silent Cleveland" in part
    assert "Rules of their own" in part


def test_only_differences_leaves_out_what_all_say_alike(reader: Reader, shipped: None) -> None:
    client = reader("cleveland", ["cleveland"])
    path = "/policy/compare?packs=cleveland,wiltshire,norfolk-suffolk&moment=post.publish"
    every, only = words(client, path), words(client, f"{path}&only=differences")
    assert len(only) <= len(every)
    assert "Show what they agree on too" in only


def test_links_of_a_comparison_lead_to_clauses_that_can_be_read(reader: Reader, shipped: None) -> None:
    client = reader("cleveland", ["cleveland"])
    page = client.get("/policy/compare?packs=cleveland,essex&moment=post.publish").content.decode()
    links = sorted(set(re.findall(r'href="(/policy/essex/[^"]+)"', page)))
    assert links
    assert client.get(links[0]).status_code == 200


def test_with_fewer_than_two_policies_it_says_what_to_choose(reader: Reader, shipped: None) -> None:
    client = reader("cleveland", ["cleveland"])
    assert "Choose two policies or more." in words(client, "/policy/compare")
    assert "Choose at least one more policy" in words(client, "/policy/compare?packs=cleveland,nonsense")


def test_a_policy_that_one_may_not_read_is_not_compared(reader: Reader) -> None:
    said = words(reader("lakeside", packs=[]), "/policy/compare?packs=riverside")
    assert "Riverside" not in said


def test_a_draft_is_set_against_the_version_in_force(reader: Reader, draft: None) -> None:
    reader()
    said = words(officer("policy-officer"), "/policy/changes?old=riverside&new=riverside-next")
    assert "1 clause changed, 1 rule changed; 6 clauses as before." in said
    assert "device of the force" in said
    assert "Ask the service desk for a device." in said
    assert "RV-3a" not in said.partition("Show changes")[2]


def test_a_draft_is_not_shown_to_everybody(reader: Reader, draft: None) -> None:
    """It binds nobody yet, and an officer who read it would take it for the policy."""
    author = reader()
    assert author.get("/policy/riverside-next/").status_code == 404
    assert "riverside-next" not in words(author, "/policy/changes?old=riverside&new=riverside-next")


def test_what_has_nothing_in_common_is_compared_instead(reader: Reader, shipped: None) -> None:
    said = words(reader("cleveland", ["cleveland"]), "/policy/changes?old=cleveland&new=essex")
    assert "These two have no clause in common" in said


def test_one_version_twice_is_said_to_be_one(reader: Reader) -> None:
    assert "This is one version" in words(reader(), "/policy/changes?old=riverside&new=riverside")


def test_a_version_that_decided_earlier_is_set_against_the_one_in_force(
    reader: Reader, settings: Any, vocabulary: Path, tmp_path: Path
) -> None:
    """Whoever looks into last year's post would have to guess which words of the policy are new."""
    settings.REMIT_VAR = tmp_path
    policies.keep()
    folder = tmp_path / "now"
    shutil.copytree(OWN, folder)
    clauses = folder / "riverside" / "clauses.yaml"
    clauses.write_text(clauses.read_text().replace("issued device only", "device of the force only"))
    settings.REMIT_PACKS = [vocabulary, folder]
    client = reader()
    page = client.get("/policy/changes?old=riverside&new=riverside").content.decode()
    (old,) = set(re.findall(r'<option value="([0-9a-f]{12})"', page))
    said = words(client, f"/policy/changes?old={old}&new=riverside")
    assert "1 clause changed; 6 clauses as before." in said
    assert "It says Old An account belonging to the force is used on an issued device only." in said
    assert "Versions that decided earlier Version 2.0" in words(client, "/policy/riverside/")
    then = words(client, f"/policy/{old}/RV-2.1a/")
    assert "This is version 2.0 as it was when it decided." in then
    assert "is used on an issued device only" in then
    assert "as it was when it decided" not in words(client, "/policy/riverside/RV-2.1a/")
    assert reader("lakeside", packs=[]).get(f"/policy/{old}/").status_code == 404
