"""The demonstration's declarations, business interests and reports: one of each in every force, all invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remit.acts import door
from remit.acts.act import Act
from remit.acts.packs import packs_of
from remit.conduct.acts import DeclareAssociation, DeclareInterest, ReportBreach
from remit.conduct.reporting import CHANNEL, channels

if TYPE_CHECKING:
    from remit.demo.loading import ForceLoader

GROUP = "A running club whose page also shares news of the area. I have been a member for two years."
INTEREST = "Guided walks at weekends, advertised with short films. I am paid by those who come along."
REPORT = (
    "A comment under a local news page made fun of somebody who had asked for help. It was made from a private account "
    "and taken down after an hour."
)


def load_conduct(force: ForceLoader) -> None:
    """A declaration and an interest of the constable's, and a report of theirs about the sergeant, their manager."""
    slug = force.row.slug
    names = {name for pack in packs_of(slug) for name in pack.vocabulary.facts}
    said: dict[str, Any] = {
        "association.notifiable": False,
        "association.view": "That I run, and nothing about the force.",
        "concern.conflicting_association": False,
        "concern.offensive_group": False,
        "concern.partial_group": False,
    }
    _put(force, DeclareAssociation(slug, "group", GROUP), {k: v for k, v in said.items() if k in names})
    _put(force, DeclareInterest(slug, INTEREST, "A video site", force.days_ago(-60) or ""), {})
    channel = {CHANNEL: "psd"} if channels(slug) else {}
    report = ReportBreach(slug, REPORT, whom=force.people["sergeant"].pk, channel=channel.get(CHANNEL, ""))
    _put(force, report, {"report.serious": False, **channel})


def _put(force: ForceLoader, act: Act, answers: dict[str, Any]) -> None:
    door.propose(act, force.people["constable"], force.now, answers=answers)
