"""`remit check --csv`: every row of a file on all cores, in order, with a bar, and a summary by rule."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from remit.cli import BadInput
from remit.policy.faults import nearest
from remit.terminal import console, table

if TYPE_CHECKING:
    from multiprocessing.pool import AsyncResult

    from remit.commands.check import Checked, Checker
    from remit.policy.decision import Finding

#: The longest field of a CSV file that is taken, in characters; more is told as a fault with its row.
MAX_FIELD = 10_000_000
#: Rows given to a process at a time. Few batches are under way at once, so that memory does not grow with the file.
BATCH = 100
UNDER_WAY_PER_CORE = 3

RuleKey = tuple[str, str, str]  # pack, rule, effect


@dataclass(frozen=True)
class Counted:
    """What the summary needs of one text: its outcome, what stops it, and what stops or warns with its title."""

    outcome: str
    stops: frozenset[RuleKey]
    said: frozenset[tuple[str, str, str, str]]


def check_file(checker: Checker, file: Path, column: str, as_json: bool) -> None:
    """Print one JSON object a row when `as_json`, and the summary; a bar on stderr shows how much is done.

    Raises BadInput naming the file, the row and the remedy.
    """
    summary = Summary(_counted(checker.check("")).stops)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Checking", total=None)
        for batch, done, size in _checked(checker, read_column(file, column), as_json):
            for line, counted in batch:
                summary.add(counted)
                if as_json:
                    click.echo(line)
            progress.update(task, completed=done, total=size)
    summary.tell(Console(stderr=True, highlight=False, markup=False, emoji=False) if as_json else console())


Batch = list[tuple[str, Counted]]


def _checked(
    checker: Checker, rows: Iterator[tuple[int, str, int, int]], as_json: bool
) -> Iterator[tuple[Batch, int, int]]:
    """Each batch of rows, in order, with the bytes of the file done and in all."""
    first = list(islice(rows, BATCH))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(first) < BATCH or cores == 1 or "fork" not in multiprocessing.get_all_start_methods():
        _Process.checker, _Process.as_json = checker, as_json
        while first:
            yield _check([(row, text) for row, text, _, _ in first]), *first[-1][2:]
            first = list(islice(rows, BATCH))
        return
    # Forked, so that each process has the packs as they were loaded; compiled conditions cannot be sent.
    _Process.checker, _Process.as_json = checker, as_json
    under_way: deque[tuple[AsyncResult[Batch], int, int]] = deque()
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        while first or under_way:
            if first:
                done, size = first[-1][2:]
                under_way.append((pool.apply_async(_check, ([(row, text) for row, text, _, _ in first],)), done, size))
                first = list(islice(rows, BATCH))
            if not first or len(under_way) >= cores * UNDER_WAY_PER_CORE:
                result, done, size = under_way.popleft()
                yield result.get(), done, size


class _Process:
    """What each process checks with; set before it is forked."""

    checker: Checker
    as_json: bool


def _check(rows: list[tuple[int, str]]) -> Batch:
    done: Batch = []
    for row, text in rows:
        checked = _Process.checker.check(text)
        line = json.dumps({"row": row, **checked.to_json()}, ensure_ascii=False) if _Process.as_json else ""
        done.append((line, _counted(checked)))
    return done


def _counted(checked: Checked) -> Counted:
    findings = checked.decision.findings
    return Counted(
        checked.decision.outcome,
        frozenset(_key(finding) for finding in findings if finding.stops),
        frozenset((*_key(finding), finding.title) for finding in findings if finding.stops or _warns(finding)),
    )


def read_column(file: Path, column: str) -> Iterator[tuple[int, str, int, int]]:
    """Row number from 1, text, bytes read so far and bytes in all. Raises BadInput naming the file, row and remedy."""
    csv.field_size_limit(MAX_FIELD)
    try:
        with file.open("rb") as raw:
            size = file.stat().st_size
            rows = csv.DictReader(_lines(raw), strict=False)
            header = rows.fieldnames or []
            if column not in header:
                raise BadInput(f'{file}: there is no column "{column}". {nearest(column, header)}'.rstrip())
            for number, row in enumerate(rows, start=1):
                yield number, row[column] or "", raw.tell(), size
    except OSError as fault:
        raise BadInput(f"Cannot read {file}: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise BadInput(f"{file} is not UTF-8 text. Save it as UTF-8.") from fault
    except csv.Error as fault:
        raise BadInput(f"{file}: this is not CSV that can be read: {fault}.") from fault


def _lines(raw: Any) -> Iterator[str]:
    for number, line in enumerate(raw):
        yield line.decode("utf-8-sig" if number == 0 else "utf-8")


def _key(finding: Finding) -> RuleKey:
    return finding.pack, finding.rule, finding.effect


def _warns(finding: Finding) -> bool:
    return finding.effect == "warn" and finding.verdict == "fired"


class Summary:
    """How many texts each rule stopped or warned about, and how many only because of what was read in them."""

    def __init__(self, standing: frozenset[RuleKey]) -> None:
        self._standing = standing  # what stops a post in which nothing was read
        self._texts = 0
        self._outcomes: Counter[str] = Counter()
        self._questioned = 0
        self._rules: Counter[tuple[str, str, str, str]] = Counter()

    def add(self, counted: Counted) -> None:
        self._texts += 1
        self._outcomes[counted.outcome] += 1
        if counted.stops - self._standing and counted.outcome != "refused":
            self._questioned += 1
        self._rules.update(counted.said)

    def tell(self, out: Console) -> None:
        """The table, the commonest rule first."""
        if not self._texts:
            out.print("The file has no rows.")
            return
        rules = table("Rule", "Effect", "Texts", "Share", "What it requires", title=f"{self._texts:,} texts checked")
        for (_, rule, effect, title), count in sorted(self._rules.items(), key=lambda item: (-item[1], item[0])):
            rules.add_row(rule, effect, f"{count:,}", self._share(count), title)
        out.print(rules)
        for outcome in ("allowed", "needs", "refused"):
            out.print(f"{outcome}: {self._outcomes[outcome]:,} ({self._share(self._outcomes[outcome])})")
        out.print(f"needs something because of what was read: {self._questioned:,} ({self._share(self._questioned)})")

    def _share(self, count: int) -> str:
        return f"{count / self._texts:.1%}"
