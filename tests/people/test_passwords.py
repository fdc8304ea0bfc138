"""Passwords: set by a system administrator, changed by oneself, and kept nowhere but as a hash."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Proposal
from remit.ledger.models import Entry
from remit.people.acts import SetPassword
from remit.people.acts.subjects import person_subject
from remit.people.models import Person
from tests.accounts.conftest import NOW

NEW = "four quiet herons wade"


def test_an_administrator_sets_a_password_and_its_holder_signs_in(
    client: Client, person: Callable[..., Person]
) -> None:
    """Nobody whom an administrator adds on the pages could ever sign in."""
    client.force_login(person("Administrator 1", roles=["system-administrator"]))
    officer = person("PC 2")
    address = f"/people/{officer.pk}/password"
    assert "PC 2 is signed out everywhere" in client.get(address).content.decode()
    assert client.post(address, {"new": NEW, "again": NEW}).status_code == 302
    theirs = Client()
    assert theirs.post("/sign-in", {"username": officer.username, "password": NEW}).status_code == 302
    assert theirs.get("/").status_code == 200


def test_somebody_changes_their_own_password_only_with_the_old_one(
    client: Client, person: Callable[..., Person]
) -> None:
    """A phone left unlocked for a minute would be an account lost for good."""
    me = person("PC 2")
    me.set_password("the old one of mine")
    me.save()
    client.force_login(me)
    address = f"/people/{me.pk}/password"
    wrong = client.post(address, {"old": "guessed", "new": NEW, "again": NEW})
    assert wrong.status_code == 422
    assert "not your present password" in wrong.content.decode()
    assert client.post(address, {"old": "the old one of mine", "new": NEW, "again": "other"}).status_code == 422
    assert client.post(address, {"old": "the old one of mine", "new": NEW, "again": NEW}).status_code == 302
    assert client.get("/").status_code == 200  # still signed in here
    me.refresh_from_db()
    assert me.check_password(NEW)


def test_whoever_has_the_old_password_is_signed_out(client: Client, person: Callable[..., Person]) -> None:
    officer = person("PC 2")
    client.force_login(officer)
    door.propose(SetPassword("surrey", person_subject(officer), NEW), None, NOW)
    assert client.get("/").status_code == 302


def test_nobody_sets_anybody_elses_password_without_the_role(person: Callable[..., Person]) -> None:
    """A colleague, or an administrator of another force, could sign in as somebody who approves posts."""
    officer = person("PC 2")
    for other in (
        person("PC 3", roles=["corporate-communications"]),
        person("Administrator 4", force="sussex", roles=["system-administrator"]),
    ):
        with pytest.raises(PermissionDenied):
            door.propose(SetPassword("surrey", person_subject(officer), NEW), other, NOW)


def test_a_weak_password_is_refused_in_words(person: Callable[..., Person]) -> None:
    with pytest.raises(ActRefused, match="at least 12 characters"):
        door.propose(SetPassword("surrey", person_subject(person("PC 2")), "short"), None, NOW)


def test_a_password_is_kept_nowhere(person: Callable[..., Person]) -> None:
    """Whoever reads a proposal or the ledger would read everybody's passwords."""
    door.propose(SetPassword("surrey", person_subject(person("PC 2")), NEW), None, NOW)
    kept = [str(row) for model in (Proposal, Entry) for row in model.objects.values_list()]
    assert kept
    assert not any(NEW in row for row in kept)
