"""The acts of this room: importing them registers them."""

from remit.conduct.acts.adding import AddToReport
from remit.conduct.acts.cases import AssessCase, ReadCase
from remit.conduct.acts.declarations import DeclareAssociation, DoneReminder, KeepReminder
from remit.conduct.acts.interests import BeginInterest, DecideInterest, DeclareInterest
from remit.conduct.acts.reports import LoseDevice, ReportBreach

__all__ = [
    "AddToReport",
    "AssessCase",
    "BeginInterest",
    "DecideInterest",
    "DeclareAssociation",
    "DeclareInterest",
    "DoneReminder",
    "KeepReminder",
    "LoseDevice",
    "ReadCase",
    "ReportBreach",
]
