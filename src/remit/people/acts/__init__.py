"""What can change the registers of people. One module for what is done about one thing."""

from remit.people.acts.entries import AddPerson, ChangePerson, ReadPerson, RecordLeaving, RecordMove
from remit.people.acts.forces import AddForce, AddTeam, ChangeForce
from remit.people.acts.lists import ChangeLists
from remit.people.acts.passwords import SetPassword
from remit.people.acts.qualifications import (
    Acknowledge,
    GiveStandingPermission,
    RecordTraining,
    RegisterDevice,
    SetDutyState,
)
from remit.people.acts.roles import EndRole, GiveRole

__all__ = [
    "Acknowledge",
    "AddForce",
    "AddPerson",
    "AddTeam",
    "ChangeForce",
    "ChangeLists",
    "ChangePerson",
    "EndRole",
    "GiveRole",
    "GiveStandingPermission",
    "ReadPerson",
    "RecordLeaving",
    "RecordMove",
    "RecordTraining",
    "RegisterDevice",
    "SetDutyState",
    "SetPassword",
]
