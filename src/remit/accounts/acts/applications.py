"""An application for an account: made by anybody, granted or turned down by a person, withdrawn by the applicant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from remit.accounts.acts.register import HANDLE, account_kinds, serving_person
from remit.accounts.facts import subject_of
from remit.accounts.models import Account, Application
from remit.accounts.records import application_facts, others, said_facts
from remit.acts import referrals
from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.people.directory import person_named
from remit.people.facts import person_facts
from remit.people.models import Force, Person, Team
from remit.platforms.limits import LIMITS

NEW_APPLICATION = "accounts.application:new"
#: Fact that names whoever is to decide, in the words of the one pack that wants somebody named.
_DECISION_MAKER = "application.decision_maker"


def application_subject(application: Application) -> str:
    """How acts and the ledger name an application."""
    return f"accounts.application:{application.pk}"


def find_application(subject: str, force: str) -> Application:
    """The application that a subject names, within `force`. Raises ActRefused."""
    number = subject.partition(":")[2]
    found = Application.objects.filter(pk=number, force=force).first() if number.isdigit() else None
    if found is None:
        raise ActRefused("There is no such application in your force.", "Look it up in the list of applications.")
    return found


def _handle_free(handle: str) -> None:
    if not HANDLE.fullmatch(handle):
        raise ActRefused("That handle cannot be used.", "Give it without @: letters, digits, dots, - and _ only.")
    if Account.objects.filter(handle__iexact=handle, platform="practice").exists():
        raise ActRefused(f"@{handle} is on a register already.", "Choose another handle, or ask to use that account.")


@dataclass
class ApplyForAccount(Act):
    """Ask for an account. Anybody may; what else the application has to say is what the force's policy asks."""

    name: ClassVar[str] = "accounts.apply"
    label: ClassVar[str] = "Apply for an account"
    moment: ClassVar[str] = "account.apply"
    permission: ClassVar[str] = "account.apply"

    force: str
    applicant: int
    account: str
    network: str
    handle: str
    account_kind: str
    purpose: str
    owner: int
    audience: str = ""
    area: str = ""
    team: str = ""
    users: list[int] = field(default_factory=list)
    exists_already: bool = False

    @property
    def subject(self) -> str:
        return NEW_APPLICATION

    def check(self) -> None:
        if not self.account.strip() or not self.purpose.strip():
            raise ActRefused("The application has no name or no purpose.", "Give both.")
        if self.account_kind not in account_kinds():
            raise ActRefused(f'"{self.account_kind}" is no kind of account.', "Choose one of the list.")
        if self.network not in LIMITS:
            raise ActRefused(f'"{self.network}" is no network that Remit knows.', "Choose one of the list.")
        if self.team and not Team.objects.filter(force=self.force, key=self.team).exists():
            raise ActRefused(f'The force has no team "{self.team}".', "Choose a team of the list.")
        _handle_free(self.handle)
        for number in (self.applicant, self.owner, *self.users):
            serving_person(number, self.force)

    def _application(self) -> Application:
        return Application(
            force=Force.objects.get(pk=self.force),
            applicant=serving_person(self.applicant, self.force),
            name=self.account.strip(),
            network=self.network,
            handle=self.handle,
            kind=self.account_kind,
            purpose=self.purpose.strip(),
            audience=self.audience.strip(),
            area=self.area.strip(),
            team=Team.objects.filter(force=self.force, key=self.team).first() if self.team else None,
            owner=serving_person(self.owner, self.force),
            users=list(self.users),
        )

    def cast(self) -> Mapping[str, Any]:
        application = self._application()
        return {"applicant": application.applicant, "owner": application.owner, "application": application}

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        if actor is not None and actor.pk != self.applicant:
            raise ActRefused("An application is made by the applicant.", "Ask them to apply.")
        application = self._application()
        application.made_on = timezone.localdate(now)
        return {
            **application_facts(application),
            **person_facts(application.applicant, "applicant", now=now),
            **person_facts(application.applicant, "actor", now=now),
            "application.exists_already": self.exists_already,
            "account.others": others(self.force, application=application),
        }

    def described(self) -> list[tuple[str, str]]:
        return described(self._application())

    def about(self) -> dict[str, Any]:
        return {"network": self.network, "kind": self.account_kind}

    def personal(self) -> dict[str, Any]:
        return {"applicant": self.applicant, "owner": self.owner, "users": self.users}

    def apply(self, record: Proposal, now: datetime) -> None:
        application = self._application()
        application.made_on = timezone.localdate(now)
        application.said = {**said_in(record), "application.exists_already": self.exists_already}
        application.save()
        record.subject = application_subject(application)


def said_in(record: Proposal) -> dict[str, Any]:
    """What a proposal's answers say of the thing itself: not of the press, and not what was ticked."""
    answers = {**record.answers, **record.settled}
    return {name: value for name, value in answers.items() if name.partition(".")[0] not in ("act", "actor", "concern")}


def described(application: Application) -> list[tuple[str, str]]:
    """An application in words: label and value."""
    people = Person.objects.filter(pk__in=application.users)
    title = LIMITS[application.network].title if application.network in LIMITS else application.network
    lines = [
        ("Applicant", str(application.applicant)),
        ("Name of the account", str(application)),
        ("Network", title),
        ("Kind of account", account_kinds().get(application.kind, application.kind)),
        ("What it is for", application.purpose),
        ("Whom it is meant to reach", application.audience),
        ("Area", application.area),
        ("Team that would run it", application.team.name if application.team else ""),
        ("Owner", str(application.owner)),
        ("Other users", ", ".join(str(person) for person in people)),
    ]
    return [(label, value[:1].upper() + value[1:]) for label, value in lines if value]


@dataclass
class AboutApplication(Act):
    """Shared by what is done about one application."""

    force: str
    subject: str
    reason: str = ""

    def application(self) -> Application:
        return find_application(self.subject, self.force)

    def check(self) -> None:
        application = self.application()
        if application.state != Application.State.WAITING:
            raise ActRefused(
                f"The application is closed ({application.get_state_display().lower()}).", "Apply afresh if need be."
            )

    def cast(self) -> Mapping[str, Any]:
        application = self.application()
        return {"applicant": application.applicant, "owner": application.owner, "application": application}

    def personal(self) -> dict[str, Any]:
        return {"applicant": self.application().applicant_id, "reason": self.reason}

    def _close(self, application: Application, state: Application.State, by: Person | None, now: datetime) -> None:
        application.state = state
        application.decided_on = timezone.localdate(now)
        application.decided_by = by
        application.reason = self.reason.strip()
        application.save()


class _Decided(AboutApplication):
    """A decision on an application is a person's, with a reason, and never the applicant's own."""

    def check(self) -> None:
        super().check()
        if not self.reason.strip():
            raise ActRefused("The decision has no reason.", "Give the reason: the applicant is told it.")

    def _demand_somebody_else(self, actor: Person | None) -> None:
        if actor is None:
            raise ActRefused("Only a person decides on an application.", "Somebody who may decide has to do it.")
        if actor.pk == self.application().applicant_id:
            raise ActRefused("Nobody decides on their own application.", "Ask another person who may decide.")


@dataclass
class GrantApplication(_Decided):
    """Grant an application: its account comes on the register, to be set up. Whose say it needs is the policy's."""

    name: ClassVar[str] = "accounts.grant"
    label: ClassVar[str] = "Grant an application for an account"
    moment: ClassVar[str] = "account.decide"
    permission: ClassVar[str] = "account.decide"

    def check(self) -> None:
        super().check()
        _handle_free(self.application().handle)

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        self._demand_somebody_else(actor)
        application = self.application()
        return {
            **said_facts(self.force, application.said),
            **application_facts(application),
            **person_facts(application.applicant, "applicant", now=now),
            **(person_facts(actor, "actor", now=now) if actor else {}),
            "account.others": others(self.force, application=application),
            "application.decision_reason": self.reason.strip(),
        }

    def described(self) -> list[tuple[str, str]]:
        return [*described(self.application()), ("Reason", self.reason)]

    def apply(self, record: Proposal, now: datetime) -> None:
        application = self.application()
        account = Account.objects.create(
            force=application.force,
            platform="practice",
            network=application.network,
            handle=application.handle,
            name=application.name,
            kind=application.kind,
            area=application.area,
            team=application.team,
            owner=application.owner,
            state=Account.State.SETTING_UP,
            created_on=timezone.localdate(now),
            purpose=application.purpose,
            said={**application.said, **said_in(record)},
        )
        application.account = account
        if chosen := record.settled.get(_DECISION_MAKER):
            application.decision_maker = person_named(self.force, str(chosen))
        self._close(application, Application.State.GRANTED, record.proposer, now)
        words = f"Your application for {application} is granted: {self.reason.strip()} It is being set up."
        referrals.tell_person(record, application.applicant, words, now)

    def about(self) -> dict[str, Any]:
        account = self.application().account
        return {"account": subject_of(account)} if account else {}


@dataclass
class TurnDownApplication(_Decided):
    """Turn an application down. The applicant is told why. No policy takes that power from whoever may decide."""

    name: ClassVar[str] = "accounts.turn-down"
    label: ClassVar[str] = "Turn down an application for an account"
    permission: ClassVar[str] = "account.decide"

    def apply(self, record: Proposal, now: datetime) -> None:
        self._demand_somebody_else(record.proposer)
        application = self.application()
        self._close(application, Application.State.TURNED_DOWN, record.proposer, now)
        words = f"Your application for {application} is turned down: {self.reason.strip()}"
        referrals.tell_person(record, application.applicant, words, now)


@dataclass
class WithdrawApplication(AboutApplication):
    """Take back one's own application before it is decided."""

    name: ClassVar[str] = "accounts.withdraw-application"
    label: ClassVar[str] = "Withdraw an application for an account"
    permission: ClassVar[str] = "account.apply"

    def apply(self, record: Proposal, now: datetime) -> None:
        application = self.application()
        if record.proposer is None or record.proposer.pk != application.applicant_id:
            raise ActRefused("Only the applicant withdraws an application.", "Turn it down instead.")
        self._close(application, Application.State.WITHDRAWN, record.proposer, now)
