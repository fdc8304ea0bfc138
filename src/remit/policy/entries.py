"""Reads one YAML mapping key by key: what the code asks for is exactly what may stand there.

Every fault is collected with its place and the nearest right spelling; reading goes on with a default, so that one
load shows all faults of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from remit.policy.faults import Fault, Place, nearest
from remit.policy.source import Node, Scalar, Series, Table

#: The forms a name may have, and how to say them. A fact's name stands in conditions, where a dash would be a minus.
FORMS = {
    "key": (re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*"), "lower-case letters, digits and dashes, such as sio-authority"),
    "word": (re.compile(r"[a-z][a-z0-9_]*"), "lower-case letters, digits and underscores, such as victim_identity"),
    "fact": (re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+"), "group.name in lower case, such as post.appeal"),
    "act": (re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_-]*)+"), "group.name in lower case, such as post.publish"),
}


class Entries:
    """The entries of one mapping. Use as a context manager: leaving it reports the keys that nobody asked for.

    Args:
        node: the mapping; anything else is a fault and reads as empty.
        what: what the mapping describes, for messages: "a rule".
        at: where faults about missing keys point; the mapping's own start unless given.
    """

    def __init__(self, node: Node | None, what: str, faults: list[Fault], *, at: Place | None = None) -> None:
        self.what = what
        self.faults = faults
        self.table = as_table(node, what, faults) if node is not None else None
        self.at = at or (node.place if node is not None else Place(""))
        self.asked: set[str] = set()

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None and self.table:
            for key, value in self.table.entries.items():
                if key not in self.asked:
                    self.unknown(key, value)

    def unknown(self, key: str, value: Node) -> None:
        remedy = nearest(key, self.asked)
        if self.table and self.table.flow and isinstance(value, Scalar) and value.text == "":
            remedy = "Between { and } a comma ends a value: put a text that holds a comma in quotes."
        self.faults.append(
            Fault(self.table.keys[key] if self.table else self.at, f'{sentence(self.what)} has no key "{key}".', remedy)
        )

    def fault(self, place: Place, message: str, remedy: str) -> None:
        self.faults.append(Fault(place, message, remedy))

    def missing(self, key: str, remedy: str = "") -> None:
        self.fault(self.at, f'{sentence(self.what)} needs "{key}".', remedy or f'Add "{key}:".')

    def has(self, key: str) -> bool:
        self.asked.add(key)
        return self.table is not None and key in self.table.entries

    def node(self, key: str) -> Node | None:
        """The value of `key`, None when it is left out or empty."""
        if not self.has(key) or self.table is None:
            return None
        node = self.table.entries[key]
        return None if isinstance(node, Scalar) and node.value is None else node

    def place(self, key: str) -> Place:
        """Where the value of `key` stands, or the whole when it is left out."""
        if self.table is not None and key in self.table.entries:
            return self.table.entries[key].place
        return self.at

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text. A number, date or yes/no is refused: YAML would have changed it (4.10 is read as 4.1)."""
        node = self.node(key)
        if node is None:
            if required:
                self.missing(key)
            return default
        return as_text(node, f'"{key}"', self.faults) or default

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        return tuple(t for _, t in self.placed_texts(key))

    def placed_texts(self, key: str) -> list[tuple[Place, str]]:
        """As `texts`, each with its place."""
        found = [(item.place, as_text(item, f'"{key}"', self.faults)) for item in self.items(key)]
        return [(place, text) for place, text in found if text]

    def choice(self, key: str, choices: Iterable[str], default: str = "", *, required: bool = False) -> str:
        """One of `choices`, as written (`mode: off` is "off" although YAML reads it as no)."""
        node = self.node(key)
        if node is None:
            if required:
                self.missing(key, f"Write one of: {', '.join(choices)}.")
            return default
        known = tuple(choices)
        if isinstance(node, Scalar) and node.text in known:
            return node.text
        shown = f'"{node.text}"' if isinstance(node, Scalar) else "A list or mapping"
        self.fault(node.place, f"{shown} is no {key} of {self.what}.", nearest(getattr(node, "text", ""), known))
        return default

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        node = self.node(key)
        if node is None:
            return default
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        self.fault(node.place, f'"{key}" is true or false.', "Write true or false.")
        return default

    def day(self, key: str) -> date | None:
        """A day of the calendar, or None."""
        node = self.node(key)
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, date) and not isinstance(node.value, datetime):
            return node.value
        if not (
            isinstance(node, Scalar) and re.fullmatch(r"\d{4}-\d\d?-\d\d?", node.text)
        ):  # that fault is told already
            self.fault(node.place, f'"{key}" is a day.', "Write it as 2026-11-21, without quotes.")
        return None

    def items(self, key: str) -> tuple[Node, ...]:
        """The elements of a list; a single value counts as a list of one."""
        node = self.node(key)
        if node is None:
            return ()
        return node.items if isinstance(node, Series) else (node,)

    def entries(self, key: str) -> list[tuple[str, Place, Node]]:
        """The entries of a mapping: key, its place, value."""
        node = self.node(key)
        table = as_table(node, f'"{key}"', self.faults) if node is not None else None
        return [(k, table.keys[k], v) for k, v in table.entries.items()] if table else []


def as_table(node: Node, what: str, faults: list[Fault]) -> Table | None:
    """`node` when it is a mapping, else None and a fault."""
    if isinstance(node, Table):
        return node
    faults.append(
        Fault(
            node.place, f"{sentence(what)} is written as a mapping of keys to values.", 'Write "key: value" lines here.'
        )
    )
    return None


def as_text(node: Node, what: str, faults: list[Fault]) -> str:
    """`node` as a text, or "" and a fault."""
    if not isinstance(node, Scalar):
        faults.append(Fault(node.place, f"{sentence(what)} is one text.", "Write a text, not a list or a mapping."))
        return ""
    if isinstance(node.value, str):
        if node.quoted and not node.text.strip():  # an empty text without quotes has its fault already
            faults.append(Fault(node.place, f"{sentence(what)} is empty.", "Write the text, or leave the key out."))
        return node.text
    match node.value:
        case None:
            read = "nothing"
        case bool():
            read = "yes" if node.value else "no"
        case int() | float():
            read = f"the number {node.value}"
        case _:
            read = "a date"
    faults.append(
        Fault(
            node.place,
            f"YAML reads {node.text or 'this'} as {read}; {what} is a text.",
            f'Put it in quotes: "{node.text}".',
        )
    )
    return node.text


def well_formed(place: Place, name: str, what: str, faults: list[Fault], form: str = "key") -> bool:
    """Whether `name` has one of the FORMS that names of `what` have; a fault when not."""
    pattern, words = FORMS[form]
    if pattern.fullmatch(name):
        return True
    faults.append(Fault(place, f'"{name}" is no name for {what}.', f"Use {words}."))
    return False


def sentence(what: str) -> str:
    """`what` with a capital first letter."""
    return what[:1].upper() + what[1:]
