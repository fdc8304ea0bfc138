"""A force under each shipped policy, with the posts that its rules on conduct name; and walking through an errand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client

from remit.people.models import Force, Person, RoleHeld, Team
from tests.web.conftest import person

__all__ = ["person"]

#: A force of each policy.
FORCES = {
    "cleveland": "cleveland",
    "essex": "essex",
    "norfolk-suffolk": "norfolk",
    "surrey-sussex": "surrey",
    "wiltshire": "wiltshire",
}
#: Who there is, with their teams and roles.
POSTS = {
    "manager": ("Sergeant 2264", [], ["supervisor"]),
    "officer": ("PC 4417", [], ["author"]),
    "colleague": ("PC 4501", [], ["author", "auditor"]),
    "head": ("Head of Department 1203", [], ["head-of-department"]),
    "standards": (
        "Inspector 1617",
        ["professional-standards", "anti-corruption-unit", "covert-standards-unit", "vetting", "control-room"],
        ["psd", "head-of-professional-standards", "standards-on-call", "auditor"],
    ),
    "communications": (
        "Press officer 8133",
        ["corporate-communications", "media-department", "digital-media-team"],
        ["corporate-communications"],
    ),
    "policy": ("Policy officer 8402", ["covert-authorities"], ["policy-officer", "head-of-information", "auditor"]),
    "ict": ("Engineer 8890", ["ict", "information-security"], []),
}


@dataclass
class Station:
    """A force and its people by post; `client(post)` is signed in as one of them."""

    pack: str
    force: Force
    people: dict[str, Person]

    def __getattr__(self, post: str) -> Person:
        try:
            return self.people[post]
        except KeyError:
            raise AttributeError(post) from None

    def client(self, post: str) -> Client:
        client = Client()
        client.force_login(self.people[post])
        return client


@pytest.fixture
def station(person: Callable[..., Person]) -> Callable[[str], Station]:
    """Makes the force of a policy: `station("cleveland")`."""

    def make(pack: str) -> Station:
        slug = FORCES[pack]
        force = Force.objects.create(slug=slug, name=f"{slug.title()} Police", packs=[pack])
        people = {}
        for post, (name, teams, roles) in POSTS.items():
            made = person(name, force=slug, roles=roles)
            for key in teams:
                made.teams.add(Team.objects.get_or_create(force=force, key=key, defaults={"name": key})[0])
            people[post] = made
        beat = Team.objects.create(force=force, key="neighbourhood", name="Neighbourhood")
        for post in ("officer", "colleague", "manager", "head"):
            people[post].teams.add(beat)
        RoleHeld.objects.filter(role__in=["head-of-department", "supervisor"]).update(team=beat)
        for post, manager in (("officer", "manager"), ("colleague", "manager"), ("manager", "head")):
            people[post].line_manager = people[manager]
            people[post].save()
        return Station(pack, force, people)

    return make


def carried(page: str) -> dict[str, list[str]]:
    """The hidden fields of a page, as the browser would send them."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found.setdefault(name[1], []).append(value[1].replace("&amp;", "&").replace("&#x27;", "'"))
    return found


def day_boxes(name: str, day: date) -> dict[str, list[str]]:
    """A day as its three boxes are sent."""
    return {f"{name}_0": [str(day.day)], f"{name}_1": [str(day.month)], f"{name}_2": [str(day.year)]}


def walk(client: Client, address: str, first: Mapping[str, Any], answers: Mapping[str, str]) -> tuple[str, Any]:
    """Go through an errand: the first page, then each question, until it is checked; then send it.

    Returns the page on which it was checked, and the answer to sending it. What is not among `answers` is "not sure".
    """
    kept: dict[str, Any] = dict(first)
    for _ in range(40):
        answer = client.post(address, kept)
        page = answer.content.decode()
        assert answer.status_code == 200
        kept = carried(page)
        if "asked" not in kept:
            break
        fact = kept["asked"][0]
        given = answers.get(fact)
        if given is None:
            kept |= {f"answer.{fact}": ["not-sure"], f"answer.{fact}.unsure": ["yes"]}
        elif re.fullmatch(r"\d{4}-\d\d-\d\d", given):
            kept |= {
                f"answer.{fact}.{box}": [n] for box, n in zip(("year", "month", "day"), given.split("-"), strict=True)
            }
        else:
            kept[f"answer.{fact}"] = [given]
    kept["acknowledge"] = re.findall(r'name="acknowledge" value="([^"]+)"', page)
    return page, client.post(address, {**kept, "go": "send"})
