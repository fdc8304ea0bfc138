"""Giving and ending roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Q
from django.utils import timezone

from remit.accounts.models import Account
from remit.acts.act import ActRefused
from remit.acts.models import Proposal
from remit.acts.packs import library
from remit.people.acts.subjects import AboutPeople, find_person, not_oneself, read_day
from remit.people.models import Force, RoleHeld, Team
from remit.people.permissions import ROLES, role_title


@dataclass
class GiveRole(AboutPeople):
    """Give a role for the whole force, or for one team or account alone. Nobody gives one to themself."""

    name: ClassVar[str] = "people.give-role"
    label: ClassVar[str] = "Give a role"
    permission: ClassVar[str] = "role.give"
    staffs: ClassVar[bool] = True

    force: str
    subject: str
    role: str
    since: str
    until: str | None = None
    team: str = ""
    account: int | None = None

    def check(self) -> None:
        person = find_person(self.subject, self.force)
        if self.role not in roles_of(self.force):
            raise ActRefused(f'There is no role "{self.role}".', "Choose one of the list.")
        since, until = read_day(self.since, "The first day"), read_day(self.until, "The last day")
        if since is None:
            raise ActRefused("The first day is missing.", "Give a date.")
        if until and until < since:
            raise ActRefused("The last day is before the first.", "Correct one of the two.")
        if self.team and not Team.objects.filter(force=self.force, key=self.team).exists():
            raise ActRefused(f'The force has no team "{self.team}".', "Choose a team of the list.")
        if self.account is not None and not Account.objects.filter(pk=self.account, force=self.force).exists():
            raise ActRefused("There is no such account on your force's register.", "Choose one of the list.")
        if self.team and self.account is not None:
            raise ActRefused("A role is held over a team or over an account.", "Choose one of the two.")
        same = person.roles_held.filter(role=self.role, account_id=self.account, since__lte=since)
        same = same.filter(Q(until=None) | Q(until__gte=since))
        if same.filter(team__key=self.team) if self.team else same.filter(team=None):
            raise ActRefused(f"{person} holds that role already.", "End it first if its dates are to change.")

    def cast(self) -> Mapping[str, Any]:
        return {"subject": find_person(self.subject, self.force)}

    def about(self) -> dict[str, Any]:
        return {"role": self.role, "team": self.team, "account": self.account}

    def apply(self, record: Proposal, now: datetime) -> None:
        person = find_person(self.subject, self.force)
        not_oneself(record, person, "give a role")
        RoleHeld.objects.create(
            person=person,
            role=self.role,
            force_id=self.force,
            team=Team.objects.filter(force=self.force, key=self.team).first() if self.team else None,
            account_id=self.account,
            since=date.fromisoformat(self.since),
            until=read_day(self.until, "The last day"),
        )


@dataclass
class EndRole(AboutPeople):
    """End a role at once. Its entry stays, so that it can be seen who could do what when."""

    name: ClassVar[str] = "people.end-role"
    label: ClassVar[str] = "End a role"
    permission: ClassVar[str] = "role.give"
    staffs: ClassVar[bool] = True

    force: str
    subject: str
    held: int

    def _held(self) -> RoleHeld:
        person = find_person(self.subject, self.force)
        held = RoleHeld.objects.filter(pk=self.held, person=person, force=self.force).first()
        if held is None:
            raise ActRefused("They do not hold that role.", "Reload the page.")
        return held

    def check(self) -> None:
        self._held()

    def cast(self) -> Mapping[str, Any]:
        return {"subject": find_person(self.subject, self.force)}

    def about(self) -> dict[str, Any]:
        return {"role": self._held().role}

    def apply(self, record: Proposal, now: datetime) -> None:
        held = self._held()
        held.until = timezone.localdate(now) - timedelta(days=1)
        held.save()


def roles_of(force: str) -> dict[str, str]:
    """Every role that can be held in `force`, with its title: Remit's own and those its packs name. In title order."""
    found = {key: role.title for key, role in ROLES.items()}
    for name in Force.objects.values_list("packs", flat=True).get(pk=force):
        pack = library().packs.get(name)
        for who in pack.who.values() if pack else ():
            role = who.role or (who.relation or "").replace("_", "-")
            if role:
                found.setdefault(role.replace("_", "-"), who.title if who.role else role_title(role))
    return dict(sorted(found.items(), key=lambda item: item[1]))
