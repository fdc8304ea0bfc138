"""What the rules of one pack may refer to, and where their faults go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from remit.policy.entries import as_text, well_formed
from remit.policy.faults import Fault, Place, nearest
from remit.policy.language import Compiler, Condition, ConditionFaults
from remit.policy.member_words import members
from remit.policy.packs import Clause, Permit, Say, Who
from remit.policy.periods import period_fault
from remit.policy.source import Node, Scalar
from remit.policy.vocabulary import Concern, Fact, Moment
from remit.policy.words import Names

#: What a list of people may name besides the posts of `who` and the cast of a moment.
ALWAYS_CAST = frozenset({"proposer", "subject", "reporter", "chosen"})


@dataclass
class Scope:
    """The names that stand in one pack."""

    faults: list[Fault]
    facts: Mapping[str, Fact]
    concerns: Mapping[str, Concern]
    moments: Mapping[str, Moment]
    clauses: Mapping[str, Clause]
    who: Mapping[str, Who]
    says: Mapping[str, Say]
    texts: Mapping[str, str]
    #: The names of its tables of hours.
    hours: frozenset[str]
    #: What people read and accept, in words by its key: the policy itself and the documents that it declares.
    documents: Mapping[str, str]
    #: Exceptions that somebody may give.
    grants: Mapping[str, Permit] = field(default_factory=dict)
    #: Kinds of name ("clause", "who" …) whose file could not be read: a reference to one is no second fault.
    broken: frozenset[str] = frozenset()
    compiler: Compiler = field(init=False)

    def __post_init__(self) -> None:
        facts = {**self.facts, **before_the_change(self.facts)}
        names = Names(members=members(facts, self.who.values(), self.says, self.documents))
        self.compiler = Compiler(facts, self.hours, names)

    def fault(self, place: Place, message: str, remedy: str) -> None:
        self.faults.append(Fault(place, message, remedy))

    @property
    def cast(self) -> frozenset[str]:
        """Every cast member that a moment names."""
        return ALWAYS_CAST.union(*(moment.cast for moment in self.moments.values()))

    def known(self, kind: str) -> Collection[str]:
        """The names of one kind of thing."""
        return {
            "fact": self.facts,
            "concern": self.concerns,
            "moment": self.moments,
            "clause": self.clauses,
            "who": self.who,
            "say": self.says,
            "text": self.texts,
        }[kind]

    def refer(self, place: Place, kind: str, name: str) -> str | None:
        """`name` when there is such a thing, else None and a fault with the nearest spelling."""
        known = self.known(kind)
        if name in known:
            return name
        if kind not in self.broken and name:
            thing = {"who": "post in who", "say": "approval in says", "text": "text in texts/"}.get(kind, kind)
            self.fault(place, f'There is no {thing} "{name}".', nearest(name, known))
        return None

    def refer_all(self, placed: list[tuple[Place, str]], kind: str) -> tuple[str, ...]:
        """The names of `placed` that there are."""
        return tuple(name for place, name in placed if self.refer(place, kind, name))

    def people(self, placed: list[tuple[Place, str]]) -> tuple[str, ...]:
        """Posts of `who` or cast members."""
        known = {*self.who, *self.cast}
        for place, name in placed:
            if name not in known and "who" not in self.broken:
                self.fault(place, f'"{name}" is neither a post in who nor somebody in the cast.', nearest(name, known))
        return tuple(name for _, name in placed)

    def act(self, place: Place, name: str) -> str | None:
        """The name of an act, such as account.give-notice; the acts themselves are not known here."""
        return name if name and well_formed(place, name, "an act", self.faults, "act") else None

    def period(self, place: Place, words: str) -> str | None:
        """A length of time written out, or a parameter or setting that holds one."""
        if words.startswith(("parameter.", "force.")):
            found = self.refer(place, "fact", words)
            if found and self.facts[found].type != "period":
                self.fault(place, f"{words} is no period.", "Give it the type period where it is declared.")
            return found
        if wrong := period_fault(words, self.hours):
            self.fault(place, *wrong)
            return None
        return words

    def condition(self, node: Node | None, want: str = "bool") -> Condition | None:
        """The condition that `node` writes, or None and its faults."""
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return self.compile(node.text.lower(), node.start, want)
        source = as_text(node, "a test", self.faults)
        if not source.strip() or not isinstance(node, Scalar):
            return None
        return self.compile(source.rstrip(), node.start, want)

    def compile(self, source: str, place: Place, want: str = "bool") -> Condition | None:
        """As `condition`, from text that starts at `place`."""
        try:
            return self.compiler.compile(source, place, want=want)
        except ConditionFaults as error:
            self.faults.extend(error.faults)
            return None


def before_the_change(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """In a change `account.x` is the state after it and `was.account.x` the state before."""
    return {f"was.{name}": _before(fact) for name, fact in facts.items() if fact.group == "account"}


def _before(fact: Fact) -> Fact:
    return Fact(
        name=f"was.{fact.name}",
        type=fact.type,
        label=f"{fact.label}, before the change",
        supplier=fact.supplier,
        values=fact.values,
        fields=fact.fields,
        place=fact.place,
    )
