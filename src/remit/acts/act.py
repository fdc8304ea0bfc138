"""What an act is: one small class in the room it belongs to, for everything that changes or shows something."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self

from remit.ledger import actions

if TYPE_CHECKING:
    from remit.acts.models import Proposal
    from remit.policy.decision import Decision

_ACTS: dict[str, type[Act]] = {}


class Kind(StrEnum):
    """change: something will be different; read: something private is shown; report: always accepted."""

    CHANGE = "change"
    READ = "read"
    REPORT = "report"


class ActRefused(Exception):
    """An act (or an answer) cannot be taken as it stands; not a matter of policy. Both texts are for the user."""

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message, self.remedy = message, remedy
        super().__init__(f"{message} {remedy}".strip())


class NotAllowed(ActRefused):
    """The policy does not let an act be done as it stands, and it is one that does not wait: nothing of it is kept.

    Attributes:
        decision: what the policy says of it.
    """

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        stops = list(dict.fromkeys(found for found in decision.findings if found.stops))
        titles = [f"{found.title} ({', '.join(found.clauses)})." for found in stops]
        asks = [str(ask["question"]) for ask in decision.ask]
        remedies = [found.remedy for found in stops]
        super().__init__(" ".join(dict.fromkeys(titles or asks)), " ".join(dict.fromkeys(filter(None, remedies))))


class Act:
    """Base of every act. A subclass is a dataclass with a `name`; that registers it, and its action in the ledger.

    Attributes:
        name: "posts.publish".
        label: words of the button and of the ledger: "Publish a post".
        moment: a name of `packs/moments.yaml`; empty for an act of which no policy speaks.
        permission: a key of the directory's permissions; empty for what anybody signed in may do.
        staffs: True where it may change who holds a post: what waits is then put to its holders of that time.
        closes: True where the act ends its subject: it then waits for every open duty that must be done.
        waits: False where it is done at once or not at all: nothing is kept of what the policy does not allow.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    moment: ClassVar[str] = ""
    kind: ClassVar[Kind] = Kind.CHANGE
    permission: ClassVar[str] = ""
    staffs: ClassVar[bool] = False
    closes: ClassVar[bool] = False
    waits: ClassVar[bool] = True

    if TYPE_CHECKING:
        # A field or a property of each subclass; a class attribute here would become the field's default.
        @property
        def force(self) -> str:
            """Slug of the force under whose policies it is decided."""

        @property
        def subject(self) -> str:
            """What is acted on, as "room.model:id"; empty for what no register has: its proposal stands for it then."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "name" not in cls.__dict__:
            return
        there = _ACTS.get(cls.name)
        if there is not None and (there.__module__, there.__qualname__) != (cls.__module__, cls.__qualname__):
            raise ValueError(f'The act "{cls.name}" is already {there.__module__}.{there.__qualname__}.')
        actions.register(cls.name, cls.label)
        _ACTS[cls.name] = cls

    @property
    def data(self) -> dict[str, Any]:
        """What `load` needs besides subject and force, as JSON. Default: the dataclass's other fields as they are."""
        fields = dataclasses.fields(self)  # type: ignore[arg-type]
        return {f.name: getattr(self, f.name) for f in fields if f.init and f.name not in ("force", "subject")}

    @classmethod
    def load(cls, proposal: Proposal) -> Self:
        """The act that `proposal` keeps. Override together with `data` where a field is no JSON value."""
        own = {f.name for f in dataclasses.fields(cls) if f.init}  # type: ignore[arg-type]
        named = {"force": proposal.force, "subject": proposal.subject}
        return cls(**{name: value for name, value in named.items() if name in own}, **proposal.data)

    @classmethod
    def called(cls, proposal: Proposal) -> str:
        """What a proposal of this act is called; override where that is not the same for all of them."""
        return cls.label

    def over(self) -> tuple[str, ...]:
        """What else it concerns, as "room.model:id", such as the account of a post.

        Permission is asked over these as well, and grants over them count.
        """
        return ()

    def done_by(self, actor: Any) -> Any:
        """Whose act it is: `actor`, who presses the button, unless they write down what somebody else did."""
        return actor

    def step_of(self) -> Proposal | None:
        """The proposal that this is a step of, whose says then count for it; None where it stands alone."""
        return None

    def cites(self) -> list[str]:
        """The clauses that it is done under besides those of its decision."""
        return []

    def cast(self) -> Mapping[str, Any]:
        """Who takes part besides the proposer: "author", "subject" … -> a person (or a record that has relations)."""
        return {}

    def check(self) -> None:
        """Raise ActRefused where the input is not usable. Policy is not asked here."""

    def untold(self, person: Any) -> Mapping[str, Any]:
        """Of those named in it, whom `person` may learn nothing of: first word of the facts about each -> who it is."""
        return {}

    def told_to(self, person: Any) -> Act:
        """The same without the facts about those, for what somebody is shown before they put it forward."""
        return self

    def facts(self, actor: Any, now: datetime) -> dict[str, Any]:
        """Facts true of the world at `now`, from the registers and the content; gathered again at each decision."""
        return {}

    def frozen_facts(self, actor: Any, now: datetime) -> dict[str, Any]:
        """Facts true of the press of the button (duty state, device); gathered once and kept."""
        return {}

    def takes_effect_at(self, now: datetime) -> datetime:
        """When it takes effect, `at` in the packs' language."""
        return now

    def personal(self) -> dict[str, Any]:
        """Personal values, as JSON, to which the ledger entry commits without holding them."""
        return {}

    def about(self) -> dict[str, Any]:
        """What else the ledger entry should say that is not personal, as JSON."""
        return {}

    def described(self) -> list[tuple[str, str]]:
        """What is put forward in words, for whoever has to answer: label and value, without what the policy asked."""
        return []

    def settled(self, record: Proposal, fact: str, value: Any, note: str, actor: Any, now: datetime) -> None:
        """Keep what a reviewer settled about it, in the transaction that enters it. Raises ActRefused to take it back.

        `value` is JSON; `note` is what the reviewer says to the author. Default: nothing is kept beside the proposal.
        """

    def corrects(self, fact: str, was: Any, now: Any) -> bool:
        """Whether a fact's change (both JSON) is a correction of spelling alone: says that allow it outlive that."""
        return False

    def apply(self, record: Proposal, now: datetime) -> None:
        """Do it, inside the transaction that also writes the ledger entry. May set `record.subject` to what it made."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it is done.")


def act_named(name: str) -> type[Act]:
    """The class registered as `name`. Raises ActRefused where its room is gone."""
    try:
        return _ACTS[name]
    except KeyError:
        raise ActRefused(f'This version of Remit has no act "{name}".', "Ask a system administrator.") from None


def load_act(proposal: Proposal) -> Act:
    """The act that a proposal keeps, ready to be decided or done."""
    return act_named(proposal.act).load(proposal)


def registered() -> dict[str, type[Act]]:
    """Every act by name, in name order."""
    return dict(sorted(_ACTS.items()))
