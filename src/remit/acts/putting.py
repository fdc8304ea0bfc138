"""Putting forward what a policy has a moment for and no room of Remit has an act for: the moment itself is data.

Nothing of Remit's changes by it. It is decided and recorded, and leaves behind what the policy says: says, duties,
referrals, notices, entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from remit.acts.act import Act, ActRefused, Kind, registered
from remit.acts.directory import get_directory
from remit.acts.facts import vocabulary
from remit.acts.models import Proposal
from remit.acts.packs import library, packs_of
from remit.ledger.hashing import canonical
from remit.policy.decide import rules_at
from remit.policy.packs import Pack, Rule
from remit.policy.vocabulary import Moment

#: How what is about nothing else is named: by its own proposal.
KIND = "acts.proposal"
#: Cast by the account, which is named instead.
OWNER = "owner"
#: Taken to be whoever puts it forward, unless they name somebody else.
AUTHOR = "author"


@dataclass(frozen=True)
class Register:
    """A register whose records people can name in what they put forward.

    Attributes:
        group: first word of the facts that it gives, and its name in a cast: "account".
        find: "room.model:id", by the force and by what somebody calls it; None for no such record, or several.
        record: the record that "room.model:id" names, or None; its owner and others are relations of it.
        facts: what a policy can know of a record: the record, the actor, now.
    """

    group: str
    find: Callable[[str, str], str | None]
    record: Callable[[str], Any]
    facts: Callable[[Any, Any, datetime], Mapping[str, Any]]


_registers: dict[str, Register] = {}


def add_register(register: Register) -> None:
    """A room says how its records are named in what people put forward."""
    _registers[register.group] = register


def led_to(packs: Iterable[Pack]) -> list[Moment]:
    """The acts and reports about which these packs have rules of their own and for which no room has an act."""
    found: dict[str, Moment] = {}
    for pack in packs:
        for name in dict.fromkeys(name for rule in pack.rules if rule.mode != "off" for name in rule.moments):
            moment = pack.vocabulary.moments[name]
            if moment.kind in ("act", "report") and name not in _served(pack):
                found.setdefault(name, moment)
    return sorted(found.values(), key=lambda moment: moment.title)


@lru_cache(maxsize=64)
def _served(pack: Pack) -> frozenset[str]:
    """The moments of which some room has an act, and what those include."""
    own = {act.moment for act in registered().values()} & pack.vocabulary.moments.keys()
    return frozenset(name for moment in own for name in pack.vocabulary.included(moment))


def register_of(packs: Iterable[Pack], moment: Moment) -> Register | None:
    """The register of which a record is named: where its owner takes part, or a rule or a post turns on the record."""
    packs = list(packs)
    facts = vocabulary(packs)
    rules = [(pack, *each) for pack in packs for each in rules_at(pack, moment.name)]
    read = {n.partition(".")[0] for _, _, names in rules for n in names if n in facts and _registered(facts[n])}
    posts = {pack.who[key].of for pack, rule, _ in rules for key in _posts(pack, rule) if key in pack.who}
    for group, register in _registers.items():
        if group in read | posts | {*moment.cast} or (OWNER in moment.cast and group == "account"):
            return register
    return None


def _registered(fact: Any) -> bool:
    return bool(fact.supplier == "register")


def _posts(pack: Pack, rule: Rule) -> Iterator[str]:
    """Every post that a rule or one of its exceptions speaks of, and whoever may answer once nobody has in time."""
    for effect in (*rule.then, *(effect for exemption in rule.unless for effect in exemption.then)):
        yield from (*effect.to, *effect.seen_by, *effect.who, *effect.overdue, effect.owner or "")
        if (said := pack.says.get(effect.say or "")) is not None:
            yield from (*said.who, *(post for step in said.unanswered for post in step.also))


@dataclass
class PutForward(Act):
    """Something of which a policy speaks and of which Remit keeps no register of its own."""

    name: ClassVar[str] = "moment.put-forward"
    label: ClassVar[str] = "Put something forward"
    permission: ClassVar[str] = "moment.put-forward"

    force: str
    #: Name of the moment.
    at: str
    #: What it is about, in the words of whoever puts it forward.
    about_it: str
    #: Who else takes part: "subject" -> "people.person:12".
    people: dict[str, str] = field(default_factory=dict)
    #: Which record of a register it concerns: "accounts.account:3".
    concerns: str = ""
    subject: str = ""
    #: Members of the cast whose facts are not gathered.
    _left_out: frozenset[str] = field(default=frozenset(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What every other act has as a class, this one has of its moment.
        known = library().vocabulary.moments.get(self.at)
        vars(self).update(moment=self.at, label=known.title if known else self.at)

    @classmethod
    def called(cls, proposal: Proposal) -> str:
        """The title of its moment."""
        return cls.load(proposal).label

    def over(self) -> tuple[str, ...]:
        return (self.concerns,) if self.concerns else ()

    def check(self) -> None:
        moment = library().vocabulary.moments.get(self.at)
        if moment is None or moment not in led_to(packs_of(self.force)):
            raise ActRefused("Your force's policy has nothing of this kind to put forward.", "See your requests.")
        if (moment.kind == "report") is not (self.kind is Kind.REPORT):
            raise ActRefused(f"{moment.title} is put forward in another way.", "Begin it again from your requests.")
        if not self.about_it.strip():
            raise ActRefused("What it is about is missing.", "Write a sentence about it.")

    def facts(self, actor: Any, now: datetime) -> dict[str, Any]:
        members = {**self._people, "actor": actor}
        if AUTHOR in self._moment.cast:
            members.setdefault(AUTHOR, actor)
        directory, found = get_directory(), dict[str, Any]()
        for member, person in members.items():
            if person is not None and member not in self._left_out:
                found |= directory.facts_of(person, member, None, now)
        register = self._register
        return {**found, **(register.facts(self._record, actor, now) if register and self._record else {})}

    def untold(self, person: Any) -> Mapping[str, Any]:
        """Colleagues whose entry in the register `person` may not read: anybody may name anybody."""
        permits = get_directory().permits
        return {
            member: other
            for member, other in self._people.items()
            if other not in (None, person)
            and not permits(person, "person.read", self.force, f"people.person:{other.pk}")
        }

    def told_to(self, person: Any) -> PutForward:
        same = copy(self)
        same._left_out = frozenset(self.untold(person))
        return same

    def cast(self) -> Mapping[str, Any]:
        found = {member: person for member, person in self._people.items() if person is not None}
        if (register := self._register) and (record := self._record) is not None:
            found[register.group] = record
            if OWNER in self._moment.cast and getattr(record, OWNER, None) is not None:
                found[OWNER] = getattr(record, OWNER)
        return found

    def personal(self) -> dict[str, Any]:
        """The entry commits to what was put forward without its words or names: who may read them, a page decides."""
        return {"put_forward": hashlib.sha256(canonical(self.data)).hexdigest()}

    def about(self) -> dict[str, Any]:
        return {"moment": self.at}

    def described(self) -> list[tuple[str, str]]:
        rows = [("What it is about", self.about_it)]
        rows += [(f"The {member.replace('_', ' ')}", str(p)) for member, p in self._people.items() if p is not None]
        if (register := self._register) and (record := self._record) is not None:
            rows.append((f"The {register.group.replace('_', ' ')}", str(record)))
        return rows

    def apply(self, record: Proposal, now: datetime) -> None:
        """Nothing changes: what follows is what the policy says, and the entry."""

    @property
    def _moment(self) -> Moment:
        return library().vocabulary.moments[self.at]

    @cached_property
    def _people(self) -> dict[str, Any]:
        directory = get_directory()
        return {member: directory.person_named(self.force, named) for member, named in self.people.items()}

    @cached_property
    def _register(self) -> Register | None:
        return register_of(packs_of(self.force), self._moment)

    @cached_property
    def _record(self) -> Any:
        return self._register.record(self.concerns) if self.concerns and self._register else None


@dataclass
class Tell(PutForward):
    """A report of which a policy speaks: always taken, and asked about afterwards."""

    name: ClassVar[str] = "moment.report"
    label: ClassVar[str] = "Report something"
    kind: ClassVar[Kind] = Kind.REPORT


def of_moment(moment: Moment, force: str, about_it: str, people: dict[str, str], concerns: str) -> PutForward:
    """The act that puts forward what a policy has `moment` for."""
    act = Tell if moment.kind == "report" else PutForward
    return act(force, moment.name, about_it, people, concerns)
