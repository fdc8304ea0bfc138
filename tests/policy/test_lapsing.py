"""Approvals that run out: a case, `remit decide` and the pages judge alike until when one counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from remit.policy.decide import decide
from remit.policy.decision import Decision
from remit.policy.faults import PackFaults
from remit.policy.lapsing import counts_until
from remit.policy.packs import Effect, Exemption, Pack, Say
from remit.policy.periods import Holidays
from tests.policy.small import SAYS, condition, pack, rule
from tests.policy.test_loading import load, swapped

GIVEN = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)


def wants(lasts: str, confirmed: str | None = None) -> Pack:
    """A pack that wants an approval which runs out, and has another rule which such an approval excuses."""
    say = Say("today", "Release", ("sio",), lasts=lasts, confirmed=confirmed)
    excused = Exemption("released", condition("'today' in act.approved"), approval="today")
    rules = rule(Effect("approve", say="today"), id="X-1"), rule("refuse", id="X-2", unless=[excused])
    return pack(*rules, says={**SAYS, "today": say})


def judged(policy: Pack, now: datetime, *, at: datetime | None = None, **more: Any) -> Decision:
    given = {"say": "today", "asked_at": GIVEN, "given_at": GIVEN, "answer": "approve", **more}
    facts = {"post.text": "Good night.", "act.approved": ["today"], "act.says": [given]}
    return decide([policy], "post.publish", facts, now, at=at)


@pytest.mark.parametrize(
    ("lasts", "given_at", "end"),
    [
        ("24 hours", "2026-11-20T16:30+00:00", "2026-11-21T16:30+00:00"),
        ("2 working days", "2026-11-20T16:30+00:00", "2026-11-24T16:30+00:00"),
        ("until 18:00", "2026-11-20T16:30+00:00", "2026-11-20T18:00+00:00"),
        ("until 18:00", "2026-11-20T18:00+00:00", "2026-11-21T18:00+00:00"),
        ("until 18:00", "2026-07-20T16:30+00:00", "2026-07-20T17:00+00:00"),
        ("until 00:00", "2026-10-24T16:30+00:00", "2026-10-24T23:00+00:00"),
        ("24 hours", "2026-10-24T16:30+00:00", "2026-10-25T16:30+00:00"),
    ],
)
def test_when_an_approval_runs_out(lasts: str, given_at: str, end: str) -> None:
    """An hour too many, and something goes out on a yes that its giver thought was over."""
    say = Say("today", "Release", ("sio",), lasts=lasts)
    found = counts_until(say, datetime.fromisoformat(given_at), None, {}.get, Holidays())
    assert found == datetime.fromisoformat(end)


def test_a_decision_counts_an_approval_until_it_runs_out() -> None:
    """Otherwise `remit decide` and a case would allow what the pages ask about again."""
    policy = wants("until 18:00")
    assert judged(policy, GIVEN.replace(hour=17, minute=59)).outcome == "allowed"
    late = judged(policy, GIVEN.replace(hour=18, minute=0))
    assert late.outcome == "refused", "what only the approval excused is refused again"
    assert [each["say"] for each in late.offers] == ["today"]
    # What was done in time is judged later as the act of its day.
    assert judged(policy, GIVEN.replace(day=22), at=GIVEN.replace(hour=17)).outcome == "allowed"


def test_what_is_confirmed_counts_on() -> None:
    """Otherwise the approver's second look would be worth nothing."""
    at_five = GIVEN.replace(hour=17, minute=0)
    for confirmed, last in (
        ("24 hours", GIVEN.replace(day=21, hour=16, minute=59)),
        ("for good", GIVEN.replace(year=2036)),
    ):
        assert judged(wants("until 18:00", confirmed), last, confirmed_at=at_five).outcome == "allowed"
    assert judged(wants("until 18:00", "24 hours"), at_five.replace(day=21), confirmed_at=at_five).outcome == "refused"
    assert judged(wants("until 18:00"), at_five.replace(hour=18), confirmed_at=at_five).outcome == "refused"


def test_a_confirmation_never_ends_an_approval_sooner() -> None:
    """An approver who looked again early would have stopped what without a second look could still go out."""
    policy = wants("36 hours", "12 hours")
    early, late = GIVEN + timedelta(hours=2), GIVEN + timedelta(hours=30)
    for confirmed_at, hours in ((early, 36), (late, 42)):
        last = GIVEN + timedelta(hours=hours)
        assert judged(policy, last - timedelta(minutes=1), confirmed_at=confirmed_at).outcome == "allowed"
        assert judged(policy, last, confirmed_at=confirmed_at).outcome == "refused"


def test_a_setting_that_the_force_has_not_given_ends_nothing() -> None:
    """A force that has not said how long yet would otherwise be asked for every approval at once again."""
    assert judged(wants("force.how_long"), GIVEN.replace(year=2027)).outcome == "allowed"
    policy = wants("force.how_long")
    given = {"say": "today", "given_at": GIVEN, "answer": "approve"}
    facts = {"post.text": "x", "act.approved": ["today"], "act.says": [given], "force.how_long": "3 days"}
    assert decide([policy], "post.publish", facts, GIVEN.replace(day=23)).outcome == "refused"


def test_how_long_an_approval_counts_is_read(tmp_path: Path) -> None:
    """A slip in it would make an approval that never runs out."""

    def written(more: str) -> dict[str, str]:
        title = "title: Release by the media desk"
        return {"small/policy.yaml": swapped("small/policy.yaml", title, f"{title}, {more}")}

    read = load(tmp_path, written("lasts: until 18:00, confirmed: for good")).says["release"]
    assert (read.lasts, read.confirmed, read.periods) == ("until 18:00", "for good", ("until 18:00", "for good"))
    for folder, (more, message) in enumerate(
        [
            ("lasts: until 6pm", '"6pm" is no time of day'),
            ("lasts: until 18.00", '"18.00" is no time of day'),
            ("lasts: for good", '"for good" is not a period'),
            ("confirmed: 24 hours", "nobody confirms it"),
            ("lasts: 24 hours, confirmed: forever", '"forever" is not a period'),
        ]
    ):
        with pytest.raises(PackFaults) as caught:
            load(tmp_path / str(folder), written(more))
        assert message in str(caught.value)
