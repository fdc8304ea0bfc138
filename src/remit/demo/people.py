"""The demonstration's forces and people, as plain data: roles and shoulder numbers, all of them invented.

Days are counted back from the day of loading, so that "trained within the year" stays so.
"""

from __future__ import annotations

from dataclasses import dataclass

MONTH, YEAR = 30, 365


@dataclass(frozen=True)
class ForceRow:
    """A force: its pack, two invented areas, and what it calls its communications department."""

    slug: str
    name: str
    pack: str
    areas: tuple[str, str]
    communications: str = "Corporate Communications"
    #: What its anonymous reporting system is called, where its policy names one.
    anonymous_system: str = ""


FORCES = (
    ForceRow(
        "surrey", "Surrey Police", "surrey-sussex", ("Ashcombe", "Weyford"), anonymous_system="the Anonymous system"
    ),
    ForceRow(
        "sussex", "Sussex Police", "surrey-sussex", ("Downsgate", "Harbourside"), anonymous_system="Break the Silence"
    ),
    ForceRow("norfolk", "Norfolk Constabulary", "norfolk-suffolk", ("Fenside", "Broadmarsh")),
    ForceRow("suffolk", "Suffolk Constabulary", "norfolk-suffolk", ("Heathgate", "Orwick")),
    ForceRow(
        "wiltshire",
        "Wiltshire Police",
        "wiltshire",
        ("Chalkford", "Stonebridge"),
        "Corporate Communications and Engagement",
    ),
    ForceRow("cleveland", "Cleveland Police", "cleveland", ("Ironbank", "Seaholm")),
    ForceRow("essex", "Essex Police", "essex", ("Marshgate", "Saltwick"), "Media Department"),
)

#: Teams that every force has: key -> name. The areas and the name of communications are the force's own.
TEAMS = {
    "neighbourhood": "Neighbourhood Policing",
    "area-1": "{area_1} Neighbourhood Team",
    "area-2": "{area_2} Neighbourhood Team",
    "roads-policing": "Roads Policing",
    "major-investigation": "Major Investigation Team",
    "legal-services": "Legal Services",
}
#: Teams that a force has where its policy names them.
TEAMS_OF_POLICIES = {
    "corporate-communications": "{communications}",
    "media-department": "{communications}",
    "press-office": "Press Office",
    "digital-media-team": "Digital Media Team",
    "news-team": "News Team",
    "contact": "Contact",
    "control-room": "Control Room",
    "professional-standards": "Professional Standards",
    "anti-corruption-unit": "Anti-Corruption Unit",
    "covert-standards-unit": "Covert Standards Unit",
    "covert-authorities": "Covert Authorities Bureau",
    "intelligence-unit": "Intelligence Unit",
    "vetting": "Vetting Unit",
    "ict": "ICT",
    "information-security": "Information Security",
    "information-management": "Information Management and Assurance",
    "corporate-services": "Corporate Services",
}


@dataclass(frozen=True)
class PersonRow:
    """One post that somebody holds in each force (or only in `forces`). Teams and roles that a force lacks fall away.

    `number` is the shoulder number in the first force; the others count on from it, so that no two are alike.
    `roles` as "role", "role/team" (held over a team alone). `manager` is the key of another row above this one.
    Days ago: `patrol`, `probation`; `trained` lists (kind, days ago). `devices` as "owner kind".
    """

    key: str
    title: str
    number: int
    category: str
    grade: str
    teams: str = ""
    roles: str = ""
    manager: str = ""
    patrol: int | None = None
    probation: int | None = None
    leaves_in: int | None = None
    duty: str = "on_duty"
    trained: tuple[tuple[str, int], ...] = ()
    acknowledged: bool = True
    licence: bool = False
    written_approval: int | None = None
    devices: tuple[str, ...] = ("force phone",)
    forces: tuple[str, ...] = ()


MASTERCLASS = (("masterclass", 5 * MONTH),)
REFRESHED = (("masterclass", 2 * YEAR), ("refresher", 4 * MONTH))
LAPSED = (("masterclass", 3 * YEAR),)

PEOPLE = (
    PersonRow("chief", "Deputy Chief Constable", 1002, "officer", "deputy_chief_constable", "",
              "chief-officer deputy-chief-constable authoriser", patrol=25 * YEAR),
    PersonRow("head", "Head of Corporate Communications", 8001, "police_staff", "m1",
              "corporate-communications media-department", "corporate-communications head-of-corporate-communications "
              "digital-media-lead authoriser digital-channels disclosure-authority force-lead release-decider "
              "head-of-department/corporate-communications", "chief", probation=6 * YEAR, trained=REFRESHED,
              licence=True),
    PersonRow("media", "Digital media officer", 8120, "police_staff", "band_3",
              "corporate-communications media-department digital-media-team", "author corporate-communications", "head",
              probation=3 * YEAR, trained=MASTERCLASS, licence=True, written_approval=10 * MONTH,
              devices=("force phone", "force laptop")),
    PersonRow("press", "Press officer", 8133, "police_staff", "band_2",
              "corporate-communications media-department news-team press-office", "corporate-communications authoriser",
              "head", probation=2 * YEAR, trained=REFRESHED, licence=True, written_approval=11 * MONTH),
    PersonRow("commander", "Chief Inspector", 1203, "officer", "chief_inspector", "neighbourhood",
              "author authoriser local-policing-commander thematic-lead head-of-department/neighbourhood", "chief",
              patrol=15 * YEAR, trained=REFRESHED, written_approval=9 * MONTH),
    PersonRow("sergeant", "Sergeant", 2264, "officer", "sergeant", "neighbourhood area-1",
              "author supervisor/neighbourhood supervisor/area-1", "commander", patrol=9 * YEAR, trained=REFRESHED,
              written_approval=8 * MONTH),
    PersonRow("constable", "PC", 4417, "officer", "constable", "neighbourhood area-1", "author", "sergeant",
              patrol=3 * YEAR, trained=MASTERCLASS, written_approval=7 * MONTH, licence=True),
    PersonRow("probationer", "PC", 4990, "officer", "constable", "neighbourhood area-2", "author", "sergeant",
              acknowledged=False, forces=("surrey", "suffolk", "essex")),
    PersonRow("pcso", "PCSO", 7318, "pcso", "pcso", "neighbourhood area-2", "author", "sergeant", patrol=4 * MONTH,
              trained=LAPSED, devices=("force phone", "personal phone"),
              forces=("surrey", "norfolk", "wiltshire", "cleveland")),
    PersonRow("special", "Special Constable", 9105, "special_constable", "special_constable", "neighbourhood area-1",
              "author", "sergeant", patrol=YEAR, duty="off_duty", trained=MASTERCLASS, devices=("personal phone",),
              forces=("sussex", "norfolk", "essex")),
    PersonRow("volunteer", "Cadet volunteer", 9230, "volunteer", "", "neighbourhood", "author", "sergeant",
              duty="off_duty", devices=("personal tablet",), forces=("sussex", "suffolk", "wiltshire")),
    PersonRow("sio", "Detective Chief Inspector", 1580, "officer", "chief_inspector",
              "major-investigation intelligence-unit covert-authorities",
              "senior-investigating-officer authoriser head-of-department/major-investigation", "chief",
              patrol=12 * YEAR, duty="on_call"),
    PersonRow("control", "Control room supervisor", 6021, "police_staff", "band_2", "contact control-room",
              "control-room force-incident-manager", "chief", probation=5 * YEAR, trained=MASTERCLASS,
              devices=("force desktop",)),
    PersonRow("standards", "Detective Inspector", 1617, "officer", "inspector",
              "professional-standards anti-corruption-unit covert-standards-unit vetting",
              "psd head-of-professional-standards standards-on-call", "chief", patrol=11 * YEAR),
    PersonRow("legal", "Force solicitor", 8402, "police_staff", "m1", "legal-services information-management",
              "policy-officer auditor head-of-information digital-public-contact-board",
              "chief", probation=7 * YEAR, devices=("force laptop",)),
    PersonRow("decision", "Dedicated decision maker", 8044, "police_staff", "band_2", "corporate-communications",
              "authoriser dedicated-decision-maker", "head", probation=2 * YEAR, trained=REFRESHED,
              forces=("cleveland",)),
    PersonRow("admin", "Systems administrator", 8890, "police_staff", "band_3",
              "ict information-security corporate-services", "system-administrator account-administrator", "chief",
              probation=4 * YEAR, devices=("force laptop",)),
)  # fmt: skip
