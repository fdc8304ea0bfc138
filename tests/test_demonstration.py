"""`remit run` loads the demonstration once, begins again one that was cut short, and never touches another database."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.cli import BadInput
from remit.commands import run
from remit.people.models import Force, Person


def test_a_second_demonstration_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    """Two of them would each throw away what the other is loading."""
    with run.only_one(tmp_path) as first:
        first.write("http://127.0.0.1:8000/")
        first.flush()
        with pytest.raises(BadInput, match=r"running already: http://127\.0\.0\.1:8000/"):
            run.only_one(tmp_path)


def test_loading_that_was_cut_short_is_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a Ctrl-C in the first start, the second would show half of the forces."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / run.LOADING).touch()
    (tmp_path / "remit.sqlite3").write_text("half")
    (tmp_path / "remit.sqlite3-wal").write_text("half")
    run.clear_half_loaded(tmp_path)
    assert not list(tmp_path.glob("remit.sqlite3*"))


def test_a_database_that_is_not_half_loaded_is_kept(tmp_path: Path) -> None:
    """Whoever runs the demonstration beside a real database must not lose that."""
    (tmp_path / "remit.sqlite3").write_text("whole")
    run.clear_half_loaded(tmp_path)
    assert (tmp_path / "remit.sqlite3").read_text() == "whole"


@pytest.mark.django_db
def test_the_demonstration_is_never_loaded_among_real_people(tmp_path: Path) -> None:
    """Sign-ins without a password beside real officers would open the force's own accounts."""
    force = Force.objects.create(slug="cleveland", name="Cleveland Police")
    Person.objects.create(username="4417", force=force, pseudonym="p1", category="officer")
    with pytest.raises(BadInput, match="people of your own"):
        run.load(tmp_path)
    assert Person.objects.count() == 1
