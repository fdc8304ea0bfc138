"""The outbox: queued with the change, done by one worker at a time, never lost when one dies."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from remit.acts import outbox
from remit.acts.models import OutboxJob

RAN: list[int] = []


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    RAN.clear()
    monkeypatch.setattr(outbox, "_HANDLERS", {})


def ran(job: OutboxJob, now: datetime) -> None:
    RAN.append(job.pk)


@pytest.mark.django_db(transaction=True)
def test_a_job_falls_with_the_change_that_queued_it(now: datetime) -> None:
    """Otherwise something would be sent for a change that never was."""
    outbox.register("tests.send", ran)
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.queue("tests.send", "trialshire", "tests.post:1", now)
        raise RuntimeError
    assert outbox.run_due(now) == 0


@pytest.mark.django_db
def test_jobs_run_when_due_once_and_in_order(now: datetime) -> None:
    """Otherwise tomorrow's post would go out today, or today's twice."""
    outbox.register("tests.send", ran)
    later = outbox.queue("tests.send", "trialshire", "tests.post:2", now + timedelta(minutes=5))
    first = outbox.queue("tests.send", "trialshire", "tests.post:1", now)
    assert outbox.run_due(now) == 1
    assert outbox.run_due(now) == 0
    assert outbox.run_due(now + timedelta(hours=1)) == 1
    assert [first.pk, later.pk] == RAN


@pytest.mark.django_db
def test_a_job_may_ask_to_be_woken_again(now: datetime) -> None:
    """Otherwise what needs a second look would need a second queue."""
    outbox.register("tests.look", lambda job, at: now + timedelta(minutes=10) if at == now else None)
    outbox.queue("tests.look", "trialshire", "tests.post:1", now)
    assert [outbox.run_due(now + timedelta(minutes=m)) for m in (0, 9, 10, 11)] == [1, 0, 1, 0]


@pytest.mark.django_db
def test_a_job_that_fails_waits_longer_each_time_and_says_why(now: datetime) -> None:
    """Otherwise a network that is down would be hammered, or the job forgotten."""

    def fail(job: OutboxJob, at: datetime) -> None:
        raise ConnectionError("no route")

    outbox.register("tests.send", fail)
    job = outbox.queue("tests.send", "trialshire", "tests.post:1", now)
    waits = []
    at = now
    for _ in range(3):
        assert outbox.run_due(at) == 1
        job.refresh_from_db()
        waits.append(job.due_at - at)
        at = job.due_at
    assert waits == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert job.note == "ConnectionError: no route"


@pytest.mark.django_db
def test_a_job_whose_worker_died_is_taken_up_after_its_lease_and_not_before(now: datetime) -> None:
    """Otherwise a killed worker would leave its post unsent for ever, or a slow one be overtaken."""

    class Killed(BaseException):
        pass

    def die(job: OutboxJob, at: datetime) -> None:
        RAN.append(job.fence)
        if job.fence == 1:
            raise Killed

    outbox.register("tests.send", die)
    outbox.queue("tests.send", "trialshire", "tests.post:1", now)
    with pytest.raises(Killed):
        outbox.run_due(now)
    assert outbox.run_due(now + outbox.LEASE) == 0
    assert outbox.run_due(now + outbox.LEASE + timedelta(seconds=1)) == 1
    assert RAN == [1, 2]


@pytest.mark.django_db
def test_a_worker_that_was_given_up_on_can_change_nothing(now: datetime) -> None:
    """Otherwise it would mark as done what its successor is still doing."""
    outbox.register("tests.send", ran)
    job = outbox.queue("tests.send", "trialshire", "tests.post:1", now)
    slow = outbox._claim(job.pk, now)
    successor = outbox._claim(job.pk, now + outbox.LEASE + timedelta(seconds=1))
    assert slow is not None
    assert successor is not None
    assert not outbox._finish(slow, done_at=now)
    assert outbox._finish(successor, done_at=now)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_do_the_same_job(now: datetime) -> None:
    """Otherwise a second worker for speed would send everything twice."""
    outbox.register("tests.send", ran)
    for number in range(10):
        outbox.queue("tests.send", "trialshire", f"tests.post:{number}", now)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            outbox.run_due(now)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(RAN) == sorted(OutboxJob.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_job_that_nothing_does_is_refused(now: datetime) -> None:
    """Otherwise it would wait for ever, and nobody would know."""
    with pytest.raises(ValueError, match="Nothing does"):
        outbox.queue("tests.unknown", "trialshire", "tests.post:1", now)
