"""If these fail, nobody but the force says when its ledger was what it is. The authority here is real: `openssl ts`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.test import Client

from remit.ledger import keys, timestamps, worker
from remit.ledger.models import Entry
from remit.ledger.sequencer import latest, publish
from remit.ledger.tiles import Tiles
from remit.ledger.verifying import verify
from tests.ledger.conftest import NOW
from tests.ledger.test_packing import VERIFY, plain_python
from tests.ledger.test_witnesses import remit, serving

Write = Callable[..., list[Entry]]
OPENSSL = shutil.which("openssl")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed, which is the authority here"),
]

CONFIGURED = """
[authority]
serial = {folder}/serial
signer_cert = {folder}/authority.pem
signer_key = {folder}/authority.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
tsa_name = yes
ess_cert_id_alg = sha256
"""


class Authority:
    """A time-stamping authority: `openssl ts -reply` behind a web address, with certificates of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.root, self.asked = folder, folder / "root.pem", 0
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = certificate("Root", root_key.public_key(), "Root", root_key, x509.BasicConstraints(True, None))
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        own = certificate("Authority", key.public_key(), "Root", root_key, stamping)
        self.root.write_bytes(root)
        (folder / "authority.pem").write_bytes(own)
        form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (folder / "authority.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
        (folder / "serial").write_text("01")
        (folder / "openssl.conf").write_text(CONFIGURED.format(folder=folder))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.asked += 1
        question, answer = self.folder / "query.tsq", self.folder / "answer.tsr"
        question.write_bytes(environ["wsgi.input"].read(10_000))
        command: list[str | Path] = [
            str(OPENSSL),
            "ts",
            "-reply",
            "-config",
            self.folder / "openssl.conf",
            "-section",
            "authority",
        ]
        subprocess.run([*command, "-queryfile", question, "-out", answer], check=True, capture_output=True)
        start_response("200 OK", [("Content-Type", "application/timestamp-reply")])
        return [answer.read_bytes()]


def certificate(
    name: str, public: Any, issuer: str, signing: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
) -> bytes:
    """A certificate as PEM, good for a day on either side of now."""
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer)]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=True)
        .sign(signing, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def authority(tmp_path: Path, settings: Any) -> Iterator[Authority]:
    """The authority that the operator has named, with its certificate."""
    made = Authority(tmp_path / "authority")
    with serving(made) as address:
        settings.REMIT_TIMESTAMPS, settings.REMIT_TIMESTAMP_ROOTS = address, made.root
        yield made


def openssl_verifies(folder: Path, root: Path) -> bool:
    command = [str(OPENSSL), "ts", "-verify", "-CAfile", str(root), "-data", "checkpoint.stamped"]
    command += ["-in", "checkpoint.tsr"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode == 0 and "OK" in done.stdout + done.stderr


def test_evidence_carries_a_time_stamp_that_openssl_checks(
    signed: Tiles, write: Write, authority: Authority, tmp_path: Path
) -> None:
    """A court would have the force's own clock for when its evidence existed."""
    write(5)
    assert remit("export", "posts.post:2", tmp_path / "pack.zip").exit_code == 0
    folder = tmp_path / "pack"
    shutil.unpack_archive(tmp_path / "pack.zip", folder)
    assert openssl_verifies(folder, authority.root)
    done = plain_python(VERIFY, folder)
    assert done.returncode == 0
    assert "A time stamp of this checkpoint is there (RFC 3161)." in done.stdout
    assert "openssl ts -verify" in (folder / "README.txt").read_text()
    stranger = Authority(tmp_path / "stranger")
    assert not openssl_verifies(folder, stranger.root)
    stamped = folder / "checkpoint.stamped"
    content = stamped.read_text()
    stamped.write_text(content + "\n")
    assert "not of the file checkpoint.stamped" in plain_python(VERIFY, folder).stderr
    stamped.write_text(content.replace("police.example", "other.example"))
    assert "of another checkpoint" in plain_python(VERIFY, folder).stderr


def test_verification_checks_every_time_stamp_with_the_authority_s_certificate(
    signed: Tiles, write: Write, authority: Authority, tmp_path: Path, settings: Any
) -> None:
    """A time stamp that was forged, or is of another ledger, would be taken for one of this."""
    for _ in range(2):
        write(5)
        publish()
        timestamps.stamp(NOW, at_once=True)
    told = remit("verify")
    assert told.exit_code == 0, told.output
    assert "2 time stamps, the last over 11 entries, at " in told.stdout
    assert "Each was checked." in told.stdout
    assert json.loads(remit("verify", "--json").stdout)["time_stamps"]["count"] == 2
    stranger = Authority(tmp_path / "stranger")
    settings.REMIT_TIMESTAMP_ROOTS = stranger.root
    assert "The time stamp over 6 entries does not hold" in verify().reason
    settings.REMIT_TIMESTAMP_ROOTS = authority.root
    first, second = sorted((signed.folder / "timestamps").glob("*.tsr"))
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    assert remit("verify").exit_code == 1
    first.write_bytes(b"nothing")
    assert "cannot be read as a time stamp" in verify().reason
    first.write_bytes(kept)
    assert verify().holds
    first.with_suffix(".note").unlink()
    assert "The time stamp over 6 entries does not hold" in verify().reason


def test_a_time_stamp_of_entries_that_are_gone_does_not_hold(signed: Tiles, write: Write, authority: Authority) -> None:
    """Putting the ledger back to before what was stamped would go unnoticed."""
    write(5)
    publish()
    older = signed.checkpoint.read_bytes()
    write(5)
    publish()
    timestamps.stamp(NOW, at_once=True)
    signed.checkpoint.write_bytes(older)
    assert "A checkpoint over 11 entries was seen before; the one here is older" in verify().reason


def test_a_stamp_is_had_once_a_day_and_nothing_waits_for_it(
    signed: Tiles, write: Write, authority: Authority, settings: Any
) -> None:
    """An authority would send a bill for every five seconds; or, once away, would stop the ledger."""
    write(3)
    publish()
    worker.ask_outside(NOW)
    write(3)
    publish()
    worker.ask_outside(NOW + timedelta(hours=23))
    assert authority.asked == 1
    worker.ask_outside(NOW + timedelta(hours=25))
    assert authority.asked == 2
    write(3)
    settings.REMIT_TIMESTAMPS = "http://127.0.0.1:9"
    assert remit("checkpoint").exit_code == 0
    pack = signed.folder.parent / "p.zip"
    assert remit("export", "posts.post:2", pack).exit_code == 0
    assert latest().size == 11  # type: ignore[union-attr]
    assert "No authority has stamped the checkpoint" in remit("verify", pack).stdout
    told = remit("verify")
    assert told.exit_code == 0
    assert "The time-stamping authority does not answer" in told.stdout
    assert "does not answer" in Client().get("/health/ready").json()["time stamps"]


@pytest.mark.parametrize(
    ("status", "type_", "body", "says"),
    [
        ("500 Oops", "text/plain", b"no", "HTTP status 500"),
        ("302 Found", "text/plain", b"", "HTTP status 302"),
        ("200 OK", "text/html", b"<p>Sign in", "text/html"),
        ("200 OK", "application/timestamp-reply", b"nonsense", "cannot be read as a time stamp"),
        # A refusal: status 2 (rejection) and no token.
        ("200 OK", "application/timestamp-reply", bytes.fromhex("30053003020102"), "refused"),
    ],
)
def test_nonsense_from_an_authority_is_said_and_not_kept(
    signed: Tiles, write: Write, settings: Any, status: str, type_: str, body: bytes, says: str
) -> None:
    """A page to sign in at would be kept as evidence."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response(status, [("Content-Type", type_), ("Location", "http://127.0.0.1:9/")])
        return [body]

    write(3)
    publish()
    with serving(answer) as settings.REMIT_TIMESTAMPS:
        stamping = timestamps.stamp(NOW)
    assert stamping is not None
    assert says in stamping.fault
    assert stamping.count == 0


def test_an_answer_of_another_authority_is_thrown_away(
    signed: Tiles, write: Write, authority: Authority, tmp_path: Path, settings: Any
) -> None:
    """Somebody on the way could answer in the authority's place."""
    settings.REMIT_TIMESTAMP_ROOTS = Authority(tmp_path / "stranger").root
    write(3)
    publish()
    stamping = timestamps.stamp(NOW)
    assert stamping is not None
    assert stamping.fault.startswith("The time stamp was thrown away")
    assert stamping.count == 0


def test_without_the_library_or_the_certificates_it_is_said_that_nothing_was_checked(
    signed: Tiles, write: Write, authority: Authority, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Each was checked" would be believed."""
    write(3)
    publish()
    timestamps.stamp(NOW)
    settings.REMIT_TIMESTAMP_ROOTS = None
    assert "Not checked: Name the authority's certificates in REMIT_TIMESTAMP_ROOTS." in remit("verify").stdout
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    told = remit("verify")
    assert told.exit_code == 0
    assert "1 time stamp, the last over 4 entries. Not checked: Time stamps need a library" in told.stdout
    write(3)
    publish()
    stamping = timestamps.stamp(NOW, at_once=True)
    assert stamping is not None
    assert "extra: timestamps" in stamping.fault


def test_a_copy_of_the_log_has_its_time_stamps(
    signed: Tiles, write: Write, authority: Authority, tmp_path: Path
) -> None:
    """Whoever keeps a copy could not show since when it was so."""
    write(3)
    publish()
    timestamps.stamp(NOW)
    assert remit("export", "--log", tmp_path / "log").exit_code == 0
    (answer,) = (tmp_path / "log" / "timestamps").glob("*.tsr")
    assert answer.with_suffix(".note").read_text().startswith(keys.signer().name)
