"""If these fail, half a thread is repeated, a part answers nothing, or the rest of it never follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from remit.acts import door
from remit.platforms.practice.models import PracticePost
from remit.platforms.practice.network import BUSY, LOST, NO_ANSWER, REFUSE, PracticeNetwork
from remit.posts import claims, publishing
from remit.posts.acts import PublishPost, ReleasePost, TakeDown
from remit.posts.content import digest, to_send
from remit.posts.models import Post, Publication
from remit.posts.standing import standings
from tests.posts.conftest import ANSWERS, Clock, World

Network = Callable[..., PracticeNetwork]
PARTS = [{"text": f"Part {number} of three.", "pictures": []} for number in (1, 2, 3)]


@pytest.fixture
def thread(world: World, clock: Clock) -> Post:
    """A post of three parts, put forward and due now."""
    post = world.draft("Part 1 of three.")
    act = PublishPost(post.targets.get().pk, PARTS, digest(PARTS), device=world.device.pk)
    door.propose(act, world.author, clock(), answers=ANSWERS)
    return post


def states() -> list[str]:
    rows = Publication.objects.filter(action="publish").order_by("part")
    return list(rows.values_list("state", flat=True))


def shown() -> list[str]:
    """The thread as a reader sees it, each part with the one that it answers."""
    posts = PracticePost.objects.filter(removed_at=None).order_by("id")
    return [f"{post.text[5:6]} after {post.after.text[5:6]}" if post.after else post.text[5:6] for post in posts]


def test_the_parts_go_out_in_order_each_after_the_one_before(network: Network, clock: Clock, thread: Post) -> None:
    publishing.work(clock)
    assert shown() == ["1", "2 after 1", "3 after 2"]


@pytest.mark.parametrize("fault", [NO_ANSWER, BUSY])
def test_a_thread_goes_on_where_it_stopped(network: Network, clock: Clock, thread: Post, fault: str) -> None:
    network(faults=["", fault], idempotent=False)
    publishing.work(clock)
    assert shown()[0] == "1"
    assert states()[2] == "due"
    assert Publication.objects.get(part=3, action="publish").fence == 0, "it was tried before its turn"
    for _ in range(3):
        clock.forward(minutes=6)
        publishing.work(clock)
    assert shown() == ["1", "2 after 1", "3 after 2"]


def test_a_part_that_did_not_go_out_is_published_again_and_the_rest_follows(
    world: World, network: Network, clock: Clock, thread: Post
) -> None:
    """Hours later, because a person had to decide: what waited for its part before is not missed for that."""
    network(faults=["", LOST])
    for _ in range(4):
        publishing.work(clock)
        clock.forward(minutes=3)
    assert states() == ["sent", "failed", "due"]
    (stands,) = standings([thread], clock())
    assert stands.group == "attention"
    assert stands.accounts[0].can_release
    clock.forward(hours=3)
    publishing.work(clock)
    assert states() == ["sent", "failed", "due"]
    door.propose(ReleasePost(Publication.objects.get(state="failed").pk), world.author, clock())
    publishing.work(clock)
    assert shown() == ["1", "2 after 1", "3 after 2"]


@pytest.mark.parametrize("fault", [REFUSE, BUSY])
def test_a_thread_that_stopped_half_way_is_taken_down_and_goes_no_further(
    world: World, network: Network, clock: Clock, thread: Post, fault: str
) -> None:
    network(faults=["", "", fault])
    publishing.work(clock)
    door.propose(TakeDown(Publication.objects.get(part=1).pk, "Half a thread."), world.author, clock())
    for _ in range(2):
        publishing.work(clock)
        clock.forward(minutes=10)
    assert shown() == []
    assert states() == ["gone", "gone", "withdrawn"]


def test_a_thread_is_taken_down_whole_the_last_part_first(
    world: World, network: Network, clock: Clock, thread: Post
) -> None:
    publishing.work(clock)
    removed: list[str] = []
    place = network()
    take_down = place.delete

    def delete(profile: object, remote_id: str) -> None:
        removed.append(PracticePost.objects.get(number=remote_id).text)
        take_down(profile, remote_id)

    place.delete = delete
    door.propose(TakeDown(Publication.objects.get(part=1).pk, "Wrong town."), world.author, clock())
    publishing.work(clock)
    assert shown() == []
    assert removed == [part["text"] for part in reversed(PARTS)]
    (stands,) = standings([thread], clock())
    assert stands.group == "gone"


def test_an_answer_that_comes_after_a_post_was_released_again_is_believed(
    world: World, network: Network, clock: Clock
) -> None:
    """A worker hangs in its call for hours, the post is given up on and released: and then the network has it."""
    place = network(faults=[LOST], idempotent=False)
    world.submit(world.draft())
    publishing.work(clock)
    publication = Publication.objects.get()
    hanging, attempt = claims.get(publication.pk), publication.attempts.get()
    for _ in range(3):
        clock.forward(minutes=3)
        publishing.work(clock)
    publication.refresh_from_db()
    assert publication.state == "failed"
    door.propose(ReleasePost(publication.pk), world.author, clock())
    content = to_send(publication.content, publication.content_sha256)
    published = place.publish(claims.profile_of(hanging), content, publication.key, attempt.started_at)
    claims.keep(hanging, attempt, published, clock())
    assert not publishing.send(publication.pk, clock), "it was sent twice"
    publishing.work(clock)
    publication.refresh_from_db()
    assert (publication.state, publication.remote_id) == ("sent", published.remote_id)
    assert PracticePost.objects.count() == 1


def test_a_part_under_way_when_its_thread_is_taken_down_is_left_neither_waiting_nor_sent(
    world: World, network: Network, clock: Clock, thread: Post
) -> None:
    """Its worker is killed before the call: the part would be due for ever, behind one that is gone."""
    network(faults=["", BUSY])
    publishing.work(clock)
    clock.forward(minutes=6)
    first, second, _ = Publication.objects.filter(action="publish").order_by("part")
    assert claims.claim(second.pk, clock())
    door.propose(TakeDown(first.pk, "Wrong place."), world.author, clock())
    for _ in range(3):
        clock.forward(minutes=6)
        publishing.work(clock)
    assert shown() == []
    assert states() == ["gone", "withdrawn", "withdrawn"]
