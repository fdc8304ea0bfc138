"""Packs kept between runs: faster, never staler, and never a way to run somebody else's code."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from remit.policy import library_cache
from remit.policy.decide import decide
from remit.policy.faults import PackFaults
from remit.policy.library_cache import cached_library
from remit.policy.packs import Library
from tests.policy.small import NOW
from tests.policy.written import write


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return write(tmp_path / "packs")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one each time that files are really read."""
    counted: list[int] = []
    load = library_cache.load_library

    def counting(folders: list[Path], *, leave_out: bool) -> Library:
        counted.append(1)
        return load(folders, leave_out=leave_out)

    monkeypatch.setattr(library_cache, "load_library", counting)
    return counted


def test_a_kept_library_decides_as_a_fresh_one(packs: Path, cache: Path, loads: list[int]) -> None:
    """The second command of the day would say something else than the first."""
    fresh, kept = cached_library([packs], cache), cached_library([packs], cache)
    assert len(loads) == 1
    facts = {"post.appeal": "wanted", "post.images": [{"kind": "photo"}], "device.issued": False}
    for name, pack in fresh.packs.items():
        for moment in pack.vocabulary.moments:
            mine, theirs = (decide([p.packs[name]], moment, facts, NOW).to_json() for p in (fresh, kept))
            assert mine == theirs


def test_a_changed_file_is_read_again(packs: Path, cache: Path, loads: list[int]) -> None:
    """An officer who corrects a rule would still be judged by the old one."""
    cached_library([packs], cache)
    rules = next(packs.rglob("rules/*.yaml"))
    rules.write_text(rules.read_text() + "\n# a word more\n")
    cached_library([packs], cache)
    assert len(loads) == 2


def test_faults_are_told_every_time(packs: Path, cache: Path) -> None:
    next(packs.rglob("policy.yaml")).write_text("title: [\n")
    for _ in range(2):
        with pytest.raises(PackFaults):
            cached_library([packs], cache)
    assert not list(cache.iterdir())


class Trap:
    """What somebody else might leave in the folder: reading it would run a command."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(Path(os.environ["TRAP"])),)


@pytest.mark.parametrize("mode", ["folder", "file"])
def test_what_others_could_have_written_is_never_read(
    packs: Path, cache: Path, loads: list[int], mode: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A pickle runs as code: whoever can write one into the cache would act as the user."""
    monkeypatch.setenv("TRAP", str(tmp_path / "sprung"))
    cached_library([packs], cache)
    (kept,) = cache.iterdir()
    kept.write_bytes(pickle.dumps(Trap()))
    (cache if mode == "folder" else kept).chmod(0o770)
    assert cached_library([packs], cache).packs
    assert len(loads) == 2
    assert not (tmp_path / "sprung").exists()


def test_a_broken_cache_is_no_fault(packs: Path, cache: Path, loads: list[int], tmp_path: Path) -> None:
    """A full disk or a half-written file would stop every command."""
    cached_library([packs], cache)
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert cached_library([packs], cache).packs
    (tmp_path / "file").write_text("")
    assert cached_library([packs], tmp_path / "file" / "cache").packs
    assert len(loads) == 3


def test_old_versions_do_not_pile_up(packs: Path, cache: Path) -> None:
    rules = next(packs.rglob("rules/*.yaml"))
    for number in range(library_cache.KEPT + 3):
        rules.write_text(rules.read_text() + f"\n# {number}\n")
        cached_library([packs], cache)
    assert len(list(cache.iterdir())) == library_cache.KEPT
