"""The pages of the registers: every one answers, and none shows or changes anything of another force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from remit.accounts.models import Account, Stop
from remit.acts.models import Grant
from remit.people.models import Force, Person, RoleHeld
from tests.people.conftest import TODAY

ADMIN = ["system-administrator", "corporate-communications"]


@pytest.fixture
def account(forces: dict[str, Force]) -> Callable[[str], Account]:
    def make(force: str) -> Account:
        return Account.objects.create(
            force=forces[force],
            platform="practice",
            network="x",
            handle=f"{force}-north",
            name="North",
            kind="area",
            created_on=TODAY,
        )

    return make


@pytest.mark.parametrize(
    "path",
    ["", "change", "leave", "move", "roles/give", "training", "devices", "duty", "acknowledge/policy:surrey-sussex"],
)
def test_a_person_of_another_force_is_not_there(path: str, client: Client, person: Callable[..., Person]) -> None:
    """A page that answered 403 would already say that somebody with that number exists."""
    client.force_login(person("Officer 1", roles=ADMIN))
    other = person("PC 2", force="sussex")
    assert client.get(f"/people/{other.pk}/{path}").status_code == 404
    assert client.post(f"/people/{other.pk}/{path}").status_code in (404, 405)


@pytest.mark.parametrize("path", ["", "change", "state", "authorise"])
def test_an_account_of_another_force_is_not_there(
    path: str, client: Client, person: Callable[..., Person], account: Callable[[str], Account]
) -> None:
    client.force_login(person("Officer 1", roles=ADMIN))
    assert client.get(f"/accounts/{account('sussex').pk}/{path}").status_code == 404


def test_lists_show_ones_own_force_alone(
    client: Client, person: Callable[..., Person], account: Callable[[str], Account]
) -> None:
    client.force_login(person("Officer 1", roles=ADMIN))
    person("PC 2222", force="sussex")
    account("surrey"), account("sussex")
    assert b"PC 2222" not in client.get("/people/").content
    accounts = client.get("/accounts/").content
    assert b"@surrey-north" in accounts
    assert b"@sussex-north" not in accounts


@pytest.mark.parametrize(
    "path",
    ["", "change", "leave", "move", "roles/give", "training", "devices", "duty", "acknowledge/policy:surrey-sussex"],
)
def test_every_page_about_oneself_answers(path: str, client: Client, person: Callable[..., Person]) -> None:
    admin = person("Officer 1", roles=ADMIN)
    client.force_login(admin)
    assert client.get(f"/people/{admin.pk}/{path}").status_code == 200


def test_somebody_without_a_role_sees_their_own_entry_and_cannot_change_it(
    client: Client, person: Callable[..., Person]
) -> None:
    me, other = person("PC 1"), person("PC 2")
    client.force_login(me)
    assert b"PC 2" not in client.get("/people/").content
    assert client.get(f"/people/{me.pk}/").status_code == 200
    assert client.get(f"/people/{other.pk}/").status_code == 404
    assert client.get(f"/people/{me.pk}/roles/give").status_code == 403
    assert client.get("/people/add").status_code == 403
    assert client.get("/accounts/register").status_code == 403
    assert client.get("/accounts/stops/throw").status_code == 403


def test_nobody_gives_themself_a_role(client: Client, person: Callable[..., Person]) -> None:
    """An administrator who could make themself auditor would read what they were never meant to."""
    admin = person("Officer 1", roles=ADMIN)
    client.force_login(admin)
    sent = {"role": "auditor", "team": "", "since_0": "21", "since_1": "11", "since_2": "2026"}
    answer = client.post(f"/people/{admin.pk}/roles/give", sent)
    assert answer.status_code == 422
    assert b"themself" in answer.content
    assert not admin.roles_held.filter(role="auditor").exists()


def test_a_role_is_given_and_ended_from_the_pages(client: Client, person: Callable[..., Person]) -> None:
    client.force_login(person("Officer 1", roles=ADMIN))
    other = person("PC 2")
    sent = {"role": "author", "team": "", "since_0": "1", "since_1": "11", "since_2": "2026"}
    assert client.post(f"/people/{other.pk}/roles/give", sent).status_code == 302
    held = other.roles_held.get()
    assert client.get(f"/people/{other.pk}/roles/{held.pk}/end").status_code == 200
    assert client.post(f"/people/{other.pk}/roles/{held.pk}/end").status_code == 302
    held.refresh_from_db()
    assert held.until is not None


def test_a_role_is_given_over_one_account_of_ones_own_force(
    client: Client, person: Callable[..., Person], account: Callable[[str], Account]
) -> None:
    """A role over one account could be held by nobody, or reach into another force."""
    client.force_login(person("Officer 1", roles=ADMIN))
    other, ours, theirs = person("PC 2"), account("surrey"), account("sussex")
    address = f"/people/{other.pk}/roles/give"
    sent = {"role": "author", "team": "", "since_0": "1", "since_1": "11", "since_2": "2026"}
    assert client.post(address, {**sent, "account": theirs.pk}).status_code == 422
    assert client.post(address, {**sent, "account": ours.pk}).status_code == 302
    assert other.roles_held.get().account_id == ours.pk
    assert "North (@surrey-north)" in client.get(f"/people/{other.pk}/").content.decode()


def test_a_role_held_for_another_force_is_that_forces_to_end(client: Client, person: Callable[..., Person]) -> None:
    """Where two forces share a department, one could take away what the other gave."""
    client.force_login(person("Officer 1", roles=ADMIN))
    other = person("PC 2")
    held = RoleHeld.objects.create(person=other, role="author", force_id="sussex", since=TODAY)
    address = f"/people/{other.pk}/roles/{held.pk}/end"
    assert address not in client.get(f"/people/{other.pk}/").content.decode()
    assert client.post(address).status_code == 404


def test_a_leaver_loses_every_role_and_permission(client: Client, person: Callable[..., Person]) -> None:
    """Somebody who left last week must not be able to publish today."""
    client.force_login(person("Officer 1", roles=ADMIN))
    leaver = person("PC 2", roles=["author"])
    Grant.objects.create(force="surrey", kind="authorisation", person=leaver, over="accounts.account:1", since=TODAY)
    sent = {"leaving_on_0": "1", "leaving_on_1": "11", "leaving_on_2": "2026"}
    assert client.post(f"/people/{leaver.pk}/leave", sent).status_code == 302
    leaver.refresh_from_db()
    assert not leaver.is_active
    assert not leaver.grants.filter(ended_at=None).exists()
    assert not leaver.roles_held.filter(until=None).exists()


def test_somebody_who_moves_loses_the_use_of_accounts_on_that_day(
    client: Client, person: Callable[..., Person]
) -> None:
    """Somebody who moved to another team could still post for the old one."""
    client.force_login(person("Officer 1", roles=ADMIN))
    mover = person("PC 2", roles=["author"])
    grant = Grant.objects.create(
        force="surrey", kind="authorisation", person=mover, over="accounts.account:1", since=TODAY
    )
    page = client.get(f"/people/{mover.pk}/move").content.decode()
    assert "When does" in page
    sent = {"moved_on_0": "30", "moved_on_1": "11", "moved_on_2": "2027"}
    assert client.post(f"/people/{mover.pk}/move", sent).status_code == 302
    grant.refresh_from_db()
    mover.refresh_from_db()
    assert grant.until == mover.moved_on == date(2027, 11, 30)
    assert mover.is_active


def test_the_stop_switch_names_what_follows_before_it_is_thrown_and_lifted(
    client: Client, person: Callable[..., Person], account: Callable[[str], Account]
) -> None:
    """One wrong press would silence a whole force, or let it speak during a major incident."""
    client.force_login(person("Control room supervisor 6021", roles=["control-room"]))
    account("surrey")
    sent = {"covers": "force", "reason": "Major incident"}
    asked = client.post("/accounts/stops/throw", sent)
    assert b"nothing goes out from 1 account" in asked.content
    assert not Stop.objects.exists()
    assert client.post("/accounts/stops/throw", {**sent, "sure": "yes"}).status_code == 302
    stop = Stop.objects.get()
    assert b"Publishing is stopped for every account of Surrey Police" in client.get("/accounts/stops/").content
    assert b"may publish again" in client.get(f"/accounts/stops/{stop.pk}/lift").content
    assert client.post(f"/accounts/stops/{stop.pk}/lift").status_code == 302
    stop.refresh_from_db()
    assert stop.lifted_at is not None
