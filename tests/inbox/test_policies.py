"""If these fail, a force's own policy on what comes in is not what happens: nobody told, nothing owed, or too much.

What is expected is read from each policy's text: who is told, what is owed by whom and when, and the clause cited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from remit.acts import door
from remit.acts.models import Duty, Notice, Referral
from remit.inbox.acts import SortMessage
from remit.inbox.models import Message
from remit.ledger import history
from tests.inbox.conftest import World

Worlds = Callable[..., World]

EMERGENCY = "Please hurry, he has a knife and says he is going to kill me. We are hiding in the bathroom."
CRIME = "My car was broken into overnight, I would like to report it."
ABUSE = "You are all useless pigs."
COMPLAINT = "I want to make a complaint. The officer at the desk was so rude to my father."
QUESTION = "What time does the bike marking stall open on Saturday?"
PRESS = "I'm a reporter with the Chronicle. Could you confirm the arrest before our deadline?"
INTELLIGENCE = "There is a lad dealing drugs from the flats behind the bakery."


@dataclass(frozen=True)
class Follows:
    """What follows: who is told or given it, what is owed (clause, late), what is offered, and every clause cited."""

    told: frozenset[str] = field(default_factory=frozenset)
    passed: frozenset[str] = field(default_factory=frozenset)
    owed: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    offered: frozenset[str] = field(default_factory=frozenset)
    registers: frozenset[str] = field(default_factory=frozenset)
    clauses: frozenset[str] = field(default_factory=frozenset)


def follows(**said: set[str] | set[tuple[str, str]]) -> Follows:
    return Follows(**{name: frozenset(value) for name, value in said.items()})  # type: ignore[arg-type]


NOTHING = Follows()
#: Cleveland: whoever reports a crime is pointed to 101, online reporting and 999.
POINTED = {("CL-3.1.5bc", "open"), ("CL-3.1.5bd", "open")}
CASES = [
    # Cleveland 386: 999 first and the control room told; complaints to the Directorate; the media to Communications
    ("cleveland", EMERGENCY, "crime_report", True,
     follows(told={"control-room"}, owed=POINTED, clauses={"CL-3.1.5bc", "CL-3.1.5bd"})),
    ("cleveland", CRIME, "crime_report", False,
     follows(owed=POINTED, clauses={"CL-3.1.5bc", "CL-3.1.5bd"})),
    ("cleveland", ABUSE, "abuse", False, NOTHING),
    ("cleveland", COMPLAINT, "complaint", False,
     follows(passed={"directorate-of-standards"}, owed={("CL-3.1.6a", "open"), ("CL-3.1.6d", "open")},
             clauses={"CL-3.1.6a", "CL-3.1.6c", "CL-3.1.6d"})),
    ("cleveland", QUESTION, "question", False, NOTHING),
    ("cleveland", PRESS, "media_enquiry", False,
     follows(passed={"corporate-communications"}, clauses={"CL-3.1.5at"})),
    ("cleveland", INTELLIGENCE, "intelligence", False,
     follows(told={"corporate-communications"}, owed={("CL-3.1.5au", "open")}, clauses={"CL-3.1.5au"})),
    # Essex C 3011: danger to the line manager at once; the press office helps with the media
    ("essex", EMERGENCY, "crime_report", True,
     follows(passed={"line-manager"}, owed={("EX-3.3a", "at once")}, clauses={"EX-3.3a"})),
    ("essex", CRIME, "crime_report", False, NOTHING),
    ("essex", ABUSE, "abuse", False, NOTHING),
    ("essex", COMPLAINT, "complaint", False, NOTHING),
    ("essex", QUESTION, "question", False, NOTHING),
    ("essex", PRESS, "media_enquiry", False, follows(offered={"message.ask-press-office"}, clauses={"EX-3.5h"})),
    # Norfolk and Suffolk 41: whoever posted answers the media
    ("norfolk", EMERGENCY, "crime_report", True, NOTHING),
    ("norfolk", CRIME, "crime_report", False, NOTHING),
    ("norfolk", ABUSE, "abuse", False, NOTHING),
    ("norfolk", COMPLAINT, "complaint", False, NOTHING),
    ("norfolk", QUESTION, "question", False, NOTHING),
    ("norfolk", PRESS, "interview_request", False, follows(passed={"news-team"}, clauses={"NS-6.10b"})),
    # Surrey and Sussex 1086/2021: what worries the public is counted, intelligence is on record
    ("surrey", EMERGENCY, "crime_report", True, NOTHING),
    ("surrey", CRIME, "crime_report", False, NOTHING),
    ("surrey", ABUSE, "abuse", False, NOTHING),
    ("surrey", COMPLAINT, "complaint", False, follows(registers={"public-concerns"}, clauses={"SS-6.5f"})),
    ("surrey", QUESTION, "question", False, follows(registers={"public-concerns"}, clauses={"SS-6.5f"})),
    ("surrey", INTELLIGENCE, "intelligence", False,
     follows(registers={"intelligence-messages"}, clauses={"SS-6.5e"})),
    # Wiltshire v4.0: a ready answer to crime reports; intelligence goes on Niche, with the unit's help
    ("wiltshire", EMERGENCY, "crime_report", True,
     follows(offered={"message.reply-to-crime-report"}, clauses={"WI-accounts.15a"})),
    ("wiltshire", CRIME, "crime_report", False,
     follows(offered={"message.reply-to-crime-report"}, clauses={"WI-accounts.15a"})),
    ("wiltshire", ABUSE, "abuse", False, NOTHING),
    ("wiltshire", COMPLAINT, "complaint", False, NOTHING),
    ("wiltshire", QUESTION, "question", False, NOTHING),
    ("wiltshire", INTELLIGENCE, "intelligence", False,
     follows(owed={("WI-accounts.23a", "open")}, offered={"message.ask-intelligence-unit"},
             clauses={"WI-accounts.23a", "WI-accounts.23b"})),
]  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "text", "kind", "emergency", "expected"), CASES, ids=[f"{c[0]}-{c[2]}-{c[3]}" for c in CASES]
)
def test_what_a_message_sets_going(
    world: Worlds, slug: str, text: str, kind: str, emergency: bool, expected: Follows
) -> None:
    here = world(slug)
    message = here.written(text)
    assert message.urgent == emergency, "danger is seen before anybody has sorted it"
    answers = {"message.kind": kind, "message.emergency": emergency}
    door.propose(SortMessage(message.pk, answers), here.author, here.clock())
    subject = f"inbox.message:{message.pk}"
    decision = Message.objects.get(pk=message.pk).report.decision
    owed = list(Duty.objects.filter(subject=subject))
    found = Follows(
        frozenset(Notice.objects.filter(subject=subject).values_list("who", flat=True)),
        frozenset(Referral.objects.filter(subject=subject).values_list("to_who", flat=True)),
        frozenset((clause, duty.late) for duty in owed for clause in duty.clauses),
        frozenset(offer["act"] for offer in decision["offers"]),
        frozenset(line.about["register"] for line in history(subject) if line.action == "register.noted"),
        frozenset(c for f in decision["findings"] if f["verdict"] == "fired" for c in f["clauses"]),
    )
    assert found == expected
    assert {duty.anchor for duty in owed} <= {here.clock().date()}, "what is owed runs from the day it came in"


def test_what_was_said_by_mistake_is_taken_back_with_what_followed(world: Worlds) -> None:
    """Otherwise a slip while sorting leaves somebody with a task that nobody can finish."""
    here = world("cleveland")
    message = here.written("About the officer at the desk yesterday.")
    for kind in ("complaint", "thanks"):
        answers = {"message.kind": kind, "message.emergency": False}
        door.propose(SortMessage(message.pk, answers), here.author, here.clock())
    subject = f"inbox.message:{message.pk}"
    assert not Duty.objects.filter(subject=subject, state="due").exists()
    assert not Referral.objects.filter(subject=subject, closed_at=None).exists()
    assert Duty.objects.filter(subject=subject, state="lapsed").exists()
