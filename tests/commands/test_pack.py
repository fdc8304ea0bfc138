"""`remit pack new | compare | coverage`: what a policy officer without the source has to start and measure with."""

from __future__ import annotations

import json
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
        json.loads(remit("pack", "compare", "essex", "wiltshire", *o, "--json").stdout) for o in ([], ["--differences"])
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
