"""Reads the says of a policy.yaml: approvals and consultations, whose they are, what follows when nobody answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from remit.policy.entries import Entries
from remit.policy.faults import Fault, Place, nearest
from remit.policy.lapsing import FOR_GOOD, lasts_fault
from remit.policy.packs import Say, Step, Who
from remit.policy.periods import period_fault
from remit.policy.source import Node, Scalar, Series
from remit.policy.vocabulary import Fact, Vocabulary

ANSWERS = ("approve", "refuse", "return", "suggest", "objects", "no-objection")
#: What the last step may be, where it names nobody more.
LAPSE = "lapse"
#: What of a change a say may outlive.
SPELLING = "spelling"
_Placed = list[tuple[Place, str]]
_Fault = Callable[[str, Collection[str]], tuple[str, str] | None]


class SaysReader:
    """Reads one say after another; what they name of each other and of figures is checked once all are read."""

    def __init__(
        self,
        who: Mapping[str, Who],
        vocabulary: Vocabulary,
        tables: set[str],
        people: Callable[[_Placed], tuple[str, ...]],
        cast: Collection[str],
        faults: list[Fault],
    ) -> None:
        """`tables` names the policy's tables of hours; `people` reads posts and members of the `cast`."""
        self.who, self.vocabulary, self.tables, self.people, self.faults = who, vocabulary, tables, people, faults
        self.cast = cast
        #: Says that come after others, who may never give one, and figures and settings that a say has for a period.
        self.earlier: _Placed = []
        self.barred: list[tuple[Place, str, str]] = []
        self.lengths: _Placed = []

    def fault(self, place: Place, message: str, remedy: str) -> None:
        self.faults.append(Fault(place, message, remedy))

    def read(self, key: str, place: Place, node: Node) -> Say:
        """The say called `key`."""
        with Entries(node, f'the say "{key}"', self.faults, at=place) as entry:
            if not entry.has("who"):
                entry.missing("who", "Name the post of who that gives it.")
            who = self.posts(entry.placed_texts("who"))
            covers = entry.placed_texts("covers")
            for where, name in covers:
                if name not in self.vocabulary.facts:
                    self.fault(where, f'There is no fact "{name}".', nearest(name, self.vocabulary.facts))
            for answer in entry.items("answers"):
                self.answer(answer)
            self.earlier += (after := entry.placed_texts("after"))
            never = entry.placed_texts("never")
            self.barred += [(at, key, name) for at, name in never]
            return Say(
                key=key,
                title=entry.text("title", required=True) or key,
                who=who,
                kind=entry.choice("kind", ("approve", "consult"), "approve"),
                all=entry.flag("all"),
                people=self.count(entry),
                never=tuple(name for _, name in never),
                after=tuple(name for _, name in after),
                covers=tuple(name for _, name in covers) or Say.covers,
                answers=entry.texts("answers") or Say.answers,
                may_be_recorded_by=self.people(entry.placed_texts("may_be_recorded_by")),
                proposer_counts=entry.choice("proposer", ("counts", "never"), "never") == "counts",
                stands=entry.choice("stands", (SPELLING,)) or None,
                lasts=self.length(entry, "lasts", lasts_fault),
                confirmed=self.confirmed(entry),
                unanswered=self.steps(entry),
                place=place,
            )

    def count(self, entry: Entries) -> int:
        """How many different people give it."""
        node = entry.node("people")
        if node is None:
            return 1
        if not isinstance(node, Scalar) or type(node.value) is not int or node.value < 2:
            self.fault(node.place, '"people" is how many different people give it, two or more.', "Write people: 2.")
            return 1
        if entry.flag("all"):
            remedy = "Leave all out for any two of who; or write a say for each post, with never: [the other say]."
            self.fault(node.place, "With all: true each post gives it once, and people has no meaning.", remedy)
        return int(node.value)

    def posts(self, placed: _Placed) -> tuple[str, ...]:
        """Posts of `who`."""
        for place, name in placed:
            if name not in self.who:
                self.fault(place, f'There is no post in who "{name}".', nearest(name, self.who))
        return tuple(name for _, name in placed)

    def steps(self, entry: Entries) -> tuple[Step, ...]:
        """After how long without an answer who else may give it: one step, or a list of them, one after another."""
        nodes = entry.items("unanswered")
        found = [self.step(node) for node in nodes]
        for node, step in zip(nodes[:-1], found, strict=False):
            if not step.also:
                self.fault(
                    node.place, "It has lapsed here, and a step stands after it.", "Let it lapse in the last step."
                )
        if isinstance(entry.node("unanswered"), Series) and not found:
            self.fault(entry.place("unanswered"), "No step stands here.", "Write {for: 30 minutes, also: a post}.")
        return tuple(found)

    def step(self, node: Node) -> Step:
        """{for: 30 minutes, also: duty-inspector}, or {for: 2 hours, then: lapse}."""
        with Entries(node, "unanswered", self.faults) as late:
            also = self.posts(late.placed_texts("also"))
            lapses = late.choice("then", (LAPSE,)) == LAPSE
            if not late.has("also") and not late.has("then"):
                late.missing("also", "Name the post of who that may give it then, or write then: lapse.")
            if also and lapses:
                self.fault(late.place("then"), "It lapses, and somebody may still give it.", "Keep one of the two.")
            if not late.has("for"):
                late.missing("for", "Say after how long, such as 30 minutes.")
            since = late.text("from") or None
            if since and since not in self.vocabulary.facts:
                self.fault(late.place("from"), f'There is no fact "{since}".', nearest(since, self.vocabulary.facts))
            elif since and self.vocabulary.facts[since].type != "time":
                message = f"{since} is no time, and what is waited for is counted from one."
                self.fault(late.place("from"), message, "Name a fact of type time, or leave from out.")
            return Step(self.length(late, "for") or "", also, since)

    def confirmed(self, entry: Entries) -> str | None:
        """How long it counts once whoever gave it has confirmed it."""
        if entry.has("confirmed") and not entry.has("lasts"):
            self.fault(entry.place("confirmed"), "It does not run out, so nobody confirms it.", "Write lasts: as well.")
        if (node := entry.node("confirmed")) is not None and isinstance(node, Scalar) and node.text == FOR_GOOD:
            return FOR_GOOD
        return self.length(entry, "confirmed", lasts_fault)

    def length(self, entry: Entries, key: str, wrong_with: _Fault = period_fault) -> str | None:
        """A length of time written out, or the name of a figure or setting that holds one."""
        if not (words := entry.text(key)):
            return None
        if words.startswith(("parameter.", "force.")):
            self.lengths.append((entry.place(key), words))
        elif wrong := wrong_with(words, self.tables):
            self.fault(entry.place(key), *wrong)
        return words

    def check_lengths(self, facts: Mapping[str, Fact]) -> None:
        """The figures and settings that says wait for are there, and are periods."""
        for place, name in self.lengths:
            if name not in facts:
                self.fault(place, f'There is no fact "{name}".', nearest(name, facts))
            elif facts[name].type != "period":
                self.fault(place, f"{name} is no period.", "Give it the type period where it is declared.")

    def answer(self, node: Node) -> None:
        """One of the answers that there are."""
        text = node.text if isinstance(node, Scalar) else ""
        if text not in ANSWERS:
            self.fault(node.place, f'"{text}" is no answer to a say.', nearest(text, ANSWERS))

    def check_order(self, says: Mapping[str, Say]) -> None:
        """`after` names says, and their order has a beginning; `never` names says, or who takes part."""
        for place, key, name in self.barred:
            if name == key:
                self.fault(place, f'The say "{key}" excludes itself.', "Write people: 2 for two different people.")
            elif name in says and name in self.cast:
                message = f'"{name}" is a say and somebody who takes part; nobody can tell which is meant.'
                self.fault(place, message, "Give the say another name.")
            elif name not in says and name not in self.cast:
                message = f'"{name}" is neither a say nor somebody who takes part in a moment.'
                self.fault(place, message, nearest(name, {*says, *self.cast}))
        for place, name in self.earlier:
            if name not in says:
                self.fault(place, f'There is no approval in says "{name}".', nearest(name, says))
        for key, say in says.items():
            if circles(key, {k: s.after for k, s in says.items()}):
                self.fault(say.place, f'The say "{key}" would have to come after itself.', "Take one `after` out.")


def circles(start: str, leads: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether following `leads` from `start` comes back to it."""
    seen: set[str] = set()
    todo = list(leads[start])
    while todo:
        name = todo.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            todo.extend(leads.get(name, ()))
    return False
