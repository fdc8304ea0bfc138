"""If these fail, two people or two workers who act at the same moment undo or repeat one another's work.

Real threads, each with its own connection, on the database that this run is about.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from remit import ledger
from remit.accounts.models import Stop
from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Proposal, Say
from remit.ledger.models import Entry
from remit.platforms.practice.models import PracticePost
from remit.platforms.practice.network import PracticeNetwork
from remit.posts import publishing
from remit.posts.acts import TakeDown, WithdrawPost
from remit.posts.acts.drafting import SaveDraft
from remit.posts.drafts import Draft
from remit.posts.models import Post, Publication, PublicationAttempt
from tests.posts.conftest import Clock, World

pytestmark = pytest.mark.django_db(transaction=True)
Network = Callable[..., PracticeNetwork]
WANTED = "WANTED: have you seen this man? Call us on 101."


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """Do every step in a thread of its own, all beginning together; what each gave, or the refusal it met."""
    given: list[Any] = [None] * len(steps)
    begin = threading.Barrier(len(steps))

    def run(number: int, step: Callable[[], Any]) -> None:
        try:
            begin.wait()
            given[number] = step()
        except Exception as error:
            given[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    unexpected = [each for each in given if isinstance(each, Exception) and not isinstance(each, ActRefused)]
    assert not unexpected, unexpected
    return given


def test_two_workers_send_each_post_once(world: World, network: Network, clock: Clock) -> None:
    """Everybody who follows the account would read each post twice."""
    for number in range(12):
        world.submit(world.draft(f"Road {number} closed.", accounts=2))
    at_once(*[lambda: publishing.work(clock)] * 3)
    assert sorted(PracticePost.objects.values_list("text", flat=True)) == sorted(
        f"Road {number} closed." for number in range(12) for _ in range(2)
    )
    assert set(Publication.objects.values_list("state", flat=True)) == {"sent"}
    assert PublicationAttempt.objects.count() == Entry.objects.filter(action="posts.sent").count() == 24
    assert ledger.verify().holds


def test_two_workers_that_look_for_an_answer_settle_it_once(world: World, network: Network, clock: Clock) -> None:
    """Two entries in the ledger would say that it was published twice."""
    network(faults=["no answer"], idempotent=False)
    world.submit(world.draft())
    publishing.work(clock)
    clock.forward(minutes=3)
    at_once(*[lambda: publishing.work(clock)] * 3)
    assert Publication.objects.get().state == "sent"
    assert Entry.objects.filter(action="posts.sent").count() == 1
    assert PracticePost.objects.count() == 1


def test_of_two_approvers_one_answers_and_the_other_is_told(world: World, network: Network, clock: Clock) -> None:
    """A refusal that crosses an approval must not vanish, nor the post go out on both."""
    second = world.person("Media officer 8121", ["corporate-communications"], world.communications)
    world.submit(world.draft(WANTED))
    say = Say.objects.get().pk
    answers = at_once(
        lambda: door.answer_say(Say.objects.get(pk=say), world.adviser, "approve", "", clock()),
        lambda: door.answer_say(Say.objects.get(pk=say), second, "refuse", "Not this picture.", clock()),
    )
    assert [isinstance(answer, ActRefused) for answer in answers].count(True) == 1
    publishing.work(clock)
    answered = Say.objects.get(pk=say)
    assert PracticePost.objects.count() == (1 if answered.answer == "approve" else 0)
    expected = Proposal.State.APPLIED if answered.answer == "approve" else Proposal.State.REFUSED
    assert answered.proposal.state == expected


def test_of_two_editors_one_saves_and_the_other_is_told(world: World, clock: Clock) -> None:
    """The text of whoever saved first would be gone without a word."""
    post = world.draft()

    def save(text: str) -> Callable[[], Any]:
        draft = Draft(**{**vars(Draft.of(post)), "text": text})
        return lambda: door.propose(SaveDraft(post.pk, post.revision, draft), world.author, clock())

    answers = at_once(save("Road closed at the mill."), save("Road closed at the weir."))
    refused = [isinstance(answer, ActRefused) for answer in answers]
    assert refused.count(True) == 1
    expected = "Road closed at the weir." if refused[0] else "Road closed at the mill."
    saved = Post.objects.get(pk=post.pk)
    assert (saved.text, saved.revision) == (expected, post.revision + 1)


def test_a_button_pressed_twice_publishes_once(world: World, network: Network, clock: Clock) -> None:
    """A slow page invites a second press."""
    post = world.draft()
    at_once(*[lambda: world.submit(post)] * 2)
    publishing.work(clock)
    assert PracticePost.objects.count() == Publication.objects.count() == 1


def test_a_post_taken_back_as_it_is_claimed_is_either_out_or_withdrawn(
    world: World, network: Network, clock: Clock
) -> None:
    """An author who was told "taken back" must not see it on the network a second later."""
    for _ in range(8):
        post = world.draft()
        world.submit(post)
        taken_back, _sent = at_once(
            lambda post=post: door.propose(WithdrawPost(post.pk), world.author, clock()),
            lambda: publishing.work(clock),
        )
        state = Publication.objects.get(target__post=post).state
        if isinstance(taken_back, ActRefused):
            assert state == "sent"
        else:
            assert (state, PracticePost.objects.filter(key__in=post_keys(post)).count()) in [
                ("withdrawn", 0),
                ("sent", 1),  # it was out before it was taken back, which then withdrew nothing
            ]


def test_two_take_downs_remove_a_post_once(world: World, network: Network, clock: Clock) -> None:
    """The second would fail at the network and leave somebody a fault to clear that is none."""
    world.submit(world.draft())
    publishing.work(clock)
    publication = Publication.objects.get().pk
    take_down = TakeDown(publication, "Wrong place.")
    answers = at_once(*[lambda: door.propose(take_down, world.author, clock())] * 2)
    assert [isinstance(answer, ActRefused) for answer in answers].count(True) == 1
    at_once(*[lambda: publishing.work(clock)] * 2)
    assert Publication.objects.get(action="delete").state == "gone"


def test_once_the_stop_is_thrown_no_worker_begins_a_call(world: World, network: Network, clock: Clock) -> None:
    """In a major incident a cheerful post goes out after everybody was told that nothing does."""
    for number in range(10):
        world.submit(world.draft(f"Road {number} closed."))
    thrown: list[int] = []

    def stop() -> None:
        Stop.objects.create(force=world.force, reason="Major incident", started_at=clock(), started_by=world.adviser)
        thrown.append(PracticePost.objects.count())

    at_once(stop, *[lambda: publishing.work(clock)] * 2)
    # Each worker may have had one call under way when the switch was thrown; none began another.
    assert PracticePost.objects.count() <= thrown[0] + 2
    states = list(Publication.objects.values_list("state", flat=True))
    assert set(states) <= {"sent", "held"}
    assert states.count("sent") == PracticePost.objects.count()


def post_keys(post: Post) -> list[Any]:
    return list(Publication.objects.filter(target__post=post).values_list("key", flat=True))
