"""If these fail, a message is lost or comes in twice, an emergency waits, or a direct message is read without trace."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from remit.acts import door
from remit.acts.models import Duty, Notice, Referral
from remit.inbox.acts import SortMessage
from remit.inbox.models import Intake, Message
from remit.inbox.reading import bring_in, next_account
from remit.ledger.models import Entry
from remit.platforms.practice import network
from tests.inbox.conftest import World

Worlds = Callable[..., World]
HELP = "He has a knife and he is going to kill me. I am hiding in the bathroom, please hurry."


def test_reading_twice_brings_nothing_twice(world: Worlds) -> None:
    here = world()
    first = here.written("What time does the stall open on Saturday?")
    assert bring_in(here.account, here.clock()) == []
    network.write(here.account.handle, "bo", "Thanks!", "mention", here.clock())
    assert [message.text for message in bring_in(here.account, here.clock())] == ["Thanks!"]
    assert Message.objects.count() == 2
    assert (first.author, first.channel, first.kind, first.state) == ("@ana_writes", "comment", "question", "new")
    assert first.report.proposer is None
    assert Entry.objects.filter(action="inbox.receive", object=f"inbox.message:{first.pk}").count() == 1
    assert next_account(here.clock()) is None, "each network is asked once a minute"


def test_a_network_that_cannot_be_read_is_named_and_left_alone_for_a_while(world: Worlds) -> None:
    """Otherwise people would wait for messages that Remit never reads."""
    here = world()
    here.account.platform = "bluesky"
    here.account.save()
    assert bring_in(here.account, here.clock()) == []
    assert "connect" in Intake.objects.get().problem.lower()
    page = here.client(here.head).get("/inbox/").content.decode()
    assert "Not read by Remit" in page


@pytest.mark.parametrize("slug", ["cleveland", "essex"])
def test_danger_is_told_at_once_though_nobody_has_looked_yet(world: Worlds, slug: str) -> None:
    here = world(slug)
    message = here.written(HELP)
    assert message.urgent
    if slug == "cleveland":
        told = Notice.objects.get(subject=f"inbox.message:{message.pk}")
        assert (told.who, told.clauses) == ("control-room", ["CL-3.1.5bd"])
    else:
        passed = Referral.objects.get(subject=f"inbox.message:{message.pk}")
        assert (passed.to_who, passed.clauses) == ("line-manager", ["EX-3.3a"])
        owed = Duty.objects.get(subject=f"inbox.message:{message.pk}")
        assert (owed.late, owed.clauses) == ("at once", ["EX-3.3a"])
    here.written("Ordinary question, when do you open?", author="late")
    page = here.client(here.head).get("/inbox/").content.decode()
    assert page.index("He has a knife") < page.index("Ordinary question")
    assert "Somebody may be in danger" in here.client(here.head).get("/").content.decode()


def test_a_direct_message_shows_its_words_only_after_an_entry_in_the_ledger(world: Worlds) -> None:
    here = world()
    message = here.written("My neighbour is dealing drugs.", "direct")
    client = here.client(here.head)
    for address in ("/inbox/", "/search?q=neighbour", "/"):
        assert "dealing drugs" not in client.get(address).content.decode(), address
    before = Entry.objects.filter(action="inbox.read").count()
    answer = client.get(f"/inbox/{message.pk}/")
    assert "dealing drugs" in answer.content.decode()
    assert Entry.objects.filter(action="inbox.read").count() == before + 1
    assert answer["Cache-Control"] == "no-store"


def test_a_correction_of_what_it_is_keeps_what_follows_in_step(world: Worlds) -> None:
    """What Remit reads is a suggestion: a person's word counts, and what the policy then wants is there at once."""
    here = world("wiltshire")
    message = here.written("There is something you ought to know about number 4.")
    assert message.kind == ""
    door.propose(SortMessage(message.pk, {"message.kind": "intelligence", "message.emergency": False}), here.author,
                 here.clock())  # fmt: skip
    message.refresh_from_db()
    assert (message.kind, message.state, message.taken_by, message.sorted_by) == (
        "intelligence",
        "open",
        here.author,
        here.author,
    )
    owed = Duty.objects.get(subject=f"inbox.message:{message.pk}")
    assert (owed.clauses, owed.owner) == (["WI-accounts.23a"], here.author)
    door.propose(
        SortMessage(message.pk, {"message.kind": "intelligence", "message.intelligence_reference": "NICHE 12/26"}),
        here.author,
        here.clock(),
    )
    owed.refresh_from_db()
    assert owed.state == "done"


def test_only_those_whom_it_concerns_see_a_message(world: Worlds) -> None:
    here = world()
    message = here.written("Hello?")
    stranger = here.person("PC 1111", [])
    assert here.client(stranger).get(f"/inbox/{message.pk}/").status_code == 404
    assert here.client(stranger).get("/inbox/").status_code == 403
    assert "/inbox/" not in here.client(stranger).get("/").content.decode()
    assert here.client(here.control).get(f"/inbox/{message.pk}/").status_code == 200
