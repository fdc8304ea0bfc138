"""Seventy requirements that are hard to write: the language says each of them, and decides each as it is meant."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from remit.environment import cache_folder
from remit.policy.cases import Case, read_cases, run_case
from remit.policy.decide import decide
from remit.policy.library_cache import cached_library
from remit.policy.lint import lint
from remit.policy.packs import Library, Pack
from remit.policy.reading import cited
from remit.policy.rule_words import rule_in_english

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).parent / "awkward" / "packs"


@cache
def library() -> Library:
    return cached_library([ROOT / "packs", OWN], cache_folder())


@cache
def awkward() -> Pack:
    return library().packs["awkward"]


def shipped() -> list[Pack]:
    return [pack for name, pack in library().packs.items() if name != "awkward"]


def alone(requirement: str) -> Pack:
    """The pack with the rules of one requirement only."""
    return replace(awkward(), rules=tuple(rule for rule in awkward().rules if requirement in rule.clauses))


@pytest.mark.parametrize("case", read_cases(awkward()), ids=lambda case: case.name)
def test_a_requirement_decides_as_it_is_meant(case: Case) -> None:
    """An officer's policy would come out differently from its words."""
    found = run_case(alone(case.name.split(":")[0]), case)
    assert [str(fault) for fault in found.faults] == []


def test_every_requirement_is_tried_both_ways() -> None:
    """A requirement that never bites, or always does, would pass for one that can be said."""
    outcomes: dict[str, int] = {}
    for case in read_cases(awkward()):
        outcomes[case.name.split(":")[0]] = outcomes.get(case.name.split(":")[0], 0) + 1
    always = {"NS-6.4a"}  # every report goes to the subject's manager: there is no case in which it does not
    enforced = {clause.id for clause in awkward().clauses.values() if clause.treatment in ("enforced", "shown")}
    assert {key for key in enforced if outcomes.get(key, 0) < 2} == always


@pytest.mark.parametrize("requirement", awkward().clauses)
def test_the_policy_that_it_comes_from_does_something_about_it(requirement: str) -> None:
    """A thing that can be said would still be said nowhere."""
    clause, pack = next((p.clauses[requirement], p) for p in shipped() if requirement in p.clauses)
    by_rule = any(requirement in cited(rule) for rule in pack.rules if rule.mode != "off")
    assert (clause.treatment == "kept" and clause.tests) or (clause.treatment in ("enforced", "shown") and by_rule)


def test_the_pack_has_no_faults_that_a_careful_reader_would_find() -> None:
    """The forms proposed to policy officers would be sent back by the lint."""
    assert [str(fault) for fault in lint(library(), awkward()) if fault.severity == "error"] == []


@pytest.mark.parametrize("rule", awkward().rules, ids=lambda rule: rule.id)
def test_each_rule_reads_in_english(rule) -> None:  # type: ignore[no-untyped-def]
    """A policy officer could not check the rule against the document."""
    said = rule_in_english(awkward(), rule)
    assert all(said.then)
    assert all("None" not in line for line in (*said.when, *said.unless, *said.then))


def test_every_promise_names_its_test() -> None:
    """A clause would be called kept, and nothing would show it."""
    kept = [clause for clause in awkward().clauses.values() if clause.treatment == "kept"]
    for clause in kept:
        assert clause.tests
        for test in clause.tests:
            path, _, name = test.partition("::")
            assert f"def {name}(" in (ROOT / path).read_text()


def test_no_rule_asks_for_training() -> None:
    """A pack that promises no training would still stop somebody for want of it."""
    reads = {name for rule in library().packs["wiltshire"].rules for test in rule.when for name in test.facts}
    assert not [name for name in reads if "training" in name]


def test_advice_leaves_nothing_behind() -> None:
    """Somebody who asks about their own life would leave a trace of having asked."""
    case = next(case for case in read_cases(awkward()) if case.name.startswith("EX-3.4i: somebody asks"))
    decision = decide([awkward()], case.moment, case.facts, case.now)
    assert (decision.duties, decision.referrals, decision.notices, decision.entries) == ((), (), (), ())


def test_one_duty_of_two_packs_keeps_the_earlier_date() -> None:
    """Two policies that want one referral would make two tasks, or keep the later date."""
    case = next(case for case in read_cases(awkward()) if case.name.startswith("CL-3.3b: closing"))
    pack = alone("CL-3.3b")
    decision = decide([pack, replace(pack, name="law")], case.moment, case.facts, case.now)
    assert [duty["due"] for duty in decision.duties] == ["2026-11-21"]


def test_a_sample_is_drawn_the_same_again() -> None:
    """A manager could pick the posts to look at, or nobody could check which were drawn."""
    case = next(case for case in read_cases(awkward()) if case.name.startswith("NS-9.14a: looked"))
    drawn = [decide([alone("NS-9.14a")], case.moment, case.facts, case.now).duties[0]["sample"] for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]["drawn"]) == 2


def test_a_supervisor_hears_daily() -> None:
    """A group that nobody leaves would be mentioned once and forgotten."""
    case = next(case for case in read_cases(awkward()) if case.name.startswith("SS-11.1d: done"))
    duty = decide([alone("SS-11.1d")], case.moment, case.facts, case.now).duties[0]
    assert (duty["overdue"], duty["daily"]) == (["supervisor"], ["supervisor"])


def test_a_rule_with_several_unknowns_names_them_all() -> None:
    """An author would be asked one thing after another without end."""
    case = next(case for case in read_cases(awkward()) if case.name.startswith("SS-7.2b: two"))
    facts = {"post.text": "Road closed."}
    finding = decide([alone("SS-7.2b")], case.moment, facts, case.now).findings[0]
    assert set(finding.missing) == {"post.appeal", "account.contributor_count", "account.monitored_by_contact"}


def test_whoever_is_in_a_cast_has_the_facts_of_a_person() -> None:
    """A rule about an applicant could not say what it can say of a user."""
    facts = library().vocabulary.facts
    assert {"applicant.probation_passed_on", "owner.teams", "subject.leaving_on"} <= set(facts)
    assert facts["applicant.probation_passed_on"].label == "the day the applicant passed probation"
    assert not facts["owner.duty_state"].frozen
