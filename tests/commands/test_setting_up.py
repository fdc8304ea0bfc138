"""The commands that set up a service of a force's own: from an empty database to somebody who can sign in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from remit.acts.packs import library
from remit.cli import remit_group
from remit.ledger.models import Entry
from remit.ledger.verifying import verify
from remit.people.forms import EntryForm
from remit.people.models import Force, Person, Team
from remit.people.permissions import permits

pytestmark = pytest.mark.django_db
PASSWORD = "four quiet herons wade"
FORCE = ["force", "add", "surrey", "--name", "Surrey Police", "--pack", "surrey-sussex"]
PERSON = ["person", "add", "admin-1", "--force", "surrey", "--name", "Administrator 1", "--number", "1",
          "--role", "system-administrator", "--password-stdin"]  # fmt: skip


def remit(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(remit_group, list(words), input=stdin)


def test_a_new_service_has_a_force_and_an_administrator_who_signs_in() -> None:
    """A force that installs Remit could start it, and then nobody could ever sign in."""
    added = remit(*FORCE)
    assert added.exit_code == 0, added.output
    assert Team.objects.filter(force="surrey", key="corporate-communications").exists()
    made = remit(*PERSON, stdin=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    admin = Person.objects.get(username="admin-1")
    assert permits(admin, "person.change", "surrey", today=timezone.localdate())
    assert Client().post("/sign-in", {"username": "admin-1", "password": PASSWORD})["Location"] == "/"
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {"people.add-force", "people.add", "people.give-role", "people.set-password"} <= actions
    assert verify().holds


def test_a_person_is_added_whole_or_not_at_all() -> None:
    """A half-made administrator would block the username and open nothing."""
    remit(*FORCE)
    for words, stdin, says in (
        (PERSON, "short\n", "at least 12 characters"),
        ([*PERSON, "--role", "emperor"], f"{PASSWORD}\n", 'There is no role "emperor"'),
    ):
        refused = remit(*words, stdin=stdin)
        assert refused.exit_code == 2
        assert says in refused.stderr
        assert not Person.objects.exists()


def test_a_password_is_asked_for_twice_on_the_terminal() -> None:
    remit(*FORCE)
    asked = remit(*PERSON[:-1], stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0, asked.output
    assert PASSWORD not in asked.output
    assert Person.objects.get().check_password(PASSWORD)


def test_a_forgotten_password_is_set_anew() -> None:
    """The only administrator forgets theirs, and the service would be lost."""
    remit(*FORCE)
    remit(*PERSON, stdin=f"{PASSWORD}\n")
    assert remit("person", "set-password", "admin-1", "--password-stdin", stdin="other words in a row\n").exit_code == 0
    assert Person.objects.get().check_password("other words in a row")
    assert remit("person", "set-password", "nobody", "--password-stdin", stdin="x\n").exit_code == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--pack", "surrey-susex"], 'no policy "surrey-susex"'),
        (["--pack", "surrey-sussex", "--setting", "websiet=x"], "No policy asks for the setting"),
        (["--pack", "surrey-sussex", "--setting", "website"], "is no setting"),
        (["--pack", "surrey-sussex", "--setting", "elections={"], "is not JSON"),
        (["--pack", "surrey-sussex", "--setting", "elections=3"], "elections"),
        ([], "A force without a policy"),
    ],
)
def test_a_force_that_could_decide_nothing_is_refused_in_words(words: list[str], says: str) -> None:
    """A setting of the wrong type would break every later decision of the force."""
    refused = remit("force", "add", "surrey", "--name", "Surrey Police", *words)
    assert refused.exit_code == 2, refused.output
    assert says in refused.stderr
    assert not Force.objects.exists()


def test_settings_and_policies_are_changed_and_what_is_not_named_stays() -> None:
    remit(*FORCE, "--setting", "approved_networks=x, facebook")
    changed = remit("force", "change", "surrey", "--pack", "surrey-sussex", "--pack", "essex")
    assert changed.exit_code == 0, changed.output
    force = Force.objects.get()
    assert force.packs == ["surrey-sussex", "essex"]
    assert force.settings == {"approved_networks": ["x", "facebook"]}
    assert Team.objects.filter(key="media-department").exists()
    assert "surrey: Surrey Police, under surrey-sussex, essex" in remit("force", "list").output
    assert remit("force", "change", "nowhere").exit_code == 2


def test_a_demonstration_username_is_refused_outside_the_demonstration(settings: object) -> None:
    """The server would refuse to start for as long as somebody is called so."""
    remit(*FORCE)
    settings.DEMONSTRATION = False  # type: ignore[attr-defined]
    refused = remit(*[word.replace("admin-1", "demo-admin") for word in PERSON], stdin=f"{PASSWORD}\n")
    assert refused.exit_code == 2
    assert "demonstration" in refused.stderr


def test_a_database_without_tables_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sets Remit up would meet sixty lines of Python for one step left out."""

    def missing(*_: object) -> None:
        raise OperationalError("no such table: people_force")

    monkeypatch.setattr(Force.objects, "all", missing)
    told = remit("force", "list")
    assert (told.exit_code, "Run `remit migrate` first" in told.stderr) == (2, True)


def test_an_answer_to_a_setting_can_be_taken_back() -> None:
    """A period once set could be made another, and never none: null was taken for a word."""
    remit(*FORCE, "--setting", "messages_kept_for=12 months")
    assert Force.objects.get().settings == {"messages_kept_for": "12 months"}
    changed = remit("force", "change", "surrey", "--setting", "messages_kept_for=null")
    assert changed.exit_code == 0, changed.output
    assert Force.objects.get().settings == {"messages_kept_for": None}


def test_a_kind_of_employment_that_a_pack_adds_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy would speak of cadet leaders, and nobody could be entered as one."""
    remit(*FORCE)
    refused = remit(*PERSON, "--category", "cadet_leader", stdin=f"{PASSWORD}\n")
    assert (refused.exit_code, "police_staff, volunteer" in refused.stderr) == (2, True)
    known = library().vocabulary.facts
    label = "a leader of cadets"
    wider = replace(known["actor.category"], values={"cadet_leader": label}, added={"cadet_leader": "facts/actor.yaml"})
    monkeypatch.setitem(known, "actor.category", wider)  # type: ignore[arg-type]
    added = remit(*PERSON, "--category", "cadet_leader", stdin=f"{PASSWORD}\n")
    assert added.exit_code == 0, added.output
    assert Person.objects.get().get_category_display() == "Cadet leader"
    assert ("cadet_leader", label) in EntryForm(force=Force.objects.get()).fields["category"].choices
