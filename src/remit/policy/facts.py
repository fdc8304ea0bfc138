"""Reading facts given as JSON, and writing them back: flat, dotted, typed. Absent is unknown; null is *none*."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from remit.policy.decimals import as_json, read_decimal
from remit.policy.faults import nearest
from remit.policy.periods import is_period
from remit.policy.vocabulary import Fact

_WANTED = {
    "bool": "true or false",
    "int": "a whole number",
    "decimal": "a number of at most six places, such as 4.5",
    "string": "a text",
    "date": 'a date such as "2026-11-21"',
    "time": 'a time with its offset such as "2026-11-21T16:30:00+00:00"',
    "period": 'a length of time such as "5 working days"',
    "strings": "a list of texts",
    "enums": "a list of values",
    "records": "a list of records",
}


class FactFaults(ValueError):
    """Facts that cannot be used; `faults` has one plain sentence each, naming the fact and the remedy."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def read_facts(facts: Mapping[str, Fact], given: Mapping[str, Any]) -> dict[str, Any]:
    """Facts from JSON, with dotted keys or nested objects, as Python values by dotted name.

    Args:
        facts: the vocabulary's facts by name (`Vocabulary.facts`, or a pack's own with its settings).
        given: `{"post.text": "…", "account": {"kind": "main"}}`; null means *none*.
    Raises:
        FactFaults: an unknown name, a value of the wrong type, or one fact given twice.
    """
    flat: dict[str, Any] = {}
    faults: list[str] = []
    _flatten(given, "", facts, flat, faults)
    values = {}
    for name, value in flat.items():
        fact = facts.get(name.removeprefix("was."))
        if fact is None:
            faults.append(f'There is no fact "{name}". {nearest(name, facts)}')
            continue
        try:
            values[name] = read_value(fact, value, name)
        except FactFaults as error:
            faults.extend(error.faults)
    if faults:
        raise FactFaults(faults)
    return values


def _flatten(
    given: Mapping[str, Any], prefix: str, facts: Mapping[str, Fact], flat: dict[str, Any], faults: list[str]
) -> None:
    for key, value in given.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and name not in facts:
            _flatten(value, f"{name}.", facts, flat, faults)
        elif name in flat:
            faults.append(f"{name} is given twice. Give it once.")
        else:
            flat[name] = value


def read_value(fact: Fact, value: Any, name: str = "") -> Any:
    """One value of `fact` from JSON as a Python value.

    Raises:
        FactFaults: it is not of the fact's type; the sentence names the fact, what is wanted and what was given.
    """
    name = name or fact.name
    if value is None:
        return None
    match fact.type:
        case "bool" if isinstance(value, bool):
            return value
        case "int" if isinstance(value, int) and not isinstance(value, bool):
            return value
        case "decimal" if (number := read_decimal(value)) is not None:
            return number
        case "string" if isinstance(value, str):
            return value
        case "period" if isinstance(value, str) and is_period(value):
            return value
        case "enum" if isinstance(value, str):
            return _enum(fact, value, name)
        case "date" if isinstance(value, str):
            return _date(fact, value, name)
        case "time" if isinstance(value, str):
            return _time(value, name)
        case "date" if isinstance(value, date) and not isinstance(value, datetime):
            return value
        case "time" if isinstance(value, datetime) and value.tzinfo:
            return value
        case "strings" | "enums" if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return [_enum(fact, v, name) for v in value] if fact.type == "enums" else value
        case "records" if isinstance(value, list) and all(isinstance(v, Mapping) for v in value):
            return [_record(fact, v, f"{name}[{i}]") for i, v in enumerate(value)]
    wanted = _WANTED.get(fact.type) or f"one of {', '.join(fact.values)}"
    raise FactFaults([f"{name} wants {wanted}, not {_shown(value)}."])


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"


def _enum(fact: Fact, value: str, name: str) -> str:
    if fact.values and value not in fact.values:
        raise FactFaults([f'"{value}" is not a value of {name}. {nearest(value, fact.values)}'])
    return value


def _date(fact: Fact, value: str, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise FactFaults([f'{name} wants {_WANTED["date"]}, not "{value}".']) from None


def _time(value: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise FactFaults([f'{name} wants {_WANTED["time"]}, not "{value}".']) from None
    if moment.tzinfo is None:
        raise FactFaults([f'{name} has no offset from UTC: "{value}". Write for example "{value}+00:00".'])
    return moment


def _record(fact: Fact, value: Mapping[str, Any], name: str) -> dict[str, Any]:
    faults, record = [], {}
    for key, item in value.items():
        field = fact.fields.get(key)
        if field is None:
            faults.append(f'{name} has no field "{key}". {nearest(key, fact.fields)}')
            continue
        try:
            record[key] = read_value(field, item, f"{name}.{key}")
        except FactFaults as error:
            faults.extend(error.faults)
    if faults:
        raise FactFaults(faults)
    return record


def write_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as JSON: dates and times as ISO 8601 text, decimals as numbers, the rest as they are, in name order."""
    return {name: write_value(values[name]) for name in sorted(values)}


def write_value(value: Any) -> Any:
    """One value as JSON."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return as_json(value)
    if isinstance(value, Mapping):
        return {key: write_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [write_value(item) for item in value]
    return value
