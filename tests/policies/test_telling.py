"""What a policy officer tells of a policy: the clock asks for what follows, and others cannot say it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Duty
from remit.acts.packs import library
from remit.people.models import Force, Person
from remit.policies.models import Known
from remit.policies.telling import TellOfPolicy
from remit.policies.upkeep import policy_facts
from tests.conduct.conftest import Station, station
from tests.policies.conftest import PACKS
from tests.web.conftest import person

__all__ = ["person", "station"]


@pytest.fixture
def here(settings: object, station: Callable[[str], Station]) -> Station:
    settings.REMIT_PACKS = [PACKS]  # type: ignore[attr-defined]
    return station("cleveland")


def test_a_change_of_law_is_told_and_followed_up(here: Station) -> None:
    """A clause about changed law could never bite: no register knows that the law has changed."""
    client: Client = here.client("policy")
    page = client.get("/policy/cleveland/known/").content.decode()
    assert "When did the law last change?" in page
    day = {"day": "1", "month": "10", "year": "2026"}
    told = {f"answer.policy.law_changed_on.{box}": value for box, value in day.items()}
    assert client.post("/policy/cleveland/known/", told)["Location"] == "/policy/cleveland/"
    owed = Duty.objects.filter(rule__startswith="CL-5b", state=Duty.State.DUE)
    assert owed.count() == 1
    assert "Nothing has changed" in client.post("/policy/cleveland/known/", told).content.decode()
    done = {f"answer.policy.law_considered_on.{box}": value for box, value in {**day, "day": "2"}.items()}
    client.post("/policy/cleveland/known/", done)
    assert owed.count() == 0
    facts = policy_facts("cleveland", library().packs["cleveland"], timezone.now())
    assert facts["policy.law_considered_on"].isoformat() == "2026-10-02"


def test_only_a_policy_officer_says_it_and_only_what_nothing_else_shows(here: Station) -> None:
    """Anybody could set a force's duties going, or say that the policy was reviewed when it was not."""
    assert here.client("officer").get("/policy/cleveland/known/").status_code == 403
    assert here.client("policy").get("/policy/essex/known/").status_code == 404
    officer: Person = here.people["policy"]
    assert Force.objects.get(pk="cleveland") == officer.force
    with pytest.raises(ActRefused):
        door.propose(TellOfPolicy("cleveland", "cleveland", {"policy.version": "9"}), officer, timezone.now())
    assert not Known.objects.exists()
