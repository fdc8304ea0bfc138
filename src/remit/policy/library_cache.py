"""Loaded packs, kept between runs: the files are read and checked again only when one of them, or Remit, has changed.

The kept form is a pickle, which runs as code when it is read; so it is kept only in a folder that belongs to the user
and that nobody else can write or read, and anything else found there is passed over.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from remit.policy.loading import load_library
from remit.policy.packs import Library

#: How many libraries are kept, one for each set of folders and version of their files.
KEPT = 6


def cached_library(folders: Sequence[Path], cache: Path, *, leave_out: bool = False) -> Library:
    """As `load_library`, from `cache` where it holds what these folders' files load to.

    A cache that cannot be used is no fault: the files are read as if there were none.

    Raises:
        PackFaults: as `load_library`; what has faults is never kept.
    """
    if not _is_ours(cache):
        return load_library(folders, leave_out=leave_out)
    kept = cache / f"packs-{_digest(folders)}.pickle"
    library = _read(kept)
    if library is not None:
        with contextlib.suppress(OSError):
            os.utime(kept)  # used now, so it is not the oldest
    else:
        library = load_library(folders, leave_out=leave_out)
        if not library.broken:
            with contextlib.suppress(OSError, RecursionError):
                _write(kept, library)
    return library


def _digest(folders: Sequence[Path]) -> str:
    """sha256 over the files that are loaded, where they stand, the code that loads them and the Python that runs it."""
    digest = hashlib.sha256(sys.version.encode())
    for folder in (Path(__file__).parent, *folders):
        digest.update(f"\\0{folder}\\0".encode())
        for directory, inner, names in os.walk(folder):
            inner.sort()
            for name in sorted(names):
                if name.endswith((".py", ".yaml", ".yml", ".md")):
                    path = os.path.join(directory, name)  # noqa: PTH118 - four times as fast, and there are hundreds
                    digest.update(f"\\0{path}\\0".encode())
                    with open(path, "rb") as file:  # noqa: PTH123
                        digest.update(file.read())
    return digest.hexdigest()


def _is_ours(cache: Path) -> bool:
    """Whether the folder is there (made if need be), belongs to the user, and is closed to everybody else."""
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = cache.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and _private(found)


def _private(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _read(kept: Path) -> Library | None:
    try:
        with kept.open("rb") as file:
            if not _private(os.fstat(file.fileno())):
                return None
            gc.disable()  # half a million new objects, none of them garbage
            found = pickle.load(file)  # noqa: S301 - only what this user wrote in a folder closed to all others
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, IndexError, ValueError, TypeError):
        return None
    finally:
        gc.enable()
    return found if isinstance(found, Library) else None


def _write(kept: Path, library: Library) -> None:
    """Whole or not at all; and of too many the one that was not used the longest is taken away."""
    whole = pickle.dumps(library, protocol=5)
    partial = kept.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(whole)
    partial.replace(kept)
    by_age = sorted(kept.parent.glob("packs-*.pickle"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[KEPT:]:
        old.unlink(missing_ok=True)
