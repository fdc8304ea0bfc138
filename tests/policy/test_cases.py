"""A pack's own cases are run and measured: a rule that begins to bite where nobody expected it is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.policy.cases import CaseResult, run_cases
from remit.policy.coverage import coverage
from remit.policy.faults import PackFaults
from remit.policy.loading import load_library

from .written import marked, write

CASES = "small/cases/posts.yaml"
CASE = """\
- name: A case
  moment: post.publish
  now: 2026-11-21T12:00:00+00:00
  baseline: main-account-post
  facts: {post.text: Good morning., account.followers: 50}
"""


def run(folder: Path, text: str) -> list[CaseResult]:
    library = load_library([write(folder, {CASES: text})])
    return run_cases(library, library.packs["small"])


def test_a_case_that_says_what_is_decided_passes(tmp_path: Path) -> None:
    """A sound pack is told to be sound."""
    (result,) = run(tmp_path, CASE + "  expect: {outcome: allowed, fired: [], guidance: kind}\n")
    assert result.passed, result.faults


@pytest.mark.parametrize(
    ("facts", "expect", "told"),
    [
        ("concern.political: true", "▸expect: {outcome: allowed}", "SM-3 fires, and the case does not expect it"),
        ("account.kind: area", "expect: {▸outcome: refused}", "The outcome is allowed, not refused"),
        ("account.kind: area", "expect: {outcome: allowed, ▸fired: [SM-3]}", "SM-3 was expected under fired"),
        ("account.kind: area", "expect: {outcome: allowed, ▸says: [release]}", "release was expected under says"),
        ("account.kind: area", "expect: {outcome: allowed, ▸passes: [SM-4]}", "SM-4 does not pass"),
        ("account.kind: area", "expect: {outcome: allowed, ▸duties: [{do: look}]}", "No duty is left with do look"),
        ("post.appeal: wanted", "▸expect: {outcome: allowed}", "SM-1 is exempt, and the case does not expect it"),
    ],
)
def test_what_differs_is_told_where_it_is_written(facts: str, expect: str, told: str, tmp_path: Path) -> None:
    """An unexpected finding fails the case, and the reader is sent to the line to mend."""
    text = CASE.replace("facts: {", f"facts: {{{facts}, ") + f"  {expect}\n"
    (result,) = run(tmp_path, text)
    found = [fault for fault in result.faults if told in fault.message]
    assert found, result.faults
    if "{▸" in expect or ", ▸" in expect:
        assert (found[0].place.line, found[0].place.column) == marked(text)


def test_a_fact_can_be_left_out_of_the_baseline(tmp_path: Path) -> None:
    """What happens when nobody has said is a case like any other."""
    text = CASE.replace("  facts: {", "  without: post.appeal\n  facts: {device.issued: false, ")
    text += "  expect: {outcome: needs, unknown: SM-1, asks: post.appeal}\n"
    (result,) = run(tmp_path, text)
    assert result.passed, result.faults


REPORT = """\
- name: A report
  moment: breach.report
  now: 2026-11-21T12:00:00+00:00
"""
TOLD = """\
moment: breach.report
rules:
- id: SM-1-told
  title: Told
  when: device.issued
  then: [{route: {to: desk}}, {notify: {who: chief, text: It was lost.}}]
"""


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (
            "  facts: {device.issued: true}\n  expect: {outcome: allowed, referrals: desk, notices: chief}\n",
            [],
        ),
        ("  expect: {outcome: allowed, referrals: [], notices: [], waits: desk, asks: device.issued}\n", []),
        (
            "  expect: {outcome: allowed, referrals: desk, notices: chief}\n",
            ["desk was expected under referrals; there is none.", "chief was expected under notices; there is none."],
        ),
        (
            "  facts: {device.issued: true}\n  expect: {outcome: allowed, notices: [], waits: desk}\n",
            ["desk was expected under waits; there is none.", "chief is told, and the case does not expect it."],
        ),
    ],
)
def test_a_case_says_whom_a_report_reaches_who_is_told_and_what_waits(
    rest: str, told: list[str], tmp_path: Path
) -> None:
    """A report that went to the wrong post would pass for one that went to the right one."""
    library = load_library([write(tmp_path, {CASES: REPORT + rest, "small/rules/told.yaml": TOLD})])
    (result,) = run_cases(library, library.packs["small"])
    assert [fault.message for fault in result.faults] == told


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (CASE + "  expect: {outcome: allowed, fired: [▸SM-33]}\n", 'no rule "SM-33"', "SM-3"),
        (
            CASE.replace("main-account", "▸mian-account") + "  expect: {outcome: allowed}\n",
            "baseline",
            "main-account-post",
        ),
        (
            CASE.replace("post.text:", "▸post.txt:") + "  expect: {outcome: allowed}\n",
            'no fact "post.txt"',
            "post.text",
        ),
        (CASE + "  expect: {outcome: ▸fine}\n", '"fine" is no outcome', "allowed"),
    ],
)
def test_a_case_that_names_what_there_is_not_is_refused(text: str, message: str, remedy: str, tmp_path: Path) -> None:
    """A case with a misspelt rule would pass for ever."""
    with pytest.raises(PackFaults) as caught:
        run(tmp_path, text)
    (fault,) = caught.value.faults
    assert (fault.place.line, fault.place.column) == marked(text)
    assert message in fault.message
    assert remedy in fault.remedy


def test_coverage_counts_what_the_cases_really_try(tmp_path: Path) -> None:
    """A rule that no case ever fired, and a clause that is not yet done, are not made to look done."""
    fires = CASE.replace("A case", "Politics").replace("facts: {", "facts: {concern.political: true, ")
    text = CASE + "  expect: {outcome: allowed}\n" + fires + "  expect: {outcome: allowed, fired: SM-3}\n"
    library = load_library([write(tmp_path, {CASES: text})])
    found = coverage(library, library.packs["small"])
    assert found.treatments["not yet"] == 1
    rules = {r.rule.id: r for r in found.rules}
    assert rules["SM-3"].fires == ("Politics",)
    assert rules["SM-3"].passes == ("A case",)
    assert rules["SM-3"].lines[0].seen_both_ways
    assert rules["SM-1"].fires == ()
    assert not rules["SM-1"].lines[0].seen_both_ways
    clauses = {c.clause.id: c for c in found.clauses}
    assert clauses["SM-3"].cases == 1
    assert clauses["SM-5"].rules == ()
    assert clauses["SM-2"].rules == ("SM-1", "SM-2")
