"""Witnesses cosign the checkpoint: each says that it has seen it, and that it goes on from all that it saw before.

Remit asks those that the operator's policy file names (C2SP tlog-policy, tlog-witness). What they answer is put under
the checkpoint itself. A witness that is away holds nothing up; one that has seen another log is told of.
"""

from __future__ import annotations

import json
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from remit.ledger import calling, keys
from remit.ledger.hashing import instant, read_instant
from remit.ledger.notes import Checkpoint, read_signed
from remit.ledger.offline.verify import Key, Policy, Wrong, cosigned, read_policy
from remit.ledger.sequencer import latest, tiles
from remit.ledger.tiles import Tiles, one_at_a_time, write_whole
from remit.ledger.tree import consistency

#: How often a witness is asked, at most; evidence that is taken away asks at once.
ASK_EVERY = timedelta(minutes=1)
FIND_OUT = "Find out by whom and why, before anything else."


class PolicyFault(Exception):
    """The policy file cannot be used. The message says where and the remedy."""


@dataclass(frozen=True)
class Seen:
    """What a witness has cosigned, and what stood in the way the last time that it was asked."""

    name: str
    size: int = 0  # of the last checkpoint that it cosigned
    at: str = ""  # when it did, as `hashing.instant` writes it
    asked_at: str = ""
    fault: str = ""
    #: It has seen a log that this one does not continue: what nobody but a witness can show.
    conflict: bool = False

    @property
    def when(self) -> datetime | None:
        return read_instant(self.at) if self.at else None


@dataclass(frozen=True)
class Standing:
    """How the checkpoint stands with its witnesses."""

    quorum: str  # in words
    met: bool  # for the checkpoint that is there now
    size: int  # of the last checkpoint for which it was met
    witnesses: tuple[Seen, ...]

    @property
    def faults(self) -> list[str]:
        return [seen.fault for seen in self.witnesses if seen.fault]


def policy() -> tuple[Policy, str] | None:
    """The operator's policy of witnesses, and the text of its file; None where there is none. Raises PolicyFault."""
    path: Path | None = settings.REMIT_WITNESSES
    if path is None:
        return None
    try:
        text = path.read_text(encoding="utf-8")
        return read_policy(text), text
    except (OSError, UnicodeDecodeError) as fault:
        raise PolicyFault(f"REMIT_WITNESSES names {path}, which cannot be read ({fault}).") from fault
    except Wrong as wrong:
        raise PolicyFault(f"{path}: {wrong}") from wrong


def standing() -> Standing | None:
    """How the checkpoint stands with its witnesses; None where no policy names any.

    Raises:
        PolicyFault, BadFiles, KeyFault.
    """
    found = policy()
    if found is None:
        return None
    files, states = tiles(), _read(tiles())
    note = files.checkpoint.read_text(encoding="utf-8") if latest(files) else ""
    last = met_last()
    seen = tuple(states.get(_id(key), Seen(name)) for name, (key, _) in found[0].witnesses.items())
    return Standing(found[0].words(), found[0].met(_cosigned(note, found[0])), last.size if last else 0, seen)


def false_cosignature() -> str:
    """Whose cosignature under the checkpoint is false, in words; "" where none is, or where no policy can be read."""
    try:
        if (found := policy()) is not None:
            cosigned(tiles().checkpoint.read_text(encoding="utf-8"), found[0])
    except Wrong as wrong:
        return str(wrong)
    except (PolicyFault, OSError):
        return ""
    return ""


def met_last() -> Checkpoint | None:
    """The last checkpoint for which the quorum was met; None where there was none. Raises BadNote, KeyFault."""
    try:
        text, _ = read_signed(_met_file(tiles()).read_text(encoding="utf-8"), keys.public())
    except FileNotFoundError:
        return None
    return Checkpoint.read(text)


def collect(now: datetime, *, at_once: bool = False) -> Standing | None:
    """Ask the witnesses that have not cosigned the checkpoint yet, and put what they answer under it.

    Args:
        at_once: ask also those that were asked within the last minute.
    Raises:
        PolicyFault, BadFiles, KeyFault: what a witness does, or does not do, is never an error.
    """
    found = policy()
    if found is None:
        return None
    files = tiles()
    with one_at_a_time(files.folder, ".asking"):
        known = latest(files)
        if known is not None and known.size:
            _collect(files, found[0], now, at_once)
    return standing()


def _collect(files: Tiles, named: Policy, now: datetime, at_once: bool) -> None:
    note = files.checkpoint.read_text(encoding="utf-8")
    states, already = _read(files), _cosigned(note, named)
    due = []
    for name, (key, address) in named.witnesses.items():
        seen = replace(states.get(_id(key), Seen(name)), name=name)
        recently = seen.asked_at and read_instant(seen.asked_at) <= now < read_instant(seen.asked_at) + ASK_EVERY
        if address and name not in already and (at_once or not recently):
            due.append((seen, key, address))
    if not due:
        return
    with ThreadPoolExecutor(len(due)) as pool:
        answers = list(pool.map(lambda one: _ask(files, note, *one), due))
    lines = ""
    for (_, key, _), (seen, line) in zip(due, answers, strict=True):
        states[_id(key)] = replace(seen, asked_at=instant(now))
        lines += line
    with one_at_a_time(files.folder):
        write_whole(files.folder / "witnesses.json", json.dumps([[k, asdict(s)] for k, s in states.items()]).encode())
        if named.met(_cosigned(note + lines, named)):
            write_whole(_met_file(files), (note + lines).encode())
        if files.checkpoint.read_text(encoding="utf-8") == note:  # else the next is asked about
            write_whole(files.checkpoint, (note + lines).encode())


def _ask(files: Tiles, note: str, seen: Seen, key: Key, address: str) -> tuple[Seen, str]:
    """Ask one witness: what is known of it now, and its line under the checkpoint, or ""."""
    known = Checkpoint.read(note)
    old = min(seen.size, known.size)
    for _ in range(2):  # once more where it says what it has seen last
        with one_at_a_time(files.folder):
            proof = consistency(old, known.size, files.node)
        request = "\n".join([f"old {old}", *(b64encode(part).decode() for part in proof), "", note])
        try:
            answer = calling.post(f"{address.rstrip('/')}/add-checkpoint", request.encode(), {})
        except calling.Unanswered as fault:
            return replace(seen, fault=f"{seen.name} does not answer: {fault}."), ""  # a conflict stays one
        size = _size(answer)
        if size is None or size == old or size > known.size:
            break
        old = size
    if answer.status == 200:
        return _taken(seen, key, note, known, answer.body)
    conflict = answer.status in (409, 422)
    return replace(seen, fault=_refused(seen.name, known.size, answer.status, size), conflict=conflict), ""


def _taken(seen: Seen, key: Key, note: str, known: Checkpoint, body: bytes) -> tuple[Seen, str]:
    """What a witness answered with, where one of its lines is its cosignature."""
    for line in body.decode("utf-8", "replace").splitlines(keepends=True):
        alone = Policy(witnesses={seen.name: (key, "")})
        try:
            found = cosigned(note + line, alone) if line.endswith("\n") else {}
        except Wrong:
            continue
        if seen.name in found:
            at = instant(datetime.fromtimestamp(found[seen.name], UTC))
            return Seen(seen.name, known.size, at), line
    return replace(
        seen, fault=f"{seen.name} answered with a cosignature that its key does not fit.", conflict=False
    ), ""


def _refused(name: str, size: int, status: int, seen: int | None) -> str:
    """Why a witness refused, in words, with the remedy."""
    if seen is not None and seen > size:
        return f"{name} has seen {seen} entries of this ledger, which now has {size}: it was put back. {FIND_OUT}"
    if status in (409, 422):
        return (
            f"{name} has seen another ledger of this name, which this one does not continue: it was put back or "
            f"rewritten. {FIND_OUT}"
        )
    if status == 404:
        return (
            f"{name} does not know this ledger. Give whoever runs it the line that this prints: remit ledger keys show"
        )
    if status == 403:
        return f"{name} does not trust the present key. Give whoever runs it what this prints: remit ledger keys show"
    return f"{name} answered with HTTP status {status}."


def _size(answer: calling.Answer) -> int | None:
    """The size of the log that a witness has seen, where it says that it has seen another than we thought."""
    text = answer.body.decode("ascii", "replace").strip()
    said = answer.status == 409 and answer.type == "text/x.tlog.size" and text.isdecimal() and len(text) < 19
    return int(text) if said else None


def _cosigned(note: str, named: Policy) -> dict[str, int]:
    """Who has cosigned; what is false counts for nothing here (`false_cosignature` tells of it)."""
    try:
        return cosigned(note, named)
    except Wrong:
        return {}


def _id(key: Key) -> str:
    return f"{key[0]}+{key[1].hex()}"


def _met_file(files: Tiles) -> Path:
    return files.folder / "checkpoint.witnessed"


def _read(files: Tiles) -> dict[str, Seen]:
    """What is known of each witness, by its key; nothing where that has been lost, since they say it again."""
    try:
        return {key: Seen(**said) for key, said in json.loads((files.folder / "witnesses.json").read_bytes())}
    except (OSError, ValueError, TypeError):
        return {}
