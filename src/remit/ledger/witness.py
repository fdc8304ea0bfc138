"""A witness file: the last checkpoint that somebody has seen, kept where the service cannot reach it.

Whoever owns the database and the log's files could put both back together. Whoever has seen a later checkpoint notices.
"""

from __future__ import annotations

from pathlib import Path

from remit.ledger import keys
from remit.ledger.notes import BadNote, Checkpoint, read_signed
from remit.ledger.sequencer import RolledBack, check_seen, latest, tiles
from remit.ledger.tiles import BadFiles, write_whole


def seen(path: Path) -> Checkpoint | None:
    """The checkpoint in a witness file; None where there is no file yet. Raises BadFiles."""
    try:
        text, _ = read_signed(path.read_text(encoding="utf-8"), keys.public())
        return Checkpoint.read(text)
    except FileNotFoundError:
        return None
    except (BadNote, OSError, UnicodeDecodeError) as fault:
        raise BadFiles(f"The witness file {path} cannot be used: {fault} Is it of another log?") from fault


def look(path: Path) -> Checkpoint:
    """Compare the log with what was seen, and keep what is seen now. The file never goes back.

    Raises:
        RolledBack: the log is older than what was seen, or did not begin so.
        BadFiles: the log or the witness file is damaged.
    """
    files = tiles()
    before, now = seen(path), latest(files)
    if before is not None:
        check_seen(before, files, now)
    if now is None:
        raise RolledBack("Nothing has been signed yet, so there is nothing to keep. Run: remit ledger checkpoint")
    try:
        write_whole(path, files.checkpoint.read_bytes())
    except OSError as fault:
        raise BadFiles(f"The witness file {path} cannot be written: {fault.strerror}.") from fault
    return now
