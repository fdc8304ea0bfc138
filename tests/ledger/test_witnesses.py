"""If these fail, a force could show its ledger in two versions, or put it back, and nobody outside would notice."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from waitress import create_server

from remit.cli import remit_group
from remit.ledger import cosigning, keys, worker
from remit.ledger.models import Entry
from remit.ledger.notes import LOG, WITNESS, Checkpoint, Signer, sign
from remit.ledger.offline.verify import Wrong, cosigned, read_policy
from remit.ledger.sequencer import latest, publish
from remit.ledger.tiles import Tiles
from remit.ledger.tree import consistency, leaf_hash
from remit.ledger.verifying import verify
from remit.ledger.witness_service import Witness
from tests.ledger.conftest import NOW
from tests.ledger.test_packing import VERIFY, plain_python
from tests.ledger.test_sequencer import as_of

Write = Callable[..., list[Entry]]
ORIGIN = "police.example/remit"


def remit(*arguments: object) -> Result:
    return CliRunner().invoke(remit_group, ["ledger", *map(str, arguments)])


@dataclass
class Outside:
    """A witness that answers on the loopback address."""

    name: str
    signer: Signer
    folder: Path
    address: str

    @property
    def line(self) -> str:
        """Its line in a policy."""
        return f"witness {self.name} {self.signer.verifier} {self.address}"

    def post(self, body: str) -> tuple[int, str | None, str]:
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=10)
        connection.request("POST", "/add-checkpoint", body.encode())
        answer = connection.getresponse()
        said = answer.status, answer.getheader("Content-Type"), answer.read().decode()
        connection.close()
        return said


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """A WSGI application on a free port of the loopback address."""
    server = create_server(application, host="127.0.0.1", port=0)

    def run() -> None:
        with suppress(OSError):  # closed from outside, which only tests do
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=10)


@pytest.fixture
def outside(tmp_path: Path, db: None) -> Iterator[Callable[[str], Outside]]:
    """Starts witnesses of this test's log, each for real."""
    with ExitStack() as stack:

        def start(name: str) -> Outside:
            signer = Signer.fresh(f"{name}.example/witness", WITNESS)
            witness = Witness(tmp_path / name, signer, keys.public())
            return Outside(name, signer, tmp_path / name, stack.enter_context(serving(witness)))

        yield start


@pytest.fixture
def named(tmp_path: Path, settings: Any) -> Callable[..., Path]:
    """Writes the operator's policy of witnesses."""

    def write(*lines: str) -> Path:
        path = tmp_path / "policy"
        path.write_text("\n".join(["# Who watches us", *lines, ""]))
        settings.REMIT_WITNESSES = path
        return path

    return write


def request(old: int, proof: list[bytes], note: str) -> str:
    return "\n".join([f"old {old}", *(base64.b64encode(part).decode() for part in proof), "", note])


def note_over(bodies: list[bytes], signer: Signer) -> tuple[str, list[bytes]]:
    """A checkpoint over a small log of our own, and its leaves."""
    from remit.ledger.tree import Growing

    growing, leaves = Growing(), [leaf_hash(body) for body in bodies]
    for leaf in leaves:
        growing.append(leaf)
    return sign(str(Checkpoint(signer.name, len(leaves), growing.root())), [signer]), leaves


def proof_of(old: int, leaves: list[bytes]) -> list[bytes]:
    from remit.ledger.tree import complete

    return consistency(old, len(leaves), lambda level, index: complete(leaves[index << level : (index + 1) << level]))


class TestAWitness:
    """The service that another force or an auditor runs, as the C2SP specification wants it."""

    @pytest.fixture
    def log(self) -> Signer:
        return Signer.fresh(ORIGIN)

    @pytest.fixture
    def one(self, log: Signer, tmp_path: Path) -> Iterator[Outside]:
        signer = Signer.fresh("audit.example/witness", WITNESS)
        with serving(Witness(tmp_path / "w", signer, [log.verifier], clock=lambda: 1_679_315_147.9)) as address:
            yield Outside("audit", signer, tmp_path / "w", address)

    def test_it_cosigns_what_continues_what_it_saw_in_the_format_of_c2sp(self, one: Outside, log: Signer) -> None:
        """Nobody else's software could read what it says."""
        first, _ = note_over([b"a", b"b", b"c"], log)
        status, _, line = one.post(request(0, [], first))
        assert status == 200
        mark, name, encoded = line.removesuffix("\n").split(" ")
        data, public = base64.b64decode(encoded), one.signer.verifier.public
        assert (mark, name) == ("—", "audit.example/witness")
        assert data[:4] == hashlib.sha256(b"audit.example/witness\n\x04" + public).digest()[:4]
        assert int.from_bytes(data[4:12], "big") == 1_679_315_147
        text = first.partition("\n\n")[0] + "\n"
        Ed25519PublicKey.from_public_bytes(public).verify(
            data[12:], b"cosignature/v1\ntime 1679315147\n" + text.encode()
        )
        longer, leaves = note_over([b"a", b"b", b"c", b"d", b"e"], log)
        assert one.post(request(3, proof_of(3, leaves), longer))[0] == 200
        assert one.post(request(5, [], longer))[0] == 200, "the same again is no contradiction"

    @pytest.mark.parametrize(
        ("old", "bodies", "status"),
        [
            (0, "abcd", 409),  # it has seen 3 already
            (2, "abcd", 409),
            (3, "abXde", 422),  # rewritten
            (3, "abX", 409),  # two versions of one length
            (2, "ab", 409),  # put back
            (4, "abc", 400),
        ],
    )
    def test_it_refuses_forks_and_rollbacks(
        self, one: Outside, log: Signer, old: int, bodies: str, status: int
    ) -> None:
        """It would vouch for two ledgers of one force."""
        first, _ = note_over([b"a", b"b", b"c"], log)
        assert one.post(request(0, [], first))[0] == 200
        note, leaves = note_over([letter.encode() for letter in bodies], log)
        proof = proof_of(old, leaves) if 0 < old < len(leaves) else []
        got, type_, said = one.post(request(old, proof, note))
        assert got == status
        if status == 409:
            assert (type_, said) == ("text/x.tlog.size", "3\n")
        forks = [file.read_text() for file in one.folder.glob("forks/*")]
        assert forks == ([note] if bodies == "abX" else []), "what proves two versions is kept"
        longer, leaves = note_over([b"a", b"b", b"c", b"d"], log)
        assert one.post(request(3, proof_of(3, leaves), longer))[0] == 200, "the honest log goes on"

    def test_it_cosigns_only_logs_and_keys_that_it_was_given(self, one: Outside, log: Signer) -> None:
        """Anybody could have a ledger vouched for in a force's name."""
        assert one.post(request(0, [], note_over([b"a"], Signer.fresh("other.example/log"))[0]))[0] == 404
        assert one.post(request(0, [], note_over([b"a"], Signer.fresh(ORIGIN))[0]))[0] == 403
        note, _ = note_over([b"a"], log)
        for nonsense in ("", "old 0\n\nnothing\n", f"old 00\n\n{note}", request(0, [b"short"], note), f"{note}"):
            assert one.post(nonsense)[0] == 400
        assert one.post(request(0, [b"x" * 32] * 64, note))[0] == 400
        assert one.post(request(0, [b"x" * 32], note))[0] == 422

    def test_what_it_saw_outlives_it_and_is_never_begun_anew(self, one: Outside, log: Signer) -> None:
        """Stopping it, or breaking its file, would be a way round it."""
        first, _ = note_over([b"a", b"b"], log)
        assert one.post(request(0, [], first))[0] == 200
        other, _ = note_over([b"x", b"y"], log)
        with serving(Witness(one.folder, one.signer, [log.verifier])) as address:
            again = Outside("audit", one.signer, one.folder, address)
            assert again.post(request(0, [], other))[:2] == (409, "text/x.tlog.size")
            (file,) = (one.folder / "seen").iterdir()
            file.write_text("nothing")
            assert again.post(request(0, [], other))[0] == 500


class TestAPolicy:
    """The operator's file, as C2SP tlog-policy says."""

    A, B, C = (str(Signer.fresh(f"{name}.example/w", WITNESS).verifier) for name in "abc")

    def test_quorums_of_groups_of_groups(self) -> None:
        """An operator could not say that one witness of each kind is wanted."""
        text = f"witness a {self.A}\nwitness b\t{self.B} https://b.example/w\n  witness c {self.C}\n"
        text += "group forces any a b\ngroup both all forces c\nquorum both\n"
        policy = read_policy(text)
        assert policy.witnesses["b"][1] == "https://b.example/w"
        assert [policy.met(dict.fromkeys(who, 0)) for who in ("ab", "ac", "bc", "c", "abc")] == [
            False,
            True,
            True,
            False,
            True,
        ]
        assert policy.words() == "all of (1 of a, b), c"
        two = read_policy(text.replace("group both all forces c\nquorum both", "group two 2 c forces\nquorum two"))
        assert two.met({"a": 0, "c": 0})
        assert read_policy("quorum none\n").met({})

    @pytest.mark.parametrize(
        ("lines", "says"),
        [
            ("", "does not say who is enough"),
            ("quorum a", "Line 1 .*cannot be read"),
            ("witness a KEY\nwitness a KEYB\nquorum a", "Line 2 .*taken"),
            ("witness none KEY\nquorum none", "taken"),
            ("witness a KEY\nwitness b KEY\nquorum a", "Line 2 .*there twice"),
            ("witness a KEY ftp://x\nquorum a", "https://"),
            ("witness a KEY\ngroup g 2 a\nquorum g", "Line 2 .*how many"),
            ("witness a KEY\ngroup g 0 a\nquorum g", "how many"),
            ("witness a KEY\ngroup g any b\nquorum g", "b is not named"),
            ("witness a KEY\ngroup g any a\ngroup h any a\nquorum h", "in a group already"),
            ("quorum none\nquorum none", "quorum already"),
            ("witness a LOGKEY\nquorum a", "not an Ed25519 key of a witness"),
            ("witness a nonsense\nquorum a", "Line 1"),
        ],
    )
    def test_a_slip_is_named_with_its_line(self, lines: str, says: str) -> None:
        """A quorum that was misread would vouch for nothing."""
        log = str(Signer.fresh(ORIGIN, LOG).verifier)
        text = lines.replace("LOGKEY", log).replace("KEYB", self.B).replace("KEY", self.A)
        with pytest.raises(Wrong, match=says):
            read_policy(text)


def test_checkpoints_are_cosigned_and_everybody_sees_whether_by_enough(
    signed: Tiles, write: Write, outside: Callable[[str], Outside], named: Callable[..., Path], tmp_path: Path
) -> None:
    """A force could not show that its ledger is the one that others have seen."""
    write(300)
    a, b = outside("a"), outside("b")
    absent = Signer.fresh("c.example/witness", WITNESS).verifier
    third = f"witness c {absent} http://127.0.0.1:9"
    named(a.line, b.line, third, "group enough 2 a b c", "quorum enough")
    done = remit("checkpoint")
    assert done.exit_code == 0
    assert "c does not answer" in done.stderr
    note = signed.checkpoint.read_text()
    assert list(cosigned(note, read_policy(cosigning.policy()[1]))) == ["a", "b"]  # type: ignore[index]
    write(300)
    assert remit("checkpoint").exit_code == 0, "and again, with a proof that it goes on"
    told = remit("verify")
    assert told.exit_code == 0
    assert "The policy of witnesses (2 of a, b, c) is met." in told.stdout
    assert "- a: cosigned 601 entries" in told.stdout
    assert json.loads(remit("verify", "--json").stdout)["witnesses"]["met"] is True
    exported = tmp_path / "log"
    assert remit("export", "--log", exported).exit_code == 0
    checked = plain_python(exported / "verify.py", exported)
    assert checked.returncode == 0
    assert "The policy of witnesses is met: 2 of a, b, c." in checked.stdout


def test_evidence_carries_the_cosignatures_and_a_stranger_demands_his_own(
    signed: Tiles, write: Write, outside: Callable[[str], Outside], named: Callable[..., Path], tmp_path: Path
) -> None:
    """A court would have to believe the force's own word for which ledger it is."""
    a, b = outside("a"), outside("b")
    write(5)
    named(a.line, "quorum a")
    pack = tmp_path / "pack.zip"
    done = remit("export", "posts.post:2", pack)
    assert done.exit_code == 0, done.output
    folder = tmp_path / "pack"
    shutil.unpack_archive(pack, folder)
    checked = plain_python(VERIFY, folder)
    assert checked.returncode == 0
    assert "Cosigned by a on " in checked.stdout
    assert "The policy of witnesses is met: a." in checked.stdout
    assert "came along" in checked.stdout
    mine = tmp_path / "mine"
    mine.write_text(f"log {keys.signer().verifier}\n{a.line}\nquorum a\n")
    checked = plain_python(VERIFY, "--policy", mine, folder)
    assert checked.returncode == 0
    assert "came along" not in checked.stdout
    assert "The key came with the pack" not in checked.stdout
    assert remit("verify", pack, "--policy", mine).exit_code == 0
    mine.write_text(f"{a.line}\n{b.line}\ngroup both all a b\nquorum both\n")
    checked = plain_python(VERIFY, "--policy", mine, folder)
    assert checked.returncode == 1
    assert "not met: it wants all of a, b. Cosigned by: a" in checked.stderr
    assert remit("verify", pack, "--policy", mine).exit_code == 1
    written = (folder / "evidence.json").read_text()
    note = json.loads(written)["checkpoint"]
    line = note.splitlines()[-1]
    false = line[:-6] + ("AAAA" if line[-6:-2] != "AAAA" else "BBBB") + line[-2:]
    for file in ("evidence.json", "index.html"):
        (folder / file).write_text((folder / file).read_text().replace(line, false))
    checked = plain_python(VERIFY, folder)
    assert checked.returncode == 1
    assert "The cosignature of a under the checkpoint is false." in checked.stderr


class Clock:
    now = NOW

    def __call__(self) -> Any:
        return self.now


def test_nothing_waits_for_a_witness_that_is_away(
    signed: Tiles, write: Write, named: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever can cut a force off from its witnesses could stop its ledger."""
    monkeypatch.setattr(worker, "_published_at", None)
    key = Signer.fresh("a.example/witness", WITNESS).verifier
    named(f"witness a {key} http://127.0.0.1:9", "quorum a")
    clock = Clock()
    write(3)
    worker.turn(clock)
    worker._asking.join()  # type: ignore[union-attr]
    assert latest().size == 4  # type: ignore[union-attr]
    told = remit("verify")
    assert told.exit_code == 0
    assert "is not met; it was last met over 0 entries" in told.stdout
    assert "a: nothing cosigned. a does not answer" in told.stdout
    assert "a does not answer" in Client().get("/health/ready").json()["witnesses"]
    assert remit("export", "posts.post:2", signed.folder.parent / "p.zip").exit_code == 0
    named("witness a nonsense http://127.0.0.1:9", "quorum a")
    write(2)
    clock.now += timedelta(seconds=6)
    worker.turn(clock)
    worker._asking.join()  # type: ignore[union-attr]
    assert latest().size == 7  # type: ignore[union-attr]
    assert "Line 2 of the policy" in Client().get("/health/ready").json()["witnesses"]
    assert remit("verify").exit_code == 2


def test_a_witness_tells_of_a_ledger_that_was_put_back_whole(
    signed: Tiles, write: Write, outside: Callable[[str], Outside], named: Callable[..., Path], tmp_path: Path
) -> None:
    """Whoever owns database, files and key could put all of them back; only somebody outside has seen more."""
    a = outside("a")
    named(a.line, "quorum a")
    write(9)
    publish()
    kept = tmp_path / "kept"
    shutil.copytree(signed.folder, kept)
    write(9)
    assert remit("checkpoint").stderr == ""
    as_of(10)
    shutil.rmtree(signed.folder)
    shutil.copytree(kept, signed.folder)
    assert verify().holds, "nothing of what is here shows it"
    done = remit("checkpoint")
    assert done.exit_code == 0, "publishing goes on"
    words = "a has seen 19 entries of this ledger, which now has 10: it was put back."
    assert words in done.stderr
    assert words in Client().get("/health/ready").json()["witnesses"]
    assert words in remit("verify").stdout
    write(20)
    assert "a has seen another ledger of this name" in remit("checkpoint").stderr
    assert cosigning.standing().witnesses[0].conflict  # type: ignore[union-attr]


def test_a_ledger_that_does_not_continue_what_was_cosigned_does_not_hold(
    signed: Tiles, write: Write, outside: Callable[[str], Outside], named: Callable[..., Path], tmp_path: Path
) -> None:
    """Putting database and tiles back, and forgetting one file, would go unnoticed."""
    named(outside("a").line, "quorum a")
    write(3)
    publish()
    older = signed.checkpoint.read_bytes()
    write(3)
    assert remit("checkpoint").exit_code == 0
    as_of(4)
    signed.checkpoint.write_bytes(older)
    assert "was seen before; the one here is older" in verify().reason


def test_the_command_runs_a_witness_that_a_force_can_name(
    signed: Tiles, write: Write, named: Callable[..., Path], tmp_path: Path
) -> None:
    """An auditor would have to write a program before anybody could be witnessed."""
    folder, program = tmp_path / "audit", [str(Path(sys.executable).with_name("remit")), "ledger", "witness"]
    name = ("--name", "audit.example/witness")
    key = subprocess.run([*program, "new", folder, *name], capture_output=True, text=True, check=True).stdout.strip()
    assert (folder / "witness-key").stat().st_mode & 0o077 == 0
    again = subprocess.run([*program, "new", folder, *name], capture_output=True, text=True, check=False)
    assert (again.returncode, "already" in again.stderr) == (2, True)
    write(3)
    running = subprocess.Popen(
        [*program, "run", folder, "--log", str(keys.signer().verifier), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert running.stdout
        address = running.stdout.readline().split()[-1]
        named(f"witness audit {key} {address}", "quorum audit")
        done = remit("checkpoint")
        assert (done.exit_code, done.stderr) == (0, "")
        assert "The policy of witnesses (audit) is met." in remit("verify").stdout
        connection = http.client.HTTPConnection(address.removeprefix("http://"))
        connection.request("GET", "/")
        assert f"Log {ORIGIN}: 4 entries seen" in connection.getresponse().read().decode()
    finally:
        running.terminate()
        running.wait(timeout=20)
