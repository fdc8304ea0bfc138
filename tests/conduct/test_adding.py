"""Adding to a report: what it left open is asked afterwards of whoever made it, and whom it is about learns nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from remit.acts import referrals
from remit.acts.models import Notice, Proposal, Referral
from remit.conduct.adding import left_open
from remit.conduct.models import Case
from remit.conduct.sight import may_see
from remit.ledger.models import Entry
from tests.conduct.conftest import FORCES, Station, walk

Make = Callable[[str], Station]
MORE = "Zanzibar Quarterdeck was said again on Friday."


def reported(here: Station) -> Proposal:
    first = {"whom": here.colleague.shoulder_number, "about_it": "Something was said.", "go": "send"}
    first |= {"channel": "psd"} if here.pack == "surrey-sussex" else {}
    here.client("officer").post("/conduct/report", first)
    return Proposal.objects.get(act="conduct.report-breach")


@pytest.mark.parametrize("pack", sorted(FORCES))
def test_what_a_report_left_open_is_answered_later(pack: str, station: Make) -> None:
    """Whoever knew little when they pressed could never say the rest, and the report would stay where it went."""
    here = station(pack)
    report = reported(here)
    case = Case.objects.get()
    address = f"/conduct/reports/{report.pk}/add"
    officer = here.client("officer")
    assert address in officer.get(f"/proposals/{report.pk}/").content.decode()
    open_ = left_open(report)
    reminder = "Answer what your report left open"
    assert (reminder in officer.get("/").content.decode()) == bool(open_)
    now = timezone.now()
    assessors = [post for post, person in here.people.items() if may_see(case, person, now)]
    passed = Referral.objects.filter(proposal=report)
    taken = passed.first()
    assert taken is not None
    taker = next(person for person in here.people.values() if referrals.may_see(taken, person, now))
    referrals.take(taken, taker, now)
    asked, sent = walk(officer, address, {"more": MORE}, {})
    assert sent.status_code == 302
    assert "report.about" not in asked, "what was said is not asked again"
    report.refresh_from_db()
    assert left_open(report) == []
    assert reminder not in officer.get("/").content.decode()
    page = here.client(assessors[0]).get(f"/conduct/cases/{case.pk}/").content.decode()
    assert MORE in page
    assert Notice.objects.filter(person=taker, text__startswith="Something was added").count() == 1
    entries = b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True))
    assert MORE.encode() not in entries


def test_nobody_else_adds_to_it_and_a_closed_case_stays_closed(station: Make) -> None:
    """A colleague could put words into somebody's mouth, or whom it is about could find out that there is a report."""
    here = station("cleveland")
    report = reported(here)
    address = f"/conduct/reports/{report.pk}/add"
    for post in ("colleague", "standards", "manager"):
        assert here.client(post).get(address).status_code == 404, post
        assert here.client(post).post(address, {"more": MORE, "go": "send"}).status_code == 404, post
    assert here.client("officer").get(address).status_code == 200
    Case.objects.update(state=Case.State.CLOSED)
    assert here.client("officer").get(address).status_code == 404


def test_nothing_is_no_addition(station: Make) -> None:
    """An empty press would leave an entry that says something was added."""
    here = station("cleveland")
    report = reported(here)
    page = here.client("officer").post(f"/conduct/reports/{report.pk}/add", {"more": "", "go": "send"})
    assert "Nothing has been added" in page.content.decode()
    assert not Entry.objects.filter(action="conduct.add-to-report").exists()
