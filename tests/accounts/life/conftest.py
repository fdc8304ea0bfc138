"""A force under a shipped policy, and the people of whom the life of an account asks something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from remit.acts.packs import library
from remit.people.documents import asked_by, current_version
from remit.people.models import Acknowledgement, Force, Person, RoleHeld, Team, Training
from tests.accounts.life.walking import Walk

PACKS = {
    "surrey": "surrey-sussex",
    "norfolk": "norfolk-suffolk",
    "wiltshire": "wiltshire",
    "cleveland": "cleveland",
    "essex": "essex",
}
TEAMS = (
    "corporate-communications",
    "media-department",
    "digital-media-team",
    "neighbourhood",
    "professional-standards",
)
#: key -> (shown as, category, grade, teams, roles, line manager)
PEOPLE = {
    "head": ("Head of Communications 8001", "police_staff", "m1", TEAMS[:3],
             ("corporate-communications", "head-of-corporate-communications", "digital-media-lead"), ""),
    "media": ("Digital media officer 8120", "police_staff", "band_3", TEAMS[:3], ("corporate-communications",), "head"),
    "decider": ("Decision maker 8044", "police_staff", "band_2", TEAMS[:1], ("corporate-communications",), "head"),
    "commander": ("Chief Inspector 1203", "officer", "chief_inspector", ("neighbourhood",),
                  ("head-of-department/neighbourhood", "thematic-lead", "deputy-chief-constable"), ""),
    "sergeant": ("Sergeant 2264", "officer", "sergeant", ("neighbourhood",), ("supervisor/neighbourhood",),
                 "commander"),
    "constable": ("PC 4417", "officer", "constable", ("neighbourhood",), ("author",), "sergeant"),
    "admin": ("Systems administrator 8890", "police_staff", "band_3", (), ("account-administrator",), "commander"),
    "standards": ("Detective Inspector 1617", "officer", "inspector", ("professional-standards",), ("psd",), ""),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quay() -> None:
    """The shipped policies, instead of the short one of the tests beside this folder."""


@pytest.fixture
def force_of(db: None) -> Callable[[str], Walk]:
    """`force_of("surrey")`: that force with its policy, its people, and a browser for each."""

    def make(slug: str) -> Walk:
        pack = library().packs[PACKS[slug]]
        defaults = {name.removeprefix("force."): value for name, value in pack.setting_defaults.items()}
        settings = {**defaults, "approved_networks": ["x", "facebook", "instagram", "linkedin"]}
        force = Force.objects.create(slug=slug, name=f"{slug.title()} Police", packs=[pack.name], settings=settings)
        teams = {key: Team.objects.create(force=force, key=key, name=key.replace("-", " ").title()) for key in TEAMS}
        long_ago, people = timezone.localdate() - timedelta(days=3 * 365), {}
        for key, (shown, category, grade, of, roles, manager) in PEOPLE.items():
            person = Person(
                username=f"{slug}-{key}",
                pseudonym=f"p-{slug}-{key}",
                force=force,
                display_name=shown,
                shoulder_number=shown.rpartition(" ")[2],
                category=category,
                grade=grade,
                line_manager=people.get(manager),
                independent_patrol_since=long_ago if category == "officer" else None,
                probation_passed_on=None if category == "officer" else long_ago,
            )
            person.save()
            person.teams.set(teams[each] for each in of)
            for role in roles:
                name, _, team = role.partition("/")
                RoleHeld.objects.create(person=person, role=name, force=force, since=long_ago, team=teams.get(team))
            Training.objects.create(person=person, kind="masterclass", on=timezone.localdate() - timedelta(days=90))
            for document in asked_by(pack.name):
                Acknowledgement.objects.create(
                    person=person, document=document, version=current_version(document), on=long_ago
                )
            people[key] = person
        return Walk(slug, people)

    return make
