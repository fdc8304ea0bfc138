"""An account in use, until it is closed: reviewed, changed, looked into, in groups, under each of the five policies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from remit.accounts.models import Account, GroupEntered
from remit.acts import door, outbox
from remit.acts.models import Duty, Grant, Notice, Proposal
from remit.ledger import history
from remit.people.models import RoleHeld
from tests.accounts.life.test_setting_up import day, fired, record, reload
from tests.accounts.life.walking import Walk

ForceOf = Callable[[str], Walk]
TODAY = timezone.localdate()


@pytest.fixture
def live(force_of: ForceOf) -> Callable[..., tuple[Walk, Account]]:
    """A force and a live account of it, owned by the sergeant and used by the constable."""

    def make(slug: str, **fields: Any) -> tuple[Walk, Account]:
        walk = force_of(slug)
        given = {"kind": "department", "network": "x", "created_on": date(2021, 5, 1), "last_used_on": TODAY, **fields}
        account = Account.objects.create(
            force_id=slug,
            platform="practice",
            handle="roads-police",
            name="Roads Policing",
            owner=walk.people["sergeant"],
            team=walk.people["sergeant"].teams.first(),
            **given,
        )
        Grant.objects.create(
            force=slug,
            kind="authorisation",
            person=walk.people["constable"],
            over=f"accounts.account:{account.pk}",
            since=date(2024, 1, 1),
        )
        return walk, account

    return make


def closing(walk: Walk, account: Account, ground: str, on: date, who: str = "media") -> Any:
    first = {"ground": ground, "reason": "It has done its work.", **day("on", on)}
    return walk.errand(who, f"/accounts/{account.pk}/close", first, {"closing.alternative": "The main account"})


Live = Callable[..., tuple[Walk, Account]]


def test_surrey_gives_seven_days_notice_and_keeps_an_export(live: Live) -> None:
    """SS-8.1 and SS-8.2: followers and records are not lost from one day to the next."""
    walk, account = live("surrey")
    page = closing(walk, account, "other", TODAY)
    assert "SS-8.1" in page
    record(walk, account, "notice-given", "sergeant")
    page = closing(walk, account, "other", TODAY)
    assert f"{TODAY + timedelta(days=7):%-d %B %Y}" in page
    waiting = closing(walk, account, "other", TODAY + timedelta(days=7))
    assert "SS-8.2a" in fired(waiting)
    record(walk, account, "exported", "sergeant", who="owner", place="The evidence store")
    waiting.refresh_from_db()
    assert waiting.state == "applied"
    assert reload(account).state == "live"
    outbox.run_due(timezone.now() + timedelta(days=6))
    assert reload(account).state == "live"
    outbox.run_due(timezone.now() + timedelta(days=7, hours=1))
    assert reload(account).state == "closed"
    assert not Grant.objects.filter(over=f"accounts.account:{account.pk}", ended_at=None).exists()
    assert "Closed" in walk.page("media", f"/accounts/{account.pk}/")


def test_norfolk_tells_the_public_and_whom_to_follow_instead(live: Live) -> None:
    """NS-9.11: followers are not left with a dead account."""
    walk, account = live("norfolk", last_used_on=TODAY - timedelta(days=100))
    page = closing(walk, account, "dormancy", TODAY)
    assert "NS-9.13f" in page
    waiting = closing(walk, account, "left", TODAY)
    assert "NS-9.11b" in fired(waiting)
    record(walk, account, "public-told")
    waiting.refresh_from_db()
    assert reload(account).state == "closed", (waiting.outcome, door.waiting_on(waiting, timezone.now()))
    assert waiting.answers["closing.alternative"] == "The main account"


def test_wiltshire_reviews_before_it_closes_for_disuse(live: Live) -> None:
    """WI-accounts.14: a month without use, a review, and CCE decides."""
    walk, account = live("wiltshire", last_used_on=TODAY - timedelta(days=10))
    page = closing(walk, account, "dormancy", TODAY)
    assert "WI-accounts.14b" in page
    Account.objects.update(last_used_on=TODAY - timedelta(days=40))
    waiting = closing(walk, account, "dormancy", TODAY)
    assert "WI-accounts.14b" in fired(waiting)
    given = {"review": "dormancy", "outcome": "close", "words": "Nobody has time for it."}
    walk.errand("media", f"/accounts/{account.pk}/review", given)
    assert walk.says(waiting) == ["cce-closing"]
    assert reload(account).state == "closed"


def test_cleveland_consults_the_owner_before_closing_is_decided(live: Live) -> None:
    """CL-3.1.4e: a consultation after the decision is none."""
    walk, account = live("cleveland")
    page = closing(walk, account, "ineffective", TODAY)
    assert "CL-3.1.4e" in page
    record(walk, account, "closing-consulted", whom="owner", words="Agrees.")
    record(walk, account, "closing-decided", words="To close.")
    closed = closing(walk, account, "ineffective", TODAY)
    assert isinstance(closed, Proposal), closed
    assert reload(account).state == "closed"


def test_cleveland_is_told_whether_an_account_is_from_before_its_policy(live: Live) -> None:
    """CL-3.1.3: the policy gives months and no day, so an account of those weeks would be asked nothing for ever."""
    walk, account = live("cleveland", created_on=date(2022, 11, 1))
    owed = Duty.objects.filter(subject=f"accounts.account:{account.pk}", state="due", rule__startswith="CL-3.1.3")
    door.sweep(timezone.now())
    assert {duty.rule for duty in owed.all()} == {"CL-3.1.3a-between"}
    record(walk, account, "found-legacy", words="Opened on 1 November 2022 by the team itself.")
    assert {duty.rule for duty in owed.all()} == {"CL-3.1.3b", "CL-3.1.3c"}
    record(walk, account, "transferred")
    assert {duty.rule for duty in owed.all()} == {"CL-3.1.3b"}
    record(walk, account, "transfer-declined", words="The sergeant keeps it as a private one.")
    assert {duty.rule for duty in owed.all()} == {"CL-3.1.3d"}


def test_essex_closes_when_somebody_who_looks_after_it_says_so(live: Live) -> None:
    """The policy is silent on closing, so a person decides, with a reason on record."""
    walk, account = live("essex")
    closing(walk, account, "not_wanted", TODAY, "sergeant")
    assert reload(account).state == "closed"
    assert account.records.get(kind="closed").words == "It has done its work."
    assert walk.browser("constable").get(f"/accounts/{account.pk}/close").status_code == 403


@pytest.mark.parametrize("slug", ["surrey", "norfolk", "wiltshire", "cleveland", "essex"])
def test_a_review_is_on_record_with_its_day(live: Live, slug: str) -> None:
    """A policy counts the next review from it."""
    walk, account = live(slug)
    given = {"review": "annual", "outcome": "keep", "words": "It is used well."}
    walk.errand("media", f"/accounts/{account.pk}/review", given)
    assert account.records.get(kind="review-annual").on == TODAY
    page = walk.page("media", f"/accounts/{account.pk}/")
    assert "It is used well." in page
    assert "Last reviewed on" in page


def test_only_a_users_own_supervisor_looks_over_an_account_in_surrey(live: Live) -> None:
    """SS-10.1a gives the power to nobody else."""
    walk, account = live("surrey")
    given = {"review": "supervisory", "outcome": "keep", "words": "Posts are fine."}
    assert "SS-10.1a" in walk.errand("media", f"/accounts/{account.pk}/review", given)
    RoleHeld.objects.filter(person=walk.people["sergeant"]).update(team=None)
    walk.errand("sergeant", f"/accounts/{account.pk}/review", given)
    assert account.records.filter(kind="review-supervisory").exists()


def test_a_changed_password_is_lodged_and_everybody_is_told(live: Live) -> None:
    """NS-10.1g, NS-6.3e: only the Digital Media Team changes it, and the new one is lodged at once."""
    walk, account = live("norfolk")
    given = {"reason": "routine", "cause": "routine"}
    walk.errand("constable", f"/accounts/{account.pk}/password", given)
    assert walk.asked == ["credential.exceptional_reason"]
    assert Notice.objects.filter(rule="NS-10.1h").exists()
    Duty.objects.all().delete()
    walk.errand("media", f"/accounts/{account.pk}/password", given)
    duty = Duty.objects.get(rule="NS-6.3e")
    assert duty.due_on == TODAY
    assert Notice.objects.filter(rule="NS-9.10b").exists()
    walk.post("media", f"/accounts/{account.pk}/credentials/lodge", {"place": "The vault"})
    door.sweep(timezone.now())
    duty.refresh_from_db()
    assert duty.state == "done"


def test_credentials_are_recorded_before_they_are_shown(live: Live, settings: Any) -> None:
    """SS-5.2: direct access takes an approval, and each look leaves a trace."""
    settings.CONNECTION_KEYS = [b"k" * 32]
    walk, account = live("surrey")
    lodged = {"username": "roads", "password": "correct horse battery"}
    walk.post("sergeant", f"/accounts/{account.pk}/credentials/lodge", lodged)
    wanted = {"access": "credentials", "purpose": "audit", "case": "A/1", "reason": "The yearly audit"}
    asking = walk.errand("media", f"/accounts/{account.pk}/access", wanted)
    assert walk.browser("media").post(f"/accounts/{account.pk}/credentials").status_code == 302
    assert walk.says(asking) == ["native-review"]
    assert "correct horse" not in walk.page("media", f"/accounts/{account.pk}/credentials")
    page = walk.post("media", f"/accounts/{account.pk}/credentials", {})
    assert "correct horse battery" in page
    actions = [line.action for line in history(f"accounts.account:{account.pk}")]
    assert "accounts.see-credentials" in actions


def test_a_change_is_decided_by_its_kind(live: Live) -> None:
    """NS-9.9c and NS-10.2c: a new owner is told at once; only the Digital Media Team suspends."""
    walk, account = live("norfolk")
    given = {"change": "owner", "value": "", "owner": walk.people["constable"].shoulder_number}
    walk.errand("media", f"/accounts/{account.pk}/alter", given)
    assert reload(account).owner == walk.people["constable"]
    assert Notice.objects.filter(rule="NS-9.9c").exists()
    unrecorded = walk.errand("admin", f"/accounts/{account.pk}/alter", {"change": "app_removed", "value": "Clipper"})
    assert "NS-6.3f" in unrecorded
    refused = walk.errand("decider", f"/accounts/{account.pk}/alter", {"change": "suspend", "value": "Misuse"})
    assert "NS-10.2c" in refused
    walk.errand("media", f"/accounts/{account.pk}/alter", {"change": "suspend", "value": "Misuse"})
    assert account.stops.exists()


def test_a_group_is_joined_for_an_operation_and_left_when_it_is_done(live: Live) -> None:
    """SS-11.1: out of groups, unless an operation calls for it; then in with a plan, and out at the soonest moment."""
    walk, account = live("surrey", network="facebook")
    address = f"/accounts/{account.pk}/groups/join"
    joining = walk.errand("sergeant", address, {"group": "Weyford neighbours"})
    assert "SS-11.1a" in (fired(joining) if isinstance(joining, Proposal) else joining)
    assert not GroupEntered.objects.exists()
    given = {"requirement": "Find a lost child", "risk": "Rumours", "exit_plan": "When the child is found"}
    joining = walk.errand("sergeant", address, {"group": "Weyford neighbours and more", **given})
    assert walk.says(joining) == ["group-entry"]
    group = GroupEntered.objects.get()
    walk.post("sergeant", f"/accounts/{account.pk}/groups/{group.pk}/done", day("completed_on", TODAY))
    door.sweep(timezone.now())
    duty = Duty.objects.get(rule="SS-11.1d")
    assert duty.due_on == TODAY
    walk.post("sergeant", f"/accounts/{account.pk}/groups/{group.pk}/done", day("left_on", TODAY))
    door.sweep(timezone.now())
    duty.refresh_from_db()
    assert duty.state != "due"


def test_a_leaver_takes_an_individual_account_along_only_when_it_is_released(live: Live) -> None:
    """CL-3.1.4n to h: no corporate account becomes private while its holder works here."""
    walk, account = live("cleveland", kind="individual")
    given = {"change": "to_personal", "value": ""}
    said = {"release.branding_removed": "yes", "release.name_changed": "yes"}
    assert "CL-3.1.4n" in walk.errand("media", f"/accounts/{account.pk}/alter", given, said)
    assert reload(account).state == "live"
