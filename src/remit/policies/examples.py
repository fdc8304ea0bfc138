"""The worked examples of a pack: its cases, as the reader of a clause sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from remit.policy.packs import Pack


@dataclass(frozen=True)
class Example:
    """One case: what happens in it, what the policy makes of it, and which rules it says something about."""

    name: str
    outcome: str  # allowed | needs | refused, or "" when the case expects none
    rules: frozenset[str]
    verdict: str = ""  # for one rule: fired | exempt | unknown


def cases_of(pack: Pack, rules: Iterable[str]) -> list[Example]:
    """The cases in which one of `rules` applies, is exempt or cannot be told, in the pack's order."""
    wanted = set(rules)
    found = []
    for example, by_verdict in _examples(pack.folder, pack.digest):
        verdict = next((v for v, ids in by_verdict.items() if wanted & ids), "")
        if verdict:
            found.append(Example(example.name, example.outcome, example.rules, verdict))
    return found


@lru_cache(maxsize=64)
def _examples(folder: str, digest: str) -> list[tuple[Example, dict[str, frozenset[str]]]]:
    """Every case of the pack in `folder`; `digest` makes a changed pack read again."""
    read = []
    for file in sorted(Path(folder).glob("cases/*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")) or []:
            expect = case.get("expect") or {}
            by_verdict = {v: frozenset(expect.get(v) or ()) for v in ("fired", "exempt", "unknown")}
            rules = frozenset().union(*by_verdict.values())
            read.append((Example(str(case.get("name", "")), str(expect.get("outcome", "")), rules), by_verdict))
    return read
