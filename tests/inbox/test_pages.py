"""If these fail, a message that somebody saw cannot be entered, sorted, passed on or closed in the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remit.acts.models import Referral
from remit.inbox.models import Message
from tests.inbox.conftest import World

Worlds = Callable[..., World]


def entered(here: World, text: str, **answers: str) -> Any:
    """What the browser sends when somebody has filled in everything and presses the last button."""
    return {
        "account": here.account.pk,
        "channel": "comment",
        "author": "@ana_writes",
        "text": text,
        "received_at_0": "21",
        "received_at_1": "11",
        "received_at_2": "2026",
        "received_at_3": "11:30",
        "url": "",
        **{f"answer.{name}": value for name, value in answers.items()},
    }


def test_a_message_is_entered_by_hand_one_question_a_page(world: Worlds) -> None:
    here = world("cleveland")
    client = here.client(here.person("PC 1111", []))
    assert "To which account" in client.get("/inbox/enter").content.decode()
    typed = entered(here, "My bike was stolen.")
    assert "What kind of message is it?" in client.post("/inbox/enter", typed).content.decode()
    typed |= {"answer.message.kind": "crime_report"}
    assert "Does the message describe an emergency?" in client.post("/inbox/enter", typed).content.decode()
    typed |= {"answer.message.emergency": "no"}
    assert "Check before you send" in client.post("/inbox/enter", typed).content.decode()
    answer = client.post("/inbox/enter", typed | {"go": "send"}, follow=True)
    message = Message.objects.get()
    assert answer.redirect_chain[-1][0] == f"/inbox/{message.pk}/"
    assert (message.kind, message.urgent, message.sorted_by) == ("crime_report", False, message.entered_by)
    assert "My bike was stolen." in answer.content.decode()


def test_what_came_in_is_sorted_passed_on_and_closed(world: Worlds) -> None:
    here = world("wiltshire")
    message = here.written("There is something you ought to know about number 4.")
    client = here.client(here.author)
    page = f"/inbox/{message.pk}/"
    assert "Say what it is" in client.get(page).content.decode()
    assert "1 message needs somebody" in client.get("/inbox/").content.decode()
    assert "What kind of message is it?" in client.get(f"{page}sort").content.decode()
    typed = {"answer.message.kind": "intelligence", "answer.message.emergency": "no"}
    assert "Check before you send" in client.post(f"{page}sort", typed).content.decode()
    shown = client.post(f"{page}sort", typed | {"go": "send"}, follow=True).content.decode()
    assert "Put the intelligence on Niche" in shown
    assert "Ask the Intelligence Unit" in shown
    assert f"{page}pass-on?to=intelligence-unit" in shown
    offered = client.get(f"{page}pass-on?to=intelligence-unit").content.decode()
    assert 'value="intelligence-unit" checked' in offered
    client.post(f"{page}pass-on", {"to": "intelligence-unit", "reason": "Please grade it."})
    passed = Referral.objects.get(rule="inbox.pass-on")
    assert (passed.to_who, passed.reason) == ("intelligence-unit", "Please grade it.")
    unit = here.person("DC 2222", [], "intelligence-unit")
    assert here.client(unit).get(page).status_code == 200, "whoever it is passed to can read it"
    assert "waits" in client.post(f"{page}close", {"outcome": "Passed on."}, follow=True).content.decode()
    message.refresh_from_db()
    assert message.state == "open", "nothing closes over what must still be done"


def test_what_remit_reads_is_confirmed_with_one_press(world: Worlds) -> None:
    here = world("cleveland")
    message = here.written("My car was broken into overnight.")
    client, page = here.client(here.author), f"/inbox/{message.pk}/"
    assert "Yes, it is that" in client.get(page).content.decode()
    asked = client.post(f"{page}sort", {"answer.message.kind": "crime_report"}).content.decode()
    assert "Does the message describe an emergency?" in asked
    assert 'name="answer.message.kind" value="crime_report"' in asked


def test_closing_says_what_came_of_it_and_it_can_be_opened_again(world: Worlds) -> None:
    here = world("cleveland")
    message = here.written("Thanks, great work!")
    client = here.client(here.author)
    page = f"/inbox/{message.pk}/"
    assert client.post(f"{page}close", {"outcome": ""}).status_code == 422
    assert "Closed." in client.post(f"{page}close", {"outcome": "Nothing to do."}, follow=True).content.decode()
    assert "great work" not in client.get("/inbox/").content.decode()
    assert "great work" in client.get("/inbox/?state=closed").content.decode()
    client.post(f"{page}reopen")
    message.refresh_from_db()
    assert (message.state, message.taken_by) == ("open", here.author)
    assert "great work" in client.get("/inbox/?mine=1").content.decode()
    assert "great work" not in client.get("/inbox/?kind=complaint").content.decode()


def test_a_visitor_writes_on_the_practice_network(world: Worlds) -> None:
    here = world("cleveland")
    visitor = here.client(here.author)
    visitor.logout()
    page = f"/practice/{here.account.handle}/"
    assert "write only what you have made up" in visitor.get(page).content.decode()
    said = visitor.post(f"{page}send", {"author": "bo", "text": "Is the road open?", "channel": "mention"}, follow=True)
    assert "Is the road open?" in said.content.decode()
    visitor.post(f"{page}send", {"author": "bo", "text": "Between us.", "channel": "direct"})
    assert "Between us." not in visitor.get(page).content.decode()
