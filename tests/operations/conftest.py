"""What the operators' tests share: data folders with a database of their own, on the database of this run."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.databases import REMIT as REMIT


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
