"""Without these, a page could show a wrong date, a colour with two meanings, or a finding without its clause."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from remit.web.dates import say_day, say_due, say_when
from remit.web.statuses import EFFECTS, STATUSES
from remit.web.tasks import Task, urgency

#: What each colour says wherever it is seen; a status with another meaning needs another colour.
MEANINGS = {
    "grey": {
        "draft",
        "gone",
        "discarded",
        "withdrawn",
        "void",
        "not_needed",
        "lapsed",
        "closed",
        "exempt",
        "no",
        "outside",
    },
    "blue": {"setting_up", "scheduled", "due", "sending", "trial", "yes", "shown", "recorded", "taken"},
    "orange": {"returned"},
    "purple": {"kept"},
    "red": {"turned_down", "missed", "failed", "uncertain", "refused", "overdue", "stopped", "fired"},
}


def render(template: str, path: str = "/", **context: Any) -> str:
    return engines["django"].from_string("{% load remit %}" + template).render(context, RequestFactory().get(path))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 21, 16, 30, tzinfo=UTC), "21 November 2026, 4:30pm"),
        (datetime(2026, 7, 1, 16, 30, tzinfo=UTC), "1 July 2026, 5:30pm"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026, 12:30am"),
        (datetime(2026, 11, 21, 9, 0, tzinfo=UTC), "21 November 2026, 9am"),
        (datetime(2026, 11, 21, 12, 0, tzinfo=UTC), "21 November 2026, midday"),
        (datetime(2026, 11, 21, 0, 0, tzinfo=UTC), "21 November 2026, midnight"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 October 2026, 1:30am"),
        (date(2026, 2, 28), "28 February 2026"),
        ("2026-12-01", "1 December 2026"),
        ("2026-12-01T10:05:00+00:00", "1 December 2026, 10:05am"),
        (None, ""),
        ("", ""),
    ],
)
def test_a_time_is_said_in_london_as_people_read_it(moment: Any, said: str) -> None:
    assert say_when(moment) == said


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2026, 10, 24), "24 October 2026"),
        (datetime(2026, 10, 24, 15, 30, tzinfo=UTC), "4:30pm today"),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), "12:30am tomorrow"),
        (datetime(2026, 10, 25, 9, 0, tzinfo=UTC), "9am tomorrow"),
        (datetime(2026, 10, 26, 9, 0, tzinfo=UTC), "26 October 2026, 9am"),
        (datetime(2026, 10, 23, 9, 0, tzinfo=UTC), "23 October 2026, 10am"),
    ],
)
def test_what_is_due_today_says_its_time(due: date | datetime, said: str) -> None:
    """Whoever has half an hour left would read a day, and not see that it is nearly over."""
    assert say_due(due, datetime(2026, 10, 24, 8, 0, tzinfo=UTC)) == said


def test_what_is_due_at_a_time_comes_before_what_has_the_whole_day() -> None:
    """The call that is wanted within minutes would stand under what may wait for the evening."""
    at, day = datetime(2026, 10, 24, 15, 30, tzinfo=UTC), date(2026, 10, 24)
    tasks = [Task("day", "/", due=day), Task("no day", "/"), Task("late", "/", due=at), Task("early", "/", due=at)]
    assert [task.title for task in sorted(tasks, key=urgency)] == ["early", "late", "day", "no day"]


def test_a_day_is_the_day_it_is_in_london() -> None:
    assert say_day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "2 July 2026"


def test_a_colour_has_one_meaning_everywhere() -> None:
    for colour, keys in MEANINGS.items():
        assert {key for key, (_, used) in STATUSES.items() if used == colour} == keys
    assert {colour for _, colour in STATUSES.values()} == {*MEANINGS, "yellow", "green"}


def test_a_status_s_words_may_change_but_its_colour_may_not() -> None:
    assert "govuk-tag--yellow" in render('{% status "held" "Held: stop switch" %}')
    assert words(render('{% status "held" "Held: stop switch" %}')) == "Held: stop switch"


FINDING = {
    "rule": "RV-2.1a",
    "clauses": ["RV-2.1a", "RV-2.1c"],
    "effect": "refuse",
    "verdict": "fired",
    "wording": "must",
    "title": "No force account on a personal device",
    "lines": [{"text": "the device is personal", "verdict": "yes"}, {"text": "urgent threat", "verdict": "unknown"}],
    "remedy": "Use an issued device.",
    "missing": [],
    "exempt_by": None,
    "evidence": [{"text": "<b>my own phone</b>"}],
    "ask_whom": "Corporate Communications",
}


def test_a_finding_says_what_which_clause_the_words_what_would_unblock_it_and_whom_to_ask() -> None:
    html = render('{% finding f "riverside" %}', f=FINDING)
    said = words(html)
    for part in ("No force account on a personal device", "Not allowed", "Use an issued device.", "Corporate Comm"):
        assert part in said
    assert 'href="/policy/riverside/RV-2.1a/"' in html
    assert 'href="/policy/riverside/RV-2.1c/"' in html
    assert "Not known urgent threat" in said
    assert "&lt;b&gt;my own phone" in html, "what an author typed must never be markup"


def test_every_effect_of_a_rule_has_words_and_an_exempt_finding_shows_why_not_what_to_do() -> None:
    from remit.policy.packs import EFFECTS as KNOWN

    assert set(EFFECTS) == KNOWN
    said = words(render("{% finding f %}", f=FINDING | {"verdict": "exempt", "exempt_by": "an urgent threat"}))
    assert "Does not apply because an urgent threat" in said
    assert "Use an issued device" not in said


def test_a_task_leads_to_where_it_is_done() -> None:
    task = Task("Approve: lost dog", "/approvals/4/", hint="From PC 4417", status="asked", due=date(2026, 11, 30))
    html = render("{% task_list tasks %}", tasks=[task])
    assert 'href="/approvals/4/"' in html
    assert words(html) == "Approve: lost dog From PC 4417 · Due 30 November 2026 Asked"


def test_a_list_of_one_page_does_not_count_itself() -> None:
    """ "Showing 1 to 1 of 1" below one line tells nobody anything."""
    assert "Showing" not in render("{% pagination page %}", page=Paginator([1], 10).get_page(1))


def test_a_task_is_marked_only_where_that_says_more_than_its_heading() -> None:
    """Fifteen lines marked "To do" under "To do" hid the one that was urgent."""
    assert "govuk-tag" not in render("{% task_list tasks %}", tasks=[Task("Review it", "/duties/1/")])
    assert "Overdue" in render("{% task_list tasks %}", tasks=[Task("Review it", "/duties/1/", status="overdue")])


def test_turning_the_page_keeps_the_search() -> None:
    page = Paginator(range(100), 10).get_page(3)
    html = render("{% pagination page %}", "/search?q=lost+dog&page=3", page=page)
    assert 'href="?q=lost+dog&amp;page=4"' in html
    assert 'aria-current="page"' in html
    assert "Showing 21 to 30 of 100" in html
    assert "<nav" not in render("{% pagination page %}", page=Paginator(range(3), 10).get_page(1))


def test_a_summary_row_s_link_says_what_it_changes() -> None:
    html = render('{% row "Owner" href="/x" %}{{ name }}{% endrow %}', name="<PC 4417>")
    assert words(html) == "Owner &lt;PC 4417&gt; Change owner"


def test_an_answer_is_said_as_what_was_done_by_it() -> None:
    """Lists would show the keys of a policy's answers in place of words."""
    from remit.web.templatetags.remit import answered

    assert [answered(key) for key in ("return", "no-objection", "ask-again")] == [
        "given back",
        "no objection",
        "ask again",
    ]
