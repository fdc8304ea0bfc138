"""A private key in a file that its owner alone can read: the log's own, or a witness's. Pure but for the disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from remit.ledger.notes import BadNote, Signer
from remit.ledger.tiles import write_whole


class KeyFault(Exception):
    """The signing key is not there or cannot be used. The message says where it should be and the remedy."""


def read(path: Path, make_one: str) -> Signer:
    """The key in `path`. Raises KeyFault; where there is no file, it ends with `make_one`."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise KeyFault(f"{path} can be read by others (mode {mode:o}). Run: chmod 600 {path}")
        return Signer.read(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeyFault(f"There is no signing key at {path}. {make_one}") from None
    except OSError as fault:
        raise KeyFault(f"The signing key {path} cannot be read: {fault.strerror}.") from fault
    except (BadNote, UnicodeDecodeError) as fault:
        raise KeyFault(f"{path}: {fault} Put it back from its copy.") from fault


def keep(path: Path, key: Signer, if_there: str = "") -> None:
    """Write `key` to `path`. Raises KeyFault: with `if_there`, where that is given and a key is there already."""
    content = key.write().encode() + b"\n"
    try:
        if not if_there:
            write_whole(path, content, mode=0o600)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise KeyFault(f"There is a signing key at {path} already. {if_there}") from None
    except OSError as fault:
        raise KeyFault(f"The signing key cannot be kept at {path}: {fault.strerror}.") from fault
