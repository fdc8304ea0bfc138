"""If these fail, an approver is not asked what the policy asks of approvers, or cannot say what only they have seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from remit.acts.models import Notice, Proposal, Say
from remit.ledger.models import Entry
from remit.posts.models import Post, SettledSignal
from tests.posts.conftest import World
from tests.posts.test_pages import signed_in

pytestmark = pytest.mark.usefixtures("real_time")

CHILD = "WANTED: this child was seen at the bridge. Call us on 101."
WANTED = "WANTED: have you seen this man? Call us on 101."


@pytest.fixture
def adviser(world: World) -> Client:
    return signed_in(world.adviser)


def asked(world: World, text: str = CHILD) -> Say:
    world.submit(world.draft(text))
    return Say.objects.filter(state="asked").latest("pk")


def answer(client: Client, say: Say, **said: Any) -> Any:
    return client.post(f"/approvals/{say.pk}/", {"revision": say.proposal.revision, **said})


def test_what_is_asked_whatever_the_answer_is_said_before_anybody_types(world: World, adviser: Client) -> None:
    """Otherwise an approver would learn of the reason that is wanted only from an error."""
    page = adviser.get(f"/approvals/{asked(world).pk}/").content.decode()
    assert "Your policy wants one for every answer (HB-8a). Say what you weighed." in page
    assert "Has the family agreed?" not in page, "asked of a yes alone"


def test_an_approver_is_asked_and_what_they_typed_stays(world: World, adviser: Client) -> None:
    """Otherwise the rules of a policy about answers would do nothing, or a sent form come back empty."""
    say = asked(world)
    none = answer(adviser, say, answer="approve")
    page = none.content.decode()
    assert none.status_code == 422
    assert "Whoever decides about a child says why (HB-8a). Say what you weighed.</a>" in page
    assert (
        '<a href="#release-family_agreed-yes">Has the family agreed? Answer this question.</a>'.replace("_", "-")
        in page
    )
    assert "I am not sure" not in page
    assert "Your policy wants one for every answer" in page
    half = answer(adviser, say, answer="approve", reason="It helps to find her.", shown="release.family_agreed")
    page = half.content.decode()
    assert half.status_code == 422
    assert "It helps to find her." in page
    assert "Answer this question." in page
    assert "says why (HB-8a). Say what you weighed.</a>" not in page
    say.refresh_from_db()
    assert (say.state, Proposal.objects.filter(act="say.answered").count()) == ("asked", 0)
    done = answer(adviser, say, answer="approve", reason="It helps.", **{"answer.release.family_agreed": "yes"})
    assert done.status_code == 302
    say.refresh_from_db()
    assert say.given_in is not None
    assert say.given_in.answers == {"release.family_agreed": True}
    shown = adviser.get(f"/approvals/{say.pk}/").content.decode()
    assert "Has the family agreed?" in shown, "what the approver was asked is read beside the answer"


def test_an_answer_that_the_policy_does_not_take_leaves_nothing(world: World, adviser: Client) -> None:
    """Otherwise a post could go out on an approval that the policy forbids."""
    say, entries = asked(world), Entry.objects.count()
    no = answer(adviser, say, answer="approve", reason="It helps.", **{"answer.release.family_agreed": "no"})
    page = no.content.decode()
    assert no.status_code == 422
    assert "Nothing of a child against the family&#x27;s wish (HB-8a). Refuse it or give it back." in page
    assert "It helps." in page
    assert Entry.objects.count() == entries
    assert Proposal.objects.get(act="posts.publish").state == "open"
    assert answer(adviser, say, answer="refuse", reason="The family does not want it.").status_code == 302


def test_where_the_policy_asks_nothing_a_yes_is_one_press(world: World, adviser: Client) -> None:
    """Otherwise every approval of every force would become more work for a rule of one."""
    say = asked(world, WANTED)
    page = adviser.get(f"/approvals/{say.pk}/").content.decode()
    assert "Needed unless you approve. The author reads it." in page
    assert answer(adviser, say, answer="approve").status_code == 302


def raised(client: Client, say: Say, *concerns: str, note: str = "Her mother does not know.") -> Any:
    return client.post(f"/approvals/{say.pk}/concerns", {"concern": [f"concern.{c}" for c in concerns], "note": note})


def test_an_approver_raises_a_concern_without_giving_the_post_back(world: World, adviser: Client) -> None:
    """Otherwise the only way to say what a post shows would be to return it, or to let it go."""
    sio = world.person("DCI 5501", ["senior-investigating-officer"])
    say = asked(world, WANTED)
    assert "Say what else it shows" in adviser.get(f"/approvals/{say.pk}/").content.decode()
    assert "next of kin" in adviser.get(f"/approvals/{say.pk}/concerns").content.decode()
    assert raised(adviser, say, "next_of_kin")["Location"] == f"/approvals/{say.pk}/"
    page = adviser.get(f"/approvals/{say.pk}/").content.decode()
    assert "New: News of a death (HB-9a)." in page
    assert "Authority for news of a death: Senior Investigating Officer." in page
    proposal = Proposal.objects.get(act="posts.publish")
    assert proposal.settled == {"concern.next_of_kin": True}
    assert proposal.facts["concern.next_of_kin"] is True
    assert {row.key for row in proposal.says.filter(state="asked")} == {"release", "authority"}
    (case,) = SettledSignal.objects.all()
    assert (case.concern, case.raised, case.settled, case.note) == (
        "next_of_kin",
        False,
        True,
        "Her mother does not know.",
    )
    assert "Her mother does not know." in Notice.objects.get(person=world.author).text
    assert Entry.objects.filter(action="concern.raised").count() == 1
    assert answer(adviser, say, answer="approve").status_code == 302
    own = proposal.says.get(key="authority")
    assert answer(signed_in(sio), own, answer="approve").status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "applied"


def test_a_concern_that_the_policy_does_not_allow_refuses_it_and_its_author_may_change_it(
    world: World, adviser: Client
) -> None:
    """Otherwise nobody would learn what became of it, or a changed post would be refused for what it no longer says."""
    say = asked(world, WANTED)
    assert raised(adviser, say, "political", note="He is a candidate.")["Location"] == "/approvals/"
    told = adviser.get("/approvals/").content.decode()
    assert "The policy does not allow it with that: Nothing political (HB-3a)." in told
    proposal = Proposal.objects.get(act="posts.publish")
    assert proposal.state == "refused"
    notice = Notice.objects.get(person=world.author).text
    assert "He is a candidate. The policy does not allow it with that." in notice
    (again,) = world.submit(world.save(Post.objects.get(), text=f"{WANTED} He is 40."))
    assert (again.state, again.settled) == ("open", {})


def test_what_to_raise_and_why_is_asked_and_only_of_whoever_is_asked(world: World, adviser: Client) -> None:
    """Otherwise an author would read of a concern without a word of explanation, or anybody could stop a post."""
    say = asked(world, WANTED)
    empty = raised(adviser, say, note="")
    assert empty.status_code == 422
    for words in ("Tick what it shows.", "Say what you saw: the author has only that to go by."):
        assert words in empty.content.decode()
    assert raised(signed_in(world.author), say, "next_of_kin").status_code == 404
    assert raised(signed_in(world.other), say, "next_of_kin").status_code == 404
    assert raised(adviser, say, "language_quality").status_code == 422, "no rule turns on it"
    assert Proposal.objects.get(act="posts.publish").settled == {}


def test_an_answer_that_runs_out_is_confirmed_on_the_list_of_approvals(world: World, adviser: Client) -> None:
    """Otherwise it would run out however ready its giver is, who would never learn of it."""
    world.submit(world.draft("Join us at the gala, in memory of a colleague."))
    say = Say.objects.get(key="proof")
    assert answer(adviser, say, answer="approve", reason="It reads well.").status_code == 302
    page = adviser.get("/approvals/").content.decode()
    assert "These answers of yours run out." in page
    assert f'action="/approvals/{say.pk}/confirm"' in page
    assert "unless you confirm it before then" in adviser.get(f"/approvals/{say.pk}/").content.decode()
    done = adviser.post(f"/approvals/{say.pk}/confirm", follow=True).content.decode()
    assert "You have confirmed your answer. It now counts until" in done
    assert signed_in(world.author).post(f"/approvals/{say.pk}/confirm").status_code == 404
    assert Entry.objects.filter(action="say.confirmed").count() == 1
