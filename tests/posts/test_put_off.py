"""If these fail, a post that a busy network put off is lost, refused, sent stale, or sent again and again."""

from __future__ import annotations

from collections.abc import Callable

from remit.acts import door
from remit.platforms.practice.models import PracticePost
from remit.platforms.practice.network import BUSY, PracticeNetwork
from remit.posts import publishing
from remit.posts.acts import TakeDown
from remit.posts.models import Publication
from tests.posts.conftest import Clock, World

Network = Callable[..., PracticeNetwork]


def test_a_busy_network_is_left_alone_until_it_said_and_then_gets_the_post_once(
    world: World, network: Network, clock: Clock
) -> None:
    network(faults=[BUSY])
    world.submit(world.draft())
    publishing.work(clock)
    publication = Publication.objects.get()
    assert publication.state == "due"
    assert publication.reason == "The practice network is busy. It is tried again at 21 November 2026, 12:05pm."
    publishing.work(clock)
    assert publication.attempts.count() == 1, "it was asked again at once"
    clock.forward(minutes=6)
    publishing.work(clock)
    publication.refresh_from_db()
    assert (publication.state, publication.reason) == ("sent", "")
    assert PracticePost.objects.count() == 1


def test_what_a_network_put_off_for_too_long_is_missed_and_not_sent_stale(
    world: World, network: Network, clock: Clock
) -> None:
    network(faults=[BUSY])
    world.submit(world.draft())
    publishing.work(clock)
    clock.forward(minutes=31)
    publishing.work(clock)
    assert Publication.objects.get().state == "missed"
    assert not PracticePost.objects.exists()


def test_a_taking_down_that_was_put_off_is_done_later(world: World, network: Network, clock: Clock) -> None:
    busy = network()
    world.submit(world.draft())
    publishing.work(clock)
    door.propose(TakeDown(Publication.objects.get().pk, "Wrong road."), world.author, clock())
    busy.faults = [BUSY]
    publishing.work(clock)
    assert PracticePost.objects.filter(removed_at=None).exists()
    clock.forward(minutes=6)
    publishing.work(clock)
    assert not PracticePost.objects.filter(removed_at=None).exists()
