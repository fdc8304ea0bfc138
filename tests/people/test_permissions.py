"""Who may attempt what: the whole table, forces, teams, accounts, leavers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from remit.accounts.models import Account
from remit.acts.models import Grant
from remit.people.models import Force, Person, RoleHeld, Team
from remit.people.permissions import (
    EVERYONE,
    OWN,
    PERMISSIONS,
    ROLES,
    may_somewhere,
    permits,
    permitted,
    permitted_accounts,
    reach,
)
from tests.people.conftest import TODAY

#: Every role and every permission that it holds for a whole force, written out again so that a slip in the table shows.
EXPECTED: dict[str, set[str]] = {
    "author": {"post.read", "message.read", "post.draft", "account.read"},
    "authoriser": {"post.read", "message.read", "account.read"},
    "corporate-communications": {
        "post.read",
        "post.draft",
        "post.publish",
        "post.take-down",
        "message.read",
        "message.sort",
        "message.reply",
        "message.block",
        "account.read",
        "account.register",
        "account.change",
        "account.authorise",
        "account.connect",
        "account.decide",
        "account.review",
        "account.keep",
        "account.stop",
        "person.read",
        "training.record",
    },
    "account-administrator": {
        "account.read",
        "account.register",
        "account.change",
        "account.authorise",
        "account.connect",
        "account.decide",
        "account.review",
        "account.keep",
        "person.read",
    },
    "supervisor": {"post.read", "message.read", "account.read", "account.review", "person.read", "training.record"},
    "psd": {
        "post.read",
        "message.read",
        "account.read",
        "person.read",
        "interest.decide",
        "standards.check",
        "research.read",
        "vetting.check",
    },
    "vetting": {"vetting.check"},
    "covert-authorities": {"research.read"},
    "auditor": {"post.read", "message.read", "account.read", "person.read", "ledger.read", "decision.read"},
    "policy-officer": {"person.read", "account.read", "decision.read", "signals.change", "policy.keep"},
    "control-room": {"post.read", "message.read", "account.read", "account.stop", "post.take-down"},
    "system-administrator": {
        "account.read",
        "person.read",
        "person.change",
        "role.give",
        "password.set",
        "device.register",
        "force.change",
    },
}


def test_the_table_names_only_permissions_that_exist_and_each_is_held_by_somebody() -> None:
    """A misspelt permission would silently lock everybody out of something."""
    held = set(EVERYONE | OWN).union(*(role.may | role.with_authorisation for role in ROLES.values()))
    assert held == set(PERMISSIONS)
    assert set(EXPECTED) == set(ROLES)


@pytest.mark.parametrize("role", EXPECTED)
@pytest.mark.parametrize("permission", PERMISSIONS)
def test_a_role_permits_exactly_what_its_row_says(role: str, permission: str, person: Callable[..., Person]) -> None:
    """One permission too many and somebody can do what their force never let them."""
    holder = person("PC 1", roles=[role])
    assert permits(holder, permission, "surrey", today=TODAY) == (permission in EXPECTED[role] | EVERYONE)
    assert not permits(holder, permission, "sussex", today=TODAY)


def test_an_unknown_permission_is_our_fault_and_is_never_quietly_refused(person: Callable[..., Person]) -> None:
    with pytest.raises(KeyError):
        permits(person("PC 1"), "post.pubish", "surrey")


def test_somebody_with_no_role_may_do_only_what_everybody_may(person: Callable[..., Person]) -> None:
    nobody = person("PC 1")
    assert {p for p in PERMISSIONS if permits(nobody, p, "surrey", today=TODAY)} == EVERYONE


def test_what_is_ones_own_is_ones_own_alone(person: Callable[..., Person]) -> None:
    """Nobody may acknowledge a policy, or say that they are on duty, for somebody else."""
    me, other = person("PC 1", roles=["system-administrator"]), person("PC 2")
    assert permits(me, "policy.acknowledge", "surrey", f"people.person:{me.pk}", today=TODAY)
    assert not permits(me, "policy.acknowledge", "surrey", f"people.person:{other.pk}", today=TODAY)
    assert not permits(other, "person.read", "surrey", f"people.person:{me.pk}", today=TODAY)


def test_a_subject_of_another_force_is_refused_even_when_the_force_is_named_wrongly(
    person: Callable[..., Person],
) -> None:
    """Otherwise an act that names its own force could reach into a neighbour's register."""
    mine, theirs = person("PC 1", roles=["auditor"]), person("PC 2", force="sussex")
    assert not permits(mine, "person.read", "surrey", f"people.person:{theirs.pk}", today=TODAY)


def test_a_role_for_one_team_reaches_that_team_only(person: Callable[..., Person], team: Callable[..., Team]) -> None:
    north, south = team("north"), team("south")
    sergeant = person("PS 1")
    RoleHeld.objects.create(person=sergeant, role="supervisor", force_id="surrey", team=north, since=TODAY)
    in_north, in_south = person("PC 2", teams=[north]), person("PC 3", teams=[south])
    assert permits(sergeant, "person.read", "surrey", f"people.person:{in_north.pk}", today=TODAY)
    assert not permits(sergeant, "person.read", "surrey", f"people.person:{in_south.pk}", today=TODAY)
    assert not permits(sergeant, "person.read", "surrey", today=TODAY)
    assert may_somewhere(sergeant, "person.read", TODAY)


def test_a_role_for_one_account_reaches_that_account_only(person: Callable[..., Person]) -> None:
    holder = person("PC 1")
    mine, other = (_account(handle) for handle in ("north", "south"))
    RoleHeld.objects.create(
        person=holder, role="account-administrator", force_id="surrey", account_id=mine.pk, since=TODAY
    )
    assert permits(holder, "account.change", "surrey", f"accounts.account:{mine.pk}", today=TODAY)
    assert not permits(holder, "account.change", "surrey", f"accounts.account:{other.pk}", today=TODAY)
    assert not permits(holder, "account.register", "surrey", today=TODAY)


def test_an_author_may_publish_only_from_accounts_with_a_live_authorisation(person: Callable[..., Person]) -> None:
    author = person("PC 1", roles=["author"])
    account = _account("north")
    subject = f"accounts.account:{account.pk}"
    assert not permits(author, "post.publish", "surrey", subject, today=TODAY)
    grant = Grant.objects.create(
        force="surrey", kind="authorisation", person=author, over=subject, since=TODAY, until=TODAY + timedelta(days=1)
    )
    assert permits(author, "post.publish", "surrey", subject, today=TODAY)
    assert not permits(author, "post.publish", "surrey", subject, today=TODAY - timedelta(days=1))
    assert permits(author, "post.publish", "surrey", subject, today=TODAY + timedelta(days=1))
    assert not permits(author, "post.publish", "surrey", subject, today=TODAY + timedelta(days=2))
    assert not permits(author, "post.publish", "surrey", today=TODAY)
    Grant.objects.filter(pk=grant.pk).update(ended_at="2026-11-21T09:00Z")
    assert not permits(author, "post.publish", "surrey", subject, today=TODAY)


def test_several_permissions_at_once_are_those_that_are_given_one_by_one(person: Callable[..., Person]) -> None:
    authorised, owner = person("PC 1", roles=["author"]), person("PC 2")
    account = _account("north")
    Account.objects.filter(pk=account.pk).update(owner=owner)
    subject = f"accounts.account:{account.pk}"
    Grant.objects.create(force="surrey", kind="authorisation", person=authorised, over=subject, since=TODAY)
    for who in (authorised, owner, person("PC 3", roles=["control-room"])):
        for force, about in (
            ("surrey", subject),
            ("sussex", subject),
            ("surrey", ""),
            ("surrey", f"people.person:{who.pk}"),
        ):
            singly = {p for p in PERMISSIONS if permits(who, p, force, about, today=TODAY)}
            assert permitted(who, PERMISSIONS, force, about, today=TODAY) == singly
    assert "account.keep" in permitted(owner, ["account.keep"], "surrey", subject, today=TODAY)
    with pytest.raises(KeyError):
        permitted(owner, ["account.kep"], "surrey", subject)


@pytest.mark.parametrize(("days", "expected"), [(-1, False), (0, True), (10, True), (11, False)])
def test_a_role_holds_from_its_first_day_to_the_end_of_its_last(
    days: int, expected: bool, person: Callable[..., Person]
) -> None:
    holder = person("PC 1")
    RoleHeld.objects.create(
        person=holder, role="auditor", force_id="surrey", since=TODAY, until=TODAY + timedelta(days=10)
    )
    assert permits(holder, "ledger.read", "surrey", today=TODAY + timedelta(days=days)) == expected


def test_a_leaver_may_do_nothing_from_the_day_after_they_leave(person: Callable[..., Person]) -> None:
    leaver = person("PC 1", roles=["auditor"], leaving_on=TODAY)
    assert permits(leaver, "ledger.read", "surrey", today=TODAY)
    assert not permits(leaver, "ledger.read", "surrey", today=TODAY + timedelta(days=1))
    assert not permits(leaver, "policy.read", "surrey", today=TODAY + timedelta(days=1))
    assert not may_somewhere(leaver, "ledger.read", TODAY + timedelta(days=1))


def test_a_role_may_be_held_for_a_neighbouring_force(person: Callable[..., Person], forces: dict[str, Force]) -> None:
    """Two forces that share a department share its people, and nothing more."""
    shared = person("Digital media officer 8120", roles=["auditor"])
    RoleHeld.objects.create(person=shared, role="author", force=forces["sussex"], since=TODAY)
    assert permits(shared, "post.draft", "sussex", today=TODAY)
    assert not permits(shared, "ledger.read", "sussex", today=TODAY)
    assert {reached.force for reached in reach(shared, "post.read", TODAY)} == {"surrey", "sussex"}


def _account(handle: str) -> Account:
    return Account.objects.create(
        force_id="surrey",
        platform="practice",
        network="x",
        handle=handle,
        name=handle,
        kind="area",
        created_on=date(2024, 1, 1),
    )


def test_many_accounts_are_asked_about_at_once_and_answered_as_one_by_one(
    person: Callable[..., Person], forces: dict[str, Force], team: Callable[..., Team]
) -> None:
    """A list would offer an account on which the button then fails, or hide one that somebody may use."""
    north = team("north")
    accounts = [
        Account.objects.create(
            force=forces["surrey"], platform="practice", network="x", handle=f"a-{number}", name="A", kind="area",
            created_on=TODAY, team=north if number % 2 else None,
        )
        for number in range(4)
    ]  # fmt: skip
    teams = {account.pk: account.team_id for account in accounts}
    everything, by_team, by_account = (person(f"PC {number}") for number in range(3))
    for who, over in ((everything, {}), (by_team, {"team": north}), (by_account, {"account_id": accounts[2].pk})):
        RoleHeld.objects.create(person=who, role="author", force_id="surrey", since=TODAY, **over)
        for account in accounts[1:]:
            Grant.objects.create(
                force="surrey", kind="authorisation", person=who, over=f"accounts.account:{account.pk}", since=TODAY
            )
    for who in (everything, by_team, by_account, person("PC 9", roles=["corporate-communications"])):
        for permission in ("post.publish", "post.draft", "account.stop", "policy.read"):
            one_by_one = {
                account.pk
                for account in accounts
                if permits(who, permission, "surrey", f"accounts.account:{account.pk}", today=TODAY)
            }
            assert permitted_accounts(who, permission, "surrey", teams, today=TODAY) == one_by_one
