"""Reads the grants of a policy.yaml: the exceptions that somebody may give for an account or a person up to a date."""

from __future__ import annotations

from collections.abc import Callable, Collection

from remit.policy.entries import Entries
from remit.policy.faults import Fault, Place
from remit.policy.packs import GRANTED_FOR, Permit
from remit.policy.periods import period_fault
from remit.policy.source import Node

_Placed = list[tuple[Place, str]]


class GrantsReader:
    """Reads one grant after another."""

    def __init__(
        self,
        posts: Callable[[_Placed], tuple[str, ...]],
        clause: Callable[[Entries], str],
        tables: Collection[str],
        faults: list[Fault],
    ) -> None:
        """`posts` reads posts of `who`, `clause` the clause of an entry; `tables` names the tables of hours."""
        self.posts, self.clause, self.tables, self.faults = posts, clause, tables, faults

    def read(self, key: str, place: Place, node: Node) -> Permit:
        """The grant called `key`."""
        with Entries(node, f'the grant "{key}"', self.faults, at=place) as entry:
            title = entry.text("title", required=True) or key
            if not entry.has("who"):
                entry.missing("who", "Name the post of who that may give it, and take it back.")
            if not entry.has("for"):
                entry.missing("for", "Write account, person, or [account, person].")
            over = entry.placed_texts("for")
            for at, name in over:
                if name not in GRANTED_FOR:
                    message = f'Nothing is given for "{name}".'
                    self.faults.append(Fault(at, message, "Write account, person, or [account, person]."))
            longest = entry.text("longest") or None
            if longest and (wrong := period_fault(longest, self.tables)):
                self.faults.append(Fault(entry.place("longest"), *wrong))
            who = self.posts(entry.placed_texts("who"))
            return Permit(key, title, who, tuple(name for _, name in over), longest, self.clause(entry), place)
