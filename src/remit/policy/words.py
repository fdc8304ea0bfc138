"""Plain English from the tree of a condition: what a policy officer, an author or an auditor reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from remit.policy.calendar_days import WEEKDAYS
from remit.policy.decimals import decimal_words
from remit.policy.patterns import pattern_words
from remit.policy.periods import clock_in_words, day_in_words, time_in_words
from remit.policy.time_words import TIMELY, TimeWords
from remit.policy.tree import (
    ARITHMETIC,
    EXTREMES,
    PICKS,
    Call,
    Field,
    ListOf,
    Literal,
    Name,
    Node,
    Quantifier,
    Variable,
)
from remit.policy.vocabulary import Fact

TYPE_WORDS = {
    "bool": "a yes or no",
    "int": "a number",
    "decimal": "a decimal number",
    "string": "a text",
    "enum": "one of a list of values",
    "period": "a length of time",
    "date": "a date",
    "time": "a time",
    "strings": "a list of texts",
    "enums": "a list of values",
    "records": "a list of records",
    "record": "a record",
    "list": "a list",
}
#: What the day of the week may be, as a fact may be one of its values.
WEEKDAY = Fact("weekday", "enum", "the day of the week", values={day: day.capitalize() for day in WEEKDAYS})
CEL_TYPE_WORDS = {
    "bool": "a yes or no",
    "int": "a number",
    "double": "a decimal number",
    "string": "a text",
    "bytes": "a date",
    "google.protobuf.Timestamp": "a time",
    "list(string)": "a list of texts",
    "list(map(string, dyn))": "a list of records",
    "list(dyn)": "a list",
}

_COMPARED = {
    "==": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
_COMPARED_IN_TIME = {"<": "is before", "<=": "is on or before", ">": "is after", ">=": "is on or after"}
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_PHRASES = TIMELY | ARITHMETIC | EXTREMES | {"size", "share", "weekday"}
_TEXT_TESTS = {
    "startsWith": ("starts with", "does not start with"),
    "endsWith": ("ends with", "does not end with"),
    "contains": ("contains", "does not contain"),
    "matches": ("has in it", "has nowhere in it"),
}
#: The first verb of a sentence and how it is denied, for a yes-or-no fact without a negative of its own.
_DENIALS = (
    (" is ", " is not "),
    (" are ", " are not "),
    (" was ", " was not "),
    (" were ", " were not "),
    (" has ", " has not "),
    (" have ", " have not "),
    (" may ", " may not "),
    (" can ", " cannot "),
)


def value_words(value: Any, fact: Fact | None = None) -> str:
    """A value as a reader says it; an enum's value by its English."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return decimal_words(value)
    if isinstance(value, datetime):
        return time_in_words(value)
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, (list, tuple)):
        return either([value_words(v, fact) for v in value], "and") or "none"
    if isinstance(value, str):
        if fact is not None and value in fact.values:
            return fact.values[value]
        return f"“{value}”" if fact is None or not fact.values else value
    return str(value)


def either(parts: list[str], joiner: str = "or") -> str:
    """ "a, b or c" """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {joiner} {parts[-1]}" if parts else ""


def different(people: int) -> str:
    """ "two different people" """
    words = {2: "two", 3: "three", 4: "four", 5: "five"}
    return f"{words.get(people, str(people))} different people"


def denied(sentence: str) -> str:
    """A yes-or-no sentence turned round: "the device is on the register" becomes "… is not on the register"."""
    at, verb, denial = min(((sentence.find(v), v, d) for v, d in _DENIALS if v in sentence), default=(-1, "", ""))
    return sentence[:at] + denial + sentence[at + len(verb) :] if at >= 0 else f"it is not so that {sentence}"


@dataclass(frozen=True)
class Names:
    """What one pack calls things that a condition names by a key."""

    #: A parameter or setting of the policy -> what it is: "2, the number that an appeal needs".
    figures: Mapping[str, str] = field(default_factory=dict)
    #: A list -> its members by key: `act.approved` -> "cc-release" -> "Release by Corporate Communications".
    members: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def sentence(tree: Node, facts: Mapping[str, Fact], names: Names | None = None) -> str:
    """A condition in one English sentence, without a capital or a full stop; a date or a text as a phrase."""
    english = _English(facts, names or Names())
    return english.thing(tree) if _is_phrase(tree, english) else english.test(tree, yes=True)


def _is_phrase(tree: Node, english: _English) -> bool:
    match tree:
        case Call(operator):
            return operator in _PHRASES
        case Quantifier(kind):
            return kind not in ("exists", "all")
        case Name() | Field() | Variable():
            fact = english.fact(tree)
            return fact is not None and fact.type != "bool"
    return False


def _quoted(words: str) -> str:
    """A value that is itself a denial stands in quotes after "not": is not “not known”."""
    return f"“{words}”" if words.startswith(("no ", "not ", "nothing")) else words


class _English(TimeWords):
    """Walks a tree. `yes` False says the opposite, so that a denial reaches the verb it belongs to."""

    def __init__(self, facts: Mapping[str, Fact], names: Names) -> None:
        self.facts = facts
        self.names = names
        self.elements: dict[str, Fact] = {}

    def fact(self, node: Node) -> Fact | None:
        match node:
            case Name(name):
                return self.facts.get(name)
            case Field(Variable(variable), name):
                element = self.elements.get(variable)
                return element.fields.get(name) if element else None
            case Variable(variable):
                return self.elements.get(variable)
            case Call("weekday"):
                return WEEKDAY
        return None

    def test(self, node: Node, *, yes: bool) -> str:
        match node:
            case Literal(bool() as value):
                return "always" if value is yes else "never"
            case Name() | Field() | Variable():
                return self.yes_or_no(node, yes=yes)
            case Call("!", (arg,)):
                return self.test(arg, yes=not yes)
            case Call("&&" | "||" as operator, args):
                joiner = "and" if (operator == "&&") is yes else "or"
                return f" {joiner} ".join(self.grouped(arg, operator, yes=yes) for arg in args)
            case Call("in", (item, items)):
                return self.membership(item, items, yes=yes)
            case Call("given", (arg,)):
                return f"{self.thing(arg)} {'is given' if yes else 'is not given'}"
            case Call("passed", (start, period)):
                length = self.thing(period).strip("“”")
                have = "have" if length.partition(" (")[0].endswith("s") else "has"
                return f"{length} {have}{'' if yes else ' not'} passed since {self.thing(start)}"
            case Call("between", (moment, Literal(start), Literal(end))):
                inside = f"between {clock_in_words(start)} and {clock_in_words(end)}"
                return f"{self.thing(moment)} is {'' if yes else 'not '}{inside}"
            case Call("during", (moment, Literal(hours))):
                return f"{self.thing(moment)} is {'during' if yes else 'outside'} {hours}"
            case Call("working_day", (day,)):
                return f"{self.thing(day)} is {'a' if yes else 'no'} working day"
            case Call(operator, args) if operator in _COMPARED:
                return self.comparison(operator if yes else _NEGATED[operator], args[0], args[1])
            case Call(operator, (text, part)) if operator in _TEXT_TESTS:
                form = operator == "matches" and isinstance(part, Literal)
                wanted = pattern_words(str(part.value)) if form and isinstance(part, Literal) else self.thing(part)
                return f"{self.thing(text)} {_TEXT_TESTS[operator][0 if yes else 1]} {wanted}"
            case Quantifier():
                return self.quantifier(node, yes=yes)
        return f"{self.thing(node)} {'is so' if yes else 'is not so'}"

    def grouped(self, node: Node, operator: str, *, yes: bool) -> str:
        said = self.test(node, yes=yes)
        mixed = isinstance(node, Call) and node.operator in ("&&", "||") and node.operator != operator
        return f"({said})" if mixed else said

    def yes_or_no(self, node: Node, *, yes: bool) -> str:
        fact = self.fact(node)
        if isinstance(node, Name) and node.name in self.names.figures:
            label = re.sub("^the ", "", fact.label) if fact else node.name
            return f"the force’s setting “{label}” is {'yes' if yes else 'no'} ({self.names.figures[node.name]})"
        label = fact.label if fact else self.thing(node)
        if yes:
            return label
        return fact.negative if fact and fact.negative else denied(label)

    def membership(self, item: Node, items: Node, *, yes: bool) -> str:
        fact = self.fact(items)
        if fact is not None:  # "x" in a list that is a fact
            return f"{self.member(item, items, fact)} {'is' if yes else 'is not'} among {self.thing(items)}"
        of = self.fact(item)
        names = [
            value_words(i.value, of) if isinstance(i, Literal) else self.thing(i) for i in getattr(items, "items", ())
        ]
        if yes:
            return f"{self.thing(item)} is {either(names)}"
        names = [_quoted(name) for name in names]
        if len(names) == 1:
            return f"{self.thing(item)} is not {names[0]}"
        neither = f"neither {names[0]} nor {names[1]}" if len(names) == 2 else f"none of these: {either(names)}"
        return f"{self.thing(item)} is {neither}"

    def member(self, item: Node, items: Node, fact: Fact) -> str:
        """A member of a list that is a fact, as the pack calls it."""
        known = self.names.members.get(items.name, {}) if isinstance(items, Name) else {}
        if isinstance(item, Literal) and item.value in known:
            return f"“{known[item.value]}”"
        return self.thing(item, fact)

    def comparison(self, operator: str, left: Node, right: Node) -> str:
        if isinstance(right, Literal) and isinstance(right.value, bool):
            return self.test(left, yes=right.value is (operator == "=="))
        if isinstance(left, Call) and left.operator == "size" and isinstance(right, Literal):
            said = self.counted(operator, left.args[0], right.value)
            if said:
                return said
        fact = self.fact(left) or self.fact(right)
        if isinstance(left, Call) and left.operator == "weekday":
            left = left.args[0]
        timely = self.is_date(left) or self.is_date(right)
        verb = _COMPARED_IN_TIME.get(operator, _COMPARED[operator]) if timely else _COMPARED[operator]
        wanted = self.thing(right, fact)
        return f"{self.thing(left, fact)} {verb} {_quoted(wanted) if operator == '!=' else wanted}"

    def counted(self, operator: str, items: Node, count: Any) -> str:
        """ "there are pictures" rather than "the number of the pictures is more than 0"."""
        if isinstance(items, Quantifier):
            return ""
        name = re.sub(r"^the ", "", self.thing(items))
        if (operator, count) in ((">", 0), (">=", 1), ("!=", 0)):
            return f"there are {name}"
        if (operator, count) in (("==", 0), ("<", 1)):
            return f"there are no {name}"
        return ""

    def is_number(self, node: Node) -> bool:
        match node:
            case Literal(value):
                return isinstance(value, (int, Decimal))
            case Call("+" | "-" | "*", (left, _)):
                return self.is_number(left)
            case Call("size" | "share"):
                return True
            case Call("max" | "min", (first, *_)):
                return self.is_number(first)
        fact = self.fact(node)
        return fact is not None and fact.type in ("int", "decimal")

    def quantifier(self, node: Quantifier, *, yes: bool) -> str:
        fact = self.fact(node.over)
        outer = self.elements.get(node.variable)
        if fact is not None:
            element_label = "it" if fact.type != "records" else fact.label
            kind = {"enums": "enum", "strings": "string"}.get(fact.type, fact.type)
            self.elements[node.variable] = Fact(fact.name, kind, element_label, values=fact.values, fields=fact.fields)
        name = re.sub(r"^the ", "", self.thing(node.over))
        # "any … for which" says exists; "every … has that" says all; their opposites swap.
        exists = (node.kind == "exists") is yes
        body = self.test(node.body, yes=yes)
        if outer is not None:
            self.elements[node.variable] = outer
        if node.kind == "exists":
            return f"among the {name} there is one where {body}" if exists else f"for every one of the {name}, {body}"
        return f"for every one of the {name}, {body}" if yes else f"among the {name} there is one where {body}"

    def thing(self, node: Node, compared: Fact | None = None) -> str:
        match node:
            case Literal(value):
                return value_words(value, compared)
            case ListOf(items):
                return either([self.thing(i, compared) for i in items])
            case Name(name):
                if name in self.names.figures:
                    return self.names.figures[name]
                fact = self.facts.get(name)
                return fact.label.replace(", before the change", " (before the change)") if fact else name
            case Variable() | Field():
                fact = self.fact(node)
                return fact.label if fact else (node.field if isinstance(node, Field) else "it")
            case Call("plus", (start, period)):
                return f"{self.thing(period).strip('“”')} after {self.thing(start)}"
            case Call("minus", (start, period)):
                return f"{self.thing(period).strip('“”')} before {self.thing(start)}"
            case Call("at", (day, Literal(clock))):
                return f"{clock_in_words(clock)} {self.on_day(day)}"
            case Call("weekday", (day,)):
                return self.thing(day)
            case Call("max" | "min" as operator, args):
                return f"the {self.extreme(operator, args)} of {either([self.thing(arg) for arg in args], 'and')}"
            case Call("share", (count, part, whole)):
                return f"{self.thing(part)} in {self.thing(whole)} of {self.thing(count)} (rounded up)"
            case Call("date", (moment,)):
                return self.on_day(moment).removeprefix("on ")
            case Call("opening" | "closing" as operator, (day, Literal(hours))):
                return self.by_hours(operator, day, hours)
            case Call("last" | "next" as operator, (day, names)):
                listed = names.items if isinstance(names, ListOf) else (names,)
                days = either([str(n.value) for n in listed if isinstance(n, Literal)])
                # "the last last Friday in May" would be read twice
                which = (
                    "latest" if operator == "last" and re.match("first|second|third|fourth|last", days) else operator
                )
                return f"the {which} {days} {'up to' if operator == 'last' else 'from'} {self.thing(day)}"
            case Quantifier(kind) if kind in PICKS:
                return self.picked(node)
            case Call("size", (items,)):
                return f"the number of {re.sub('^the ', '', self.thing(items))}"
            case Call("+" | "-" | "*" as operator, (left, right)):
                joined = {"+": "plus", "-": "less", "*": "times"}[operator] if self.is_number(node) else "followed by"
                return f"{self.thing(left)} {joined} {self.thing(right)}"
            case Quantifier("filter"):
                return f"those of {self.thing(node.over)} where {self._filtered(node)}"
        return self.test(node, yes=True)

    def picked(self, node: Quantifier) -> str:
        """ "the latest day of the training among the user's training where the kind of it is a refresher"."""
        fact = self.fact(node.over)
        label = fact.fields[node.picks].label if fact and node.picks in fact.fields else node.picks
        said = f"the {node.kind} {re.sub('^the ', '', label)} among {self.thing(node.over)}"
        always = isinstance(node.body, Literal) and node.body.value is True
        return said if always else f"{said} where {self._filtered(node)}"

    def _filtered(self, node: Quantifier) -> str:
        fact = self.fact(node.over)
        if fact is not None:
            self.elements[node.variable] = fact
        return self.test(node.body, yes=True)
