"""If these fail, the suite cannot be run on PostgreSQL by root or by an ordinary user, or leaves servers behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.only_on("postgresql")
TOOL = Path(__file__).parents[2] / "tools" / "postgres"


@pytest.fixture
def open_copy() -> Iterator[Path]:
    """The tool where any user can read it."""
    folder = Path(tempfile.mkdtemp(prefix="remit-tool-"))
    folder.chmod(0o755)
    shutil.copy(TOOL, folder / "postgres")
    yield folder / "postgres"
    shutil.rmtree(folder)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "CI") if name in os.environ}
    return subprocess.run(command, env=kept, capture_output=True, text=True, timeout=120, cwd="/")


@pytest.mark.parametrize("who", ["as it is", "ordinary user"])
def test_a_cluster_is_there_for_one_command_and_gone_after_it(open_copy: Path, who: str) -> None:
    """A developer who is not root, or CI which is, would test on SQLite alone."""
    ordinary = who == "ordinary user" and os.geteuid() == 0
    as_whom = ("runuser", "-u", "nobody", "--") if ordinary else ()
    script = 'echo "$DATABASE_URL"; test -S "${DATABASE_URL#*host=}/.s.PGSQL.5432"; exit 7'
    done = run(*as_whom, str(open_copy), "sh", "-ec", script)
    assert done.returncode == 7, done.stderr  # the command's own
    folder = Path(done.stdout.strip().partition("host=")[2])
    assert folder.name.startswith("remit-postgres.")
    assert not folder.exists()
    assert str(folder) not in run("ps", "-A", "-o", "args").stdout
