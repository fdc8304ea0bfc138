"""The ledger: writing entries, signing them, proving one, verifying all, live and offline. On SQLite, from empty."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

from bench.printing import heading, line, timed

ENTRIES = 20_000
AIM = 10_000_000 / 300  # entries a second: ten million within five minutes


def main() -> None:
    """Measure in a process of its own, whose database is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        own = {**os.environ, "REMIT_MODE": "demonstration", "REMIT_VAR": folder, "DATABASE_URL": ""}
        sys.stdout.flush()
        subprocess.run([sys.executable, "-m", "bench.evidence"], env=own, check=True)


def measure() -> None:
    from remit.cli import set_up

    set_up()
    from django.core.management import call_command
    from django.utils import timezone

    from remit.ledger import actions, keys, tree, verify
    from remit.ledger.offline import verify as offline
    from remit.ledger.sequencer import publish, tiles

    call_command("migrate", verbosity=0)
    actions.register("bench.happened", "Something happened")
    now = timezone.now()
    keys.make("bench.example/remit", now)
    heading(f"The ledger: {ENTRIES:,} entries, a third of them with a personal value")
    rate("written, 100 to a transaction", lambda: written(now))
    rate("put into the log's files and signed", publish)
    rate("verified, live database and files", verify, lambda report: report.holds)
    rate("verified offline, from the files alone", lambda: offline.check_log(tiles().folder, []), aim=AIM)
    size = ENTRIES + 1
    line("one more entry signed", timed(lambda: (written(now, 1), publish()), 20))
    files = tiles()
    line("proof of one entry, its tiles at hand", timed(lambda: tree.inclusion(ENTRIES // 3, size, files.node), 200))


def written(now: Any, count: int = ENTRIES) -> None:
    from django.db import transaction

    from remit.ledger import record

    said = {"clauses": ["CL-1", "CL-2"], "outcome": "applied", "about": {"act": "bench", "revision": 1}}
    packs = [{"pack": "bench", "version": "1", "digest": f"sha256:{'a' * 64}"}]
    for start in range(0, count, 100):
        with transaction.atomic():
            for number in range(start, min(start + 100, count)):
                personal = {"reason": "x" * 60} if number % 3 == 0 else None
                record(
                    "bench.happened",
                    "essex",
                    "p-1",
                    f"posts.post:{number}",
                    now=now,
                    packs=packs,
                    personal=personal,
                    **said,
                )


def rate(title: str, work: Callable[[], Any], holds: Callable[[Any], bool] = bool, aim: float = 0) -> None:
    """Entries a second, by the clock and of one processor."""
    begun, used = perf_counter(), process_time()
    found = work()
    used, taken = process_time() - used, perf_counter() - begun
    assert found is None or holds(found)
    wanted = f"   aim: {aim:,.0f}" if aim else ""
    print(f"{title:<52} {ENTRIES / taken:11,.0f} a second; {ENTRIES / used:11,.0f} a second of one processor{wanted}")


if __name__ == "__main__":
    measure()
