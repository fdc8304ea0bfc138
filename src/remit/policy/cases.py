"""Cases: what a pack says it would decide, written down and run. A finding that a case does not expect fails it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from remit.policy.decide import decide
from remit.policy.decision import ALLOWED, NEEDS, REFUSED, Decision
from remit.policy.entries import Entries, as_table
from remit.policy.facts import write_value
from remit.policy.faults import Fault, PackFaults, Place, nearest
from remit.policy.packs import BLOCKING, Library, Pack
from remit.policy.periods import LONDON
from remit.policy.scope import ALWAYS_CAST
from remit.policy.source import Node, Scalar, Series, read_yaml
from remit.policy.values import read_time, read_values
from remit.policy.vocabulary import Fact

#: Findings that a case must expect: those that stand in the way, and warnings.
_NOTICED = BLOCKING | {"warn"}
_NOW = Fact("now", "time", "now")


@dataclass(frozen=True)
class Expected:
    """What a case expects. `fired` and `unknown` are complete lists; the others are compared when they are given."""

    outcome: str = ""
    fired: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    exempt: tuple[str, ...] | None = None
    passes: tuple[str, ...] = ()
    asks: tuple[str, ...] | None = None
    says: tuple[str, ...] | None = None
    guidance: tuple[str, ...] = ()
    referrals: tuple[str, ...] | None = None
    waits: tuple[str, ...] | None = None  # posts to which a report goes once something is answered
    notices: tuple[str, ...] | None = None
    entries: tuple[str, ...] | None = None
    offers: tuple[str, ...] = ()
    duties: tuple[Mapping[str, str], ...] | None = None
    not_before: str | None = None
    #: Where each of them is written.
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Case:
    """One case of a pack: a moment, what is known, and what is expected."""

    name: str
    moment: str
    now: datetime
    at: datetime | None
    facts: Mapping[str, Any]
    expect: Expected
    place: Place


@dataclass(frozen=True)
class CaseResult:
    """How one case came out; `faults` says each thing that differs, where it is written in the case."""

    case: Case
    decision: Decision
    faults: tuple[Fault, ...]

    @property
    def passed(self) -> bool:
        return not self.faults

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values."""
        return {
            "case": self.case.name,
            "file": self.case.place.file,
            "line": self.case.place.line,
            "moment": self.case.moment,
            "passed": self.passed,
            "outcome": self.decision.outcome,
            "faults": [fault.to_json() for fault in self.faults],
        }


def run_cases(library: Library, pack: Pack) -> list[CaseResult]:
    """Run every case of `pack`, in file order.

    Raises:
        PackFaults: a case that cannot be read, or that names a fact, rule or baseline that there is not.
    """
    return [run_case(pack, case) for case in read_cases(pack)]


def read_cases(pack: Pack) -> list[Case]:
    """The cases of cases/*.yaml.

    Raises:
        PackFaults: with every fault found.
    """
    faults: list[Fault] = []
    cases: list[Case] = []
    names: dict[str, Place] = {}
    for path in sorted(Path(pack.folder, "cases").rglob("*.yaml")):
        root = read_yaml(path, str(path), faults)
        if root is None:
            continue
        if not isinstance(root, Series):
            faults.append(Fault(root.place, "A file of cases is a list.", 'Begin each case with "- name:".'))
            continue
        for node in root.items:
            case = _CaseReader(pack, faults).read(node)
            if case is None:
                continue
            if case.name in names:
                message = f'There is already a case "{case.name}", at {names[case.name]}.'
                faults.append(Fault(case.place, message, "Give this one a name of its own."))
            names.setdefault(case.name, case.place)
            cases.append(case)
    if faults:
        raise PackFaults(faults)
    return cases


class _CaseReader:
    def __init__(self, pack: Pack, faults: list[Fault]) -> None:
        self.pack = pack
        self.faults = faults
        self.rules = {rule.id for rule in pack.rules}

    def read(self, node: Node) -> Case | None:
        pack = self.pack
        before = len(self.faults)
        with Entries(node, "a case", self.faults) as entry:
            name = entry.text("name", required=True)
            moment = entry.text("moment", required=True)
            if moment and moment not in pack.vocabulary.moments:
                self.unknown(entry.place("moment"), "moment", moment, pack.vocabulary.moments)
            now, at = self.time(entry, "now"), self.time(entry, "at")
            if not entry.has("now"):
                entry.missing("now", "Write the time it is decided at: 2026-11-21T12:00:00+00:00.")
            expect = self.expect(entry)
            facts = self.facts(entry)
        if len(self.faults) > before or now is None:
            return None
        return Case(name, moment, now, at, facts, expect, entry.place("name"))

    def unknown(self, place: Place, kind: str, name: str, known: Iterable[str]) -> None:
        self.faults.append(Fault(place, f'There is no {kind} "{name}".', nearest(name, known)))

    def time(self, entry: Entries, key: str) -> datetime | None:
        node = entry.node(key)
        if node is None:
            return None
        if isinstance(node, Scalar):
            return read_time(node, _NOW, self.faults)
        self.faults.append(Fault(node.place, f'"{key}" is a point in time.', "Write 2026-11-21T12:00:00+00:00."))
        return None

    def facts(self, entry: Entries) -> dict[str, Any]:
        """The baseline, less what is left out with `without`, with the case's own facts over it."""
        pack = self.pack
        known = dict(pack.vocabulary.facts)
        known |= {f"was.{name}": fact for name, fact in pack.vocabulary.facts.items()}
        facts: dict[str, Any] = {}
        if baseline := entry.text("baseline"):
            if baseline in pack.baselines:
                facts |= pack.baselines[baseline]
            else:
                self.unknown(entry.place("baseline"), "baseline", baseline, pack.baselines)
        for place, name in entry.placed_texts("without"):
            if name not in known:
                self.unknown(place, "fact", name, known)
            facts.pop(name, None)
        node = entry.node("facts")
        table = as_table(node, '"facts"', self.faults) if node is not None else None
        if table is not None:
            facts |= read_values(table, known, self.faults)
        return facts

    def expect(self, entry: Entries) -> Expected:
        node = entry.node("expect")
        if node is None:
            entry.missing("expect", "Say what is expected: {outcome: allowed, fired: []}.")
            return Expected()
        with Entries(node, "expect", self.faults) as expect:
            pack = self.pack
            known: dict[str, Iterable[str]] = {
                "fired": self.rules,
                "unknown": self.rules,
                "exempt": self.rules,
                "passes": self.rules,
                "says": pack.says,
                "guidance": pack.texts,
                "referrals": pack.who,
                "waits": pack.who,
                "notices": {*pack.who, *ALWAYS_CAST, *(m for v in pack.vocabulary.moments.values() for m in v.cast)},
            }
            lists: dict[str, tuple[str, ...] | None] = {}
            for key in (*known, "asks", "entries", "offers"):
                lists[key] = self.names(expect, key, known.get(key))
            duties = tuple(self.duty(item) for item in expect.items("duties")) if expect.has("duties") else None
            before = expect.node("not_before")
            return Expected(
                outcome=expect.choice("outcome", (ALLOWED, NEEDS, REFUSED), required=True),
                fired=lists["fired"] or (),
                unknown=lists["unknown"] or (),
                exempt=lists["exempt"],
                passes=lists["passes"] or (),
                asks=lists["asks"],
                says=lists["says"],
                guidance=lists["guidance"] or (),
                referrals=lists["referrals"],
                waits=lists["waits"],
                notices=lists["notices"],
                entries=lists["entries"],
                offers=lists["offers"] or (),
                duties=duties,
                not_before=before.text if isinstance(before, Scalar) else None,
                places=dict(expect.table.keys) if expect.table else {},
            )

    def names(self, expect: Entries, key: str, known: Iterable[str] | None) -> tuple[str, ...] | None:
        """The names under `key`, None when it is left out."""
        if not expect.has(key):
            return None
        placed = expect.placed_texts(key)
        for place, name in placed:
            if known is not None and name not in known:
                thing = {
                    "says": "say",
                    "guidance": "text",
                    "referrals": "post of who",
                    "waits": "post of who",
                    "notices": "post or person",
                }.get(key, "rule")
                self.unknown(place, thing, name, known)
        return tuple(name for _, name in placed)

    def duty(self, node: Node) -> Mapping[str, str]:
        """What is expected of one duty: any of what it has, as text."""
        with Entries(node, "a duty", self.faults) as entry:
            found = {key: entry.text(key) for key in ("do", "owner", "rule", "late") if entry.has(key)}
            due = entry.node("due")
            if isinstance(due, Scalar):
                found["due"] = due.text
            elif entry.has("due"):
                found["due"] = ""
            return found


def run_case(pack: Pack, case: Case) -> CaseResult:
    """Decide one case by `pack` and compare it with what is expected."""
    decision = decide([pack], case.moment, case.facts, case.now, at=case.at)
    faults = tuple(_Comparison(case, decision).faults())
    return CaseResult(case, decision, faults)


class _Comparison:
    """Each thing in which a decision differs from what its case expects."""

    def __init__(self, case: Case, decision: Decision) -> None:
        self.case = case
        self.expect = case.expect
        self.decision = decision
        self.found: list[Fault] = []

    def faults(self) -> list[Fault]:
        expect, decision = self.expect, self.decision
        if decision.outcome != expect.outcome:
            self.fault("outcome", f"The outcome is {decision.outcome}, not {expect.outcome}.{_wanted(decision)}")
        self.verdicts("fired", "fires", expect.fired)
        self.verdicts("unknown", "is unknown", expect.unknown)
        if expect.exempt is not None or self.rules("exempt", _NOTICED):
            self.verdicts("exempt", "is exempt", expect.exempt or ())
        for rule in expect.passes:
            if rule in self.rules("fired") | self.rules("unknown"):
                self.fault("passes", f"{rule} does not pass.")
        self.same("asks", "is asked", {ask["fact"] for ask in decision.ask})
        self.same("says", "is to be given", {say["key"] for say in decision.says})
        self.same("referrals", "has it referred", {to for r in decision.referrals for to in r["to"]})
        self.same("waits", "has it once something is answered", set(_waiting(decision)))
        self.same("notices", "is told", {who for notice in decision.notices for who in notice["who"]})
        self.same("entries", "is recorded in", {entry["register"] for entry in decision.entries})
        self.among("guidance", "is shown", {text["text"] for text in decision.guidance})
        self.among("offers", "is offered", {offer["act"] for offer in decision.offers})
        self.duties()
        if expect.not_before is not None and not _same_time(write_value(decision.not_before), expect.not_before):
            told = decision.not_before
            said = f"It may not go ahead before {write_value(told)}" if told else "No time is told from which it may go"
            self.fault("not_before", f"{said}.")
        return self.found

    def fault(self, key: str, message: str) -> None:
        place = self.expect.places.get(key, self.case.place)
        remedy = f"Mend the rule, or the case “{self.case.name}”."
        self.found.append(Fault(place, message, remedy))

    def rules(self, verdict: str, effects: Iterable[str] | None = None) -> set[str]:
        """The rules with a finding of this verdict, of `effects` only when given."""
        return {
            f.rule for f in self.decision.findings if f.verdict == verdict and (effects is None or f.effect in effects)
        }

    def verdicts(self, verdict: str, says: str, expected: tuple[str, ...]) -> None:
        """Rules that stand in the way or warn must all be expected; an expected rule may also be of another kind."""
        for rule in sorted(self.rules(verdict, _NOTICED) - set(expected)):
            self.fault(verdict, f"{rule} {says}, and the case does not expect it.{self.because(rule)}")
        for rule in sorted(set(expected) - self.rules(verdict)):
            now = next((f.verdict for f in self.decision.findings if f.rule == rule), "passes")
            self.fault(verdict, f"{rule} was expected under {verdict}, and it {_came_out(now)}.")

    def because(self, rule: str) -> str:
        missing = sorted({m for f in self.decision.findings if f.rule == rule for m in f.missing})
        return f" Missing: {', '.join(missing)}." if missing else ""

    def same(self, key: str, says: str, found: set[str]) -> None:
        expected = getattr(self.expect, key)
        if expected is None:
            return
        for name in sorted(found - set(expected)):
            self.fault(key, f"{name} {says}, and the case does not expect it.")
        self.among(key, says, found)

    def among(self, key: str, says: str, found: set[str]) -> None:
        for name in sorted(set(getattr(self.expect, key) or ()) - found):
            told = f"found: {', '.join(sorted(found))}" if found else "there is none"
            self.fault(key, f"{name} was expected under {key}; {told}.")

    def duties(self) -> None:
        """Each expected duty is one that is left, and none is left over."""
        if self.expect.duties is None:
            return
        left = list(self.decision.duties)
        for wanted in self.expect.duties:
            match = next((duty for duty in left if _fits(duty, wanted)), None)
            if match is None:
                told = "; ".join(_duty_words(d) for d in left) or "none"
                self.fault("duties", f"No duty is left with {_duty_words(wanted)}. Left: {told}.")
            else:
                left.remove(match)
        for duty in left:
            self.fault("duties", f"A duty is left that the case does not expect: {_duty_words(duty)}.")


def _wanted(decision: Decision) -> str:
    """What an act that is not allowed still needs, as an end to a message."""
    wanted = [*(ask["fact"] for ask in decision.ask), *(say["key"] for say in decision.says)]
    return f" Still needed: {', '.join(wanted)}." if wanted else ""


def _waiting(decision: Decision) -> Iterator[str]:
    for referral in decision.referrals:
        yield from referral.get("would_go_to", ())


def _came_out(verdict: str) -> str:
    return {"fired": "fires", "unknown": "is unknown", "exempt": "is exempt"}.get(verdict, "passes")


def _fits(duty: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    do = wanted.get("do", "").casefold()
    exact = {key: value for key, value in wanted.items() if key not in ("do", "due")}
    if "due" in wanted and not _same_time(duty["due"], wanted["due"]):
        return False
    return do in str(duty["do"]).casefold() and all(str(duty.get(key) or "") == v for key, v in exact.items())


def _same_time(found: Any, written: str) -> bool:
    """Whether a case means the day or time that was found; a time written without its offset is London's."""
    if str(found or "") == written or "T" not in str(found):
        return str(found or "") == written
    try:
        wanted = datetime.fromisoformat(written)
    except ValueError:
        return False
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=LONDON)
    return ":" in written and wanted == datetime.fromisoformat(found)


def _duty_words(duty: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {duty[key]}" for key in ("do", "owner", "due") if duty.get(key)) or "nothing named"
