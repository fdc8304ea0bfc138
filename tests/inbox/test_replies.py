"""If these fail, somebody in danger is told to wait, or an answer goes out twice, unapproved, or against the policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from remit.acts import door
from remit.acts.models import Duty, Proposal
from remit.inbox.acts import SortMessage
from remit.inbox.facts import answered_on
from remit.inbox.models import Message
from remit.inbox.reading import bring_in
from remit.inbox.replies import ReplyToMessage
from remit.platforms.practice import network
from remit.platforms.practice.models import PracticePost
from remit.posts import claims, publishing
from remit.posts.acts import WithdrawPost
from remit.posts.models import Post, Publication
from remit.posts.standing import readable_posts, visible_posts
from tests.inbox.conftest import World

Worlds = Callable[..., World]
ON_DUTY = {"actor.duty_state": "on_duty", "incident.managed_by": "none"}


def sorted_as(here: World, message: Message, kind: str, emergency: bool = False) -> Message:
    """The message after somebody has said what it is."""
    answers = {"message.kind": kind, "message.emergency": emergency}
    door.propose(SortMessage(message.pk, answers), here.author, here.clock())
    return Message.objects.get(pk=message.pk)


def answer(here: World, message: Message, text: str, **more: Any) -> Proposal:
    act = ReplyToMessage.of(message, text, here.author.devices.get().pk)
    return door.propose(act, here.author, here.clock(), answers={**ON_DUTY, **more})


@pytest.mark.parametrize("slug", ["cleveland", "essex", "norfolk", "surrey", "wiltshire"])
def test_an_ordinary_question_is_answered_at_once_below_it(world: Worlds, slug: str) -> None:
    here = world(slug)
    message = sorted_as(here, here.written("What time does the stall open on Saturday?"), "question")
    made = answer(here, message, "It opens at 10am on the market square.")
    assert made.state == Proposal.State.APPLIED, made.decision
    for _ in range(3):
        publishing.work(here.clock)
    post = PracticePost.objects.get()
    assert (post.text, post.answers.number) == ("It opens at 10am on the market square.", message.remote_id)
    assert answered_on(message) == here.clock().date()
    page = here.client(here.author).get(f"/inbox/{message.pk}/").content.decode()
    assert "It opens at 10am" in page
    assert "It went out on" in page


def test_an_interview_is_answered_once_the_news_team_has_said_who_answers(world: Worlds) -> None:
    """Whoever writes to the reporter would wait for an answer that nobody was asked for."""
    here = world("norfolk")
    message = sorted_as(here, here.written("Can we interview you about the market?"), "interview_request")
    made = answer(here, message, "The district inspector will ring you.")
    say = made.says.get()
    sent = {"answer": "approve", "reason": "", "revision": made.revision}
    page = here.client(here.head).post(f"/approvals/{say.pk}/", sent)
    assert (page.status_code, "Who has been chosen to answer?" in page.content.decode()) == (422, True)
    chosen = {"message.spokesperson": "The district inspector"}
    door.answer_say(say, here.head, "approve", "", here.clock(), seen_revision=made.revision, answers=chosen)
    made.refresh_from_db()
    assert made.state == Proposal.State.APPLIED


def test_an_answer_to_a_direct_message_is_for_its_writer_alone(world: Worlds) -> None:
    here = world()
    message = sorted_as(here, here.written("Between us: who do I ask?", "direct"), "question")
    assert answer(here, message, "Ask at the front counter.").state == Proposal.State.APPLIED
    publishing.work(here.clock)
    assert PracticePost.objects.get().answers.number == message.remote_id
    public = here.client(here.author).get(f"/practice/{here.account.handle}/").content.decode()
    assert "Ask at the front counter." not in public
    post = Post.objects.get()
    assert post.private
    assert not visible_posts(post.author).exists(), "it is on no list of posts"
    assert readable_posts(post.author).get() == post


@pytest.mark.parametrize("point", ["claimed", "intent written", "about to call", "answered", "remote id kept"])
def test_a_worker_that_is_killed_never_answers_twice(
    world: Worlds, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replies go by the machinery of posts: wherever it stops, the answer is there once in the end."""
    here = world()
    message = sorted_as(here, here.written("What time does the stall open?"), "question")
    answer(here, message, "It opens at 10am.")

    class Killed(BaseException):
        pass

    def stop(at: str) -> None:
        if at == point:
            raise Killed

    monkeypatch.setattr(claims, "reached", stop)
    with pytest.raises(Killed):
        publishing.work(here.clock)
    monkeypatch.setattr(claims, "reached", lambda at: None)
    for _ in range(8):
        here.clock.now += 2 * claims.LEASE
        publishing.work(here.clock)
    publication = Publication.objects.get()
    assert PracticePost.objects.count() == (1 if publication.state == "sent" else 0)
    assert publication.state in ("sent", "failed", "missed")


def test_a_reply_taken_back_is_no_draft_that_could_go_out_as_a_post(world: Worlds) -> None:
    here = world()
    message = sorted_as(here, here.written("What time does the stall open?"), "question")
    answer(here, message, "It opens at 10am.")
    post = Publication.objects.get().target.post
    door.propose(WithdrawPost(post.pk), here.author, here.clock())
    publishing.work(here.clock)
    assert not PracticePost.objects.exists()
    post.refresh_from_db()
    assert post.discarded_at is not None
    shown = here.client(here.author).get(f"/posts/{post.pk}/").content.decode()
    assert f"/inbox/{message.pk}/" in shown
    assert f"/posts/{post.pk}/edit" not in shown


def test_what_was_entered_by_hand_is_answered_by_hand(world: Worlds) -> None:
    here = world()
    message = sorted_as(here, here.written("When do you open?"), "question")
    Message.objects.update(remote_id="")
    message.refresh_from_db()
    assert answer(here, message, "At 10am.").state == Proposal.State.APPLIED
    assert not Publication.objects.exists()
    owed = Duty.objects.get(rule="inbox.answer-by-hand")
    assert "At 10am." in owed.do
    door.complete_duty(owed, here.author, here.clock(), "")
    assert answered_on(message) == here.clock().date()


def test_the_page_offers_the_words_that_the_policy_demands(world: Worlds) -> None:
    here = world("wiltshire", "facebook")
    message = sorted_as(here, here.written("My bike was stolen."), "crime_report")
    client, page = here.client(here.author), f"/inbox/{message.pk}/reply"
    shown = client.get(page).content.decode()
    assert "Call 101 in a non-emergency or 999 in an emergency." in shown
    bare = client.post(page, {"text": "Sorry to hear that.", "device": here.author.devices.get().pk}).content.decode()
    assert "WI-accounts.15b" in bare
    ready = ["no-crime-reports-here", "call-101-or-999", "not-watched-all-hours", "messenger-not-secure"]
    typed = {"text": "Sorry to hear that.", "ready": ready, "device": here.author.devices.get().pk}
    checked = client.post(page, typed).content.decode()
    assert "Nothing stands in the way" in checked
    client.post(page, typed | {"go": "send"})
    publishing.work(timezone.now)
    assert PracticePost.objects.get().text.startswith("Sorry to hear that.\nReports of crime")


def test_cleveland_asks_for_999_first_and_offers_words_that_are_right(world: Worlds) -> None:
    here = world("cleveland")
    message = sorted_as(here, here.written("He is breaking in right now, hurry"), "crime_report", emergency=True)
    refused = answer(here, message, "Call 101, or 999 in an emergency.")
    assert {f["rule"] for f in refused.decision["findings"] if f["verdict"] == "fired" and f["effect"] == "refuse"} == {
        "CL-3.1.5bd-first"
    }
    client, page = here.client(here.author), f"/inbox/{message.pk}/reply"
    typed = {"text": "", "ready": ["call-999", "report-crime"], "device": here.author.devices.get().pk}
    assert "Nothing stands in the way" in client.post(page, typed).content.decode()


def test_an_answer_that_needs_a_say_waits_for_it_and_shows_what_it_answers(world: Worlds) -> None:
    """Otherwise whoever decides would have to guess what was asked, or the answer would go out without them."""
    here = world("essex")
    message = sorted_as(here, here.written("When do you open?"), "question")
    waits = answer(here, message, "You are a useless idiot.")
    assert waits.state == Proposal.State.OPEN
    publishing.work(here.clock)
    assert not PracticePost.objects.exists()
    decider = here.person("Officer 8133", [], "media-department")
    say = waits.says.get()
    shown = here.client(decider).get(f"/approvals/{say.pk}/").content.decode()
    assert "When do you open?" in shown
    assert "You are a useless idiot." in shown
    assert "An answer by PC 4417 waits" in here.client(here.author).get(f"/inbox/{message.pk}/").content.decode()
    door.answer_say(say, decider, "approve", "It was meant in fun.", here.clock(), seen_revision=waits.revision)
    publishing.work(here.clock)
    assert PracticePost.objects.get().text == "You are a useless idiot."


def test_norfolk_whoever_posted_answers_the_media_and_has_then_done_it(world: Worlds) -> None:
    here = world("norfolk")
    asked = sorted_as(here, here.written("What time do you open?"), "question")
    answer(here, asked, "At 10am on Saturday.")
    publishing.work(here.clock)
    post = PracticePost.objects.get()
    network.write(here.account.handle, "newsdesk", "I'm a reporter. Why so late?", "comment", here.clock(), post.number)
    (enquiry,) = bring_in(here.account, here.clock())
    assert enquiry.publication == Publication.objects.get(remote_id=post.number)
    known = {"message.kind": "media_enquiry", "message.emergency": False}
    known |= {"incident.managed_by": "none", "incident.live": False, "incident.major": False}
    door.propose(SortMessage(enquiry.pk, known), here.head, here.clock())
    owed = Duty.objects.get(subject=f"inbox.message:{enquiry.pk}")
    assert (owed.clauses, owed.owner, owed.state) == (["NS-6.10a"], here.author, "due")
    made = answer(here, Message.objects.get(pk=enquiry.pk), "The hall is only free from 10am.")
    assert made.state == Proposal.State.APPLIED, made.decision
    publishing.work(here.clock)
    door.sweep(here.clock())
    owed.refresh_from_db()
    assert owed.state == "done"
