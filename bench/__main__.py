"""`make bench`: how long loading, deciding and checking take on this machine. Prints; never passes or fails."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import datetime
from time import perf_counter

from remit.environment import pack_folders
from remit.policy.decide import decide
from remit.policy.loading import load_library
from remit.policy.periods import LONDON
from remit.signals.content import Content
from remit.signals.reader import read

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=LONDON)
SHORT = "Officers will be at the town hall car park from 10am on Saturday to mark bikes. Come and say hello."
LONG = "\n\n".join([SHORT, "Have you seen Sam, 14, missing from the harbour? Call 101 quoting log 214."] * 20)


def measure(title: str, work: Callable[[], object], times: int) -> None:
    """Print the median and the slowest of `times` runs in milliseconds."""
    taken = []
    for _ in range(times):
        started = perf_counter()
        work()
        taken.append((perf_counter() - started) * 1000)
    print(f"{title:<55} {statistics.median(taken):9.2f} ms   slowest {max(taken):9.2f} ms   of {times}")


def main() -> None:
    started = perf_counter()
    library = load_library(pack_folders())
    print(f"{'load every pack':<55} {(perf_counter() - started) * 1000:9.2f} ms")
    packs = [library.packs[name] for name in sorted(library.packs)]
    for pack in packs:
        facts = {**pack.baselines["main-account-post"], "post.text": SHORT}

        def one(pack=pack, facts=facts) -> object:
            return decide([pack], "post.publish", facts, NOW)

        measure(f"decide post.publish under {pack.name} ({len(pack.rules)} rules)", one, 200)
    facts = {**packs[0].baselines["main-account-post"], "post.text": SHORT}
    measure("decide post.publish under every pack at once", lambda: decide(packs, "post.publish", facts, NOW), 50)
    for name, text in (("short", SHORT), ("long", LONG)):
        measure(
            f"read the signals of a {name} text ({len(text)} characters)", lambda text=text: read(Content(text)), 100
        )


if __name__ == "__main__":
    main()
