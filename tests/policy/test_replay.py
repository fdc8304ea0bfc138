"""Replay: what a draft would have caught in the past, said rule by rule, before it is in force.

Were this to fail, a policy officer would put a rule in force that stops posts nobody meant it to stop.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from remit.policy.fact_frames import Row, frame_of, rows_of
from remit.policy.facts import FactFaults
from remit.policy.replay import Replay, replay
from tests.policy.small import FACTS, NOW, pack, rule, unless

PICTURES = rule("refuse", "size(post.images) > 0", id="X-1", title="No pictures")
APPEALS = rule("refuse", "post.appeal == 'wanted'", id="X-2", unless=[unless("actor.on_duty")])
BEFORE = pack(PICTURES, APPEALS)
AFTER = pack(replace(PICTURES, when=rule("refuse", "size(post.images) > 1").when), APPEALS, name="draft")
ONE, TWO = [{"kind": "photo"}], [{"kind": "photo"}, {"kind": "cctv", "source": None}]


def row(number: int, moment: str = "post.publish", now: datetime = NOW, **facts: Any) -> Row:
    return Row(f"post {number}", moment, now, {name.replace("__", "."): value for name, value in facts.items()})


ROWS = [
    row(1, post__images=ONE, post__appeal="wanted", actor__on_duty=False),
    row(2, post__images=TWO, post__appeal="wanted", actor__on_duty=True),
    row(3, post__images=None, post__appeal="none"),
    row(4, post__appeal="wanted"),
    row(5, "account.close", post__images=TWO),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "facts.parquet"
    frame_of(ROWS, FACTS).write_parquet(path)
    return path


def counts(found: Replay) -> dict[str, tuple[int, int, int, int]]:
    return {key: (c.caught, c.newly, c.no_longer, c.unknown) for key, c in found.rules.items()}


@pytest.mark.parametrize("chunk", [1, 2, 250_000])
def test_each_rule_says_what_it_caught_however_the_file_is_cut(file: Path, chunk: int) -> None:
    """A history larger than memory would be counted wrongly, or not at all."""
    told: list[tuple[int, int]] = []
    found = replay(file, BEFORE, chunk=chunk, told=lambda done, of: told.append((done, of)))
    assert counts(found) == {"X-1": (2, 0, 0, 1), "X-2": (1, 0, 0, 1)}
    assert found.rules["X-1"].samples == {"caught": ["post 1", "post 2"]}
    assert (found.rows, found.caught) == (5, 2)
    assert told[-1] == (5, 5)


def test_a_draft_says_what_it_newly_catches_and_no_longer_catches(file: Path) -> None:
    found = replay(file, BEFORE, AFTER)
    assert counts(found) == {"X-1": (1, 0, 1, 1), "X-2": (1, 0, 0, 1)}
    assert found.rules["X-1"].samples["no_longer_caught"] == ["post 1"]
    assert (found.newly, found.no_longer) == (0, 0), "post 1 is still caught by the other rule"
    back = replay(file, AFTER, BEFORE)
    assert back.rules["X-1"].samples["newly_caught"] == ["post 1"]


def test_a_rule_that_only_the_draft_has_is_newly_caught(file: Path) -> None:
    found = replay(file, pack(APPEALS), BEFORE)
    assert counts(found)["X-1"] == (2, 2, 0, 1)
    assert counts(replay(file, BEFORE, pack(APPEALS)))["X-1"] == (0, 0, 2, 0)


def test_a_rule_catches_only_what_fell_in_its_time_unless_a_day_is_given(file: Path, tmp_path: Path) -> None:
    """A draft that is not in force yet could not be tried; and an old rule would be said to catch new posts."""
    later = pack(replace(PICTURES, in_force_from=date(2027, 1, 1)))
    assert counts(replay(file, later))["X-1"] == (0, 0, 0, 0)
    assert counts(replay(file, later, on=date(2027, 1, 1)))["X-1"][0] == 2
    assert counts(replay(file, later, on=date(2026, 12, 31)))["X-1"][0] == 0
    rows = [row(1, now=datetime(2026, 12, 31, 23, 59, tzinfo=UTC), post__images=ONE), row(2, post__images=ONE)]
    rows.append(row(3, now=datetime(2027, 1, 1, tzinfo=UTC), post__images=ONE))
    frame_of(rows, FACTS).write_parquet(tmp_path / "two.parquet")
    assert replay(tmp_path / "two.parquet", later).rules["X-1"].samples == {"caught": ["post 3"]}


def test_a_rule_that_no_column_can_say_is_run_by_row_and_named(file: Path) -> None:
    """It would be left out of the count without a word."""
    slow = rule("refuse", r"post.text.matches('\\d')", "actor.on_duty", id="X-3")
    quick = pack(PICTURES, slow)
    found = replay(file, quick)
    assert list(found.by_row) == ["X-3"]
    assert counts(found)["X-3"] == (0, 0, 0, 3)
    assert counts(found)["X-1"] == (2, 0, 0, 1)


def test_a_concern_that_somebody_disputes_is_unknown_and_not_a_no(tmp_path: Path) -> None:
    """What a signal raised and its author disputes would count as settled."""
    political = pack(rule("refuse", "concern.political", id="X-4"))
    rows = [row(1, act__not_sure=[]), row(2, concern__political=True)]
    frame_of(rows, FACTS).write_parquet(tmp_path / "a.parquet")
    assert counts(replay(tmp_path / "a.parquet", political)) == {"X-4": (1, 0, 0, 0)}
    frame_of([*rows, row(3, act__not_sure=["concern.political"])], FACTS).write_parquet(tmp_path / "b.parquet")
    assert counts(replay(tmp_path / "b.parquet", political)) == {"X-4": (1, 0, 0, 1)}


def test_facts_that_rules_turn_on_and_the_file_has_not_are_named(tmp_path: Path) -> None:
    """Every rule would be unknown, and nobody could tell why."""
    frame_of([row(1, post__images=ONE)], FACTS).write_parquet(tmp_path / "a.parquet")
    assert replay(tmp_path / "a.parquet", BEFORE).not_in_file == ("actor.on_duty", "post.appeal")


def test_rows_come_back_from_a_frame_as_they_went_in() -> None:
    """None would turn into unknown, and a rule that asks whether something was given would be unknown too."""
    frame = frame_of(ROWS, FACTS)
    back = {r.id: dict(r.facts) for r in rows_of(frame, FACTS)}
    assert back == {r.id: dict(r.facts) for r in ROWS}


UNUSABLE = [
    ({"id": ["1"], "post.text": ["a"]}, ['no column "moment"', 'no column "now"']),
    ({"moment": ["post.publish"], "now": [datetime(2026, 1, 1)]}, ['"now" wants times with their zone']),
    ({"moment": [1], "now": [NOW]}, ['"moment" wants texts (String), not Int64']),
    ({"moment": ["post.publish"], "now": [NOW], "post.apeal": ["x"]}, ['no such fact. Did you mean "post.appeal"?']),
    ({"moment": ["post.publish"], "now": [NOW], "post.text": [1]}, ['"post.text" wants texts (String), not Int64']),
    ({"moment": ["post.publish"], "now": [NOW], "post.images": ["a"]}, ['"post.images" wants lists of records']),
    ({"moment": ["post.publish"], "now": [NOW], "none:post.text": ["a"]}, ['"none:post.text" wants yes or no']),
    ({"moment": ["post.publsh"], "now": [NOW]}, ['the moment "post.publsh"', 'Did you mean "post.publish"?']),
]


@pytest.mark.parametrize(("columns", "said"), UNUSABLE, ids=[said[0] for _, said in UNUSABLE])
def test_a_file_that_cannot_be_used_says_which_column_and_what_is_wanted(
    columns: dict[str, list[Any]], said: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "facts.parquet"
    pl.DataFrame(columns).write_parquet(path)
    with pytest.raises(FactFaults) as caught:
        replay(path, BEFORE)
    assert all(words in str(caught.value) for words in said), caught.value.faults


def test_a_file_that_is_no_parquet_is_told(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text("moment,now\n")
    with pytest.raises(FactFaults, match="cannot be read as Parquet"):
        replay(tmp_path / "facts.csv", BEFORE)


def test_other_types_that_hold_the_same_are_read(tmp_path: Path) -> None:
    """Whoever writes the file with other tools has small integers, categories and other units of time."""
    frame = pl.DataFrame(
        {"moment": ["post.publish"], "now": [NOW], "post.appeal": ["wanted"], "actor.on_duty": [False]}
    )
    frame = frame.with_columns(
        pl.col("now").cast(pl.Datetime("ms", "Europe/London")), pl.col("post.appeal").cast(pl.Categorical)
    )
    frame.write_parquet(tmp_path / "a.parquet")
    found = replay(tmp_path / "a.parquet", BEFORE)
    assert found.rules["X-2"].samples == {"caught": ["1"]}
