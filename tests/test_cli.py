"""The command line's conventions: exit codes, help, and pure commands that never load Django."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from remit.cli import remit_group

REMIT = Path(sys.executable).with_name("remit")
PURE = ["concerns", "decide", "facts", "moments", "pack"]


def test_every_command_says_what_it_is_for() -> None:
    """A stranger starts at `remit --help`."""
    result = CliRunner().invoke(remit_group, ["--help"])
    assert result.exit_code == 0
    lines = result.output.split("Commands:\n")[1].splitlines()
    assert {line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "} >= {"run", "serve", *PURE}


def test_a_misspelt_command_is_bad_usage() -> None:
    """Scripts tell bad usage (2) from faults found (1)."""
    result = CliRunner().invoke(remit_group, ["decied"])
    assert result.exit_code == 2
    assert "No such command 'decied'" in result.stderr


def test_an_unusable_setting_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator gets the reason, not a traceback."""
    monkeypatch.setenv("REMIT_PACKS", "/no/such/folder")
    result = CliRunner().invoke(remit_group, ["facts"])
    assert result.exit_code == 2
    assert "which is not a folder" in result.stderr


@pytest.mark.parametrize("command", PURE)
def test_a_pure_command_works_without_a_database(command: str) -> None:
    """Somebody who writes a pack on a laptop needs no server, and no second of waiting for one."""
    code = (
        "import sys; from click.testing import CliRunner; from remit.cli import remit_group; "
        f"result = CliRunner().invoke(remit_group, ['{command}', '--help']); "
        "sys.exit(result.exit_code or 'django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_a_reader_that_stops_early_is_no_fault() -> None:
    """`remit facts | head` is how people look."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{REMIT} facts | head -n 1"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_list_of_records_shows_its_fields() -> None:
    """Whoever looks for a custody picture found post.images and nothing in it."""
    told = CliRunner().invoke(remit_group, ["facts", "custody"]).stdout
    assert "post.images" in told
    assert "· kind" in told


@pytest.mark.parametrize(("command", "word"), [("facts", "training"), ("concerns", "court"), ("moments", "reply")])
def test_a_list_is_narrowed_by_any_word(command: str, word: str) -> None:
    """Lost otherwise: a policy officer reads six hundred facts to find one."""
    result = CliRunner().invoke(remit_group, [command, word, "--json"])
    assert result.exit_code == 0, result.output
    assert 0 < len(json.loads(result.stdout)) < 40
    nothing = CliRunner().invoke(remit_group, [command, "zebra"])
    assert nothing.exit_code == 2
    assert "zebra" in nothing.stderr
