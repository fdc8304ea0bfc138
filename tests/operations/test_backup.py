"""If these fail, a force that lost its server has a copy that cannot be put back, or is not what it was."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.operations.conftest import REMIT, remit


@pytest.fixture(scope="module")
def loaded(one_force: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A demonstration with people, posts in every state, pictures and a ledger."""
    var = databases.make(tmp_path_factory.mktemp("loaded") / "var", like=one_force)
    yield var
    databases.remove(var)


@pytest.fixture(scope="module")
def copy(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it."""
    file = tmp_path_factory.mktemp("copies") / "remit.tar"
    done = remit(loaded, "backup", str(file))
    assert done.returncode == 0, done.stderr
    return file


WHY = ("--reason", "The disk failed")

#: Everything that matters, as text: each table's rows in order, and what the ledger's verification says. What putting a
#: copy back adds to the ledger itself is left out.
SHOWN = """
import hashlib
from django.core import serializers
from remit.ledger import verify
from remit.ledger.models import Disclosure, Entry, Head
from remit.operations.backup import tables
from remit.posts.models import Media
added = Entry.objects.filter(action="ledger.restored").values("number")
left_out = {Entry: {"number__in": added}, Disclosure: {"entry__in": added}, Head: {"id": 1}}
for model in tables():
    found = model._base_manager.exclude(**left_out.get(model, {})).order_by("pk")
    rows = serializers.serialize("jsonl", found)
    print(model._meta.label, found.count(), hashlib.sha256(rows.encode()).hexdigest())
for media in Media.objects.order_by("pk"):
    assert hashlib.sha256(media.rendition.read()).hexdigest() == media.rendition_sha256
    print(media.original.size, media.rendition_sha256)
report = verify()
print(report.number - added.count())
print("The ledger holds:", report.holds)
"""


def shown(var: Path, **more: str) -> str:
    done = remit(var, "manage", "shell", "-v", "0", "-c", SHOWN, **more)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "The ledger holds: True"
    return done.stdout


def test_what_is_put_back_is_what_was_there(
    fresh: Callable[..., Path], migrated: Path, loaded: Path, copy: Path
) -> None:
    assert copy.stat().st_mode & 0o077 == 0, "others may read it"
    var = fresh(like=migrated)
    done = remit(var, "restore", str(copy), *WHY)
    assert done.returncode == 0, done.stderr
    assert "The ledger holds" in done.stdout
    assert shown(var) == shown(loaded)
    posted = "from remit.posts.models import Post; Post.objects.create(**{f: getattr(Post.objects.first(), f) for f in"
    posted += " ('force_id', 'author_id', 'created_at', 'changed_at')}); print('one more')"
    assert "one more" in remit(var, "manage", "shell", "-c", posted).stdout, "the next row has no number of its own"


@pytest.mark.only_on("postgresql")
def test_a_force_moves_from_sqlite_to_postgresql_and_back(
    fresh: Callable[..., Path], migrated: Path, loaded: Path, copy: Path, tmp_path: Path
) -> None:
    """A force that grows out of the embedded database would have to begin again."""
    kept = {key: value for key, value in databases.environment(tmp_path / "lite").items() if key != "DATABASE_URL"}
    for arguments in (["migrate"], ["restore", str(copy), *WHY], ["backup", str(tmp_path / "lite.tar")]):
        done = subprocess.run([REMIT, *arguments], env=kept, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    var = fresh(like=migrated)
    assert remit(var, "restore", str(tmp_path / "lite.tar"), *WHY).returncode == 0
    assert shown(var) == shown(loaded)


def test_a_copy_is_never_put_over_what_is_there(loaded: Path, copy: Path) -> None:
    """A slip of the hand would mix two forces' people, or overwrite this morning's work."""
    before = shown(loaded)
    done = remit(loaded, "restore", str(copy), *WHY)
    assert done.returncode == 2
    assert "There is something here already" in done.stderr
    assert shown(loaded) == before
    done = remit(loaded, "backup", str(copy))
    assert "is there already" in done.stderr


def test_a_copy_that_was_cut_off_or_altered_is_refused_whole(
    fresh: Callable[..., Path], migrated: Path, copy: Path, tmp_path: Path
) -> None:
    """Half of it would be taken for all."""
    cut = tmp_path / "cut.tar"
    cut.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    altered = tmp_path / "altered.tar"
    with tarfile.open(copy) as old, tarfile.open(altered, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content
            data = content.read()
            if member.name == "tables/ledger.Entry.jsonl":
                data = data.replace(b"posts.start", b"posts.smart")
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    for file, words in [(cut, "copy of Remit"), (altered, "does not hold")]:
        var = fresh(file.stem, like=migrated)
        done = remit(var, "restore", str(file), *WHY)
        assert done.returncode == 2, done.stdout
        assert words in done.stderr
        count = "from remit.people.models import Person; print('people:', Person.objects.count())"
        assert "people: 0" in remit(var, "manage", "shell", "-c", count).stdout


def test_no_key_is_in_a_copy(loaded: Path, copy: Path) -> None:
    """Whoever finds a copy could sign the ledger, or publish as the force."""
    with tarfile.open(copy) as tar:
        names = tar.getnames()
    assert not [name for name in names if name.endswith(("signing-key", "secret-key", "connection-key"))]
    assert (loaded / "secret-key").read_bytes() not in copy.read_bytes()


def test_entries_that_were_made_after_the_copy_are_not_lost_with_the_database(
    fresh: Callable[..., Path], migrated: Path, tmp_path: Path
) -> None:
    """The disk of the database fails at noon: what the ledger's files know of the morning must come back."""
    first, second, file = fresh("first", like=migrated), fresh("second", like=migrated), tmp_path / "night.tar"
    force = ("force", "add", "harbour", "--name", "Harbour Police", "--pack", "cleveland")
    for arguments in (
        ("ledger", "keys", "new", "--origin", "harbour.example/remit"),
        force,
        ("backup", str(file)),
        ("force", "add", "quay", "--name", "Quay Police", "--pack", "essex"),
        ("ledger", "checkpoint"),
    ):
        done = remit(first, *arguments)
        assert done.returncode == 0, (arguments, done.stderr)
    shutil.copytree(first / "ledger", second / "ledger")
    done = remit(second, "restore", str(file), *WHY)
    assert done.returncode == 0, done.stderr
    assert re.search(r"The log's files held more: entries \d+ to \d+ are back\.", done.stdout), done.stdout
    verified = remit(second, "ledger", "verify")
    assert verified.returncode == 0, verified.stdout
    told = json.loads(remit(second, "manage", "shell", "-v", "0", "-c", TOLD).stdout)
    assert [line[0] for line in told] == ["ledger.recovered", "ledger.restored"], "the restore was hidden"
    assert told[1][1]["recovered"] == [told[0][1]["first"], told[0][1]["last"]] != []
    assert told[1][2] == {"reason": "The disk failed"}
    assert remit(second, "ledger", "checkpoint").returncode == 0, "it could never be signed again"


#: What the last two entries of the ledger say.
TOLD = """
import json
from remit.ledger import history
print(json.dumps([[line.action, line.about, line.personal] for line in history("ledger.log:1")[-2:]]))
"""


def test_a_copy_that_is_put_back_beside_its_signing_key_keeps_what_was_signed(
    fresh: Callable[..., Path], migrated: Path, tmp_path: Path
) -> None:
    """Somebody who puts the key in its place first would lose the log's files, and every promise made with them."""
    first, second, file = fresh("first", like=migrated), fresh("second", like=migrated), tmp_path / "night.tar"
    for arguments in (
        ("ledger", "keys", "new", "--origin", "harbour.example/remit"),
        ("ledger", "checkpoint"),
        ("backup", str(file)),
    ):
        assert remit(first, *arguments).returncode == 0
    (second / "ledger").mkdir()
    shutil.copy(first / "ledger" / "signing-key", second / "ledger")
    assert remit(second, "restore", str(file)).returncode == 2, "no reason was asked for"
    assert remit(second, "restore", str(file), *WHY).returncode == 0
    assert (second / "ledger" / "checkpoint").read_bytes() == (first / "ledger" / "checkpoint").read_bytes()
    assert remit(second, "ledger", "checkpoint").returncode == 0
