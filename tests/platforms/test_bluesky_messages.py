"""Replies and mentions on a real Bluesky server. If these fail, what people on it write to the force is never seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from remit.platforms.bluesky import neighbours
from remit.platforms.bluesky.network import PLATFORM
from remit.platforms.protocol import Content, Refused
from tests.platforms.conftest import Bluesky

pytestmark = pytest.mark.django_db


def test_replies_and_mentions_by_people_on_the_same_service_are_read_and_answered(bluesky: Bluesky) -> None:
    us, visitor = bluesky.somebody(), bluesky.somebody()
    now = datetime.now(UTC)
    ours = PLATFORM.publish(us.connect(), Content("Road closed at the bridge."), uuid4(), now)
    visitor.connect()
    PLATFORM.publish(visitor.profile, Content("Nothing to do with you."), uuid4(), now)
    reply = PLATFORM.publish(visitor.profile, Content("Until when?", after=ours.remote_id), uuid4(), now)
    PLATFORM.publish(
        visitor.profile, Content(f"@{us.profile.handle} are you there?"), uuid4(), now + timedelta(seconds=1)
    )
    found = PLATFORM.messages(us.profile, now - timedelta(minutes=1))
    assert [(each.channel, each.text, each.answers) for each in found] == [
        ("comment", "Until when?", ours.remote_id),
        ("mention", f"@{us.profile.handle} are you there?", ""),
    ]
    assert {each.author for each in found} == {f"@{visitor.profile.handle}"}
    assert found[0].remote_id == reply.remote_id
    PLATFORM.publish(us.profile, Content("Until 6pm.", after=found[0].remote_id), uuid4(), now + timedelta(seconds=2))
    answer = us.records()[-1]["value"]
    assert (answer["reply"]["parent"]["uri"], answer["reply"]["root"]["uri"]) == (reply.remote_id, ours.remote_id)
    assert PLATFORM.messages(us.profile, now + timedelta(hours=1)) == []


def test_where_too_many_live_it_says_so_and_reads_nothing(bluesky: Bluesky, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Bluesky's own service answers are gathered by an AppView, which Remit does not ask: nobody must rely on it."""
    us = bluesky.somebody()
    bluesky.somebody()
    monkeypatch.setattr(neighbours, "MOST", 1)
    with pytest.raises(Refused, match="AppView"):
        PLATFORM.messages(us.connect(), datetime.now(UTC))
    with pytest.raises(Refused, match="Bluesky's own app"):
        PLATFORM.moderate(us.profile, "hide", None)  # type: ignore[arg-type]
