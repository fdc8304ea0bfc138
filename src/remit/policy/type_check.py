"""What Google's checker lets through in a condition: misspelt enum values, fields of records, periods, patterns, order.

Told by offset within the condition; `language` makes faults of it, with file, line and column.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import re2

from remit.policy import words
from remit.policy.calendar_days import EXAMPLES as DAYS
from remit.policy.calendar_days import parse_recurring
from remit.policy.faults import nearest
from remit.policy.hours import WORKING
from remit.policy.periods import parse_clock, parse_period, period_fault
from remit.policy.tree import PICKS, Call, Field, ListOf, Literal, Name, Node, Quantifier, Variable
from remit.policy.vocabulary import Fact

_QUIET = re2.Options()
_QUIET.log_errors = False
_TEXTS = {"string", "enum"}
_NUMBERS = ("int", "decimal")
#: What to write where a whole number stands beside a decimal one.
BOTH_DECIMAL = "Write both as whole numbers, or both as decimal ones: 2.0 for 2."
#: What to write where a date stands beside a time.
BOTH_DAYS = "A date never mixes with a time: write .date() after the time, or .at('17:00') after the date."


class TypeCheck:
    """Walks one checked tree: `kind` gives the type of a node, and `found` gathers (offset, message, remedy)."""

    def __init__(self, facts: Mapping[str, Fact], hours: frozenset[str] = frozenset({WORKING})) -> None:
        self.facts, self.hours = facts, hours
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
            case Call("weekday"):
                return words.WEEKDAY
        return None

    def kind(self, node: Node) -> str:
        match node:
            case Literal(value):
                return {bool: "bool", int: "int", Decimal: "decimal", str: "string"}.get(type(value), "date")
            case ListOf(items):
                kinds = {self.kind(item) for item in items}
                return "strings" if kinds <= _TEXTS else "list"
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
        picked = self.picked(node) if node.kind in PICKS else ""
        if body != "bool":
            self.fault(node.offset, f"The test inside {node.kind}() gives no yes or no.", "Write a test there.")
        if outer is None:
            del self.elements[node.variable]
        else:
            self.elements[node.variable] = outer
        return picked or (kind if node.kind == "filter" else "bool")

    def picked(self, node: Quantifier) -> str:
        """The type of the day or time that latest() and earliest() give."""
        kind = self.field_kind(Variable(node.variable), node.picks, node.offset)
        if kind not in ("date", "time"):
            message = (
                f"{node.kind}() picks out a date or a time, and {node.picks} is {words.TYPE_WORDS.get(kind, kind)}."
            )
            self.fault(node.offset, message, "Name a field that is a date or a time.")
        return kind

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
                if kinds[0] not in (*_NUMBERS, "date", "time"):
                    message = f'"{node.operator}" orders numbers, dates and times, not'
                    self.fault(node.offset, f"{message} {words.TYPE_WORDS.get(kinds[0], kinds[0])}.", "Use == or in.")
                return "bool"
            case "in":
                self.values(*node.args)
                self.values(*reversed(node.args))
                return "bool"
            case "+" | "-" | "*":
                return self.arithmetic(node, kinds)
            case "max" | "min":
                return self.extreme(node, kinds)
            case "share":
                return self.share(node, kinds)
            case "size":
                if kinds[0] in ("date", "time", "bool", *_NUMBERS):
                    self.fault(
                        node.offset,
                        "size() counts the elements of a list or the characters of a text.",
                        "Name a list or a text.",
                    )
                return "int"
            case "plus" | "minus" | "passed":
                self.timely(node, kinds[0])
                self.period(node.args[1], kinds[0])
                return "bool" if node.operator == "passed" else kinds[0]
            case "during" | "opening" | "closing":
                self.timely(node, kinds[0])
                self.hours_named(node.args[1])
                return "bool" if node.operator == "during" else "time"
            case "date":
                self.timely(node, kinds[0])
                return "date"
            case "between":
                self.timely(node, kinds[0])
                self.clock(node)
            case "at":
                self.timely(node, kinds[0])
                self.clock(node)
                return "time"
            case "last" | "next":
                self.timely(node, kinds[0])
                self.recurring(node.args[1])
                return "date"
            case "weekday":
                self.timely(node, kinds[0])
                return "enum"
            case "working_day":
                self.timely(node, kinds[0])
            case "matches" | "startsWith" | "endsWith" | "contains":
                if kinds[0] not in _TEXTS:
                    what = words.TYPE_WORDS.get(kinds[0], kinds[0])
                    self.fault(node.offset, f"{node.operator}() looks at a text, and this is {what}.", "Name a text.")
                if node.operator == "matches":
                    self.pattern(node.args[1])
        return "bool"

    def arithmetic(self, node: Call, kinds: list[str]) -> str:
        """Numbers of one kind make a number; texts may be joined."""
        if node.operator == "+" and set(kinds) <= _TEXTS:
            return "string"
        if set(kinds) == set(_NUMBERS):
            self.fault(node.offset, f'"{node.operator}" is used on a whole number and a decimal one.', BOTH_DECIMAL)
        elif kinds[0] != kinds[1] or kinds[0] not in _NUMBERS:
            does = "adds numbers or joins texts" if node.operator == "+" else "works on numbers"
            self.fault(node.offset, f'"{node.operator}" {does}.', "Use plus() or minus() to move a date or time.")
        return kinds[0] if kinds[0] in _NUMBERS else "int"

    def extreme(self, node: Call, kinds: list[str]) -> str:
        """max() and min() of numbers, dates or times of one kind; those of periods `tree` has taken apart."""
        for other in range(1, len(kinds)):
            self.same_type(Call("==", (node.args[0], node.args[other]), node.offset), [kinds[0], kinds[other]])
        if kinds[0] not in (*_NUMBERS, "date", "time"):
            message = f"{node.operator}() is of numbers, dates or times, and this is"
            remedy = "Of periods it stands where a period does: today.plus(max('28 days', '1 month'))."
            self.fault(node.offset, f"{message} {words.TYPE_WORDS.get(kinds[0], kinds[0])}.", remedy)
        return kinds[0]

    def share(self, node: Call, kinds: list[str]) -> str:
        """A share of a whole number: ten in a hundred."""
        if set(kinds) != {"int"}:
            self.fault(
                node.offset, "share() is of whole numbers.", "Write for example size(post.images).share(10, 100)."
            )
        whole = node.args[2]
        if not (isinstance(whole, Literal) and isinstance(whole.value, int) and whole.value > 0):
            self.fault(
                whole.offset, "share() wants its second number written out, more than 0.", "Write for example 100."
            )
        return "int"

    def timely(self, node: Call, kind: str) -> None:
        """What the checker cannot see in the field of a record: that there is a date or time to work with."""
        wanted = ("time",) if node.operator in ("between", "during", "date") else ("date", "time")
        if kind not in wanted:
            what = words.TYPE_WORDS.get(kind, kind)
            works = "a time" if wanted == ("time",) else "a date or a time"
            self.fault(node.offset, f"{node.operator}() works on {works}, and this is {what}.", f"Name {works}.")

    def clock(self, node: Call) -> None:
        times = []
        for arg in node.args[1:]:
            if not (isinstance(arg, Literal) and isinstance(arg.value, str)):
                message = f"{node.operator}() wants its times written out."
                self.fault(arg.offset, message, 'Write for example "22:00" or "06:00".')
                continue
            try:
                times.append(parse_clock(arg.value))
            except ValueError as error:
                message, _, remedy = str(error).partition(". ")
                self.fault(arg.offset, f"{message}.", remedy)
        if len(times) == 2 and times[0] == times[1]:
            self.fault(node.offset, "between() begins and ends at the same time.", "Write two times.")

    def hours_named(self, node: Node) -> None:
        """A table of hours is named by what periods count in: "press-office hours"."""
        words = node.value if isinstance(node, Literal) else ""
        if not isinstance(words, str) or words.removesuffix(" hours") not in self.hours or not words.endswith(" hours"):
            known = [f"{table} hours" for table in sorted(self.hours)]
            self.fault(node.offset, f'There are no hours called "{words}".', nearest(str(words), known))

    def recurring(self, node: Node) -> None:
        """Days that come again are written out."""
        for item in node.items if isinstance(node, ListOf) else (node,):
            if not (isinstance(item, Literal) and isinstance(item.value, str)):
                self.fault(item.offset, "Days that come again are written out.", f"Write for example {DAYS}.")
                continue
            try:
                parse_recurring(item.value)
            except ValueError as error:
                message, _, remedy = str(error).partition(". ")
                self.fault(item.offset, f"{message}.", remedy)
        if isinstance(node, ListOf) and not node.items:
            self.fault(node.offset, "No day stands here.", f"Write for example {DAYS}.")

    def same_type(self, node: Call, kinds: list[str]) -> None:
        left, right = ("text" if k in _TEXTS else k for k in kinds)
        lists = {"strings", "enums", "list"}
        if left != right and not (left in lists and right in lists):
            a, b = (words.TYPE_WORDS.get(k, k) for k in kinds)
            remedy = "Compare things of the same type."
            if {left, right} == set(_NUMBERS):
                remedy = BOTH_DECIMAL
            elif {left, right} == {"date", "time"}:
                remedy = BOTH_DAYS
            self.fault(node.offset, f"This compares {a} with {b}.", remedy)

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
            fact = self.fact_of(node)
            if fact is None or fact.type != "period":
                named = fact.name if fact else "this"
                remedy = (
                    f"Give {named} the type period." if fact else "Write a period, or name a parameter of that type."
                )
                self.fault(node.offset, f"A period is wanted here, and {named} is none.", remedy)
            return
        if wrong := period_fault(node.value, self.hours):
            self.fault(node.offset, *wrong)
        elif kind == "date" and parse_period(node.value).elapsed:
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
