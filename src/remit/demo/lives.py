"""The demonstration's accounts that are not yet in use everywhere: an application that waits, and one on trial.

Made through the acts, as a force would: whoever a policy asks answers, and what it wants in place is put there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from remit.accounts import acts
from remit.accounts.acts.applications import application_subject
from remit.accounts.acts.keeping import LodgeCredentials, RecordDone
from remit.accounts.acts.setting_up import AddObjective, SetUpAccount
from remit.accounts.facts import subject_of
from remit.accounts.models import Application
from remit.acts import door
from remit.acts.act import Act
from remit.acts.facts import vocabulary
from remit.acts.models import Proposal, Say
from remit.acts.packs import packs_of
from remit.people.models import Device, Person

if TYPE_CHECKING:
    from remit.demo.loading import ForceLoader

#: What people answer to what the policies ask of an application and of setting an account up.
SAID: dict[str, Any] = {
    "platform.category": "networking",
    "application.covered": True,
    "application.covert": False,
    "application.covers_both_forces": False,
    "application.aims": "Fewer people hurt on local roads, and quick word of closed ones.",
    "application.serves_purpose": "Warnings about dangerous roads reach drivers in time.",
    "application.engagement_focus": "Answers questions, and shows the work on the road.",
    "application.justification": "Drivers look for one place that speaks of the roads.",
    "application.existing_accounts_reason": "The area accounts have other readers and post about other things.",
    "application.priority": "Safer roads: fewer people killed or badly hurt.",
    "application.communication_objective": "Reach drivers before they set out.",
    "application.role": "A specialist voice on road safety.",
    "application.function": "Warnings, closures and advice.",
    "application.benefit": "Fewer calls about closed roads.",
    "application.objectives": "Followers among local drivers; fewer calls.",
    "application.outcomes": "A tenth fewer calls about closed roads.",
    "application.method": "Posts before the morning and evening traffic.",
    "application.other_users": "Nobody else for now.",
    "application.manager": "The sergeant of the unit.",
    "application.demand_plan": "Corporate Communications helps on the day.",
    "application.absence_plan": "Another trained user takes over.",
    "application.hours_plan": "The profile says when it is watched.",
    "application.specialism": "Road safety.",
    "application.area": "The whole force.",
    "application.business_area": "Roads Policing",
    "account.brand_checked": True,
    "account.crime_notice": True,
    "account.complaint_notice": True,
    "account.guidelines_followed": True,
    "account.messages_from_everyone": False,
    "account.other_users": [],
    "trial.evaluation_plan": "Count the calls about closed roads before and after.",
}
BIO = "News of the roads from the officers who look after them."
#: How long ago the trial was applied for, and began; and how long it lasts.
ASKED, BEGAN, LASTS = timedelta(days=70), timedelta(days=60), timedelta(days=183)
#: By when its objective is met: within six calendar months, however short they are.
MEASURED = timedelta(days=180)


def load_lives(force: ForceLoader) -> None:
    """One application that waits for a decision, and one account that was granted, set up and is on trial."""
    before = force.now - ASKED
    trial = _apply(force, "sergeant", "commander", before, "Road Safety Unit", "road-safety", "specialist", "x")
    if trial is not None:
        _try_out(force, trial, before)
    _apply(
        force, "constable", "sergeant", force.now, "Neighbourhood Desk", "neighbourhood-desk", "department", "facebook"
    )


def _apply(
    force: ForceLoader, applicant: str, owner: str, at: datetime, name: str, handle: str, kind: str, network: str
) -> Application | None:
    """An application through everybody whose say it needs; None where the policy does not let it get that far."""
    person = force.people[applicant]
    act = acts.ApplyForAccount(
        force.row.slug,
        person.pk,
        f"{force.row.name} {name}",
        network,
        f"{force.row.slug}-{handle}",
        kind,
        "Road safety and closed roads" if kind == "specialist" else "What the roads teams do each week, and why",
        force.people[owner].pk,
        "Everybody who lives or drives here",
        team="roads-policing",
    )
    proposal = _through(force, act, person, at)
    return Application.objects.filter(handle=act.handle).first() if proposal.state == Proposal.State.APPLIED else None


def _try_out(force: ForceLoader, application: Application, at: datetime) -> None:
    slug, media = force.row.slug, force.people["media"]
    reason = "Nobody else speaks of the roads."
    _through(force, acts.GrantApplication(slug, application_subject(application), reason), media, at)
    application.refresh_from_db()
    account = application.account
    if account is None:
        return
    subject, began = subject_of(account), force.now - BEGAN
    day = timezone.localdate(began)
    ends = (day + LASTS).isoformat()
    due = (day + MEASURED).isoformat()
    force.do(RecordDone(slug, subject, "corporate-access", day.isoformat()), media)
    force.do(RecordDone(slug, subject, "communications-consulted", day.isoformat(), "No objection."), media)
    if "digital-media-team" in force.teams():
        force.do(LodgeCredentials(slug, subject, "The Digital Media Team’s vault"), media)
    target = ("Fewer calls about closed roads", "Calls a month", "A tenth fewer", due, "Safer roads", True)
    force.do(AddObjective(slug, subject, *target), media)
    phone = Device.objects.filter(person=account.owner, owner=Device.Owner.FORCE, kind=Device.Kind.PHONE).first()
    texts = [pack.texts[key] for pack in packs_of(slug) for key in _STATEMENTS if key in pack.texts]
    act = SetUpAccount(
        slug,
        subject,
        day.isoformat(),
        "trial",
        "practice",
        account.handle,
        "\n".join([BIO, *texts]),
        emails=[f"road-safety@{slug}.police.uk"],
        phones=[str(phone.pk)] if phone else [],
        trial_ends_on=ends,
    )
    _through(force, act, media, began)


#: Texts that a policy may want on every account's page, in this order.
_STATEMENTS = ("no-crime-reports-here", "call-101-or-999", "not-watched-all-hours", "messenger-not-secure")


def _through(force: ForceLoader, act: Act, actor: Person, at: datetime) -> Proposal:
    """Propose an act with what the policy asks answered, and let everybody answer whose say it needs."""
    known = vocabulary(packs_of(act.force))
    answers: dict[str, Any] = {}
    for _ in SAID:
        asks = [ask["fact"] for ask in door.decide_only(act, actor, at, answers=answers).ask]
        fresh = {name: SAID[name] for name in asks if name in SAID and name in known and name not in answers}
        if not fresh:
            break
        answers |= fresh
    proposal = door.propose(act, actor, at, answers=answers)
    if "application.decision_maker" in [ask["fact"] for ask in proposal.decision["ask"]]:
        number = force.people["decision"].shoulder_number
        door.answer_question(proposal, force.people["head"], "application.decision_maker", number, at)
    for _ in range(8):
        proposal.refresh_from_db()
        say = proposal.says.filter(state=Say.State.ASKED).first()
        who = force.asked(say) if say else None
        if say is None or who is None or proposal.state != Proposal.State.OPEN:
            break
        door.answer_say(say, who, "approve" if say.kind == "approve" else "no-objection", "It fits the strategy.", at)
    return Proposal.objects.get(pk=proposal.pk)
