"""If these fail, an entry cites a clause that nobody can read any more, or that is not the one that decided."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from remit.acts.packs import library
from remit.evidence import policies, worker
from remit.people.models import Person
from remit.posts.models import Post
from tests.evidence.conftest import signed_in
from tests.evidence.test_pages import unpacked
from tests.ledger.test_packing import VERIFY

pytestmark = pytest.mark.django_db


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(VERIFY), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def evidence_of(post: Post, auditor: Person, folder: Path) -> Path:
    return unpacked(signed_in(auditor).post(f"/ledger/evidence/posts.post:{post.pk}", {"shown": ["decision"]}), folder)


def test_evidence_holds_each_policy_as_it_was_when_it_decided(
    key: None, auditor: Person, post: Post, tmp_path: Path
) -> None:
    """An outsider would have to ask the force what its policy said."""
    folder = evidence_of(post, auditor, tmp_path / "pack")
    (policy,) = (folder / "policies").iterdir()
    assert (policy / "clauses.yaml").is_file()
    assert list((policy / "rules").glob("*.yaml"))
    assert sum(file.stat().st_size for file in policy.rglob("*") if file.is_file()) < 2_000_000
    done = verify(folder)
    assert done.returncode == 0, done.stderr
    assert f"is in policies/{policy.name} as it was when it decided." in done.stdout
    clauses = policy / "clauses.yaml"
    text = clauses.read_text()
    clauses.write_text(text + "\n# softened since\n")
    assert "is not the one that decided" in verify(folder).stderr
    clauses.write_text(text)
    (policy / "more.yaml").write_text("one more rule")
    assert verify(folder).returncode == 1


def test_a_policy_that_was_changed_since_is_shown_as_it_was(
    key: None, auditor: Person, post: Post, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence would put today's words into the mouth of last year's policy."""
    monkeypatch.setattr(worker, "_kept", False)
    assert worker.turn(lambda: None) is False  # type: ignore[arg-type,return-value]
    before = library().packs["harbour"]
    changed = tmp_path / "packs"
    shutil.copytree(Path(before.folder).parent, changed)
    own = changed / "harbour" / "clauses.yaml"
    own.write_text(re.sub(r"says: (.)", r"says: \1LATER ", own.read_text()))
    settings.REMIT_PACKS = [settings.REMIT_PACKS[0], changed]
    assert library().packs["harbour"].digest != before.digest
    folder = evidence_of(post, auditor, tmp_path / "pack")
    assert verify(folder).returncode == 0
    assert "LATER" not in (folder / "evidence.json").read_text()
    assert (
        "LATER" not in (folder / "policies" / before.digest.removeprefix("sha256:")[:16] / "clauses.yaml").read_text()
    )


def test_a_policy_that_was_not_kept_is_said_to_be_missing(
    key: None, auditor: Person, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader would take the policy of today for the one that decided."""
    monkeypatch.setattr(policies, "keep", lambda: None)
    folder = evidence_of(post, auditor, tmp_path / "pack")
    assert not (folder / "policies").exists()
    done = verify(folder)
    assert done.returncode == 0
    assert "is not here as it was: its files were not kept" in done.stdout


def test_what_is_kept_is_what_was_loaded_and_is_never_altered(tmp_path: Path, settings: Any, vocabulary: Path) -> None:
    """A policy that was edited on the disk, or in the store, would pass for the one that decided."""
    settings.REMIT_VAR = tmp_path
    pack = library().packs["harbour"]
    policies.keep()
    (stored,) = (file for file in (tmp_path / "ledger" / "policies").iterdir() if pack.digest[7:] == file.stem)
    assert set(policies.kept(pack.digest)) == set(pack.files)
    first = stored.read_bytes()
    stored.unlink()
    policies.keep()
    assert stored.read_bytes() == first, "the same files are the same bytes"
    stored.write_bytes(first[:-30])
    assert policies.kept(pack.digest) == {}
    assert policies.kept("sha256:" + "0" * 64) == {}
