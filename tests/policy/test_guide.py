"""The guide for policy officers works as it is written: its worked example, laid over what `remit pack new` writes."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

from click.testing import CliRunner

from remit.cli import remit_group
from remit.environment import pack_folders
from remit.policy.faults import Place
from remit.policy.language import Compiler
from remit.policy.lint_people import GRADES
from remit.policy.vocabulary_loading import load_vocabulary

LANGUAGE = Path(__file__).parents[2] / "docs" / "policy-officers" / "language.md"
GUIDE = Path(__file__).parents[2] / "docs" / "policy-officers" / "your-own-policy.md"


def test_the_worked_example_of_the_guide_is_clean_under_lint_and_passes_its_cases(tmp_path: Path) -> None:
    """Lost otherwise: somebody who follows the guide to the letter ends in faults that are not theirs."""
    pack = tmp_path / "anytown"
    begun = ["pack", "new", str(pack), "--title", "Social media policy", "--force", "anytown", "--prefix", "AT"]
    assert CliRunner().invoke(remit_group, begun).exit_code == 0
    blocks = re.findall(r"```yaml\n# (\S+?)(, under [^\n]*)?\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == GUIDE.read_text("utf-8").count("```yaml"), "each block says in which file it stands"
    for name, under, text in blocks:
        path = (tmp_path if "facts/" in name else pack) / name.removeprefix("packs/")
        path.parent.mkdir(exist_ok=True)
        if not under:
            path.open("a").write(text)
            continue
        head = path.read_text("utf-8")
        for key, entries in zip(re.findall(r"(\w+):", under), text.strip().split("\n\n"), strict=True):
            assert f"\n{key}:\n" in head
            head = head.replace(f"\n{key}:\n", f"\n{key}:\n{indent(entries, '  ')}\n")
        path.write_text(head)

    for command in ("lint", "test"):
        done = CliRunner().invoke(remit_group, ["pack", command, "anytown"], env={"REMIT_PACKS": str(tmp_path)})
        assert done.exit_code == 0, done.output
        assert "to consider" not in done.output.replace("0 to consider", ""), done.output


def test_each_test_that_the_language_shows_can_be_written() -> None:
    """Lost otherwise: somebody copies a line of the reference and is told that there is no such thing."""
    table = LANGUAGE.read_text("utf-8").partition("| to say | write |\n|---|---|\n")[2].partition("\n\n")[0]
    spans = [span.replace("\\|", "|") for span in re.findall(r"`([^`]+)`", table)]
    written = [span for span in spans if re.match(r"[a-z]+\.[a-z]|now|today|size\(|'", span) and "…" not in span]
    assert len(written) >= 14
    compiler = Compiler(load_vocabulary(*pack_folders()).facts)
    for span in written:
        compiler.compile(span, Place("language.md"), want="any")


def test_the_grades_that_the_language_lists_are_those_there_are() -> None:
    """Lost otherwise: somebody writes a grade that the guide names, and lint faults it; or never learns of one."""
    listed = LANGUAGE.read_text("utf-8").partition("**Grades.** `grades:`")[2].partition("A rank")[0]
    assert tuple(re.findall(r"`([^`]+)`", listed)) == GRADES
