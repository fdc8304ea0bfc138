"""People named in a text, in the simple forms that posts use, and who they are: suspect, victim, child.

A name is a run of two to four capitalised words that headlines and places do not use, with a sign of a person: a usual
first name, an age, or words such as "named as". A rank before it makes it an officer, who is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2

from remit.signals.phrases import contents, quote
from remit.signals.readable import Readable, Span
from remit.signals.reading import Signal

NAME, VERSION = "persons", "1"

WORD = re2.compile(rb"\b[A-Z]{2,20}\b|[A-Z][a-z]*(?:['-][A-Za-z][a-z]+)*(?:[A-Z][a-z]+)?(?:'s)?")
JOINED = frozenset({b" ", b"-"})
#: An age after a name stands between commas or brackets, or after "aged"; 07/06/74 is a date, and "Mark 2" a car.
AGE = re2.compile(
    rb"^(?:, ?(?:aged? |now )?| aged? |,? who (?:is|was) |,? an? )(\d{1,2})(?:[),.;]|$"
    rb"| (?:of|from|was|who|is|has|had|in|at|and|whose|last|with|appeared|pleaded)\b)"
    rb"|^ ?\((?:aged? )?(\d{1,2})\)"
)
AGE_BEFORE = re2.compile(rb"(\d{1,2})[ -]year[ -]old\W{1,3}$")
YOUNG = re2.compile(rb"(?i)\b(?:aged? (?:[1-9]|1[0-7])|(?:[1-9]|1[0-7])[ -]?(?:years?[ -]old|yr[ -]old|y/o|yo))\b")
#: What may stand at the edge of a name and show that it is one.
SIGNS = ("person", "suspect", "victim")
NEAR = 120  # bytes on either side of a name that say who it is


@dataclass(frozen=True)
class Person:
    """A name in the text and what stands around it."""

    span: Span
    age: int | None
    before: bytes
    after: bytes
    sentence: bytes


@cache
def _set(table: str, key: str) -> frozenset[str]:
    return frozenset(contents(table)[key].split())


@cache
def _cues(key: str) -> Any:
    """Cue phrases. One that begins with ^ or ends with $ stands right at the edge of the name; others are words."""
    cues = contents("people")[key]
    edged = [
        f"(?:{cue})" if cue.startswith("^") else rf"\b(?:{cue})" + ("" if cue.endswith("$") else r"\b") for cue in cues
    ]
    return re2.compile("|".join(edged).encode(), _ignoring_case())


def _ignoring_case() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options


def find_persons(text: Readable) -> Iterator[Person]:
    """Each person named, in order. Linear: every word is looked at once, and only NEAR bytes around a name."""
    not_names, officers, given = _set("people", "not_names"), _set("people", "officers"), _set("given_names", "names")
    for run, before_word in _runs(text.plain, not_names):
        if before_word in officers:
            continue
        span = Span(run[0][0], run[-1][1])
        before = text.plain[max(0, span.start - NEAR) : span.start]
        after = text.plain[span.end : span.end + NEAR]
        first = text.plain[run[0][0] : run[0][1]].decode()
        usual = first.removesuffix("'s") in given
        signed = any(_cues(f"{sign}_before").search(before) for sign in SIGNS) or any(
            _cues(f"{sign}_after").search(after) for sign in SIGNS
        )
        if (len(run) >= 2 and (usual or signed)) or (len(run) == 1 and usual and _age(before, after) is not None):
            sentence = text.sentence(span.start)
            around = text.plain[max(sentence.start, span.start - 300) : min(sentence.end, span.end + 300)]
            yield Person(span, _age(before, after), before, after, around)


def _runs(plain: bytes, not_names: frozenset[str]) -> Iterator[tuple[list[tuple[int, int]], str]]:
    """Runs of one to four capitalised words that may be a name, each with the word before it."""
    run: list[tuple[int, int]] = []
    previous, end = "", -2
    before_run = ""
    for found in WORD.finditer(plain):
        start, stop = found.span()
        if (start and plain[start - 1 : start].isalnum()) or plain[start - 1 : start] in (b"@", b"#", b"_"):
            continue
        word = plain[start:stop].decode()
        joined = start - end == 1 and plain[end:start] in JOINED
        capitals = word.isupper() and (not run or len(word) < 3)  # a surname may be shouted: "Ann SMITH"
        part = (
            len(word) > 1
            and not capitals
            and word.removesuffix("'s").capitalize() not in not_names
            and word not in not_names
        )
        if run and not (joined and part and len(run) < 4):
            yield run, before_run
            run = []
        if part:
            if not run:
                before_run = previous if start - end <= 2 else ""
            run.append((start, stop - 2 if word.endswith("'s") else stop))
            if word.endswith("'s"):
                yield run, before_run
                run = []
        previous, end = word, stop
    if run:
        yield run, before_run


def _age(before: bytes, after: bytes) -> int | None:
    found = AGE.search(after) or AGE_BEFORE.search(before)
    if not found:
        return None
    age = next(group for group in found.groups() if group)
    return int(age)


def read_persons(text: Readable, part: str) -> Iterator[Signal]:
    """Suspects, victims and children named; and health or identifying detail beside them."""
    roles: dict[str, list[Span]] = {"suspect": [], "victim": [], "child": [], "health": []}
    for person in find_persons(text):
        if _cues("victim_before").search(person.before) or _cues("victim_after").search(person.after):
            roles["victim"].append(person.span)
        elif (
            _cues("suspect_before").search(person.before)
            or _cues("suspect_after").search(person.after)
            or _cues("suspect_sentence").search(person.sentence)
        ):
            roles["suspect"].append(person.span)
        if person.age is not None and 0 < person.age < 18:
            roles["child"].append(person.span)
        if _cues("health_words").search(person.sentence):
            roles["health"].append(person.span)
    yield from _said(
        text,
        part,
        (
            ("suspect", "suspect_named", 0.75, "It seems to name a suspect, a defendant or an offender."),
            ("victim", "victim_identity", 0.7, "It seems to name a victim."),
            ("child", "child_identity", 0.8, "It names somebody under 18."),
            ("health", "sensitive_personal_data", 0.65, "It says something about the health of somebody who is named."),
        ),
        roles,
    )
    yield from _identifying(text, part)


def _said(
    text: Readable, part: str, kinds: Iterable[tuple[str, str, float, str]], found: dict[str, list[Span]]
) -> Iterator[Signal]:
    for kind, concern, confidence, reason in kinds:
        evidence = quote(text, iter(found[kind]), part)
        if evidence:
            yield Signal(kind, reason, confidence, NAME, VERSION, concern=concern, evidence=evidence)


def _identifying(text: Readable, part: str) -> Iterator[Signal]:
    """A sexual offence told with a relation, a home or a workplace: together they can give a complainant away."""
    if not _cues("sexual_words").search(text.plain):
        return
    spans: list[Span] = []
    for sentence in text.sentences():
        words = text.plain[sentence.start : sentence.end]
        offence = _cues("sexual_words").search(words)
        if not offence:
            continue
        relation = _cues("relation_words").search(words) if _cues("whose").search(words) else None
        detail = relation or _cues("place_words").search(words)
        if detail:
            spans.append(Span(sentence.start + detail.start(), sentence.start + detail.end()))
    evidence = quote(text, iter(spans), part)
    if evidence:
        yield Signal(
            "complainant",
            "A sexual offence is told with a detail that could identify the complainant.",
            0.7,
            NAME,
            VERSION,
            concern="victim_identity",
            evidence=evidence,
        )
