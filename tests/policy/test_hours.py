"""Tables of hours: of several desks, of summer and winter, of half days; counted in, tested by, and told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.policy import column_values
from remit.policy.calendar_days import Recurring
from remit.policy.column_values import Column
from remit.policy.decide import decide
from remit.policy.fact_frames import TYPES
from remit.policy.faults import PackFaults
from remit.policy.figure_words import hours_words
from remit.policy.hours import Change, Hours, Week
from remit.policy.lint import lint
from remit.policy.loading import load_library
from remit.policy.packs import Pack
from remit.policy.periods import LONDON, Holidays, closing, during, instant, london_date, opening, parse_period, plus
from remit.policy.rule_words import rule_in_english

from .written import FILES, HERE, marked, write

TABLES = """\
working_hours:
  weekdays: ["08:00", "18:00"]
  friday: ["08:00", "12:30"]
hours:
  press-office:
    weekdays: ["07:00", "19:00"]
    saturday: ["09:00", "13:00"]
    bank_holidays: ["10:00", "14:00"]
    changes:
    - {from: 1 June, until: 31 August, weekdays: ["07:00", "15:00"]}
    - {from: 24 December, until: 2 January, weekdays: ["09:00", "12:00"], bank_holidays: ["10:00", "12:00"]}
    - {from: 2027-04-01, weekdays: ["09:00", "17:00"]}
  digital-desk:
    sunday: ["10:00", "16:00"]
"""


def pack_of(folder: Path, body: str = "", policy: str = TABLES) -> Pack:
    rules = f"moment: post.publish\nrules:\n{body}" if body else FILES["small/rules/posts.yaml"]
    files = {"small/policy.yaml": FILES["small/policy.yaml"] + policy, "small/rules/posts.yaml": rules}
    days = '"2026": [2026-12-25, 2026-12-28]\n"2027": [2027-01-01]\n'
    return load_library([write(folder, {**files, "bank-holidays.yaml": days})]).packs["small"]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_of(tmp_path_factory.mktemp("pack"))


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("when", "table", "inside"),
    [
        (at(11, 20, 12, 29), "working", True),  # a Friday
        (at(11, 20, 12, 30), "working", False),
        (at(11, 20, 18, 59), "press-office", True),
        (at(11, 21, 12, 59), "press-office", True),  # a Saturday
        (at(11, 22, 11), "press-office", False),
        (at(11, 22, 11), "digital-desk", True),
        (at(11, 23, 11), "digital-desk", False),
        (at(5, 29, 16), "press-office", True),
        (at(6, 1, 16), "press-office", False),
        (at(8, 31, 14, 59), "press-office", True),
        (at(9, 1, 16), "press-office", True),
        (at(12, 25, 11), "press-office", True),  # Christmas Day, in the part of the year that goes over New Year
        (at(12, 25, 13), "press-office", False),
        (at(1, 1, 11, year=2027), "press-office", True),
        (at(1, 4, 18, year=2027), "press-office", True),
        (at(3, 31, 18, year=2027), "press-office", True),
        (at(4, 1, 18, year=2027), "press-office", False),
        (at(7, 1, 16, year=2027), "press-office", True),  # the last change that covers a day counts
    ],
)
def test_who_is_there_when(pack: Pack, when: datetime, table: str, inside: bool) -> None:
    """A post would wait for a desk that has gone home, or be sent to one."""
    assert during(when, table, pack.vocabulary.holidays) is inside


def test_a_bank_holiday_opens_no_day_of_the_week_that_is_a_day_off(tmp_path: Path) -> None:
    """A desk that works on bank holidays would be counted on when one falls on its day off."""
    week = 'weekdays: ["09:00", "17:00"], bank_holidays: ["10:00", "14:00"]'
    tables = f"hours:\n  quay: {{{week}, monday: []}}\n  pier: {{{week}}}\n"
    pack = pack_of(tmp_path, policy=tables)
    holidays = pack.vocabulary.holidays
    monday, christmas = at(12, 28, 11), at(12, 25, 11)  # both are bank holidays
    assert [during(when, "quay", holidays) for when in (monday, christmas)] == [False, True]
    assert [during(when, "pier", holidays) for when in (monday, christmas)] == [True, True]
    assert hours_words(pack)["Quay hours"].endswith("bank holidays 10:00am to 2:00pm (never on Monday)")


@pytest.mark.parametrize(
    ("start", "words", "end"),
    [
        (at(11, 20, 11), "2 working hours", at(11, 23, 8, 30)),
        (at(11, 20, 18), "2 press-office hours", at(11, 21, 10)),
        (at(11, 21, 12), "2 press-office hours", at(11, 23, 8)),
        (at(8, 31, 14), "2 press-office hours", at(9, 1, 8)),
        (at(12, 25, 11, 30), "1 press-office hour", at(12, 28, 10, 30)),
        (at(11, 23, 9), "7 digital-desk hours", at(12, 6, 11)),
        (at(11, 20, 13), "0 working hours", at(11, 23, 8)),
        (at(11, 20, 12, 29), "0 working hours", at(11, 20, 12, 29)),
        (at(11, 20, 12, 30), "0 working hours", at(11, 23, 8)),
    ],
)
def test_hours_are_counted_by_the_table_that_is_named(pack: Pack, start: datetime, words: str, end: datetime) -> None:
    """A desk would be late although nobody was there, or have a night that it should not have."""
    holidays = pack.vocabulary.holidays
    assert plus(start, parse_period(words), holidays) == end


def test_rules_test_count_and_wait_by_them(tmp_path: Path) -> None:
    """The words of the rule, its duty and until when it waits would each go by other hours."""
    body = """\
- id: SM-1
  title: The press office is there
  when: ["!now.during('press-office hours')"]
  then:
  - {hold: {until: "now.during('press-office hours')"}}
- {id: SM-2, title: Told, then: {duty: {do: tell them, owner: desk, from: now, within: 2 press-office hours}}}
"""
    pack = pack_of(tmp_path, body)
    decision = decide([pack], "post.publish", {"post.text": "x"}, at(11, 21, 13))
    assert decision.not_before == at(11, 23, 7)
    open_ = decide([pack], "post.publish", {"post.text": "x"}, at(11, 21, 12))
    assert (open_.outcome, open_.duties[0]["due"]) == ("allowed", at(11, 23, 8).isoformat())
    hold, told = (rule_in_english(pack, rule) for rule in pack.rules)
    assert hold.when == ["now is outside press-office hours"]
    assert told.then[0].endswith("tell them within 2 press-office hours of now")
    assert not [fault for fault in lint(load_library([tmp_path]), pack) if "hours" in fault.message]


def test_the_tables_are_told(pack: Pack) -> None:
    """Nobody could see on the policy's page when a desk is there."""
    told = hours_words(pack)
    assert told["Working hours"] == "Monday to Thursday 8:00am to 6:00pm, Friday 8:00am to 12:30pm"
    assert told["Digital-desk hours"] == "Sunday 10:00am to 4:00pm"
    assert (
        "bank holidays 10:00am to 2:00pm; from 1 June to 31 August: Monday to Friday 7:00am"
        in told["Press-office hours"]
    )
    assert told["Press-office hours"].endswith("from 1 April 2027: Monday to Friday 9:00am to 5:00pm")


def put(more: str) -> str:
    return f'hours: {{desk: {{weekdays: ["09:00", "17:00"], {more}}}}}\n'


@pytest.mark.parametrize(
    ("policy", "message", "remedy"),
    [
        (put(f"{HERE}wekdays: []"), 'has no key "wekdays"', "weekdays"),
        (put(f"changes: [{HERE}{{until: 1 June}}]"), 'needs "from"', "for every year"),
        (put(f"changes: [{{from: {HERE}1 June}}]"), "never ends", "until which day"),
        (put(f"changes: [{{from: 2027-01-01, until: {HERE}1 June}}]"), "ends every year", "with their year"),
        (put(f"changes: [{{from: {HERE}monday, until: 1 June}}]"), '"monday" is no day of the year', "1 June"),
        (
            put(f"changes: [{{from: {HERE}last Friday of the month, until: 1 June}}]"),
            "no day of the year",
            "first Monday",
        ),
        (
            f"hours: {{desk: {HERE}{{changes: [{{from: 2027-04-01, sunday: ['09:00', '17:00']}}]}}}}\n",
            "nobody is ever",
            "",
        ),
        (f'hours: {{{HERE}Desk: {{weekdays: ["09:00", "17:00"]}}}}\n', "is no name for a table", "press-office"),
        (f'hours: {{{HERE}working: {{weekdays: ["09:00", "17:00"]}}}}\n', "their own place", "working_hours"),
        (f"hours: {{desk: {HERE}{{}}}}\n", "Nobody is ever at work", "monday:"),
    ],
)
def test_a_mistake_in_a_table_is_told_with_its_place(tmp_path: Path, policy: str, message: str, remedy: str) -> None:
    """Whoever writes the hours of a desk would load others than they meant."""
    text = FILES["small/policy.yaml"] + policy
    with pytest.raises(PackFaults) as caught:
        pack_of(tmp_path, policy=policy.replace(HERE, ""))
    fault = caught.value.faults[0]
    assert message in fault.message
    assert remedy in fault.remedy
    assert (fault.place.line, fault.place.column) == marked(text)


@pytest.mark.parametrize(
    ("test", "message", "remedy"),
    [
        ("now.during('pres-office hours')", 'no hours called "pres-office hours"', "press-office hours"),
        ("now.during('press-office')", 'no hours called "press-office"', "press-office hours"),
        ("today.during('press-office hours')", '"during" cannot be used on a date', ""),
        ("now.during()", "during() wants the name of hours", "now.during('working hours')"),
        ("today.closing('pres-office hours') > now", 'no hours called "pres-office hours"', "press-office hours"),
        ("now.opening() > now", "opening() wants the name of hours", "now.opening('working hours')"),
        ("today.plus('2 pres-office days') > today", 'no days called "pres-office days"', "press-office days"),
        ("today.plus('2 press-office weeks') > today", "is not a period", "5 working days"),
        ("now.plus('2 pres-office hours') > now", 'no hours called "pres-office hours"', "press-office hours"),
    ],
)
def test_hours_that_nobody_has_are_told(tmp_path: Path, test: str, message: str, remedy: str) -> None:
    """A misspelt desk would be found out when somebody wants to post."""
    with pytest.raises(PackFaults) as caught:
        pack_of(tmp_path, f'- {{id: SM-1, title: x, when: ["{test}"], then: warn}}\n')
    assert message in caught.value.faults[0].message
    assert remedy in caught.value.faults[0].remedy


SEASONS = """\
hours:
  desk:
    weekdays: ["08:30", "17:00"]
    friday: ["08:30", "13:00"]
    changes:
    - from: first Monday in April
      until: last Friday in September
      weekdays: ["07:30", "18:30"]
      friday: ["07:30", "12:30"]
  desk-short: {weekdays: ["08:30", "17:00"], friday: []}
"""


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (at(4, 2, 0), at(4, 2, 8, 30)),
        (at(4, 6, 0), at(4, 6, 7, 30)),  # the first Monday in April 2026 and the year after
        (at(4, 2, 0, year=2027), at(4, 2, 8, 30, year=2027)),
        (at(4, 5, 0, year=2027), at(4, 5, 7, 30, year=2027)),
        (at(9, 25, 0), at(9, 25, 7, 30)),
        (at(9, 28, 0), at(9, 28, 8, 30)),
    ],
)
def test_a_season_begins_and_ends_on_a_weekday_of_a_month(tmp_path: Path, day: datetime, begins: datetime) -> None:
    """The days would have to be listed year by year, and the desk go by old ones once the list is over."""
    holidays = pack_of(tmp_path, policy=SEASONS).vocabulary.holidays
    assert opening(day, "desk", holidays) == begins


def test_a_season_is_told_as_it_is_written(tmp_path: Path) -> None:
    """A reader could not tell when summer hours begin."""
    told = hours_words(pack_of(tmp_path, policy=SEASONS))["Desk hours"]
    assert "; from the first Monday in April to the last Friday in September: Monday to Thursday 7:30am" in told


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (
            at(11, 19, 16, 59),
            at(11, 24, 17),
        ),  # Thursday in hours: Monday and Tuesday of the days that Friday is none of
        (at(11, 19, 17), at(11, 25, 17)),  # out of hours: as if on Friday, no such day, so Monday
        (at(11, 21, 12), at(11, 25, 17)),
        (at(12, 23, 9), at(12, 29, 17)),  # Wednesday: over Christmas Day and the Monday for it
    ],
)
def test_what_comes_out_of_hours_counts_from_the_next_opening_until_a_closing(
    tmp_path: Path, received: datetime, due: datetime
) -> None:
    """A desk would be late for what came in the night, or have until midnight when it went home at five."""
    hours = "'desk-short hours'"
    by = f"now.opening({hours}).plus('2 desk-short days').closing({hours})"
    body = f'- {{id: SM-2, title: Told, then: {{duty: {{do: tell them, owner: desk, by: "{by}"}}}}}}\n'
    pack = pack_of(tmp_path, body, policy=SEASONS)
    decision = decide([pack], "post.publish", {"post.text": "x"}, received)
    assert datetime.fromisoformat(decision.duties[0]["due"]) == due
    told = rule_in_english(pack, pack.rules[0]).then[0]
    begun = "now or, outside desk-short hours, their next beginning"
    assert told.endswith(f"by the end of desk-short hours on the day 2 desk-short days after {begun}")


def test_days_of_a_desk_are_counted_in_duties_and_tests(tmp_path: Path) -> None:
    """What is owed in two days of a desk would be owed on a day on which nobody is there."""
    body = """\
- {id: SM-1, title: Late, when: ["post.seen_on.given() && post.seen_on.passed('2 desk-short days')"], then: warn}
- {id: SM-2, title: Told, then: {duty: {do: tell them, owner: desk, from: today, within: 2 desk-short days}}}
"""
    pack = pack_of(tmp_path, body, policy=SEASONS)
    thursday = {"post.text": "x", "post.seen_on": date(2026, 11, 19)}
    decision = decide([pack], "post.publish", thursday, at(11, 23, 12))
    assert ([f.rule for f in decision.findings], decision.duties[0]["due"]) == (["SM-2"], "2026-11-25")
    assert [f.rule for f in decide([pack], "post.publish", thursday, at(11, 24, 0)).findings] == ["SM-1", "SM-2"]


SPANS = st.tuples(st.times(), st.times()).map(sorted).filter(lambda two: two[0] < two[1]).map(tuple)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
WEEKS = st.builds(Week, st.tuples(*[st.none() | SPANS] * 7), st.none() | SPANS)
PARTS = st.builds(Recurring, month=st.integers(1, 12), day=st.integers(1, 28)) | st.builds(
    Recurring, st.integers(0, 6), st.integers(1, 12), which=st.sampled_from([-1, 1, 2, 3, 4])
)
TABLE = st.builds(
    Hours,
    WEEKS,
    st.lists(st.builds(Change, WEEKS, DAYS, st.none() | DAYS) | st.builds(Change, WEEKS, PARTS, PARTS), max_size=3).map(
        tuple
    ),
)


@given(hours=TABLE, start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC)))
def test_a_minute_is_counted_when_and_only_when_somebody_is_there(hours: Hours, start: datetime) -> None:
    """A count of hours would run on over a night, or stand still while the desk is staffed."""
    holidays = Holidays(frozenset({date(2026, 12, 25)}), (2026,), {"working": hours})
    try:
        end = plus(start, parse_period("1 working hour"), holidays)
    except ValueError:
        return  # nobody is there for an hour in years
    whole = timedelta(0)
    for n in range((end.date() - start.date()).days + 2):
        span = holidays.at_work(start.date() + timedelta(days=n - 1))
        if span is not None:
            whole += max(timedelta(0), min(span[1], instant(end)) - max(span[0], start))
    assert whole == timedelta(hours=1)


#: Tables by which somebody is there again in the years that are counted in.
STAFFED = TABLE.filter(
    lambda hours: any(hours.on(date(2030, 1, 1) + timedelta(days=n), holiday=False) for n in range(366))
)
STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))
#: Around both changes of the clocks.
CHANGES = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from([datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)]),
    st.integers(0, 360),
)


def kept(hours: Hours) -> Holidays:
    return Holidays(frozenset({date(2026, 12, 25), date(2026, 3, 30)}), (2026,), {"working": hours, "desk": hours})


@given(hours=STAFFED, start=STARTS, count=st.integers(1, 12))
def test_days_of_a_desk_are_those_on_which_it_opens(hours: Hours, start: datetime, count: int) -> None:
    """A period would end on a day on which nobody could act, or a day too soon."""
    holidays, day = kept(hours), start.date()
    end = plus(day, parse_period(f"{count} desk days"), holidays)
    opened = [other for n in range((end - day).days) if holidays.at_work(other := day + timedelta(days=n + 1), "desk")]
    assert (len(opened), opened[-1]) == (count, end)
    assert plus(end, parse_period(f"{count - 1} desk days").back, holidays) == opened[0]
    assert london_date(plus(start, parse_period(f"{count} desk days"), holidays)) >= end


@given(hours=STAFFED, start=STARTS | CHANGES)
def test_a_desk_next_opens_at_the_first_time_at_which_it_is_open(hours: Hours, start: datetime) -> None:
    """What comes in the night would count from midnight, or from the day after the next."""
    holidays = kept(hours)
    opens = opening(start, "desk", holidays)
    assert opens >= start
    assert during(opens, "desk", holidays)
    assert (opens == start) is during(start, "desk", holidays)
    steps = range(0, min(int((opens - start).total_seconds()), 400_000), 977)
    assert not any(during(start + timedelta(seconds=n), "desk", holidays) for n in steps)
    assert opening(london_date(start), "desk", holidays) == opening(
        datetime.combine(london_date(start), time(), tzinfo=LONDON), "desk", holidays
    )


@given(hours=STAFFED, start=STARTS | CHANGES)
def test_a_desk_closes_at_the_end_of_the_first_day_on_which_it_opens(hours: Hours, start: datetime) -> None:
    """Something would still be in time when nobody is there to take it, or late while somebody is."""
    holidays = kept(hours)
    closes = closing(start, "desk", holidays)
    assert not during(closes, "desk", holidays)
    assert during(closes - timedelta(microseconds=1), "desk", holidays)
    before = (london_date(closes) - london_date(start)).days
    assert before >= 0
    assert not any(holidays.at_work(london_date(start) + timedelta(days=n), "desk") for n in range(before))
    assert closing(london_date(start), "desk", holidays) == closes


def test_a_figure_and_what_a_say_waits_for_may_count_the_days_of_a_desk(tmp_path: Path) -> None:
    """The period that a policy states once would have to be written out wherever it counts."""
    head = FILES["small/policy.yaml"].replace(
        "parameters:\n", "parameters:\n  notice: {type: period, value: 2 desk-short days, clause: SM-2}\n"
    )
    head = head.replace("who: desk, answers", "who: desk, lasts: 3 desk-short days, answers") + SEASONS
    body = "- {id: SM-2, title: Told, then: {duty: {do: tell, owner: desk, from: today, within: parameter.notice}}}\n"
    files = {"small/policy.yaml": head, "small/rules/posts.yaml": f"moment: post.publish\nrules:\n{body}"}
    pack = load_library([write(tmp_path, {**files, "small/cases/posts.yaml": "[]\n"})]).packs["small"]
    assert decide([pack], "post.publish", {"post.text": "x"}, at(11, 19, 9)).duties[0]["due"] == "2026-11-24"
    assert pack.says["release"].lasts == "3 desk-short days"
    for wrong in ("2 desk-shor days", "3 desk-shor days"):
        misspelt = head.replace(wrong.replace("shor ", "short "), wrong)
        with pytest.raises(PackFaults, match="desk-shor days|a length of time"):
            load_library([write(tmp_path, {**files, "small/policy.yaml": misspelt})])


def test_hours_that_nothing_goes_by_are_told(tmp_path: Path) -> None:
    """A desk's table would be kept up to date for nothing, or a rule go by another desk's unnoticed."""
    clauses = "\n".join(line for line in FILES["small/clauses.yaml"].split("\n") if not line.startswith("SM-5"))
    table = 'hours: {desk: {weekdays: ["09:00", "17:00"]}}\nworking_hours: {weekdays: ["08:00", "16:00"]}\n'
    head = FILES["small/policy.yaml"]

    def told(body: str, policy: str = head) -> list[str]:
        rules = f"moment: post.publish\nrules:\n- {{id: SM-1, title: x, when: [device.issued], then: warn}}\n{body}"
        files = {"small/policy.yaml": policy + table, "small/rules/posts.yaml": rules, "small/clauses.yaml": clauses}
        library = load_library([write(tmp_path, files)])
        found = [f for f in lint(library, library.packs["small"]) if "counted by the hours" in f.message]
        assert all(fault.place.line > 1 for fault in found)
        return [fault.message.partition('"')[2].rstrip('".') for fault in found]

    assert told("") == ["desk hours", "working hours"]
    assert told("- {id: SM-2, title: y, when: [\"today.closing('desk hours') < now\"], then: warn}\n") == [
        "working hours"
    ]
    duty = "{duty: {do: tell, owner: desk, from: now, within: 4 working hours}}"
    assert told(f"- {{id: SM-2, title: y, then: {duty}}}\n") == ["desk hours"]
    assert told(f"- {{id: SM-2, title: y, then: {duty.replace('hours', 'days')}}}\n") == ["desk hours", "working hours"]
    lasting = head.replace("who: desk, answers", "who: desk, lasts: 3 desk days, answers")
    assert told("", lasting) == ["working hours"]


def test_columns_open_close_and_count_as_rows_do(pack: Pack) -> None:
    """A replay would find in time what was late: over both changes of the clocks, bank holidays and every season."""
    holidays = pack.vocabulary.holidays
    times = [datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=197 * n) for n in range(2800)]
    days = [date(2026, 2, 1) + timedelta(days=n) for n in range(420)]
    time_, day = Column(pl.col("time"), "time"), Column(pl.col("day"), "date")
    for table in ("working", "press-office", "digital-desk"):
        at_times = pl.DataFrame({"time": pl.Series(times, dtype=TYPES["time"])}).select(
            opening=column_values.opening(time_, table, holidays),
            closing=column_values.closing(time_, table, holidays),
            plus=column_values.plus(time_, parse_period(f"3 {table} days"), holidays),
            hours=column_values.plus(time_, parse_period(f"2.5 {table} hours"), holidays),
        )
        assert at_times["opening"].to_list() == [opening(t, table, holidays) for t in times]
        assert at_times["closing"].to_list() == [closing(t, table, holidays) for t in times]
        for name, words in (("plus", f"3 {table} days"), ("hours", f"2.5 {table} hours")):
            moved = [instant(plus(t, parse_period(words), holidays)).astimezone(UTC) for t in times]
            assert at_times[name].to_list() == moved
        on_days = pl.DataFrame({"day": days}).select(
            opening=column_values.opening(day, table, holidays),
            closing=column_values.closing(day, table, holidays),
            back=column_values.plus(day, parse_period(f"2 {table} days").back, holidays),
        )
        assert on_days["opening"].to_list() == [opening(d, table, holidays) for d in days]
        assert on_days["closing"].to_list() == [closing(d, table, holidays) for d in days]
        assert on_days["back"].to_list() == [plus(d, parse_period(f"2 {table} days").back, holidays) for d in days]
