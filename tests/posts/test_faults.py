"""If these fail, an outage of a network, the database, the disk or the clock loses a post, repeats it, or hides it."""

from __future__ import annotations

import contextlib
import errno
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client
from django.utils import timezone

from remit.acts import door, outbox
from remit.acts import worker as kernel
from remit.acts.models import OutboxJob
from remit.ledger.models import Entry
from remit.platforms.practice.models import PracticePost
from remit.platforms.practice.network import BUSY, LOST, REFUSE, PracticeNetwork
from remit.platforms.protocol import Found, Published
from remit.posts import claims, publishing
from remit.posts.acts import ReleasePost
from remit.posts.models import Media, Post, Publication
from tests.posts.conftest import Clock, World
from tests.posts.test_pages import form

Network = Callable[..., PracticeNetwork]


def page_of(world: World, post: Post) -> str:
    """What its author sees."""
    client = Client()
    client.force_login(world.author)
    return client.get(f"/posts/{post.pk}/").content.decode()


# Networks


@pytest.mark.django_db(transaction=True)
def test_a_network_that_hangs_holds_up_no_other_worker_and_repeats_nothing(
    world: World, network: Network, clock: Clock
) -> None:
    called, go_on = threading.Event(), threading.Event()

    class Hanging(PracticeNetwork):
        def publish(self, *asked: Any) -> Published:
            answer = super().publish(*asked)
            if not called.is_set():
                called.set()
                assert go_on.wait(60)
            return answer

    place = Hanging(clock=clock, idempotent=False)
    first, second = world.draft("Road closed at the bridge."), world.draft("Road closed at the mill.")
    from remit.platforms import registry

    def work() -> None:
        try:
            publishing.work(clock)
        finally:
            connections.close_all()

    with registry.instead("practice", place):
        world.submit(first)
        world.submit(second)
        hanging = threading.Thread(target=work)
        hanging.start()
        assert called.wait(60)
        publishing.work(clock)
        assert Publication.objects.get(target__post=second).state == "sent"
        clock.forward(minutes=6)
        publishing.work(clock)
        assert Publication.objects.get(target__post=first).state in ("unknown", "sent")
        clock.forward(minutes=3)
        publishing.work(clock)
        assert Publication.objects.get(target__post=first).state == "sent"
        go_on.set()
        hanging.join()
        publishing.work(clock)
    assert set(Publication.objects.values_list("state", flat=True)) == {"sent"}
    assert PracticePost.objects.count() == 2


NONSENSE = [None, "ok", Published("", ""), Published("9" * 500, "/"), Published(None, None), Published({}, [])]


@pytest.mark.parametrize("answer", NONSENSE, ids=range(len(NONSENSE)))
@pytest.mark.django_db
def test_a_network_that_answers_nonsense_is_looked_at_and_not_asked_again(
    world: World, network: Network, clock: Clock, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    place = network(idempotent=False)
    publish = place.publish
    monkeypatch.setattr(place, "publish", lambda *asked: (publish(*asked), answer)[1])
    post = world.draft()
    world.submit(post)
    publishing.work(clock)
    assert Publication.objects.get().state == "unknown"
    assert "it will not be sent twice" in page_of(world, post)
    clock.forward(minutes=3)
    publishing.work(clock)
    assert Publication.objects.get().remote_id == PracticePost.objects.get().number


@pytest.mark.parametrize("shown", [None, 7, ["nonsense"], [Found("", "", "", None)]], ids=range(4))
@pytest.mark.django_db
def test_a_look_that_shows_nonsense_says_nothing_about_the_post(
    world: World, network: Network, clock: Clock, monkeypatch: pytest.MonkeyPatch, shown: Any
) -> None:
    """Two such answers would count as two absences, and the post go out again."""
    place = network(idempotent=False, faults=["no answer"])
    world.submit(world.draft())
    publishing.work(clock)
    with monkeypatch.context() as patch:
        patch.setattr(place, "read_back", lambda *_: shown)
        for _ in range(4):
            clock.forward(minutes=3)
            publishing.work(clock)
    assert Publication.objects.get().state == "unknown"
    clock.forward(minutes=3)
    publishing.work(clock)
    assert Publication.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (REFUSE, "breaks the network&#x27;s own rules. Change it and submit it again."),
        (BUSY, "The practice network is busy. It is tried again at"),
        (LOST, "The network did not answer. Remit is finding out; it will not be sent twice."),
    ],
)
@pytest.mark.django_db
def test_the_page_says_what_the_network_did(
    world: World, network: Network, clock: Clock, fault: str, words: str
) -> None:
    clock.now = timezone.now()
    network(faults=[fault])
    post = world.draft()
    world.submit(post)
    publishing.work(clock)
    assert words in page_of(world, post)


# The database


@pytest.mark.django_db
def test_an_answer_is_not_lost_while_the_database_is_away(
    world: World, network: Network, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a network that cannot be read back a person would have to look, though the worker had the answer."""
    network(idempotent=False, readable=False)
    world.submit(world.draft())
    waited: list[float] = []
    held = claims.holding
    monkeypatch.setattr(claims, "sleep", waited.append)
    monkeypatch.setattr(connection, "close", lambda: None)  # which would end the test's own transaction

    def away(point: str) -> None:
        if point == "answered":
            monkeypatch.setattr(claims, "holding", gone)

    def gone(publication: Publication) -> Any:
        if len(waited) < 5:
            raise OperationalError("the server closed the connection unexpectedly")
        return held(publication)

    monkeypatch.setattr(claims, "reached", away)
    publishing.work(clock)
    assert waited == list(claims.TRIES[:5])
    assert Publication.objects.get().state == "sent"
    assert PracticePost.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_saves_nothing_by_halves_and_says_so(world: World, network: Network, clock: Clock) -> None:
    """An author would believe that a draft was saved, or a post be sent without a record of it."""
    clock.now = timezone.now()
    waiting = world.draft("Road closed at the bridge.")
    world.submit(waiting)
    client = Client(raise_request_exception=False)
    client.force_login(world.author)
    with full_disk():
        answer = client.post("/posts/new", {"text": "x" * 90_000, "accounts": [world.accounts[0].pk]})
        with contextlib.suppress(OperationalError):  # SQLite may find a page that is not quite full
            publishing.work(clock)
            assert connection.vendor == "sqlite"
    assert answer.status_code == 503, answer.content.decode()
    assert "The server has no room left." in answer.content.decode()
    assert "Nothing of what you just did was saved." in answer.content.decode()
    assert Post.objects.count() == 1
    for _ in range(4):
        publishing.work(clock)
        clock.forward(minutes=6)
    assert Publication.objects.get().state == "sent"
    assert PracticePost.objects.count() == Entry.objects.filter(action="posts.sent").count() == 1


class full_disk:
    """For the length of the block the database has no room: really so on SQLite, by its own words on PostgreSQL."""

    TABLES = ("posts_post", "posts_publication", "posts_publicationattempt")

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("VACUUM")  # room that other tests left free would be used up first
                self.pages = cursor.execute("PRAGMA max_page_count").fetchone()[0]
                cursor.execute("PRAGMA page_count")
                cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
                return
            cursor.execute(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
            )
            for table in self.TABLES:
                cursor.execute(
                    f"CREATE TRIGGER full_{table} BEFORE INSERT OR UPDATE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION no_room()"
                )

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA max_page_count = {self.pages}")
            else:
                cursor.execute("DROP FUNCTION no_room() CASCADE")


# The clock


@pytest.mark.django_db
def test_a_clock_that_jumps_ahead_sends_nothing_stale(world: World, network: Network, clock: Clock) -> None:
    """A machine wakes up a day ahead: everything that was scheduled would go out at once."""
    world.submit(world.draft(publish_at=clock.now.replace(hour=15)))
    clock.forward(days=1)
    publishing.work(clock)
    assert Publication.objects.get().state == "missed"
    clock.forward(days=-1)
    door.propose(ReleasePost(Publication.objects.get().pk), world.author, clock())
    publishing.work(clock)
    assert PracticePost.objects.count() == 1


@pytest.mark.django_db
def test_a_clock_that_is_put_back_strands_nothing(
    world: World, network: Network, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that was killed a day ahead would keep its post, and the post its state, until tomorrow."""
    network(idempotent=False)
    world.submit(world.draft())

    class Killed(BaseException):
        pass

    def kill(point: str) -> None:
        if point == "about to call":
            raise Killed

    publication = Publication.objects.get()
    Publication.objects.update(due_at=clock.now)
    clock.forward(days=1)
    Publication.objects.update(due_at=clock.now)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(claims, "reached", kill)
        publishing.work(clock)
    clock.forward(days=-1)
    for _ in range(4):
        publishing.work(clock)
        clock.forward(minutes=3)
    publication.refresh_from_db()
    assert publication.state == "failed"
    assert PracticePost.objects.count() == 0


@pytest.mark.django_db
def test_a_clock_that_is_put_back_stops_neither_the_sweep_nor_the_outbox(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reminders and mails would stand still until the clock is where it was."""
    swept: list[object] = []
    monkeypatch.setattr(kernel, "sweep", lambda now, **_: swept.append(now))
    for last in ("_due_at", "_open_at", "_records_on"):
        monkeypatch.setattr(kernel, last, None)
    monkeypatch.setattr(outbox, "_HANDLERS", {"test.job": lambda job, now: None})
    job = OutboxJob.objects.create(job="test.job", force="harbour", subject="a:1", due_at=clock.now)
    clock.forward(days=1)
    OutboxJob.objects.update(lease_until=clock.now + outbox.LEASE)
    kernel.turn(clock)
    clock.forward(days=-1)
    kernel.turn(clock)
    job.refresh_from_db()
    assert len(swept) == 2
    assert job.done_at is not None


@pytest.mark.django_db
def test_a_picture_for_which_there_is_no_room_is_refused_in_words(
    world: World, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An author would see "something has gone wrong", and a post with half a picture."""
    from django.core.files.storage import FileSystemStorage
    from django.core.files.uploadedfile import SimpleUploadedFile

    post = world.draft()

    def full(*_: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    client = Client(raise_request_exception=False)
    client.force_login(world.author)
    upload = SimpleUploadedFile("bridge.jpg", picture, content_type="image/jpeg")
    answer = client.post(f"/posts/{post.pk}/edit", form(world, post, do="attach", picture=upload))
    assert answer.status_code == 503
    assert "The server has no room left." in answer.content.decode()
    assert post.post_media.count() == Media.objects.count() == 0
