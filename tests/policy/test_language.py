"""The language: what a policy officer may write, what is refused and where, and how it reads in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.policy.faults import Place
from remit.policy.language import ConditionFaults, compile_condition
from remit.policy.rows import Unknown
from remit.policy.situation import Situation
from tests.policy.small import FACTS, NOW, condition, pack

PLACE = Place("pack/rules/a.yaml", 10, 3)

REFUSED = [
    # what was written, the column it goes wrong at, what the reader is told, the remedy
    ('post.apeal == "wanted"', 3, 'There is no fact "post.apeal"', 'Did you mean "post.appeal"?'),
    ('post.appeal == "wantd"', 18, '"wantd" is not a value of post.appeal', 'Did you mean "wanted"?'),
    ('post.appeal in ["wanted", "mising"]', 29, '"mising" is not a value', 'Did you mean "missing"?'),
    ('"rods" in post.topics', 3, '"rods" is not a value of post.topics', 'Did you mean "roads"?'),
    ('post.topics.exists(t, t == "rods")', 30, '"rods" is not a value', 'Did you mean "roads"?'),
    ('post.images.exists(i, i.knd == "photo")', 26, '"post.images" has no field "knd"', 'Did you mean "kind"?'),
    ('post.images.exists(i, i.kind == "foto")', 35, '"foto" is not a value of kind', 'Did you mean "photo"?'),
    ('account.last_used_on.passed("3 moths")', 31, '"3 moths" is not a period', '"3 months"'),
    ('account.last_used_on.passed("3 hours")', 31, '"3 hours" moves a time, and this is a date', "Use days"),
    ('account.last_used_on.pased("1 day")', 29, "There is no function pased()", 'Did you mean "passed"?'),
    ("account.last_used_on < now", 24, '"<" cannot be used on a date and a time', "never mixes"),
    (
        "incident.began_at >= account.last_used_on",
        21,
        '">=" cannot be used on a time and a date',
        ".date() after the time",
    ),
    ("today.date() == today", 13, '"date" cannot be used on a date', "It is a date already"),
    ("account.last_used_on == null", 24, "null cannot be compared", "Write given()"),
    ("has(post.text)", 3, "has() cannot be used", "Write given()"),
    ('post.text.matches("(")', 21, '"(" is not a pattern', "RE2"),
    ("post.text.matches(post.purpose)", 25, "wants its pattern written out", "in quotes"),
    ("post.text", 3, "This gives a text", "a test with the answer yes or no"),
    ("account.contributors", 3, "This gives a number", "a test with the answer yes or no"),
    ('account.contributors == "2"', 24, '"==" cannot be used on a number and a text', "same type"),
    ('post.text < "b"', 13, '"<" orders numbers, dates and times', "Use =="),
    ("actor.on_duty ? true : false", 17, "? : cannot be used", "Use facts"),
    ('["a"][0] == "a"', 8, "[ ] cannot be used", "Use facts"),
    ("post.images.map(i, i.kind).size() > 1", 18, "map() and exists_one() cannot be used", "Use facts"),
    ("post.images.exists_one(i, i.kind == 'cctv')", 25, "map() and exists_one() cannot be used", "Use facts"),
    ('date("2017-02-30") < today', 8, '"2017-02-30" is not a day of the calendar', ""),
    ("date(post.text) < today", 7, "date() wants a day written out", ""),
    ("account.contributors > 1.5", 24, "cannot be used on a number", "2.0 for 2"),
    ("now.between('22:00')", 14, "between() wants two times of the day", "'06:00'"),
    ("now > '22:00'", 7, "cannot be used on a time and a text", "now.between("),
    ("today.weekday == 'friday'", 8, "weekday is a function", "Write weekday()"),
    ("post.appeal = 'wanted'", 15, '"=" cannot stand here', "Write == to compare"),
    ("post.appeal == “wanted”", 18, '"“" cannot stand here', "straight quotes"),
    ("post.appeal == wanted", 18, 'There is no fact "wanted"', "in quotes: 'wanted'"),
    ("actor.on_duty and device.issued", 17, '"and" cannot stand here', "Write && for and"),
    ("actor.on_duty is true", 17, '"is" cannot stand here', "Write == for is"),
    ("account.last_used_on.passed(3 months)", 33, '"months" cannot stand here', "period in quotes"),
    ("(actor.on_duty", 17, "it ends too soon", "Use facts"),
    ("", 3, "This is not a condition", "Use facts"),
    ("post.text.exists(t, t == 'a')", 3, "", ""),
    ("account.last_used_on.minus('3 hours') < today", 30, '"3 hours" moves a time', "Use days"),
    ("account.last_used_on.passed(post.text)", 35, "A period is wanted here, and post.text is none", "type period"),
    ("account.last_used_on.passed('parameter.nothing')", 32, 'There is no fact "parameter.nothing"', ""),
    ("now.between('9:00', '17:00')", 15, '"9:00" is no time of day', '"22:00"'),
    ("today.at('8am')", 12, '"8am" is no time of day', '"22:00"'),
    ("today.at()", 11, "at() wants one time of the day", "today.plus('1 day').at('08:00')"),
    ("now > today.at(post.text)", 22, "at() wants its times written out", '"22:00"'),
    ("now.between('09:00', '09:00')", 14, "begins and ends at the same time", "two times"),
    ("now.between(post.text, '17:00')", 19, "wants its times written out", '"22:00"'),
    ("today.between('09:00', '17:00')", 16, "between", "same type"),
    ("today.weekday() == 'sonntag'", 22, '"sonntag" is not a value of weekday', "sunday"),
    (
        "post.images.latest(i, i.kind == 'cctv', i.kind).passed('1 day')",
        21,
        "kind is one of a list",
        "a date or a time",
    ),
    ("post.images.latest(i, i.kind == 'cctv', i.taken).passed('1 day')", 21, 'has no field "taken"', "kind"),
    (
        "post.images.latest(i, i.kind == 'cctv', today).passed('1 day')",
        21,
        "wants a name for the elements",
        "Use facts",
    ),
    ("post.images.latest('kind').passed('1 day')", 15, "wants a name for the elements", "three parts"),
    ("post.images.map(i, i.kind == 'cctv', i.kind) == []", 18, "map() and exists_one() cannot be used", "Use facts"),
    ("post.images.exists(i, i.kind.passed('1 day'))", 38, "works on a date or a time", "Name a date"),
    ("post.images.count(i, i.knd == 'cctv') > 1", 25, 'has no field "knd"', "kind"),
    ("post.images.count(i, i.kind == 'cctv') > 1 && post.apeal == 'x'", 49, 'no fact "post.apeal"', "post.appeal"),
    ("actor.on_duty && account.contributors", 17, '"&&" cannot be used on a yes or no and a number', "same type"),
]


@pytest.mark.parametrize(("source", "column", "message", "remedy"), REFUSED, ids=[r[0] or "(empty)" for r in REFUSED])
def test_a_mistake_is_told_with_its_place_and_remedy(source: str, column: int, message: str, remedy: str) -> None:
    with pytest.raises(ConditionFaults) as caught:
        compile_condition(source, FACTS, PLACE)
    fault = caught.value.faults[0]
    assert message in fault.message
    assert remedy in fault.remedy
    if message:
        assert (fault.place.file, fault.place.line, fault.place.column) == (PLACE.file, 10, column)


def test_a_mistake_on_a_later_line_has_that_line() -> None:
    with pytest.raises(ConditionFaults) as caught:
        compile_condition('actor.on_duty &&\n  post.apeal == "x"', FACTS, PLACE)
    assert (caught.value.faults[0].place.line, caught.value.faults[0].place.column) == (11, 3)


ENGLISH = [
    ('post.appeal == "wanted"', "the kind of appeal is an appeal for a wanted person"),
    (
        '!(post.appeal in ["wanted", "missing"])',
        "the kind of appeal is neither an appeal for a wanted person nor an appeal for a missing person",
    ),
    ("!device.issued", "the device was not issued by the force"),
    ("!actor.on_duty", "the person is off duty"),
    ("device.issued == false", "the device was not issued by the force"),
    ("size(post.images) > 0", "there are pictures"),
    ("size(post.images) == 0", "there are no pictures"),
    ("account.contributors < 2", "the number of contributors is less than 2"),
    ("account.last_used_on < date('2017-01-01')", "the day the account was last used is before 1 January 2017"),
    (
        "account.last_used_on.passed('more than 3 months')",
        "more than 3 months have passed since the day the account was last used",
    ),
    ("closing.notified_on.plus('7 days') > today", "7 days after the day notice was given is after today"),
    (
        "closing.notified_on.minus('5 working days') > today",
        "5 working days before the day notice was given is after today",
    ),
    ("now >= today.at('08:00')", "now is on or after 8:00am today"),
    ("now < today.plus('1 day').at('08:00')", "now is before 8:00am on the day 1 day after today"),
    ("now < closing.notified_on.at('17:00')", "now is before 5:00pm on the day notice was given"),
    (
        "incident.began_at.at('17:00') < at",
        "5:00pm on the day of the time the incident began is before the time it takes effect",
    ),
    ("now.between('22:00', '06:30')", "now is between 10:00pm and 6:30am"),
    ("!now.between('09:00', '17:00')", "now is not between 9:00am and 5:00pm"),
    ("today.weekday() in ['saturday', 'sunday']", "today is Saturday or Sunday"),
    ("now.weekday() != 'monday'", "now is not Monday"),
    ("!today.working_day()", "today is no working day"),
    ("!closing.notified_on.given()", "the day notice was given is not given"),
    ("'roads' in post.topics", "roads is among the topics"),
    ("post.images.exists(i, i.kind == 'cctv')", "among the pictures there is one where the kind of picture is CCTV"),
    ("post.images.all(i, i.kind == 'cctv')", "for every one of the pictures, the kind of picture is CCTV"),
    ("!post.images.all(i, i.kind == 'cctv')", "among the pictures there is one where the kind of picture is not CCTV"),
    (
        "device.issued || actor.on_duty && concern.political",
        "the device was issued by the force or (the person is on duty and the post is political)",
    ),
    ("!(device.issued && actor.on_duty)", "the device was not issued by the force or the person is off duty"),
]


@pytest.mark.parametrize(("source", "english"), ENGLISH, ids=[e[0] for e in ENGLISH])
def test_a_condition_reads_as_english(source: str, english: str) -> None:
    assert condition(source).words == english


def run(source: str, **facts: object) -> object:
    return condition(source).run(Situation(pack(), {k.replace("__", "."): v for k, v in facts.items()}, NOW, NOW))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("closing.notified_on.given()", False),
        ("closing.notified_on.passed('1 day')", False),
        ("closing.notified_on < today", False),
        ("!(closing.notified_on < today)", True),
        ("closing.notified_on.plus('1 day') < today", False),
    ],
)
def test_tests_on_none_are_decided(source: str, value: bool) -> None:
    assert run(source, closing__notified_on=None) is value


def test_none_of_other_types_is_decided_too() -> None:
    assert run("post.text.contains('a')", post__text=None) is False
    assert run("size(post.images) == 0", post__images=None) is True
    assert run("post.images.exists(i, i.kind == 'cctv')", post__images=None) is False
    assert run("post.appeal == 'wanted'", post__appeal=None) is False
    assert run("post.appeal != 'wanted'", post__appeal=None) is True
    assert run("!device.issued", device__issued=None) is True


def test_count_and_quantifiers_over_records() -> None:
    pictures = [{"kind": "cctv"}, {"kind": "photo"}, {"kind": "cctv"}]
    assert run("post.images.count(i, i.kind == 'cctv') == 2", post__images=pictures) is True
    assert run("post.images.all(i, i.kind == 'cctv')", post__images=pictures) is False
    assert run("post.images.all(i, i.kind == 'cctv')", post__images=[]) is True
    # One element decides, whatever another leaves out.
    assert (
        run("post.images.exists(i, i.source == 'public')", post__images=[{"kind": "cctv"}, {"source": "public"}])
        is True
    )
    assert run("post.images.exists(i, i.source == 'public')", post__images=[{"kind": "cctv"}]) == Unknown(
        {"post.images[0].source"}
    )


BOOLS = ("device.issued", "actor.on_duty", "concern.victim")


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(BOOLS))
    if draw(st.booleans()):
        return f"!({draw(formulas(depth - 1))})"
    return f"(({draw(formulas(depth - 1))}) {draw(st.sampled_from(['&&', '||']))} ({draw(formulas(depth - 1))}))"


@given(formulas(), st.fixed_dictionaries({}, optional={b.replace(".", "__"): st.booleans() for b in BOOLS}))
def test_unknown_means_that_the_missing_facts_are_really_missing(source: str, facts: dict) -> None:
    """An answer given with a fact missing holds for both values of it; an unknown names only facts not given."""
    value = run(source, **facts)
    missing = [b.replace(".", "__") for b in BOOLS if b.replace(".", "__") not in facts]
    if isinstance(value, Unknown):
        assert {n.replace(".", "__") for n in value} <= set(missing)
    else:
        for name in missing:
            assert {run(source, **facts, **{name: False}), run(source, **facts, **{name: True})} <= {value} | {
                v for v in (run(source, **facts, **{name: b}) for b in (True, False)) if isinstance(v, Unknown)
            }
