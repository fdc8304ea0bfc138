"""Conditions: a small CEL, parsed and type-checked by Google's checker at load, then run by our own evaluators.

The checker catches wrong types and unknown names; what it lets through (misspelt enum values, fields of records,
bad periods and patterns) is caught here. Dates are `bytes` to the checker: ordered, and unlike every other type, so
that a date never mixes with a time or a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import re2
from cel_expr_python import cel

from remit.policy import rows, words
from remit.policy.faults import NOWHERE, Fault, Place, nearest
from remit.policy.periods import parse_period
from remit.policy.tree import (
    FUNCTIONS,
    MACROS,
    Call,
    Field,
    ListOf,
    Literal,
    Name,
    Node,
    NotAllowed,
    Quantifier,
    Variable,
    read_checked,
)
from remit.policy.vocabulary import Fact

ALLOWED = (
    "Use facts, literals, == != < <= > >= in && || ! +, exists, all, count, size, startsWith, endsWith, contains, "
    "matches, given, plus, passed and date()."
)

#: Facts that are always there: the day, the instant, and when the act takes effect.
CLOCK = {
    "today": Fact("today", "date", "today"),
    "now": Fact("now", "time", "now"),
    "at": Fact("at", "time", "the time it takes effect"),
}

_T = cel.Type
_CEL_TYPES = {
    "bool": _T.BOOL,
    "int": _T.INT,
    "string": _T.STRING,
    "enum": _T.STRING,
    "date": _T.BYTES,
    "time": _T.TIMESTAMP,
    "strings": _T.List(_T.STRING),
    "enums": _T.List(_T.STRING),
    "records": _T.List(_T.Map(_T.STRING, _T.DYN)),
}
_QUIET = re2.Options()
_QUIET.log_errors = False


class ConditionFaults(Exception):
    """A condition that does not load; `faults` says where and what to write instead."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


@dataclass(frozen=True)
class Condition:
    """A checked expression. `tree` is what everything runs on; `source` is what the officer wrote."""

    source: str
    tree: Node
    type: str  # bool | date | time | int | string | ...
    facts: frozenset[str]  # every fact, definition, parameter and setting it reads
    words: str  # plain English
    place: Place = NOWHERE
    #: Runs it: takes `rows.Facts`, gives a value, None for *none*, or `rows.Unknown`.
    run: Callable[[Any], Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "run", rows.compile_tree(self.tree))


@lru_cache(maxsize=64)
def _environment(variables: tuple[tuple[str, str], ...]) -> cel.Env:
    def overload(name: str, result: cel.Type, params: list[cel.Type], member: bool = True) -> cel.Overload:
        return cel.Overload(id=name, return_type=result, parameters=params, is_member=member)

    kinds = {"date": _T.BYTES, "time": _T.TIMESTAMP}
    given = {**kinds, "string": _T.STRING, "int": _T.INT, "bool": _T.BOOL, "list": _T.LIST}
    functions = [
        cel.FunctionDecl("date", [overload("date_of_text", _T.BYTES, [_T.STRING], member=False)]),
        cel.FunctionDecl("plus", [overload(f"{k}_plus", t, [t, _T.STRING]) for k, t in kinds.items()]),
        cel.FunctionDecl("passed", [overload(f"{k}_passed", _T.BOOL, [t, _T.STRING]) for k, t in kinds.items()]),
        cel.FunctionDecl("given", [overload(f"{k}_given", _T.BOOL, [t]) for k, t in given.items()]),
    ]
    return cel.NewEnv(variables={name: _CEL_TYPES[kind] for name, kind in variables}, functions=functions)


def compile_condition(source: str, facts: Mapping[str, Fact], place: Place, *, want: str = "bool") -> Condition:
    """Check `source` against the vocabulary and make it runnable.

    Args:
        facts: every name it may read, with its type.
        place: where the text starts; faults are given the column within it.
        want: "bool", "date" (a date or a time) or "any".
    Raises:
        ConditionFaults: it is not CEL, not allowed here, of the wrong type, or names what the vocabulary has not.
    """
    return Compiler(facts).compile(source, place, want=want)


class Compiler:
    """Compiles many conditions against one vocabulary; the checker's environment is made once."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.facts = {**CLOCK, **facts}
        self.environment = _environment(tuple(sorted((f.name, f.type) for f in self.facts.values())))

    def compile(self, source: str, place: Place, *, want: str = "bool") -> Condition:
        """As `compile_condition`."""

        def fault(offset: int, message: str, remedy: str) -> Fault:
            line = source.count("\n", 0, offset)
            column = offset - (source.rfind("\n", 0, offset) + 1)
            start = place.column if line == 0 else 1
            return Fault(Place(place.file, place.line + line, start + column), message, remedy)

        if found := re.search(r"\bhas\(", source):
            raise ConditionFaults(
                [
                    fault(
                        found.start(),
                        "has() cannot be used in a condition.",
                        "Write given(), which tells none from unknown.",
                    )
                ]
            )
        try:
            checked = self.environment.compile(_spell_count(source))
        except RuntimeError as error:
            raise ConditionFaults([fault(*self._checker_fault(str(error), source))]) from None
        try:
            tree = read_checked(checked.serialize())
        except NotAllowed as error:
            raise ConditionFaults([fault(error.offset, error.said, ALLOWED)]) from None
        lint = _Lint(self.facts)
        kind = lint.kind(tree)
        faults = [fault(*found) for found in lint.found]
        wanted = {"bool": ("bool",), "date": ("date", "time")}.get(want)
        if not faults and wanted and kind not in wanted:
            what = "a test with the answer yes or no" if want == "bool" else "a date or a time"
            faults.append(
                fault(0, f"This gives {words.TYPE_WORDS.get(kind, kind)}, and {what} is wanted here.", f"Write {what}.")
            )
        if faults:
            raise ConditionFaults(faults)
        names = frozenset(node.name for node in walk(tree) if isinstance(node, Name) and node.name not in CLOCK)
        return Condition(source, tree, kind, names, words.sentence(tree, self.facts), place)

    def _checker_fault(self, message: str, source: str) -> tuple[int, str, str]:
        """Google's words, as an offset, a message and a remedy of ours."""
        found = re.search(r"<input>:(\d+):(\d+): (.*)", message)
        if not found:
            return 0, "This condition cannot be read.", ALLOWED
        row, column, said = int(found[1]), int(found[2]), found[3]
        offset = sum(len(text) + 1 for text in source.split("\n")[: row - 1]) + max(column - 1, 0)
        if name := re.search(r"undeclared reference to '([^']*)'", said):
            word = name[1]
            if "(" in source[source.find(word) :].removeprefix(word)[:1] or f".{word}(" in source:
                return offset, f"There is no function {word}().", nearest(word, FUNCTIONS | MACROS | {"count", "date"})
            start = source.find(word)
            return (
                start if start >= 0 else offset,
                f'There is no fact "{word}".',
                nearest(word, self.facts.keys()),
            )
        if "null_type" in said:
            return offset, "null cannot be compared.", "Write given(), which says whether there is anything."
        if "no matching overload" in said:
            applied = re.search(r"'([^']*)' applied to '\(?([^']*?)\)?'$", said)
            if applied:
                names = " and ".join(words.CEL_TYPE_WORDS.get(t, t) for t in re.split(r", (?![^(]*\))", applied[2]))
                operator = applied[1].strip("_").replace("@", "")
                return (
                    offset,
                    f'"{operator}" cannot be used on {names}.',
                    "Compare things of the same type; a date never mixes with a time or a text.",
                )
        if "Syntax error" in said:
            return (
                offset,
                f"This is not a condition: {said.removeprefix('ERROR: ').removeprefix('Syntax error: ')}.",
                ALLOWED,
            )
        return offset, f"This condition does not check: {said}.", ALLOWED


def _spell_count(source: str) -> str:
    """`list.count(x, test)` is our short spelling of CEL's `size(list.filter(x, test))`."""
    while found := re.search(r"([A-Za-z_][\w.]*)\.count\(", source):
        depth, at = 1, found.end()
        while at < len(source) and depth:
            depth += {"(": 1, ")": -1}.get(source[at], 0)
            at += 1
        if depth:
            return source
        source = f"{source[: found.start()]}size({found[1]}.filter({source[found.end() : at]}){source[at:]}"
    return source


def walk(node: Node) -> Iterator[Node]:
    """`node` and every node under it."""
    yield node
    match node:
        case ListOf(items):
            children: tuple[Node, ...] = items
        case Call(_, args):
            children = args
        case Field(of):
            children = (of,)
        case Quantifier(_, _, over, body):
            children = (over, body)
        case _:
            children = ()
    for child in children:
        yield from walk(child)


class _Lint:
    """What Google's checker lets through: enum values, fields of records, periods, patterns, order of words."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.facts = facts
        self.found: list[tuple[int, str, str]] = []
        self.elements: dict[str, Fact | str] = {}  # quantifier variable -> list fact of records, or element type

    def fault(self, offset: int, message: str, remedy: str) -> None:
        self.found.append((offset, message, remedy))

    def fact_of(self, node: Node) -> Fact | None:
        """The fact (or field of a record, as a fact) that `node` reads, if it reads one."""
        match node:
            case Name(name):
                return self.facts.get(name)
            case Field(Variable(variable), name):
                element = self.elements.get(variable)
                return element.fields.get(name) if isinstance(element, Fact) else None
            case Variable(variable):
                element = self.elements.get(variable)
                return element if isinstance(element, Fact) and element.type != "records" else None
        return None

    def kind(self, node: Node) -> str:
        match node:
            case Literal(value):
                return {bool: "bool", int: "int", str: "string"}.get(type(value), "date")
            case ListOf(items):
                kinds = {self.kind(item) for item in items}
                return "strings" if kinds <= {"string", "enum"} else "list"
            case Name(name):
                return self.facts[name].type
            case Variable(variable):
                element = self.elements.get(variable)
                return (
                    "record"
                    if isinstance(element, Fact) and element.type == "records"
                    else str(getattr(element, "type", element))
                )
            case Field(of, name, offset):
                return self.field_kind(of, name, offset)
            case Quantifier():
                return self.quantifier(node)
            case Call():
                return self.call(node)
        raise AssertionError(node)

    def field_kind(self, of: Node, name: str, offset: int) -> str:
        if isinstance(of, Variable):
            element = self.elements.get(of.name)
            if isinstance(element, Fact) and element.type == "records":
                if name not in element.fields:
                    self.fault(offset, f'"{element.name}" has no field "{name}".', nearest(name, element.fields))
                    return "string"
                return element.fields[name].type
        self.fault(
            offset,
            f'".{name}" asks for a field of something that has none.',
            "Only the elements of a list of records have fields.",
        )
        return "string"

    def quantifier(self, node: Quantifier) -> str:
        over = self.fact_of(node.over)
        kind = self.kind(node.over)
        if kind not in ("strings", "enums", "records", "list"):
            self.fault(
                node.offset,
                f"{node.kind}() runs over a list, and this is {words.TYPE_WORDS.get(kind, kind)}.",
                "Name a fact that is a list.",
            )
        outer = self.elements.get(node.variable)
        if over is None:
            self.elements[node.variable] = "string"
        elif over.type == "records":
            self.elements[node.variable] = over
        else:
            element_type = "enum" if over.type == "enums" else "string"
            self.elements[node.variable] = Fact(over.name, element_type, over.label, values=over.values)
        body = self.kind(node.body)
        if body != "bool":
            self.fault(node.offset, f"The test inside {node.kind}() gives no yes or no.", "Write a test there.")
        if outer is None:
            del self.elements[node.variable]
        else:
            self.elements[node.variable] = outer
        return kind if node.kind == "filter" else "bool"

    def call(self, node: Call) -> str:
        kinds = [self.kind(arg) for arg in node.args]
        match node.operator:
            case "&&" | "||" | "!":
                for arg, kind in zip(node.args, kinds, strict=True):
                    if kind != "bool":
                        self.fault(
                            arg.offset,
                            f"{words.TYPE_WORDS.get(kind, kind)} is no yes or no.",
                            "Compare it with something.",
                        )
                return "bool"
            case "==" | "!=":
                self.same_type(node, kinds)
                self.values(*node.args)
                self.values(*reversed(node.args))
                return "bool"
            case "<" | "<=" | ">" | ">=":
                self.same_type(node, kinds)
                if kinds[0] not in ("int", "date", "time"):
                    message = f'"{node.operator}" orders numbers, dates and times, not'
                    self.fault(node.offset, f"{message} {words.TYPE_WORDS.get(kinds[0], kinds[0])}.", "Use == or in.")
                return "bool"
            case "in":
                self.values(*node.args)
                self.values(*reversed(node.args))
                return "bool"
            case "+":
                if not set(kinds) <= {"string", "enum"}:
                    self.fault(node.offset, '"+" joins texts.', "Use plus() to move a date or time.")
                return "string"
            case "size":
                if kinds[0] in ("date", "time", "int", "bool"):
                    self.fault(
                        node.offset,
                        "size() counts the elements of a list or the characters of a text.",
                        "Name a list or a text.",
                    )
                return "int"
            case "plus" | "passed":
                self.period(node.args[1], kinds[0])
                return kinds[0] if node.operator == "plus" else "bool"
            case "matches":
                self.pattern(node.args[1])
                return "bool"
        return "bool"

    def same_type(self, node: Call, kinds: list[str]) -> None:
        text = {"string", "enum"}
        left, right = ("text" if k in text else k for k in kinds)
        lists = {"strings", "enums", "list"}
        if left != right and not (left in lists and right in lists):
            a, b = (words.TYPE_WORDS.get(k, k) for k in kinds)
            self.fault(node.offset, f"This compares {a} with {b}.", "Compare things of the same type.")

    def values(self, fact_side: Node, value_side: Node) -> None:
        """Literals compared with an enum must be among its values."""
        fact = self.fact_of(fact_side)
        if fact is None or not fact.values:
            return
        for literal in value_side.items if isinstance(value_side, ListOf) else (value_side,):
            if isinstance(literal, Literal) and isinstance(literal.value, str) and literal.value not in fact.values:
                self.fault(
                    literal.offset,
                    f'"{literal.value}" is not a value of {fact.name}.',
                    nearest(literal.value, fact.values),
                )

    def period(self, node: Node, kind: str) -> None:
        if not isinstance(node, Literal):
            return
        try:
            period = parse_period(node.value)
        except ValueError as error:
            message, _, remedy = str(error).partition(". ")
            self.fault(node.offset, f"{message}.", remedy)
            return
        if kind == "date" and period.elapsed:
            self.fault(
                node.offset, f'"{node.value}" moves a time, and this is a date.', "Use days, weeks, months or years."
            )

    def pattern(self, node: Node) -> None:
        if not isinstance(node, Literal):
            self.fault(
                node.offset, "matches() wants its pattern written out.", "Write the pattern as a text in quotes."
            )
            return
        try:
            re2.compile(node.value, _QUIET)
        except re2.error as error:
            reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
            self.fault(node.offset, f'"{node.value}" is not a pattern: {reason}.', "Use RE2 syntax.")
