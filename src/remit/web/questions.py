"""Questions that a policy asks of an author: how each is put on a page, and how the answer is read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.forms import ValidationError
from django.http import QueryDict

from remit.policy.decimals import as_json, read_decimal
from remit.policy.packs import Pack
from remit.policy.tree import Call, Name, walk
from remit.policy.vocabulary import Fact
from remit.web.dates import LONDON, say_day, say_time, say_when
from remit.web.forms import at_time

#: Longest answer that is kept, in characters.
LONGEST = 10_000
NOT_SURE = "not-sure"
#: With more options than this they are a list to choose from (`web/components/question.html`).
MOST_RADIOS = 5
#: Whose questions an author answers; a register, a force's settings and an approver are asked elsewhere.
ANSWERED_BY_AUTHORS = frozenset({"author", "signal"})
#: Who may answer on the compose page. What the force or an adviser must say is only shown there.
ANSWERED_HERE = frozenset({"author", "signal", "approver", "register"})


#: Types of which "There is none" is an answer beside those they have themselves.
_MAY_BE_NONE = frozenset({"date", "time", "string", "int", "decimal"})


@dataclass(frozen=True)
class Question:
    """One question as the page shows it, with the answer given so far."""

    fact: str
    words: str
    type: str  # bool | enum | enums | date | time | string | strings | int | decimal | other
    options: tuple[tuple[str, str], ...] = ()
    #: As the form writes it: "yes", "no", an enum's value, text, or ISO date, with the time after it; of a list, one a
    #: line.
    value: str = ""
    not_sure: bool = False
    asked: bool = True
    #: The clauses that want to know.
    clauses: tuple[str, ...] = ()
    pack: str = ""
    #: Whom it is put to, when it is not the author.
    whom: str = ""
    #: Why the answer as typed could not be read.
    fault: str = ""
    #: Whether "I am not sure" is an answer: somebody else is asked then.
    may_doubt: bool = True
    #: Whether "There is none" is one: the policy tells what is given from what is not; and whether it was given.
    may_be_none: bool = False
    none: bool = False

    @property
    def field(self) -> str:
        return f"answer.{self.fact}"

    @property
    def id(self) -> str:
        return self.fact.replace(".", "-").replace("_", "-")

    @property
    def first_id(self) -> str:
        """The control that somebody who follows a link to the question lands on."""
        radios = self.type == "enums" or (self.options and len(self.options) <= MOST_RADIOS)
        return f"{self.id}-{self.options[0][0]}" if radios else self.id

    @property
    def can_be_answered(self) -> bool:
        return self.type != "other"

    @property
    def is_number(self) -> bool:
        """Whether a line is enough to write the answer in."""
        return self.type in ("int", "decimal")

    @property
    def lines(self) -> list[str]:
        """The values of a list."""
        return self.value.split("\n")

    @property
    def day(self) -> tuple[str, str, str]:
        """Day, month and year of a date, for its three boxes."""
        day_typed = self.value.partition(" ")[0]
        year, month, day = day_typed.split("-") if day_typed.count("-") == 2 else ("", "", "")
        return day.lstrip("0"), month.lstrip("0"), year

    @property
    def clock(self) -> str:
        """The time of a day, for its box."""
        return self.value.partition(" ")[2]


def shown_type(fact: Fact) -> str:
    """How a fact is asked for: records are for registers and not for a question on a page."""
    kind = "string" if fact.type == "period" else fact.type
    return "other" if kind == "records" else kind


def question(
    fact: Fact,
    words: str,
    answers: Mapping[str, Any],
    not_sure: Iterable[str],
    unread: Unread | None = None,
    **more: Any,
) -> Question:
    """`fact` as a question with the answer given so far, or with what was typed and could not be read."""
    value = unread.typed if unread else answers.get(fact.name)
    options: tuple[tuple[str, str], ...] = ()
    if fact.type == "bool":
        options = (("yes", "Yes"), ("no", "No"))
        value = {True: "yes", False: "no"}[value] if isinstance(value, bool) else ""
    elif fact.type in ("enum", "enums"):
        options = tuple((key, said[:1].upper() + said[1:]) for key, said in fact.values.items())
    elif fact.type == "time" and not unread and value:
        local = datetime.fromisoformat(str(value)).astimezone(LONDON)
        value = f"{local.date()} {say_time(local)}"
    if isinstance(value, list):
        value = "\n".join(str(each) for each in value)
    return Question(
        fact=fact.name,
        words=words or fact.question or fact.label,
        type=shown_type(fact),
        options=options,
        value="" if value is None else str(value),
        not_sure=fact.name in set(not_sure),
        fault=unread.why if unread else "",
        none=not unread and fact.name in answers and answers[fact.name] is None,
        **more,
    )


@lru_cache(maxsize=64)
def told_from_none(pack: Pack) -> frozenset[str]:
    """The facts of which a policy asks whether there is any: "post.warned_on.given()"."""
    tests = [condition for rule in pack.rules for condition in rule.conditions]
    tests += [condition for definition in pack.definitions.values() for condition in definition.conditions]
    called = (node for test in tests for node in walk(test.tree) if isinstance(node, Call) and node.operator == "given")
    return frozenset(node.args[0].name for node in called if isinstance(node.args[0], Name))


def in_words(fact: Fact, value: Any) -> str:
    """An answer (JSON) as a person reads it; None is that there is none, NOT_SURE that they were not sure."""
    if value is None or value == NOT_SURE:
        return "None" if value is None else "Not sure"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if fact.type in ("date", "time"):
        return say_when(value) if fact.type == "time" else say_day(value)
    if isinstance(value, list):
        return ", ".join(fact.values.get(str(each), str(each)) for each in value) or "None"
    return fact.values.get(str(value), str(value))


def said_in_words(facts: Mapping[str, Fact], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each answer (JSON, by fact) as its question and what was said; what `facts` does not have is left out."""
    return [
        (facts[name].question or facts[name].label, in_words(facts[name], value))
        for name, value in answers.items()
        if name in facts
    ]


@dataclass(frozen=True)
class Unread:
    """An answer that could not be read: why, and what was typed, so that it stays on the page."""

    why: str
    typed: str


def read_answers(post: QueryDict, facts: Mapping[str, Fact]) -> tuple[dict[str, Any], list[str], dict[str, Unread]]:
    """What a form says: answers as JSON, the facts somebody is not sure of, and the answers that could not be read."""
    answers: dict[str, Any] = {}
    not_sure: list[str] = []
    faults: dict[str, Unread] = {}
    for name in sorted({_fact_of(key) for key in post if key.startswith("answer.")}):
        fact = facts.get(name)
        if fact is None or shown_type(fact) == "other":
            continue
        given = "\n".join(post.getlist(f"answer.{name}")).strip()[:LONGEST]
        if given == NOT_SURE or post.get(f"answer.{name}.unsure"):
            not_sure.append(name)
            continue
        if post.get(f"answer.{name}.none") and shown_type(fact) in _MAY_BE_NONE:
            answers[name] = None
            continue
        try:
            value = _when(fact, post, name) if fact.type in ("date", "time") else _value(fact, given)
        except ValueError as fault:
            typed = _typed(post, name) if fact.type in ("date", "time") else given
            faults[name] = Unread(str(fault), typed)
            continue
        if value is not None:
            answers[name] = value
    return answers, not_sure, faults


def _fact_of(key: str) -> str:
    name = key.removeprefix("answer.")
    for end in (".day", ".month", ".year", ".clock", ".unsure", ".none"):
        name = name.removesuffix(end)
    return name


def _value(fact: Fact, given: str) -> Any:
    if not given:
        return None
    if fact.type == "bool":
        return {"yes": True, "no": False}.get(given)
    if fact.type == "enum":
        return given if given in fact.values else None
    if fact.type in ("enums", "strings"):
        lines = [line.strip() for line in given.splitlines() if line.strip()]
        return [line for line in lines if fact.type == "strings" or line in fact.values]
    if fact.type == "int":
        if not given.lstrip("-").isdigit():
            raise ValueError("Write a whole number, such as 3.")
        return int(given)
    if fact.type == "decimal":
        number = read_decimal(given.removeprefix("£").replace(",", ""))
        if number is None:
            raise ValueError("Write a number, such as 4.5.")
        return as_json(number)
    return given


def _boxes(post: QueryDict, name: str) -> list[str]:
    """The year, month and day as they were typed."""
    return [post.get(f"answer.{name}.{box}", "").strip().replace("-", "") for box in ("year", "month", "day")]


def _typed(post: QueryDict, name: str) -> str:
    """A day, and the time on it, as they were typed."""
    return f"{'-'.join(_boxes(post, name))} {post.get(f'answer.{name}.clock', '').strip()}".rstrip()


def _when(fact: Fact, post: QueryDict, name: str) -> str | None:
    """A day, or a time in London, as ISO; None where its boxes are empty. Raises ValueError saying what to write."""
    typed, clock = _boxes(post, name), post.get(f"answer.{name}.clock", "").strip()
    if not any((*typed, clock if fact.type == "time" else "")):
        return None
    try:
        day = date(*(int(box) for box in typed))
    except ValueError:
        raise ValueError("That is not a real date. Write one like 21 11 2026.") from None
    if fact.type == "date":
        return day.isoformat()
    try:
        return at_time(day, clock, "The time").isoformat()
    except ValidationError as fault:
        raise ValueError(str(fault.message)) from None
