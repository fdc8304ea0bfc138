"""The log as plain files, in the layout of C2SP's tlog-tiles: `checkpoint`, `tile/L/N`, `tile/entries/N`.

Whoever has the files can check everything without Remit. A file is put in place whole or not at all; full tiles never
change, and a partial one gives way to the next.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from remit.ledger.tree import WIDTH, Growing, complete

HASH = 32  # bytes
#: The longest body that an entry bundle can hold: its length is written in two bytes.
LONGEST_BODY = 0xFFFF


class BadFiles(Exception):
    """The ledger's files are not what they should be. The message says which and the remedy."""


def numbered(number: int) -> str:
    """A tile's number as a path: 1234067 is "x001/x234/067"."""
    parts = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        parts.insert(0, f"x{number % 1000:03}")
    return "/".join(parts)


def write_whole(path: Path, content: bytes, *, mode: int = 0o640) -> None:
    """Put a file in place so that a reader or a power cut meets the old or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


@contextmanager
def one_at_a_time(folder: Path, name: str = ".lock") -> Iterator[None]:
    """Hold the files in `folder`: one process, and one thread of it, writes them at a time."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with (folder / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def bundle(bodies: Sequence[bytes]) -> bytes:
    """Bodies as an entry bundle: each after its length in two bytes."""
    return b"".join(len(body).to_bytes(2, "big") + body for body in bodies)


def unbundle(data: bytes) -> list[bytes]:
    """The bodies in an entry bundle. Raises BadFiles."""
    bodies, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            raise BadFiles("An entry bundle breaks off in the middle of an entry.")
        bodies.append(data[at + 2 : end])
        at = end
    return bodies


class Tiles:
    """The files of one log below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tile = lru_cache(maxsize=64)(self._read_tile)

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint"

    def path(self, level: int | str, number: int, width: int = WIDTH) -> Path:
        """Where a tile is kept; `level` is "entries" for a bundle, `width` below 256 for a partial one."""
        part = f".p/{width}" if width < WIDTH else ""
        return self.folder / "tile" / str(level) / f"{numbered(number)}{part}"

    def read(self, level: int | str, number: int, width: int = WIDTH) -> bytes:
        """A tile's content, at least `width` wide: the full one where there is one. Raises BadFiles."""
        full = self.path(level, number)
        partial = full.with_name(f"{full.name}.p")
        wider = sorted(int(p.name) for p in partial.glob("[0-9]*") if p.name.isdigit() and int(p.name) >= width)
        for path in (full, *(partial / str(w) for w in wider)):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                continue
        raise BadFiles(f"{self.path(level, number, width)} is missing. `remit ledger rebuild` makes it again.")

    def _read_tile(self, level: int, number: int, width: int) -> list[bytes]:
        data = self.read(level, number, width)
        hashes = [data[i : i + HASH] for i in range(0, width * HASH, HASH)]
        if len(data) % HASH or len(hashes[-1]) != HASH:
            raise BadFiles(f"{self.path(level, number, width)} is not a tile of {width} hashes.")
        return hashes

    def hashes(self, level: int, number: int, width: int = WIDTH) -> list[bytes]:
        """The first `width` hashes of a tile. Raises BadFiles."""
        return self._tile(level, number, width)

    def bodies(self, number: int, width: int = WIDTH) -> list[bytes]:
        """The first `width` bodies of an entry bundle. Raises BadFiles."""
        bodies = unbundle(self.read("entries", number, width))[:width]
        if len(bodies) < width:
            raise BadFiles(f"{self.path('entries', number, width)} holds {len(bodies)} entries, not {width}.")
        return bodies

    def node(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree `index` of 2**`level` leaves; for `tree.inclusion` and its like."""
        row, inside = divmod(level, 8)
        start = index << inside
        number, first = divmod(start, WIDTH)
        last = first + (1 << inside)
        return complete(self.hashes(row, number, last)[first:last])

    def growing(self, size: int) -> Growing:
        """The tree of the first `size` entries, ready to take more; reads its right edge only."""
        rows: list[list[bytes]] = []
        level = 0
        while size >> (8 * level):
            number, width = divmod(size >> (8 * level), WIDTH)
            rows.append(list(self.hashes(level, number, width)) if width else [])
            level += 1
        return Growing(size, rows)

    def put(self, level: int | str, number: int, content: bytes, width: int = WIDTH) -> None:
        """Write a tile, unless it is there already. Raises BadFiles where another one is."""
        path = self.path(level, number, width)
        try:
            there = path.read_bytes()
        except FileNotFoundError:
            write_whole(path, content)
            return
        if there != content:
            raise BadFiles(f"{path} is there already and says something else. Run: remit ledger verify")

    def prune(self, before: int, now: int) -> None:
        """Remove the partial tiles of the tree of `before` entries that the tree of `now` entries has outgrown."""
        for level in ("entries", *range(8)):
            row = 0 if level == "entries" else int(level)
            number = before >> (8 * row) >> 8
            kept, width = divmod(now >> (8 * row), WIDTH)
            folder = self.path(level, number, 1).parent
            if not folder.is_dir():
                continue
            for path in folder.iterdir():
                if number != kept or path.name != str(width):
                    path.unlink(missing_ok=True)
            if not any(folder.iterdir()):
                folder.rmdir()
