"""Signed notes, checkpoints and cosignatures, as C2SP's signed-note, tlog-checkpoint and tlog-cosignature write them.

A checkpoint says "the log called ORIGIN has SIZE entries and this root". Keys are Ed25519, and written as Go's `note`
package writes them: a verifier key is public ("origin+hash+base64"), a signer key begins with PRIVATE+KEY.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: What a key signs: a note as it is; or, a witness's, the note after a line with the time ("cosignature/v1").
LOG, WITNESS = b"\x01", b"\x04"
_SIGNATURE = re.compile(r"— (\S+) (\S+)")


class BadNote(ValueError):
    """A note, a checkpoint or a key that cannot be read or is not signed by whom it should be."""


def _decoded(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote(f"{what} is not base64.") from None


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass(frozen=True)
class Verifier:
    """A public key and the name of the log, or of the witness, that signs with it."""

    name: str
    public: bytes  # 32 bytes
    kind: bytes = LOG

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_encoded(self.kind + self.public)}"

    @classmethod
    def read(cls, text: str, kind: bytes = LOG) -> Verifier:
        """From "name+hash+base64", the key of a log, or with `kind` of a witness. Raises BadNote."""
        name, plus, rest = text.strip().partition("+")
        key_hash, plus_too, key = rest.partition("+")
        data = _decoded(key, "The public key")
        if not (plus and plus_too and check_name(name)) or len(data) != 33 or data[:1] != kind:
            whose = "a log" if kind == LOG else "a witness"
            raise BadNote(f"That is not the Ed25519 verifier key of {whose}. It reads NAME+HASH+BASE64, on one line.")
        verifier = cls(name, data[1:], kind)
        if verifier.key_id.hex() != key_hash:
            raise BadNote(f"The hash in the key of {name} does not fit the key. Copy it again, whole.")
        return verifier

    def signed(self, text: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key and the name of the log, or of the witness, that it signs for."""

    name: str
    seed: bytes  # 32 bytes, secret
    kind: bytes = LOG

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @classmethod
    def fresh(cls, name: str, kind: bytes = LOG) -> Signer:
        """A new key. Raises BadNote where the name cannot be one."""
        if not check_name(name):
            raise BadNote(f'"{name}" cannot name a key. Write it like police.example/remit: no spaces and no "+".')
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), kind)

    @property
    def verifier(self) -> Verifier:
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, key.public_key().public_bytes_raw(), self.kind)

    def write(self) -> str:
        """The signer key as text: secret."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{_encoded(self.kind + self.seed)}"

    @classmethod
    def read(cls, text: str) -> Signer:
        """From what `write` wrote. Raises BadNote."""
        private, _, rest = text.strip().partition("PRIVATE+KEY+")
        name, _, rest = rest.partition("+")
        key_hash, _, key = rest.partition("+")
        data = _decoded(key, "The signing key")
        if private or len(data) != 33 or data[:1] not in (LOG, WITNESS):
            raise BadNote("That is not an Ed25519 signer key. It begins with PRIVATE+KEY.")
        signer = cls(name, data[1:], data[:1])
        if signer.verifier.key_id.hex() != key_hash:
            raise BadNote("The hash in the signing key does not fit the key. Put the key back from its copy.")
        return signer

    def line(self, text: bytes) -> str:
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text)
        return f"— {self.name} {_encoded(self.verifier.key_id + signature)}\n"

    def cosign(self, text: str, at: int) -> str:
        """A witness's line under the checkpoint `text`: seen, and consistent with all before, at `at` (seconds)."""
        said = f"cosignature/v1\ntime {at}\n{text}".encode()
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(said)
        return f"— {self.name} {_encoded(self.verifier.key_id + at.to_bytes(8, 'big') + signature)}\n"


def check_name(name: str) -> bool:
    """Whether `name` may name a key: not empty, no white space, no "+"."""
    return bool(name) and not re.search(r"[\s+]", name)


def sign(text: str, signers: Sequence[Signer]) -> str:
    """`text`, which ends with a new line, as a note signed by every one of `signers`."""
    return text + "\n" + "".join(signer.line(text.encode()) for signer in signers)


def read_signed(note: str, trusted: Iterable[Verifier]) -> tuple[str, list[Verifier]]:
    """The text of a note and who of `trusted` signed it, at least one. Raises BadNote."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = signatures.splitlines()
    if len(text) < 2 or not lines or not note.endswith("\n"):
        raise BadNote("This is not a signed note: its signatures are missing.")
    by_id = {(verifier.name, verifier.key_id): verifier for verifier in trusted}
    signed_by = []
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        if match is None:
            raise BadNote("This is not a signed note: a line of signatures cannot be read.")
        data = _decoded(match[2], "A signature")
        verifier = by_id.get((match[1], data[:4]))
        if verifier is None:
            continue  # somebody else's, such as a witness's
        if not verifier.signed(text.encode(), data[4:]):
            raise BadNote(f"The signature of {verifier.name} does not fit: the note was altered.")
        signed_by.append(verifier)
    if not signed_by:
        raise BadNote("None of the keys that you trust has signed this.")
    return text, signed_by


@dataclass(frozen=True)
class Checkpoint:
    """How long a log is and what its root is."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """From a note's text, or from a whole note whose signatures are not looked at. Raises BadNote."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
            raise BadNote("This is not a checkpoint: it begins with a name, a size and a root, a line each.")
        root = _decoded(lines[2], "The root of the checkpoint")
        if len(root) != 32:
            raise BadNote("The root of the checkpoint is not 32 bytes long.")
        return cls(lines[0], int(lines[1]), root)
