"""Time stamps (RFC 3161): an authority outside says when the checkpoint was there, and with it every entry under it.

Once a day, and whenever evidence is taken away, Remit has the checkpoint stamped by the authority whose address the
operator gave. Beside each answer the very bytes that were stamped are kept, so that `openssl ts -verify` can check it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings

from remit.ledger import calling, keys
from remit.ledger.hashing import instant, read_instant
from remit.ledger.notes import BadNote, Checkpoint, read_signed
from remit.ledger.sequencer import RolledBack, check_seen, latest, tiles
from remit.ledger.tiles import BadFiles, Tiles, one_at_a_time, write_whole

#: How often the checkpoint is stamped, and how soon after a failure it is tried again.
STAMP_EVERY, AGAIN = timedelta(days=1), timedelta(minutes=10)
INSTALL = "Install Remit with the extra: timestamps"


class StampFault(Exception):
    """There is no time stamp, or it does not hold. The message says why and the remedy."""


@dataclass(frozen=True)
class Stamp:
    """A checkpoint as it was stamped, and the authority's answer."""

    size: int
    note: bytes
    answer: bytes

    @property
    def at(self) -> datetime:
        """The time that the authority gave. Raises StampFault."""
        at: datetime = _decoded(self.answer).tst_info.gen_time
        return at.astimezone(UTC)


@dataclass(frozen=True)
class Stamping:
    """How stamping stands."""

    count: int
    size: int = 0  # entries under the last one
    at: str = ""  # when that was, as `hashing.instant` writes it; "" where it cannot be read here
    #: What stood in the way the last time.
    fault: str = ""

    @property
    def when(self) -> datetime | None:
        return read_instant(self.at) if self.at else None


def stamp(now: datetime, *, at_once: bool = False) -> Stamping | None:
    """Have the checkpoint stamped, where that is due; None where no authority is set. Its faults are never errors.

    Args:
        at_once: now, unless this very checkpoint has been stamped.
    Raises:
        BadFiles, KeyFault: there is no checkpoint that could be stamped.
    """
    address: str = settings.REMIT_TIMESTAMPS
    if not address:
        return None
    files = tiles()
    with one_at_a_time(files.folder, ".stamping"):
        known = latest(files)
        if known is not None and known.size and _is_due(files, known.size, now, at_once):
            note, fault = files.checkpoint.read_bytes(), ""
            try:
                answer = _ask(address, note)
            except StampFault as why:
                fault = str(why)
            else:
                size = Checkpoint.read(note.decode()).size
                write_whole(_file(files, size, "note"), note)
                write_whole(_file(files, size, "tsr"), answer)
            said = {"asked_at": instant(now), "fault": fault}
            write_whole(files.folder / "timestamps.json", json.dumps(said).encode())
    return standing()


def standing() -> Stamping | None:
    """How stamping stands; None where no authority is set and none ever was."""
    files = tiles()
    stamps = list(_kept(files))
    if not settings.REMIT_TIMESTAMPS and not stamps:
        return None
    fault = _last_asked(files)[1] if settings.REMIT_TIMESTAMPS else ""
    if not stamps:
        return Stamping(0, fault=fault)
    try:
        at = instant(stamps[-1].at)
    except StampFault:
        at = ""
    return Stamping(len(stamps), stamps[-1].size, at, fault)


def of(checkpoint: Checkpoint) -> Stamp | None:
    """The time stamp of this very checkpoint; None where it has none."""
    files = tiles()
    try:
        size = checkpoint.size
        found = Stamp(size, _file(files, size, "note").read_bytes(), _file(files, size, "tsr").read_bytes())
        return found if Checkpoint.read(found.note.decode()) == checkpoint else None
    except (FileNotFoundError, ValueError):
        return None


def roots() -> bytes:
    """The authority's own certificates, as the operator gave them (PEM); empty where none are given."""
    path: Path | None = settings.REMIT_TIMESTAMP_ROOTS
    try:
        return path.read_bytes() if path else b""
    except OSError as fault:
        raise StampFault(f"REMIT_TIMESTAMP_ROOTS names {path}, which cannot be read ({fault.strerror}).") from fault


def faults(known: Checkpoint | None) -> Iterator[str]:
    """Each time stamp that does not hold, in words: not of this ledger, not of these bytes, or not by the authority.

    Where the means to check the authority's signature are not there, that is left out; `unchecked` says so.
    """
    files = tiles()
    for kept in _kept(files):
        try:
            text, _ = read_signed(kept.note.decode(), keys.public())
            check_seen(Checkpoint.read(text), files, known)
            if not unchecked():
                check(kept.note, kept.answer)
        except (BadNote, BadFiles, RolledBack, StampFault, UnicodeDecodeError) as fault:
            yield f"The time stamp over {kept.size} entries does not hold: {fault}"


def unchecked() -> str:
    """Why time stamps cannot be checked here, with the remedy; "" where they can."""
    try:
        _library()
    except StampFault as fault:
        return str(fault)
    return "" if settings.REMIT_TIMESTAMP_ROOTS else "Name the authority's certificates in REMIT_TIMESTAMP_ROOTS."


def check(note: bytes, answer: bytes, nonce: int | None = None) -> None:
    """Raise StampFault unless `answer` is the authority's time stamp of `note`."""
    library = _library()
    try:
        trusted = x509.load_pem_x509_certificates(roots())
        own = [one for one in trusted if one.issuer == one.subject]
        between = [one for one in trusted if one.issuer != one.subject]
        builder = library.VerifierBuilder(roots=own, intermediates=between, nonce=nonce)
        builder.build().verify_message(_decoded(answer), note)
    except (library.VerificationError, ValueError) as fault:
        raise StampFault(f"it is not the authority's, or of something else ({fault}).") from fault


def _ask(address: str, note: bytes) -> bytes:
    library = _library()
    request = (
        library.TimestampRequestBuilder()
        .data(note)
        .hash_algorithm(library.HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
    )
    try:
        answer = calling.post(address, request.as_bytes(), {"Content-Type": "application/timestamp-query"})
    except calling.Unanswered as fault:
        raise StampFault(f"The time-stamping authority does not answer: {fault}.") from fault
    if answer.status != 200 or answer.type != "application/timestamp-reply":
        raise StampFault(f"The time-stamping authority answered with HTTP status {answer.status}, {answer.type}.")
    got = _decoded(answer.body)
    if got.status != library.PKIStatus.GRANTED:
        raise StampFault(f"The time-stamping authority refused: {' '.join(got.status_string) or got.status}.")
    if got.tst_info.message_imprint.message != request.message_imprint.message or got.tst_info.nonce != request.nonce:
        raise StampFault("The time-stamping authority stamped something else.")
    if settings.REMIT_TIMESTAMP_ROOTS:
        try:
            check(note, answer.body, request.nonce)
        except StampFault as fault:
            raise StampFault(f"The time stamp was thrown away: {fault}") from fault
    return answer.body


def _is_due(files: Tiles, size: int, now: datetime, at_once: bool) -> bool:
    if _file(files, size, "tsr").exists():
        return False
    asked_at, fault = _last_asked(files)
    return at_once or not asked_at or not asked_at <= now < asked_at + (AGAIN if fault else STAMP_EVERY)


def _last_asked(files: Tiles) -> tuple[datetime | None, str]:
    try:
        said = json.loads((files.folder / "timestamps.json").read_bytes())
        return read_instant(said["asked_at"]), said["fault"]
    except (OSError, ValueError, KeyError, TypeError):
        return None, ""


def _kept(files: Tiles) -> Iterator[Stamp]:
    """Every time stamp, the shortest ledger first."""
    for answer in sorted(_file(files, 0, "tsr").parent.glob("*.tsr")):
        note = answer.with_suffix(".note")
        yield Stamp(int(answer.stem), note.read_bytes() if note.exists() else b"", answer.read_bytes())


def _file(files: Tiles, size: int, ending: str) -> Path:
    return files.folder / "timestamps" / f"{size:012}.{ending}"


def _decoded(answer: bytes) -> Any:
    library = _library()
    try:
        return library.decode_timestamp_response(answer)
    except ValueError as fault:
        raise StampFault(f"it cannot be read as a time stamp ({fault}).") from fault


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError:
        raise StampFault(f"Time stamps need a library that is not installed. {INSTALL}") from None
    return rfc3161_client
