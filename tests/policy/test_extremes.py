"""The greatest, the least and a share: whichever is later, the longer of two periods, ten in a hundred rounded up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.policy.decide import decide
from remit.policy.faults import Place
from remit.policy.language import ConditionFaults, compile_condition
from remit.policy.lint import lint
from remit.policy.loading import load_library
from remit.policy.periods import parse_period, plus
from remit.policy.rows import Unknown
from remit.policy.situation import Situation
from tests.policy.small import FACTS, NOW, condition, pack
from tests.policy.written import FILES, write

DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))
LENGTHS = st.sampled_from(
    ["28 days", "30 days", "1 month", "4 weeks", "20 working days", "2 months", "60 days", "0 days"]
)
PACK = pack()


def worth(source: str, now: datetime = NOW, **facts: object) -> object:
    """What an expression is, of facts written with two underscores for a dot."""
    known = {name.replace("__", "."): value for name, value in facts.items()}
    return condition(source, want="any").run(Situation(PACK, known, now, now))


@settings(deadline=None)
@given(DAYS, LENGTHS, LENGTHS)
def test_the_longer_of_two_periods_is_that_which_ends_later_from_the_day_at_hand(start: date, a: str, b: str) -> None:
    """A month would count for longer than 30 days in February, or shorter in March; records would go too soon."""
    ends = [plus(start, parse_period(words), PACK.vocabulary.holidays) for words in (a, b)]
    begins = [plus(start, parse_period(words).back, PACK.vocabulary.holidays) for words in (a, b)]
    facts = {"closing__notified_on": start}
    assert worth(f"closing.notified_on.plus(max('{a}', '{b}'))", **facts) == max(ends)
    assert worth(f"closing.notified_on.plus(min('{a}', '{b}'))", **facts) == min(ends)
    assert worth(f"closing.notified_on.minus(max('{a}', '{b}'))", **facts) == min(begins)
    assert worth(f"closing.notified_on.minus(min('{a}', '{b}'))", **facts) == max(begins)
    for day in {*ends, *(end - timedelta(days=1) for end in ends)}:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        assert worth(f"closing.notified_on.passed(max('{a}', '{b}'))", noon, **facts) is (day >= max(ends))
        assert worth(f"closing.notified_on.passed(min('{a}', '{b}'))", noon, **facts) is (day >= min(ends))


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 200), st.integers(1, 200))
def test_a_share_is_the_least_whole_number_that_is_so_many(count: int, part: int, whole: int) -> None:
    """A check would look at one post too few, or one more than the policy wants."""
    found = worth(f"account.contributors.share({part}, {whole})", account__contributors=count)
    assert found == ceil(Fraction(count) * part / whole)


@settings(deadline=None)
@given(st.lists(st.none() | DAYS, min_size=2, max_size=2))
def test_what_is_not_there_is_not_the_latest(days: list[date | None]) -> None:
    """Access that ends with a contract or its vetting would never end where there is no vetting."""
    facts = dict(zip(("closing__notified_on", "account__last_used_on"), days, strict=True))
    there = [day for day in days if day is not None]
    assert worth("max(closing.notified_on, account.last_used_on)", **facts) == max(there, default=None)
    assert worth("min(account.last_used_on, closing.notified_on)", **facts) == min(there, default=None)


def test_nobody_knows_the_latest_while_one_is_unknown() -> None:
    """What nobody has said would count as not there."""
    found = worth("max(closing.notified_on, account.last_used_on)", closing__notified_on=date(2026, 1, 1))
    assert found == Unknown({"account.last_used_on"})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # The hour that comes twice: half past one in summer time is before half past one after it.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC)),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), datetime(2027, 3, 28, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_later_of_two_times_is_so_when_the_clocks_change(first: datetime, second: datetime) -> None:
    """Python orders two London times by their clocks; the earlier would be called the later."""
    facts = {"incident__began_at": first - timedelta(days=1)}
    ahead = int((second - first).total_seconds() / 60)
    source = f"(incident.began_at.plus('24 hours'), incident.began_at.plus('24 hours').plus('{ahead} minutes'))"
    later, earlier = worth(f"max{source}", **facts), worth(f"min{source}", **facts)
    assert isinstance(later, datetime)
    assert isinstance(earlier, datetime)
    assert (earlier.astimezone(UTC), later.astimezone(UTC)) == (first, second)


def test_numbers_are_exact() -> None:
    """A fee would be another than the policy's."""
    assert worth("max(account.contributors, 5, 3)", account__contributors=4) == 5
    assert worth("min(0.1, 0.25)") == Decimal("0.1")


@pytest.mark.parametrize(
    ("source", "message", "remedy"),
    [
        ("max(account.contributors, 2.0) > 1", "cannot be used on a number and a decimal number", "2.0 for 2"),
        ("max(today, now) == now", "cannot be used on a date and a time", ".date() after the time"),
        ("max(account.contributors) > 1", "max() wants two to four numbers", "max(size(post.images), 5)"),
        (
            "max(post.text, post.purpose) == 'x'",
            "max() is of numbers, dates or times, and this is a text",
            "today.plus(",
        ),
        ("today.plus(max('28 days', '1 moth')) > today", '"1 moth" is not a period', "3 months"),
        ("today.plus(max('28 days', '2 hours')) > today", '"2 hours" moves a time', "Use days"),
        ("account.contributors.share(10, 0) > 1", "share() wants its second number written out, more than 0", "100"),
        ("account.contributors.share(10) > 1", "written as two whole numbers", "size(post.images).share(10, 100)"),
        ("size(post.images) / 2 > 1", "/ cannot be used", "share"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(source: str, message: str, remedy: str) -> None:
    """Whoever writes it would read Google's words, or none."""
    with pytest.raises(ConditionFaults) as caught:
        compile_condition(source, FACTS, Place("a.yaml", 1, 1))
    fault = caught.value.faults[0]
    assert message in fault.message
    assert remedy in fault.remedy


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "max(closing.notified_on, account.last_used_on) < today",
            "the later of the day notice was given and the day the account was last used is before today",
        ),
        (
            "closing.notified_on.plus(max('28 days', '1 month')) <= today",
            "the later of 28 days after the day notice was given and 1 month after the day notice was given is on or "
            "before today",
        ),
        (
            "account.contributors >= max(5, size(post.images).share(10, 100), 2)",
            "the number of contributors is at least the greatest of 5, 10 in 100 of the number of pictures "
            "(rounded up) and 2",
        ),
        (
            "now >= min(incident.began_at.opening('desk hours'), today.closing('desk hours'))",
            "now is on or after the earlier of the time the incident began or, outside desk hours, their next "
            "beginning and the end of desk hours today (or on the next day that has them)",
        ),
        (
            "incident.began_at.date() == account.last_used_on",
            "the day of the time the incident began is the day the account was last used",
        ),
        (
            "today == today.last('last Friday in September')",
            "today is the latest last Friday in September up to today",
        ),
    ],
)
def test_the_english_says_it(source: str, words: str) -> None:
    """A reader of the policy would see a formula, or another meaning."""
    assert condition(source).words == words


def test_a_sample_is_worked_out_and_lint_asks_what_is_meant_only_where_all_may_be_none(tmp_path: Path) -> None:
    """A quarter's sample would have to be reckoned by hand, or a warning hide the one that counts."""
    body = """\
moment: post.publish
define:
  account.sample: {type: int, is: "max(5, account.followers.share(10, 100))", clause: SM-2}
rules:
- {id: SM-1, title: Few, when: ["account.sample > 6"], then: warn}
- {id: SM-2, title: Late, when: ["max(post.seen_on, date('2026-01-01')) < today"], then: warn}
- {id: SM-2-b, title: Late, when: ["min(post.seen_on, post.sent_at.date()) < today"], then: warn}
"""
    files = {"small/rules/posts.yaml": body, "small/cases/posts.yaml": "[]\n"}
    library = load_library([write(tmp_path, {**FILES, **files})])
    small = library.packs["small"]
    for followers, fired in ((60, False), (61, True)):
        facts = {"post.text": "x", "account.followers": followers, "post.seen_on": NOW.date(), "post.sent_at": NOW}
        found = decide([small], "post.publish", facts, NOW).findings
        assert ("SM-1" in [finding.rule for finding in found]) is fired
    told = [fault.message for fault in lint(library, small) if "none" in fault.message]
    assert told == ["When post.seen_on and post.sent_at are none, this comparison is no."]


def test_a_duty_draws_as_many_as_the_share_says(tmp_path: Path) -> None:
    """The number to look at could only be a figure, whatever an account has posted."""
    body = """\
moment: account.monitor
define:
  account.sample: {type: int, is: "max(2, size(post.images).share(10, 100))", clause: SM-2}
rules:
- id: SM-2
  title: Looked at
  then: {duty: {do: look, owner: desk, from: today, within: 5 days, sample: {of: post.images, count: account.sample}}}
"""
    pack = load_library([write(tmp_path, {"small/rules/posts.yaml": body, "small/cases/posts.yaml": "[]\n"})]).packs[
        "small"
    ]
    for count, drawn in ((1, 1), (11, 2), (21, 3)):
        images = [{"kind": "photo", "id": str(number)} for number in range(count)]
        duty = decide([pack], "account.monitor", {"post.images": images}, NOW).duties[0]
        assert len(duty["sample"]["drawn"]) == drawn
