"""Writing entries: with the change or not at all, numbered without gaps, and nothing personal in them."""

from __future__ import annotations

import json
import threading
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from remit.ledger import actions
from remit.ledger.models import Disclosure, Entry
from remit.ledger.reading import history
from remit.ledger.recording import OutsideTransaction, erase, record
from remit.ledger.verifying import verify


def happened(now: datetime, subject: str = "posts.post:1", **more: object) -> Entry:
    with transaction.atomic():
        return record("tests.happened", "wiltshire", "p-1", subject, now=now, **more)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused(now: datetime) -> None:
    """Otherwise a crash could leave evidence of a change that never was, or a change without evidence."""
    with pytest.raises(OutsideTransaction, match="transaction"):
        record("tests.happened", "wiltshire", "p-1", "posts.post:1", now=now)


@pytest.mark.django_db(transaction=True)
def test_an_entry_falls_with_the_change_it_records(now: datetime) -> None:
    """Otherwise the ledger would say that something was done which was rolled back."""
    happened(now)
    with pytest.raises(RuntimeError, match="the change failed"), transaction.atomic():
        record("tests.happened", "wiltshire", "p-1", "posts.post:1", now=now)
        raise RuntimeError("the change failed")
    assert happened(now).number == 2
    assert verify().holds


@pytest.mark.django_db
def test_an_unregistered_action_is_refused(now: datetime) -> None:
    """Otherwise a reader would meet entries that nobody can explain."""
    with transaction.atomic(), pytest.raises(actions.UnknownAction, match="register"):
        record("tests.never-registered", "wiltshire", "p-1", "posts.post:1", now=now)


@pytest.mark.django_db
def test_an_entry_without_an_actor_is_refused(now: datetime) -> None:
    """Otherwise something could be done by nobody."""
    with transaction.atomic(), pytest.raises(ValueError, match="actor"):
        record("tests.happened", "wiltshire", "", "posts.post:1", now=now)


@pytest.mark.django_db
def test_an_entry_too_long_for_the_files_is_refused(now: datetime) -> None:
    """Otherwise one entry could never be put into the log, and none after it either."""
    with transaction.atomic(), pytest.raises(ValueError, match="65535"):
        happened(now, about={"words": "x" * 70_000})


@pytest.mark.django_db
def test_a_time_without_an_offset_is_refused() -> None:
    """Otherwise an hour a year could not be told from the next."""
    with transaction.atomic(), pytest.raises(ValueError, match="offset"):
        record("tests.happened", "wiltshire", "p-1", "posts.post:1", now=datetime(2026, 10, 25, 1, 30))


def test_one_action_cannot_have_two_meanings() -> None:
    """Otherwise old entries would change their words when a room is added."""
    actions.register("tests.one-meaning", "One meaning")
    actions.register("tests.one-meaning", "One meaning")
    with pytest.raises(ValueError, match="already means"):
        actions.register("tests.one-meaning", "Another meaning")
    for name in ("Tests.happened", "happened", "tests.", "tests happened"):
        with pytest.raises(ValueError, match="not the name"):
            actions.register(name, "Words")


@pytest.mark.django_db
def test_personal_values_are_committed_to_and_not_written_down(now: datetime) -> None:
    """Otherwise a reason about a named person would stay in the ledger for ever."""
    entry = happened(now, personal={"reason": "Ring Alex on 07700 900123", "text": "Same"})
    twin = happened(now, personal={"text": "Same"})
    body = bytes(entry.body)
    assert b"Alex" not in body
    assert b"900123" not in body
    assert json.loads(body)["commitments"]["text"] != json.loads(bytes(twin.body))["commitments"]["text"]
    assert history("posts.post:1")[0].personal == {"reason": "Ring Alex on 07700 900123", "text": "Same"}


@pytest.mark.django_db
def test_erasing_a_disclosure_leaves_every_proof_valid(now: datetime) -> None:
    """Otherwise a force could keep the law on erasure or its evidence, but not both."""
    entry = happened(now, personal={"reason": "private", "text": "public"})
    happened(now)
    assert erase(entry, "reason", now=now, reason="asked for by the person")
    assert not erase(entry, "reason", now=now)
    assert verify().holds
    assert [line.words for line in history(f"ledger.entry:{entry.number}")] == [actions.words("ledger.erased")]
    line = history("posts.post:1")[0]
    assert line.personal == {"text": "public"}
    assert line.erased == ("reason",)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_entry SET action = 'x'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_disclosure SET payload = 'x'",
        "DELETE FROM ledger_head",
    ],
)
def test_the_database_refuses_to_change_the_ledger(now: datetime, sql: str) -> None:
    """Otherwise anybody with a database shell could tidy up what happened."""
    happened(now, personal={"reason": "private"})
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify().holds


@pytest.mark.django_db
def test_the_orm_cannot_change_an_entry_either(now: datetime) -> None:
    """Otherwise a careless line of code could do what a shell may not."""
    entry = happened(now, personal={"reason": "private"})
    entry.action = "tests.other"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry.save()
    disclosure = Disclosure.objects.get()
    disclosure.payload = b'"other"'
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        disclosure.save()


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_no_gap_and_no_fork(now: datetime) -> None:
    """Otherwise two people pressing at the same moment would break the chain for everybody after them."""
    writers, each = 6, 8
    faults: list[BaseException] = []
    start = threading.Barrier(writers)

    def write(writer: int) -> None:
        try:
            start.wait()
            for turn in range(each):
                happened(now, f"posts.post:{writer * each + turn}", personal={"turn": turn})
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert list(Entry.objects.values_list("number", flat=True)) == list(range(1, writers * each + 1))
    report = verify()
    assert report.holds
    assert report.entries == writers * each


@pytest.mark.django_db
def test_history_is_oldest_first_and_in_words(now: datetime) -> None:
    """Otherwise the page about a post could not say what became of it."""
    happened(now, "posts.post:7", outcome="needs", clauses=["CL-2", "CL-1", "CL-2"], about={"say": "sio"})
    happened(now, "posts.target:9", outcome="allowed")
    happened(now, "posts.post:8")
    lines = history("posts.post:7", "posts.target:9")
    assert [(line.words, line.outcome) for line in lines] == [
        ("Something happened", "needs"),
        ("Something happened", "allowed"),
    ]
    assert lines[0].clauses == ("CL-1", "CL-2")
    assert lines[0].about == {"say": "sio"}
    assert lines[0].actor == "p-1"
