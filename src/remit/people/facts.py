"""What the registers of people tell a policy: the facts of one cast member under its own first word."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from django.utils import timezone

from remit import sql
from remit.people.documents import accepted
from remit.people.models import Person
from remit.people.permissions import roles_now

#: Training in research on the internet is recorded under this and its level: "research-2".
RESEARCH, RESEARCH_LEVELS = "research-", range(1, 6)
#: Longer ago than this, what somebody said of being on duty says nothing about now: it is asked again.
DUTY_STATE_HOLDS = timedelta(hours=12)


# By hand, as in `remit.sql`: every act of a person who uses accounts asks them.
_ATTENDED = (
    'SELECT kind, "on" FROM people_training WHERE person_id = %(person)s AND "on" <= %(today)s ORDER BY "on" DESC'
)
_GRANTS = """
SELECT kind, over, since FROM acts_grant WHERE person_id = %(person)s AND ended_at IS NULL
    AND since <= %(today)s AND (until IS NULL OR until >= %(today)s)
"""
_TEAMS = """
SELECT key, people_team.id FROM people_team JOIN people_person_teams ON people_person_teams.team_id = people_team.id
WHERE people_person_teams.person_id = %(person)s ORDER BY key
"""


class RunByTeam(Protocol):
    """An account, as far as this room needs to know it."""

    pk: int
    team_id: int | None


def duty_state(person: Person, now: datetime) -> str:
    """Whether `person` is on duty at `now`, as they last said; "" when they have not said it within a shift."""
    said_at = person.duty_state_at
    holds = said_at is not None and timedelta() <= now - said_at <= DUTY_STATE_HOLDS
    return person.duty_state if holds else ""


def person_facts(
    person: Person, prefix: str = "actor", account: RunByTeam | None = None, *, now: datetime
) -> dict[str, Any]:
    """Facts about `person` named `<prefix>.…`, at `now` (aware); those that are about an account only with `account`.

    What a register would hold if it were so is None ("known: nothing"): no probation date, no training. What only the
    person can say (whether they are on duty) is left out when they have not said, which is *unknown*.
    """
    today = timezone.localdate(now)
    whose = {"person": person.pk, "today": sql.day(today)}
    attended = sql.rows(_ATTENDED, whose)
    trainings = [(kind, on) for kind, on in attended if not kind.startswith(RESEARCH)]
    research = [(kind, on) for kind, on in attended if kind.startswith(RESEARCH)]
    grants = sql.rows(_GRANTS, whose)
    teams = sql.rows(_TEAMS, whose)
    facts: dict[str, Any] = {
        "category": person.category,
        "grade": person.grade or None,
        "teams": [key for key, _ in teams],
        "roles": sorted({held.role for held in roles_now(person, today)}),
        "independent_patrol_since": person.independent_patrol_since,
        "probation_passed_on": person.probation_passed_on,
        "leaving_on": person.leaving_on,
        "trainings": [{"kind": kind, "attended_on": on} for kind, on in trainings],
        "research_trainings": [{"level": int(kind.removeprefix(RESEARCH)), "attended_on": on} for kind, on in research],
        "last_training_on": max((on for kind, on in trainings if kind in ("masterclass", "refresher")), default=None),
        "acknowledged": accepted(person),
        "written_approval_on": max((since for kind, _, since in grants if kind == "written-approval"), default=None),
        "has_audit_licence": any(kind == "audit-licence" for kind, _, _ in grants),
        "has_management_licence": any(kind == "licence" for kind, _, _ in grants),
    }
    if state := duty_state(person, now):
        facts["duty_state"] = state
    if account is not None:
        over = f"accounts.account:{account.pk}"
        facts["authorised_for_account"] = any(kind == "authorisation" and o == over for kind, o, _ in grants)
        facts["in_account_area_team"] = account.team_id in {pk for _, pk in teams}
    return {f"{prefix}.{name}": value for name, value in facts.items()}
