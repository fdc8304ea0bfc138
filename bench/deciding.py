"""Deciding: each pack's rules at the moment that has most of them, ours beside Google's CEL and plain Python lambdas.

The three run the same conditions of the same rules on the same facts and stop at the same place in each rule. Where
facts are missing, ours says which would settle it, which neither of the others can. Times are of the processor, so that
what else the machine does is left out.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from random import Random
from time import thread_time
from typing import Any

from bench.google import Google, known_to
from bench.lambdas import as_lambda
from bench.printing import heading, line, timed
from remit.environment import pack_folders
from remit.policy.decide import decide, evaluate, rules_at
from remit.policy.loading import load_library
from remit.policy.packs import Pack, Rule
from remit.policy.rows import Unknown
from remit.policy.situation import Situation

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
TEXT = "Officers will be at the town hall car park from 10am on Saturday to mark bikes. Come and say hello."
MOMENT = "post.publish"
DECISIONS = 300


def main() -> None:
    packs = load_library(pack_folders()).packs
    for share, what in ((0.0, "every fact known"), (0.2, "a fifth of the facts missing")):
        heading(f"The verdicts of every rule at {MOMENT}, {what}: microseconds a decision, median")
        print(f"{'':<18}{'rules':>6}{'Remit':>10}{'Google':>10}{'lambdas':>10}   Google / Remit")
        for name, pack in sorted(packs.items()):
            _compare(name, pack, share)
    heading(f"A whole decision at {MOMENT}, {DECISIONS} of them, a fifth of the facts missing")
    for name, pack in sorted(packs.items()):
        cases = _facts(pack, 0.2)
        line(name, _each(cases, lambda facts, pack=pack: decide([pack], MOMENT, facts, NOW)), "p99 under 1 ms")
    every = list(packs.values())
    cases = _facts(every[0], 0.2)
    line("every pack at once", _each(cases, lambda facts: decide(every, MOMENT, facts, NOW)))


def _each(cases: Sequence[dict[str, Any]], work: Callable[[dict[str, Any]], object]) -> list[float]:
    """Each case once after a round of warming up, in milliseconds."""
    for case in cases[:20]:
        work(case)
    return sorted(timed(lambda case=case: work(case), 1, thread_time)[0] for case in cases)


def _facts(pack: Pack, share: float) -> list[dict[str, Any]]:
    """A main account's post, as often as there are decisions, each with another share of its facts missing."""
    random = Random(4)
    whole = {**pack.baselines["main-account-post"], "post.text": TEXT}
    return [{k: v for k, v in whole.items() if random.random() >= share} for _ in range(DECISIONS)]


def _compare(name: str, pack: Pack, share: float) -> None:
    cases = _facts(pack, share)
    rules = [rule for rule, _ in rules_at(pack, MOMENT)]
    conditions = [c for rule in rules for c in (*rule.when, *(e.condition for e in rule.unless))]
    google = Google(pack)
    google.now = NOW
    lambdas = {c.source: as_lambda(c) for c in conditions}
    for condition in conditions:
        google.compile(condition)
    # What each starts from: ours from the facts, the others from every name worked out, definitions too.
    known = [known_to(Situation(pack, facts, NOW, NOW), conditions) for facts in cases]
    plain = [_values(Situation(pack, facts, NOW, NOW), conditions) for facts in cases]

    def by_remit(facts: dict[str, Any]) -> object:
        situation = Situation(pack, facts, NOW, NOW)
        return [evaluate(rule, situation) for rule in rules]

    def by_google(data: dict[str, Any]) -> object:
        activation = google.activation(data)
        return [_verdict(rule, lambda c: google.truth(c, activation)) for rule in rules]

    def by_lambdas(data: dict[str, Any]) -> object:
        def truth(condition: Any) -> bool | None:
            try:
                return bool(lambdas[condition.source](data, NOW))
            except (KeyError, TypeError):
                return None

        return [_verdict(rule, truth) for rule in rules]

    works = ((by_remit, cases), (by_google, known), (by_lambdas, plain))
    taken: list[list[float]] = [[], [], []]
    # One after another, so that all three meet the same machine; the first twenty warm up.
    for number in (*range(20), *range(DECISIONS)):
        for kept, (work, given) in zip(taken, works, strict=True):
            kept += timed(partial(work, given[number]), 1, thread_time)
    ours, theirs, by_hand = (statistics.median(kept[20:]) * 1000 for kept in taken)
    print(f"{name:<18}{len(rules):>6}{ours:>10.0f}{theirs:>10.0f}{by_hand:>10.0f}   {theirs / ours:.1f}")


def _values(situation: Situation, conditions: Sequence[Any]) -> dict[str, Any]:
    names = {"today", "now", "at"}.union(*(condition.facts for condition in conditions))
    values = {name: situation.get(name) for name in names}
    return {name: value for name, value in values.items() if not isinstance(value, Unknown)}


def _verdict(rule: Rule, truth: Callable[[Any], bool | None]) -> bool | None:
    """Whether the rule fires; None where that is unknown. Stops where `decide` does."""
    unknown = False
    for condition in rule.when:
        value = truth(condition)
        if value is False:
            return False
        unknown = unknown or value is None
    for exemption in rule.unless:
        value = truth(exemption.condition)
        if value:
            return False
        unknown = unknown or value is None
    return None if unknown else True


if __name__ == "__main__":
    main()
