"""Without these, a duty, a referral or a notice would reach nobody, or somebody whom it does not concern."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from remit.acts import duties, referrals, secrecy
from remit.acts.models import Duty, Notice, Referral
from remit.people.models import Person
from remit.web import subjects

Make = Callable[..., Person]
THEN = datetime(2020, 1, 6, 9, 0, tzinfo=UTC)


def owed(person: Person, **more: object) -> Duty:
    common = {"force": person.force_id, "pack": "riverside", "rule": "RV-1a", "anchor": date(2020, 1, 6)}
    own = {"subject": "test.thing:7", "do": "review the account", "owner": person, "due_on": date(2020, 2, 6)}
    duty = Duty.objects.create(**common, made_at=THEN, clauses=["RV-1a"], **{**own, **more})
    duties.put(duty, [])
    return duty


@pytest.fixture(autouse=True)
def _things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        subjects, "_finders", {"test.thing": lambda pk: subjects.Named(f"Thing {pk}", f"/things/{pk}/")}
    )


def test_a_duty_is_on_its_owner_s_home_page_until_it_is_done_with_a_note(client: Client, person: Make) -> None:
    owner = person("PC 4417")
    duty = owed(owner)
    client.force_login(owner)
    home = client.get("/").content.decode()
    assert "Review the account" in home
    assert "Overdue" in home
    page = client.get(f"/duties/{duty.pk}/").content.decode()
    assert 'href="/things/7/"' in page
    assert "6 February 2020" in page
    assert "Say what was done." in client.post(f"/duties/{duty.pk}/", {"note": " "}).content.decode()
    done = client.post(f"/duties/{duty.pk}/", {"note": "Reviewed with the owner."}, follow=True).content.decode()
    assert "Marked as done, and recorded." in done
    duty.refresh_from_db()
    assert (duty.state, duty.done_by, duty.note) == ("done", owner, "Reviewed with the owner.")
    assert "already done" in client.post(f"/duties/{duty.pk}/", {"note": "Again."}).content.decode()


def test_duties_that_are_alike_begin_with_the_soonest_and_leave_out_what_its_reader_may_not_know(
    client: Client, person: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the nearest date would be hidden behind a later one, or a count tell of a case about its reader."""
    owner = person("PC 4417")
    kept = secrecy.KeptApart(lambda number: {owner.pk} if number == 9 else (), lambda person: {9})
    monkeypatch.setattr(secrecy, "_kinds", {"test.thing": kept})
    for number, day in ((6, None), (7, date(2020, 3, 6)), (8, date(2020, 2, 6)), (9, date(2020, 1, 6))):
        owed(owner, subject=f"test.thing:{number}", due_on=day)
    client.force_login(owner)
    home = client.get("/").content.decode()
    assert "3 times, 2 overdue: first Thing 8" in home
    every = client.get("/duties/").content.decode()
    assert every.index("Thing 8") < every.index("Thing 7") < every.index("Thing 6")
    assert "Thing 9" not in home + every


def test_somebody_else_s_duty_and_referral_do_not_exist(client: Client, person: Make) -> None:
    duty = owed(person("PC 4417"))
    common = {"force": "riverside", "pack": "riverside", "rule": "RV-1a", "subject": "test.thing:7", "made_at": THEN}
    referral = Referral.objects.create(**common, to_who="professional-standards")
    client.force_login(person("PC 5501"))
    for path in (f"/duties/{duty.pk}/", f"/referrals/{referral.pk}/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"note": "x", "take": "yes"}).status_code == 404
    duty.refresh_from_db()
    assert duty.state == "due"


def test_a_referral_is_closed_by_whoever_took_it_with_what_came_of_it(client: Client, person: Make) -> None:
    taker = person("PC 4417")
    common = {"force": "riverside", "pack": "riverside", "rule": "RV-1a", "subject": "test.thing:7", "made_at": THEN}
    referral = Referral.objects.create(**common, to_who="x", taken_by=taker, reason="a complaint was received")
    client.force_login(taker)
    home = client.get("/").content.decode()
    assert home.index(">Passed to you</h2>") < home.index("a complaint was received")
    assert "Passed to you: " not in home
    page = f"/referrals/{referral.pk}/"
    assert "Say what came of it." in client.post(page, {"outcome": ""}).content.decode()
    assert client.post(page, {"outcome": "No further action."})["Location"] == "/referrals/"
    referral.refresh_from_db()
    assert referral.outcome == "No further action."
    assert referral.closed_at


def test_what_was_passed_to_somebody_has_a_list(client: Client, person: Make) -> None:
    """Otherwise what is no longer on the home page, or was closed, could be found again by nobody."""
    reader, other, subject = person("PC 4417"), person("PC 5501"), person("PC 6602")
    common = {"force": "riverside", "pack": "riverside", "subject": "test.thing:7", "made_at": THEN}
    rows = [Referral.objects.create(**common, rule="RV-1a", to_who="x", reason=f"case {n}") for n in range(30)]
    rows.append(Referral.objects.create(**common, rule="RV-1b", to_who="x", reason="a rare case"))
    for row in rows:
        row.put_to.set([reader, subject])
        row.barred.set([subject])
    rows[0].taken_by, rows[0].closed_at, rows[0].outcome = reader, THEN, "No further action."
    rows[0].save()
    client.force_login(reader)
    assert 'href="/referrals/"' in client.get("/").content.decode()
    page = client.get("/referrals/").content.decode()
    assert "Showing 1 to 25 of 30" in page
    assert "a rare case" in client.get("/referrals/?rule=RV-1b").content.decode()
    assert "case 3" not in client.get("/referrals/?rule=RV-1b").content.decode()
    closed = client.get("/referrals/?state=closed").content.decode()
    assert "No further action." in closed
    assert "case 3" not in closed
    for nobody in (other, subject):
        client.force_login(nobody)
        assert "Nothing was passed to you" in client.get("/referrals/").content.decode()
        assert "Nothing has been closed" in client.get("/referrals/?state=closed").content.decode()


def test_referrals_that_are_alike_are_one_line_of_the_home_page(client: Client, person: Make) -> None:
    """Otherwise one careless rule would push everything else off the page."""
    reader = person("PC 4417")
    common = {"force": "riverside", "pack": "riverside", "subject": "test.thing:7", "made_at": THEN, "to_who": "x"}
    for _ in range(3):
        Referral.objects.create(**common, rule="RV-1a", reason="a complaint").put_to.set([reader])
    client.force_login(reader)
    home = client.get("/").content.decode()
    assert home.count("a complaint</a>") == 1
    assert "/referrals/?rule=RV-1a" in home
    assert "3 times, 3 not taken on yet" in home


def test_a_notice_is_shown_until_it_is_put_away_and_only_to_its_reader(client: Client, person: Make) -> None:
    reader, other = person("PC 4417"), person("PC 5501")
    notice = Notice.objects.create(
        force="riverside", subject="test.thing:7", person=reader, text="Your post was returned.", made_at=THEN
    )
    referrals.put_notice(notice, THEN)
    client.force_login(other)
    assert "Your post was returned." not in client.get("/").content.decode()
    assert client.post(f"/notices/{notice.pk}/read").status_code == 403
    client.force_login(reader)
    assert "Your post was returned." in client.get("/").content.decode()
    assert client.post(f"/notices/{notice.pk}/read")["Location"] == "/"
    assert "Your post was returned." not in client.get("/").content.decode()


def test_a_home_page_asks_as_much_of_the_database_however_much_waits(client: Client, person: Make) -> None:
    """Otherwise the page would get slower with every duty in the force, until nobody could work."""
    owner, other = person("PC 4417"), person("PC 5501")
    client.force_login(owner)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    for number in range(20):
        owed(owner, subject=f"test.thing:{number}")
    few = asked()
    for number in range(20, 120):
        owed(owner if number % 2 else other, subject=f"test.thing:{number}")
    assert asked() == few
    page = client.get("/").content.decode()
    assert "70 times, 70 overdue" in page
    assert "/duties/?rule=RV-1a" in page
    assert "Showing 51 to 70 of 70" in client.get("/duties/?rule=RV-1a&page=3").content.decode()
