"""`remit pack new | compare | coverage`: what a policy officer without the source has to start and measure with."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from remit.cli import remit_group
from remit.environment import pack_folders
from remit.policy.cases import run_cases
from remit.policy.lint import lint
from remit.policy.loading import load_library


def remit(*args: object) -> Result:
    return CliRunner().invoke(remit_group, [str(arg) for arg in args])


def begin(folder: Path, **changed: str) -> Result:
    given = {"title": "Social Media: a Policy", "force": "devon", "prefix": "DV", **changed}
    return remit("pack", "new", folder, *(part for name, value in given.items() for part in (f"--{name}", value)))


def test_a_new_pack_loads_is_clean_under_lint_and_passes_its_cases(tmp_path: Path) -> None:
    """Whoever starts from it would have to mend what they did not write."""
    assert begin(tmp_path / "packs" / "devon").exit_code == 0
    library = load_library([*pack_folders(), tmp_path / "packs"])
    pack = library.packs["devon"]
    assert pack.title == "Social Media: a Policy"
    assert list(lint(library, pack)) == []
    results = run_cases(library, pack)
    assert [result.case.name for result in results if not result.passed] == []
    assert len(results) == 3


@pytest.mark.parametrize(
    ("folder", "changed", "said"),
    [
        ("Devon", {}, "Use small letters, digits and hyphens"),
        ("devon", {"prefix": "dv"}, "two to six capital letters"),
        ("devon", {"force": "Devon and Cornwall"}, "Use small letters"),
        (".", {}, "cannot be used"),
    ],
)
def test_a_name_that_packs_cannot_have_is_told(tmp_path: Path, folder: str, changed: dict[str, str], said: str) -> None:
    result = begin(tmp_path / folder, **changed)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "devon").exists()


def test_a_pack_is_never_written_over(tmp_path: Path) -> None:
    """An officer would lose a week's work to a repeated command."""
    begin(tmp_path / "devon")
    (tmp_path / "devon" / "clauses.yaml").write_text("mine")
    result = begin(tmp_path / "devon")
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert (tmp_path / "devon" / "clauses.yaml").read_text() == "mine"


def test_shipped_policies_are_compared_by_moment_and_matter() -> None:
    result = remit("pack", "compare", "cleveland", "essex", "--moment", "post.draft")
    assert result.exit_code == 0, result.output
    assert "silent" in result.output
    found = json.loads(remit("pack", "compare", "cleveland", "essex", "--json").stdout)
    assert {"moment", "title", "matters", "own"} == set(found[0])
    assert {"control", "concern"} == {matter["kind"] for part in found for matter in part["matters"]}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["essex"], "Name two packs or more"),
        (["essex", "clevland"], 'Did you mean "cleveland"?'),
        (["essex", "cleveland", "--moment", "post.pubish"], 'Did you mean "post.publish"?'),
    ],
)
def test_what_cannot_be_compared_is_bad_input(args: list[str], said: str) -> None:
    result = remit("pack", "compare", *args)
    assert result.exit_code == 2
    assert said in result.stderr


def test_coverage_counts_clauses_and_rules_that_no_case_tries() -> None:
    (found,) = json.loads(remit("pack", "coverage", "essex", "--json").stdout)
    assert sum(found["treatments"].values()) == len(found["clauses"])
    assert {"rules", "rows_only"} <= set(found)
    assert "never" in remit("pack", "coverage", "essex").output


def test_only_differences_leaves_out_what_all_say_alike() -> None:
    whole, only = (
        json.loads(remit("pack", "compare", "cleveland", "wiltshire", *o, "--json").stdout)
        for o in ([], ["--differences"])
    )
    statuses = {matter["status"] for part in only for matter in part["matters"]}
    assert "agree" not in statuses
    assert sum(len(part["matters"]) for part in only) < sum(len(part["matters"]) for part in whole)


def test_the_changes_of_a_draft_are_told_old_against_new(tmp_path: Path) -> None:
    """A policy officer signs a new version off by this; a figure that changed unseen would bind a force."""
    draft = tmp_path / "essex"
    shutil.copytree(pack_folders()[0] / "essex", draft)
    assert "No clause changes; 87 clauses as before." in remit("pack", "changes", "essex", draft).output
    policy = draft / "clauses.yaml"
    policy.write_text(policy.read_text().replace("binds the whole police family", "binds everybody"))
    said = " ".join(remit("pack", "changes", "essex", draft).output.split())
    assert "1 clause changed; 86 clauses as before." in said
    assert "EX-2.0a (changed)" in said
    assert "It says is: The procedure binds everybody" in said
    found = json.loads(remit("pack", "changes", "essex", draft, "--json").stdout)
    assert found["clauses"][0]["lines"][0]["part"] == "It says"


def test_two_policies_are_no_two_versions() -> None:
    result = remit("pack", "changes", "essex", "cleveland")
    assert result.exit_code == 2
    assert "remit pack compare" in result.stderr


def test_a_clause_is_shown_with_all_that_its_rules_say_and_expressions_on_demand() -> None:
    shown = " ".join(remit("pack", "show", "cleveland", "CL-3.1.5bc").output.split())
    assert "“report online”, “report it online” or “online report”, in capitals or small letters" in shown
    assert "(?i)" not in shown
    assert "Cases" in shown
    assert "(?i)" in remit("pack", "show", "cleveland", "CL-3.1.5bc", "--expressions").output
    assert json.loads(remit("pack", "show", "cleveland", "CL-3.1.5bc", "--json").stdout)["rules"][0]["expressions"]


def test_a_policy_is_shown_with_who_has_which_say_and_its_figures() -> None:
    shown = " ".join(remit("pack", "show", "surrey-sussex").output.split())
    for part in (
        "Who has which say",
        "answered by",
        "Posts",
        "the number that an appeal needs: 2",
        "What the force supplies",
    ):
        assert part in shown
    found = json.loads(remit("pack", "show", "surrey-sussex", "--json").stdout)
    assert found["figures"] == {"parameter.contributors": "the number that an appeal needs: 2"}


def test_one_faulty_pack_stops_only_what_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's work would wait until one officer had mended a draft."""
    monkeypatch.setenv("REMIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("REMIT_PACKS", str(tmp_path / "packs"))
    begin(tmp_path / "packs" / "devon")
    rules = tmp_path / "packs" / "devon" / "rules" / "posts.yaml"
    rules.write_text(rules.read_text().replace("then: refuse", "then: refused"))
    listed = remit("pack", "list")
    assert listed.exit_code == 0
    assert 'The pack "devon" has faults and is left out; `remit pack lint devon` lists them.' in listed.stderr
    assert "essex" in listed.stdout
    named = remit("decide", "--pack", "devon", "--moment", "post.publish", "-")
    assert named.exit_code == 2
    assert 'There is no effect "refused". Did you mean "refuse"?' in named.stderr
    linted = remit("pack", "lint", "devon")
    assert (linted.exit_code, "1 to mend, 0 to consider." in linted.stdout) == (1, True)
    assert remit("pack", "test", "essex").exit_code == 0
    (tmp_path / "packs" / "facts").mkdir()
    (tmp_path / "packs" / "facts" / "own.yaml").write_text("own.fact: {type: bol, label: it}\n")
    facts = remit("facts", "account.kind")
    assert facts.exit_code == 0
    assert "have faults and are left out" in facts.stderr


@pytest.mark.parametrize("command", ["run", "serve", "worker"])
def test_nothing_is_started_on_a_faulty_pack(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback stood before the fault, and the demonstration was left half loaded."""
    monkeypatch.setenv("REMIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("REMIT_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("REMIT_PACKS", str(tmp_path / "packs"))
    begin(tmp_path / "packs" / "devon")
    rules = tmp_path / "packs" / "devon" / "rules" / "posts.yaml"
    rules.write_text(rules.read_text().replace("then: refuse", "then: refused"))
    done = remit(command)
    assert (done.exit_code, done.stdout) == (2, "")
    told = done.stderr.splitlines()
    assert told[0] == "Error: The packs have faults, so nothing is started. Mend them first."
    assert re.search(r'rules/posts.yaml:\d+:\d+: There is no effect "refused". Did you mean "refuse"\?', told[1])
    assert len(told) == 2
    assert not (tmp_path / "var").exists()


def test_rules_that_no_case_tries_both_ways_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that never bit in a case may never bite at all."""
    monkeypatch.setenv("REMIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("REMIT_PACKS", str(tmp_path / "packs"))
    begin(tmp_path / "packs" / "devon")
    cases = tmp_path / "packs" / "devon" / "cases" / "posts.yaml"
    cases.write_text(
        cases.read_text().replace("device.owner: personal", "device.owner: force").replace("refused", "allowed")
    )
    said = remit("pack", "test", "devon").stdout
    assert "In no case fires: DV-1a." in said


def test_controls_and_baselines_are_listed_and_shown() -> None:
    """Whoever writes a pack would have to read Remit's own folders."""
    listed = json.loads(remit("controls", "dormant", "--json").stdout)
    assert [control["id"] for control in listed] == ["dormant-step"]
    assert listed[0]["holes"]["unused"] == "period"
    assert "account.monitor" in listed[0]["moments"]
    assert listed[0]["rules"]["norfolk-suffolk"] > 1
    assert "moment: account.monitor" in remit("controls", "dormant-step").stdout
    assert "main-account-post" in json.loads(remit("baselines", "--json").stdout)
    assert "“Town”" in remit("baselines", "local-account-post").stdout
    assert remit("controls", "nothing-like-it").exit_code == 2
    assert "--pack adds" in remit("baselines", "nothing-like-it").stderr


DATED = """\
- id: DV-2a
  clause: DV-1a
  moment: account.close
  title: The export
  then: {duty: {do: export it, owner: corporate-communications, from: closing.decided_on, within: 2 working days}}
- id: DV-2b
  clause: DV-1a
  moment: breach.report
  title: The manager hears
  when: ["!report.subject_is_manager"]
  then: {route: {to: corporate-communications, never: [subject]}}
- id: DV-2c
  clause: DV-1a
  moment: user.leave
  title: Access ends
  then:
    duty:
      do: end access
      owner: corporate-communications
      each: subject.grants
      from: subject.leaving_on
      by: subject.leaving_on
"""


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pack "devon" that has these rules, and a cache for it: it is read once."""
    folder = tmp_path_factory.mktemp("dated")
    begin(folder / "packs" / "devon")
    (folder / "packs" / "devon" / "rules" / "dated.yaml").write_text(f"rules:\n{DATED}")
    return folder


@pytest.mark.parametrize(
    ("moment", "facts", "lines"),
    [
        ("account.close", {}, ["export it, date not known yet: the day on which closing was decided"]),
        ("account.close", {"closing.decided_on": "2026-11-21"}, ["export it, by 24 November 2026"]),
        ("account.close", {"closing.decided_on": "2026-11-11"}, ["export it, overdue since 13 November 2026"]),
        ("breach.report", {}, ["What is passed on once it is answered", "Is the report about your line manager?"]),
        ("breach.report", {}, ["Who must not see it - the subject (DV-1a)"]),
        (
            "user.leave",
            {"subject.leaving_on": "2026-11-30", "subject.grants": ["one", "two"]},
            ["end access (one), by 30 November 2026", "end access (two), by 30 November 2026"],
        ),
    ],
)
def test_what_is_owed_and_what_waits_is_told_a_line_each(
    moment: str,
    facts: dict[str, object],
    lines: list[str],
    dated: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two duties would read as one, a late one as one to come, and one without its day would not be seen."""
    monkeypatch.setenv("REMIT_CACHE", str(dated / "cache"))
    monkeypatch.setenv("REMIT_PACKS", str(dated / "packs"))
    given = tmp_path / "facts.json"
    given.write_text(json.dumps(facts))
    told = remit("decide", "--pack", "devon", "--moment", moment, "--now", "2026-11-21T12:00", given)
    assert told.exit_code == 0, told.output
    for line in lines:
        assert line in " ".join(told.stdout.split())
