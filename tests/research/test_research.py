"""Research and vetting under each policy: decided before anybody looks, on record, and never looked up by Remit."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from remit.acts.models import Proposal, Referral
from remit.ledger.models import Disclosure, Entry
from remit.people.models import Device, Training
from remit.research.models import Check, Research
from tests.conduct.conftest import Station, day_boxes, walk

Make = Callable[[str], Station]
PURPOSE = "Zanzibar Quarterdeck: looking for witnesses, reference 42."


def start(here: Station, answers: dict[str, str], device: Device | None = None) -> tuple[str, Proposal | None]:
    today = timezone.localdate()
    first: dict[str, object] = {"purpose": PURPOSE, "device": str(device.pk) if device else ""}
    first |= day_boxes("review_on", today + timedelta(days=28))
    first |= day_boxes("authority_until", today + timedelta(days=5))
    page, _ = walk(here.client("officer"), "/research/start", first, answers)
    return page, Proposal.objects.filter(act="research.start").order_by("pk").last()


LEVEL = {
    "research.level": "2",
    "research.force_computer": "yes",
    "research.non_attributable": "yes",
    "research.capture_method": "Screenshots with a hash.",
    "research.own_precautions": "No account of my own.",
    "research.system_precautions": "A stand-alone computer.",
    "research.authority_needed": "needed",
    "research.authority_reference": "A/17",
    "concern.operational_message": "no",
}


def test_cleveland_wants_training_and_equipment_for_the_level(station: Make) -> None:
    """Somebody untrained would do covert research on a traceable computer (3.5)."""
    here = station("cleveland")
    page, made = start(here, LEVEL)
    assert made is None or made.state == Proposal.State.REFUSED
    assert "CL-3.5e" in page
    assert "CL-3.5f" in page
    Training.objects.create(person=here.officer, kind="research-2", on=timezone.localdate())
    marked = Device.objects.create(
        force=here.force, person=here.officer, name="Desk 2", owner="force", kind="desktop", research_level=2
    )
    page, made = start(here, LEVEL, marked)
    assert made is not None
    assert made.state == Proposal.State.APPLIED, page
    kept = Research.objects.get()
    assert kept.said["research.authority_reference"] == "A/17"


def test_cleveland_sends_any_doubt_to_the_covert_standards_unit(station: Make) -> None:
    """Somebody in doubt about RIPA would go ahead on their own (3.5)."""
    here = station("cleveland")
    _, made = start(here, {**LEVEL, "research.level": "1", "research.authority_needed": "unsure"})
    assert made is not None
    assert made.state == Proposal.State.OPEN
    assert made.says.get(state="asked").who == "covert-standards-unit"


@pytest.mark.parametrize(
    ("pack", "answers", "clause", "state"),
    [
        ("essex", {"research.about": "person", "research.covert": "no", "research.account": "force",
                   "research.procedure": "S 2801"}, "EX-3.5l", "open"),
        ("essex", {"research.about": "other", "research.covert": "yes", "research.account": "none"},
         "EX-8.0f", "refused"),
        ("wiltshire", {"research.account": "personal", "research.covert": "no", "research.about": "person"},
         "WI-donot.14", "refused"),
        ("wiltshire", {"research.account": "force", "research.covert": "yes", "research.covert_guidance_read": "yes",
                       "research.bureau_considered": "Yes: it is a source."}, "WI-accounts.22b", "applied"),
        ("norfolk-suffolk", {}, "", "applied"),
        ("surrey-sussex", {}, "", "applied"),
    ],
)  # fmt: skip
def test_research_is_decided_as_each_policy_says(
    pack: str, answers: dict[str, str], clause: str, state: str, station: Make
) -> None:
    """Research would begin on a personal account, covertly, or without the authority that the clause asks for."""
    here = station(pack)
    _, made = start(here, answers)
    assert made is not None
    assert made.state == state, made.decision["findings"]
    assert not clause or clause in {c for f in made.decision["findings"] for c in f["clauses"]}
    if clause == "WI-accounts.22b":
        assert Referral.objects.get().to_who == "covert-authorities"


def test_an_authority_that_ends_is_on_the_list_and_reads_are_recorded(station: Make) -> None:
    """Research would go on after its authority had run out, or be read by anybody unseen."""
    here = station("surrey-sussex")
    start(here, {})
    kept = Research.objects.get()
    officer = here.client("officer")
    assert f"Review research {kept.pk}" in officer.get("/").content.decode()
    assert here.client("colleague").get(f"/research/{kept.pk}/").status_code == 404
    assert "Zanzibar" in here.client("standards").get(f"/research/{kept.pk}/").content.decode()
    assert Entry.objects.filter(action="research.read", object=f"research.research:{kept.pk}").count() == 1
    refused = officer.post(f"/research/{kept.pk}/review", {"outcome": "Nothing found.", "ends": "no"})
    assert "day of the next review is missing" in refused.content.decode()
    assert officer.post(f"/research/{kept.pk}/review", {"outcome": "Nothing found.", "ends": "yes"}).status_code == 302
    assert f"Review research {kept.pk}" not in officer.get("/").content.decode()
    disclosed = b"".join(
        bytes(each.payload) for each in Disclosure.objects.filter(entry__object__startswith="research")
    )
    assert b"Zanzibar" not in disclosed


VETTING = {"vetting.aim": "reputation", "vetting.access": "public", "vetting.guidance_version": "2021"}


def check(here: Station, answers: dict[str, str]) -> tuple[str, Proposal | None]:
    first = {"whom": here.officer.shoulder_number, "purpose": PURPOSE}
    page, _ = walk(here.client("standards"), "/research/checks/begin", first, answers)
    return page, Proposal.objects.filter(act="research.check-vetting").order_by("pk").last()


def test_cleveland_checks_only_what_anybody_can_see_and_by_the_trained(station: Make) -> None:
    """A vetting officer would ask to be somebody's friend to look at them (3.4)."""
    here = station("cleveland")
    page, made = check(here, VETTING)
    assert made is None or made.state == Proposal.State.REFUSED
    assert "CL-3.4j" in page
    Training.objects.create(person=here.standards, kind="research-1", on=timezone.localdate())
    page, made = check(here, {**VETTING, "vetting.access": "request"})
    assert "CL-3.4d" in page
    _, made = check(here, VETTING)
    assert made is not None
    assert made.state == Proposal.State.APPLIED
    begun = Check.objects.get()
    answers = {
        "vetting.social_media_checked": "yes",
        "vetting.finding": "no_trace",
        "vetting.searched": "Two, an hour.",
    }
    walk(here.client("standards"), f"/research/checks/{begun.pk}/close", {"go": ""}, answers)
    begun.refresh_from_db()
    assert begun.closed_at is not None
    assert begun.said["vetting.searched"] == "Two, an hour."


def test_whom_a_check_is_about_never_meets_it_and_reads_are_recorded(station: Make) -> None:
    """An applicant in the vetting unit would read their own check, or nobody could say who had read it."""
    here = station("norfolk-suffolk")
    _, made = check(here, {})
    assert made is not None
    begun = Check.objects.get()
    assert "Zanzibar" in here.client("standards").get(f"/research/checks/{begun.pk}/").content.decode()
    read = Entry.objects.get(action="research.read-check")
    assert json.loads(bytes(read.body))["actor"] != here.standards.pseudonym
    for role in ("psd", "auditor"):
        here.officer.roles_held.create(role=role, force=here.force, since=timezone.localdate())
    officer = here.client("officer")
    assert officer.get(f"/research/checks/{begun.pk}/").status_code == 404
    assert f"Vetting check {begun.pk}" not in officer.get("/research/checks/").content.decode()
    assert officer.get(f"/ledger/{read.number}/").status_code == 404
    assert here.client("colleague").get("/research/checks/").status_code == 403


def test_remit_itself_looks_nothing_up(station: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address in a case or a check would be opened by Remit, and leave a trace of the force there."""
    here = station("wiltshire")

    def refused(*args: object, **options: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refused)
    start(here, {"research.account": "force", "research.covert": "no"})
    assert Research.objects.count() == 1
    code = " ".join(path.read_text() for path in Path("src/remit/research").rglob("*.py"))
    assert not re.search(r"urllib|requests\.get|httpx|http\.client", code)
