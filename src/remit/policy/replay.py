"""Replaying past decisions under a pack, or under a pack and a draft of it: what each rule caught, and catches now.

A row is *caught* by a rule when its tests are all yes and no exception applies, whether or not what the rule asks for
was then given. A file is read a piece at a time, so that its size does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from remit.policy.column_values import RowsOnly
from remit.policy.columns import FIRED, PASSED, UNKNOWN, VERDICTS, Columns
from remit.policy.decide import evaluate, facts_read, in_force, rules_at
from remit.policy.fact_frames import HEAD, NONE, TYPES, Row, readable, rows_of
from remit.policy.facts import FactFaults
from remit.policy.faults import nearest
from remit.policy.packs import BLOCKING, Pack, Rule
from remit.policy.periods import london_date
from remit.policy.situation import Situation
from remit.policy.vocabulary import MOMENT, Fact

#: Rows held in memory at once; as many as Polars puts in a row group, so that none is decoded twice.
CHUNK = 512 * 512
SAMPLES = 5


class PackOverFrames:
    """Judges frames of one schema under one pack; what each condition becomes is worked out once."""

    def __init__(self, pack: Pack, schema: Mapping[str, pl.DataType], on: date | None = None) -> None:
        self.pack, self.schema, self.on = pack, schema, on
        self._plans: dict[tuple[str, bool], _Plan] = {}

    def verdicts(self, frame: pl.DataFrame, moment: str) -> pl.DataFrame:
        """A column of verdicts (`columns.PASSED` …) for each rule that binds at `moment`, named by the rule's id."""
        # Hardly anybody disputes a concern; where nobody does, none need be looked for among the disputed.
        disputed = "act.not_sure" in frame.columns and bool(frame["act.not_sure"].list.len().sum())
        plan = self.plan(moment, disputed=disputed)
        wanted = [verdict.alias(key) for key, verdict in plan.verdicts.items()]
        wanted += [possible.alias(f"possible:{rule.id}") for rule, (_, possible) in plan.by_row.items()]
        found = plan.columns.over(frame).with_columns(wanted).select([e.meta.output_name() for e in wanted]).collect()
        slow = [self._by_row(rule, frame, found[f"possible:{rule.id}"]) for rule in plan.by_row]
        return pl.DataFrame([*found.select([*plan.verdicts]), *slow])

    def plan(self, moment: str, *, disputed: bool = True) -> _Plan:
        """How the rules at `moment` are run over rows in which somebody is not sure of something, or nobody is."""
        if (moment, disputed) not in self._plans:
            schema = {name: kind for name, kind in self.schema.items() if disputed or name != "act.not_sure"}
            columns = Columns(self.pack, schema, self.on)
            plan = _Plan(columns)
            for rule, _ in rules_at(self.pack, moment):
                if self.on is not None and not in_force(rule, self.on):
                    continue
                try:
                    plan.verdicts[rule.id] = self._dated(rule, columns)
                except RowsOnly as reason:
                    plan.by_row[rule] = str(reason), columns.possible(rule)
            self._plans[moment, disputed] = plan
        return self._plans[moment, disputed]

    def _dated(self, rule: Rule, columns: Columns) -> pl.Expr:
        """A rule judges only what takes effect while it is in force, unless the day to judge by is given."""
        if self.on is not None or not (rule.in_force_from or rule.in_force_until):
            return columns.verdict(rule)
        verdict, day = columns.verdict(rule), columns.day_of_effect
        within = pl.lit(True)
        if rule.in_force_from:
            within = within & (day >= rule.in_force_from)
        if rule.in_force_until:
            within = within & (day <= rule.in_force_until)
        return pl.when(within).then(verdict).otherwise(PASSED).cast(pl.UInt8)

    def _by_row(self, rule: Rule, frame: pl.DataFrame, possible: pl.Series) -> pl.Series:
        """The slow way, for what no column can say: only the facts that the rule reads, one row after another."""
        reads = facts_read(self.pack, rule) | {"act.not_sure"}
        kept = [name for name in frame.columns if name in HEAD or name.removeprefix(NONE) in reads]
        rows = rows_of(frame.select(kept).filter(possible), self.pack.vocabulary.facts)
        verdicts = pl.Series(rule.id, [self._verdict(rule, row) for row in rows], dtype=pl.UInt8())
        passed = pl.repeat(PASSED, len(frame), dtype=pl.UInt8(), eager=True).alias(rule.id)
        return passed.scatter(possible.arg_true(), verdicts)

    def _verdict(self, rule: Rule, row: Row) -> int:
        at = row.at or row.now
        if self.on is None and not in_force(rule, london_date(at)):
            return PASSED
        outcome = evaluate(rule, Situation(self.pack, {**row.facts, MOMENT: row.moment}, row.now, at, self.on))
        return PASSED if outcome is None else VERDICTS.index(outcome.verdict)


@dataclass
class _Plan:
    columns: Columns
    verdicts: dict[str, pl.Expr] = field(default_factory=dict)
    #: Why each has no column form, and in which rows its other tests leave it open.
    by_row: dict[Rule, tuple[str, pl.Expr]] = field(default_factory=dict)


def rows_only(pack: Pack) -> dict[str, str]:
    """The rules of `pack` that have no column form, each with the reason."""
    schema = {name: _dtype(fact) for name, fact in pack.vocabulary.facts.items()}
    found: dict[str, str] = {}
    for moment in pack.vocabulary.moments:
        plan = PackOverFrames(pack, schema).plan(moment)
        found |= {rule.id: reason for rule, (reason, _) in plan.by_row.items()}
    return {rule.id: found[rule.id] for rule in pack.rules if rule.id in found}


def _dtype(fact: Fact) -> pl.DataType:
    if fact.type != "records":
        return TYPES[fact.type]
    return pl.List(pl.Struct({name: TYPES[field.type] for name, field in fact.fields.items()}))


# --- what a replay finds -------------------------------------------------------------------------------------------


@dataclass
class RuleCount:
    """One rule over all rows. `newly` and `no_longer` stay 0 where nothing is compared."""

    rule: str
    title: str
    caught: int = 0
    unknown: int = 0
    newly: int = 0
    no_longer: int = 0
    #: Ids of a few rows: of those caught, or where packs are compared of those newly and no longer caught.
    samples: dict[str, list[str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values."""
        return {
            "rule": self.rule,
            "title": self.title,
            "caught": self.caught,
            "unknown": self.unknown,
            "newly_caught": self.newly,
            "no_longer_caught": self.no_longer,
            "samples": self.samples,
        }


@dataclass
class Replay:
    """What the rules of `pack` (and of `draft`, whose counts these then are) catch in `rows` rows."""

    pack: Pack
    draft: Pack | None
    rows: int = 0
    #: Rows caught by any rule that stops or warns, and how that changes.
    caught: int = 0
    newly: int = 0
    no_longer: int = 0
    rules: dict[str, RuleCount] = field(default_factory=dict)
    by_row: dict[str, str] = field(default_factory=dict)
    #: Facts that rules turn on and the file has no column for: unknown in every row.
    not_in_file: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values."""
        return {
            "pack": {"pack": self.pack.name, "version": self.pack.version, "digest": self.pack.digest},
            "against": self.draft
            and {"pack": self.draft.name, "version": self.draft.version, "digest": self.draft.digest},
            "rows": self.rows,
            "caught": self.caught,
            "newly_caught": self.newly,
            "no_longer_caught": self.no_longer,
            "rules": [count.to_json() for count in self.rules.values()],
            "rows_only": self.by_row,
            "not_in_file": list(self.not_in_file),
        }


def replay(
    path: Path,
    pack: Pack,
    draft: Pack | None = None,
    *,
    on: date | None = None,
    chunk: int = CHUNK,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Replay:
    """Judge every row of a Parquet file under `pack`, and where given under `draft` as well.

    Args:
        on: judge every row by the rules in force on that day; else each by those of its own day.
        chunk: how many rows are held in memory at once.
        told: called with rows done and rows in all.
    Raises:
        FactFaults: the file is no Parquet, or a column is missing, no fact or of the wrong type.
    """
    facts = {**(draft.vocabulary.facts if draft else {}), **pack.vocabulary.facts}
    try:
        scan = pl.scan_parquet(path, glob=False)
        schema = scan.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise FactFaults([f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}."]) from None
    scan = scan.with_columns(readable(schema, facts))
    moments = _moments(scan, pack)
    rows = scan.select(pl.len()).collect().item()
    binding = [names for p in (pack, draft) if p for moment in moments for _, names in rules_at(p, moment)]
    reads = set[str]().union(*binding) | {"act.not_sure"}
    scan = scan.select([name for name in schema if name in HEAD or name.removeprefix(NONE) in reads])
    judges = [PackOverFrames(p, scan.collect_schema(), on) for p in (pack, draft) if p]
    found = Replay(pack, draft, rows)
    found.rules = {rule.id: RuleCount(rule.id, rule.title) for p in (draft, pack) if p for rule in p.rules}
    for start, piece in _pieces(scan, rows, chunk):
        if "id" not in piece.columns:
            piece = piece.with_columns(pl.int_range(start + 1, start + 1 + pl.len()).cast(pl.String).alias("id"))
        for moment in piece["moment"].unique().to_list():
            part = piece if len(moments) == 1 else piece.filter(pl.col("moment") == moment)
            _count(found, judges, part, moment)
        told(min(start + chunk, rows), rows)
    for judge in judges:
        for moment in moments:
            found.by_row |= {rule.id: reason for rule, (reason, _) in judge.plan(moment).by_row.items()}
    found.not_in_file = tuple(sorted(_askable(reads, facts) - {name.removeprefix(NONE) for name in schema}))
    return found


def _pieces(scan: pl.LazyFrame, rows: int, chunk: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """The file in pieces, each with where it starts; the next is read while the last is judged."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        ahead = reader.submit(scan.slice(0, chunk).collect)
        for start in range(0, rows, chunk):
            piece = ahead.result()
            if start + chunk < rows:
                ahead = reader.submit(scan.slice(start + chunk, chunk).collect)
            yield start, piece


def _askable(names: set[str], facts: Mapping[str, Fact]) -> set[str]:
    """Those of `names` that somebody would have had to supply: not figures, settings, concerns or the kernel's own."""
    return {
        name
        for name in names
        if (fact := facts.get(name)) and fact.supplier not in ("kernel", "force") and fact.group != "concern"
    }


def _moments(scan: pl.LazyFrame, pack: Pack) -> list[str]:
    """The moments that the file has rows of. Raises FactFaults for one that is not among the vocabulary's."""
    found: list[str] = scan.select(pl.col("moment").unique().sort()).collect().to_series().to_list()
    known = pack.vocabulary.moments
    for moment in found:
        if moment not in known:
            raise FactFaults([f'The file has the moment "{moment}", and there is none. {nearest(str(moment), known)}'])
    return found


def _count(found: Replay, judges: list[PackOverFrames], part: pl.DataFrame, moment: str) -> None:
    """Add one piece's verdicts to the counts."""
    ids = part["id"]
    verdicts = [judge.verdicts(part, moment) for judge in judges]
    now = verdicts[-1]
    caught = now.select(pl.all() == FIRED)
    sums = {column.name: int(column.sum()) for column in caught}
    for key in now.columns:
        found.rules[key].caught += sums[key]
        found.rules[key].unknown += int((now[key] == UNKNOWN).sum())
    biting = _biting(judges[-1].pack, caught, len(ids))
    found.caught += int(biting.sum())
    if found.draft is None:
        for key in now.columns:
            _sample(found.rules[key], "caught", ids, caught[key], sums[key])
        return
    nobody = pl.repeat(False, len(ids), eager=True)
    before = verdicts[0].select(pl.all() == FIRED)
    for key in dict.fromkeys([*before.columns, *now.columns]):
        count = found.rules[key]
        old = before[key] if key in before.columns else nobody
        new = caught[key] if key in now.columns else nobody
        newly, gone = new & ~old, old & ~new
        count.newly += int(newly.sum())
        count.no_longer += int(gone.sum())
        _sample(count, "newly_caught", ids, newly, count.newly)
        _sample(count, "no_longer_caught", ids, gone, count.no_longer)
    bit = _biting(judges[0].pack, before, len(ids))
    found.newly += int((biting & ~bit).sum())
    found.no_longer += int((bit & ~biting).sum())


def _biting(pack: Pack, caught: pl.DataFrame, rows: int) -> pl.Series:
    """Which rows are caught by any rule that stops or warns."""
    stops = BLOCKING | {"warn"}
    biting = {r.id for r in pack.rules if r.mode != "shadow" and any(effect.kind in stops for effect in r.then)}
    kept = [key for key in caught.columns if key in biting]
    return caught.select(pl.any_horizontal(kept)).to_series() if kept else pl.repeat(False, rows, eager=True)


def _sample(count: RuleCount, kind: str, ids: pl.Series, mask: pl.Series, some: int) -> None:
    taken = count.samples.setdefault(kind, [])
    if some and len(taken) < SAMPLES:
        taken.extend(ids.gather(mask.arg_true().head(SAMPLES - len(taken))).to_list())
