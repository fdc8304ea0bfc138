"""A copy of everything in one file, and putting it back: on the same kind of database or on the other.

A tar file: `manifest.json`, a file of JSON lines for each table as it was at one moment, the pictures, and the files of
the ledger's log. Not in it: keys, which are kept apart on purpose, and who is signed in.
"""

from __future__ import annotations

import base64
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import BinaryField, JSONField, Model, Value

from remit.ledger import REMIT, keys, record, verify
from remit.ledger.keys import KeyFault
from remit.ledger.models import Entry, Head
from remit.ledger.sequencer import RolledBack, recover
from remit.ledger.tiles import BadFiles

FORMAT = 1
MANIFEST = "manifest.json"
#: Tables that every database makes for itself, and what is of no use later.
LEFT_OUT = {"contenttypes.ContentType", "auth.Permission", "sessions.Session", "operations.WorkerBeat"}
#: Folders of REMIT_VAR that belong to the data; and files in them that do not.
FOLDERS = ("media", "ledger")
KEYS = ("signing-key",)
BATCH = 500  # rows


class BackupFault(Exception):
    """It cannot be made or put back; the message says why and what to do."""


@dataclass(frozen=True)
class Summary:
    """What is in a copy: rows and files, and where the ledger ends."""

    rows: int
    files: int
    ledger_number: int
    ledger_head: str  # hexadecimal
    #: First and last of the entries that the copy lacked and the log's files, left in place, still held.
    recovered: tuple[int, int] | None = None


def tables() -> list[type[Model]]:
    """Every table that is copied, those that join two others too."""
    models = apps.get_models(include_auto_created=True)
    return [
        model
        for model in models
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.label not in LEFT_OUT
        and not any(
            field.related_model and field.related_model._meta.label in LEFT_OUT
            for field in model._meta.fields
            if model._meta.auto_created
        )
    ]


def back_up(to: Path, now: datetime) -> Summary:
    """Write a copy of everything to the new file `to`, while Remit runs. Raises BackupFault when `to` is there already.

    The file is written beside it under another name first, so that half a copy is never taken for one.
    """
    if to.exists():
        raise BackupFault(f"{to} is there already. Choose another name.")
    part = to.with_name(f"{to.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w|") as tar, _one_moment():
                summary = _write(tar, now)
            out.flush()
            os.fsync(out.fileno())
        part.rename(to)
    except OSError as fault:
        raise BackupFault(f"{to} cannot be written ({fault.strerror}). Choose another place.") from fault
    finally:
        part.unlink(missing_ok=True)
    return summary


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read the database as it is at one moment, holding nobody up."""
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode  # type: ignore[attr-defined]


def _write(tar: tarfile.TarFile, now: datetime) -> Summary:
    head = Head.objects.first()
    counts = {}
    for model in tables():
        with tempfile.TemporaryFile() as lines:
            names = [field.attname for field in model._meta.concrete_fields]
            counts[model._meta.label] = 0
            for row in _rows(model, names):
                said = dict(zip(names, map(_plain, row), strict=True))
                lines.write(json.dumps(said, cls=_Encoder).encode() + b"\n")
                counts[model._meta.label] += 1
            _add(tar, f"tables/{model._meta.label}.jsonl", lines, lines.tell(), now)
    files = 0
    for folder in FOLDERS:
        for file in sorted((Path(settings.REMIT_VAR) / folder).rglob("*")):
            if _is_content(file):
                with file.open("rb") as content:
                    name = str(file.relative_to(settings.REMIT_VAR))
                    _add(tar, name, content, os.fstat(content.fileno()).st_size, now)
                files += 1
    summary = Summary(sum(counts.values()), files, head.number if head else 0, bytes(head.hash).hex() if head else "")
    manifest = {
        "format": FORMAT,
        "remit": version("remit"),
        "made_at": now.isoformat(),
        "migrations": _migrations(),
        "tables": counts,
        "files": files,
        "ledger": {"number": summary.ledger_number, "head": summary.ledger_head},
    }
    text = json.dumps(manifest, indent=1).encode()
    _add(tar, MANIFEST, io.BytesIO(text), len(text), now)
    return summary


def restore(source: Path, reason: str, now: datetime) -> Summary:
    """Put a copy back into an empty database of the same version, say so in the ledger, and check all of it.

    All rows or none: they go in in one transaction, which is only kept if the ledger holds and goes on where the copy's
    ended. Entries that only the log's files still hold are taken over, and a last entry says what was put back and why.

    Raises:
        BackupFault: the file is no copy, is of another version or is not whole; or there is something here already.
    """
    try:
        with tarfile.open(source) as tar:
            return _read(tar, reason, now)
    except (OSError, tarfile.TarError) as fault:
        raise BackupFault(f"{source} cannot be read as a copy of Remit ({fault}). Choose another.") from fault


def _read(tar: tarfile.TarFile, reason: str, now: datetime) -> Summary:
    members = {member.name: member for member in tar.getmembers()}
    if MANIFEST not in members:
        raise BackupFault("This file is not a whole copy of Remit: its manifest is missing. Choose another.")
    manifest = json.load(_open(tar, MANIFEST))
    if manifest["format"] != FORMAT or manifest["migrations"] != _migrations():
        raise BackupFault(
            f"This copy was made by Remit {manifest['remit']}, whose tables were others. Install that version, "
            "restore, and then upgrade."
        )
    folder = Path(settings.REMIT_VAR)
    there = [str(folder / "media")] if any((folder / "media").rglob("*")) else []
    full = [model._meta.label for model in tables() if model._base_manager.exists()]
    if there or full:
        raise BackupFault(
            f"There is something here already: {', '.join([*there, *full][:4])}. Restore into an empty database and an "
            "empty REMIT_VAR, after `remit migrate`; then let the service use those."
        )
    # The log's own files may have outlived the database, and then hold entries that the copy lacks.
    outlived = (folder / "ledger" / "checkpoint").exists() or (folder / "ledger" / "tile").exists()
    folders = [name for name in FOLDERS if name != "ledger" or not outlived]
    files = [name for name in members if name.partition("/")[0] in folders]
    for name in files:
        tar.extract(members[name], folder, filter="data")
    with transaction.atomic():
        for model in tables():
            rows = _restore_table(model, _open(tar, f"tables/{model._meta.label}.jsonl"))
            if rows != manifest["tables"][model._meta.label]:
                raise BackupFault(f"{model._meta.label} has {rows} rows in the copy, and not those it should have.")
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            with connection.cursor() as cursor:
                cursor.execute(statement)
        recovered = _carry_on(manifest, reason, now)
    if missing := list(_missing_files(folder)):
        raise BackupFault(f"{len(missing)} files are missing in the copy, such as {missing[0]}. Take another copy.")
    ledger = manifest["ledger"]
    return Summary(sum(manifest["tables"].values()), len(files), ledger["number"], ledger["head"], recovered)


def _carry_on(manifest: dict[str, Any], reason: str, now: datetime) -> tuple[int, int] | None:
    """Take over what only the log's files hold, say in an entry that a copy was put back, and verify all of it."""
    ends = manifest["ledger"]
    last = Entry.objects.order_by("number").last()
    if (last.number if last else 0, bytes(last.hash).hex() if last else "") != (ends["number"], ends["head"]):
        raise BackupFault("The ledger in this copy does not hold, so nothing was kept: it does not end as it should.")
    try:
        recovered = recover(now, reason)
    except (BadFiles, KeyFault, RolledBack) as fault:
        raise BackupFault(
            f"The files in {keys.log_folder()} do not go with this copy, so nothing was kept. {fault} If they are "
            "past help, move them away, keep them for whoever investigates, and restore again."
        ) from fault
    about = {"made_at": manifest["made_at"], "entries": ends["number"], "recovered": list(recovered or ())}
    record("ledger.restored", "", REMIT, "ledger.log:1", now=now, about=about, personal={"reason": reason})
    report = verify()
    if not report.holds:
        words = report.reason or f"It has no guard “{report.unguarded[0]}”."
        raise BackupFault(f"The ledger in this copy does not hold, so nothing was kept: {words}")
    return recovered


def _is_content(file: Path) -> bool:
    """Whether a file is part of the data: not a key, which is kept apart, and not a lock."""
    return file.is_file() and not file.is_symlink() and file.name not in KEYS and not file.name.startswith(".")


def _restore_table(model: type[Model], lines: IO[bytes]) -> int:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    count = 0
    while batch := list(islice(lines, BATCH)):
        rows = [
            model(**{name: _value(fields[name], given) for name, given in json.loads(line).items()}) for line in batch
        ]
        model._base_manager.bulk_create(rows)
        count += len(rows)
    return count


def _value(field: Any, given: Any) -> Any:
    if isinstance(field, JSONField):
        return Value(None, JSONField()) if given is None and not field.null else given
    if isinstance(field, BinaryField) and given is not None:
        return base64.b64decode(given)
    return field.to_python(given) if field.remote_field is None else field.target_field.to_python(given)


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


class _Encoder(DjangoJSONEncoder):
    """Times to the microsecond: the ledger's entries hang on them."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _rows(model: type[Model], names: list[str]) -> Iterator[tuple[Any, ...]]:
    return model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=BATCH)


def _missing_files(folder: Path) -> Iterator[str]:
    """Files that a row names and that are not there."""
    for model in tables():
        names = [field.attname for field in model._meta.concrete_fields if field.get_internal_type() == "FileField"]
        for row in _rows(model, names) if names else ():
            yield from (name for name in row if name and not (folder / "media" / name).is_file())


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    own = {config.label for config in apps.get_app_configs() if config.name.startswith("remit.")}
    return sorted(f"{app}.{name}" for app, name in applied if app in own)


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int, now: datetime) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(now.timestamp())
    content.seek(0)
    tar.addfile(info, content)


def _open(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = tar.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupFault(f"This file is not a whole copy of Remit: {name} is missing. Choose another.")
    return found
