"""Until when something waits: told to an author, kept by the kernel, and right to the minute or not told at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.policy.decide import decide
from remit.policy.language import Condition
from remit.policy.packs import Definition, Effect
from remit.policy.periods import LONDON
from remit.policy.situation import Situation
from remit.policy.vocabulary import Fact

from .small import condition, judge, pack, rule

#: A Friday evening before a bank holiday, and one on which the clocks go back on Sunday.
FRIDAY = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 23, 16, 30, tzinfo=UTC)
SPRING = datetime(2027, 3, 26, 18, 30, tzinfo=UTC)

#: What stands in a table of hours: each reads the clock alone, or a fact that is given.
_TESTS = (
    "today.weekday() == 'saturday'",
    "today.weekday() != 'sunday'",
    "today.weekday() in ['monday', 'saturday']",
    "now.weekday() == 'friday'",
    "today.working_day()",
    "now.working_day()",
    "now.between('09:00', '17:00')",
    "now.between('00:30', '01:30')",
    "now.between('22:00', '06:00')",
    "now.between('10:00', '23:30')",
    "today != date('2026-11-23')",
    "today in [date('2026-11-25'), date('2027-03-30')]",
    "today > date('2026-11-22')",
    "today.plus('2 days') >= date('2026-11-26')",
    "today == closing.notified_on.plus('1 working day')",
    "closing.notified_on.passed('3 days')",
    "closing.notified_on.passed('more than 2 days')",
    "incident.began_at.passed('30 hours')",
    "now >= incident.began_at.plus('2 days')",
    "now.plus('90 minutes') < incident.began_at.plus('50 hours')",
    "now.last(['1st of the month', 'tuesday']).passed('2 days')",
    "today.next('26 November') == today",
    "incident.began_at.passed('9.5 working hours')",
    "now >= today.at('08:00')",
    "now >= closing.notified_on.plus('1 working day').at('16:30')",
    "now < today.next('friday').at('09:00')",
    "today.at('01:30').passed('2 hours')",
    "now.at('10:00') <= now",
    "now >= today.closing('working hours')",
    "now.closing('working hours') > incident.began_at.plus('1 working day')",
    "incident.began_at.opening('working hours').plus('1 working day').passed('30 minutes')",
    "now.date() > closing.notified_on || at.date() == date('2026-11-21')",
    "today.last(['first Tuesday of the month', 'last Sunday in November']).passed('1 day')",
    "office.open",
    "device.issued",
)
_OFFICE = Fact("office.open", "bool", "the office is open")
_OPEN = {
    "office.open": Definition(
        "office.open",
        _OFFICE,
        "",
        ((condition("today.working_day() && now.between('08:30', '16:00')"), True), (condition("device.issued"), True)),
    )
}


@lru_cache(maxsize=512)
def _read(test: str) -> Condition:
    return condition(test, {"office.open": _OFFICE})


def _nested(tests: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        tests.map(lambda test: f"!({test})"),
        st.tuples(tests, st.sampled_from(["&&", "||"]), tests).map(lambda parts: f"({' '.join(parts)})"),
    )


_UNTIL = st.recursive(st.sampled_from(_TESTS), _nested, max_leaves=6)


def _facts(now: datetime) -> dict[str, object]:
    begun = now - timedelta(hours=7)
    return {
        "post.text": "x",
        "closing.notified_on": begun.date(),
        "incident.began_at": begun,
        "device.issued": False,
    }


@settings(max_examples=40, deadline=None)
@given(tests=st.lists(_UNTIL, min_size=1, max_size=3), now=st.sampled_from([FRIDAY, AUTUMN, SPRING]))
def test_what_waits_for_time_is_told_the_first_half_hour_at_which_it_may_go(tests: list[str], now: datetime) -> None:
    """Told too early, a post is sent to a closed door; told too late, it lies about; several rules are one wait."""
    untils = [_read(test) for test in tests]
    small = pack(*(rule(Effect("hold", condition=c), id=f"X-{n}") for n, c in enumerate(untils)), definitions=_OPEN)
    facts = _facts(now)
    decision = decide([small], "post.publish", facts, now)

    def may_go(then: datetime) -> bool:
        situation = Situation(small, facts, then, then)
        return all(until.run(situation) is True for until in untils)

    first = next((t for t in (now + timedelta(minutes=30 * n) for n in range(48 * 6)) if may_go(t)), None)
    said = decision.not_before
    told = said if said is None or isinstance(said, datetime) else datetime(*said.timetuple()[:3], tzinfo=LONDON)
    if first == now:
        assert (decision.outcome, told) == ("allowed", None)
    elif first is not None:
        assert told == first
    elif told is not None and len(tests) == 1:
        assert told > now + timedelta(days=5)
        assert may_go(told)


@pytest.mark.parametrize(
    ("until", "now", "not_before"),
    [
        (
            "today.weekday() == 'saturday' && now.between('09:00', '23:30')",
            datetime(2026, 11, 16, 12, tzinfo=UTC),
            datetime(2026, 11, 21, 9, tzinfo=UTC),
        ),
        ("!today.working_day() || now.between('09:00', '17:00')", FRIDAY, date(2026, 11, 21)),
        ("today != date('2026-11-20')", FRIDAY, date(2026, 11, 21)),
        ("incident.began_at.passed('more than 6 years')", FRIDAY, datetime(2032, 11, 20, 10, 31, tzinfo=UTC)),
        # In the night of the change of clocks half past one comes twice, and in spring not at all.
        (
            "now.between('01:30', '02:00')",
            datetime(2026, 10, 25, 1, 15, tzinfo=UTC),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        ),
        (
            "now.between('01:30', '03:00')",
            datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
            datetime(2027, 3, 28, 1, tzinfo=UTC),
        ),
    ],
)
def test_hours_of_the_week_say_until_when(until: str, now: datetime, not_before: object) -> None:
    """A table of hours with weekdays gave a wrong time, or none."""
    facts = {name.replace(".", "__"): value for name, value in _facts(now).items() if name != "post.text"}
    decision = judge(rule(Effect("hold", condition=condition(until)), "true"), now=now, **facts)
    told = decision.not_before
    assert (told.astimezone(UTC) if isinstance(told, datetime) else told) == not_before


def test_a_time_that_cannot_be_told_is_not_invented() -> None:
    """An author would read that the post goes out "from that day", or "from None"."""
    hold = rule(Effect("hold", condition=condition("device.issued")), "true", remedy="It goes out from {until}.")
    finding = judge(hold, device__issued=False).findings[0]
    assert finding.remedy == "It goes out from a time that cannot be told yet."


def test_the_end_of_one_hold_is_not_told_while_another_begins() -> None:
    """At noon on Christmas Day a post would be promised for midnight, when the night holds it until nine."""
    christmas = rule(Effect("hold", condition=condition("today != date('2026-12-25')")), "today == date('2026-12-25')")
    hours = rule(Effect("hold", condition=condition("now.between('09:00', '18:00')")), id="X-2")
    noon = datetime(2026, 12, 25, 12, tzinfo=UTC)
    assert judge(christmas, hours, now=noon).not_before == datetime(2026, 12, 26, 9, tzinfo=UTC)
