"""The shared vocabulary: every fact's name, type, words and supplier; concerns; moments; baselines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from remit.policy.faults import NOWHERE, Place
from remit.policy.periods import Holidays

#: Types a fact may have. `date` and `time` never mix; `records` are lists of flat records.
TYPES = ("bool", "int", "decimal", "string", "date", "time", "period", "enum", "strings", "enums", "records")
#: The fact that is the moment which is decided itself, not one that it includes.
MOMENT = "act.moment"
SUPPLIERS = ("register", "author", "signal", "approver", "kernel", "force")
MOMENT_KINDS = ("act", "report", "state", "advice")


@dataclass(frozen=True)
class Fact:
    """One typed fact. A fact nobody has given is unknown, never false."""

    name: str  # "actor.duty_state"
    type: str  # one of TYPES
    label: str  # noun phrase ("the kind of appeal"); for a bool a sentence ("the device was issued by the force")
    question: str = ""
    supplier: str = "author"  # YAML `from:`, one of SUPPLIERS
    frozen: bool = False  # true of the press of the button, not of the world
    values: Mapping[str, str] = field(default_factory=dict)  # enum, enums: value -> English
    fields: Mapping[str, Fact] = field(default_factory=dict)  # records: field name -> Fact
    negative: str = ""  # bool: the sentence when it is not so (YAML `not:`)
    standing: bool = False  # asked once per draft on the standing page
    sensitive: bool = False
    default: Any = None  # kernel lists only: [] when not given
    has_default: bool = False
    #: (another fact, those of its values, what this one then is unless somebody says)
    follows: tuple[str, tuple[Any, ...], Any] | None = None
    clause: str = ""  # a setting: the clause of the policy that leaves it to the force
    place: Place = NOWHERE
    added: Mapping[str, str] = field(default_factory=dict)  # values that `more_values` added -> the file that did

    @property
    def group(self) -> str:
        return self.name.split(".", 1)[0]


@dataclass(frozen=True)
class Concern:
    """Something content can show or say: fact `concern.<key>`. Nothing raised counts as no unless `ask_always`."""

    key: str
    label: str  # sentence: "the post is about party politics"
    negative: str
    definition: str
    look_alikes: tuple[str, ...] = ()
    raised_by: tuple[str, ...] = ("author",)
    question: str = ""
    ask_always: bool = False
    place: Place = NOWHERE

    @property
    def words(self) -> str:
        """Its label as a line of a list."""
        return self.label[:1].upper() + self.label[1:]

    @property
    def only_said(self) -> bool:
        """Whether an author may raise it and no signal does: nobody else can tell."""
        return "author" in self.raised_by and "signal" not in self.raised_by


@dataclass(frozen=True)
class Moment:
    name: str
    title: str
    kind: str  # one of MOMENT_KINDS
    cast: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    #: Facts without which there is nothing to decide: while one is unknown the outcome is `needs`.
    needs: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True)
class Vocabulary:
    facts: Mapping[str, Fact]
    concerns: Mapping[str, Concern]
    moments: Mapping[str, Moment]
    baselines: Mapping[str, Mapping[str, Any]]
    digest: str = ""
    holidays: Holidays = field(default_factory=Holidays)
    #: What is offered and is no moment, in words.
    offers: Mapping[str, str] = field(default_factory=dict)

    def act_words(self, name: str) -> str:
        """An act that a rule offers, by its title; by its name where nobody has given it words."""
        subject, _, verb = name.partition(".")
        if name in self.moments:
            return self.moments[name].title
        return self.offers.get(name) or f"{verb} ({subject})".replace("-", " ").replace("_", " ")

    def included(self, moment: str) -> tuple[str, ...]:
        """`moment` and every moment that it includes, itself first, each once."""
        seen: dict[str, None] = {}
        todo = [moment]
        while todo:
            name = todo.pop(0)
            if name not in seen:
                seen[name] = None
                todo.extend(self.moments[name].includes)
        return tuple(seen)
