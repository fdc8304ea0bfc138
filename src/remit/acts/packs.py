"""The loaded policies: each set of folders of `settings.REMIT_PACKS` is read once for the whole process."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from remit.acts.act import ActRefused
from remit.acts.directory import get_directory
from remit.environment import cache_folder
from remit.policy.library_cache import cached_library
from remit.policy.packs import Library, Pack

_lock = threading.Lock()
_loaded: dict[tuple[Path, ...], tuple[object, Library]] = {}


def library() -> Library:
    """Every pack and the vocabulary they share. In debug it is read again when a file has changed.

    Raises:
        PackFaults: a pack does not load; every fault with its file, line and remedy.
    """
    folders = tuple(Path(folder) for folder in settings.REMIT_PACKS)
    stamp = _newest(folders) if settings.DEBUG else None
    with _lock:
        if folders not in _loaded or _loaded[folders][0] != stamp:
            _loaded[folders] = (stamp, cached_library(folders, cache_folder()))
        return _loaded[folders][1]


def _newest(folders: Iterable[Path]) -> tuple[object, ...]:
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return (len(files), max((path.stat().st_mtime_ns for path in files), default=0))


def packs_in_use(names: Iterable[str]) -> list[Pack]:
    """The packs of these names, each once. Raises ActRefused where one is not there."""
    packs = library().packs
    found = []
    for name in dict.fromkeys(names):
        if name not in packs:
            raise ActRefused(
                f'The policy "{name}" is not among those loaded.', "Ask a policy officer to check the force's policies."
            )
        found.append(packs[name])
    return found


def packs_of(force: str) -> list[Pack]:
    """The packs that a force applies. Raises ActRefused where it applies none: nothing is decided without a policy."""
    packs = packs_in_use(get_directory().packs_in_use(force))
    if not packs:
        raise ActRefused(
            f'The force "{force}" applies no policy yet, so nothing can be decided.',
            "Ask a policy officer to choose the force's policies.",
        )
    return packs
