"""Random facts for a pack, with facts missing: what the evaluators are compared on, and what is replayed.

Values are drawn from those that the pack's own conditions name, so that both answers of a condition come up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from remit.policy.fact_frames import Row
from remit.policy.language import Condition
from remit.policy.packs import Pack
from remit.policy.periods import LONDON, london_date
from remit.policy.tree import Call, Field, Literal, Name, walk
from remit.policy.vocabulary import Fact

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
#: The two clock changes of the year.
CHANGES = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))


def conditions_of(pack: Pack) -> list[Condition]:
    """Every condition of the pack's rules and definitions, each text once."""
    found = [c for d in pack.definitions.values() for c, _ in d.cases]
    for rule in pack.rules:
        found += [*rule.when, *(exemption.condition for exemption in rule.unless)]
        found += [e.condition for e in rule.then if e.condition]
    return list({condition.source: condition for condition in found}.values())


class Situations:
    """Draws rows of facts for one pack."""

    def __init__(self, pack: Pack, seed: int, *, missing: float = 0.2, none: float = 0.08) -> None:
        self.random = Random(seed)
        self.missing, self.none = missing, none
        conditions = conditions_of(pack)
        read = {name for condition in conditions for name in condition.facts} - set(pack.definitions)
        facts = pack.vocabulary.facts
        found = {n: f for n in sorted(read) if (f := facts.get(n) or facts.get(n.removeprefix("was.")))}
        self.facts = {n: f for n, f in found.items() if f.type != "period"}  # the pack's or the force's own
        self.moments = sorted({moment for rule in pack.rules for moment in rule.moments})
        self.texts: dict[str, set[str]] = {}
        for condition in conditions:
            for node in walk(condition.tree):
                if isinstance(node, Call):
                    self._learn(node)

    def _learn(self, node: Call) -> None:
        """The texts that a fact or field is compared with."""
        under = [found for arg in node.args for found in walk(arg)]
        texts = {found.value for found in under if isinstance(found, Literal) and isinstance(found.value, str)}
        for found in under:
            if isinstance(found, (Name, Field)):
                self.texts.setdefault(found.name if isinstance(found, Name) else found.field, set()).update(texts)

    def rows(self, count: int) -> Iterator[Row]:
        """`count` rows; each moment in turn."""
        for number in range(count):
            now = self.time(NOW)
            facts = {}
            for name, fact in self.facts.items():
                drawn = self.random.random()
                if drawn < self.missing:
                    continue
                facts[name] = None if drawn < self.missing + self.none else self.value(fact, name, now)
            facts.setdefault("act.not_sure", [])
            at = now + timedelta(hours=self.random.randint(0, 400)) if self.random.random() < 0.3 else None
            yield Row(str(number), self.moments[number % len(self.moments)], now, facts, at)

    def value(self, fact: Fact, name: str, now: datetime) -> Any:
        """A value of `fact`; times and days fall around `now`, often exactly a round number of days away."""
        pick = self.random
        match fact.type:
            case "bool":
                return pick.random() < 0.5
            case "int":
                return pick.randint(0, 5)
            case "decimal":
                return Decimal(pick.randint(0, 20)) / 4
            case "enum":
                return pick.choice([*fact.values])
            case "string":
                return pick.choice([*sorted(self.texts.get(name, ())), "", "Road closed – dé 999"])
            case "date":
                return london_date(now) - timedelta(days=pick.choice((0, 1, 7, 28, 30, 31, 59, 92, 181, 365, -1, -9)))
            case "time":
                return self.time(now)
            case "records":
                return [self.record(fact, now) for _ in range(pick.randint(0, 3))]
        pool = [*fact.values] or [*sorted(self.texts.get(name, ())), "another"]
        return pick.sample(pool, pick.randint(0, min(3, len(pool))))

    def record(self, fact: Fact, now: datetime) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, field in fact.fields.items():
            drawn = self.random.random()
            if drawn >= self.missing:
                made[key] = None if drawn < self.missing + self.none else self.value(field, key, now)
        return made

    def time(self, near: datetime) -> datetime:
        """Around `near`, or around a clock change."""
        base = self.random.choice(CHANGES) if self.random.random() < 0.2 else near
        hours = self.random.choice((0, 1, -1, 24, -24, 168, -168, 36, -720, -2160))
        return base + timedelta(hours=hours, minutes=self.random.choice((0, 0, 30, -30)))


def known_only(row: Row) -> Row:
    """The row without its nones, for an evaluator that has none."""

    def strip(value: Any) -> Any:
        if isinstance(value, list):
            return [strip(item) for item in value]
        return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value

    facts = {name: strip(value) for name, value in row.facts.items() if value is not None}
    return Row(row.id, row.moment, row.now.astimezone(LONDON), facts, row.at)
