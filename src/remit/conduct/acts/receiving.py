"""Whom a report reaches where its policy names nobody: a report is always taken, so somebody always has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from remit.acts import referrals
from remit.acts.act import ActRefused
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.people.models import Person
from remit.policy.packs import Pack

STANDARDS = "professional-standards"


def by_somebody(record: Proposal) -> Person:
    """Who declares it. Raises ActRefused where nobody does: Remit itself declares nothing."""
    if record.proposer is None:
        raise ActRefused("Only a person declares something.", "Sign in first.")
    return record.proposer


def standards_post(pack: Pack) -> str:
    """The post of `pack` that is the team for professional standards; its adviser where it names none."""
    return next((key for key, who in pack.who.items() if who.team == STANDARDS), pack.in_doubt)


def pass_on(record: Proposal, to: str, cast: Mapping[str, Any], now: datetime, rule: str, reason: str = "") -> None:
    """Pass what was reported to the post `to` of the force's policy, never to whom it is about."""
    pack = packs_of(record.force)[0]
    wanted = {"pack": pack.name, "rule": rule, "seen_by": [], "never": ["subject"], "clauses": []}
    about: dict[str, Any] = {"force": record.force, "subject": record.subject, "cast": cast, "now": now}
    referrals.refer(wanted, to, **about, proposal=record, reason=reason)


def passed_by_policy(record: Proposal) -> bool:
    """Whether the policy itself passes it to somebody."""
    return any(referral["to"] for referral in record.decision.get("referrals", []))
