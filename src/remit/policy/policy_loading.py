"""Loads what a pack says about itself: policy.yaml, clauses.yaml and texts/."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from remit.policy.chapters import beginnings
from remit.policy.entries import Entries, as_table, well_formed
from remit.policy.faults import Fault, Place, nearest
from remit.policy.grants_loading import GrantsReader
from remit.policy.hours import WORKING, Hours
from remit.policy.hours_loading import read_hours
from remit.policy.packs import TREATMENTS, WORDINGS, Clause, Parameter, Permit, Say, Version, Who
from remit.policy.periods import period_fault
from remit.policy.says_loading import SaysReader, circles
from remit.policy.scope import ALWAYS_CAST
from remit.policy.source import Node, Scalar, Table, read_text, read_yaml
from remit.policy.values import read_value
from remit.policy.vocabulary import TYPES, Fact, Vocabulary
from remit.policy.vocabulary_loading import read_labels

#: As a document calls what stands above clauses that are numbered through.
_PART = re.compile(r"(?:Part )?[A-Z]{1,4}")
_FOUND_BY = ("team", "role", "grades", "relation")


@dataclass
class PolicyHead:
    """policy.yaml as read."""

    title: str = ""
    number: str = ""
    version: str = ""
    versions: tuple[Version, ...] = ()
    forces: tuple[str, ...] = ()
    who: dict[str, Who] = field(default_factory=dict)
    says: dict[str, Say] = field(default_factory=dict)
    grants: dict[str, Permit] = field(default_factory=dict)
    account_kinds: Mapping[str, str] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    settings: dict[str, Fact] = field(default_factory=dict)
    setting_defaults: dict[str, Any] = field(default_factory=dict)
    in_doubt: str = ""
    silent_on: tuple[str, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    chapters: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, Hours] = field(default_factory=dict)
    define: Node | None = None
    #: Facts `parameter.*` and `force.*` that the pack adds to the vocabulary.
    facts: dict[str, Fact] = field(default_factory=dict)
    read: bool = False


def read_policy(
    path: Path, file: str, vocabulary: Vocabulary, clauses: Mapping[str, Clause] | None, faults: list[Fault]
) -> PolicyHead:
    """policy.yaml. `clauses` is None when clauses.yaml could not be read."""
    node = read_yaml(path, file, faults)
    table = as_table(node, "policy.yaml", faults) if node is not None else None
    if table is None:
        return PolicyHead()
    return _PolicyReader(table, vocabulary, clauses, faults).read()


class _PolicyReader:
    def __init__(
        self, table: Table, vocabulary: Vocabulary, clauses: Mapping[str, Clause] | None, faults: list[Fault]
    ) -> None:
        self.table = table
        self.vocabulary = vocabulary
        self.clauses = clauses
        self.faults = faults
        self.head = PolicyHead(read=True)
        #: Posts that stand in for others: checked once all are read.
        self.stand_ins: list[tuple[Place, str]] = []

    def read(self) -> PolicyHead:
        head = self.head
        with Entries(self.table, "the policy", self.faults) as entry:
            head.title = entry.text("title", required=True)
            head.number = entry.text("number", required=True)
            head.version = entry.text("version", required=True)
            head.versions = tuple(self.version(item) for item in entry.items("versions"))
            if head.version and head.version not in (v.number for v in head.versions):
                message = f'Version "{head.version}" is not among versions.'
                entry.fault(entry.place("version"), message, "Add it to versions with its dates.")
            head.forces = self.forces(entry)
            head.hours = read_hours(entry, self.faults)
            head.who = self.named(entry, "who", self.who)
            self.check_stand_ins()
            says = SaysReader(head.who, self.vocabulary, self.tables, self.people, self._cast(), self.faults)
            head.says = self.named(entry, "says", says.read)
            says.check_order(head.says)
            grants = GrantsReader(says.posts, self.clause, self.tables, self.faults)
            head.grants = self.named(entry, "grants", grants.read)
            head.account_kinds = self.account_kinds(entry)
            for name, place, node in entry.entries("parameters"):
                self.parameter(name, place, node)
            for name, place, node in entry.entries("settings"):
                self.setting(name, place, node)
            says.check_lengths(head.facts)
            head.in_doubt = entry.text("in_doubt", required=True)
            if head.in_doubt:
                self.post(entry.place("in_doubt"), head.in_doubt)
            head.silent_on = entry.texts("silent_on")
            for name, place, _ in entry.entries("documents"):
                well_formed(place, name, "a document", self.faults)
            head.documents = read_labels(entry, "documents", self.faults)
            head.chapters = self.chapters(entry)
            head.define = entry.node("define")
        return head

    def named(self, entry: Entries, key: str, read: Any) -> dict[str, Any]:
        found = {}
        for name, place, node in entry.entries(key):
            well_formed(place, name, f"an entry of {key}", self.faults)
            found[name] = read(name, place, node)
        return found

    def fault(self, place: Place, message: str, remedy: str) -> None:
        self.faults.append(Fault(place, message, remedy))

    def clause(self, entry: Entries) -> str:
        clause = entry.text("clause", required=True)
        if clause and self.clauses is not None and clause not in self.clauses:
            self.fault(entry.place("clause"), f'There is no clause "{clause}".', nearest(clause, self.clauses))
        return clause

    def post(self, place: Place, name: str) -> None:
        if name not in self.head.who:
            self.fault(place, f'There is no post in who "{name}".', nearest(name, self.head.who))

    def people(self, placed: list[tuple[Place, str]]) -> tuple[str, ...]:
        known = {*self._cast(), *self.head.who}
        return self.named_among(placed, known, "is neither a post in who nor somebody in the cast.")

    def members(self, placed: list[tuple[Place, str]]) -> tuple[str, ...]:
        """Who takes part in some moment: only they can be kept from filling a post."""
        return self.named_among(
            placed, self._cast(), "is nobody who takes part in a moment; here stand those, and not posts."
        )

    def named_among(self, placed: list[tuple[Place, str]], known: Collection[str], wrong: str) -> tuple[str, ...]:
        for place, name in placed:
            if name not in known:
                self.fault(place, f'"{name}" {wrong}', nearest(name, known))
        return tuple(name for _, name in placed)

    def _cast(self) -> frozenset[str]:
        return ALWAYS_CAST.union(*(moment.cast for moment in self.vocabulary.moments.values()))

    def later(self, placed: list[tuple[Place, str]], into: list[tuple[Place, str]]) -> tuple[str, ...]:
        into.extend(placed)
        return tuple(name for _, name in placed)

    def version(self, node: Node) -> Version:
        with Entries(node, "a version", self.faults) as entry:
            return Version(
                number=entry.text("number", required=True),
                published_on=entry.day("published_on"),
                in_force_from=entry.day("in_force_from"),
                next_review_on=entry.day("next_review_on"),
                note=entry.text("note"),
            )

    def forces(self, entry: Entries) -> tuple[str, ...]:
        placed = entry.placed_texts("forces")
        if not entry.has("forces"):
            entry.missing("forces", "Name the forces that the policy binds: [cleveland].")
        for place, name in placed:
            well_formed(place, name, "a force", self.faults)
        return tuple(name for _, name in placed)

    def who(self, key: str, place: Place, node: Node) -> Who:
        with Entries(node, f'who "{key}"', self.faults, at=place) as entry:
            found_by = [name for name in _FOUND_BY if entry.has(name)]
            if len(found_by) != 1:
                named = " and ".join(found_by) or "none"
                remedy = "Keep exactly one of team, role, grades and relation."
                self.fault(place, f'Who "{key}" is found by one thing; here stand {named}.', remedy)
            return Who(
                key=key,
                title=entry.text("title", required=True) or key,
                team=entry.text("team") or None,
                role=entry.text("role") or None,
                grades=entry.texts("grades"),
                relation=entry.text("relation") or None,
                chosen_by=(self.later(entry.placed_texts("chosen_by"), self.stand_ins) or (None,))[0],
                of=entry.text("of") or None,
                otherwise=self.later(entry.placed_texts("else"), self.stand_ins),
                never=self.members(entry.placed_texts("never")) if entry.has("never") else ("proposer", "subject"),
                place=place,
            )

    def check_stand_ins(self) -> None:
        """Stand-ins are posts too, and no chain of them runs in a circle."""
        who = self.head.who
        for place, name in self.stand_ins:
            self.post(place, name)
        for key in who:
            if circles(key, {k: w.otherwise for k, w in who.items()}):
                message = f'The stand-ins of "{key}" lead back to it.'
                self.fault(who[key].place, message, "Take one of the stand-ins out.")

    def account_kinds(self, entry: Entries) -> dict[str, str]:
        kinds = self.vocabulary.facts.get("account.kind")
        for name, place, _ in entry.entries("account_kinds"):
            if kinds and kinds.values and name not in kinds.values:
                self.fault(place, f'"{name}" is not a value of account.kind.', nearest(name, kinds.values))
        return read_labels(entry, "account_kinds", self.faults)

    def chapters(self, entry: Entries) -> dict[str, str]:
        """The titles of chapters by their numbers; some clause stands in each."""
        numbers = {part for clause in (self.clauses or {}).values() for part in beginnings(clause.number)}
        for name, place, _ in entry.entries("chapters"):
            if self.clauses is not None and name not in numbers:
                remedy = (
                    f"A chapter is what the numbers of its clauses begin with. {nearest(name, numbers)} For a Part "
                    f'above numbered clauses title each of these: "5": "Part {name.removeprefix("Part ")}: …".'
                    if _PART.fullmatch(name)
                    else nearest(name, numbers)
                )
                self.fault(place, f'No clause stands in a chapter "{name}".', remedy)
        return read_labels(entry, "chapters", self.faults)

    def parameter(self, name: str, place: Place, node: Node) -> None:
        well_formed(place, name, "a parameter", self.faults, "word")
        with Entries(node, f'the parameter "{name}"', self.faults, at=place) as entry:
            fact = self.fact(f"parameter.{name}", place, entry, "kernel")
            value = entry.node("value")
            if value is None:
                entry.missing("value", "Write the figure that the clause gives.")
            read = self.figure(value, fact) if value is not None else None
            self.head.parameters[fact.name] = Parameter(
                fact.name, read, self.clause(entry), self.later_values(entry, fact)
            )

    def later_values(self, entry: Entries, fact: Fact) -> tuple[tuple[date, Any], ...]:
        """Days from which a figure is another: {from: 2027-07-01, value: 0.75}, the earliest first."""
        found: list[tuple[date, Any]] = []
        for node in entry.items("changes"):
            with Entries(node, f'a change of "{fact.name}"', self.faults) as change:
                start, value = change.day("from"), change.node("value")
                if start is None and not change.has("from"):
                    change.missing("from", "Write the day from which the figure is another: 2027-07-01.")
                if value is None:
                    change.missing("value", "Write the figure from that day on.")
                if start is None or value is None:
                    continue
                if found and start <= found[-1][0]:
                    message = f"The change of {start} stands after that of {found[-1][0]}."
                    self.fault(change.place("from"), message, "Put the changes in the order of their days, each once.")
                found.append((start, self.figure(value, fact)))
        return tuple(found)

    def figure(self, node: Node, fact: Fact) -> Any:
        """The value of a figure; a period may be of the hours or days of one of the policy's own desks."""
        if fact.type == "period" and isinstance(node, Scalar) and period_fault(node.text, self.tables) is None:
            return node.text
        return read_value(node, fact, self.faults)

    @property
    def tables(self) -> set[str]:
        """The names of the tables of hours."""
        return {WORKING, *self.head.hours}

    def setting(self, name: str, place: Place, node: Node) -> None:
        well_formed(place, name, "a setting", self.faults, "word")
        with Entries(node, f'the setting "{name}"', self.faults, at=place) as entry:
            fact = self.fact(f"force.{name}", place, entry, "force")
            if not fact.question:
                entry.missing("question", "Ask in plain English for what the force must supply.")
            fact = replace(fact, clause=self.clause(entry))
            self.head.facts[fact.name] = self.head.settings[fact.name] = fact
            if (default := entry.node("default")) is not None:
                self.head.setting_defaults[fact.name] = read_value(default, fact, self.faults)
            shared = self.vocabulary.facts.get(fact.name)
            if shared is not None and shared.type != fact.type:
                message = f"{fact.name} is already a shared fact of type {shared.type}."
                self.fault(entry.place("type"), message, f"Write type: {shared.type}, or choose another name.")

    def fact(self, name: str, place: Place, entry: Entries, supplier: str) -> Fact:
        kind = entry.choice("type", TYPES[:-1], "string", required=True)
        words = name.split(".", 1)[1].replace("_", " ")
        fact = Fact(
            name=name,
            type=kind,
            label=entry.text("label") or f"the {words}",
            question=entry.text("question"),
            supplier=supplier,
            values=read_labels(entry, "values", self.faults),
            negative=entry.text("not"),
            place=place,
        )
        if kind in ("enum", "enums") and not fact.values:
            entry.missing("values", "List its values: each with its words in English.")
        self.head.facts[name] = fact
        return fact


def read_clauses(path: Path, file: str, faults: list[Fault]) -> dict[str, Clause] | None:
    """clauses.yaml by id, or None when the file cannot be read."""
    node = read_yaml(path, file, faults)
    table = as_table(node, "clauses.yaml", faults) if node is not None else None
    if table is None:
        return None
    return {key: _clause(key, table.keys[key], value, faults) for key, value in table.entries.items()}


def _clause(key: str, place: Place, node: Node, faults: list[Fault]) -> Clause:
    with Entries(node, f'the clause "{key}"', faults, at=place) as entry:
        treatment = entry.choice("treatment", TREATMENTS, "not yet", required=True)
        note = entry.text("note")
        if treatment in ("outside", "kept") and not note:
            why = "why software cannot" if treatment == "outside" else "which test keeps it"
            entry.missing("note", f"Say {why}.")
        return Clause(
            id=key,
            number=entry.text("clause", required=True),
            says=entry.text("says", required=True),
            wording=entry.choice("wording", WORDINGS, "must", required=True),
            treatment=treatment,
            note=note,
            tests=entry.texts("test"),
            place=place,
        )


def read_texts(folder: Path, name: Any, faults: list[Fault]) -> dict[str, str]:
    """The texts of texts/*.md by file stem; `name(path)` is the name that faults give a file."""
    found = {}
    for path in sorted(folder.glob("*.md")):
        well_formed(Place(name(path)), path.stem, "a text", faults)
        text = read_text(path, name(path), faults)
        if text is not None and not text.strip():
            faults.append(Fault(Place(name(path)), "The text is empty.", "Write it, or delete the file."))
        found[path.stem] = (text or "").strip()
    return found
