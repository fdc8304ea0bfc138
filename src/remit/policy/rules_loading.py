"""Reads rules/*.yaml: heads, definitions, rules, bound controls and tables of concerns. All become `packs.Rule`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from remit.policy.controls import expand
from remit.policy.effects_loading import read_effects
from remit.policy.entries import Entries, as_table, sentence, well_formed
from remit.policy.faults import Fault, Place, nearest
from remit.policy.language import Condition
from remit.policy.packs import MODES, Control, Definition, Exemption, Rule
from remit.policy.scope import Scope
from remit.policy.source import Node, Scalar, Series, Table
from remit.policy.values import read_value
from remit.policy.vocabulary import TYPES, Fact
from remit.policy.vocabulary_loading import read_labels
from remit.policy.words import TYPE_WORDS

_ID = re.compile(r"[A-Za-z0-9][\w.-]*")
#: Numbers, and the types whose values may be worked out.
_NUMBERS = ("int", "decimal")
_RECKONED = (*_NUMBERS, "date", "time")
#: How a rule's id goes on after its clause's: CL-3.1.5az-watch, CL-3.1.5aza.
_SUFFIX = re.compile(r"[a-z]?|-[a-z0-9-]+")


@dataclass(frozen=True)
class _Head:
    """What the top of a file sets for every rule below it."""

    moments: tuple[str, ...] = ()
    moment_named: bool = False  # though there may be no moment of that name
    when: tuple[Condition, ...] = ()
    unless: tuple[Exemption, ...] = ()


# --- definitions ---------------------------------------------------------------------------------------------------


def declare(nodes: Iterable[Node | None], facts: Mapping[str, Fact], faults: list[Fault]) -> dict[str, Fact]:
    """The facts that the `define:` mappings add, before any condition is read: definitions may use each other."""
    declared: dict[str, Fact] = {}
    for node in nodes:
        table = as_table(node, "define", faults) if node is not None else None
        for name, body in table.entries.items() if table else ():
            place = table.keys[name] if table else Place("")
            well_formed(place, name, "a definition", faults, "fact")
            if name in facts or name in declared:
                where = "a fact of the vocabulary" if name in facts else f"defined at {declared[name].place}"
                faults.append(Fault(place, f'"{name}" is already {where}.', "Choose another name."))
            declared[name] = _declared(name, place, body)
    return declared


def _declared(name: str, place: Place, node: Node) -> Fact:
    """The fact as far as it can be told without faults; `define` reads the entry again and tells them."""
    silent: list[Fault] = []
    entry = Entries(node if isinstance(node, Table) else None, "", silent, at=place)
    plain = not (entry.has("cases") or entry.has("sum") or entry.has("type"))
    return Fact(
        name=name,
        type="bool" if plain else entry.choice("type", TYPES, "string"),
        label=entry.text("label") or name.replace(".", " ").replace("_", " "),
        supplier="kernel",
        values=read_labels(entry, "values", silent),
        negative=entry.text("not"),
        place=place,
    )


def define(node: Node | None, declared: Mapping[str, Fact], scope: Scope) -> dict[str, Definition]:
    """The definitions of one `define:` mapping."""
    if not isinstance(node, Table):
        return {}
    return {name: _definition(declared[name], node.keys[name], body, scope) for name, body in node.entries.items()}


def _definition(fact: Fact, place: Place, node: Node, scope: Scope) -> Definition:
    with Entries(node, f'the definition "{fact.name}"', scope.faults, at=place) as entry:
        clause = entry.text("clause") or ""  # none: a name for a test, and no definition of the policy's own
        if clause:
            scope.refer(entry.place("clause"), "clause", clause)
        entry.text("label")
        entry.text("not")
        if entry.has("sum"):
            return _sum(fact, clause, place, entry, scope)
        if entry.has("is") and entry.has("type") and fact.type != "bool" and not entry.has("cases"):
            entry.choice("type", _RECKONED, required=True)
            found = _reckoned(entry.node("is"), fact, scope)
            return Definition(fact.name, fact, clause, (), found, None, place)
        if entry.has("is") and not entry.has("cases"):
            entry.choice("type", ("bool",))
            condition = scope.condition(entry.node("is"))
            return Definition(fact.name, fact, clause, ((condition, True),) if condition else (), False, None, place)
        if not entry.has("cases"):
            entry.missing("is", "Write is: with a test, cases: with a value for each, or sum: with what is added up.")
        entry.choice("type", TYPES, required=True)
        read_labels(entry, "values", [])
        cases = [case for item in entry.items("cases") if (case := _case(item, fact, scope)) is not None]
        if not entry.has("else"):
            entry.missing("else", "Say which value it has when no case is met; null for none.")
        otherwise = entry.node("else")
        if isinstance(otherwise, Table):
            asks = _asked(otherwise, fact, scope)
            return Definition(fact.name, fact, clause, tuple(cases), None, asks, place)
        value = _value(otherwise, fact, scope) if otherwise is not None else None
        return Definition(fact.name, fact, clause, tuple(cases), value, None, place)


def _sum(fact: Fact, clause: str, place: Place, entry: Entries, scope: Scope) -> Definition:
    """What is added up: the value of each line whose test is met."""
    for other in ("is", "cases", "else"):
        if entry.has(other):
            scope.fault(
                entry.place(other), f'A sum has no "{other}".', "Keep sum alone; what meets no line adds nothing."
            )
    kind = entry.choice("type", _NUMBERS, required=True)
    lines = [line for item in entry.items("sum") if (line := _case(item, fact, scope)) is not None]
    nothing = Decimal(0) if kind == "decimal" else 0
    return Definition(fact.name, fact, clause, tuple(lines), nothing, None, place, adds=True)


def _value(node: Node, fact: Fact, scope: Scope) -> Any:
    """A value written out; of a number, date or time also what works it out, such as post.risk * 0.5."""
    written: list[Fault] = []
    value = read_value(node, fact, written)
    if written and fact.type in _RECKONED and isinstance(node, Scalar) and isinstance(node.value, str):
        return _reckoned(node, fact, scope)
    scope.faults.extend(written)
    return value


def _reckoned(node: Node | None, fact: Fact, scope: Scope) -> Condition | None:
    condition = scope.condition(node, want="any")
    if condition is not None and condition.type != fact.type:
        what, wanted = (TYPE_WORDS.get(kind, kind) for kind in (condition.type, fact.type))
        scope.fault(condition.place, f"This gives {what}, and {fact.name} is {wanted}.", f"Write what gives {wanted}.")
        return None
    return condition


def _asked(node: Table, fact: Fact, scope: Scope) -> str | None:
    """The fact of `else: {ask: fact}`: whoever supplies it decides what no case does."""
    with Entries(node, f"else of {fact.name}", scope.faults) as entry:
        name = entry.text("ask", required=True)
        if not name or scope.refer(entry.place("ask"), "fact", name) is None:
            return None
        asked = scope.facts[name]
        if asked.type != fact.type or dict(asked.values) != dict(fact.values):
            message = f"{name} does not have the type and values of {fact.name}."
            scope.fault(entry.place("ask"), message, "Give the two the same type and the same values.")
        return name


def _case(node: Node, fact: Fact, scope: Scope) -> tuple[Condition, Any] | None:
    with Entries(node, f"a case of {fact.name}", scope.faults) as entry:
        condition, value = scope.condition(entry.node("is")), entry.node("value")
        if not entry.has("is"):
            entry.missing("is")
        if value is None:
            entry.missing("value")
        if condition is None or value is None:
            return None
        return condition, _value(value, fact, scope)


def check_circles(definitions: Mapping[str, Definition], faults: list[Fault]) -> None:
    """No definition may turn on itself."""
    uses = {
        name: set[str]().union(*(c.facts for c in d.conditions)).intersection(definitions)
        for name, d in definitions.items()
    }
    for name in definitions:
        seen: set[str] = set()
        todo = sorted(uses[name])
        while todo:
            other = todo.pop()
            if other == name:
                place = definitions[name].place
                faults.append(Fault(place, f'"{name}" is defined by itself.', "Take it out of what it turns on."))
                break
            if other not in seen:
                seen.add(other)
                todo.extend(uses[other])


# --- rules ---------------------------------------------------------------------------------------------------------


class RulesReader:
    """Reads the rules of one pack, file by file. `controls` are those that the pack may bind; `used` those it did."""

    def __init__(self, scope: Scope, controls: Mapping[str, Control]) -> None:
        self.scope = scope
        self.controls = controls
        self.used: dict[str, Control] = {}
        self.rules: dict[str, Rule] = {}

    def read(self, root: Table) -> None:
        """One file."""
        scope = self.scope
        with Entries(root, "a file of rules", scope.faults) as entry:
            entry.has("define")
            head = _Head(
                moments=scope.refer_all(entry.placed_texts("moment"), "moment"),
                moment_named=entry.has("moment"),
                when=self.tests(entry, "when"),
                unless=self.exemptions(entry),
            )
            for node in entry.items("rules"):
                self.row(node, head)
            for node in entry.items("concerns"):
                self.concern(node, head)

    def row(self, node: Node, head: _Head) -> None:
        table = as_table(node, "a rule", self.scope.faults)
        if table is None:
            return
        if "control" in table.entries:
            self.bound(table, head)
        else:
            self.rule(table, head)

    def bound(self, table: Table, head: _Head) -> None:
        """A rule made of a control. Faults inside the control are told where it is bound."""
        scope = self.scope
        with_control = Entries(table, "a rule", scope.faults)
        key = with_control.text("control", required=True)
        place = with_control.place("control")
        if key not in self.controls:
            scope.fault(place, f'There is no control "{key}".', nearest(key, self.controls))
            return
        control = self.used[key] = self.controls[key]
        outer, scope.faults = scope.faults, []
        expanded = expand(control, table, scope)
        if not scope.faults:  # what a wrong hole makes of the rule is no fault of its own
            self.rule(expanded, head, control=key)
        inner, scope.faults = scope.faults, outer
        for fault in inner:
            if fault.place.file == control.place.file:
                message = f"{fault.message} (In the control {key}, {fault.place}.)"
                fault = replace(fault, place=place, message=message)
            scope.faults.append(fault)

    def concern(self, node: Node, head: _Head) -> None:
        """A row of a table of concerns: the rule whose first test is that concern."""
        table = as_table(node, "a row of concerns", self.scope.faults)
        if table is None:
            return
        entry = Entries(table, "a row of concerns", self.scope.faults)
        key = entry.text("concern", required=True)
        if not key or self.scope.refer(entry.place("concern"), "concern", key) is None:
            return
        place = entry.place("concern")
        test = Scalar(f"concern.{key}", f"concern.{key}", place, place)
        entries = {k: v for k, v in table.entries.items() if k != "concern"}
        entries["when"] = Series((test, *entry.items("when")), entry.place("when"))
        words = sentence(self.scope.concerns[key].label)
        entries.setdefault("title", Scalar(words, words, place, place))
        self.rule(Table(entries, table.keys, table.place, table.flow), head, concern=key)

    def rule(self, table: Table, head: _Head, *, control: str | None = None, concern: str | None = None) -> None:
        scope = self.scope
        with Entries(table, "a rule", scope.faults) as entry:
            key, clauses = self.identity(entry)
            moments = scope.refer_all(entry.placed_texts("moment"), "moment") or head.moments
            if not moments and not entry.has("moment") and not head.moment_named:
                entry.missing("moment", "Say at which moment it binds, here or at the top of the file.")
            remedy, offer = self.remedy(entry)
            start, end = self.in_force(entry)
            effects = read_effects(entry.node("then"), scope)
            if entry.node("then") is None:
                entry.missing("then", "Say what it leaves behind: refuse, warn or another effect.")
            rule = Rule(
                id=key,
                clauses=clauses,
                moments=moments,
                title=entry.text("title", required=True) or key,
                when=(*head.when, *self.tests(entry, "when")),
                unless=(*head.unless, *self.exemptions(entry)),
                then=effects,
                wording=scope.clauses[clauses[0]].wording if clauses else "must",
                remedy=remedy,
                offer=offer,
                mode=entry.choice("mode", MODES, "enforce"),
                because=entry.text("because"),
                in_force_from=start,
                in_force_until=end,
                control=control,
                concern=concern,
                place=entry.place("id") if entry.has("id") else table.place,
            )
            self.keep(rule)

    def keep(self, rule: Rule) -> None:
        if rule.id in self.rules:
            where = self.rules[rule.id].place
            remedy = f'Give this one an id of its own, such as "{rule.id}-again".'
            self.scope.fault(rule.place, f'The rule "{rule.id}" is already at {where}.', remedy)
        elif rule.id:
            self.rules[rule.id] = rule

    def identity(self, entry: Entries) -> tuple[str, tuple[str, ...]]:
        """A rule's id and the clauses that it cites: named, or told by the id."""
        scope = self.scope
        named = [*entry.placed_texts("clause"), *entry.placed_texts("clauses")]
        clauses = tuple(dict.fromkeys(scope.refer_all(named, "clause")))
        key = entry.text("id")
        if not key:
            if not named:
                entry.missing("id", "Write id: with the clause that it keeps, such as CL-3.1.5f.")
            return named[0][1] if named else "", clauses
        if not _ID.fullmatch(key):
            scope.fault(entry.place("id"), f'"{key}" is no id of a rule.', "Use letters, digits, dots and dashes.")
        if named or "clause" in scope.broken:
            return key, clauses
        for end in range(len(key), 0, -1):
            if key[:end] in scope.clauses and _SUFFIX.fullmatch(key[end:]):
                return key, (key[:end],)
        message = f'"{key}" names no clause, and the rule cites none.'
        scope.fault(entry.place("id"), message, nearest(key, scope.clauses) or "Add clause: with the one it keeps.")
        return key, ()

    def remedy(self, entry: Entries) -> tuple[str, str | None]:
        """The words of the remedy, and the act that it offers."""
        node = entry.node("remedy")
        if not isinstance(node, Table):
            return entry.text("remedy"), None
        with Entries(node, "the remedy", self.scope.faults) as remedy:
            offer = remedy.text("offer")
            words = remedy.text("say", required=True)
            return words, self.scope.act(remedy.place("offer"), offer) if offer else None

    def in_force(self, entry: Entries) -> tuple[Any, Any]:
        node = entry.node("in_force")
        if node is None:
            return None, None
        with Entries(node, "in_force", self.scope.faults) as dates:
            start, end = dates.day("from"), dates.day("until")
            if start and end and end < start:
                self.scope.fault(dates.place("until"), "The rule ends before it begins.", "Swap the two days.")
            return start, end

    def tests(self, entry: Entries, key: str) -> tuple[Condition, ...]:
        found = (self.scope.condition(node) for node in entry.items(key))
        return tuple(c for c in found if c is not None)

    def exemptions(self, entry: Entries) -> tuple[Exemption, ...]:
        found = (self.exemption(node) for node in entry.items("unless"))
        return tuple(e for e in found if e is not None)

    def exemption(self, node: Node) -> Exemption | None:
        scope = self.scope
        if isinstance(node, Scalar):
            scope.fault(node.place, "An exception has a name.", "Write {is: the test, why: what it is called}.")
            return None
        with Entries(node, "an exception", scope.faults) as entry:
            grant, approval = entry.text("grant"), entry.text("approval")
            kinds = [k for k in ("is", "grant", "approval") if entry.has(k)]
            if len(kinds) != 1:
                message = f"An exception has one of is, grant and approval; here stand {' and '.join(kinds) or 'none'}."
                scope.fault(entry.at, message, "Keep one, and write another exception for the other.")
            why = entry.text("why")
            condition = None
            if grant and well_formed(entry.place("grant"), grant, "a grant", scope.faults):
                condition = scope.compile(f"'{grant}' in act.grants", entry.place("grant"))
            elif approval and scope.refer(entry.place("approval"), "say", approval):
                condition = scope.compile(f"'{approval}' in act.approved", entry.place("approval"))
                why = why or scope.says[approval].title
            elif entry.has("is"):
                condition = scope.condition(entry.node("is"))
            unknown = entry.choice("if_unknown", ("ask", "no", "yes"), "ask") if entry.has("is") else "ask"
            if not why and not approval:
                entry.missing("why", "Say in a few words when it applies: urgent threat.")
            clause = entry.text("clause")
            if clause:
                scope.refer(entry.place("clause"), "clause", clause)
            elif grant in scope.grants:
                clause = scope.grants[grant].clause
            then = read_effects(entry.node("then"), scope)
            if condition is None:
                return None
            named = approval or None, grant or None, clause or None
            return Exemption(why, condition, then, *named, unknown == "no", unknown == "yes")
