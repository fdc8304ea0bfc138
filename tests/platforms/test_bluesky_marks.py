"""If these fail, a post that went out is not recognised on Bluesky, and is said not to have gone out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from remit.platforms.bluesky import marks

#: The protocol's own description of a timestamp identifier.
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(st.uuids(), TIMES)
def test_a_mark_is_what_the_protocol_asks_for_and_always_the_same(key: UUID, at: datetime) -> None:
    assert TID.fullmatch(marks.mark(key, at))
    assert marks.mark(key, at) == marks.mark(UUID(int=key.int), at + timedelta(0))


@given(st.uuids(), st.uuids(), TIMES, st.timedeltas(timedelta(microseconds=1), timedelta(days=3650)))
def test_marks_are_in_the_order_of_time(first: UUID, second: UUID, at: datetime, later: timedelta) -> None:
    assert marks.mark(first, at) < marks.mark(second, at + later)


@given(st.uuids(), TIMES, st.timedeltas(timedelta(0), timedelta(days=3650)))
def test_reading_back_from_a_time_begins_before_every_post_of_that_time(
    key: UUID, since: datetime, later: timedelta
) -> None:
    assert TID.fullmatch(marks.before(since))
    assert marks.before(since) < marks.mark(key, since + later)
    assert marks.mark(key, since - timedelta(microseconds=2)) <= marks.before(since)
