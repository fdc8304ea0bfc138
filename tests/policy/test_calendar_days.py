"""Days that come again, hours that are worked, and tables of hours: what a policy says of quarter days and of its desk.

Were these to fail, figures would be owed on the wrong day, and a message of Friday evening be late on Saturday.
"""

from __future__ import annotations

from calendar import Calendar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.policy.calendar_days import MONTHS, WEEKDAYS, last_of, next_of, parse_recurring
from remit.policy.changing import changes
from remit.policy.column_values import recurring
from remit.policy.decide import decide
from remit.policy.decision import Decision
from remit.policy.faults import PackFaults
from remit.policy.loading import load_library
from remit.policy.markdown import policy_page
from remit.policy.packs import Pack
from remit.policy.periods import LONDON, Holidays, parse_period, plus
from remit.policy.replay import rows_only
from remit.policy.rule_words import rule_in_english
from tests.policy.written import FILES, HERE, marked, rules, write

QUARTERS = ("1 January", "1 April", "1 July", "1 October")
WHICH = ("first", "second", "third", "fourth", "last")
NAMES = (
    *WEEKDAYS,
    *(f"{day} {month}" for month in MONTHS for day in (1, 28)),
    *("29 February", "31 December", "1st of the month"),
    *(f"{which} {day} {of}" for which in WHICH for day in ("monday", "Friday") for of in ("in April", "of the month")),
    *("first Saturday in January", "last Sunday in February", "fourth Thursday in December"),
    *(f"{day}th of the month" for day in (5, 29, 30, 31)),
)
DESK = """\
working_hours:
  monday: ["07:00", "19:00"]
  tuesday: ["07:00", "19:00"]
  wednesday: ["07:00", "19:00"]
  thursday: ["07:00", "19:00"]
  friday: ["07:00", "19:00"]
  saturday: ["09:00", "13:00"]
"""
TABLE = """\
define:
  post.a_sunday:
    is: "today.weekday() == 'sunday' || !today.working_day() && today.weekday() != 'saturday'"
    clause: SM-2
  post.hour_for_it:
    is: "!post.a_sunday && today.weekday() != 'saturday' && now.between('08:00', '18:30')"
    clause: SM-2
  post.sought: {is: "post.appeal in ['wanted', 'missing']", clause: SM-1, label: somebody is sought}
"""


def pack_of(folder: Path, body: str, *, define: str = "", policy: str = "", holidays: str = "") -> Pack:
    files: dict[str, str | bytes | None] = {"small/rules/posts.yaml": define + body}
    files["small/policy.yaml"] = FILES["small/policy.yaml"] + policy
    files["bank-holidays.yaml"] = holidays or '"2026": [2026-12-25, 2026-12-28]\n'
    return load_library([write(folder, files)]).packs["small"]


def rule(test: str, **more: str) -> str:
    keys = {"id": "SM-1", "title": "Held", "when": f'["{test}"]', "then": "warn", **more}
    return rules("- " + "\n  ".join(f"{key}: {text}" for key, text in keys.items()) + "\n")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


def judged(pack: Pack, now: datetime, **facts: Any) -> Decision:
    given_ = {"post.text": "Good morning.", **{name.replace("__", "."): value for name, value in facts.items()}}
    return decide([pack], "post.publish", given_, now)


@given(st.dates(date(2019, 1, 1), date(2033, 12, 31)), st.lists(st.sampled_from(NAMES), min_size=1, max_size=4))
def test_the_last_and_next_day_are_those_that_a_calendar_shows(day: date, names: list[str]) -> None:
    calendar = Calendar()

    def is_one(other: date) -> bool:
        end = (other + timedelta(days=1)).month != other.month
        for name in names:
            wanted = parse_recurring(name)
            if wanted.which:
                same = [d for d in calendar.itermonthdates(other.year, other.month) if d.weekday() == wanted.weekday]
                same = [d for d in same if d.month == other.month]
                which = -1 if name.startswith("last") else WHICH.index(name.split()[0])
                if wanted.month in (None, other.month) and other == same[which]:
                    return True
                continue
            if wanted.weekday is not None and other.weekday() == wanted.weekday:
                return True
            there = other.day == wanted.day or (end and other.day < wanted.day)
            if wanted.day and wanted.month in (None, other.month) and there:
                return True
        return False

    back = next(d for d in (day - timedelta(days=n) for n in range(400)) if is_one(d))
    ahead = next(d for d in (day + timedelta(days=n) for n in range(400)) if is_one(d))
    assert (last_of(day, names), next_of(day, names)) == (back, ahead)


def test_columns_have_the_same_days() -> None:
    """A replay of figures owed at each quarter would else count other days than the decisions did."""
    days = [date(2023, 12, 20) + timedelta(days=n) for n in range(800)]
    frame = pl.DataFrame({"day": days})
    for names in (*((name,) for name in NAMES), QUARTERS, ("monday", "31st of the month", "29 February")):
        found = frame.select(
            last=recurring(pl.col("day"), names, back=True), next=recurring(pl.col("day"), names, back=False)
        )
        assert found["last"].to_list() == [last_of(day, names) for day in days], names
        assert found["next"].to_list() == [next_of(day, names) for day in days], names


def test_figures_are_owed_ten_working_days_after_each_quarter_day(tmp_path: Path) -> None:
    """The due day stands for the whole quarter, and does not run on with the clock."""
    duty = (
        "{duty: {do: send the figures, owner: desk, from: \"today.last(['1 January', '1 April', '1 July', "
        "'1 October'])\", within: 10 working days}}"
    )
    pack = pack_of(tmp_path, f"moment: account.monitor\nrules:\n- {{id: SM-1, title: Figures, then: {duty}}}\n")
    due = {}
    for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 12, 31)):
        now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        due[day] = decide([pack], "account.monitor", {}, now).duties[0]["due"]
    assert [*due.values()] == ["2026-07-15", "2026-10-15", "2026-10-15", "2026-10-15"]
    (told,) = rule_in_english(pack, pack.rules[0]).then
    assert "the last 1 January, 1 April, 1 July or 1 October up to today" in told


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(20, 10), "4 working hours", at(20, 14)),
        (at(20, 17), "4 working hours", at(21, 11)),  # Friday evening: two hours on Friday, two on Saturday
        (at(21, 12), "4 working hours", at(23, 10)),  # Saturday noon: one hour, and three on Monday
        (at(22, 3), "4 working hours", at(23, 11)),
        (at(20, 15), "4 working hours", at(20, 19)),
        (at(20, 15, 1), "4 working hours", at(21, 9, 1)),
        (at(24, 18, month=12), "2.5 working hours", at(26, 10, 30, month=12)),  # Christmas Day is a bank holiday
        (at(20, 10), "2.5 hours", at(20, 12, 30)),
    ],
)
def test_hours_of_the_desk_are_counted_and_no_others(
    tmp_path: Path, start: datetime, hours: str, end: datetime
) -> None:
    holidays = pack_of(tmp_path, rule("device.issued"), policy=DESK).vocabulary.holidays
    found = plus(start, parse_period(hours), holidays)
    assert found == end
    if "working" in hours:
        back = plus(end, parse_period(hours).back, holidays)
        assert plus(back, parse_period(hours), holidays) == end


def test_the_hours_of_a_policy_are_told_and_compared_with_those_of_its_next_version(tmp_path: Path) -> None:
    old, new = (pack_of(tmp_path, rule("device.issued"), policy=hours) for hours in ("", DESK))
    (line,) = (line for line in changes(old, new).whole if line.part == "Working hours")
    assert line.old == ""
    assert line.new == "Monday to Friday 7:00am to 7:00pm, Saturday 9:00am to 1:00pm"
    assert line.new in "".join(policy_page(new))


def test_without_hours_of_its_own_a_policy_counts_nine_to_five() -> None:
    assert plus(at(20, 16), parse_period("4 working hours"), Holidays()) == at(23, 12)


def test_an_answer_is_late_after_four_working_hours(tmp_path: Path) -> None:
    """A replay counts them too."""
    body = rule("post.sent_at.given() && post.sent_at.passed('more than 4 working hours')")
    pack = pack_of(tmp_path, body, policy=DESK)
    assert not judged(pack, at(21, 11), post__sent_at=at(20, 17)).findings
    assert judged(pack, at(21, 11, 1), post__sent_at=at(20, 17)).findings
    assert rows_only(pack) == {}


def test_a_hold_of_a_table_of_hours_says_when_it_ends(tmp_path: Path) -> None:
    """Through the definitions that make the table, over a night, a weekend and a bank holiday that counts as Sunday."""
    body = rule("!post.hour_for_it", then="{hold: {until: post.hour_for_it}}", remedy='"It goes out from {until}."')
    pack = pack_of(tmp_path, body, define=TABLE)
    assert judged(pack, at(20, 18, 29)).outcome == "allowed"
    assert judged(pack, at(19, 18, 30)).not_before == at(20, 8)
    assert judged(pack, at(20, 18, 30)).not_before == at(23, 8)
    assert judged(pack, at(22, 3)).not_before == at(23, 8)
    assert judged(pack, at(24, 23, month=12)).not_before == at(29, 8, month=12)


@pytest.mark.parametrize(
    ("test", "message", "remedy"),
    [
        ("today.last('1 Janury') == today", '"1 Janury" is no day that comes again', '"1 April", "monday"'),
        ("today.last('30 February') == today", "is no day that comes again", "1st of the month"),
        ("today.next('fifth Monday in May') == today", "is no day that comes again", "first Monday in May"),
        ("today.next([]) == today", "No day stands here", "Write for example"),
        ("today.next(post.text) == today", "Days that come again are written out", "1 April"),
        ("post.text.next('monday') == today", '"next" cannot be used on a text', ""),
        ("today.last() == today", "last() wants days that come again", "today.last("),
        ("today.passed('4 working hours')", "moves a time, and this is a date", ""),
        ("now.plus('2.3456 hours') > now", "is not a period", "4 working hours"),
        ("now.plus('2.5 days') > now", "is not a period", "only hours"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(tmp_path: Path, test: str, message: str, remedy: str) -> None:
    with pytest.raises(PackFaults) as caught:
        pack_of(tmp_path, rule(test))
    assert message in caught.value.faults[0].message
    assert remedy in caught.value.faults[0].remedy


@pytest.mark.parametrize(
    ("hours", "message", "remedy"),
    [
        (f'working_hours: {{{HERE}mon: ["09:00", "17:00"]}}', 'has no key "mon"', "monday"),
        (f'working_hours: {{monday: {HERE}"09:00-17:00"}}', "From when to when", '["09:00", "17:00"]'),
        (f'working_hours: {{monday: {HERE}["9", "17:00"]}}', "From when to when", '["09:00", "17:00"]'),
        (f'working_hours: {{monday: {HERE}["17:00", "09:00"]}}', "end before they begin", "Swap"),
        (f"working_hours: {HERE}{{}}", "Nobody is ever at work", "monday:"),
    ],
)
def test_a_mistake_in_the_hours_is_told_with_its_place(tmp_path: Path, hours: str, message: str, remedy: str) -> None:
    text = FILES["small/policy.yaml"] + hours + "\n"
    with pytest.raises(PackFaults) as caught:
        load_library([write(tmp_path, {"small/policy.yaml": text})])
    fault = caught.value.faults[0]
    assert (fault.place.line, fault.place.column) == marked(text)
    assert message in fault.message
    assert remedy in fault.remedy
