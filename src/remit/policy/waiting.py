"""When what waits for time comes free: the instants at which the answers of conditions can change, one after another.

Whatever turns on the clock alone changes only when a day begins, at a named time of the day, or at a day or time that
is compared with the clock. Those instants are tried in order, so that the first that is found is the first there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from remit.policy.packs import Pack
from remit.policy.periods import LONDON, london_date, parse_clock, parse_period, plus
from remit.policy.rows import Run, Unknown, compile_tree, table_of
from remit.policy.tree import Call, ListOf, Literal, Name, Node, Quantifier

if TYPE_CHECKING:
    from remit.policy.situation import Situation

CLOCK = frozenset({"today", "now", "at"})
_COMPARES = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
#: Days that are looked at one after another, from each named day or time: every kind of day comes in two years.
_DAYS = timedelta(days=731)
#: What holds only after an instant is waited for to the next minute, as pages tell times.
_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Meeting:
    """A day or time that the clock, moved on by `ahead` minutes, comes to: `node`, or `node` and a period after it."""

    node: Node
    period: Node | None = None
    ahead: int = 0
    lists: tuple[Quantifier, ...] = ()  # those whose elements it reads, outermost first


@dataclass(frozen=True)
class Turns:
    """What of the clock some conditions turn on."""

    daily: bool = False  # something is another on another day
    clocks: frozenset[time] = frozenset()  # times of the day
    meetings: tuple[Meeting, ...] = ()
    days: frozenset[date] = frozenset()  # on which a figure changes
    takes_effect: bool = False  # the time it takes effect is read
    untold: tuple[Node, ...] = ()  # reads the clock in a way that cannot be followed

    @property
    def any(self) -> bool:
        """Whether anything is another at another time."""
        return bool(self.daily or self.clocks or self.meetings or self.days or self.untold)


class _Reader:
    """Gathers what trees turn on, through definitions too."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.found: dict[str, Any] = {"clocks": set(), "meetings": {}, "days": set(), "untold": {}}
        self.followed: set[str] = set()

    def read(self, node: Node, lists: tuple[Quantifier, ...] = ()) -> None:
        match node:
            case Call("between", (Name("now" | "at"), Literal(start), Literal(end))):
                self.found["clocks"] |= {parse_clock(start), parse_clock(end)}
                self.found["takes_effect"] = True
            case Call("during", (Name("now" | "at"), table)):
                self.found["clocks"] |= self.pack.vocabulary.holidays.hours[table_of(table)].clocks
                self.found["daily"] = self.found["takes_effect"] = True
            case Call(
                "weekday" | "working_day" | "last" | "next" | "at" | "date" | "closing", (Name("now" | "at"), *_)
            ):
                self.found["daily"] = self.found["takes_effect"] = True
            case Call("passed", (start, period)):
                self.meet(Meeting(start, period, lists=lists))
                self.read(start, lists)
                self.read(period, lists)
            case Call(operator, (left, right) as sides) if operator in _COMPARES and _of_clock(sides):
                for clock, other in ((left, right), (right, left)):
                    if (ahead := _ahead(clock)) is None:
                        continue
                    for item in other.items if isinstance(other, ListOf) else (other,):
                        self.meet(Meeting(item, ahead=ahead, lists=lists))
                        if _ahead(item) is None:
                            self.read(item, lists)
                self.found["takes_effect"] = True
            case Name("today"):
                self.found["daily"] = True
            case Name("now" | "at"):
                self.found["untold"][node] = None
            case Name(name):
                self.name(name)
            case Quantifier(_, _, over, body):
                self.read(over, lists)
                self.read(body, (*lists, node))
            case Call(_, args) | ListOf(args):
                for arg in args:
                    self.read(arg, lists)

    def meet(self, meeting: Meeting) -> None:
        self.found["meetings"][meeting] = None

    def name(self, name: str) -> None:
        """What a definition or a figure that is another from a day on turns on."""
        if (parameter := self.pack.parameters.get(name)) is not None:
            self.found["days"] |= {day for day, _ in parameter.changes}
            self.found["takes_effect"] = True
        if (definition := self.pack.definitions.get(name)) is not None and name not in self.followed:
            self.followed.add(name)
            for condition in definition.conditions:
                self.read(condition.tree)


def _of_clock(sides: Iterable[Node]) -> bool:
    return any(_ahead(side) is not None for side in sides)


def _ahead(node: Node) -> int | None:
    """By how many minutes `node` is ahead of the clock; None where it is not the clock, or moved by days."""
    match node:
        case Name(name) if name in CLOCK:
            return 0
        case Call("date", (Name(name),)) if name in CLOCK:
            return 0
        case Call(("plus" | "minus") as operator, (moved, Literal(words))):
            begun, period = _ahead(moved), parse_period(words)
            if begun is None or period.months or period.days or period.minds_holidays:
                return None
            return begun + (period.minutes if operator == "plus" else -period.minutes)
    return None


@lru_cache(maxsize=1024)
def turns_of(pack: Pack, trees: tuple[Node, ...]) -> Turns:
    """What of the clock `trees`, conditions of `pack`, turn on."""
    reader = _Reader(pack)
    for tree in trees:
        reader.read(tree)
    found = reader.found
    return Turns(
        daily=found.get("daily", False),
        clocks=frozenset(found["clocks"]),
        meetings=tuple(found["meetings"]),
        days=frozenset(found["days"]),
        takes_effect=found.get("takes_effect", False),
        untold=tuple(found["untold"]),
    )


def earliest(
    waiting: Sequence[tuple[Situation, Turns]], free: Callable[[Sequence[Situation]], bool], *, begun: bool = False
) -> date | datetime | None:
    """The first instant after now at which `free` is yes if nothing changes but the clock, a date where a day begins.

    `begun` looks at now too. None where that cannot be told, or does not come.
    """
    if any(turns.untold for _, turns in waiting):
        return None
    situations = [situation for situation, _ in waiting]
    daily = any(turns.daily or turns.clocks for _, turns in waiting)
    clocks = {time()}.union(*(turns.clocks for _, turns in waiting))
    begins: datetime = situations[0]["now"]
    instant = begins
    if begun and free(situations):
        return _told(instant)
    # What is compared with the clock may be another day by day, without end; what is known from the start is not.
    known = _met(situations, waiting)
    while True:
        near = instant - begins < _DAYS
        coming = {t for t in (_met(situations, waiting) if near else known) if t > instant}
        if daily and near:
            coming.add(_passing(instant, clocks))
        if not coming:
            return None
        instant = min(coming)
        begins = instant if instant in known else begins
        situations = [situation.later(instant) for situation in situations]
        if free(situations):
            return _told(instant)


def _met(situations: Sequence[Situation], waiting: Sequence[tuple[Situation, Turns]]) -> set[datetime]:
    return {t for s, (_, turns) in zip(situations, waiting, strict=True) for t in _meetings(s, turns)}


def _passing(after: datetime, clocks: Iterable[time]) -> datetime:
    """The next beginning of a day, or named time of one; or the instant at which the clocks are changed."""
    day = london_date(after)
    morrow = _at(day + timedelta(days=1), time())
    found = {morrow, *(_at(day, clock) for clock in clocks)}
    if morrow - _at(day, time()) != timedelta(days=1):
        # In the hour that is left out or comes twice a time of day is never there, or there again.
        found |= {_at(day, clock.replace(fold=1)) for clock in clocks}
        found.add(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
    return min(instant for instant in found if instant > after)


def _meetings(situation: Situation, turns: Turns) -> Iterator[datetime]:
    """The instants at which the clock comes to what it is compared with, and those just after."""
    if turns.takes_effect:
        yield situation["at"]
    for day in turns.days:
        yield _at(day, time())
    for meeting in turns.meetings:
        for when in _values(meeting, meeting.lists, situation):
            if isinstance(when, datetime):
                instant = when.astimezone(UTC) - timedelta(minutes=meeting.ahead)
                yield instant
                yield (instant + _AFTER).replace(second=0, microsecond=0)
            else:
                yield _at(when, time())
                yield _at(when + timedelta(days=1), time())


def _values(meeting: Meeting, lists: tuple[Quantifier, ...], situation: Situation) -> Iterator[date | datetime]:
    """What the meeting is in this situation, for each element of the lists that it reads."""
    if lists:
        over = _compiled(lists[0].over)(situation)
        outer = dict.get(situation, lists[0].variable)
        for item in () if over is None or isinstance(over, Unknown) else over:
            situation[lists[0].variable] = item, "", 0
            yield from _values(meeting, lists[1:], situation)
        situation[lists[0].variable] = outer
        return
    value = _compiled(meeting.node)(situation)
    if meeting.period is not None and isinstance(value, date):
        length = _compiled(meeting.period)(situation)
        known = length is not None and not isinstance(length, Unknown)
        value = plus(value, parse_period(length), situation["holidays"]) if known else None
    if isinstance(value, date):
        yield value


@lru_cache(maxsize=1024)
def _compiled(node: Node) -> Run:
    return compile_tree(node)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=LONDON).astimezone(UTC)


def _told(instant: datetime) -> date | datetime:
    local = instant.astimezone(LONDON)
    return local.date() if local == datetime.combine(local.date(), time(), tzinfo=LONDON) else local
