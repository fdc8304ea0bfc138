"""Reads YAML into nodes that know their line and column, and refuses what YAML would quietly read as something else.

Refused with a remedy: two keys the same, keys that YAML takes for yes/no or a number, tags, aliases that multiply,
deep nesting, tabs, hidden direction marks, text that is not UTF-8. Nothing here knows what a pack is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from remit.policy.faults import Fault, Place

LARGEST_FILE = 1_000_000  # bytes; the longest policy of the five is 150,000
MOST_NODES = 60_000  # after aliases are followed
DEEPEST = 40

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_HIDDEN = re.compile("[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Scalar:
    """One value. `value` is what YAML makes of it, `text` what was written, `start` where the text itself begins."""

    value: Any
    text: str
    place: Place
    start: Place
    quoted: bool = False


@dataclass(frozen=True)
class Series:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True)
class Table:
    """A mapping with text keys, in the order written. `keys` says where each key stands."""

    entries: dict[str, Node]
    keys: dict[str, Place]
    place: Place
    flow: bool = False  # written {like: this}


Node = Scalar | Series | Table


def plain(text: str | bytes) -> Any:
    """What YAML makes of a file that was read with its places before, and is known to be sound."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader, the faster one where there is one)


def read_text(path: Path, file: str, faults: list[Fault]) -> str | None:
    """The text of a file with plain line ends, or None with a fault added."""
    try:
        content = path.read_bytes()
    except OSError as error:
        faults.append(
            Fault(Place(file), f"The file cannot be read: {error.strerror}.", "Check its name and permissions.")
        )
        return None
    if len(content) > LARGEST_FILE:
        message = f"The file has {len(content):,} bytes; a file of a pack may have {LARGEST_FILE:,}."
        faults.append(Fault(Place(file), message, "Split it into several files."))
        return None
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        faults.append(
            Fault(
                _at(file, before, len(before)),
                f"The byte 0x{content[error.start]:02x} is not UTF-8.",
                "Save the file as UTF-8.",
            )
        )
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        message = f"The character U+{ord(found[0]):04X} cannot stand in a pack."
        faults.append(Fault(_at(file, text, found.start()), message, "Delete it; it cannot be seen."))
        return None
    if found := _HIDDEN.search(text):
        message = f"The invisible character U+{ord(found[0]):04X} can make a line read as something it is not."
        faults.append(Fault(_at(file, text, found.start()), message, "Delete it and type the words again."))
        return None
    return text


def read_yaml(path: Path, file: str, faults: list[Fault]) -> Node | None:
    """The root of a YAML file, or None when it cannot be read; every fault found is added to `faults`.

    `file` is the name that faults give. Lines and columns count from 1.
    """
    text = read_text(path, file, faults)
    if text is None:
        return None
    return parse_yaml(text, file, faults)


def parse_yaml(text: str, file: str, faults: list[Fault]) -> Node | None:
    """As `read_yaml`, from text."""
    composer = _Composer(yaml.parse(text, Loader=_Loader), file, faults)
    try:
        root = composer.document()
    except yaml.MarkedYAMLError as error:
        faults.append(_syntax_fault(error, text, file))
        return None
    except _TooMuch as stop:
        faults.append(stop.fault)
        return None
    if root is None:
        faults.append(Fault(Place(file), "The file is empty.", "Write its content, or delete the file."))
    return root


class _TooMuch(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


class _Composer:
    """Makes nodes of parser events. Our own, since the library's recurses without bound and loses key positions."""

    def __init__(self, events: Iterator[Any], file: str, faults: list[Fault]) -> None:
        self.events = events
        self.file = file
        self.faults = faults
        self.anchors: dict[str, tuple[Node | None, int]] = {}
        self.nodes = 0
        self.resolver = Resolver()
        self.constructor = SafeConstructor()

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    place = self.place(event.start_mark)
                    self.fault(place, "A second document begins here.", "Delete the line ---, or make two files.")
                    return root
                first = next(self.events)
                empty = (
                    isinstance(first, yaml.ScalarEvent) and not first.value and first.implicit[0] and not first.anchor
                )
                root = None if empty else self.node(first, 0)
        return root

    def place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def fault(self, place: Place, message: str, remedy: str) -> None:
        self.faults.append(Fault(place, message, remedy))

    def count(self, more: int, place: Place) -> None:
        self.nodes += more
        if self.nodes > MOST_NODES:
            raise _TooMuch(
                Fault(
                    place,
                    f"The file grows to more than {MOST_NODES:,} values.",
                    "Write fewer aliases (*name), or split it.",
                )
            )

    def node(self, event: Any, depth: int) -> Node:
        place = self.place(event.start_mark)
        if depth > DEEPEST:
            raise _TooMuch(
                Fault(
                    place,
                    f"Lists and mappings are nested more than {DEEPEST} deep here.",
                    "Close the brackets earlier.",
                )
            )
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event.anchor or "", place)
        before = self.nodes
        self.count(1, place)
        if event.anchor:
            if event.anchor in self.anchors:
                self.fault(place, f"The anchor &{event.anchor} is already used above.", "Give it another name.")
            self.anchors[event.anchor] = (None, 0)
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = self.scalar(event, place)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self.series(event, place, depth)
        else:
            node = self.table(event, place, depth)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.nodes - before)
        return node

    def alias(self, name: str, place: Place) -> Node:
        if name not in self.anchors:
            known = ", ".join(f"&{a}" for a in sorted(self.anchors)[:8]) or "none"
            self.fault(
                place,
                f"There is no anchor &{name} above.",
                f"Quote the text if it starts with a star. Anchors: {known}.",
            )
            return Scalar("", "", place, place)
        node, size = self.anchors[name]
        if node is None:
            self.fault(place, f"The alias *{name} stands inside what it names.", "Write the value out.")
            return Scalar("", "", place, place)
        self.count(size, place)
        return node

    def tag(self, event: Any, place: Place) -> bool:
        """Whether the value has a tag, which is a fault."""
        if event.tag is None:
            return False
        if event.tag.startswith("tag:"):
            self.fault(
                place, f"The tag !!{event.tag.rsplit(':', 1)[-1]} cannot be used.", "Write the value without a tag."
            )
            return True
        message = "A value that begins with ! is read by YAML as a tag."
        self.fault(place, message, "Put the whole value in double quotes.")
        return True

    def scalar(self, event: Any, place: Place) -> Scalar:
        if self.tag(event, place):
            return Scalar("", "", place, place)
        text = event.value
        if event.style in ("'", '"'):
            return Scalar(text, text, place, Place(place.file, place.line, place.column + 1), quoted=True)
        if event.style in ("|", ">"):
            return Scalar(text, text, place, Place(place.file, place.line + 1, 1), quoted=True)
        tag = self.resolver.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        return Scalar(self.value(tag, text, place), text, place, place)

    def value(self, tag: str, text: str, place: Place) -> Any:
        node = yaml.ScalarNode(tag, text)
        kind = tag.rsplit(":", 1)[-1]
        try:
            match kind:
                case "bool":
                    return self.constructor.construct_yaml_bool(node)
                case "int":
                    return self.constructor.construct_yaml_int(node)
                case "float":
                    return self.constructor.construct_yaml_float(node)
                case "null":
                    return None
                case "timestamp":
                    return self.constructor.construct_yaml_timestamp(node)
        except ValueError:
            what = "a day of the calendar" if kind == "timestamp" else "a number"
            self.fault(place, f"{text} is not {what}.", "Write a day as 2026-11-21, or put a text in quotes.")
        return text

    def series(self, event: Any, place: Place, depth: int) -> Series:
        self.tag(event, place)
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Series(tuple(items), place)

    def table(self, event: Any, place: Place, depth: int) -> Table:
        self.tag(event, place)
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        flow = bool(event.flow_style)
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            name = self.key(key)
            if name is None:
                continue
            if name in entries:
                message = f'The key "{name}" stands twice; it is already on line {keys[name].line}.'
                self.fault(key.place, message, "Keep one of the two: YAML would drop the first without a word.")
                continue
            entries[name] = value
            keys[name] = key.place
        return Table(entries, keys, place, flow)

    def key(self, key: Node) -> str | None:
        """The text of a key; a fault when YAML would read it as anything else."""
        if not isinstance(key, Scalar):
            self.fault(
                key.place,
                "A key is a list or a mapping here.",
                "Put the text in quotes: YAML reads { and [ as the start of a value.",
            )
            return None
        if key.text == "<<" and not key.quoted:
            self.fault(key.place, "Merging with << cannot be used.", "Write the keys out.")
            return None
        if isinstance(key.value, str):
            return key.text
        if isinstance(key.value, bool):
            meaning = "yes" if key.value else "no"
            self.fault(key.place, f'YAML reads the key "{key.text}" as {meaning}.', f'Put it in quotes: "{key.text}".')
        else:
            kind = "nothing" if key.value is None else "a date" if isinstance(key.value, date) else "a number"
            self.fault(key.place, f'YAML reads the key "{key.text}" as {kind}.', f'Put it in quotes: "{key.text}".')
        return None


def _at(file: str, text: str, index: int) -> Place:
    return Place(file, text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


#: What the parser says (its C and its Python form differ) -> what it means to somebody who writes packs.
_SYNTAX = (
    (
        r"mapping values are not allowed",
        'A ": " stands where no value can begin.',
        "Put the text in quotes if it holds a colon; otherwise check the indentation.",
    ),
    (
        r"expected whitespace or line break",
        "A value that begins with ! is read by YAML as a tag.",
        "Put the whole value in double quotes.",
    ),
    (
        r"character .*cannot start any token",
        "No value can begin with this character.",
        "Put the whole value in quotes.",
    ),
    (r"unexpected end of stream", "The quotes that open here are never closed.", "Close the quotes."),
    (
        r"expected (','|',' or)",
        "The list or mapping that opened in brackets goes wrong here.",
        "Close it, or put texts that hold { } [ ] or a comma in quotes.",
    ),
    (
        r"did not find expected key|expected <block end>",
        "This does not fit the lines above it.",
        "Align it with them, or put the whole value in quotes if it begins with a quote or a bracket.",
    ),
    (r"did not find expected '-' indicator", "This does not fit the list above it.", "Align the dashes."),
    (
        r"could not find expected ':'|could not found expected ':'",
        "This line has no colon.",
        'Write it as "key: value", or put the text above in quotes.',
    ),
)


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, file: str) -> Fault:
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    lines = text.split("\n")
    for line in (place.line, place.line + 1):
        if line <= len(lines) and (tab := re.match(r" *\t", lines[line - 1])):
            return Fault(Place(file, line, tab.end()), "The line is indented with a tab.", "Indent with spaces.")
    for pattern, message, remedy in _SYNTAX:
        if re.search(pattern, error.problem or ""):
            if re.search("never closed|no colon", message) and error.context_mark:
                place = Place(file, error.context_mark.line + 1, error.context_mark.column + 1)
            return Fault(place, message, remedy)
    return Fault(place, f"YAML cannot read this: {said.strip()}.", "Check the indentation, brackets and quotes.")
