"""Loads the shared vocabulary: facts/*.yaml, concerns.yaml, moments.yaml, offers.yaml and baselines.yaml."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from remit.policy.entries import Entries, as_table, as_text, well_formed
from remit.policy.faults import Fault, PackFaults, Place, nearest
from remit.policy.periods import Holidays
from remit.policy.source import Node, Scalar, Table, read_yaml
from remit.policy.values import read_value, read_values
from remit.policy.vocabulary import MOMENT, MOMENT_KINDS, SUPPLIERS, TYPES, Concern, Fact, Moment, Vocabulary

_RECORD_TYPES = tuple(t for t in TYPES if t != "records")
Named = TypeVar("Named", Fact, Concern, Moment)
_LISTS = ("strings", "enums", "records")
#: The days that working days leave out, by year.
HOLIDAYS = "bank-holidays.yaml"


def load_vocabulary(*folders: Path) -> Vocabulary:
    """The vocabulary of `folders`: the shipped `packs/`, and any folder of a force's own that adds facts to it.

    Raises:
        PackFaults: with every fault found.
    """
    faults: list[Fault] = []
    facts: dict[str, Fact] = {}
    concerns: dict[str, Concern] = {}
    moments: dict[str, Moment] = {}
    references: list[tuple[Place, str, str]] = []
    baselines: list[Table] = []
    follows: dict[str, Node] = {}
    offers: dict[str, str] = {}
    more: list[tuple[str, Place, Node]] = []
    for folder in folders:
        for path in sorted(folder.glob("facts/*.yaml")):
            _each(path, faults, facts, partial(read_fact, follows=follows), form="fact", aside=more)
        _each(folder / "concerns.yaml", faults, concerns, _concern, form="word")
        references.extend(_read_moments(folder / "moments.yaml", faults, moments))
        if (root := _table(folder / "baselines.yaml", faults)) is not None:
            baselines.append(root)
        if (root := _table(folder / "offers.yaml", faults)) is not None:
            for name, words in root.entries.items():
                well_formed(root.keys[name], name, "an act", faults, "act")
                offers[name] = as_text(words, f'"{name}"', faults)
    if not facts and not faults:
        where = ", ".join(str(folder) for folder in folders)
        faults.append(
            Fault(
                Place(where),
                "There are no facts here.",
                "Give the folder that holds facts/, moments.yaml and concerns.yaml.",
            )
        )
    for concern in concerns.values():
        _add(facts, _concern_fact(concern), faults)
    for name, place, node in more:
        _more_values(name, place, node, facts, faults)
    _follow(follows, facts, faults)
    titles = {name: f"“{moment.title}”" for name, moment in moments.items()}
    _add(facts, Fact(MOMENT, "enum", "the moment", supplier="kernel", values=titles), faults)
    _cast_facts(facts, moments)
    for place, how, name in references:
        known: Mapping[str, object] = moments if how == "includes" else facts
        if name not in known:
            what = "moment" if how == "includes" else "fact"
            faults.append(Fault(place, f'There is no {what} "{name}".', nearest(name, known)))
    named = read_baselines(baselines, facts, faults)
    holidays = _holidays([folder / HOLIDAYS for folder in folders], faults)
    if faults:
        raise PackFaults(faults)
    return Vocabulary(facts, concerns, moments, named, digest_of(vocabulary_files(folders[0])), holidays, offers)


def _holidays(paths: Iterable[Path], faults: list[Fault]) -> Holidays:
    """The bank holidays of the files that there are; a year in a later file takes the place of an earlier one's."""
    years: dict[int, set[date]] = {}
    for path in paths:
        table = _table(path, faults)
        if table is None:
            continue
        with Entries(table, "the list of bank holidays", faults) as entry:
            for name in table.entries:
                entry.has(name)
                if not re.fullmatch(r"\d{4}", name):
                    entry.fault(table.keys[name], f'"{name}" is no year.', 'Write the year in quotes: "2026".')
                    continue
                days = years[int(name)] = set()
                for node in entry.items(name):
                    day = node.value if isinstance(node, Scalar) else None
                    if type(day) is date and day.year == int(name):
                        days.add(day)
                    else:
                        entry.fault(node.place, f"This is no day of {name}.", f"Write it as {name}-12-25.")
    return Holidays(frozenset().union(*years.values()), tuple(sorted(years)))


def _more_values(name: str, place: Place, node: Node, facts: dict[str, Fact], faults: list[Fault]) -> None:
    """Values of a force's own for a list that is there: `account.kind: {more_values: {dogs: the dog section}}`.

    The name may be that of a field of records, such as actor.trainings.kind.
    """
    whole, _, key = name.rpartition(".")
    within = facts[whole].fields if whole in facts else {}
    fact = facts.get(name) or within.get(key)
    with Entries(node, f'the fact "{name}"', faults, at=place) as entry:
        added = read_labels(entry, "more_values", faults)
        if fact is None:
            entry.fault(
                place, f'There is no fact "{name}" to add values to.', nearest(name, {*facts, *_fields_of(facts)})
            )
        elif fact.type not in ("enum", "enums"):
            entry.fault(place, f"{name} is of type {fact.type} and has no list of values.", "Add a fact of your own.")
        else:
            for value in sorted(set(added) & set(fact.values)):
                entry.fault(entry.place("more_values"), f'{name} has the value "{value}" already.', "Leave it out.")
            from_here = dict.fromkeys(added, place.file)
            wider = replace(fact, values={**fact.values, **added}, added={**fact.added, **from_here})
            if name in facts:
                facts[name] = wider
            else:
                facts[whole] = replace(facts[whole], fields={**within, key: wider})


def _fields_of(facts: Mapping[str, Fact]) -> set[str]:
    return {f"{fact.name}.{key}" for fact in facts.values() for key in fact.fields}


def _follow(follows: Mapping[str, Node], facts: dict[str, Fact], faults: list[Fault]) -> None:
    """What a fact is once another is known: {fact: incident.managed_by, value: none, is: false}; or one of values."""
    for name, node in follows.items():
        with Entries(node, f"follows of {name}", faults) as entry:
            other = entry.text("fact", required=True)
            value, then = entry.node("value"), entry.node("is")
            if other and (other not in facts or other in follows):
                what = "follows from another itself" if other in facts else "is no fact"
                entry.fault(entry.place("fact"), f'"{other}" {what}.', nearest(other, set(facts) - set(follows)))
            elif value is None or then is None:
                entry.missing("is", "Write fact, its value, and what this one then is.")
            elif other:
                values = tuple(read_value(item, facts[other], faults) for item in entry.items("value"))
                facts[name] = replace(facts[name], follows=(other, values, read_value(then, facts[name], faults)))


def _cast_facts(facts: dict[str, Fact], moments: Mapping[str, Moment]) -> None:
    """Whatever is known of the actor can be known of everybody in a cast, unless the vocabulary says it otherwise."""
    of_actor = [fact for fact in facts.values() if fact.group == "actor"]
    for member in sorted(set().union(*(moment.cast for moment in moments.values())) - {"actor"}):
        for fact in of_actor:
            name = f"{member}.{fact.name.split('.', 1)[1]}"
            if name not in facts:
                label, negative, question = (
                    text.replace("the user", f"the {member}") for text in (fact.label, fact.negative, fact.question)
                )
                # Nobody answers for somebody else as of their own press of the button.
                facts[name] = replace(fact, name=name, label=label, negative=negative, question=question, frozen=False)


def vocabulary_files(folder: Path) -> list[tuple[str, Path]]:
    """The files of a folder's vocabulary that decisions turn on (baselines are for trying things out)."""
    paths = [*sorted(folder.glob("facts/*.yaml")), *(folder / n for n in ("concerns.yaml", "moments.yaml", HOLIDAYS))]
    return [(path.relative_to(folder).as_posix(), path) for path in paths if path.is_file()]


def digest_of(files: Iterable[tuple[str, Path]]) -> str:
    """ "sha256:…" over names and contents; line ends and a byte order mark make no difference."""
    digest = hashlib.sha256()
    for name, path in sorted(files):
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return f"sha256:{digest.hexdigest()}"


def read_fact(
    name: str,
    place: Place,
    node: Node,
    faults: list[Fault],
    *,
    record: str = "",
    follows: dict[str, Node] | None = None,
) -> Fact:
    """One fact's entry; `record` names the list of records whose field it is.

    `follows` takes what the entry says of another fact, to be read once every fact is there.
    """
    what = f'the field "{name}"' if record else f'the fact "{name}"'
    with Entries(node, what, faults, at=place) as entry:
        kind = entry.choice("type", _RECORD_TYPES if record else TYPES, "string", required=True)
        fact = Fact(
            name=f"{record}.{name}" if record else name,
            type=kind,
            label=entry.text("label", required=not record) or name.rsplit(".", 1)[-1].replace("_", " "),
            question=entry.text("question"),
            supplier=entry.choice("from", SUPPLIERS, "author"),
            frozen=entry.choice("keep", ("live", "frozen"), "live") == "frozen",
            values=read_labels(entry, "values", faults),
            fields=_fields(entry, name, faults),
            negative=entry.text("not"),
            standing=entry.flag("standing"),
            sensitive=entry.flag("sensitive"),
            place=place,
        )
        if kind in ("enum", "enums") and not fact.values:
            entry.missing("values", "List its values: each with its words in English.")
        elif kind not in ("enum", "enums") and entry.has("values"):
            entry.fault(
                entry.place("values"),
                f"Only an enum has values, and {name} is of type {kind}.",
                "Write type: enum, or leave values out.",
            )
        if kind == "records" and not fact.fields:
            entry.missing("fields", "List its fields: each with a type.")
        elif kind != "records" and entry.has("fields"):
            entry.fault(
                entry.place("fields"),
                f"Only records have fields, and {name} is of type {kind}.",
                "Write type: records, or leave fields out.",
            )
        if fact.negative and kind != "bool":
            entry.fault(
                entry.place("not"),
                f"Only a yes-or-no fact has a sentence for no, and {name} is of type {kind}.",
                'Leave "not" out.',
            )
        if follows is not None and (said := entry.node("follows")) is not None:
            follows[name] = said
        if (default := entry.node("default")) is not None:
            fact = replace(fact, default=read_value(default, fact, faults), has_default=True)
            if fact.supplier != "kernel" or kind not in _LISTS:
                entry.fault(
                    default.place,
                    f"A fact that nobody has given is unknown; {name} may have no default.",
                    "Leave the default out; only lists of the kernel have one.",
                )
    return fact


def read_labels(entry: Entries, key: str, faults: list[Fault]) -> dict[str, str]:
    """A mapping of values to their words: {wanted: an appeal for a wanted person}."""
    return {name: as_text(words, f'"{name}"', faults) or name for name, _, words in entry.entries(key)}


def read_baselines(
    tables: Iterable[Table], facts: Mapping[str, Fact], faults: list[Fault]
) -> dict[str, dict[str, Any]]:
    """Named sets of facts; a later table's set of the same name is laid over an earlier one's."""
    named: dict[str, dict[str, Any]] = {}
    for table in tables:
        for name, node in table.entries.items():
            well_formed(table.keys[name], name, "a baseline", faults)
            if (values := as_table(node, f'the baseline "{name}"', faults)) is not None:
                named[name] = {**named.get(name, {}), **read_values(values, facts, faults)}
    return named


def _fields(entry: Entries, name: str, faults: list[Fault]) -> dict[str, Fact]:
    return {key: read_fact(key, place, node, faults, record=name) for key, place, node in entry.entries("fields")}


def _concern(key: str, place: Place, node: Node, faults: list[Fault]) -> Concern:
    with Entries(node, f'the concern "{key}"', faults, at=place) as entry:
        raised_by = entry.placed_texts("raised_by")
        for where, who in raised_by:
            if who not in SUPPLIERS:
                entry.fault(
                    where,
                    f'"{who}" cannot raise a concern.',
                    nearest(who, ("signal", "author", "approver", "register")),
                )
        return Concern(
            key=key,
            label=entry.text("label", required=True) or key,
            negative=entry.text("not"),
            definition=entry.text("definition", required=True),
            look_alikes=entry.texts("look_alikes"),
            raised_by=tuple(who for _, who in raised_by) or ("author",),
            question=entry.text("question"),
            ask_always=entry.choice("ask", ("always",)) == "always",
            place=place,
        )


def _concern_fact(concern: Concern) -> Fact:
    return Fact(
        name=f"concern.{concern.key}",
        type="bool",
        label=concern.label,
        question=concern.question,
        supplier="author" if "author" in concern.raised_by else concern.raised_by[0],
        negative=concern.negative,
        place=concern.place,
    )


def _read_moments(path: Path, faults: list[Fault], moments: dict[str, Moment]) -> list[tuple[Place, str, str]]:
    """Reads moments.yaml into `moments`; returns what they refer to, as (place, "includes" or "needs", name)."""
    references: list[tuple[Place, str, str]] = []

    def read(name: str, place: Place, node: Node, faults: list[Fault]) -> Moment:
        with Entries(node, f'the moment "{name}"', faults, at=place) as entry:
            includes, needs = entry.placed_texts("includes"), entry.placed_texts("needs")
            references.extend((where, "includes", other) for where, other in includes)
            references.extend((where, "needs", fact) for where, fact in needs)
            if name in (other for _, other in includes):
                entry.fault(entry.place("includes"), f"{name} includes itself.", "Leave it out.")
            return Moment(
                name=name,
                title=entry.text("title", required=True) or name,
                kind=entry.choice("kind", MOMENT_KINDS, "act", required=True),
                cast=entry.texts("cast"),
                includes=tuple(other for _, other in includes),
                needs=tuple(fact for _, fact in needs),
                place=place,
            )

    _each(path, faults, moments, read, form="act")
    return references


def _table(path: Path, faults: list[Fault]) -> Table | None:
    """The mapping in a file, None when there is no file or nothing in it but comments."""
    if not path.is_file():
        return None
    node = read_yaml(path, str(path), faults)
    return as_table(node, "the file", faults) if node is not None else None


def _each(
    path: Path,
    faults: list[Fault],
    into: dict[str, Named],
    read: Callable[[str, Place, Node, list[Fault]], Named],
    *,
    form: str,
    aside: list[tuple[str, Place, Node]] | None = None,
) -> None:
    """Reads each entry of a file into `into`; a name is well formed and stands once over all files.

    What only adds values to another entry goes into `aside`, to be read once every entry is there.
    """
    table = _table(path, faults)
    for name, node in table.entries.items() if table else ():
        place = table.keys[name] if table else Place("")
        if aside is not None and isinstance(node, Table) and "more_values" in node.entries:
            aside.append((name, place, node))
            continue
        well_formed(place, name, f"an entry of {path.name}", faults, form)
        if name in into:
            message = f'"{name}" is already written at {into[name].place}.'
            if aside is not None and isinstance(node, Table) and "type" not in node.entries:
                faults.append(Fault(place, message, "To add values to it, write more_values: with them alone."))
                continue
            faults.append(Fault(place, message, "Keep one of the two."))
        into[name] = read(name, place, node, faults)


def _add(facts: dict[str, Fact], fact: Fact, faults: list[Fault]) -> None:
    if fact.name in facts:
        where = facts[fact.name].place
        faults.append(
            Fault(fact.place, f"{fact.name} is already a fact, at {where}.", "Give one of the two another name.")
        )
    facts[fact.name] = fact
