"""A witness for others' ledgers (C2SP tlog-witness), which another force or an auditor can run. No database, no Django.

Of each log it keeps the last checkpoint that it has seen, and cosigns the next only where that continues it: a log that
was put back, rewritten or shown in two versions finds no witness any more.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from remit.ledger.notes import BadNote, Checkpoint, Signer, Verifier, read_signed
from remit.ledger.tiles import one_at_a_time, write_whole
from remit.ledger.tree import EMPTY_ROOT, BadProof, check_consistency

KEY = "witness-key"
#: The largest request, in bytes, and the longest proof, in hashes.
LARGEST, MOST_HASHES = 64 * 1024, 63
PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


class Refused(Exception):
    """A checkpoint is not cosigned: the HTTP status that the specification asks for, and why."""

    def __init__(self, status: HTTPStatus, words: str, type: str = PLAIN) -> None:
        super().__init__(words)
        self.status, self.words, self.type = status, words, type


class Unreadable(Exception):
    """What was seen before cannot be read. Nothing is cosigned until a person has seen to it."""


class Witness:
    """One witness; as a WSGI application it answers `POST …/add-checkpoint`, and `GET /` with who it is."""

    def __init__(
        self, folder: Path, signer: Signer, logs: Iterable[Verifier], clock: Callable[[], float] = time.time
    ) -> None:
        """What has been seen is kept in `folder`. `logs` are the keys of the logs that are cosigned."""
        self._folder, self._signer, self._clock = folder, signer, clock
        self._logs: dict[str, list[Verifier]] = {}
        for log in logs:
            self._logs.setdefault(log.name, []).append(log)

    def add_checkpoint(self, request: bytes) -> str:
        """The cosignature of the checkpoint in `request`, which from then on is the last one seen.

        Raises:
            Refused: the log or its key is not known, or the checkpoint does not continue what was seen.
            Unreadable: what was seen before is damaged.
        """
        old, proof, note = _read(request)
        text, new = self._signed(note)
        if old > new.size:
            raise Refused(HTTPStatus.BAD_REQUEST, "The old size is larger than the checkpoint's.\n")
        with one_at_a_time(self._folder):
            seen = self.seen(new.origin)
            size, root = (seen.size, seen.root) if seen else (0, EMPTY_ROOT)
            if seen and size == new.size and root != new.root:
                write_whole(self._forked(new), note.encode())  # with what was seen, it shows a log in two versions
            if old != size or (old == new.size and root != new.root):
                raise Refused(HTTPStatus.CONFLICT, f"{size}\n", SIZE)
            try:
                check_consistency(size, root, new.size, new.root, proof)
            except BadProof as fault:
                raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{fault}\n") from fault
            write_whole(self._file(new.origin), note.encode())  # before it is cosigned: never two of one size
        return self._signer.cosign(text, int(self._clock()))

    def seen(self, origin: str) -> Checkpoint | None:
        """The last checkpoint seen of a log; None where none was. Raises Unreadable."""
        file = self._file(origin)
        try:
            seen = Checkpoint.read(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as fault:
            raise Unreadable(f"{file} cannot be read ({fault}). Put it back from its copy.") from fault
        if seen.origin != origin:
            raise Unreadable(f"{file} is of {seen.origin}, not of {origin}. Put it back from its copy.")
        return seen

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """WSGI."""
        status, type_, body = self._answer(environ)
        content = body.encode()
        headers = [("Content-Type", type_), ("Content-Length", str(len(content)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [content]

    def _answer(self, environ: dict[str, Any]) -> tuple[HTTPStatus, str, str]:
        match environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""):
            case "POST", path if path.endswith("/add-checkpoint"):
                try:
                    return HTTPStatus.OK, PLAIN, self.add_checkpoint(environ["wsgi.input"].read(LARGEST + 1))
                except Refused as refused:
                    return refused.status, refused.type, refused.words
                except Unreadable as fault:
                    return HTTPStatus.INTERNAL_SERVER_ERROR, PLAIN, f"{fault}\n"
            case "GET" | "HEAD", "/":
                return HTTPStatus.OK, PLAIN, "\n".join([*self.lines(), ""])
        return HTTPStatus.NOT_FOUND, PLAIN, "A witness answers POST /add-checkpoint, and GET / with who it is.\n"

    def lines(self) -> list[str]:
        """Who this is and what it has seen, a line each."""
        said = [f"Witness {self._signer.verifier}"]
        for origin in sorted(self._logs):
            try:
                seen = self.seen(origin)
            except Unreadable as fault:
                said.append(str(fault))
            else:
                said.append(f"Log {origin}: {f'{seen.size} entries seen' if seen else 'nothing seen yet'}")
                said += [f"  It was shown in another version, kept in {file}" for file in self._forks(origin)]
        return said

    def _signed(self, note: str) -> tuple[str, Checkpoint]:
        try:
            origin = Checkpoint.read(note).origin
        except BadNote as fault:
            raise Refused(HTTPStatus.BAD_REQUEST, f"{fault}\n") from fault
        if origin not in self._logs:
            raise Refused(HTTPStatus.NOT_FOUND, f"This witness does not know the log {origin}.\n")
        try:
            text, _ = read_signed(note, self._logs[origin])
        except BadNote as fault:
            raise Refused(HTTPStatus.FORBIDDEN, f"{fault}\n") from fault
        return text, Checkpoint.read(text)

    def _file(self, origin: str) -> Path:
        return self._folder / "seen" / hashlib.sha256(origin.encode()).hexdigest()[:32]

    def _forked(self, shown: Checkpoint) -> Path:
        return self._folder / "forks" / f"{self._file(shown.origin).name}-{shown.size}-{shown.root.hex()[:16]}"

    def _forks(self, origin: str) -> list[Path]:
        return sorted((self._folder / "forks").glob(f"{self._file(origin).name}-*"))


def _read(request: bytes) -> tuple[int, Sequence[bytes], str]:
    """Old size, proof and note of a request. Raises Refused."""
    try:
        head, _, note = request.decode().partition("\n\n")
        first, *proof = head.split("\n")
        old = re.fullmatch(r"old (0|[1-9][0-9]{0,18})", first)
        if len(request) > LARGEST or old is None or len(proof) > MOST_HASHES:
            raise ValueError
        hashes = [base64.b64decode(line, validate=True) for line in proof]
        if any(len(found) != len(EMPTY_ROOT) for found in hashes):
            raise ValueError
    except (UnicodeDecodeError, binascii.Error, ValueError):
        words = "A request is a line with the old size, the proof, an empty line and the checkpoint.\n"
        raise Refused(HTTPStatus.BAD_REQUEST, words) from None
    return int(old[1]), hashes, note
