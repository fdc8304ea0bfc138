"""Plain English of dates and times: "on the day 2 days after it", "the end of press-office hours today"."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date

from remit.policy.tree import EXTREMES, PICKS, Call, Literal, Name, Node, Quantifier
from remit.policy.vocabulary import Fact

#: What gives a date or a time.
TIMELY = frozenset({"plus", "minus", "last", "next", "at", "date", "opening", "closing"})


class TimeWords(ABC):
    """What `words` says of dates and times."""

    @abstractmethod
    def fact(self, node: Node) -> Fact | None:
        """The fact that `node` reads, if it reads one."""

    @abstractmethod
    def thing(self, node: Node, compared: Fact | None = None) -> str:
        """A value as a phrase."""

    def is_date(self, node: Node) -> bool:
        """Whether it is a date or a time."""
        match node:
            case Literal(value):
                return isinstance(value, date)
            case Name("today" | "now" | "at"):
                return True
            case Call(operator, (first, *_)) if operator in EXTREMES:
                return self.is_date(first)
            case Call(operator):
                return operator in TIMELY
            case Quantifier(kind):
                return kind in PICKS
        fact = self.fact(node)
        return fact is not None and fact.type in ("date", "time")

    def is_time(self, node: Node) -> bool:
        """Whether it is a time rather than a date."""
        match node:
            case Name("now" | "at"):
                return True
            case Call("plus" | "minus" | "max" | "min", (start, *_)):
                return self.is_time(start)
            case Call(operator):
                return operator in ("at", "opening", "closing")
        fact = self.fact(node)
        return fact is not None and fact.type == "time"

    def on_day(self, node: Node) -> str:
        """ "on the day 1 month after today", "on the day of the incident's beginning", "today"."""
        match node:
            case Name("today" | "now"):
                return "today"
            case Call("plus" | "minus"):
                return f"on the day {self.thing(node)}"
        return f"on {'the day of ' if self.is_time(node) else ''}{self.thing(node)}"

    def by_hours(self, operator: str, day: Node, hours: str) -> str:
        """ "now or, outside desk hours, their next beginning", "the end of desk hours on the day 2 days after it"."""
        if operator == "opening" and self.is_time(day):
            return f"{self.thing(day)} or, outside {hours}, their next beginning"
        end = "beginning" if operator == "opening" else "end"
        # What is moved by days of the desk comes to one of them.
        counted = isinstance(day, Call) and day.operator in ("plus", "minus")
        return f"the {end} of {hours} {self.on_day(day)}{'' if counted else ' (or on the next day that has them)'}"

    def extreme(self, operator: str, args: Sequence[Node]) -> str:
        """ "later", "greatest": of two or more."""
        more, most = ("greater", "greatest") if operator == "max" else ("smaller", "smallest")
        if self.is_date(args[0]):
            more, most = ("later", "latest") if operator == "max" else ("earlier", "earliest")
        return more if len(args) == 2 else most
