"""What is read in messages from outside. If these fail, somebody in danger waits, or every quarrel is an emergency."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.policy.vocabulary_loading import load_vocabulary
from remit.signals.messages import read_message
from remit.signals.phrases import table

VOCABULARY = load_vocabulary(Path(__file__).parents[2] / "packs")

DANGER = [
    "My son says he is going to kill himself and he is on the bridge",
    "help me please he has a gun",
    "I can't go on like this any more. Say goodbye to everyone.",
    "She has taken an overdose, what do I do",
    "There's a man with a machete outside the school",
    "My neighbour is being attacked, send police now",
    "My daughter hasn't come home and she is only nine, she is missing",
    "he's threatening to stab my mum",
    "The house is on fire and someone is inside",
    "I'm locked in the bathroom, he is smashing the door",
    "Our grandad has collapsed and is not responding",
    "Angen help nawr, mae ganddo fo gyllell",
]
NO_DANGER = [
    "What time does the knife amnesty open?",
    "This road is a killer, when will you fix the lights?",
    "Great work on suicide prevention week!",
    "The fire station open day was brilliant",
    "Can you help me find the form for lost property?",
    "He hit a brilliant six at the charity match",
    "I am dying to know who won the raffle",
    "My bike was stolen last night",
    "Your officers were so rude to me",
    "Who do I call about a noisy neighbour?",
]
KINDS = [
    ("My car was broken into overnight, I would like to report it", "crime_report"),
    ("Somebody stole my bike from outside the library", "crime_report"),
    ("How do I report a theft?", "crime_report"),
    ("We were burgled on Tuesday", "crime_report"),
    ("Mae rhywun wedi dwyn fy meic", "crime_report"),
    ("A lad on Mill Lane is selling drugs from number 4", "intelligence"),
    ("I know who did it, the one in your appeal", "intelligence"),
    ("I want to make a complaint about how I was treated", "complaint"),
    ("Hi, I'm a reporter at the Chronicle, could you confirm the arrest?", "media_enquiry"),
    ("Would the inspector be available for an interview on our podcast?", "interview_request"),
    ("This is a freedom of information request about body worn video", "information_request"),
    ("You have used my photo without permission, I own the copyright", "copyright_claim"),
    ("You're all useless pigs", "abuse"),
    ("I know where you live, watch your back", "targeting"),
    ("Why don't you ever do anything about the speeding here?", "challenge"),
    ("Thank you to the two officers who helped mum", "thanks"),
    ("What time does the stall open on Saturday?", "question"),
    ("Pryd mae'r stondin yn agor ddydd Sadwrn?", "question"),
    ("Please add me as a friend, I sent a friend request", "friend_request"),
]


@pytest.mark.parametrize("text", DANGER)
def test_danger_is_seen(text: str) -> None:
    assert read_message(text).facts().get("concern.danger"), text


@pytest.mark.parametrize("text", NO_DANGER)
def test_what_only_sounds_like_danger_is_left_alone(text: str) -> None:
    """A control room that is told of every road and raffle stops reading what it is told."""
    assert not read_message(text).facts().get("concern.danger"), text


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_what_kind_it_seems_to_be(text: str, kind: str) -> None:
    assert read_message(text).facts().get("message.kind") == kind


def test_every_row_speaks_of_what_the_policies_know() -> None:
    """A row that names no fact or value of the vocabulary would be dropped at the door."""
    for row in table("messages").rows:
        if row.concern:
            assert "signal" in VOCABULARY.concerns[row.concern].raised_by, row.kind
        elif row.fact == "message.kind":
            assert row.value in VOCABULARY.facts["message.kind"].values, row.kind
        else:
            assert (row.fact, row.value) == ("message.emergency", True), row.kind


@pytest.mark.parametrize("text", ["", "\x00", "a" * 300_000, "kill " * 40_000, "😀" * 5_000, "?" * 50_000])
def test_any_text_is_read(text: str) -> None:
    """Otherwise one odd message stops all others from coming in."""
    read_message(text)
