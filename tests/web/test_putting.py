"""What a force's own policy has a moment for and Remit has no page for: put forward, reported, answered and done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from remit.accounts.models import Account
from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Duty, Notice, Proposal, Referral, Say
from remit.acts.packs import library
from remit.acts.putting import of_moment, register_of
from remit.ledger import verify
from remit.ledger.models import Entry
from remit.people.models import Person, RoleHeld, Team
from remit.policy.vocabulary import Moment
from remit.web.putting import PutForm
from tests.conduct.conftest import carried, walk
from tests.policies.conftest import vocabulary

__all__ = ["vocabulary"]

OWN = Path(__file__).parent / "packs"
ADVERT, FOUND, FOUND_PAGE, CAMPAIGN, ROTA = (
    f"/proposals/new/{name}"
    for name in ("advert.commit", "person.found", "page.found", "campaign.hand-over", "rota.join")
)
#: The answers to what the policy asks of an advertisement.
SPENDING = {"advert.amount": "250", "advert.agreed_on": "2026-11-20"}

Make = Callable[..., Person]


@pytest.fixture(autouse=True)
def _hillshire(vocabulary: Path, settings: Any) -> None:
    settings.REMIT_PACKS = [vocabulary, OWN]


@pytest.fixture
def force(person: Make) -> dict[str, Person]:
    made = {
        "officer": person("PC 4417", force="hillshire"),
        "colleague": person("PC 4501", force="hillshire", roles=["auditor"]),
        "head": person("Head 1203", force="hillshire", roles=["head-of-communications"]),
        "desk": person("Desk officer 8133", force="hillshire"),
    }
    desk = Team.objects.create(force=made["desk"].force, key="desk", name="The Desk")
    made["desk"].teams.add(desk)
    return made


def as_(who: Person) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_what_only_the_own_policy_provides_for_stands_among_what_can_be_started(force: dict[str, Person]) -> None:
    """A rule that somebody wrote at a moment of their own could never bite: no page led to it."""
    page = as_(force["officer"]).get("/proposals/").content.decode()
    assert "What your policy provides for" in page
    assert f'href="{ADVERT}">Committing money to advertising' in page
    assert f'href="{FOUND}">A missing person is found' in page
    assert "quarterly sample" not in page  # the clock looks at it, and nobody puts it forward
    assert "/proposals/new/post.publish" not in page  # posts have their own pages


def test_another_force_is_not_led_to_what_its_policy_does_not_have(person: Make, force: dict[str, Person]) -> None:
    stranger = person("PC 1", force="riverside")
    stranger.force.packs = []
    stranger.force.save()
    assert "What your policy provides for" not in as_(stranger).get("/proposals/").content.decode()
    assert as_(stranger).get(ADVERT).status_code == 404


def test_it_is_asked_decided_agreed_and_what_it_leaves_is_owed(force: dict[str, Person]) -> None:
    """From the first page to the reckoning: the Head is asked, agrees, and the Desk owes what the policy says."""
    officer = as_(force["officer"])
    page, sent = walk(officer, ADVERT, {"about_it": ["A film about bicycle theft."]}, SPENDING)
    assert "It goes to <strong>the Head of Communications</strong> first" in page
    made = Proposal.objects.get(act="moment.put-forward")
    assert (sent.status_code, sent["Location"]) == (302, f"/proposals/{made.pk}/")
    assert (made.moment, made.state, made.subject) == ("advert.commit", "open", f"acts.proposal:{made.pk}")

    say = Say.objects.get(proposal=made)
    head = as_(force["head"])
    asked = head.get(f"/approvals/{say.pk}/").content.decode()
    assert "Committing money to advertising" in asked
    assert "bicycle theft" in asked
    head.post(f"/approvals/{say.pk}/", {"answer": "approve", "revision": made.revision})
    made.refresh_from_db()
    assert made.state == "applied"

    owed = Duty.objects.get(proposal=made)
    desk = as_(force["desk"])
    assert "A film about bicycle theft." in desk.get(f"/duties/{owed.pk}/").content.decode()
    assert desk.get(f"/proposals/{made.pk}/").status_code == 200  # whoever owes it may read what it is for
    desk.post(f"/duties/{owed.pk}/", {"note": "£240 in all."})
    owed.refresh_from_db()
    assert owed.state == "done"

    shown = officer.get(f"/proposals/{made.pk}/").content.decode()
    assert "Approved" in shown
    assert "250" in shown
    assert "Reckon up what was spent" in shown
    assert "Committing money to advertising" in officer.get("/proposals/").content.decode()
    assert as_(force["colleague"]).get(f"/proposals/{made.pk}/").status_code == 404
    entry = Entry.objects.get(action="moment.put-forward")
    said = json.loads(bytes(entry.body))
    assert (said["object"], said["moment"]) == (f"acts.proposal:{made.pk}", "advert.commit")
    assert b"bicycle" not in bytes(entry.body)
    assert verify().holds


def test_what_the_policy_refuses_says_why_and_that_there_is_none_is_an_answer(force: dict[str, Person]) -> None:
    """Nobody could say that the supplier has not agreed: a day was the only answer, and the page asked for ever."""
    officer = as_(force["officer"])
    kept: dict[str, Any] = {"about_it": ["A film."], "answer.advert.amount": ["50"], "shown": ["advert.amount"]}
    question = officer.post(ADVERT, kept).content.decode()
    assert "There is none" in question
    page = officer.post(ADVERT, {**carried(question), "answer.advert.agreed_on.none": "on"}).content.decode()
    assert "The policy does not allow this as it stands" in page
    assert "Get the supplier&#x27;s agreement first." in page
    assert "On what day did the supplier agree?" in page
    assert "<dd" in page
    assert ">None<" in page
    assert not Proposal.objects.exists()


def test_what_may_end_it_is_asked_before_what_takes_thought(force: dict[str, Person]) -> None:
    """Reasons were written first for what the next answer refused."""
    page = as_(force["officer"]).post(ADVERT, {"about_it": ["A poster."]}).content.decode()
    assert carried(page)["asked"] == ["advert.agreed_on"]


def test_a_sum_of_money_is_asked_for_on_a_line(force: dict[str, Person]) -> None:
    """Several lines invite words, and a phone shows its letters instead of its figures."""
    told = {"about_it": ["A poster."], "answer.advert.agreed_on.none": ["on"]}
    page = as_(force["officer"]).post(ADVERT, told | {"answer.advert.danger": ["yes"]}).content.decode()
    page = as_(force["officer"]).post(ADVERT, {**carried(page), "go": "change:advert.amount"}).content.decode()
    assert re.search(r'<input[^>]*name="answer.advert.amount" inputmode="decimal"', page)
    assert '<textarea class="govuk-textarea" rows="2"' not in page


def test_an_exception_that_nobody_asks_about_can_be_claimed(force: dict[str, Person]) -> None:
    """With `if_unknown: no` it could be entered nowhere: what it excuses stayed refused for ever."""
    officer = as_(force["officer"])
    kept: dict[str, Any] = {
        "about_it": ["A warning."],
        "answer.advert.amount": ["50"],
        "answer.advert.agreed_on.none": ["on"],
    }
    refused = officer.post(ADVERT, kept).content.decode()
    assert "Does this apply?" in refused
    assert "Somebody is in danger meanwhile." in refused
    asked = officer.post(ADVERT, {**carried(refused), "go": "change:advert.danger"}).content.decode()
    assert "Is somebody in danger if it is not spent now?" in asked
    checked = officer.post(ADVERT, {**carried(asked), "answer.advert.danger": "yes"}).content.decode()
    assert "Does this apply?" not in checked
    assert "it is done when you send it" in checked
    officer.post(ADVERT, {**carried(checked), "go": "send"})
    made = Proposal.objects.get()
    assert (made.state, made.answers["advert.danger"]) == ("applied", True)
    assert "Is somebody in danger" in officer.get(f"/proposals/{made.pk}/").content.decode()
    denied = officer.post(ADVERT, {**carried(asked), "answer.advert.danger": "no"}).content.decode()
    assert "The policy does not allow this as it stands" in denied
    assert "Does this apply?" not in denied  # it was said that it does not


def test_the_same_is_not_put_forward_twice_by_one_person(force: dict[str, Person]) -> None:
    officer, first = as_(force["officer"]), {"about_it": ["A film about bicycle theft."]}
    walk(officer, ADVERT, first, SPENDING)
    _, again = walk(officer, ADVERT, first, SPENDING)
    assert "has been proposed already" in again.content.decode()
    walk(as_(force["colleague"]), ADVERT, first, SPENDING)
    assert Proposal.objects.count() == 2


def test_two_presses_at_once_are_taken_one_after_the_other(force: dict[str, Person], monkeypatch: Any) -> None:
    """What has no subject yet was held by nothing: where many write at once, a double press asked the Head twice."""
    held: list[str] = []
    monkeypatch.setattr(door, "hold_subject", held.append)
    act = of_moment(Moment("advert.commit", "Committing money", "act"), "hillshire", "A film.", {}, "")
    for who in (force["officer"], force["officer"], force["colleague"]):
        with suppress(ActRefused):
            door.propose(act, who, datetime(2026, 11, 22, 10, tzinfo=UTC), answers={"advert.amount": 250})
    first, second, other = held
    assert first == second != other
    assert first


def test_a_report_is_taken_before_anything_is_answered_and_asks_afterwards(force: dict[str, Person]) -> None:
    """A find at night would wait for an answer that nobody has time to give."""
    officer = as_(force["officer"])
    asked = officer.post(FOUND, {"about_it": ["Found at the station."]}).content.decode()
    assert "Send the report now, without the rest" in asked
    sent = officer.post(FOUND, {**carried(asked), "go": "send"})
    made = Proposal.objects.get(act="moment.report")
    assert (made.state, sent["Location"]) == ("applied", f"/proposals/{made.pk}/")
    assert Entry.objects.filter(action="register.noted", object=made.subject).exists()
    assert Duty.objects.get().due_on is None
    assert not Referral.objects.exists()
    page = officer.get(f"/proposals/{made.pk}/").content.decode()
    assert "Answer the questions" in page
    assert f'href="{ADVERT}"' in page  # what the policy offers next has a page too
    questions = f"/approvals/questions/{made.pk}/"
    assert "When were we told" in officer.get(questions).content.decode()
    at = {"day": "21", "month": "11", "year": "2026", "clock": "9pm"}
    said = {f"answer.found.told_at.{box}": words for box, words in at.items()}
    assert officer.post(questions, said | {"answer.found.dead": "no"}).status_code == 302
    assert Duty.objects.get().due_at == datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
    assert verify().holds


def test_the_time_of_a_report_is_asked_and_what_is_owed_runs_from_it(force: dict[str, Person]) -> None:
    """A time could not be answered on a page at all, so that no duty within hours was ever owed."""
    officer = as_(force["officer"])
    kept: dict[str, Any] = {"about_it": ["Found."], "who_subject": ["4501"]}
    told = {"day": "21", "month": "11", "year": "2026", "clock": "half past four"}
    for _ in range(6):
        page = officer.post(FOUND, kept).content.decode()
        kept = carried(page)
        fact = kept.get("asked", [""])[0]
        if fact == "found.told_at":
            bad = officer.post(FOUND, kept | {f"answer.{fact}.{box}": [words] for box, words in told.items()})
            assert "write the time like 4:30pm" in bad.content.decode()
            assert 'value="half past four"' in bad.content.decode()
            kept |= {f"answer.{fact}.{box}": [words] for box, words in {**told, "clock": "4:30pm"}.items()}
        elif fact:
            kept[f"answer.{fact}"] = ["yes" if fact == "found.dead" else "no"]
        else:
            break
    assert "21 November 2026, 4:30pm" in page
    officer.post(FOUND, {**kept, "go": "send"})
    owed = Duty.objects.get()
    assert owed.due_at == datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
    passed = Referral.objects.get()
    assert [p.pk for p in passed.barred.all()] == [force["colleague"].pk]  # whom it is about
    assert Notice.objects.filter(put_to=force["desk"]).exists()
    shown = as_(force["desk"]).get(f"/proposals/{Proposal.objects.get().pk}/").content.decode()
    assert "PC 4501" in shown


def test_whoever_takes_part_is_named_and_the_account_brings_its_owner(force: dict[str, Person]) -> None:
    """A rule on the account, and a duty of its owner, would wait for a register that nobody could point to."""
    account = Account.objects.create(
        force=force["head"].force, platform="practice", network="practice", handle="hill_hq", name="Hillshire HQ",
        kind="main", owner=force["head"], created_on=date(2025, 1, 1), state="live",
    )  # fmt: skip
    officer = as_(force["officer"])
    page = officer.get(CAMPAIGN).content.decode()
    assert "Whom is it about?" in page
    assert "Which account is it about?" in page
    wrong = officer.post(CAMPAIGN, {"about_it": ["The summer."], "who_subject": ["9999"], "record": ["nowhere"]})
    assert "Nobody on your force’s register has the number 9999." in wrong.content.decode()
    assert "No account of your force, or more than one, is called nowhere." in wrong.content.decode()
    first = {"about_it": ["The summer."], "who_subject": ["4501"], "record": ["@hill_hq"]}
    checked, _ = walk(officer, CAMPAIGN, first, {})
    assert "PC 4501" in checked
    assert Proposal.objects.get().state == "applied"
    assert Duty.objects.get().put_to.get() == force["head"]
    account.state = "closed"
    account.save()
    refused, _ = walk(officer, CAMPAIGN, {**first, "about_it": ["The winter."]}, {})
    assert "The account is in use" in refused


def test_what_no_policy_of_the_force_has_is_not_taken_at_the_door(force: dict[str, Person]) -> None:
    """By the API or by hand, somebody could put forward a moment that has acts and checks of its own."""
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    for name, kind in (("post.publish", "act"), ("breach.report", "report"), ("person.found", "act")):
        act = of_moment(Moment(name, name, kind), "hillshire", "x", {}, "")
        with pytest.raises(ActRefused):
            door.propose(act, force["officer"], now)
    assert not Proposal.objects.exists()


def test_the_ledger_and_a_notice_do_not_read_out_what_only_others_may_read(force: dict[str, Person]) -> None:
    """An auditor would read a report in the ledger's pages, even one about themself that the policy keeps from them."""
    died = {"found.dead": "yes", "found.family_told": "no", "found.told_at": "not-sure"}
    walk(as_(force["officer"]), FOUND, {"about_it": ["PC 4501 found him."], "who_subject": ["4501"]}, died)
    made = Proposal.objects.get(act="moment.report")
    assert Referral.objects.get().barred.get() == force["colleague"]
    entry = Entry.objects.get(action="moment.report")
    other = force["desk"]
    RoleHeld.objects.create(person=other, role="auditor", force=other.force, since=date(2026, 1, 1))
    assert (
        "PC 4501 found him." in as_(other).get(f"/ledger/entries/{entry.number}/").content.decode()
    )  # it was passed to them
    RoleHeld.objects.filter(person=other).update(person=force["head"])
    page = as_(force["head"]).get(f"/ledger/entries/{entry.number}/")
    assert page.status_code == 200
    assert "PC 4501 found him." not in page.content.decode()
    assert as_(force["colleague"]).get(f"/ledger/entries/{entry.number}/").status_code == 404

    notice = Notice.objects.get()
    assert "PC 4501 found him." in as_(other).get("/").content.decode()
    notice.put_to.set([force["head"], force["colleague"]])
    home = as_(force["head"]).get("/").content.decode()
    assert "A missing person was found dead." in home
    assert "PC 4501 found him." not in home
    assert f"/proposals/{made.pk}/" not in home  # it would lead nowhere
    assert "A missing person was found dead." not in as_(force["colleague"]).get("/").content.decode()


def test_a_report_never_reaches_whom_it_is_about_whatever_the_policy_says(force: dict[str, Person]) -> None:
    """Whoever wrote the page, sitting on the very Desk that it is passed to, would read who told of them, and what."""
    writer, auditor = force["desk"], force["colleague"]
    other = Person.objects.create_user(
        "hillshire-8134", "x", force=writer.force, display_name="Desk officer 8134", shoulder_number="8134",
        pseudonym="p-hillshire-8134",
    )  # fmt: skip
    other.teams.add(*writer.teams.all())
    named = {"about_it": ["Desk officer 8133 runs it."], "who_author": ["8133"], "who_subject": ["4501"]}
    walk(as_(force["officer"]), FOUND_PAGE, named, {})
    made = Proposal.objects.get(act="moment.report")
    duty, passed = Duty.objects.get(), Referral.objects.get()
    for kept_from in (writer, auditor):
        for page in (f"/proposals/{made.pk}/", f"/duties/{duty.pk}/", f"/referrals/{passed.pk}/"):
            assert as_(kept_from).get(page).status_code == 404
        home = as_(kept_from).get("/").content.decode()
        assert "Have it taken down" not in home
        assert "A page was found." not in home
    assert [*duty.put_to.all()] == [*passed.put_to.all()] == [*Notice.objects.get().put_to.all()] == [other]
    assert as_(other).get(f"/proposals/{made.pk}/").status_code == 200
    assert as_(force["officer"]).get(f"/proposals/{made.pk}/").status_code == 200


def test_the_ledger_does_not_tell_an_auditor_that_there_is_a_report_about_them(force: dict[str, Person]) -> None:
    """Its list had a line for each step of it, with the time, though every one of them led nowhere."""
    walk(as_(force["officer"]), FOUND_PAGE, {"about_it": ["A page."], "who_subject": ["4501"]}, {})
    died = {"found.dead": "yes", "found.family_told": "no", "found.told_at": "not-sure"}
    walk(as_(force["officer"]), FOUND, {"about_it": ["Found."], "who_subject": ["4501"]}, died)
    RoleHeld.objects.create(person=force["head"], role="auditor", force=force["head"].force, since=date(2026, 1, 1))
    for made in Proposal.objects.filter(act="moment.report"):
        assert made.subject in as_(force["head"]).get("/ledger/", {"q": made.subject}).content.decode()
        assert f"/ledger/evidence/{made.subject}" not in as_(force["colleague"]).get("/ledger/").content.decode()
        listed = as_(force["colleague"]).get("/ledger/", {"q": made.subject}).content.decode()
        assert "Nothing" in listed or "No entr" in listed
        assert "/ledger/entries/" not in listed


def test_naming_a_colleague_does_not_tell_what_the_register_says_of_them(force: dict[str, Person]) -> None:
    """Anybody could type a colleague's number, read on the next page that they are in probation, and send nothing."""
    colleague = force["colleague"]
    assert colleague.probation_passed_on is None
    put = {"about_it": ["The weekend."], "who_subject": ["4501"]}
    officer = as_(force["officer"])
    checked = officer.post(ROTA, put).content.decode()
    assert "what the register says of PC 4501" in checked
    assert "looked up when you send it" in checked
    assert "The Head agrees" not in checked
    assert "robation" not in checked
    assert "HS-4" not in checked
    officer.post(ROTA, {**carried(checked), "go": "send"})
    made = Proposal.objects.get()
    assert Say.objects.get().key == "head-takes"
    page = officer.get(f"/proposals/{made.pk}/").content.decode()
    assert "what the register says of PC 4501" in page
    assert "the Head of Communications" in page  # whom it waits for
    assert "robation" not in page
    assert "HS-4" not in page
    assert "robation" in as_(force["head"]).get(f"/approvals/{Say.objects.get().pk}/").content.decode()
    RoleHeld.objects.create(person=force["officer"], role="psd", force=colleague.force, since=date(2026, 1, 1))
    assert "robation" in as_(force["officer"]).get(f"/proposals/{made.pk}/").content.decode()
    assert "robation" in as_(force["officer"]).post(ROTA, put).content.decode()


def test_the_account_is_asked_for_wherever_somebody_of_it_may_have_to_do_with_it(force: dict[str, Person]) -> None:
    """Its owner would owe what an exception leaves, or answer instead of the Head, and nobody could say whose."""
    officer = as_(force["officer"])
    for name in ("campaign.pause", "campaign.end"):
        assert "Which account is it about?" in officer.get(f"/proposals/new/{name}").content.decode()
    assert "Which account is it about?" not in officer.get(ADVERT).content.decode()


def test_an_account_that_takes_part_is_asked_for_once_and_as_an_account(force: dict[str, Person]) -> None:
    moment = Moment("campaign.end", "Ending a campaign", "act", ("actor", "account"))
    register = register_of([library().packs["hillshire"]], moment)
    form = PutForm(None, moment=moment, register=register, force="hillshire")
    assert [*form.fields] == ["about_it", "record"]


def test_long_lists_ask_for_what_they_name_together(force: dict[str, Person]) -> None:
    """A page of twenty requests, or a home page of fifteen tasks, asked once for each line of it."""
    officer, desk = as_(force["officer"]), as_(force["desk"])
    died = {"found.dead": "yes", "found.family_told": "no", "found.told_at": "not-sure"}

    def asked(who: Client, page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            who.get(page)
        return len(queries)

    def spend(words: str) -> None:
        walk(officer, ADVERT, {"about_it": [words]}, {"advert.amount": "50", "advert.agreed_on": "2026-11-20"})

    spend("One.")
    walk(officer, FOUND, {"about_it": ["Found."]}, died)
    pages = [(officer, "/proposals/"), (desk, "/"), (desk, "/duties/")]
    few = [asked(who, page) for who, page in pages]
    for number in range(4):
        spend(f"Another, the {number}th.")
    assert [asked(who, page) for who, page in pages] == few
    assert "Another, the 3th." in officer.get("/proposals/").content.decode()
