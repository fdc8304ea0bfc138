"""From a granted application to a live account, in a browser, under each of the five policies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from remit.accounts.models import Account
from remit.acts.models import Duty, Proposal
from remit.acts.packs import library
from remit.people.models import Device
from tests.accounts.life.walking import Walk

ForceOf = Callable[[str], Walk]
OBJECTIVE = {
    "objective": "Fewer calls about closed roads",
    "measure": "Calls a month",
    "target": "A tenth fewer",
    "due_on_0": "1",
    "due_on_1": "3",
    "due_on_2": "2027",
    "priority": "Safer roads",
    "achievable": "on",
}
FOUR = ("no-crime-reports-here", "call-101-or-999", "not-watched-all-hours", "messenger-not-secure")


def day(name: str, value: date) -> dict[str, str]:
    return {f"{name}_0": str(value.day), f"{name}_1": str(value.month), f"{name}_2": str(value.year)}


def record(walk: Walk, account: Account, kind: str, by: str = "media", /, **more: str) -> None:
    """Record that something was done today."""
    walk.post(by, f"/accounts/{account.pk}/record/{kind}", {**day("on", timezone.localdate()), **more})


def set_up(walk: Walk, account: Account, state: str, **fields: Any) -> Any:
    """The media officer sets the account up, with an address and a phone of the force."""
    phone = Device.objects.create(
        force_id=walk.force, person=walk.people["sergeant"], name="Force phone 1", owner="force", kind="phone"
    )
    first = {
        "handle": "roads-police",
        "platform": "practice",
        **day("opened_on", timezone.localdate()),
        "bio": "Roads and road safety.",
        "emails": f"roads@{walk.force}.police.uk",
        "phones": [str(phone.pk)],
        "state": state,
        **(day("trial_ends_on", timezone.localdate() + timedelta(days=183)) if state == "trial" else {}),
        **fields,
    }
    said = {
        "account.brand_checked": "yes",
        "account.crime_notice": "yes",
        "account.complaint_notice": "yes",
        "account.guidelines_followed": "yes",
        "account.dedicated_administrator": "yes",
        "account.messages_from_everyone": "no",
        "trial.evaluation_plan": "Count the calls before and after.",
    }
    return walk.errand("media", f"/accounts/{account.pk}/set-up", first, said)


def reload(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def fired(proposal: Proposal) -> set[str]:
    """The clauses that stand in the way of a proposal."""
    found = [f for f in proposal.decision["findings"] if f["verdict"] in ("fired", "unknown")]
    return {clause for f in found for clause in f["clauses"]}


def test_norfolk_holds_it_until_the_credentials_are_lodged(force_of: ForceOf) -> None:
    """Set up by hand and forgotten, an account would be lost with the phone it was made on (NS-6.3c)."""
    walk = force_of("norfolk")
    account = walk.granted()
    assert "Lodge the username and password" in walk.page("media", f"/accounts/{account.pk}/")
    waiting = set_up(walk, account, "live")
    assert reload(account).state == "setting_up"
    assert "NS-6.3c" in fired(waiting)
    walk.post("media", f"/accounts/{account.pk}/credentials/lodge", {"place": "Digital Media Team’s vault: roads"})
    assert reload(account).state == "live"
    assert "Live" in walk.page("media", f"/accounts/{account.pk}/")


def test_wiltshire_wants_the_four_statements_in_the_description(force_of: ForceOf) -> None:
    """The statements are the policy's own words; without them people would report crimes there (WI-accounts.16a)."""
    walk = force_of("wiltshire")
    account = walk.granted(network="facebook", said={"application.engagement_focus": "Road shows."})
    extra = {"button": "https://www.wiltsmessaging.co.uk"}
    waiting = set_up(walk, account, "live", **extra)
    assert reload(account).state == "setting_up"
    assert "WI-accounts.16a" in (fired(waiting) if isinstance(waiting, Proposal) else waiting)
    texts = library().packs["wiltshire"].texts
    bio = "\n".join(texts[key] for key in FOUR)
    set_up(walk, account, "live", bio=bio, **extra)
    assert reload(account).state == "live"


def test_essex_consults_the_media_department_first(force_of: ForceOf) -> None:
    """EX-3.5a: no account before the media department was heard."""
    walk = force_of("essex")
    account = walk.granted()
    waiting = set_up(walk, account, "live")
    assert "EX-3.5a" in fired(waiting)
    record(walk, account, "communications-consulted", words="No objection.")
    assert reload(account).state == "live"


def test_surrey_tries_it_for_six_months(force_of: ForceOf) -> None:
    """SS-4.4b and SS-4.2c: a trial of six months that cannot be cut short, and a month to lodge the access."""
    walk = force_of("surrey")
    account = walk.granted()
    walk.post("media", f"/accounts/{account.pk}/objective", OBJECTIVE)
    set_up(walk, account, "trial")
    account = reload(account)
    assert account.state == "trial"
    owed = {duty.rule: duty.due_on for duty in Duty.objects.filter(subject=f"accounts.account:{account.pk}")}
    opened = account.created_on
    assert owed["SS-4.2c"] == plus_months(opened, 1)
    assert owed["SS-4.4b"] == plus_months(opened, 6)
    assessed = {"result": "successful", "reason": "Fewer calls.", "objective_0": "met"}
    walk.errand("media", f"/accounts/{account.pk}/trial", assessed)
    assert reload(account).state == "trial"
    answer = walk.browser("media").post(f"/accounts/{account.pk}/state", {"state": "live"})
    assert answer.status_code == 422
    assert "SS-4.4b" in answer.content.decode()
    Account.objects.filter(pk=account.pk).update(created_on=opened - timedelta(days=190))
    walk.post("media", f"/accounts/{account.pk}/state", {"state": "live"})
    assert reload(account).state == "live"


def test_cleveland_tries_it_by_a_plan_that_owner_and_decision_maker_agree(force_of: ForceOf) -> None:
    """CL-3.1.1d to g: no live account without a result, judged by its objectives, and reviewed a year later."""
    walk = force_of("cleveland")
    account = walk.granted()
    walk.post("media", f"/accounts/{account.pk}/objective", OBJECTIVE)
    waiting = set_up(walk, account, "trial")
    assert "CL-3.1d" in fired(waiting)
    assert walk.says(waiting) == ["trial-plan", "trial-plan"]
    assert reload(account).state == "setting_up"
    record(walk, account, "corporate-access")
    assert reload(account).state == "trial"
    answer = walk.browser("media").post(f"/accounts/{account.pk}/state", {"state": "live"})
    assert "CL-3.1.1d" in answer.content.decode()
    assessed = {"result": "successful", "reason": "Fewer calls.", "objective_0": "met"}
    assessing = walk.errand("media", f"/accounts/{account.pk}/trial", assessed)
    walk.says(assessing)
    assert "Put it live" in walk.page("media", f"/accounts/{account.pk}/")
    walk.post("media", f"/accounts/{account.pk}/state", {"state": "live"})
    assert reload(account).state == "live"
    duty = Duty.objects.get(subject=f"accounts.account:{account.pk}", rule="CL-3.1.1g")
    assert duty.due_on == plus_months(timezone.localdate(), 12)


def test_a_password_that_was_lodged_is_nowhere_in_clear(force_of: ForceOf, settings: Any) -> None:
    """A copy of the database must not open the force's accounts."""
    settings.CONNECTION_KEYS = [b"k" * 32]
    walk = force_of("norfolk")
    account = walk.granted()
    page = f"/accounts/{account.pk}/credentials/lodge"
    walk.post("media", page, {"username": "roads", "password": "correct horse battery"})
    kept = bytes(account.credentials.sealed)
    assert b"correct horse" not in kept
    everything = str(list(Proposal.objects.values())) + str(list(account.records.values()))
    assert "correct horse" not in everything
    assert walk.browser("head").get(f"/accounts/{account.pk}/credentials").status_code == 302


def test_an_exception_that_the_policy_knows_lifts_its_rule(force_of: ForceOf) -> None:
    """WI-accounts.16a: CCE records a short form; a network with a short profile could never be set up otherwise."""
    walk = force_of("wiltshire")
    account = walk.granted()
    given = {"exception": "any", "account": account.pk, "reason": "No.", **day("since", timezone.localdate())}
    assert walk.browser("media").post("/exceptions/give", given).status_code == 422
    reason = "The profile takes 160 characters."
    walk.post(
        "media", "/exceptions/give", given | {"exception": "short-form-statements", "reason": reason, "go": "send"}
    )
    set_up(walk, account, "live")
    assert reload(account).state == "live"


def test_nobody_publishes_from_an_account_that_is_being_set_up(force_of: ForceOf) -> None:
    """It does not exist on its network yet, or is not checked."""
    walk = force_of("essex")
    account = walk.granted()
    assert str(account) not in walk.page("media", "/posts/new")


def plus_months(start: date, months: int) -> date:
    """The same day of a later month, counted by hand; the last of a month that is too short."""
    year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(start.day, last))
