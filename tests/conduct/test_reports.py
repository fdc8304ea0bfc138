"""Reports and cases under each policy: always taken, passed on, and never known to whom they are about."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from remit.acts import door
from remit.acts.models import Duty, Notice, Proposal, Referral
from remit.conduct.models import Case
from remit.conduct.sight import may_see, pseudonym
from remit.ledger.models import Disclosure, Entry
from remit.people.models import Device, Person, RoleHeld
from tests.conduct.conftest import FORCES, Station, walk
from tests.evidence.test_routes import routes

PACKS = sorted(FORCES)
WORDS = "Zanzibar Quarterdeck was said about a colleague in a message group."
Make = Callable[[str], Station]


def report(here: Station, whom: Person, channel: str = "line_manager", by: str = "officer") -> Case:
    first = {"whom": whom.shoulder_number, "about_it": WORDS, "seen_at": "https://example.org/zanzibar"}
    first |= {"channel": channel} if here.pack == "surrey-sussex" else {}
    _, sent = walk(here.client(by), "/conduct/report", first, {})
    assert sent.status_code == 302
    return Case.objects.latest("pk")


def assess(here: Station, case: Case, step: str, answers: dict[str, str], by: str = "standards") -> Proposal:
    first = {"step": step, "rationale": "It was seen by many.", "action": ""}
    _, sent = walk(here.client(by), f"/conduct/cases/{case.pk}/assess", first, answers)
    assert sent.status_code == 302
    return Proposal.objects.filter(act="conduct.assess-case").latest("pk")


@pytest.mark.parametrize("pack", PACKS)
def test_a_report_about_the_line_manager_goes_to_somebody_else(pack: str, station: Make) -> None:
    """A report would be read by the very person whom it is about."""
    here = station(pack)
    case = report(here, here.manager)
    now = timezone.now()
    seers = {person for person in Person.objects.all() if may_see(case, person, now)}
    wanted = {"norfolk-suffolk": {here.head}}.get(pack, {here.standards})
    assert wanted <= seers
    assert not seers & {here.manager, here.officer, here.colleague}


@pytest.mark.parametrize("pack", PACKS)
def test_a_report_is_taken_with_nothing_but_a_sentence(pack: str, station: Make) -> None:
    """Somebody who knows little could not report at all, or the report would wait."""
    here = station(pack)
    first = {"about_it": WORDS, "go": "send"} | ({"channel": "psd"} if pack == "surrey-sussex" else {})
    sent = here.client("officer").post("/conduct/report", first)
    assert sent.status_code == 302
    made = Proposal.objects.get(act="conduct.report-breach")
    assert made.state == Proposal.State.APPLIED
    assert any(may_see(Case.objects.get(), person, timezone.now()) for person in here.people.values())


@pytest.mark.parametrize("pack", PACKS)
def test_whom_it_is_about_never_sees_it_anywhere(pack: str, station: Make) -> None:
    """The subject would learn of the report from a list, a task, a notice, the ledger, a count or a guessed address."""
    here = station(pack)
    # The subject holds every role that sees much, and sits in the team that cases go to.
    subject = here.colleague
    for role in ("psd", "supervisor", "corporate-communications", "policy-officer", "head-of-professional-standards"):
        RoleHeld.objects.create(person=subject, role=role, force=here.force, since=timezone.localdate())
    subject.teams.set(here.standards.teams.all())
    later = timezone.now() + timedelta(days=40)
    door.sweep(later)  # what the clock asks of everybody is there before, too
    same = ("home", "cases", "requests", "posts:approvals", "search")
    before = {n: seen(here.client("colleague"), address) for n, address in addresses(1, 1, 1, 1) if n in same}
    case = report(here, subject)
    door.sweep(later)
    proposal = Proposal.objects.get(act="conduct.report-breach")
    assess(here, case, "assess", {"case.kind": "bullying"}, by=assessor(here, case))
    client = here.client("colleague")
    numbers = (case.pk, proposal.pk, *(first_pk(model) for model in (Referral, Duty)))
    for name, address in addresses(*numbers):
        found = seen(client, address)
        for secret in ("Zanzibar", f"Case {case.pk}", f"conduct.case:{case.pk}"):
            assert secret not in found, (name, address)
        if name in before:
            assert found == before[name], f"{name} shows that there is something"
    assert f"conduct.case:{case.pk}" not in seen(client, "/ledger/?q=conduct.case")
    for pk in Entry.objects.filter(object__startswith="conduct.case").values_list("number", flat=True):
        assert client.get(f"/ledger/{pk}/").status_code == 404


def assessor(here: Station, case: Case) -> str:
    now = timezone.now()
    return next(post for post, person in here.people.items() if may_see(case, person, now))


def first_pk(model: type) -> int:
    return model.objects.order_by("pk").values_list("pk", flat=True).first() or 1  # type: ignore[attr-defined]


def addresses(case: int, proposal: int, referral: int, duty: int) -> list[tuple[str, str]]:
    """Every address of Remit that can be opened, with the numbers of the case where it takes some."""
    found = []
    for name, pattern in routes().items():
        words = str(pattern.pattern)
        numbers = {"case": case, "referral": referral, "duty": duty}.get(name.partition("-")[0], proposal)
        filled = words.replace("<int:pk>", str(numbers))
        if "<" not in filled and not name.startswith(("sign", "demo")):
            found.append((name, f"/{filled}"))
    assert len(found) > 40
    assert get_resolver().resolve(f"/conduct/cases/{case}/")
    return found


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "\n".join(line for line in text.decode(errors="ignore").split("\n") if "csrf" not in line)


def test_an_anonymous_report_is_linked_to_and_nothing_of_it_is_kept(station: Make) -> None:
    """Somebody who wanted to stay unknown would be in Remit's registers with their words."""
    here = station("surrey-sussex")
    here.force.settings = {"anonymous_system": "https://anonymous.example.org"}
    here.force.save()
    before = Proposal.objects.count(), Entry.objects.count(), Case.objects.count()
    answer = here.client("officer").post("/conduct/report", {"channel": "anonymous", "about_it": WORDS, "go": "send"})
    page = answer.content.decode()
    assert "https://anonymous.example.org" in page
    assert "Zanzibar" not in page
    assert answer["Cache-Control"] == "no-store"
    assert (Proposal.objects.count(), Entry.objects.count(), Case.objects.count()) == before


def test_the_ledger_cannot_link_people_across_cases_and_holds_none_of_the_words(station: Make) -> None:
    """Whoever reads the ledger could find out who reports whom, or what was said."""
    here = station("cleveland")
    first, second = report(here, here.manager), report(here, here.colleague)
    names = {pseudonym(case.pk, here.officer) for case in (first, second)}
    entries = Entry.objects.filter(object__startswith="conduct.case")
    bodies = [json.loads(bytes(entry.body)) for entry in entries]
    assert {said["actor"] for said in bodies} == {*names, "remit"}
    assert len(names) == 2
    kept = " ".join(json.dumps(said) for said in bodies)
    kept += " ".join(bytes(each.payload).decode() for each in Disclosure.objects.all())
    for secret in ("Zanzibar", here.officer.pseudonym, here.manager.pseudonym):
        assert secret not in kept


@pytest.mark.parametrize("pack", PACKS)
def test_looking_at_a_case_is_recorded_before_it_is_shown(pack: str, station: Make) -> None:
    """Nobody could say who had read a case."""
    here = station(pack)
    case = report(here, here.colleague)
    who = assessor(here, case)
    page = here.client(who).get(f"/conduct/cases/{case.pk}/")
    assert WORDS in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    read = Entry.objects.filter(action="conduct.read-case", object=f"conduct.case:{case.pk}").get()
    assert json.loads(bytes(read.body))["actor"] == pseudonym(case.pk, here.people[who])
    assert here.client("colleague").get(f"/conduct/cases/{case.pk}/").status_code == 404
    assert here.client("ict").get(f"/conduct/cases/{case.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("pack", "step", "answers", "clause"),
    [
        ("cleveland", "close", {"case.kind": "abuse_of_position", "case.serious": "no"}, "CL-3.6d"),
        ("essex", "assess", {"case.offence_possible": "yes"}, "EX-3.0e"),
        ("norfolk-suffolk", "assess", {"case.may_be_misconduct": "yes"}, "NS-6.4c"),
        ("surrey-sussex", "close", {"case.reason": "off_duty"}, "SS-12.3e"),
        ("wiltshire", "assess", {"case.unauthorised_disclosure": "yes", "case.serious": "no"}, "WI-accounts.04b"),
    ],
)
def test_a_case_is_assessed_as_its_policy_says(
    pack: str, step: str, answers: dict[str, str], clause: str, station: Make
) -> None:
    """A case would be closed, or kept to itself, against the clause that says otherwise."""
    here = station(pack)
    case = report(here, here.colleague)
    who = assessor(here, case)
    page, _ = walk(
        here.client(who),
        f"/conduct/cases/{case.pk}/assess",
        {"step": step, "rationale": "So it is.", "action": ""},
        {"case.breach_found": "no", **answers},
    )
    made = Proposal.objects.filter(act="conduct.assess-case").last()
    cited = {c for f in made.decision["findings"] for c in f["clauses"]} if made else set()
    assert clause in page or clause in cited


def test_a_step_without_reasons_is_not_taken_and_nothing_follows_by_itself(station: Make) -> None:
    """A sanction or a closing would stand that nobody gave a reason for."""
    here = station("wiltshire")
    case = report(here, here.colleague)
    client = here.client("standards")
    answer = client.post(f"/conduct/cases/{case.pk}/assess", {"step": "close", "rationale": " "})
    assert answer.status_code == 422
    assert "Write down your reasons" in answer.content.decode()
    grants = list(here.colleague.grants.all()), list(here.colleague.roles_held.values_list("until"))
    made = assess(
        here, case, "close", {"case.breach_found": "yes", "case.rights_claimed": "no", "case.catch_all": "no"}
    )
    assert made.state == Proposal.State.OPEN
    assert Case.objects.get().state == Case.State.OPEN
    asked = {ask["fact"] for ask in made.decision["ask"]}
    assert {"case.sanction", "case.outcome"} <= asked | set(made.not_sure)
    assert (list(here.colleague.grants.all()), list(here.colleague.roles_held.values_list("until"))) == grants


@pytest.mark.parametrize("pack", PACKS)
def test_a_lost_device_is_told_at_once_and_no_longer_offered(pack: str, station: Make) -> None:
    """A phone with access to force accounts would be lost and nobody would change the passwords."""
    here = station(pack)
    phone = Device.objects.create(
        force=here.force, person=here.officer, name="Force phone 1", owner="force", kind="phone"
    )
    at = timezone.localtime(timezone.now() - timedelta(hours=2))
    first = {"device": str(phone.pk), "lost_at_0": str(at.day), "lost_at_1": str(at.month), "lost_at_2": str(at.year)}
    first |= {"lost_at_3": f"{at:%H:%M}"}
    _, sent = walk(here.client("officer"), "/conduct/lost-device", first, {"device.reaches_accounts": "yes"})
    assert sent.status_code == 302
    phone.refresh_from_db()
    assert phone.ended_on is not None
    told = {(referral.to_who, referral.closed_at) for referral in Referral.objects.all()}
    assert told
    assert Notice.objects.filter(person=here.officer).count() == 0
    if pack == "norfolk-suffolk":
        assert {to for to, _ in told} == {"ict", "information-security", "corporate-communications"}
        due = Duty.objects.values_list("rule", "due_on", "late")
        assert {rule for rule, _, _ in due} == {"NS-10.1b", "NS-10.1c", "NS-10.1d"}
        assert {late for _, _, late in due} == {"at once"}


def test_a_serious_report_goes_to_the_on_call_officer_at_once(station: Make) -> None:
    """A death after police contact would wait for office hours (3.6)."""
    here = station("cleveland")
    _, sent = walk(
        here.client("officer"),
        "/conduct/report",
        {"about_it": WORDS, "whom": here.colleague.shoulder_number},
        {"report.serious": "yes", "concern.targeted_colleague": "no"},
    )
    assert sent.status_code == 302
    assert {referral.to_who for referral in Referral.objects.all()} == {"directorate-of-standards", "standards-on-call"}
    assert Duty.objects.get().do == "speak to the Directorate of Standards on-call"
