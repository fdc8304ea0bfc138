"""If these fail, somebody is silenced without ground or trace, or abuse stays up, or a block lasts for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from remit.acts import door, outbox
from remit.acts.models import Duty, Notice, Proposal
from remit.inbox.acts import SortMessage
from remit.inbox.lists import tasks
from remit.inbox.measures import KeepMeasure, LiftMeasure, TakeMeasure
from remit.inbox.models import Measure, Message
from remit.ledger.models import Entry
from remit.platforms.practice import network
from remit.platforms.practice.models import PracticeMessage
from remit.platforms.protocol import Refused
from tests.inbox.conftest import World

Worlds = Callable[..., World]
ABUSE = "You are all useless pigs."


def abusive(here: World, kind: str = "abuse") -> Message:
    message = here.written(ABUSE)
    answers = {"message.kind": kind, "message.emergency": False}
    door.propose(SortMessage(message.pk, answers), here.author, here.clock())
    return Message.objects.get(pk=message.pk)


def measure(here: World, message: Message, action: str, **answers: Any) -> Proposal:
    review = (here.clock() + timedelta(days=90)).date().isoformat()
    act = TakeMeasure(message.pk, action, "It abuses staff.", review, here.author.devices.get().pk)
    made = door.propose(act, here.author, here.clock(), answers={"actor.duty_state": "on_duty", **answers})
    outbox.run_due(here.clock())
    return made


def asked(made: Proposal) -> set[str]:
    return {ask["fact"] for ask in made.decision["ask"]}


def test_cleveland_hides_on_a_named_ground_with_the_copy_kept_first(world: Worlds) -> None:
    here = world("cleveland")
    message = abusive(here)
    assert asked(measure(here, message, "hide")) == {"block.basis"}
    Proposal.objects.filter(act="inbox.block").update(state="withdrawn")
    refused = measure(here, message, "hide", **{"block.basis": "criticism"})
    assert refused.state == "refused"
    assert {f["rule"] for f in refused.decision["findings"] if f["verdict"] == "fired"} >= {"CL-3.1.5v-criticism"}
    assert measure(here, message, "hide", **{"block.basis": "abuse"}).state == "applied"
    assert Measure.objects.get().state == "done"
    assert PracticeMessage.objects.get().hidden_at is not None
    public = here.client(here.author).get(f"/practice/{here.account.handle}/").content.decode()
    assert ABUSE not in public
    kept = here.client(here.author).get(f"/inbox/{message.pk}/").content.decode()
    assert ABUSE in kept.replace("<mark>", "").replace("</mark>", "")
    assert Entry.objects.filter(action="inbox.settle-measure").count() == 1


def test_wiltshire_consults_before_a_block_and_decides_on_a_removal(world: Worlds) -> None:
    here = world("wiltshire")
    message = abusive(here)
    known = {"block.urgent": False, "block.protects": "other_users"}
    waits = measure(here, message, "block", **known)
    assert [say.clauses for say in waits.says.all()] == [["WI-accounts.26"]]
    assert not Measure.objects.exists()
    say = waits.says.get()
    cce = here.person("Officer 8133", [], "corporate-communications")
    door.answer_say(say, cce, "supports", "Right.", here.clock())
    outbox.run_due(here.clock())
    assert Measure.objects.get().state == "done"
    with pytest.raises(Refused):
        network.write(here.account.handle, "ana_writes", "Again!", "comment", here.clock())


def test_wiltshire_blocks_urgent_abuse_at_once_and_tells(world: Worlds) -> None:
    here = world("wiltshire")
    made = measure(here, abusive(here), "block", **{"block.urgent": True, "block.protects": "other_users"})
    assert made.state == "applied"
    assert Notice.objects.filter(rule="WI-accounts.26", who="cce").exists()


def test_surrey_warns_before_a_challenge_is_hidden_and_tells_communications(world: Worlds) -> None:
    here = world("surrey")
    message = abusive(here, "challenge")
    made = measure(here, message, "hide", **{"block.basis": "inappropriate"})
    assert made.state == "applied"
    assert "SS-6.5k" in {f["rule"] for f in made.decision["findings"] if f["verdict"] == "fired"}
    assert Notice.objects.filter(rule="SS-6.5k", who="corporate-communications").exists()
    assert {offer["act"] for offer in made.decision["offers"]} == {"message.reply"}


@pytest.mark.parametrize("slug", ["essex", "norfolk"])
def test_where_the_policy_is_silent_a_person_decides_with_a_reason(world: Worlds, slug: str) -> None:
    here = world(slug)
    assert measure(here, abusive(here), "mute").state == "applied"
    assert Measure.objects.get().reason == "It abuses staff."


def test_a_measure_is_looked_at_again_and_lifted(world: Worlds) -> None:
    """Otherwise somebody who was rude once is shut out for ever."""
    here = world("cleveland")
    measure(here, abusive(here), "block", **{"block.basis": "abuse"})
    put_on = Measure.objects.get()
    later = here.clock() + timedelta(days=91)
    assert [task.title for task in tasks(here.author, later) if task.due == put_on.review_on]
    day = (later + timedelta(days=30)).date().isoformat()
    door.propose(KeepMeasure(put_on.pk, "He goes on elsewhere.", day), here.author, later)
    assert not [task for task in tasks(here.author, later) if task.title.startswith("Look again")]
    made = door.propose(LiftMeasure(put_on.pk, "He has said sorry.", here.author.devices.get().pk), here.author, later)
    assert made.state == "applied", made.decision
    outbox.run_due(later)
    put_on.refresh_from_db()
    assert put_on.state == "lifted"
    assert network.write(here.account.handle, "ana_writes", "Sorry.", "comment", later)


def test_what_the_network_cannot_do_becomes_somebodys_task(world: Worlds) -> None:
    here = world("essex")
    message = abusive(here)
    PracticeMessage.objects.all().delete()
    measure(here, message, "hide")
    assert Measure.objects.get().state == "by_hand"
    owed = Duty.objects.get(rule="inbox.moderate-by-hand-hide")
    assert owed.owner == here.author
    assert "by hand" in here.client(here.author).get(f"/inbox/{message.pk}/").content.decode()


def test_hiding_in_the_browser(world: Worlds) -> None:
    here = world("cleveland")
    message = abusive(here)
    client, page = here.client(here.author), f"/inbox/{message.pk}/block"
    assert "It is kept here as evidence" in client.get(page).content.decode()
    typed = {
        "action": "hide",
        "reason": "Abuse.",
        "review_on_0": "1",
        "review_on_1": "3",
        "review_on_2": "2027",
        "device": here.author.devices.get().pk,
    }
    assert "On which ground" in client.post(page, typed).content.decode()
    typed |= {"answer.block.basis": "abuse"}
    assert "Nothing stands in the way" in client.post(page, typed).content.decode()
    client.post(page, typed | {"go": "send"})
    put_on = Measure.objects.get()
    listed = client.get("/inbox/measures/").content.decode()
    assert "Hide it: @ana_writes" in listed
    assert "1 March 2027" in listed
    assert client.get(f"/inbox/measures/{put_on.pk}/review").status_code == 200
    assert "Show it again" in client.get(f"/inbox/measures/{put_on.pk}/lift").content.decode()
