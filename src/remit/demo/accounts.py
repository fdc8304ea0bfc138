"""The demonstration's accounts, as plain data. They live on the practice network; handles are invented."""

from __future__ import annotations

from dataclasses import dataclass

from remit.demo.people import MONTH, YEAR

#: Networks that a force has approved; its accounts on the practice network stand for these.
APPROVED_NETWORKS = ("x", "facebook", "instagram", "linkedin", "youtube", "nextdoor", "bluesky")


@dataclass(frozen=True)
class AccountRow:
    """One account in each force (or only in `forces`). "{force}" and "{area_1}" are the force's own.

    `owner` and `users` are keys of the table of people; `created` and `used` are days ago. `used` None is never.
    """

    key: str
    network: str
    kind: str
    name: str
    handle: str
    owner: str
    users: str
    purpose: str
    created: int = 6 * YEAR
    used: int | None = 1
    area: str = ""
    team: str = ""
    monitored: bool = False
    state: str = "live"
    forces: tuple[str, ...] = ()
    platform: str = "practice"


ACCOUNTS = (
    AccountRow("main-x", "x", "main", "{force}", "{slug}-police-x", "head", "head media press",
               "Force-wide news, appeals and campaigns", team="corporate-communications", monitored=True),
    AccountRow("main-facebook", "facebook", "main", "{force}", "{slug}-police-facebook", "head", "head media press",
               "Force-wide news, appeals and campaigns", team="corporate-communications", monitored=True),
    AccountRow("main-instagram", "instagram", "main", "{force}", "{slug}-police-instagram", "head", "media press",
               "The force in pictures", created=4 * YEAR, used=6, team="corporate-communications", monitored=True),
    AccountRow("area-1", "x", "area", "{area_1} Police", "{slug}-{area_1}", "sergeant",
               "sergeant constable special commander", "Local priorities and what is done about them",
               area="{area_1}", team="area-1"),
    AccountRow("area-2", "facebook", "area", "{area_2} Policing Team", "{slug}-{area_2}", "sergeant",
               "sergeant pcso volunteer", "Local priorities and what is done about them", used=9,
               area="{area_2}", team="area-2"),
    AccountRow("roads", "x", "specialist", "{force} Roads Policing", "{slug}-roads", "commander", "constable",
               "Road closures and road safety", created=3 * YEAR, used=2, team="roads-policing"),
    AccountRow("control", "x", "department", "{force} Control Room", "{slug}-control-room", "control", "control media",
               "When to call 101 or 999, and what the control room does", created=2 * YEAR, used=4,
               team="contact", monitored=True, forces=("norfolk", "suffolk", "cleveland")),
    AccountRow("commander", "x", "individual", "Chief Inspector, {area_1}", "{slug}-{area_1}-commander", "commander",
               "commander", "Local policing, from the officer who leads it", created=2 * YEAR, used=12,
               area="{area_1}"),
    AccountRow("youth", "instagram", "youth", "{force} Cadets", "{slug}-cadets", "sergeant", "media volunteer",
               "For young people who are cadets or might be", created=YEAR, used=20, forces=("wiltshire", "sussex")),
    AccountRow("dormant", "facebook", "team", "{area_2} Farm Watch", "{slug}-{area_2}-farm-watch", "sergeant",
               "probationer", "Rural crime prevention", created=5 * YEAR, used=7 * MONTH,
               area="{area_2}", state="dormant"),
)  # fmt: skip

#: One more for each force where there is a Bluesky server on this machine.
ON_BLUESKY = AccountRow(
    "main-bluesky", "bluesky", "main", "{force}", "{slug}-police.test", "head", "head media press",
    "Force-wide news, appeals and campaigns", created=MONTH, used=None, team="corporate-communications",
    monitored=True, platform="bluesky",
)  # fmt: skip
