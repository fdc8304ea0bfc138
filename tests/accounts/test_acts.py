"""What changes the register of accounts: each change is checked, recorded, and kept within its force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from remit.accounts import acts
from remit.accounts.facts import may_use, subject_of
from remit.accounts.models import Account, Stop
from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Grant, Proposal
from remit.ledger.reading import history
from remit.people.models import Person
from tests.accounts.conftest import COMMUNICATIONS, NOW

ENTRY = {"name": "Quay Roads", "kind": "main", "purpose": "Road closures"}


def register(by: Person, handle: str = "quay-roads", entry: dict[str, Any] | None = None, **more: Any) -> Proposal:
    act = acts.RegisterAccount(by.force_id, "practice", "x", handle, entry or ENTRY, "2024-01-01", **more)
    return door.propose(act, by, NOW)


def test_an_account_is_registered_with_its_evidence(person: Callable[..., Person]) -> None:
    """Nobody could say afterwards who put an account on the register."""
    head = person("Media officer 1", roles=COMMUNICATIONS)
    made = register(head)
    account = Account.objects.get()
    assert (made.state, made.subject) == (Proposal.State.APPLIED, subject_of(account))
    (line,) = history(subject_of(account))
    assert (line.words, line.actor) == ("Register an account", head.pseudonym)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"handle": "quay roads"}, "handle cannot be used"),
        ({"entry": {**ENTRY, "kind": "mian"}}, "no kind of account"),
        ({"entry": {**ENTRY, "name": " "}}, "no name"),
        ({"entry": {**ENTRY, "team": "nobody"}}, "no team"),
        ({"state": "closed"}, "no state"),
    ],
)
def test_an_entry_that_cannot_stand_is_refused_in_words(
    change: dict[str, Any], says: str, person: Callable[..., Person]
) -> None:
    with pytest.raises(ActRefused, match=says):
        register(person("Media officer 1", roles=COMMUNICATIONS), **change)
    assert not Account.objects.exists()


def test_a_handle_is_on_one_register_only(person: Callable[..., Person], account: Callable[..., Account]) -> None:
    """Two forces that both thought an account theirs would each publish on it."""
    account("inland-main", force="inland")
    with pytest.raises(ActRefused, match="on a register already"):
        register(person("Media officer 1", roles=COMMUNICATIONS), handle="Inland-Main")


def test_an_owner_of_another_force_is_refused(person: Callable[..., Person], account: Callable[..., Account]) -> None:
    main, stranger = account(), person("PC 2", force="inland")
    entry = {**ENTRY, "owner": stranger.pk}
    with pytest.raises(ActRefused, match="on your force's register"):
        door.propose(
            acts.ChangeAccount("quay", subject_of(main), entry),
            person("Media officer 1", roles=COMMUNICATIONS),
            NOW,
        )


def test_nobody_changes_an_account_of_another_force(
    person: Callable[..., Person], account: Callable[..., Account]
) -> None:
    """Whichever force an address names, neither theirs nor one's own opens another's account."""
    theirs, head = account("inland-main", force="inland"), person("Media officer 1", roles=COMMUNICATIONS)
    for force in ("quay", "inland"):
        with pytest.raises((PermissionDenied, ActRefused)):
            door.propose(acts.SetState(force, subject_of(theirs), "dormant"), head, NOW)
    theirs.refresh_from_db()
    assert theirs.state == Account.State.LIVE


def test_an_authorisation_waits_for_its_say_and_nobody_gives_one_to_themself(
    person: Callable[..., Person], account: Callable[..., Account]
) -> None:
    """The one who hands out access would hand it to themself."""
    head, second, officer = (
        person("Media officer 1", roles=COMMUNICATIONS),
        person("Media officer 2", roles=COMMUNICATIONS),
        person("PC 3"),
    )
    main = account()
    asked = door.propose(acts.AuthoriseUser("quay", subject_of(main), officer.pk, "Appeals"), head, NOW)
    assert not Grant.objects.exists()
    door.answer_say(asked.says.get(), second, "approve", "", NOW)
    assert Grant.objects.get().person == officer
    with pytest.raises(ActRefused, match="Nobody may authorise themself"):
        door.propose(acts.AuthoriseUser("quay", subject_of(main), head.pk, "Appeals"), head, NOW)
    assert not Grant.objects.filter(person=head).exists()


def test_an_authorisation_given_before_is_entered_by_remit_itself_alone(
    person: Callable[..., Person], account: Callable[..., Account]
) -> None:
    """Whoever may authorise would use it to go round the say that the policy asks for."""
    main, officer = account(), person("PC 3")
    act = acts.EnterAuthorisation("quay", subject_of(main), officer.pk, "2025-01-01", "Appeals desk")
    with pytest.raises(ActRefused, match="given under the policy"):
        door.propose(act, person("Media officer 1", roles=COMMUNICATIONS), NOW)
    assert not Grant.objects.exists()
    assert door.propose(act, None, NOW).state == Proposal.State.APPLIED
    assert may_use(main, officer, NOW)


def test_an_authorisation_ends_once(
    person: Callable[..., Person], account: Callable[..., Account], authorise: Callable[..., Grant]
) -> None:
    main, head = account(), person("Media officer 1", roles=COMMUNICATIONS)
    grant = authorise(person("PC 2"), main)
    act = acts.EndAuthorisation("quay", subject_of(main), grant.pk)
    assert door.propose(act, head, NOW).state == Proposal.State.APPLIED
    with pytest.raises(ActRefused, match="ended already"):
        door.propose(act, head, NOW)


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"reason": " "}, "reason is missing"), ({"area": "Moor"}, "No account is for the area")],
)
def test_a_stop_needs_a_reason_and_something_to_stop(
    fields: dict[str, Any], says: str, person: Callable[..., Person]
) -> None:
    """A stop on an area that no account has would be thrown in an emergency and stop nothing."""
    with pytest.raises(ActRefused, match=says):
        door.propose(
            acts.StartStop("quay", **{"reason": "Major incident", **fields}),
            person("Control room 1", roles=["control-room"]),
            NOW,
        )
    assert not Stop.objects.exists()


def test_a_stop_is_thrown_and_lifted_once_each_with_evidence(person: Callable[..., Person]) -> None:
    control = person("Control room 1", roles=["control-room"])
    thrown = door.propose(acts.StartStop("quay", "Major incident"), control, NOW)
    lift = acts.LiftStop("quay", thrown.subject)
    door.propose(lift, control, NOW)
    assert [line.words for line in history(thrown.subject)] == ["Stop publishing", "Lift a stop"]
    with pytest.raises(ActRefused, match="lifted already"):
        door.propose(lift, control, NOW)
