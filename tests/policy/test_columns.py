"""Columns: a year of decisions judged at once comes to what each decision alone would come to.

Were this to fail, a draft policy would be tried on a history that it then does not treat as the replay said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from decimal import Decimal

import polars as pl
import pytest

from bench.google import Google, known_to
from bench.situations import Situations, conditions_of, known_only
from remit.policy.calendar_days import Recurring, parse_recurring
from remit.policy.column_values import RowsOnly
from remit.policy.columns import VERDICTS, Columns
from remit.policy.decide import evaluate, in_force, rules_at
from remit.policy.fact_frames import Row, frame_of
from remit.policy.hours import Change, Hours, Week
from remit.policy.packs import Pack, Parameter
from remit.policy.periods import london_date
from remit.policy.replay import PackOverFrames, rows_only
from remit.policy.rows import Unknown
from remit.policy.situation import Situation
from remit.policy.vocabulary import MOMENT, Fact
from tests.libraries import shipped
from tests.policy import small

#: What the packs may write and, for now, mostly do not.
OTHER = (
    "post.text.contains('clos') || post.text.startsWith('Ro') || post.text.endsWith('999')",
    "post.text + post.purpose == 'Road closed.'",
    "post.text.matches('(?i)road .*ed')",
    "post.text.matches('[0-9]{3}$')",
    r"post.text.matches('closed\\b.*\\bd')",
    "size(post.text) > account.contributors",
    "post.text == post.purpose || post.text != post.purpose && post.purpose.given()",
    "post.appeal in ['wanted', post.purpose]",
    "post.appeal in ['wanted', 'missing'] && !(post.purpose in [])",
    "post.purpose in post.topics",
    "size(post.topics) >= 2 || post.topics.given()",
    "post.topics.exists(t, t == 'roads' || t.startsWith('cr'))",
    "post.topics.all(t, t in ['roads'])",
    "post.images.count(i, i.kind == 'cctv' && i.source != 'public') > parameter.two",
    "post.images.all(i, i.kind.given() && !(i.source == 'force'))",
    "post.images.exists(i, i.kind == i.source || i.kind == 'photo')",
    "post.images.exists(i, true)",
    "post.images.exists(i, i.kind == post.appeal || (i.kind == 'cctv' && !actor.on_duty))",
    "post.images.all(i, actor.on_duty || i.source == 'force') && post.images.count(i, concern.victim) == 2",
    "post.topics.exists(t, t == post.purpose) || post.topics.exists(t, device.issued && t == 'roads')",
    "account.contributors <= parameter.two && account.contributors != 0",
    "account.last_used_on.passed('3 months') || account.last_used_on.passed('more than 1 month')",
    "account.last_used_on.plus('1 month') < today || account.last_used_on.plus('2 weeks').plus('1 year') >= today",
    "account.last_used_on.plus('1 month').given() && account.last_used_on == closing.notified_on",
    "incident.began_at.passed('36 hours') && incident.began_at.passed('more than 7 days')",
    "incident.began_at.plus('1 day') > now || incident.began_at.plus('30 minutes') <= at",
    "incident.began_at.plus('1 month') == now",
    "closing.notified_on > date('2026-09-01') && !device.issued",
    "device.issued == actor.on_duty || device.issued != concern.victim",
    "concern.political || (actor.on_duty && !concern.political)",
    "force.website.contains('police')",
    "account.last_used_on.minus('7 days') < closing.notified_on || incident.began_at.minus('2 hours') <= now",
    "account.last_used_on.minus('1 month').passed('more than 3 months') || incident.began_at.minus('3 days') == now",
    "account.last_used_on.passed('5 working days') || closing.notified_on.plus('3 working days') >= today",
    "closing.notified_on.minus('10 working days') <= account.last_used_on",
    "incident.began_at.passed('more than 2 working days') || incident.began_at.plus('1 working day') < now",
    "account.last_used_on.plus('2 working days').weekday() in ['monday', 'friday'] || now.weekday() == 'saturday'",
    "today.working_day() && !incident.began_at.working_day() || closing.notified_on.working_day()",
    "now.between('22:00', '06:30') || incident.began_at.between('09:00', '17:00') || at.between('00:00', '12:00')",
    "account.last_used_on.passed(parameter.silence) || closing.notified_on.plus('parameter.silence') < today",
    "account.last_used_on.minus(force.notice).given() && account.last_used_on.minus(force.notice) < today",
    "post.checks.latest(c, c.kind == 'legal', c.made_on).passed('more than 1 month')",
    "post.checks.earliest(c, c.made_on).given() && post.checks.earliest(c, c.made_on) <= account.last_used_on",
    "post.checks.latest(c, c.kind == post.purpose || actor.on_duty, c.made_on).plus('1 working day').passed('1 day')",
    "!post.checks.latest(c, c.kind in ['legal'], c.made_on).given() && post.checks.count(c, c.kind == 'legal') == 0",
    "account.last_used_on < today.last(['1 January', '1 April', '1 July', '1 October'])",
    "incident.began_at.next('friday') >= closing.notified_on || closing.notified_on.last('31st of the month') == today",
    "account.last_used_on.next(['29 February', 'monday']).passed('5 working days')",
    "account.last_used_on.plus('1 day').at('08:00') < now || closing.notified_on.at('17:00').passed('36 hours')",
    "incident.began_at.at('01:30') <= incident.began_at && now >= today.at('09:00') || at < now.at('12:00')",
    "now.during('working hours') || incident.began_at.during('working hours') && !at.during('working hours')",
    "act.moment == 'post.publish' && post.appeal != 'none' || !(act.moment in ['post.draft', 'account.close'])",
    "post.images.exists(i, i.kind == 'cctv' && act.moment == 'post.publish')",
    "account.last_used_on.last('31 March').at('01:30').between('01:30', '02:00')",
    "closing.notified_on.at('00:00') == now || !closing.notified_on.at('12:00').given()",
    "post.risk >= 2.0 && post.risk <= parameter.share || post.risk == 4.5",
    "post.risk * 0.5 < 1.25 || post.risk + post.spent - 1.5 > parameter.share",
    "post.risk in [0.5, 2.25, 4.5] || post.spent.given() && post.spent != 0.0",
    "post.checks.exists(c, c.cost > 2.5 && c.cost - 0.25 <= post.risk)",
    "account.last_used_on.passed('4 desk days') || closing.notified_on.plus('2 desk days') >= today",
    "incident.began_at.plus('3 desk days') <= now || incident.began_at.passed('more than 1 desk day')",
    "closing.notified_on.minus('2 desk days') < account.last_used_on || incident.began_at.minus('1 desk day') == now",
    "incident.began_at.opening('desk hours') <= now && now.opening('working hours').date() == today",
    "account.last_used_on.opening('desk hours').between('08:00', '12:00') || at.opening('desk hours') == at",
    "incident.began_at.passed('3 working hours') || incident.began_at.plus('12.5 desk hours') > now",
    "incident.began_at.minus('4 desk hours') < at.minus('2 days') || now.minus('0 working hours') == now",
    "incident.began_at.opening('desk hours').plus('1 desk day').closing('desk hours').passed('1 hour')",
    "closing.notified_on.closing('desk hours') < incident.began_at.closing('working hours')",
    "incident.began_at.date() >= account.last_used_on || at.date() != closing.notified_on",
    "account.last_used_on < today.last(['first Monday in April', 'last Friday in September'])",
    "incident.began_at.next('second wednesday of the month') == closing.notified_on.next('last Sunday of the month')",
    "max(account.contributors, size(post.topics), 1) > min(parameter.two, size(post.images).share(1, 3) + 1)",
    "max(post.risk, post.spent, 1.5) <= parameter.share || min(post.risk, post.spent * 2.0) > 0.5",
    "max(account.last_used_on, closing.notified_on) < today",
    "min(account.last_used_on, today.minus('1 month')) == account.last_used_on",
    "max(incident.began_at, now.minus('2 days'), closing.notified_on.at('09:00')) >= at.minus('36 hours')",
    "account.last_used_on.plus(max('28 days', '1 month')) <= today",
    "closing.notified_on.minus(min('1 month', max('30 days', '4 weeks'))) > today",
    "account.last_used_on.passed(max(parameter.silence, '90 days'))",
    "incident.began_at.passed(min('3 days', '2 desk days'))",
    "max(post.checks.latest(c, c.made_on), account.last_used_on).passed('1 month')",
    "(account.contributors - 2).share(7, 4) < 3",
    "post.checks.exists(c, max(c.made_on, today.minus('2 months')) == c.made_on && min(c.cost, 2.5) == c.cost)",
    "account.contributors * 2 - 1 > size(post.topics) + parameter.two",
)
LIBRARY = shipped()
#: Other hours in summer and over New Year, when somebody is there on bank holidays as well.
_LONG, _SHORT = (time(7), time(19, 30)), (time(9), time(12))
HOURS = Hours(
    Week((*(_LONG,) * 4, _SHORT, _SHORT, None)),
    (
        Change(Week((_SHORT,) * 7), parse_recurring("first Monday in June"), Recurring(month=8, day=31)),
        Change(Week((_SHORT,) * 7, _SHORT), Recurring(month=12, day=24), Recurring(month=1, day=2)),
    ),
)
DESK = Hours(Week((_LONG, None, _LONG, _SHORT, None, _SHORT, None)), (HOURS.changes[1],))
HOLIDAYS = replace(LIBRARY.vocabulary.holidays, hours={"working": HOURS, "desk": DESK})
FIGURES = {
    fact.name: fact
    for fact in (
        Fact(MOMENT, "enum", "the moment", values={name: name for name in small.VOCABULARY.moments}),
        Fact("parameter.two", "int", "two"),
        Fact("parameter.silence", "period", "the silence"),
        Fact("parameter.share", "decimal", "the share"),
        Fact("post.risk", "decimal", "the risk"),
        Fact("post.spent", "decimal", "what was spent"),
        Fact("force.website", "string", "it"),
        Fact("force.notice", "period", "the notice"),
        Fact(
            "post.checks",
            "records",
            "the checks",
            fields={
                "kind": Fact("kind", "enum", "the kind of check", values={"legal": "legal", "facts": "of facts"}),
                "made_on": Fact("made_on", "date", "the day of the check"),
                "cost": Fact("cost", "decimal", "what it cost"),
            },
        ),
    )
}
OTHER_PACK = small.pack(
    *(small.rule("warn", test, id=f"X-{number}", extra=FIGURES) for number, test in enumerate(OTHER)),
    vocabulary=replace(small.VOCABULARY, facts={**small.FACTS, **FIGURES}, holidays=HOLIDAYS),
    parameters={
        "parameter.two": Parameter("parameter.two", 2, "X-2"),
        "parameter.share": Parameter("parameter.share", Decimal("3.5"), "X-2"),
        "parameter.silence": Parameter("parameter.silence", "3 months", "X-2"),
    },
    setting_defaults={"force.website": "www.example.police.uk", "force.notice": "5 working days"},
)
PACKS = {**LIBRARY.packs, "other": OTHER_PACK}
ROWS = 60


def situation(pack: Pack, row: Row) -> Situation:
    return Situation(pack, {**row.facts, MOMENT: row.moment}, row.now, row.at or row.now)


def truth(value: object) -> bool | None:
    return None if isinstance(value, Unknown) else bool(value)


def columns_of(pack: Pack, rows: list[Row]) -> tuple[dict[str, list[bool | None]], set[str]]:
    """Each condition's column, and the conditions that have none."""
    frame = frame_of(rows, pack.vocabulary.facts)
    columns = Columns(pack, frame.schema)
    found: dict[str, pl.Expr] = {}
    left_out = set()
    for condition in conditions_of(pack):
        try:
            found[condition.source] = columns.truth(condition)
        except RowsOnly:
            left_out.add(condition.source)
    whole = columns.over(frame).collect()
    return {source: whole.select(truth).to_series().to_list() for source, truth in found.items()}, left_out


@pytest.mark.parametrize("name", sorted(PACKS))
def test_a_condition_is_the_same_as_a_column_by_row_and_to_google(name: str) -> None:
    pack = PACKS[name]
    rows = [known_only(row) for row in Situations(pack, seed=7, none=0).rows(ROWS)]
    columns, left_out = columns_of(pack, rows)
    google = Google(pack)
    conditions = conditions_of(pack)
    assert not left_out or name != "other"
    counted = {True: 0, False: 0, None: 0}
    for number, row in enumerate(rows):
        here = situation(pack, row)
        google.now = row.now
        activation = google.activation(known_to(here, conditions))
        for condition in conditions:
            by_row = truth(condition.run(here))
            counted[by_row] += 1
            assert google.truth(condition, activation) is by_row, (condition.source, row)
            if condition.source not in left_out:
                assert columns[condition.source][number] is by_row, (condition.source, row)
    assert min(counted.values()) > ROWS, "every answer comes up often"


@pytest.mark.parametrize("name", sorted(PACKS))
def test_a_rule_comes_out_the_same_as_a_column_and_by_row_with_facts_unknown_and_none(name: str) -> None:
    pack = PACKS[name]
    rows = list(Situations(pack, seed=11).rows(ROWS))
    frame = frame_of(rows, pack.vocabulary.facts)
    judge = PackOverFrames(pack, frame.schema)
    seen = dict.fromkeys(VERDICTS, 0)
    for (moment,), part in frame.partition_by("moment", as_dict=True).items():
        verdicts = judge.verdicts(part, str(moment)).with_columns(part["id"])
        for verdict in verdicts.iter_rows(named=True):
            row = rows[int(verdict["id"])]
            for rule, _ in rules_at(pack, row.moment):
                outcome = evaluate(rule, situation(pack, row)) if in_force(rule, day(row)) else None
                expected = "passed" if outcome is None else outcome.verdict
                assert VERDICTS[verdict[rule.id]] == expected, (rule.id, row)
                seen[expected] += 1
    assert seen["fired"]
    assert seen["unknown"]
    assert seen["passed"]


def day(row: Row):
    return london_date(row.at or row.now)


def test_there_are_thirty_thousand_verdicts_to_compare() -> None:
    """Rare forms of a condition would otherwise go unseen."""
    assert ROWS * sum(len(conditions_of(pack)) for pack in PACKS.values()) >= 30_000


def test_few_rules_can_only_be_run_row_by_row() -> None:
    """A year would take hours to replay if many could."""
    slow = {pack.name: rows_only(pack) for pack in LIBRARY.packs.values()}
    assert sum(map(len, slow.values())) <= 0.05 * sum(len(pack.rules) for pack in LIBRARY.packs.values()), slow
