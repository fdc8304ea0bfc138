"""SQL by hand: what it reads is what the models hold, and no address makes a database choke on a number."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from remit import sql


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("people.person:12", 12),
        ("people.person:new", None),
        ("people.person", None),
        ("people.person:²", None),
        ("people.person:9223372036854775808", None),
        ("people.person:" + "9" * 400, None),
    ],
)
def test_only_a_number_that_a_record_can_have_is_looked_up(subject: str, number: int | None) -> None:
    """Anything else would end in an error page instead of “there is no such person”."""
    assert sql.number_of(subject) == number


@pytest.mark.django_db
def test_days_and_times_are_kept_as_django_keeps_them() -> None:
    """A stop or an authorisation would begin or end at another time than its page says."""
    on, at = date(2026, 11, 22), datetime(2026, 7, 1, 8, 30, 15, 250000, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kept (d date, t timestamp with time zone)")
    sql.write("INSERT INTO kept VALUES (%s, %s)", [sql.day(on), sql.instant(at)])
    assert sql.rows("SELECT d FROM kept WHERE d <= %(d)s AND t <= %(t)s", {"d": sql.day(on), "t": sql.instant(at)}) == [
        (on,)
    ]
