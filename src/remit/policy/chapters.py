"""A policy's clauses in chapters of a readable length, by the numbers and headings of its document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate

from remit.policy.packs import Clause

#: A chapter with more to read than this, clauses and rules together, is divided.
LONG = 45

#: Where one part of a number ends: "3.1", "B.a", "Annex B, 3", "4.10(a)".
_ENDS = re.compile(r", |\.(?=\w)|(?<=[\w)])(?=\()")

Weigh = Callable[[Clause], int]
Group = tuple[str, list[Clause]]


def chapters_of(clauses: Iterable[Clause], weigh: Weigh, depth: int = 1) -> list[Group]:
    """Neighbouring clauses whose numbers begin alike; a long group is divided where its numbers go deeper.

    Args:
        weigh: how much there is to read of a clause: 1 and 1 more for each of its rules.
        depth: how many parts of a number are looked at: 1 for "3", 2 for "3.1".
    """
    groups: list[Group] = []
    for clause in clauses:
        title = _beginning(clause.number, depth)
        if groups and groups[-1][0] == title:
            groups[-1][1].append(clause)
        else:
            groups.append((title, [clause]))
    found: list[Group] = []
    for title, group in groups:
        deeper = any(_beginning(c.number, depth + 1) != title for c in group)
        divided = _heavy(group, weigh) > LONG and deeper
        found += _joined(title, chapters_of(group, weigh, depth + 1), weigh) if divided else _cut(title, group, weigh)
    return found


def _heavy(group: Sequence[Clause], weigh: Weigh) -> int:
    return sum(map(weigh, group))


def _cut(title: str, group: list[Clause], weigh: Weigh) -> list[Group]:
    """The group, in even pieces where it is long though its numbers go no deeper: "3.1.5, CL-3.1.5a to CL-3.1.5n"."""
    count = -(-_heavy(group, weigh) // LONG)
    share = _heavy(group, weigh) / count
    pieces: list[list[Clause]] = [[] for _ in range(count)]
    for clause, so_far in zip(group, accumulate(map(weigh, group)), strict=True):
        pieces[min(int((so_far - weigh(clause) / 2) / share), count - 1)].append(clause)
    whole = [piece for piece in pieces if piece]
    return [(title if len(whole) == 1 else f"{title}, {_from_to(piece)}", piece) for piece in whole]


def _from_to(piece: Sequence[Clause]) -> str:
    return piece[0].id if len(piece) == 1 else f"{piece[0].id} to {piece[-1].id}"


def _joined(whole: str, groups: list[Group], weigh: Weigh) -> list[Group]:
    """Short neighbours of what was divided put together: "13.1 to 13.9", "Accounts, para 2 to para 4"."""
    found: list[Group] = []
    for title, group in groups:
        first, before = found[-1] if found else ("", [])
        is_cut = title.endswith(_from_to(group)) or (before and first.endswith(_from_to(before)))
        if before and not is_cut and _heavy(before, weigh) + _heavy(group, weigh) <= LONG * 2 // 3:
            last = title if title[:1].isdigit() else title.removeprefix(whole).lstrip(", ")
            found[-1] = (f"{first.partition(' to ')[0]} to {last.rpartition(' to ')[2]}", [*before, *group])
        else:
            found.append((title, group))
    return found


def beginnings(number: str) -> list[str]:
    """The chapters that a clause stands in, the widest first: of "3.1.5" "3", "3.1", "3.1.5"."""
    depths = range(1, len(_ENDS.findall(number)) + 2)
    return [_beginning(number, depth) for depth in depths]


def titles_of(clauses: Iterable[Clause], titles: Mapping[str, str]) -> tuple[str, ...]:
    """What the document calls the chapters that `clauses` stand in, each by its nearest title, once and in order."""
    nearest = ([titles[part] for part in beginnings(clause.number) if part in titles] for clause in clauses)
    return tuple(dict.fromkeys(found[-1] for found in nearest if found))


def _beginning(number: str, depth: int) -> str:
    """The first `depth` parts of a clause's number: of "3.1.5" "3", "3.1", "3.1.5"; of "Scope, para 2" "Scope"."""
    ends = [found.start() for found in _ENDS.finditer(number)]
    return number[: ends[depth - 1]] if depth <= len(ends) else number
