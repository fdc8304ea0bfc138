"""The guide for policy officers works as it is written: its worked example, laid over what `remit pack new` writes."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from remit.cli import remit_group

GUIDE = Path(__file__).parents[2] / "docs" / "policy-officers" / "your-own-policy.md"


def test_the_worked_example_of_the_guide_is_clean_under_lint_and_passes_its_cases(tmp_path: Path) -> None:
    """Lost otherwise: somebody who follows the guide to the letter ends in faults that are not theirs."""
    pack = tmp_path / "anytown"
    begun = ["pack", "new", str(pack), "--title", "Social media policy", "--force", "anytown", "--prefix", "AT"]
    assert CliRunner().invoke(remit_group, begun).exit_code == 0
    clauses, policy, rules, facts, cases = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    _, who, _, say, *_ = policy.split("\n")
    (pack / "clauses.yaml").open("a").write(clauses)
    head = (pack / "policy.yaml").read_text("utf-8")
    head = head.replace("\nwho:\n", f"\nwho:\n  {who}\n").replace("\nsays:\n", f"\nsays:\n  {say}\n")
    (pack / "policy.yaml").write_text(head)
    (pack / "rules" / "appeals.yaml").write_text(rules)
    (pack / "cases" / "appeals.yaml").write_text(cases)
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "incident.yaml").write_text(facts)

    for command in ("lint", "test"):
        done = CliRunner().invoke(remit_group, ["pack", command, "anytown"], env={"REMIT_PACKS": str(tmp_path)})
        assert done.exit_code == 0, done.output
        assert "to consider" not in done.output.replace("0 to consider", ""), done.output
