"""Whom a pack's `who` means: the right force, stand-ins, and those who may never be asked."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from remit.accounts.models import Account
from remit.people.directory import holders
from remit.people.models import Force, Person, RoleHeld, Team
from remit.policy.packs import Pack, Who
from tests.people.conftest import TODAY

PersonMaker = Callable[..., Person]


def found(who: dict[str, Who], key: str, force: str = "surrey", **cast_: Any) -> list[Person]:
    return holders(force, cast(Pack, SimpleNamespace(who=who)), key, cast_, TODAY)


def test_a_team_is_its_members_in_the_force_of_the_proposal(person: PersonMaker, team: Callable[..., Team]) -> None:
    """In a joint policy, Surrey's posts must not be asked of Sussex's people."""
    ours = person("Digital media officer 1", teams=[team("corporate-communications")])
    person("Digital media officer 2", force="sussex", teams=[team("corporate-communications", "sussex")])
    who = {"cc": Who("cc", "Corporate Communications", team="corporate-communications")}
    assert found(who, "cc") == [ours]


def test_a_role_is_found_by_its_slug_and_ends_with_its_last_day(person: PersonMaker) -> None:
    sio = person("DCI 1", roles=["senior-investigating-officer"])
    gone = person("DCI 2")
    RoleHeld.objects.create(
        person=gone, role="senior-investigating-officer", force_id="surrey", since="2025-01-01", until="2026-11-20"
    )
    who = {"sio": Who("sio", "SIO", role="senior_investigating_officer")}
    assert found(who, "sio") == [sio]


def test_grades_are_people_of_that_grade(person: PersonMaker) -> None:
    chief_inspector = person("Chief Inspector 1", grade="chief_inspector")
    person("Sergeant 2", grade="sergeant")
    who = {"senior": Who("senior", "Chief Inspector, Band 2 or M1", grades=("chief_inspector", "band_2", "m1"))}
    assert found(who, "senior") == [chief_inspector]


def test_the_proposer_and_the_subject_are_never_asked_about_their_own(person: PersonMaker) -> None:
    """Nobody approves their own post."""
    me, other, subject = (person(f"Officer {n}", roles=["authoriser"]) for n in (1, 2, 3))
    who = {"a": Who("a", "Authoriser", role="authoriser")}
    assert found(who, "a", proposer=me, subject=subject) == [other]


def test_a_pack_may_say_that_the_proposer_counts(person: PersonMaker) -> None:
    me = person("Officer 1", roles=["authoriser"])
    assert found({"a": Who("a", "Authoriser", role="authoriser", never=())}, "a", proposer=me) == [me]


def test_never_may_name_another_post(person: PersonMaker) -> None:
    """Whoever wrote the rules must not be the one who checks them, where a pack says so."""
    both, other = person("Officer 1", roles=["checker", "writer"]), person("Officer 2", roles=["checker"])
    who = {
        "checker": Who("checker", "Checker", role="checker", never=("writer",)),
        "writer": Who("writer", "Writer", role="writer"),
    }
    assert found(who, "checker") == [other]
    assert both not in found(who, "checker")


def test_stand_ins_are_asked_in_turn_when_nobody_is_left(person: PersonMaker) -> None:
    me = person("Head 1", roles=["head"])
    second = person("Deputy 2", roles=["deputy"])
    who = {
        "head": Who("head", "Head", role="head", otherwise=("acting", "deputy")),
        "acting": Who("acting", "Acting head", role="acting-head"),
        "deputy": Who("deputy", "Deputy", role="deputy"),
    }
    assert found(who, "head", proposer=me) == [second]
    assert found(who, "head") == [me]


def test_a_stand_in_is_barred_by_what_the_post_itself_never_allows(person: PersonMaker) -> None:
    author = person("Officer 1", roles=["deputy"])
    who = {
        "head": Who("head", "Head", role="head", otherwise=("deputy",), never=("author",)),
        "deputy": Who("deputy", "Deputy", role="deputy", never=()),
    }
    assert found(who, "head", author=author) == []


def test_stand_ins_that_point_at_each_other_end(person: PersonMaker, db: None) -> None:
    who = {
        "a": Who("a", "A", role="a", otherwise=("b",)),
        "b": Who("b", "B", role="b", otherwise=("a",)),
    }
    assert found(who, "a") == []


def test_a_line_manager_is_the_subjects_own_even_in_another_team(person: PersonMaker) -> None:
    manager = person("Sergeant 1")
    constable = person("PC 2", line_manager=manager)
    who = {"lm": Who("lm", "Line manager", relation="line_manager", of="author")}
    assert found(who, "lm", author=constable) == [manager]
    assert found(who, "lm", author=manager) == []


def test_a_head_of_department_is_found_through_the_persons_team(person: PersonMaker, team: Callable[..., Team]) -> None:
    north, south = team("north"), team("south")
    head, other = person("Inspector 1"), person("Inspector 2")
    for who, their in ((head, north), (other, south)):
        RoleHeld.objects.create(person=who, role="head-of-department", force_id="surrey", team=their, since=TODAY)
    asked = {"hod": Who("hod", "Head of department", relation="head_of_department", of="applicant")}
    assert found(asked, "hod", applicant=person("PC 3", teams=[north])) == [head]


def test_a_relation_that_nobody_named_is_asked_of_those_who_hold_the_role(person: PersonMaker) -> None:
    """The post does not say who leads the investigation: every SIO of the force may answer, and nobody else."""
    sio, named = person("DCI 1", roles=["senior-investigating-officer"]), person("DCI 2")
    who = {"sio": Who("sio", "SIO", relation="senior_investigating_officer", of="incident")}
    assert found(who, "sio") == [sio]
    assert found(who, "sio", incident={"senior_investigating_officer": named}) == [named]


def test_whoever_asked_for_a_post_is_found_in_the_cast(person: PersonMaker) -> None:
    """The requester watches the comments, so the task must reach the very person who asked."""
    asked, manager = person("DC 2"), person("DS 1")
    who = {"r": Who("r", "Requester", relation="requester", of="post", never=())}
    assert found(who, "r", requester=asked, proposer=manager) == [asked]


def test_the_owner_of_an_account_is_read_from_the_account(person: PersonMaker) -> None:
    owner = person("Inspector 1")
    who = {"o": Who("o", "Owner", relation="owner", of="account")}
    assert found(who, "o", account=SimpleNamespace(owner=owner)) == [owner]
    assert found(who, "o", account=SimpleNamespace(owner=None)) == []


@pytest.mark.parametrize("of", ["sussex", "subject"])
def test_a_post_may_be_another_forces(of: str, person: PersonMaker, forces: dict[str, Force]) -> None:
    theirs = person("ACC 1", force="sussex", roles=["chief-officer"])
    person("ACC 2", roles=["chief-officer"])
    subject = person("PC 3", force="sussex")
    who = {"chief": Who("chief", "Chief officer", role="chief-officer", of=of)}
    assert found(who, "chief", subject=subject) == [theirs]


def test_people_who_left_or_were_switched_off_are_never_asked(person: PersonMaker, team: Callable[..., Team]) -> None:
    news = team("news")
    person("Press officer 1", teams=[news], leaving_on="2026-11-20")
    person("Press officer 2", teams=[news], is_active=False)
    last_day = person("Press officer 3", teams=[news], leaving_on="2026-11-21")
    assert found({"news": Who("news", "News team", team="news")}, "news") == [last_day]


def test_a_role_held_over_one_account_or_team_is_asked_about_those_alone(
    person: PersonMaker, team: Callable[..., Team], forces: dict[str, Force]
) -> None:
    """Whoever releases the posts of one neighbourhood account would be asked to release the force's own."""
    north = team("north")
    accounts = [
        Account.objects.create(
            force=forces["surrey"], platform="practice", network="x", handle=name, name=name, kind="area",
            created_on=TODAY, team=north if name == "north" else None,
        )
        for name in ("north", "main")
    ]  # fmt: skip
    of_account, of_team, of_force, author = (person(f"PC {number}") for number in range(4))
    for who, over in ((of_account, {"account_id": accounts[0].pk}), (of_team, {"team": north}), (of_force, {})):
        RoleHeld.objects.create(person=who, role="release-decider", force_id="surrey", since=TODAY, **over)
    who = {"release": Who("release", "Release decider", role="release-decider")}
    asked = {account.handle: found(who, "release", proposer=author, account=account) for account in accounts}
    assert asked == {"north": [of_account, of_team, of_force], "main": [of_force]}
    author.teams.add(north)
    assert found(who, "release", proposer=author, account=accounts[1]) == [of_team, of_force]
