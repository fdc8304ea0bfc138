"""How much of a policy is in rules, and how well its cases try them: each clause, each rule, each line yes and no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remit.policy.cases import CaseResult, run_cases
from remit.policy.decide import facts_read, rules_at
from remit.policy.faults import Place
from remit.policy.packs import TREATMENTS, Clause, Library, Pack, Rule
from remit.policy.rows import Unknown
from remit.policy.situation import Situation
from remit.policy.vocabulary import MOMENT


@dataclass(frozen=True)
class LineCoverage:
    """One `when` or `unless` of a rule, and in how many cases it came out yes, no and unknown."""

    kind: str  # when | unless
    text: str
    place: Place
    yes: int
    no: int
    unknown: int

    @property
    def seen_both_ways(self) -> bool:
        return bool(self.yes and self.no)


@dataclass(frozen=True)
class RuleCoverage:
    """One rule and the names of the cases in which it fires, passes, is exempt and is unknown."""

    rule: Rule
    fires: tuple[str, ...]
    passes: tuple[str, ...]
    exempt: tuple[str, ...]
    unknown: tuple[str, ...]
    lines: tuple[LineCoverage, ...]

    @property
    def cases(self) -> int:
        """The cases that it has a finding in: those in which it merely passes do not try it."""
        return len({*self.fires, *self.exempt, *self.unknown})


@dataclass(frozen=True)
class ClauseCoverage:
    """One requirement: what Remit does about it, by which rules, in how many cases."""

    clause: Clause
    rules: tuple[str, ...]
    cases: int


@dataclass(frozen=True)
class Coverage:
    """The coverage of one pack."""

    pack: Pack
    clauses: tuple[ClauseCoverage, ...]
    rules: tuple[RuleCoverage, ...]

    @property
    def treatments(self) -> dict[str, int]:
        """How many clauses have each treatment; "not yet" is among them and is counted like any other."""
        counts = Counter(found.clause.treatment for found in self.clauses)
        return {treatment: counts[treatment] for treatment in TREATMENTS}

    @property
    def never_fired(self) -> list[Rule]:
        """The rules in force that no case sees fire."""
        return [found.rule for found in self._tried if not found.fires]

    @property
    def never_passed(self) -> list[Rule]:
        """The rules in force, but for those that always bite, that no case sees pass."""
        return [found.rule for found in self._tried if found.rule.when and not found.passes]

    @property
    def _tried(self) -> list[RuleCoverage]:
        return [found for found in self.rules if found.rule.mode in ("enforce", "warn")]

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values."""
        return {
            "pack": self.pack.name,
            "treatments": self.treatments,
            "clauses": [
                {
                    "clause": found.clause.id,
                    "number": found.clause.number,
                    "treatment": found.clause.treatment,
                    "rules": list(found.rules),
                    "cases": found.cases,
                    "note": found.clause.note,
                }
                for found in self.clauses
            ],
            "rules": [
                {
                    "rule": found.rule.id,
                    "fires": len(found.fires),
                    "passes": len(found.passes),
                    "exempt": len(found.exempt),
                    "unknown": len(found.unknown),
                    "lines": [
                        {"kind": x.kind, "text": x.text, "place": str(x.place), "yes": x.yes, "no": x.no}
                        for x in found.lines
                    ],
                }
                for found in self.rules
            ],
        }


def coverage(library: Library, pack: Pack, results: Sequence[CaseResult] | None = None) -> Coverage:
    """The coverage of `pack` by its cases; `results` are those of `run_cases` when they are at hand.

    Raises:
        PackFaults: a case cannot be read.
    """
    results = run_cases(library, pack) if results is None else results
    rules = _rules(pack, results)
    tried = {found.rule.id: found.cases for found in rules}
    clauses = []
    for clause in pack.clauses.values():
        cited = tuple(rule.id for rule in pack.rules if clause.id in _cites(pack, rule))
        clauses.append(ClauseCoverage(clause, cited, sum(tried[key] for key in cited)))
    return Coverage(pack, tuple(clauses), rules)


def _cites(pack: Pack, rule: Rule) -> set[str]:
    """Every clause that a rule stands on: its own, its exceptions', its definitions' and its figures'."""
    cited = {*rule.clauses, *(e.clause for e in rule.unless if e.clause)}
    cited |= {e.clause for e in rule.then if e.clause}
    for name in facts_read(pack, rule):
        named: Mapping[str, Any] = pack.definitions if name in pack.definitions else pack.parameters
        if name in named:
            cited.add(named[name].clause)
    return {clause for clause in cited if clause}


def _rules(pack: Pack, results: Sequence[CaseResult]) -> tuple[RuleCoverage, ...]:
    names: dict[str, dict[str, list[str]]] = {
        rule.id: {"fired": [], "passed": [], "exempt": [], "unknown": []} for rule in pack.rules
    }
    lines: dict[tuple[str, int], Counter[str]] = {}
    for result in results:
        case = result.case
        verdicts: dict[str, set[str]] = {}
        for finding in result.decision.findings:
            verdicts.setdefault(finding.rule, set()).add(finding.verdict)
        situation = Situation(pack, {**case.facts, MOMENT: case.moment}, case.now, case.at or case.now)
        for rule, _ in rules_at(pack, case.moment):
            for verdict in verdicts.get(rule.id, {"passed"}):
                names[rule.id][verdict].append(case.name)
            for index, condition in enumerate(rule.conditions):
                value = condition.run(situation)
                came_out = "unknown" if isinstance(value, Unknown) else "yes" if value else "no"
                lines.setdefault((rule.id, index), Counter())[came_out] += 1
    return tuple(
        RuleCoverage(
            rule=rule,
            fires=tuple(names[rule.id]["fired"]),
            passes=tuple(names[rule.id]["passed"]),
            exempt=tuple(names[rule.id]["exempt"]),
            unknown=tuple(names[rule.id]["unknown"]),
            lines=tuple(
                _line(rule, index, lines.get((rule.id, index), Counter())) for index in range(len(rule.conditions))
            ),
        )
        for rule in pack.rules
    )


def _line(rule: Rule, index: int, counts: Counter[str]) -> LineCoverage:
    condition = rule.conditions[index]
    excepts = index >= len(rule.when)
    text = rule.unless[index - len(rule.when)].why or condition.words if excepts else condition.words
    kind = "unless" if excepts else "when"
    return LineCoverage(kind, text, condition.place, counts["yes"], counts["no"], counts["unknown"])
