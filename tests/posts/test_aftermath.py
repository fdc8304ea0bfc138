"""What follows from a post that went out: its account was used, a take-down that failed is somebody's to see to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Duty, Say
from remit.acts.owed import owed_by
from remit.ledger.models import Entry
from remit.platforms.practice.network import BUSY, NO_ANSWER, REFUSE, PracticeNetwork
from remit.posts import publishing
from remit.posts.acts import SettleRemoval, TakeDown
from remit.posts.models import Publication
from tests.posts.conftest import ANSWERS, Clock, World

Network = Callable[..., PracticeNetwork]
WANTED = "WANTED: have you seen this man? Call us on 101."


def only() -> Publication:
    return Publication.objects.get(action="publish")


def test_a_post_that_goes_out_counts_as_use_of_its_account_alone(world: World, network: Network, clock: Clock) -> None:
    """An account in daily use would be called dormant and closed."""
    used, unused = world.accounts
    world.submit(world.draft())
    used.refresh_from_db()
    assert used.last_used_on is None
    publishing.work(clock)
    for account in (used, unused):
        account.refresh_from_db()
    assert used.last_used_on == clock().date()
    assert unused.last_used_on is None


def test_what_was_found_to_have_gone_out_counts_as_use_too(world: World, network: Network, clock: Clock) -> None:
    network(faults=[NO_ANSWER])
    world.submit(world.draft())
    for _ in range(3):
        publishing.work(clock)
        clock.forward(minutes=3)
    assert only().state == "sent"
    world.accounts[0].refresh_from_db()
    assert world.accounts[0].last_used_on is not None


def test_a_post_that_the_network_refuses_is_no_use_of_the_account(world: World, network: Network, clock: Clock) -> None:
    network(faults=[REFUSE])
    world.submit(world.draft())
    publishing.work(clock)
    world.accounts[0].refresh_from_db()
    assert world.accounts[0].last_used_on is None


def test_a_take_down_that_the_network_refuses_is_somebodys_to_do(world: World, network: Network, clock: Clock) -> None:
    """What must come down would stay up, with everybody thinking that somebody had seen to it."""
    network(faults=["", REFUSE])
    world.submit(world.draft())
    publishing.work(clock)
    door.propose(TakeDown(only().pk, "It names a child."), world.author, clock())
    publishing.work(clock)
    assert only().state == "sent"
    duty = Duty.objects.get()
    assert "by hand" in duty.do
    assert list(owed_by(world.author)) == [duty]
    assert list(owed_by(world.adviser)) == [duty]
    assert not owed_by(world.other)
    assert Entry.objects.filter(action="duty.made", object=duty.subject).count() == 1
    door.propose(TakeDown(only().pk, "It names a child."), world.author, clock())
    publishing.work(clock)
    assert only().state == "gone"
    duty.refresh_from_db()
    assert duty.state == "done"


@pytest.mark.parametrize("fault", [REFUSE, BUSY])
def test_what_was_taken_down_by_hand_counts_as_gone_once_somebody_saw_it(
    world: World, network: Network, clock: Clock, fault: str
) -> None:
    """It would stand as being taken down, or as still there, for ever; and its duty with it."""
    network(faults=["", fault])
    world.submit(world.draft())
    publishing.work(clock)
    door.propose(TakeDown(only().pk, "It names a child."), world.author, clock())
    publishing.work(clock)
    removal = Publication.objects.get(action="delete")
    control_room = world.person("Control room supervisor 6086", ["control-room"])
    client = Client()
    client.force_login(control_room)
    assert "Say whether it is gone" in client.get(f"/posts/{only().target.post_id}/").content.decode()
    address = f"/posts/publications/{removal.pk}/settle"
    assert "If it is not, it counts as taken down" in client.get(address).content.decode()
    assert client.post(address, {"went_out": "no"}).status_code == 302
    assert only().state == "gone"
    assert not Duty.objects.filter(state="due").exists()
    assert Entry.objects.filter(action="posts.settle-removal").count() == 1
    with pytest.raises(ActRefused, match="no longer as it was"):
        door.propose(SettleRemoval(removal.pk, gone=False), world.author, clock())


def test_who_is_asked_for_an_answer_reads_the_history_of_the_post(world: World, network: Network) -> None:
    """Somebody who must approve a post, whatever their role, would follow the link to its history and find nothing."""
    world.clock.now = timezone.now()
    asked, outsider = world.person("Press officer 9001", []), world.person("PC 9002", [])
    post = world.draft(WANTED)
    world.submit(post)
    client = Client()
    client.force_login(asked)
    assert client.get(f"/posts/{post.pk}/").status_code == 404
    asked.teams.add(world.communications)
    say = Say.objects.get()
    assert f"/posts/{post.pk}/" in client.get(f"/approvals/{say.pk}/").content.decode()
    page = client.get(f"/posts/{post.pk}/")
    assert page.status_code == 200
    assert "WANTED" in page.content.decode()
    client.post(f"/approvals/{say.pk}/", {"answer": "approve", "revision": "1"})
    asked.teams.clear()
    assert client.get(f"/posts/{post.pk}/").status_code == 200  # what they answered for stays theirs to read
    client.force_login(outsider)
    assert client.get(f"/posts/{post.pk}/").status_code == 404


def test_a_post_that_goes_out_of_date_is_its_authors_to_put_right(world: World, network: Network, clock: Clock) -> None:
    """The public would go by what is no longer so, because nobody was told to look again."""
    answers = {**ANSWERS, "post.expires_on": "2026-11-25"}
    world.submit(world.draft(), answers=answers)
    door.sweep(clock())
    assert not Duty.objects.exists()  # it is not out yet
    publishing.work(clock)
    for _ in range(2):
        assert door.sweep(clock()).faults == ()
        clock.forward(days=1)
    duty = Duty.objects.get()
    assert (duty.do, duty.due_on) == ("Bring the post up to date or take it down", date(2026, 11, 25))
    assert list(owed_by(world.author)) == [duty]
