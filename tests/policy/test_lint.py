"""What loads but is probably not meant is found before a force relies on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from remit.people.forms import GRADES as OFFERED
from remit.policy.faults import Fault
from remit.policy.lint import lint
from remit.policy.lint_people import GRADES
from remit.policy.loading import load_library

from .written import FILES, rule, swapped, write

RULES = "small/rules/posts.yaml"
MORE = "small/rules/more.yaml"
CLAUSES = "small/clauses.yaml"


def found(folder: Path, changed: dict[str, str | bytes | None] | None = None) -> list[Fault]:
    """What is said of the small pack, left without its cases, besides that."""
    library = load_library([write(folder, {"small/cases/posts.yaml": None, **(changed or {})})])
    return [fault for fault in lint(library, library.packs["small"]) if "have no case" not in fault.message]


def test_a_sound_pack_is_clean(tmp_path: Path) -> None:
    """A clean report means something: the small pack has none of what is looked for."""
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("changed", "severity", "message"),
    [
        ({CLAUSES: swapped(CLAUSES, "treatment: not yet", "treatment: enforced")}, "warning", "no rule cites it"),
        ({CLAUSES: swapped(CLAUSES, "treatment: shown", "treatment: enforced")}, "warning", "only show something"),
        ({CLAUSES: swapped(CLAUSES, "treatment: shown", 'treatment: "not yet"')}, "warning", "has the rule SM-4"),
        ({MORE: rule(id="SM-4-x", then="refuse", remedy="Stop.")}, "warning", '"refuse", which is stronger'),
        ({MORE: rule(id="SM-1-x", then="warn")}, "warning", '"warn", which is weaker'),
        ({MORE: rule(id="SM-1-x", then="refuse")}, "warning", "does not say what would help"),
        ({MORE: rule(id="SM-1-x", moment="breach.report", then="refuse")}, "error", "which is of kind report"),
        (
            {MORE: rule(id="SM-1-x", moment="breach.report", then="{record: {register: breaches, when: put forward}}")},
            "warning",
            "nothing is refused or waits",
        ),
        (
            {MORE: rule(id="SM-1-x", moment="account.monitor", then="{hold: {until: approval release}}")},
            "error",
            "state",
        ),
        (
            {MORE: rule(id="SM-1-x", when="['post.appeal == \"wanted\"', 'post.appeal == \"none\"']")},
            "error",
            "both values",
        ),
        ({MORE: rule(id="SM-1-x", when="'false'")}, "error", "always no"),
        ({MORE: rule(id="SM-1-x", unless="[{is: device.issued, why: issued}]")}, "error", "always applies"),
        ({MORE: rule(id="SM-1-x", when="size(owner.teams) > 0")}, "error", "no owner in its cast"),
        ({MORE: rule(id="SM-1-x", when="post.seen_on < today")}, "warning", "When post.seen_on is none"),
        (
            {MORE: rule(id="SM-1-x", when="\"post.seen_on.passed('2 days')\"")},
            "warning",
            "no period has passed since it",
        ),
        (
            {MORE: rule(id="SM-1-x", then="{hold: {until: \"now.plus('2 hours').between('09:00', '17:00')\"}}")},
            "warning",
            "cannot tell until when",
        ),
        (
            {MORE: rule(id="SM-1-x", then="{hold: {until: device.issued}}", remedy="'From {until}.'")},
            "warning",
            "what is waited for is no time",
        ),
        (
            {
                MORE: rule(
                    id="SM-1-x",
                    then="{duty: {do: x, owner: desk, from: today, within: 2 days, remind: [2 hours before]}}",
                )
            },
            "warning",
            "no hours can be counted",
        ),
        (
            {
                MORE: rule(
                    id="SM-1-x",
                    moment="account.monitor",
                    then="{duty: {do: x, owner: desk, from: post.sent_at, within: 2 hours}}",
                )
            },
            "warning",
            "looks at a state once a day",
        ),
        (
            {MORE: rule(id="SM-1-x", moment="post.draft", when="\"act.moment in ['post.publish', 'breach.report']\"")},
            "error",
            "never binds at breach.report",
        ),
        ({MORE: rule(id="SM-1-x", when="\"'media-dsk' in actor.teams\"")}, "warning", 'has the team "media-dsk"'),
        ({MORE: rule(id="SM-1-x", when="\"'dogs' in actor.teams\"")}, "warning", 'has the team "dogs"'),
        (
            {
                "small/policy.yaml": swapped(
                    "small/policy.yaml",
                    "parameters:\n",
                    "parameters:\n  wait: {type: period, value: 36 hours, clause: SM-2}\n",
                ),
                MORE: rule(id="SM-1-x", when='"post.seen_on.given() && post.seen_on.passed(parameter.wait)"'),
            },
            "error",
            'parameter.wait is "36 hours", which moves a time',
        ),
        (
            {
                "moments.yaml": swapped(
                    "moments.yaml", "kind: report, cast: [actor]", "kind: report, cast: [actor, subject]"
                ),
                MORE: rule(id="SM-1-x", moment="breach.report", then="{route: {to: desk}}"),
            },
            "warning",
            "passes nothing on until somebody answers device.issued",
        ),
        ({MORE: rule(id="SM-1-x", remedy="See {force.web}.")}, "error", "{force.web} is no fact"),
        ({MORE: rule(id="SM-1-x", remedy="Wait for {until}.")}, "error", "no refusal says until when"),
        ({"small/texts/other.md": "Other.\n"}, "warning", 'Nothing uses the text "other"'),
        (
            {
                "small/policy.yaml": FILES["small/policy.yaml"].replace(
                    "who:\n", "who:\n  x: {title: X, relation: bogus, of: actor}\n", 1
                )
            },
            "error",
            'no relation "bogus"',
        ),
        (
            {
                "small/policy.yaml": FILES["small/policy.yaml"].replace(
                    "who:\n", "who:\n  x: {title: X, relation: self, of: bogus}\n", 1
                )
            },
            "error",
            '"bogus" is nobody',
        ),
        (
            {
                "small/policy.yaml": FILES["small/policy.yaml"].replace(
                    "who:\n", "who:\n  x: {title: X, grades: [Inspecter]}\n", 1
                )
            },
            "error",
            'no grade "Inspecter"',
        ),
        ({"small/texts/kind.md": "See {force.web}.\n"}, "error", "{force.web} is no fact"),
        ({MORE: "define:\n  post.odd: {is: device.issued, clause: SM-1}\n"}, "warning", 'definition "post.odd"'),
    ],
)
def test_each_thing_that_is_probably_not_meant_is_found(
    changed: dict[str, str | bytes | None], severity: str, message: str, tmp_path: Path
) -> None:
    """The reader is told the place, what is odd and what to do about it."""
    told = [f for f in found(tmp_path, changed) if message in f.message and f.severity == severity]
    assert told, [str(f) for f in found(tmp_path, changed)]
    assert told[0].remedy
    assert Path(told[0].place.file).exists()


def test_a_reason_answers_a_warning_about_strength(tmp_path: Path) -> None:
    """A policy may be gentler than its wording when it says why."""
    changed: dict[str, str | bytes | None] = {MORE: rule(id="SM-1-x", then="warn", because="A person judges it.")}
    assert found(tmp_path, changed) == []


def test_a_guarded_comparison_is_not_warned_about(tmp_path: Path) -> None:
    """Whoever thought of "no day given" is left alone."""
    when = '"!post.seen_on.given() || post.seen_on < today"'
    assert found(tmp_path, {MORE: rule(id="SM-1-x", when=when, then="warn", because="x")}) == []


def test_unused_posts_are_told_once_the_policy_is_complete(tmp_path: Path) -> None:
    """While clauses are not yet done, their posts and says may wait for them."""
    done = "\n".join(line for line in FILES[CLAUSES].split("\n") if not line.startswith("SM-5"))
    told = [f.message for f in found(tmp_path, {CLAUSES: done})]
    assert 'Nothing uses the say "heard".' in told


def test_a_figure_of_a_say_is_used(tmp_path: Path) -> None:
    """Whoever keeps the time to answer as a figure is not told to take it out."""
    policy = FILES["small/policy.yaml"].replace(
        "parameters:\n", "parameters:\n  answer_time: {type: period, value: 2 hours, clause: SM-1}\n", 1
    )
    assert "answer_time" in policy
    heard = "  heard: {"
    assert heard in policy
    who = next(line.split(":")[0].strip() for line in policy.partition("who:\n")[2].split("\n"))
    policy = policy.replace(heard, f"{heard}unanswered: {{for: parameter.answer_time, also: {who}}}, ", 1)
    told = [fault.message for fault in found(tmp_path, {"small/policy.yaml": policy})]
    assert not [message for message in told if "answer_time" in message]


def test_a_post_that_a_test_names_by_its_team_is_used(tmp_path: Path) -> None:
    """A team of which only a test speaks must stand in who: whoever wrote it there is not told to take it out."""
    changed = {
        CLAUSES: "\n".join(line for line in FILES[CLAUSES].split("\n") if not line.startswith("SM-5")),
        "small/policy.yaml": FILES["small/policy.yaml"].replace(
            "who:\n", "who:\n  handlers: {title: Dog handlers, team: dogs}\n  drivers: {title: D, team: drivers}\n", 1
        ),
        MORE: rule(id="SM-1-x", when="\"'dogs' in actor.teams\"", then="warn", because="A person judges it."),
    }
    told = [fault.message for fault in found(tmp_path, changed)]
    assert 'Nothing uses the post of who "drivers".' in told
    assert not [message for message in told if "dogs" in message or "handlers" in message]


def test_a_pack_that_says_that_its_reports_wait_is_not_warned(tmp_path: Path) -> None:
    """Where every post may be the one complained of, a warning that nothing answers would hide the next one."""
    moments = swapped("moments.yaml", "kind: report, cast: [actor]", "kind: report, cast: [actor, subject]")
    for folder, (more, warned) in enumerate([("", True), (", if_unknown: wait", False), (", if_unknown: go", False)]):
        then = f"{{route: {{to: desk{more}}}}}"
        changed: dict[str, str | bytes | None] = {
            "moments.yaml": moments,
            MORE: rule(id="SM-1-x", moment="breach.report", then=then),
        }
        told = [fault.message for fault in found(tmp_path / str(folder), changed)]
        assert any("passes nothing on" in message for message in told) is warned


@pytest.mark.parametrize(
    ("grade", "remedy"), [("Inspecter", 'Did you mean "inspector"?'), ("wing_commander", "is found by role:")]
)
def test_a_grade_that_the_register_does_not_have_is_a_fault(grade: str, remedy: str, tmp_path: Path) -> None:
    """The post would pass for filled on paper, and nobody would ever be asked."""
    policy = FILES["small/policy.yaml"].replace("who:\n", f"who:\n  x: {{title: X, grades: [{grade}]}}\n", 1)
    told = [fault for fault in found(tmp_path, {"small/policy.yaml": policy}) if fault.severity == "error"]
    assert len(told) == 1
    assert remedy in told[0].remedy


def test_the_grades_are_those_of_the_register() -> None:
    """A grade that can be given to somebody would be called a fault, or one that nobody can have would pass."""
    assert set(GRADES) == set(OFFERED)


def test_rules_without_any_case_are_told_in_one_line(tmp_path: Path) -> None:
    """A pack that nobody has tried would look as sound as one whose cases pass."""
    library = load_library([write(tmp_path, {"small/cases/posts.yaml": None})])
    assert [fault.message for fault in lint(library, library.packs["small"])] == ["The 4 rules have no case."]


def test_a_rule_that_no_case_tries_is_told(tmp_path: Path) -> None:
    """A rule that never fired in a case may never fire at all."""
    cases = FILES["small/cases/posts.yaml"]
    told = [f.message for f in found(tmp_path, {"small/cases/posts.yaml": cases})]
    assert told == ["No case fires SM-1.", "No case fires SM-2.", "No case fires SM-3."]


CASE = """\
- name: Long ago
  moment: post.publish
  now: 2029-11-21T12:00:00+00:00
  baseline: main-account-post
  facts: {post.text: Good morning., account.followers: 50, post.seen_on: 2029-11-20}
  expect: {outcome: allowed, guidance: [kind]}
"""
WORKING = "{duty: {do: answer it, owner: desk, from: post.seen_on, within: 5 working days}}"
HOLIDAYS = '"2026": [2026-12-25]\n'


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"small/cases/late.yaml": CASE, MORE: rule(id="SM-1-x", then=WORKING)},
            "Bank holidays are known from 2026 to 2026, and this case comes to a date in 2029.",
        ),
        (
            {
                "small/policy.yaml": swapped(
                    "small/policy.yaml",
                    "in_force_from: 2026-01-05}",
                    "in_force_from: 2026-01-05, next_review_on: 2028-01-05}",
                ),
                MORE: rule(id="SM-1-x", when="today.working_day()"),
            },
            "this policy stands until 2028",
        ),
    ],
)
def test_years_whose_bank_holidays_are_not_known_are_told(
    changed: dict[str, str], message: str, tmp_path: Path
) -> None:
    """A deadline would count Christmas as working days, and nobody would have said so."""
    files = {"bank-holidays.yaml": HOLIDAYS, "small/cases/posts.yaml": FILES["small/cases/posts.yaml"], **changed}
    told = [f.message for f in found(tmp_path, files)]
    assert any(message in each for each in told), told


def test_a_post_spelt_almost_as_another_policy_spells_it_is_told(tmp_path: Path) -> None:
    """Nobody would ever hold the post, and what it must approve would wait for ever."""
    folder = write(tmp_path, {"small/cases/posts.yaml": None})
    other = {name.replace("small/", "other/"): text for name, text in FILES.items() if name.startswith("small/")}
    policy = other["other/policy.yaml"].replace("team: media-desk", "team: media-deks").replace("[smallshire]", "[x]")
    write(folder, {**other, "other/policy.yaml": policy, "other/cases/posts.yaml": None})
    library = load_library([folder])
    told = [str(fault) for fault in lint(library, library.packs["other"]) if "media-deks" in fault.message]
    assert len(told) == 1
    assert 'Did you mean "media-desk"?' in told[0]


def test_a_value_that_a_folder_adds_makes_no_other_policy_faulty(tmp_path: Path) -> None:
    """A force that adds a way to report would lose the policies that it already has, and its server would not start."""
    choosing = {
        MORE: rule(id="SM-1-x", then="{route: {choices: [main, area], chosen: account.kind}}"),
        "small/policy.yaml": FILES["small/policy.yaml"].replace(
            "who:\n", "who:\n  main: {title: M, team: main}\n  area: {title: A, team: area}\n", 1
        ),
    }
    shipped = write(tmp_path / "shipped", choosing)
    own = tmp_path / "own"
    (own / "facts").mkdir(parents=True)
    (own / "facts/account.yaml").write_text("account.kind: {more_values: {dogs: dogs}}\n")
    pack = write(tmp_path / "written")
    (pack / "small").rename(own / "mine")
    policy = own / "mine/policy.yaml"
    policy.write_text(re.sub(r"forces: .*", "forces: [elsewhere]", policy.read_text()))
    library = load_library([shipped, own], leave_out=True)
    assert library.broken == {}
    assert any("is no choice of small SM-1-x" in fault.message for fault in lint(library, library.packs["mine"]))


def test_an_exception_that_nobody_can_give_and_one_that_lifts_nothing_are_told(tmp_path: Path) -> None:
    """A policy's own exception could otherwise be had by nobody, and nobody would know until they need it."""
    policy = "small/policy.yaml"
    other = swapped(policy, "  trusted: {title", "  trusty: {title")
    said = [str(fault) for fault in found(tmp_path, {policy: other})]
    assert any('Nobody can give the exception "trusted"' in each and "Add to grants: trusted:" in each for each in said)
    whole = {CLAUSES: swapped(CLAUSES, "treatment: not yet", "treatment: outside, note: nobody can")}
    assert any(
        'Nothing uses the grant "trusty"' in str(fault) for fault in found(tmp_path / "2", {policy: other, **whole})
    )
