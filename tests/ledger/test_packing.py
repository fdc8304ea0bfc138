"""The evidence pack as a stranger meets it: unpacked somewhere, checked by a plain Python, opened in a browser."""

from __future__ import annotations

import ast
import base64
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction

from remit.ledger import keys, packing
from remit.ledger.hashing import canonical
from remit.ledger.models import Entry
from remit.ledger.offline import verify
from remit.ledger.packing import Matter, entries_about, fields_of, pack
from remit.ledger.recording import erase, record
from remit.ledger.sequencer import publish
from remit.ledger.tiles import Tiles
from tests.ledger.conftest import NOW

VERIFY = Path(verify.__file__)
DECISION = canonical({"decision": {"outcome": "allowed"}, "facts": {"post.purpose": "information"}})
SHOWN = "Road closed </script><b>&amp; “cordon” — Ffordd ar gau"


@pytest.fixture
def matter(signed: Tiles, write: Callable[..., list[Entry]]) -> Matter:
    """A post with three entries among three hundred others: a text, a decision, a reason."""
    write(140)
    with transaction.atomic():
        about: dict[str, Any] = {"now": NOW}
        digest = hashlib.sha256(DECISION).hexdigest()
        record("tests.happened", "essex", "p-1", "posts.post:9000", **about, personal={"text": SHOWN})
        said = record(
            "tests.happened",
            "essex",
            "p-1",
            "posts.target:9001",
            **about,
            clauses=["CL-1"],
            outcome="allowed",
            personal={"decision": digest, "parts": [{"text": SHOWN}]},
        )
    write(160)
    with transaction.atomic():
        record("tests.happened", "essex", "remit", "posts.post:9000", **about, personal={"reason": "Asked for"})
    objects = ("posts.post:9000", "posts.target:9001")
    return Matter("Post 9000", "essex", objects, decisions={said.number: DECISION}, people={"p-1": "PC 4417"})


def unpacked(made: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        archive.extractall(folder)
    return folder


def plain_python(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Python alone: no packages of ours, no environment of ours (-I), no site (-S)."""
    command = [sys.executable, "-I", "-S", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def folder_of_pack(matter: Matter, tmp_path: Path) -> Path:
    return unpacked(pack(matter, list(entries_about(matter)), NOW), tmp_path / "pack")


def test_the_verifier_needs_nothing_but_python() -> None:
    """Otherwise a defence solicitor would have to install something before believing anything."""
    tree = ast.parse(VERIFY.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
    assert len(VERIFY.read_text(encoding="utf-8").splitlines()) <= 500


@pytest.mark.django_db
def test_a_stranger_checks_a_pack(folder_of_pack: Path) -> None:
    """Otherwise the evidence would convince only those who run Remit."""
    done = plain_python("verify.py", cwd=folder_of_pack)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("THE EVIDENCE HOLDS.")
    for words in (SHOWN, "PC 4417", "CL-1", "Something happened", "Asked for", str(keys.signer().verifier)):
        assert words in done.stdout
    assert plain_python(VERIFY, "--key", keys.signer().verifier, folder_of_pack).returncode == 0
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    other = keys.Verifier("police.example/remit", stranger)
    done = plain_python(VERIFY, "--key", other, folder_of_pack)
    assert done.returncode == 1
    assert "not signed by the key that is trusted" in done.stderr
    assert plain_python(VERIFY, folder_of_pack / "decisions").returncode == 2


@pytest.mark.django_db
def test_values_that_are_withheld_or_erased_are_missing_and_the_rest_holds(matter: Matter, tmp_path: Path) -> None:
    """Otherwise disclosing a post to one side would disclose everything in it, or break its proof."""
    entries = list(entries_about(matter))
    assert fields_of(entries) == ["decision", "parts", "reason", "text"]
    erase(entries[0], "text", now=NOW)
    entries = list(entries_about(matter))
    folder = unpacked(pack(matter, entries, NOW, withheld={"reason", "decision"}), tmp_path / "pack")
    done = plain_python("verify.py", cwd=folder)
    assert done.returncode == 0
    assert "not shown here: reason" in done.stdout
    assert "not shown here: text" in done.stdout
    assert not (folder / "decisions").exists()
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"Asked for" not in everything


@pytest.mark.django_db
def test_every_altered_byte_of_the_evidence_is_found(folder_of_pack: Path) -> None:
    """Otherwise whoever hands a pack on could change a word on the way."""
    random_ = random.Random(4)
    names = ["evidence.json", "index.html", *(f"decisions/{p.name}" for p in (folder_of_pack / "decisions").iterdir())]
    for name in names:
        path = folder_of_pack / name
        whole = path.read_bytes()
        for _ in range(60):
            altered = bytearray(whole)
            at = random_.randrange(len(whole))
            if name == "index.html":  # the data in it; the rest is the page's own words
                at = random_.randrange(whole.index(b'id="evidence">') + 14, whole.rindex(b"</script>\n<script"))
            altered[at] ^= 1 << random_.randrange(8)
            path.write_bytes(bytes(altered))
            try:
                verify.check_pack(folder_of_pack, [])
            except (verify.Wrong, ValueError, KeyError, TypeError, AttributeError):
                continue
            finally:
                path.write_bytes(whole)
            # What passes must mean the same: white space between values, or a cover that proves nothing.
            assert name == "evidence.json"
            _same_evidence(json.loads(whole), json.loads(bytes(altered)))


def _same_evidence(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert one == other


@pytest.mark.django_db
def test_a_pack_is_made_of_what_was_signed(matter: Matter) -> None:
    """Otherwise entries could be shown that no checkpoint covers."""
    made = pack(matter, list(entries_about(matter)), NOW)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        evidence = json.loads(archive.read("evidence.json"))
        cover = archive.read("README.txt").decode()
    assert evidence["checkpoint"] == packing.tiles().checkpoint.read_text()
    assert "Post 9000, essex" in cover
    assert str(keys.signer().verifier) in cover
    assert len(evidence["entries"]) == 3


@pytest.mark.django_db
def test_a_whole_log_is_checked_from_its_files(signed: Tiles, write: Callable[..., list[Entry]]) -> None:
    """Otherwise an auditor could check single posts and never that nothing else is missing."""
    write(600)
    publish()
    done = plain_python(VERIFY, signed.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "All 601 entries of police.example/remit are as they were signed" in done.stdout
    bundle = signed.folder / "tile" / "entries" / "001"
    bundle.write_bytes(bundle.read_bytes().replace(b"p-300", b"p-301"))
    assert plain_python(VERIFY, signed.folder).returncode == 1


def test_our_ed25519_agrees_with_cryptographys() -> None:
    """Otherwise the verifier could accept a forged checkpoint, or refuse a good one."""
    random_ = random.Random(5)
    for turn in range(60):
        private = Ed25519PrivateKey.from_private_bytes(random_.randbytes(32))
        public = private.public_key().public_bytes_raw()
        message = random_.randbytes(turn)
        signature = private.sign(message)
        assert verify.signed(public, message, signature)
        for part, other in ((0, public), (1, message), (2, signature)):
            if not other:
                continue
            bad = bytearray(other)
            bad[random_.randrange(len(bad))] ^= 1 << random_.randrange(8)
            forged = [public, message, signature]
            forged[part] = bytes(bad)
            assert verify.signed(*forged) is accepted(*forged) is False


def accepted(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def test_ed25519_is_rfc_8032s() -> None:
    """Otherwise both could be wrong in the same way. The second test of section 7.1, and a malleable signature."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verify.signed(public, b"\x72", signature)
    scalar = int.from_bytes(signature[32:], "little") + verify.ORDER
    assert not verify.signed(public, b"\x72", signature[:32] + scalar.to_bytes(32, "little"))
    for size in (0, 63, 65):
        assert not verify.signed(public, b"\x72", (signature + b"\0")[:size])


def test_a_key_that_was_copied_wrongly_is_said() -> None:
    """Otherwise a typing error would look like a forgery."""
    good = str(keys.Verifier("police.example/remit", bytes(range(32))))
    assert verify.read_key(good)[0] == "police.example/remit"
    damaged = good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1]
    with pytest.raises(verify.Wrong, match=r"damaged|base64"):
        verify.read_key(damaged)
    with pytest.raises(verify.Wrong, match="not an Ed25519"):
        verify.read_key("police.example/remit+00000000+" + base64.b64encode(b"\x02" * 33).decode())
