"""What the register tells a policy: who counts as a contributor, what a stop covers, when an account was used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from remit.accounts.facts import account_facts, authorisations, authorised, stopped, stops_covering, subject_of
from remit.accounts.models import Account, Stop
from remit.accounts.uses import used
from remit.acts.models import Duty, Grant
from remit.acts.sweep import sweep
from remit.people.models import Person
from tests.accounts.conftest import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)


def contributors(account: Account) -> int:
    return account_facts(account, None, now=NOW)["account.contributor_count"]


@pytest.mark.parametrize(
    ("of_the_grant", "of_the_person", "counts"),
    [
        ({}, {}, True),
        ({"since": TODAY}, {}, True),
        ({"until": TODAY}, {}, True),
        ({"since": TODAY + DAY}, {}, False),
        ({"until": TODAY - DAY}, {}, False),
        ({"ended_at": NOW}, {}, False),
        ({"kind_of": "exception"}, {}, False),
        ({}, {"leaving_on": TODAY}, True),
        ({}, {"leaving_on": TODAY - DAY}, False),
        ({}, {"is_active": False}, False),
    ],
)
def test_who_counts_as_a_contributor(
    of_the_grant: dict[str, Any],
    of_the_person: dict[str, Any],
    counts: bool,
    person: Callable[..., Person],
    account: Callable[..., Account],
    authorise: Callable[..., Grant],
) -> None:
    """A policy asks for two contributors; people who have left would make one look like two."""
    main = account()
    grant = authorise(
        person("PC 1", **of_the_person), main, **{k: v for k, v in of_the_grant.items() if k != "kind_of"}
    )
    if kind := of_the_grant.get("kind_of"):
        grant.kind = kind
        grant.save()
    assert contributors(main) == int(counts)
    assert [g.person_id for g in authorisations(main, NOW)] == sorted(authorised(main, NOW))  # in both ways of asking


def test_a_person_counts_once_and_for_the_account_alone(
    person: Callable[..., Person], account: Callable[..., Account], authorise: Callable[..., Grant]
) -> None:
    main, other, officer = account(), account("quay-roads"), person("PC 1")
    authorise(officer, main)
    authorise(officer, main, since=TODAY)
    authorise(person("PC 2"), other)
    assert contributors(main) == 1


@pytest.mark.parametrize(
    ("fields", "covered"),
    [
        ({}, True),
        ({"area": "harbour"}, True),
        ({"area": "Moor"}, False),
        ({"force": "inland"}, False),
        ({"started_at": NOW + timedelta(minutes=1)}, False),
        ({"lifted_at": NOW}, False),
        ({"lifted_at": NOW + timedelta(minutes=1)}, True),
    ],
)
def test_what_a_stop_covers(
    fields: dict[str, Any], covered: bool, person: Callable[..., Person], account: Callable[..., Account]
) -> None:
    """A stop that misses an account lets it speak in a major incident; one too wide silences a force that has none."""
    main = account(area="Harbour")
    by = person("Control room 1", force=fields.pop("force", "quay"))
    Stop.objects.create(**{"force": by.force, "reason": "x", "started_at": NOW, "started_by": by, **fields})
    assert stopped(main, NOW) == covered
    assert account_facts(main, None, now=NOW)["account.silenced"] == covered
    assert bool(stops_covering(main, NOW)) == covered  # in both ways of asking


def test_a_stop_on_one_account_covers_no_other(person: Callable[..., Person], account: Callable[..., Account]) -> None:
    main, other, by = account(), account("quay-roads"), person("Control room 1")
    Stop.objects.create(force=by.force, account=main, reason="x", started_at=NOW, started_by=by)
    assert stopped(main, NOW)
    assert not stopped(other, NOW)


def test_the_day_an_account_was_used_is_londons_and_never_goes_back(account: Callable[..., Account]) -> None:
    """An account in daily use would be called dormant, or one that nobody uses would never be."""
    main = account()
    used(main.pk, datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    main.refresh_from_db()
    assert main.last_used_on == date(2026, 7, 1)
    used(main.pk, datetime(2026, 6, 1, 12, tzinfo=UTC))
    main.refresh_from_db()
    assert main.last_used_on == date(2026, 7, 1)


def test_an_account_that_nobody_uses_becomes_its_owners_duty(
    person: Callable[..., Person], account: Callable[..., Account]
) -> None:
    """A dormant account is what gets taken over; the policy's own period would pass with nobody told."""
    owner = person("Sergeant 1")
    idle = account(owner=owner, last_used_on=date(2026, 8, 20))
    account("quay-roads", owner=owner, last_used_on=TODAY - DAY)
    account("quay-old", owner=owner, last_used_on=date(2020, 1, 1), state="closed")
    assert sweep(NOW).faults == ()
    duty = Duty.objects.get()
    assert (duty.subject, duty.owner, duty.due_on) == (subject_of(idle), owner, date(2026, 12, 20))
    used(idle.pk, NOW)
    sweep(NOW)
    duty.refresh_from_db()
    assert duty.state == Duty.State.LAPSED


def test_where_no_policy_says_anything_of_idle_accounts_nothing_is_gathered(
    account: Callable[..., Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A force with thousands of accounts would spend every sweep on questions that its policy never asks."""
    account(last_used_on=date(2020, 1, 1))
    monkeypatch.setattr("remit.acts.states.rules_at", lambda pack, moment: ())
    monkeypatch.setattr("remit.accounts.watching.full_facts", lambda *args, **named: pytest.fail("gathered"))
    assert sweep(NOW).faults == ()
    assert not Duty.objects.exists()
