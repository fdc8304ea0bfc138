"""The key that signs checkpoints: made by a command, readable by its owner alone, replaced without breaking the trail.

The private key is one file. Every public key that ever signed is a line of `keys` beside the log, the present one last.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from remit.ledger import actions, keyfile
from remit.ledger.keyfile import KeyFault as KeyFault
from remit.ledger.notes import BadNote, Signer, Verifier
from remit.ledger.recording import REMIT, record
from remit.ledger.tiles import write_whole

actions.register("ledger.key-made", "A key for signing the ledger was made")
actions.register("ledger.key-replaced", "The key that signs the ledger was replaced")

MAKE_ONE = "Run: remit ledger keys new --origin YOUR-DOMAIN/remit"
REPLACE_IT = "To replace it: remit ledger keys rotate"


def log_folder() -> Path:
    """Where the log's files are kept."""
    return Path(settings.REMIT_VAR) / "ledger"


def key_file() -> Path:
    """Where the private key is kept: `REMIT_LEDGER_KEY`, else beside the log."""
    return Path(settings.REMIT_LEDGER_KEY or log_folder() / "signing-key")


def signer() -> Signer:
    """The key to sign with. Raises KeyFault."""
    return keyfile.read(key_file(), MAKE_ONE)


def is_made() -> bool:
    """Whether there is a signing key."""
    return key_file().exists()


def public() -> list[Verifier]:
    """Every public key that signed this log, the present one last. Raises KeyFault."""
    path = log_folder() / "keys"
    try:
        return [Verifier.read(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    except FileNotFoundError:
        return []
    except (BadNote, OSError, UnicodeDecodeError) as fault:
        raise KeyFault(f"The list of public keys {path} cannot be read: {fault}") from fault


def make(origin: str, now: datetime) -> Verifier:
    """Make the first key of a log called `origin`, and say so in the ledger. Raises KeyFault."""
    path = key_file()
    if path.exists():
        raise KeyFault(f"There is a signing key at {path} already. {REPLACE_IT}")
    if public():
        raise KeyFault(
            f"This log has been signed, and its key {path} is gone. Put it back from its copy; a new key cannot "
            "show that it speaks for the same log."
        )
    fresh = _fresh(origin)
    with transaction.atomic():
        record("ledger.key-made", "", REMIT, "ledger.log:1", now=now, about={"key": str(fresh.verifier)})
        keyfile.keep(path, fresh, if_there=REPLACE_IT)
        _keep_public([fresh.verifier])
    return fresh.verifier


def replacement(old: Signer, now: datetime) -> Signer:
    """A new key for the same log, and the entry that names both; not in use until `put_in_place`."""
    fresh = _fresh(old.name)
    about = {"old": str(old.verifier), "new": str(fresh.verifier)}
    with transaction.atomic():
        record("ledger.key-replaced", "", REMIT, "ledger.log:1", now=now, about=about)
    return fresh


def put_in_place(fresh: Signer) -> None:
    """Use `fresh` from now on: the old private key is gone after this."""
    _keep_public([*public(), fresh.verifier])
    keyfile.keep(key_file(), fresh)


def _fresh(origin: str) -> Signer:
    try:
        return Signer.fresh(origin)
    except BadNote as fault:
        raise KeyFault(str(fault)) from None


def _keep_public(keys: list[Verifier]) -> None:
    write_whole(log_folder() / "keys", "".join(f"{key}\n" for key in keys).encode())
