"""Replaying a million posts under each pack, from a Parquet file on disk, and against a draft."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from time import perf_counter, process_time

import polars as pl

from bench.printing import heading
from bench.situations import Situations
from remit.environment import pack_folders
from remit.policy.fact_frames import Row, frame_of
from remit.policy.loading import load_library
from remit.policy.packs import Pack
from remit.policy.replay import replay

POSTS = 1_000_000
DISTINCT = 20_000
MOMENT = "post.publish"


def main() -> None:
    heading(f"Replaying {POSTS:,} rows at {MOMENT} under a pack (aim: within 2 s on two cores)")
    for name, pack in sorted(load_library(pack_folders()).packs.items()):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "facts.parquet"
            _write(file, pack)
            begun, worked = perf_counter(), process_time()
            found = replay(file, pack)
            taken, worked = perf_counter() - begun, process_time() - worked
            begun = perf_counter()
            replay(file, pack, pack)
            both = perf_counter() - begun
        rules = sum(1 for count in found.rules.values() if count.caught or count.unknown)
        print(
            f"{name:<18}{taken:6.2f} s ({worked:5.2f} s of processor) {POSTS / taken:11,.0f} posts a second   "
            f"with a draft {both:6.2f} s   {rules} rules, {len(found.by_row)} of them row by row"
        )


def _write(file: Path, pack: Pack) -> None:
    """A main account's posts, each with a fifth of its facts drawn at random: the same few thousand over and over."""
    baseline, random = pack.baselines["main-account-post"], Random(2)
    rows = []
    for row in Situations(pack, seed=1).rows(DISTINCT):
        changed = {name: value for name, value in row.facts.items() if random.random() < 0.2}
        rows.append(Row(row.id, MOMENT, row.now, {**baseline, **changed}))
    frame = frame_of(rows, pack.vocabulary.facts)
    whole = pl.concat([frame] * (POSTS // DISTINCT)).with_columns(pl.int_range(pl.len()).cast(pl.String).alias("id"))
    whole.write_parquet(file)


if __name__ == "__main__":
    main()
