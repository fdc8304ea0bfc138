"""How a measurement is timed and printed: medians and tails, with the machine and the date."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter

from remit.policy.periods import LONDON, time_in_words


def machine() -> str:
    """The machine in general terms: processor, cores, memory, Python."""
    model = next((x.partition(":")[2].strip() for x in _lines("/proc/cpuinfo") if x.startswith("model name")), "")
    memory = next((int(x.split()[1]) for x in _lines("/proc/meminfo") if x.startswith("MemTotal")), 0)
    parts = [model or platform.machine(), f"{os.cpu_count()} cores"]
    parts += [f"{memory / 1024**2:.0f} GB of memory"] if memory else []
    return ", ".join([*parts, platform.system(), f"Python {platform.python_version()}"])


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []


def heading(title: str) -> None:
    print(f"\n{title}\n{'-' * len(title)}")


def started() -> None:
    now = datetime.now(LONDON)
    print(f"{time_in_words(now)}. {machine()}. Load when it began: {os.getloadavg()[0]:.1f}.")


def timed(work: Callable[[], object], times: int, clock: Callable[[], float] = perf_counter) -> list[float]:
    """Milliseconds of each of `times` runs, slowest last; with `thread_time`, of the processor alone."""
    taken = []
    for _ in range(times):
        begun = clock()
        work()
        taken.append((clock() - begun) * 1000)
    return sorted(taken)


def at(taken: Sequence[float], share: float) -> float:
    """The value below which `share` of the sorted measurements lie."""
    return taken[min(len(taken) - 1, int(len(taken) * share))]


def line(title: str, taken: Sequence[float], aim: str = "") -> None:
    """Median, 95th and 99th percentile in milliseconds."""
    middle = statistics.median(taken)
    figures = f"p50 {middle:9.3f} ms   p95 {at(taken, 0.95):9.3f} ms   p99 {at(taken, 0.99):9.3f} ms"
    print(f"{title:<52} {figures}{f'   aim: {aim}' if aim else ''}")
