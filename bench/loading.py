"""Loading every pack: from its files, from the cache, and in a command started cold."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time

from bench.printing import heading, line, timed
from remit.environment import pack_folders
from remit.policy.library_cache import cached_library
from remit.policy.loading import load_library


def main() -> None:
    folders = pack_folders()
    packs = load_library(folders).packs.values()
    clauses, rules = sum(len(p.clauses) for p in packs), sum(len(p.rules) for p in packs)
    heading(f"Loading {len(packs)} packs: {clauses} clauses, {rules} rules; milliseconds of the processor")
    line("from the files", timed(lambda: load_library(folders), 5, process_time), "under 2 s")
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        cached_library(folders, cache)
        line("from the cache", timed(lambda: cached_library(folders, cache), 20, process_time), "under 200 ms")
    command = [Path(sys.executable).with_name("remit"), "pack", "list"]
    line(
        "`remit pack list`, whole, by the clock",
        timed(lambda: subprocess.run(command, capture_output=True, check=True), 5),
    )


if __name__ == "__main__":
    main()
