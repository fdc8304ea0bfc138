"""Conditions: a small CEL, parsed and type-checked by Google's checker at load, then run by our own evaluators.

The checker catches wrong types and unknown names; what it lets through (misspelt enum values, fields of records,
bad periods and patterns) is caught by `type_check`. Dates are `bytes` to the checker: ordered, and unlike every other
type, so that a date never mixes with a time or a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from remit.policy import rows, words
from remit.policy.faults import NOWHERE, Fault, Place, nearest
from remit.policy.hours import WORKING
from remit.policy.spelling import spelt, unquoted
from remit.policy.tree import (
    EXTREMES,
    FUNCTIONS,
    MACROS,
    PICKED,
    PICKS,
    RECURRING,
    Name,
    Node,
    NotAllowed,
    read_checked,
    walk,
)
from remit.policy.type_check import BOTH_DAYS, BOTH_DECIMAL, TypeCheck
from remit.policy.vocabulary import Fact

ALLOWED = (
    "Use facts, literals, == != < <= > >= in && || ! + - *, exists, all, count, latest, earliest, size, startsWith, "
    "endsWith, contains, matches, given, plus, minus, passed, between, during, opening, closing, at, date, weekday, "
    "working_day, last, next, max, min and share."
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
    "decimal": _T.DOUBLE,
    "string": _T.STRING,
    "enum": _T.STRING,
    "period": _T.STRING,
    "date": _T.BYTES,
    "time": _T.TIMESTAMP,
    "strings": _T.List(_T.STRING),
    "enums": _T.List(_T.STRING),
    "records": _T.List(_T.Map(_T.STRING, _T.DYN)),
}


#: Functions by what they are given, for those who give them something else.
_WANTS = {
    "between": "two times of the day",
    "during": "the name of hours",
    "opening": "the name of hours",
    "closing": "the name of hours",
    "date": "a time before it, or a day in its brackets",
    "at": "one time of the day",
    "plus": "one period",
    "minus": "one period",
    "passed": "one period",
    "weekday": "nothing in its brackets",
    "working_day": "nothing in its brackets",
    "given": "nothing in its brackets",
    "last": "days that come again",
    "next": "days that come again",
    "max": "two to four numbers, dates, times or periods",
    "min": "two to four numbers, dates, times or periods",
    "share": "a share written as two whole numbers",
}
_EXAMPLES = {
    "between": "now.between('22:00', '06:00')",
    "during": "now.during('working hours')",
    "opening": "now.opening('working hours')",
    "closing": "today.closing('working hours')",
    "date": "now.date(), or date('2026-11-21')",
    "at": "today.plus('1 day').at('08:00')",
    "plus": "….plus('5 working days')",
    "minus": "….minus('5 working days')",
    "passed": "….passed('3 months')",
    "weekday": "today.weekday() == 'friday'",
    "working_day": "today.working_day()",
    "given": "….given()",
    "last": "today.last(['1 January', '1 July'])",
    "next": "today.next('31 October')",
    "max": "max(size(post.images), 5)",
    "min": "min(today, today.next('1 April'))",
    "share": "size(post.images).share(10, 100)",
}


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
    #: Runs it: takes a `decide.Situation`, gives a value, None for *none*, or `rows.Unknown`.
    run: Callable[[Any], Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "run", rows.compile_tree(self.tree))

    def __reduce__(self) -> tuple[Any, ...]:
        """Kept without what runs it, which is made again (`library_cache`)."""
        return Condition, (self.source, self.tree, self.type, self.facts, self.words, self.place)


@lru_cache(maxsize=64)
def cel_environment(
    variables: tuple[tuple[str, str], ...], functions: tuple[tuple[str, Callable[..., Any]], ...] = ()
) -> cel.Env:
    """Google's checker for facts of these names and types.

    `functions` (overload -> Python) is for whoever runs Google's own evaluator beside ours; Remit only checks with it.
    """
    run = dict(functions)

    def overload(name: str, result: cel.Type, params: list[cel.Type], member: bool = True) -> cel.Overload:
        return cel.Overload(id=name, return_type=result, parameters=params, is_member=member, impl=run.get(name))

    kinds = {"date": _T.BYTES, "time": _T.TIMESTAMP}
    given = {**kinds, "string": _T.STRING, "int": _T.INT, "decimal": _T.DOUBLE, "bool": _T.BOOL, "list": _T.LIST}
    declared = [
        cel.FunctionDecl(
            "date",
            [
                overload("date_of_text", _T.BYTES, [_T.STRING], member=False),
                overload("date_of_time", _T.BYTES, [_T.TIMESTAMP]),
            ],
        ),
        cel.FunctionDecl("plus", [overload(f"{k}_plus", t, [t, _T.STRING]) for k, t in kinds.items()]),
        cel.FunctionDecl("minus", [overload(f"{k}_minus", t, [t, _T.STRING]) for k, t in kinds.items()]),
        cel.FunctionDecl("passed", [overload(f"{k}_passed", _T.BOOL, [t, _T.STRING]) for k, t in kinds.items()]),
        cel.FunctionDecl("given", [overload(f"{k}_given", _T.BOOL, [t]) for k, t in given.items()]),
        cel.FunctionDecl("between", [overload("time_between", _T.BOOL, [_T.TIMESTAMP, _T.STRING, _T.STRING])]),
        cel.FunctionDecl("during", [overload("time_during", _T.BOOL, [_T.TIMESTAMP, _T.STRING])]),
        cel.FunctionDecl("opening", [overload(f"{k}_opening", _T.TIMESTAMP, [t, _T.STRING]) for k, t in kinds.items()]),
        cel.FunctionDecl("closing", [overload(f"{k}_closing", _T.TIMESTAMP, [t, _T.STRING]) for k, t in kinds.items()]),
        cel.FunctionDecl("at", [overload(f"{k}_at", _T.TIMESTAMP, [t, _T.STRING]) for k, t in kinds.items()]),
        cel.FunctionDecl("weekday", [overload(f"{k}_weekday", _T.STRING, [t]) for k, t in kinds.items()]),
        cel.FunctionDecl("working_day", [overload(f"{k}_working_day", _T.BOOL, [t]) for k, t in kinds.items()]),
        *(
            cel.FunctionDecl(
                name,
                [
                    overload(f"{kind}_{name}_{many}", _T.BYTES, [t, days])
                    for kind, t in kinds.items()
                    for many, days in (("one", _T.STRING), ("many", _T.List(_T.STRING)))
                ],
            )
            for name in sorted(RECURRING)
        ),
        *(
            cel.FunctionDecl(
                name,
                [
                    overload(f"{kind}_{name}_{many}", t, [t] * many, member=False)
                    for kind, t in {**kinds, "int": _T.INT, "decimal": _T.DOUBLE, "period": _T.STRING}.items()
                    for many in (2, 3, 4)
                ],
            )
            for name in sorted(EXTREMES)
        ),
        cel.FunctionDecl("share", [overload("int_share", _T.INT, [_T.INT] * 3)]),
        *(cel.FunctionDecl(name, [overload(f"list_{name}", _T.DYN, [_T.LIST])]) for name in sorted(PICKS)),
    ]
    return cel.NewEnv(variables={name: _CEL_TYPES[kind] for name, kind in variables}, functions=declared)


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

    def __init__(
        self,
        facts: Mapping[str, Fact],
        hours: frozenset[str] = frozenset({WORKING}),
        called: words.Names | None = None,
    ) -> None:
        """`hours` names the policy's tables of hours; `called` says what it calls things that have a key."""
        self.hours, self.called = hours, called
        self.facts = {**CLOCK, **facts}
        self.environment = cel_environment(tuple(sorted((f.name, f.type) for f in self.facts.values())))

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
        text, origin = spelt(source)
        try:
            checked = self.environment.compile(text)
        except RuntimeError as error:
            raise ConditionFaults([fault(*self._checker_fault(str(error), source, text, origin))]) from None
        try:
            tree = read_checked(checked.serialize(), origin)
        except NotAllowed as error:
            raise ConditionFaults([fault(error.offset, error.said, ALLOWED)]) from None
        check = TypeCheck(self.facts, self.hours)
        kind = check.kind(tree)
        faults = [fault(*found) for found in check.found]
        wanted = {"bool": ("bool",), "date": ("date", "time")}.get(want)
        if not faults and wanted and kind not in wanted:
            what = "a test with the answer yes or no" if want == "bool" else "a date or a time"
            faults.append(
                fault(0, f"This gives {words.TYPE_WORDS.get(kind, kind)}, and {what} is wanted here.", f"Write {what}.")
            )
        if faults:
            raise ConditionFaults(faults)
        names = frozenset(node.name for node in walk(tree) if isinstance(node, Name) and node.name not in CLOCK)
        return Condition(source, tree, kind, names, words.sentence(tree, self.facts, self.called), place)

    def _checker_fault(self, message: str, source: str, text: str, origin: list[int]) -> tuple[int, str, str]:
        """Google's words about `text`, as an offset in `source`, a message and a remedy of ours."""
        found = re.search(r"<input>:(\d+):(\d+): (.*)", message)
        if not found:
            return 0, "This condition cannot be read.", ALLOWED
        row, column, said = int(found[1]), int(found[2]), found[3]
        within = sum(len(line) + 1 for line in text.split("\n")[: row - 1]) + max(column - 1, 0)
        offset = origin[min(within, len(text))]
        if name := re.search(r"undeclared reference to '([^']*)'", said):
            word = name[1]
            if word == "map" and (pick := re.search(r"\b(latest|earliest)\(", source)):
                return pick.start(), f"{pick[1]}() {PICKED}", "Write its three parts."
            if word in _WANTS:
                return offset, f"{word}() wants {_WANTS[word]}.", f"Write for example {_EXAMPLES[word]}."
            if "(" in source[source.find(word) :].removeprefix(word)[:1] or f".{word}(" in source:
                return offset, f"There is no function {word}().", nearest(word, FUNCTIONS | MACROS | {"count", "date"})
            start = source.find(word)
            remedy = nearest(word, self.facts.keys())
            if "." not in word and not remedy.startswith("Did you"):
                remedy = f"Put a text or a value in quotes: '{word}'."
            return start if start >= 0 else offset, f'There is no fact "{word}".', remedy
        if "null_type" in said:
            return offset, "null cannot be compared.", "Write given(), which says whether there is anything."
        if "no matching overload" in said:
            applied = re.search(r"'([^']*)' applied to '\(?([^']*?)\)?'$", said)
            if applied:
                names = " and ".join(words.CEL_TYPE_WORDS.get(t, t) for t in re.split(r", (?![^(]*\))", applied[2]))
                operator = applied[1].strip("_").replace("@", "")
                if operator in PICKS:
                    return offset, f"{operator}() {PICKED}", "Name a list of records before it."
                remedy = "Compare things of the same type; a date never mixes with a time or a text."
                if operator in EXTREMES or operator == "share":
                    remedy = f"Write for example {_EXAMPLES[operator]}."
                if names == "a time and a text":
                    remedy = "For the time of day write now.between('22:00', '06:00')."
                if set(names.split(" and ")) == {"a number", "a decimal number"}:
                    remedy = BOTH_DECIMAL
                if set(names.split(" and ")) == {"a date", "a time"}:
                    remedy = BOTH_DAYS
                if operator == "date":
                    remedy = "It is a date already." if names == "a date" else f"Write for example {_EXAMPLES['date']}."
                return offset, f'"{operator}" cannot be used on {names}.', remedy
        bare = re.search(r"\.(\w+)(?!\w|\()", source[max(offset - 1, 0) :])
        if "select operation" in said and bare and bare[1] in FUNCTIONS:
            return offset, f"{bare[1]} is a function.", f"Write {bare[1]}(), with its brackets."
        if "Syntax error" in said:
            return offset, f"This is not a condition: {_stumbles(said)}.", _in_cel(source)
        return offset, f"This condition does not check: {said}.", ALLOWED


#: What people write for what CEL writes otherwise; looked for outside quotes.
_WRITTEN = (
    (r"[“”‘’]", "Write straight quotes: 'wanted'."),
    (r"(?<![=!<>])=(?!=)", "Write == to compare."),
    (r"\b(and|or|not)\b", "Write && for and, || for or, ! for not."),
    (r"\bis\b", "Write == for is, or the fact alone for yes and ! before it for no."),
    (r"\d+ (working )?(minute|hour|day|week|month|year)s?", "Put a period in quotes, as in plus('5 working days')."),
)


def _stumbles(said: str) -> str:
    """What Google's parser says of its stumbling, as somebody says it who knows no parsers."""
    found = re.search(r"(?:input|at:?) '(<EOF>|.+?)\s*'", said)
    if found is None:
        return said.split("Syntax error: ")[-1]
    return "it ends too soon" if found[1] == "<EOF>" else f'"{found[1]}" cannot stand here'


def _in_cel(source: str) -> str:
    """A remedy for what is not CEL, by what is most often meant."""
    bare = unquoted(source)
    return next((remedy for pattern, remedy in _WRITTEN if re.search(pattern, bare)), ALLOWED)
