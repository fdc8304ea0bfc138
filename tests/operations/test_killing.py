"""If this fails, a worker that is killed loses a post, publishes it twice, or publishes what nobody can account for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import databases
from tests.operations.killing import POINTS

ROOT = Path(__file__).parents[2]


def kill(var: Path, *arguments: str) -> dict[str, Any]:
    """Make a kill run on the data in `var`; its books."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.killing", *arguments],
        env=databases.environment(var, DJANGO_SETTINGS_MODULE="remit.settings"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=550,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    books: dict[str, Any] = json.loads(done.stdout)
    return books


@pytest.mark.only_on("sqlite")
def test_a_hundred_killed_workers_lose_nothing_and_double_nothing(fresh: Callable[..., Path], migrated: Path) -> None:
    books = kill(fresh(like=migrated), "--kills", "100", "--seed", "1")
    assert books["kills"] == 100
    assert set(books["points"]) == set(POINTS), "not every point was reached"


@pytest.mark.parametrize("seed", ["2"])
def test_nor_do_two_workers_at_once_one_of_which_is_killed(
    fresh: Callable[..., Path], migrated: Path, seed: str
) -> None:
    books = kill(fresh(like=migrated), "--kills", "30", "--seed", seed, "--workers", "2")
    assert books["kills"] >= 30, "the last work of two workers may cost one more"
