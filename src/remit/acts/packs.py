"""The loaded policies: each set of folders of `settings.REMIT_PACKS` is read once for the whole process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from remit.acts.act import ActRefused
from remit.acts.directory import get_directory
from remit.environment import cache_folder
from remit.policy.library_cache import cached_library
from remit.policy.packs import Library, Pack
from remit.policy.packs import Say as PackSay

if TYPE_CHECKING:
    from remit.acts.models import Say

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


def as_written(say: Say) -> tuple[Pack, PackSay] | None:
    """The policy that a say was asked for by, and the say as it has it; None where either is no longer loaded."""
    pack = library().packs.get(say.pack)
    said = pack.says.get(say.key) if pack else None
    return None if pack is None or said is None else (pack, said)


_versions: list[Callable[[str, str], Pack | None]] = []


def register_versions(reader: Callable[[str, str], Pack | None]) -> None:
    """Set who reads policies as they were: called with a pack's name and digest, gives the pack, or None."""
    _versions[:] = [reader]


def packs_as_decided(decision: Mapping[str, Any]) -> list[Pack]:
    """The packs that a decision (its JSON) was taken on, as they were then; as they are now where that was not kept.

    A pack that is gone altogether is left out.
    """
    loaded = library().packs
    found = []
    for each in decision.get("packs", []):
        name, digest = each["pack"], each.get("digest", "")
        now = loaded.get(name)
        then = now if now is not None and now.digest == digest else None
        for reader in _versions:
            then = then or reader(name, digest)
        if then or now:
            found.append(then or now)
    return [pack for pack in found if pack is not None]


def packs_of(force: str) -> list[Pack]:
    """The packs that a force applies. Raises ActRefused where it applies none: nothing is decided without a policy."""
    packs = packs_in_use(get_directory().packs_in_use(force))
    if not packs:
        raise ActRefused(
            f'The force "{force}" applies no policy yet, so nothing can be decided.',
            "Ask a policy officer to choose the force's policies.",
        )
    return packs
