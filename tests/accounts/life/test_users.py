"""Letting somebody use an account, and what a policy wants to be there before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

from remit.accounts.facts import may_use
from remit.accounts.models import Account, StandardsCheck
from remit.acts.models import Proposal
from remit.people.models import Training
from tests.accounts.life.test_setting_up import day, fired
from tests.accounts.life.walking import Walk

ForceOf = Callable[[str], Walk]


def account_of(walk: Walk) -> Account:
    return Account.objects.create(
        force_id=walk.force,
        platform="practice",
        network="x",
        handle="roads-police",
        name="Roads Policing",
        kind="department",
        created_on=date(2021, 5, 1),
        owner=walk.people["sergeant"],
    )


def authorise(walk: Walk, account: Account) -> Proposal:
    first = {"person": walk.people["constable"].shoulder_number, "reason": "Runs the roads desk"}
    answer = walk.errand("media", f"/accounts/{account.pk}/authorise", first)
    assert isinstance(answer, Proposal), answer
    return answer


def test_surrey_wants_a_check_of_professional_standards(force_of: ForceOf) -> None:
    """SS-4.6, SS-6.10d, SS-2.2a: nobody gets an account before their record was looked at, and then they do."""
    walk = force_of("surrey")
    account = account_of(walk)
    first = {"person": walk.people["constable"].shoulder_number, "reason": "Runs the roads desk"}
    assert "SS-6.10d" in walk.errand("media", f"/accounts/{account.pk}/authorise", first)
    constable = walk.people["constable"].pk
    given = {"grant": "written-approval", "reason": "Chief Inspector 1203", **day("since", timezone.localdate())}
    walk.post("media", f"/accounts/users/{constable}/permission", given)
    waiting = authorise(walk, account)
    assert "SS-4.6" in fired(waiting)
    assert "PC 4417" in walk.page("standards", "/accounts/users/")
    assert walk.browser("media").get(f"/accounts/users/{constable}/standards").status_code == 403
    walk.post("standards", f"/accounts/users/{constable}/standards", {"result": "acceptable"})
    assert StandardsCheck.objects.get().by == walk.people["standards"]
    assert walk.says(waiting) == ["user-authorisation"]
    assert may_use(account, walk.people["constable"], timezone.now())


@pytest.mark.parametrize("slug", ["norfolk", "wiltshire", "cleveland", "essex"])
def test_somebody_who_has_what_the_policy_wants_may_use_it_at_once(force_of: ForceOf, slug: str) -> None:
    """Otherwise a force whose policy asks for no say would wait for one."""
    walk = force_of(slug)
    account = account_of(walk)
    proposal = authorise(walk, account)
    assert proposal.state == "applied", fired(proposal)
    assert may_use(account, walk.people["constable"], timezone.now())


def test_norfolk_wants_a_masterclass_first(force_of: ForceOf) -> None:
    """NS-11.1a: nobody posts on a corporate X account untrained."""
    walk = force_of("norfolk")
    Training.objects.all().delete()
    first = {"person": walk.people["constable"].shoulder_number, "reason": "Runs the roads desk"}
    assert "NS-11.1a" in walk.errand("media", f"/accounts/{account_of(walk).pk}/authorise", first)
