"""From an application to an entry in the register, in a browser, under each of the five policies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from remit.accounts.models import Account, Application
from remit.acts.models import Notice, Proposal
from tests.accounts.life.walking import ROADS, Walk

ForceOf = Callable[[str], Walk]


@pytest.mark.parametrize(
    ("slug", "asked", "before", "after"),
    [
        ("surrey", "application.existing_accounts_reason", ["senior-approval"], []),
        ("norfolk", "application.aims", [], ["applicant-manager", "applicant-head", "lead-decision"]),
        ("wiltshire", "application.serves_purpose", [], ["cce-authorisation"]),
        ("cleveland", "application.existing_accounts_reason", [], ["account-decision"]),
        ("essex", "", [], ["media-consulted"]),
    ],
)
def test_an_application_is_granted(
    force_of: ForceOf, slug: str, asked: str, before: list[str], after: list[str]
) -> None:
    """Otherwise nobody could get an account in the way that their policy describes."""
    walk = force_of(slug)
    proposal = walk.apply()
    assert not asked or asked in walk.asked
    assert walk.says(proposal) == before
    application = walk.application()
    proposal.refresh_from_db()
    assert proposal.subject == f"accounts.application:{application.pk}"
    assert application.state == "waiting"
    assert not Account.objects.exists()
    page = walk.page("head", f"/accounts/applications/{application.pk}/")
    assert "Grant it" in page
    assert "Road closures and road safety" in page
    assert "Grant it" not in walk.page("constable", f"/accounts/applications/{application.pk}/")

    assert walk.grant() == after
    application.refresh_from_db()
    account = Account.objects.get()
    assert (application.state, application.account, account.state) == ("granted", account, "setting_up")
    assert application.decided_by == walk.people["media"]
    assert Notice.objects.filter(person=walk.people["constable"], text__contains="is granted").exists()
    assert "Being set up" in walk.page("head", f"/accounts/{account.pk}/")
    if slug == "cleveland":
        assert application.decision_maker == walk.people["decider"]


def test_a_refusal_names_the_clause_and_keeps_nothing(force_of: ForceOf) -> None:
    """Otherwise somebody would wait for an account that no policy allows."""
    walk = force_of("norfolk")
    page = walk.apply(account_kind="individual")
    assert "NS-9.5c" in page
    assert "The policy does not allow this as it stands" in page
    assert not Proposal.objects.exists()


def test_who_applies_too_early_is_told_the_day(force_of: ForceOf) -> None:
    """The day comes from the register and the pack, so that nobody has to work it out."""
    walk = force_of("surrey")
    constable = walk.people["constable"]
    constable.independent_patrol_since = date(2026, 9, 30)
    constable.save()
    page = walk.apply()
    assert "SS-4.8" in page
    assert "30 March 2027" in page


def test_a_person_turns_it_down_and_the_applicant_is_told_why(force_of: ForceOf) -> None:
    """The power to refuse stays a person's, and nobody is left without a reason."""
    walk = force_of("essex")
    walk.apply()
    address = f"/accounts/applications/{walk.application().pk}/"
    assert walk.browser("constable").post(f"{address}turn-down", {"reason": "No."}).status_code == 403
    assert walk.browser("head").post(f"{address}turn-down", {"reason": ""}).status_code == 422
    walk.post("head", f"{address}turn-down", {"reason": "The main account speaks of the roads."})
    assert walk.application().state == "turned_down"
    assert not Account.objects.exists()
    assert Notice.objects.filter(person=walk.people["constable"], text__contains="speaks of the roads").exists()
    assert "Turned down" in walk.page("constable", address)


def test_nobody_grants_their_own_application(force_of: ForceOf) -> None:
    """Otherwise somebody of Corporate Communications could give themself an account."""
    walk = force_of("essex")
    first = {**ROADS, "owner": walk.people["head"].shoulder_number, "users": ""}
    walk.errand("head", "/accounts/apply", first)
    application = walk.application()
    with pytest.raises(AssertionError, match="own application"):
        walk.errand("head", f"/accounts/applications/{application.pk}/grant", {"reason": "I say so."})
    assert "Grant it" not in walk.page("head", f"/accounts/applications/{application.pk}/")


def test_a_no_of_whoever_the_policy_names_is_shown_to_whoever_decides(force_of: ForceOf) -> None:
    """Otherwise an application that the Digital Media Lead refused would seem to wait for ever."""
    walk = force_of("norfolk")
    walk.apply()
    application = walk.application()
    deciding = walk.errand("media", f"/accounts/applications/{application.pk}/grant", {"reason": "It is needed."})
    walk.says(deciding, "refuse")
    page = walk.page("media", f"/accounts/applications/{application.pk}/")
    assert "refused" in page
    assert "Turn it down" in page
    assert Application.objects.get().state == "waiting"


def test_another_force_sees_nothing_of_it(force_of: ForceOf) -> None:
    """Forces are apart."""
    walk, other = force_of("essex"), force_of("cleveland")
    walk.apply()
    assert other.browser("head").get(f"/accounts/applications/{walk.application().pk}/").status_code == 404
    assert "Roads Policing" not in other.page("head", "/accounts/applications/")


def test_the_applicant_withdraws_it(force_of: ForceOf) -> None:
    """Nobody else may, and nobody decides on it any more."""
    walk = force_of("essex")
    walk.apply()
    address = f"/accounts/applications/{walk.application().pk}/"
    assert walk.browser("head").post(f"{address}withdraw").status_code == 404
    walk.post("constable", f"{address}withdraw", {})
    assert walk.application().state == "withdrawn"
    assert walk.browser("head").get(f"{address}grant").status_code == 404
