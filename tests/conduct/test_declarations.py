"""What people declare, under each policy; private advice and reminders stay private."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from remit.acts import door
from remit.acts.act import registered
from remit.acts.models import Proposal, Referral
from remit.conduct.models import Declaration, Interest, Reminder
from remit.ledger.models import Disclosure, Entry
from remit.people.models import RoleHeld
from tests.conduct.conftest import FORCES, Station, day_boxes, walk

PACKS = sorted(FORCES)
WORDS = "Zanzibar Quarterdeck is somebody I met at an address where we were called."
Make = Callable[[str], Station]


@pytest.mark.parametrize(
    ("pack", "answers", "clause", "to"),
    [
        ("cleveland", {"contact.role": "victim", "contact.received": "yes"}, "CL-3.3i", {"directorate-of-standards"}),
        ("surrey-sussex", {"contact.role": "witness", "contact.received": "yes"}, "SS-9.4aa",
         {"psd", "anti-corruption-unit"}),
        ("norfolk-suffolk", {"concern.conflicting_association": "yes"}, "NS-13.24", {"line-manager"}),
        ("wiltshire", {"concern.partial_group": "yes"}, "WI-donot.18",
         {"head-of-information", "policy-officer", "line-manager"}),
        ("essex", {}, "", set()),
    ],
)  # fmt: skip
def test_a_declaration_goes_where_the_policy_says(
    pack: str, answers: dict[str, str], clause: str, to: set[str], station: Make
) -> None:
    """A contact that must be declared would be refused, lost, or seen by others than the clause names."""
    here = station(pack)
    first = {"declared": "contact", "about_it": WORDS}
    _, sent = walk(here.client("officer"), "/conduct/declare", first, answers)
    made = Proposal.objects.get(act="conduct.declare-association")
    assert sent.status_code == 302
    assert made.state == Proposal.State.APPLIED
    assert {referral.to_who for referral in Referral.objects.all()} == to
    assert not clause or clause in {c for f in made.decision["findings"] for c in f["clauses"]}
    assert Declaration.objects.get().declared_on == timezone.localdate()
    assert here.client("colleague").get(f"/proposals/{made.pk}/").status_code == 404
    kept = [*(e.body for e in Entry.objects.all()), *(d.payload for d in Disclosure.objects.all())]
    assert not any(b"Zanzibar" in bytes(each) for each in kept)


def declared(here: Station, starts: date | None = None) -> Interest:
    first: dict[str, object] = {"about_it": "Paid posts about walking boots.", "network": "A video site"}
    first |= day_boxes("starts_on", starts) if starts else {}
    sent = here.client("officer").post("/conduct/interests/declare", first)
    assert sent.status_code == 302
    return Interest.objects.get()


def ask_to_begin(here: Station, interest: Interest, answers: dict[str, str]) -> tuple[str, Proposal | None]:
    page, _ = walk(here.client("officer"), f"/conduct/interests/{interest.pk}/begin", {"go": ""}, answers)
    return page, Proposal.objects.filter(act="conduct.begin-interest").order_by("pk").last()


CLEVELAND = {
    "platform.category": "other",
    "interest.shares_content": "no",
    "interest.promotes": "no",
    "interest.helps_influencer": "no",
    "interest.earns_from_content": "no",
    "interest.mentions_police": "no",
}


def test_cleveland_asks_the_directorate_and_its_yes_is_on_the_register(station: Make) -> None:
    """An interest would begin without permission (3.2.1), or the permission would be nowhere."""
    here = station("cleveland")
    interest = declared(here)
    _, made = ask_to_begin(here, interest, CLEVELAND)
    assert made is not None
    assert made.state == Proposal.State.OPEN
    say = made.says.get()
    assert say.key == "interest-permission"
    assert "CL-3.2.1a" in say.clauses
    door.answer_say(say, here.standards, "approve", "No conflict with the role.", timezone.now())
    interest.refresh_from_db()
    assert (interest.state, interest.decided_by, interest.decided_on) == (
        Interest.State.APPROVED, here.standards, timezone.localdate())  # fmt: skip


def test_cleveland_has_influencing_authorised_first_and_begun_afterwards(station: Make) -> None:
    """Somebody would promote things for money before anybody had agreed (3.2, 3.2.1)."""
    here = station("cleveland")
    interest = declared(here, starts=timezone.localdate() + timedelta(days=30))
    answers = {**CLEVELAND, "interest.promotes": "yes"}
    page, made = ask_to_begin(here, interest, answers)
    assert "CL-3.2aa" in page
    assert "/conduct/interests/declare" in page
    assert made is None or made.state == Proposal.State.REFUSED
    assert "Decide on a business interest" in here.client("standards").get("/").content.decode()
    decision = {"approve": "yes", "reason": "Boots do no harm."}
    assert here.client("colleague").post(f"/conduct/interests/{interest.pk}/decide", decision).status_code == 404
    assert here.client("standards").post(f"/conduct/interests/{interest.pk}/decide", decision).status_code == 302
    _, made = ask_to_begin(here, interest, answers)
    assert made is not None
    assert made.state == Proposal.State.APPLIED
    assert not made.says.exists()


@pytest.mark.parametrize(("about_policing", "clause"), [("no", "WI-advice.5b"), ("yes", "WI-advice.5c")])
def test_wiltshire_wants_payment_approved_first_and_nothing_paid_about_policing(
    about_policing: str, clause: str, station: Make
) -> None:
    """Paid material would begin unapproved, or be about policing."""
    here = station("wiltshire")
    interest = declared(here)
    first_pay = (timezone.localdate() + timedelta(days=30)).isoformat()
    answers = {"interest.paid": "yes", "interest.about_policing": about_policing, "interest.payment_on": first_pay}
    page, made = ask_to_begin(here, interest, answers)
    assert clause in page
    assert made is None or made.state == Proposal.State.REFUSED
    door_open = {"approve": "yes", "reason": "Agreed."}
    assert here.client("standards").post(f"/conduct/interests/{interest.pk}/decide", door_open).status_code == 302
    page, made = ask_to_begin(here, interest, answers)
    assert (made is not None and made.state == Proposal.State.APPLIED) is (about_policing == "no")


@pytest.mark.parametrize("pack", ["essex", "norfolk-suffolk", "surrey-sussex"])
def test_where_a_policy_is_silent_an_interest_is_on_the_register_and_a_person_decides(pack: str, station: Make) -> None:
    """Silence would be read as a refusal, or as an approval that nobody gave."""
    here = station(pack)
    interest = declared(here)
    _, made = ask_to_begin(here, interest, {})
    interest.refresh_from_db()
    assert made is not None
    assert made.state == Proposal.State.APPLIED
    assert interest.state == Interest.State.DECLARED
    assert interest.decided_by is None


def test_nobody_decides_on_their_own_interest_or_without_a_reason(station: Make) -> None:
    """Whoever decides for the force would approve their own business, or leave no reason behind."""
    here = station("cleveland")
    interest = declared(here)
    RoleHeld.objects.create(person=here.officer, role="psd", force=here.force, since=timezone.localdate())
    assert here.client("officer").get(f"/conduct/interests/{interest.pk}/decide").status_code == 404
    answer = here.client("standards").post(f"/conduct/interests/{interest.pk}/decide", {"approve": "yes"})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()


def rows() -> dict[str, int]:
    """How many rows every table has."""
    models: list[type[Model]] = [m for m in apps.get_models() if m._meta.label != "sessions.Session"]
    return {m._meta.label: m._default_manager.count() for m in models}


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("address", ["/conduct/private-use", "/conduct/contact"])
def test_advice_leaves_no_row_no_entry_and_no_line_in_the_log(
    pack: str, address: str, station: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """What somebody asks about their private life would be kept somewhere, to be held against them."""
    here = station(pack)
    client = here.client("officer")
    before = rows()
    with caplog.at_level(logging.DEBUG):
        page, sent = walk(client, address, {"words": WORDS, "go": ""}, {"contact.role": "victim"})
    assert "What the policy says" in page or "does not allow" in page
    assert sent["Cache-Control"] == "no-store"
    assert sent.status_code == 200
    assert rows() == before
    assert "Zanzibar" not in caplog.text


def test_advice_offers_to_declare_and_to_report(station: Make) -> None:
    """Somebody who is told that they must declare it would have to find out where."""
    here = station("cleveland")
    answers = {"contact.role": "victim", "contact.received": "yes", "contact.response": "ignored"}
    page, _ = walk(here.client("officer"), "/conduct/contact", {"go": ""}, answers)
    assert "/conduct/declare" in page
    assert "CL-3.3i" in page


def test_nothing_leads_remit_to_watch_a_private_account() -> None:
    """Remit would be made to look through people's private accounts."""
    private = {name for name, act in registered().items() if act.moment.startswith("personal.")}
    assert private == {"conduct.ask-private-use", "conduct.ask-contact"}
    fields = {f.name for model in apps.get_app_config("people").get_models() for f in model._meta.get_fields()}
    assert not fields & {"handle", "private_account", "profile", "network"}


def test_a_reminder_is_its_owners_alone(station: Make, client: Client) -> None:
    """Others could see who looks over their profiles, and when."""
    here = station("wiltshire")
    client = here.client("officer")
    soon = timezone.localdate() + timedelta(days=3)
    assert client.post("/conduct/remind-me", day_boxes("on", soon)).status_code == 302
    kept = Reminder.objects.get()
    assert "Look over your own profiles" not in client.get("/").content.decode()
    Reminder.objects.update(on=timezone.localdate())
    assert "Look over your own profiles" in client.get("/").content.decode()
    assert here.client("standards").get(f"/conduct/reminders/{kept.pk}/").status_code == 404
    entry = Entry.objects.get(action="conduct.keep-reminder")
    assert json.loads(bytes(entry.body))["actor"] != here.officer.pseudonym
    assert here.client("policy").get(f"/ledger/{entry.number}/").status_code == 404
    assert client.post(f"/conduct/reminders/{kept.pk}/").status_code == 302
    assert "Look over your own profiles" not in client.get("/").content.decode()


def test_the_offer_of_a_reminder_leads_to_its_page(station: Make) -> None:
    """Wiltshire's advice offers a reminder that could not be had."""
    here = station("wiltshire")
    page, _ = walk(here.client("officer"), "/conduct/private-use", {"words": ""}, {})
    assert "/conduct/remind-me" in page
