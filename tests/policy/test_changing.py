"""What a new version changes: a policy officer signs it off clause by clause, so no change may be missing."""

from __future__ import annotations

from dataclasses import replace

from remit.policy.changing import CHANGED, FIGURE, GONE, NEW, Line, changes
from remit.policy.packs import Clause, Effect, Pack, Rule, Version, Who
from tests.policy.small import WHO, condition, pack, rule

DORMANT = rule("refuse", "account.last_used_on.passed('3 months')", id="A-1", remedy="Use it.")


def kinds(old: Pack, new: Pack) -> dict[str, tuple[str, list[str]]]:
    return {c.id: (c.kind, [r.kind for r in c.rules]) for c in changes(old, new).clauses}


def with_when(made: Rule, test: str) -> Rule:
    return replace(made, when=(condition(test),))


def test_the_same_policy_changes_nothing() -> None:
    found = changes(pack(DORMANT), pack(DORMANT))
    assert not found.clauses
    assert not found.whole
    assert found.same == 1


def test_a_clause_or_rule_that_is_new_or_gone_is_told_as_such() -> None:
    later = rule("refuse", "!device.issued", id="A-2")
    assert kinds(pack(DORMANT), pack(DORMANT, later)) == {"A-2": (NEW, [NEW])}
    assert kinds(pack(DORMANT, later), pack(DORMANT)) == {"A-2": (GONE, [GONE])}


def test_a_figure_alone_is_told_from_another_rule() -> None:
    """Six months for three is one line to check; "off duty" for "unused" is another rule."""
    longer = with_when(DORMANT, "account.last_used_on.passed('6 months')")
    assert kinds(pack(DORMANT), pack(longer)) == {"A-1": (CHANGED, [FIGURE])}
    other = with_when(DORMANT, "!actor.on_duty")
    assert kinds(pack(DORMANT), pack(other)) == {"A-1": (CHANGED, [CHANGED])}


def test_another_post_in_a_rule_is_no_mere_figure() -> None:
    held = rule(Effect("hold", say="release"), id="A-1")
    other = {**WHO, "corporate-communications": Who("corporate-communications", "Media Office", team="x")}
    found = changes(pack(held), pack(held, who=other))
    assert [r.kind for c in found.clauses for r in c.rules] == [CHANGED]
    assert {line.part for line in found.whole} >= {"Post: corporate-communications"}


def test_a_changed_wording_treatment_or_reason_is_shown_old_against_new() -> None:
    clause = Clause("A-1", "1.1", "Accounts are used.", "must", "enforced")
    new = replace(clause, says="Accounts are used monthly.", wording="should", note="Counted by the clock.")
    (found,) = changes(pack(DORMANT, clauses={"A-1": clause}), pack(DORMANT, clauses={"A-1": new})).clauses
    assert [(line.part, line.old, line.new) for line in found.lines] == [
        ("It says", "Accounts are used.", "Accounts are used monthly."),
        ("Wording", "must", "should"),
        ("Reason", "", "Counted by the clock."),
    ]


def test_words_that_differ_are_marked_on_both_sides() -> None:
    old, new = Line("When", "3 months have passed since use", "6 months have passed since any use").marked
    assert [words.strip() for only, words in old if only] == ["3"]
    assert [words.strip() for only, words in new if only] == ["6", "any"]
    assert "".join(words for _, words in old) == "3 months have passed since use"


def test_version_dates_and_settings_of_the_whole_policy_are_compared() -> None:
    versions = tuple(Version(number, None, None, note=number) for number in ("1", "2"))
    found = changes(pack(DORMANT), pack(DORMANT, version="2", versions=versions))
    assert ("Version", "1", "2") in [(line.part, line.old, line.new) for line in found.whole]


def test_two_policies_are_not_taken_for_two_versions() -> None:
    assert changes(pack(DORMANT), pack(DORMANT)).related
    assert not changes(pack(DORMANT), pack(rule("refuse", id="B-1"))).related


def test_the_changes_can_be_counted_and_read_by_programs() -> None:
    longer = with_when(DORMANT, "account.last_used_on.passed('6 months')")
    found = changes(pack(DORMANT), pack(longer)).to_json()
    assert found["counts"] == {"clauses changed": 1, "rules changed figure": 1}
    assert found["clauses"][0]["rules"][0]["lines"][0]["part"] == "When"
