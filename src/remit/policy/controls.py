"""Controls: rules with typed holes that several packs bind to their own clauses, expanded at load."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from remit.policy.entries import Entries, as_table, as_text, well_formed
from remit.policy.faults import Fault, Place, nearest
from remit.policy.packs import Control
from remit.policy.scope import Scope
from remit.policy.source import Node, Scalar, Series, Table, read_yaml
from remit.policy.values import read_value
from remit.policy.vocabulary import Fact

#: What a hole may take. `text` and `string` are words; `enum` is a value of some fact.
HOLE_TYPES = (
    "period",
    "string",
    "int",
    "decimal",
    "fact",
    "concern",
    "say",
    "who",
    "text",
    "condition",
    "effect",
    "enum",
)
#: Keys of a control that are a rule's.
BODY = ("moment", "when", "unless", "then", "remedy", "mode", "because")
_HOLE = re.compile(r"\$\{([^}]*)\}")


def read_controls(folder: Path, name: Callable[[Path], str], faults: list[Fault]) -> dict[str, Control]:
    """The controls of a folder by id; `name(path)` is the name that faults give a file."""
    found: dict[str, Control] = {}
    for path in sorted(folder.glob("*.yaml")):
        node = read_yaml(path, name(path), faults)
        table = as_table(node, "a control", faults) if node is not None else None
        if table is not None:
            control = _control(table, path, faults)
            found[control.id] = control
    return found


def _control(table: Table, path: Path, faults: list[Fault]) -> Control:
    with Entries(table, "the control", faults) as entry:
        key = entry.text("id", path.stem, required=True)
        if key != path.stem:
            entry.fault(entry.place("id"), f'The control "{key}" is in {path.name}.', f"Name the file {key}.yaml.")
        title = entry.text("title", required=True)
        holes = _holes(entry, faults)
        body = {k: table.entries[k] for k in BODY if entry.has(k)}
        if "then" not in body:
            entry.missing("then", "Say what it leaves behind: refuse, warn or another effect.")
        used = dict(
            _holes_in(
                Table(
                    {"title": Scalar(title, title, entry.place("title"), entry.place("title")), **body}, {}, table.place
                )
            )
        )
        for hole, place in used.items():
            if hole not in holes:
                entry.fault(place, f'There is no hole "{hole}".', nearest(hole, holes) or "Declare it under holes.")
        for hole, place, _ in entry.entries("holes"):
            if hole not in used:
                entry.fault(
                    place, f'The hole "{hole}" is used nowhere.', f"Write ${{{hole}}} where it belongs, or take it out."
                )
    title_node = table.entries.get("title", Scalar(title, title, table.place, table.place))
    whole = Table({"title": title_node, **body}, {**table.keys}, table.place)
    return Control(key, title, holes, whole, str(path), table.place)


def _holes(entry: Entries, faults: list[Fault]) -> dict[str, str]:
    holes = {}
    for name, place, node in entry.entries("holes"):
        well_formed(place, name, "a hole", faults, "word")
        kind = as_text(node, f'the hole "{name}"', faults)
        if kind and kind not in HOLE_TYPES:
            faults.append(Fault(node.place, f'"{kind}" is no type of hole.', nearest(kind, HOLE_TYPES)))
        holes[name] = kind
    return holes


def _holes_in(node: Node) -> list[tuple[str, Place]]:
    match node:
        case Scalar():
            return [
                (found[1], replace(node.start, column=node.start.column + found.start()))
                for found in _HOLE.finditer(node.text)
            ]
        case Series(items):
            return [hole for item in items for hole in _holes_in(item)]
    return [hole for item in node.entries.values() for hole in _holes_in(item)]


def expand(control: Control, row: Table, scope: Scope) -> Table:
    """The rule that `row` makes of a control: its holes filled, the row's own keys laid over it.

    Tests and exceptions of the row stand beside the control's; every other key of the row takes its place.
    """
    values = _fill(control, row, scope)
    entries = {key: _substitute(node, values) for key, node in control.body.entries.items()}
    keys = dict(control.body.keys)
    for key, node in row.entries.items():
        if key in ("control", "with"):
            continue
        if key in ("when", "unless") and key in entries:
            node = Series((*_items(entries[key]), *_items(node)), node.place)
        entries[key], keys[key] = node, row.keys[key]
    return Table(entries, keys, row.place, row.flow)


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Series) else (node,)


def _fill(control: Control, row: Table, scope: Scope) -> dict[str, Node]:
    """What the row puts into each hole, checked against the hole's type."""
    given = row.entries.get("with")
    at = row.keys.get("with", row.keys.get("control", row.place))
    if isinstance(given, Scalar) and given.value is None:
        given = None
    values: dict[str, Node] = {}
    with Entries(given, f"with of {control.id}", scope.faults, at=at) as entry:
        for hole, kind in control.holes.items():
            node = entry.node(hole)
            if node is None:
                entry.missing(hole, f"The control {control.id} has the hole {hole}, a {kind}.")
            else:
                _check(node, kind, hole, scope)
                values[hole] = node
    return values


def _check(node: Node, kind: str, hole: str, scope: Scope) -> None:
    if kind == "effect":
        return
    if kind == "int":
        if not (isinstance(node, Scalar) and isinstance(node.value, int) and not isinstance(node.value, bool)):
            scope.fault(node.place, f'"{hole}" is a whole number.', "Write it in figures, without quotes.")
        return
    if kind == "decimal":
        read_value(node, Fact(hole, kind, hole), scope.faults)
        return
    if kind == "condition":
        scope.condition(node)
        return
    items = node.items if isinstance(node, Series) and kind == "who" else (node,)
    for item in items:
        text = as_text(item, f'"{hole}"', scope.faults)
        if not text:
            continue
        if kind == "period":
            scope.period(item.place, text)
        elif kind in ("fact", "concern", "say", "who"):
            scope.refer(item.place, kind, text)


def _substitute(node: Node, values: Mapping[str, Node]) -> Node:
    match node:
        case Scalar():
            whole = _HOLE.fullmatch(node.text)
            if whole and whole[1] in values:
                return values[whole[1]]
            if not _HOLE.search(node.text):
                return node
            text = _HOLE.sub(lambda found: _words(values.get(found[1])), node.text)
            return Scalar(text, text, node.place, node.start, quoted=True)
        case Series(items, place):
            return Series(tuple(_substitute(item, values) for item in items), place)
    entries = {key: _substitute(value, values) for key, value in node.entries.items()}
    return Table(entries, node.keys, node.place, node.flow)


def _words(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""
