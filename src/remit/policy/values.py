"""Values of facts as they are written in YAML: baselines, settings, parameters, cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from remit.policy.decimals import read_decimal
from remit.policy.faults import Fault, Place, nearest
from remit.policy.periods import EXAMPLES, LONDON, is_period
from remit.policy.source import Node, Scalar, Series, Table
from remit.policy.vocabulary import Fact

_WANTED = {
    "bool": ("yes or no", "Write true or false, without quotes."),
    "int": ("a whole number", "Write it in figures, without quotes."),
    "decimal": ("a number of at most six places", "Write it in figures, without quotes: 4.5."),
    "string": ("a text", "Put it in quotes."),
    "date": ("a day", "Write it as 2026-11-21."),
    "time": ("a point in time", "Write it as 2026-11-21T16:30:00, London time, or with its offset."),
    "period": ("a length of time", f"Write for example {EXAMPLES}."),
    "enum": ("one of its values", ""),
    "strings": ("a list of texts", "Write it as [one, two]."),
    "enums": ("a list of its values", "Write it as [one, two]."),
    "records": ("a list of mappings", "Write each element as a mapping."),
}


def read_value(node: Node, fact: Fact, faults: list[Fault]) -> Any:
    """The value of `fact` that `node` writes; null is *none*. A value of another type is a fault and reads as none.

    A time without an offset is London time.
    """
    if isinstance(node, Scalar) and node.value is None and not node.quoted:
        return None
    match fact.type:
        case "strings" | "enums" | "records":
            if not isinstance(node, Series):
                return _wrong(node, fact, faults)
            element = {"strings": "string", "enums": "enum", "records": "records"}[fact.type]
            if element == "records":
                return [_record(item, fact, faults) for item in node.items]
            of_one = Fact(fact.name, element, fact.label, values=fact.values)
            return [read_value(item, of_one, faults) for item in node.items]
    if not isinstance(node, Scalar):
        return _wrong(node, fact, faults)
    value = node.value
    match fact.type:
        case "bool" if isinstance(value, bool):
            return value
        case "int" if isinstance(value, int) and not isinstance(value, bool):
            return value
        case "decimal" if isinstance(value, (int, float)) and (number := read_decimal(node.text)) is not None:
            return number
        case "string" if isinstance(value, str):
            return value
        case "period" if isinstance(value, str) and is_period(value):
            return value
        case "enum" if node.text in fact.values:
            return node.text
        case "date" if isinstance(value, date) and not isinstance(value, datetime):
            return value
        case "date" if node.quoted and (day := _day(node.text)):
            return day
        case "time":
            return read_time(node, fact, faults)
    return _wrong(node, fact, faults)


def read_time(node: Scalar, fact: Fact, faults: list[Fault]) -> datetime | None:
    """A point in time; without an offset it is London time."""
    value = node.value
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if re.search(r"\d[T ]\d", value) else None
        except ValueError:
            value = None
    if not isinstance(value, datetime):
        return _wrong(node, fact, faults)  # type: ignore[no-any-return]
    return value if value.tzinfo else value.replace(tzinfo=LONDON)


def read_values(table: Table, facts: Mapping[str, Fact], faults: list[Fault]) -> dict[str, Any]:
    """Dotted names (nested mappings read the same) -> values, each checked against its fact."""
    found: dict[str, Any] = {}

    def read(name: str, place: Place, node: Node) -> None:
        if name in facts:
            if name in found:
                faults.append(Fault(place, f'The fact "{name}" is given twice.', "Keep one of the two."))
            found[name] = read_value(node, facts[name], faults)
        elif isinstance(node, Table) and any(known.startswith(f"{name}.") for known in facts):
            for key, value in node.entries.items():
                read(f"{name}.{key}", node.keys[key], value)
        else:
            faults.append(Fault(place, f'There is no fact "{name}".', nearest(name, facts)))

    for key, value in table.entries.items():
        read(key, table.keys[key], value)
    return found


def _day(text: str) -> date | None:
    """A day that somebody put in quotes."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _record(node: Node, fact: Fact, faults: list[Fault]) -> dict[str, Any]:
    if not isinstance(node, Table):
        faults.append(
            Fault(
                node.place,
                f"An element of {fact.name} is a mapping of its fields.",
                f"Fields: {', '.join(fact.fields)}.",
            )
        )
        return {}
    found = {}
    for key, value in node.entries.items():
        if key in fact.fields:
            found[key] = read_value(value, fact.fields[key], faults)
        else:
            faults.append(Fault(node.keys[key], f'{fact.name} has no field "{key}".', nearest(key, fact.fields)))
    return found


def _wrong(node: Node, fact: Fact, faults: list[Fault]) -> Any:
    wanted, remedy = _WANTED[fact.type]
    shown = node.text if isinstance(node, Scalar) else "a list" if isinstance(node, Series) else "a mapping"
    if fact.type == "enum":
        wanted, remedy = "one of its values", nearest(shown, fact.values)
    message = f"{fact.name} is {wanted}, not {shown}."
    if fact.type == "enum" and isinstance(node, Scalar):
        message = f'"{shown}" is not a value of {fact.name}.'
    faults.append(Fault(node.place, message, remedy))
    return None
