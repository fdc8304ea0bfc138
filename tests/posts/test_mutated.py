"""If these fail, one hostile text or picture hangs, crashes or fills the server for everybody."""

from __future__ import annotations

import subprocess
import sys

import pytest

from remit.signals import sight
from tests.posts.mutations import MEMORY, PATIENCE, PICTURES, ROOT, TEXTS


def put_through(what: str) -> str:
    """The last lines of a run; the process is ended by its own alarm where one item does not."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.posts.mutations", what], cwd=ROOT, capture_output=True, text=True, check=False
    )
    told = f"{done.stdout[-600:]}\n{done.stderr[-2_000:]}"
    assert done.returncode == 0, (
        f"It ended with {done.returncode} within {PATIENCE} s an item and {MEMORY} bytes: {told}"
    )
    return told


def test_a_thousand_mutated_texts_go_through_the_whole_check() -> None:
    assert f"{TEXTS} went through" in put_through("texts")


def test_two_hundred_mutated_pictures_are_taken_or_refused_in_words() -> None:
    assert f"{PICTURES} went through" in put_through("pictures")


@pytest.mark.skipif(not sight.installed(), reason="the models that look into pictures are not installed")
def test_models_see_mutated_pictures_and_go_on() -> None:
    assert "went through" in put_through("models")
