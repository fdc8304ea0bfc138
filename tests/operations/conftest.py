"""What the operators' tests share: data folders with a database of their own, on the database of this run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import databases

REMIT = Path(sys.executable).with_name("remit")


def remit(var: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `remit …` to its end on the data in `var`."""
    return subprocess.run(
        [REMIT, *arguments], env=databases.environment(var, **more), capture_output=True, text=True, timeout=300
    )


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Make data folders, each with a database of its own: `fresh("var")`, or `fresh("copy", like=folder)`."""
    made: list[Path] = []

    def make(name: str = "var", like: Path | None = None) -> Path:
        made.append(databases.make(tmp_path / name, like))
        return made[-1]

    yield make
    for var in made:
        databases.remove(var)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with an empty database at this version; copied with `fresh(name, like=migrated)`, never used."""
    var = databases.make(tmp_path_factory.mktemp("migrated") / "var")
    done = remit(var, "migrate")
    assert done.returncode == 0, done.stderr
    yield var
    databases.remove(var)
