"""If these fail, the ledger's page gets slower with every year that Remit runs."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet

from remit.ledger.models import Entry
from remit.ledger.reading import about
from tests.ledger.conftest import NOW

pytestmark = pytest.mark.django_db
MANY = 6_000


@pytest.fixture
def long_ledger() -> None:
    """As a database sees a ledger of years: many entries, two forces, one verification long ago."""
    Entry.objects.bulk_create(
        [
            Entry(
                number=number,
                force="essex" if number % 2 else "wiltshire",
                at=NOW + timedelta(minutes=number),
                action="evidence.verify" if number == 17 else f"posts.act-{number % 40}",
                object=f"posts.post:{number // 4}",
                body=b"{}",
                previous_hash=b"",
                hash=hashlib.sha256(str(number).encode()).digest(),
            )
            for number in range(1, MANY + 1)
        ],
        batch_size=1_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_entry")


def plan(found: QuerySet[Entry]) -> str:
    """How the database goes about it."""
    return found.explain()


READABLE = {"force__in": ["essex", ""]}


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, {"sqlite": "sqlite_autoindex_ledger_entry", "postgresql": "ledger_entry_pkey"}),
        ({"number__lt": 900}, {"sqlite": "sqlite_autoindex_ledger_entry", "postgresql": "ledger_entry_pkey"}),
        ({"number": 900}, {"sqlite": "sqlite_autoindex_ledger_entry", "postgresql": "ledger_entry_pkey"}),
        ({"action": "evidence.verify"}, dict.fromkeys(("sqlite", "postgresql"), "ledger_entry_by_action")),
        (
            {"action": "evidence.verify", "number__lt": 5_000},
            dict.fromkeys(("sqlite", "postgresql"), "ledger_entry_by_action"),
        ),
    ],
)
def test_what_the_page_lists_is_found_by_an_index(
    long_ledger: None, asked: dict[str, object], index: dict[str, str]
) -> None:
    """Each look at the page would go through every entry that there is."""
    found = Entry.objects.filter(**READABLE, **asked).exclude(action__startswith="referral.").order_by("-number")[:51]
    assert index[connection.vendor] in plan(found), plan(found)


@pytest.mark.parametrize("subject", ["posts.post:12", "accounts.account"])
def test_what_happened_to_something_is_found_by_an_index(long_ledger: None, subject: str) -> None:
    """The history of one post would take as long as reading the history of all."""
    found = Entry.objects.filter(about(subject), **READABLE).order_by("-number")[:51]
    assert "ledger_entry_object" in plan(found), plan(found)
    assert "SCAN ledger_entry\n" not in f"{plan(found)}\n"


@pytest.mark.parametrize(
    ("subject", "count"),
    [("posts.post:12", 4), ("posts.post", MANY), ("posts.pos", 0), ("posts", 0), ("posts.post:1", 4)],
)
def test_a_kind_of_thing_is_found_whole_and_nothing_else(long_ledger: None, subject: str, count: int) -> None:
    """Whoever looks for post 1 would be shown posts 10 and 100."""
    assert Entry.objects.filter(about(subject)).count() == count
