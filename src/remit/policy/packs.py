"""What a pack is once loaded: clauses, who, says, rules and their effects. Plain frozen data, no behaviour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from remit.policy.faults import NOWHERE, Fault, Place
from remit.policy.language import Condition
from remit.policy.source import Table
from remit.policy.vocabulary import Fact, Vocabulary

#: Effects after which an act does not go ahead (fired) or may not be called allowed (unknown).
BLOCKING = frozenset({"refuse", "approve", "consult", "ask", "require", "acknowledge", "hold"})
EFFECTS = BLOCKING | {"duty", "route", "notify", "show", "offer", "record", "warn"}
WORDINGS = ("must", "should", "advised")
TREATMENTS = ("enforced", "shown", "recorded", "kept", "outside", "not yet")
MODES = ("enforce", "warn", "shadow", "off")


@dataclass(frozen=True)
class Clause:
    """One requirement of the policy document."""

    id: str  # "CL-3.1.5e"
    number: str  # "3.1.5"
    says: str  # one-sentence paraphrase
    wording: str  # must | should | advised
    treatment: str  # one of TREATMENTS
    note: str = ""  # why outside; what is recorded where; the promise that Remit keeps
    tests: tuple[str, ...] = ()  # kept: those that show it, each as tests/path.py::name
    place: Place = NOWHERE


@dataclass(frozen=True)
class Who:
    """A post named once per pack. Found by exactly one of team, role, grades or relation."""

    key: str
    title: str
    team: str | None = None
    role: str | None = None
    grades: tuple[str, ...] = ()
    relation: str | None = None  # "line_manager", "senior_investigating_officer"
    of: str | None = None  # cast member or relation object: "subject", "incident"; for team/role: whose force
    otherwise: tuple[str, ...] = ()  # YAML `else:` stand-ins, keys of who
    never: tuple[str, ...] = ("proposer", "subject")
    chosen_by: str | None = None  # the post that names the person anew for each act
    place: Place = NOWHERE


@dataclass(frozen=True)
class Step:
    """What follows where nobody has given a say for so long since it was asked for, or since the step before."""

    after: str  # a period, or what holds one
    also: tuple[str, ...] = ()  # who may give it then as well; nobody: what it was asked for lapses
    since: str | None = None  # YAML `from:`: a fact whose time it is counted from


@dataclass(frozen=True)
class Say:
    """A named approval or consultation. `who` has one key, or several with `all` (each) or any of them."""

    key: str
    title: str
    who: tuple[str, ...]
    kind: str = "approve"  # approve | consult
    all: bool = False
    people: int = 1  # how many different people give it, each of any post of `who`
    never: tuple[str, ...] = ()  # who may not give it besides: parts in the cast, or says whose givers may not
    after: tuple[str, ...] = ()
    covers: tuple[str, ...] = ("post.text", "post.images")
    answers: tuple[str, ...] = ("approve", "refuse", "return")
    may_be_recorded_by: tuple[str, ...] = ()
    proposer_counts: bool = False
    stands: str | None = None  # "spelling": it outlives a change of what it covers that only mends words written wrong
    lasts: str | None = None  # a period, what holds one, or "until 18:00": how long after it was given it counts
    confirmed: str | None = None  # the same, or "for good": how long once whoever gave it has confirmed it
    unanswered: tuple[Step, ...] = ()
    place: Place = NOWHERE

    def apart(self, says: Mapping[str, Say]) -> frozenset[str]:
        """The says that nobody may give who gives this one, whichever comes first; this one where several give it."""
        others = {key for key in self.never if key in says}
        others |= {key for key, say in says.items() if self.key in say.never}
        return frozenset(others | ({self.key} if self.people > 1 else set()))

    @property
    def periods(self) -> tuple[str, ...]:
        """How long it counts and is waited for: periods, or what holds them."""
        return (*filter(None, (self.lasts, self.confirmed)), *(step.after for step in self.unanswered))


#: What an exception may be given for.
GRANTED_FOR = ("account", "person")


@dataclass(frozen=True)
class Permit:
    """An exception (`unless: grant`) that the holders of a post may give for an account or a person, up to a day."""

    key: str
    title: str
    who: tuple[str, ...]
    over: tuple[str, ...]  # of GRANTED_FOR; YAML `for:`
    longest: str | None  # a period: for how long at most; None: up to any day, or without an end
    clause: str
    place: Place = NOWHERE


@dataclass(frozen=True)
class Effect:
    """One effect of a rule. `kind` is one of EFFECTS; each kind uses the fields it needs.

        refuse: until, unblocks · approve, consult: say, after_event, if_refused · ask: fact, question
        require: texts, fact · acknowledge, show: text · hold: say or condition, then
        duty: do, owner, anchor, within, by, late, condition (done), each, every, sample, remind, overdue, daily, key
    X
        record: register · warn: nothing
    """

    kind: str
    place: Place = NOWHERE
    say: str | None = None
    text: str | None = None
    texts: tuple[str, ...] = ()
    fact: str | None = None
    question: str | None = None
    asks: str | None = None  # ask: fact | evidence | attestation
    condition: Condition | None = None  # hold: until; duty: done
    until: Condition | None = None  # refuse: a date or time expression
    unblocks: str | None = None
    after_event: bool = False
    then: str | None = None
    if_refused: str | None = None
    do: str | None = None
    owner: str | None = None
    anchor: Condition | None = None  # duty: `from`
    within: str | None = None
    by: tuple[Condition, ...] = ()
    late: str | None = None
    each: str | None = None
    every: str | None = None
    remind: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    daily: tuple[str, ...] = ()  # of `overdue`, those who are told every day until it is done
    sample: tuple[str, str] | None = None  # (list fact, int fact): how many of what to look at
    key: str | None = None
    to: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    seen_by: tuple[str, ...] = ()
    goes_unknown: bool = False  # route, notify at a report: goes out even where a test of the rule is unknown
    waits_knowingly: bool = (
        False  # route at a report: where it does not go out then, the pack says itself that it waits
    )
    never: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    put_forward: bool = False  # duty, route, notify, record: left as soon as it is put forward, not when it is done
    act: str | None = None
    register: str | None = None
    clause: str | None = None  # when an effect of an exception cites its own clause


@dataclass(frozen=True)
class Exemption:
    """One `unless`: a condition, or a grant or approval by key; `then` fires when the exception applies."""

    why: str
    condition: Condition
    then: tuple[Effect, ...] = ()
    #: The say that would bring this exception about, if it is one.
    approval: str | None = None
    grant: str | None = None
    clause: str | None = None
    #: While nobody has said whether it holds it does not, and nobody is asked.
    claimed: bool = False
    #: While nobody has said whether it holds it does, and nobody is asked.
    presumed: bool = False


@dataclass(frozen=True)
class Definition:
    """A named test (or a value: by cases, by adding up, or reckoned) with its own clause: `account.dormant`.

    A value may be a `Condition` that works it out.
    """

    name: str
    fact: Fact
    clause: str  # empty: a name for a test, which is not cited
    cases: tuple[tuple[Condition, Any], ...]  # one (condition, True) for a plain test
    otherwise: Any = False  # value when every case is no
    asks: str | None = None  # `else: {ask: fact}`: that fact decides when every case is no
    place: Place = NOWHERE
    adds: bool = False  # the values of every case that is met are added up, `otherwise` with them

    @property
    def conditions(self) -> Iterator[Condition]:
        """Every expression that it reads: its tests, and values that are worked out."""
        for test, value in self.cases:
            yield test
            if isinstance(value, Condition):
                yield value
        if isinstance(self.otherwise, Condition):
            yield self.otherwise


@dataclass(frozen=True, eq=False)
class Rule:
    """One obligation of one clause."""

    id: str
    clauses: tuple[str, ...]
    moments: tuple[str, ...]
    title: str
    when: tuple[Condition, ...]
    unless: tuple[Exemption, ...]
    then: tuple[Effect, ...]
    wording: str
    remedy: str = ""
    offer: str | None = None  # act that the remedy offers
    mode: str = "enforce"
    because: str = ""  # why the effect is stronger or weaker than the wording
    in_force_from: date | None = None
    in_force_until: date | None = None
    control: str | None = None
    concern: str | None = None
    place: Place = NOWHERE

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Its tests, and then those of its exceptions."""
        return (*self.when, *(exemption.condition for exemption in self.unless))


@dataclass(frozen=True)
class Parameter:
    """A figure of the policy itself, with its clause: `parameter.contributors`."""

    name: str
    value: Any
    clause: str
    changes: tuple[tuple[date, Any], ...] = ()  # the days from which it is another, in order

    def on(self, day: date) -> Any:
        """The figure for what takes effect on `day`."""
        return next((value for start, value in reversed(self.changes) if start <= day), self.value)


@dataclass(frozen=True)
class Version:
    number: str
    published_on: date | None
    in_force_from: date | None
    next_review_on: date | None = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class Pack:
    """One policy document as data. `rules` are expanded: controls and concern tables are rules already."""

    name: str  # the folder: "cleveland"
    title: str
    number: str
    version: str
    versions: tuple[Version, ...]
    forces: tuple[str, ...]
    vocabulary: Vocabulary  # shared facts plus this pack's settings, parameters and definitions
    clauses: Mapping[str, Clause]
    who: Mapping[str, Who]
    says: Mapping[str, Say]
    rules: tuple[Rule, ...]
    definitions: Mapping[str, Definition]
    parameters: Mapping[str, Parameter]
    settings: Mapping[str, Fact]  # facts `force.<key>` that the force must supply
    setting_defaults: Mapping[str, Any]
    texts: Mapping[str, str]  # key (file stem) -> Markdown
    account_kinds: Mapping[str, str]
    in_doubt: str  # key of who
    silent_on: tuple[str, ...]
    baselines: Mapping[str, Mapping[str, Any]]
    digest: str  # "sha256:…"
    folder: str
    #: What the digest is over: the name of each file in the pack, and where it is.
    files: Mapping[str, str] = field(default_factory=dict)
    #: Documents besides the policy that its users read and accept: key -> title.
    documents: Mapping[str, str] = field(default_factory=dict)
    #: Exceptions that somebody may give: key of the grant -> who, for what and for how long.
    grants: Mapping[str, Permit] = field(default_factory=dict)
    #: What the document calls its chapters: number ("3", "3.1") -> title.
    chapters: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def titles(self) -> dict[str, str]:
        """What people read and accept under it, by key: its documents and the policy itself."""
        return {**self.documents, f"policy:{self.name}": self.title}


@dataclass(frozen=True)
class Control:
    """One rule with typed holes, written once and bound by packs to their own clauses."""

    id: str
    title: str
    holes: Mapping[str, str]  # name -> type
    body: Table  # the rule's mapping, with ${holes}
    path: str
    place: Place = NOWHERE


@dataclass(frozen=True, eq=False)
class Library:
    """Every pack that there is, over one vocabulary."""

    vocabulary: Vocabulary
    packs: Mapping[str, Pack]
    controls: Mapping[str, Control]
    #: Packs that were left out for their faults, where that was asked for.
    broken: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
