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

NAME, VERSION = "persons", "2"

WORD = re2.compile(rb"\b[A-Z]{2,20}\b|[A-Z][a-z]*(?:['-][A-Za-z][a-z]+)*(?:[A-Z][a-z]+)?(?:'s)?")
JOINED = frozenset({b" ", b"-", b' "', b'" ', b"  "})  # a nickname stands in quotes
TITLES = frozenset({"Mr", "Mrs", "Ms", "Miss", "Mx", "Dr"})
NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
)
#: An age after a name stands between commas or brackets, or after "aged"; 07/06/74 is a date, and "Mark 2" a car.
AGE = re2.compile(
    rb"(?i)^(?:, ?(?:aged? |now |only |just )?| aged? |(?:,? who)?(?:'s| is| was) (?:only |just )?|,? an? )(\d{1,2}|"
    + "|".join(NUMBERS).encode()
    + rb")(?:[),.;!-]|$"
    rb"| (?:of|from|was|who|is|has|had|in|at|and|whose|last|with|appeared|pleaded"
    rb"|today|tomorrow|years old|yrs old|this|but|missing)\b)"
    rb"|^ ?\((?:aged? )?(\d{1,2})\)|^ (\d{1,2}) (?:last|missing|from|of)\b"
)
AGE_BEFORE = re2.compile(
    rb"(?i)\b(\d{1,2}|" + "|".join(NUMBERS).encode() + rb")[ -]?(?:years?|yrs?|y)[ /-]?o(?:ld)?\W{1,3}$"
)
#: What a boy is "from" is a place, and what something is "in" or "near" is one unless it begins with a first name.
HOME_BEFORE = re2.compile(
    rb"(?i)\b(?:old|man|men|woman|women|boys?|girls?|males?|females?|teenagers?|youths?|lads?|people|drivers?|riders?"
    rb"|pair) from $"
)
PLACE_BEFORE = re2.compile(rb"(?i)\b(?:from|in|near|outside|around|towards|between) $")
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
        if _cues("place_after").search(text.plain[span.end : span.end + 24]):
            continue
        before = text.plain[max(0, span.start - NEAR) : span.start]
        after = text.plain[span.end : span.end + NEAR]
        first = text.plain[run[0][0] : run[0][1]].decode()
        first = first.removesuffix("'s")
        usual = first in given or first.split("-")[0] in given
        if HOME_BEFORE.search(before) or (not usual and PLACE_BEFORE.search(before)):
            continue
        titled = before_word in TITLES
        signed = (
            titled
            or any(_cues(f"{sign}_before").search(before) for sign in SIGNS)
            or any(_cues(f"{sign}_after").search(after) for sign in SIGNS)
        )
        if (len(run) >= 2 and (usual or signed)) or (usual and _age(before, after) is not None) or titled:
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
            and "-old" not in word
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
    age = next(group for group in found.groups() if group).decode().lower()
    return int(age) if age.isdigit() else NUMBERS.index(age) + 1


def read_persons(text: Readable, part: str) -> Iterator[Signal]:
    """Suspects, victims, children and others named, what is said of them, and who could be told without a name.

    A name that an appeal needs so that somebody can be found is not held against it, an allegation that the law is
    dealing with is not gossip, and nobody dead has personal data.
    """
    roles: dict[str, list[Span]] = {role: [] for role, *_ in SAID}
    sought = proceedings = False
    persons = list(find_persons(text))
    if persons:
        sought = bool(_cues("sought").search(text.plain))
        proceedings = bool(_cues("proceedings").search(text.plain))
    for person in persons:
        if _cues("speaker_before").search(person.before) or _cues("speaker_after").search(person.after):
            continue
        victim = _cues("victim_before").search(person.before) or _cues("victim_after").search(person.after)
        suspect = not victim and (
            _cues("suspect_before").search(person.before)
            or _cues("suspect_after").search(person.after)
            or (_cues("suspect_sentence").search(person.sentence) and not _cues("thanked").search(person.sentence))
        )
        if victim:
            roles["victim"].append(person.span)
        elif suspect:
            roles["suspect"].append(person.span)
            if not proceedings:
                roles["alleged"].append(person.span)
        if (person.age is not None and 0 < person.age < 18) or _cues("child_after").search(person.after):
            roles["child"].append(person.span)
        if _cues("sensitive_words").search(person.sentence) and not _cues("charity").search(person.sentence):
            roles["sensitive"].append(person.span)
        if not sought and not _cues("dead").search(person.sentence):
            told = person.age is not None or _cues("told_after").search(person.after) or suspect or victim
            roles["named" if told and not _cues("praised").search(person.sentence) else "mentioned"].append(person.span)
    yield from _said(text, part, SAID, roles)
    yield from _identifying(text, part)
    yield from _young(text, part)


#: role, concern, confidence, reason
SAID = (
    ("suspect", "suspect_named", 0.75, "It seems to name a suspect, a defendant or an offender."),
    (
        "alleged",
        "sensitive_personal_data",
        0.6,
        "It alleges an offence by somebody named, outside any proceedings.",
    ),
    ("victim", "victim_identity", 0.7, "It seems to name a victim."),
    ("child", "child_identity", 0.8, "It names somebody under 18."),
    ("sensitive", "sensitive_personal_data", 0.65, "It tells the health, beliefs, origin or record of somebody named."),
    ("named", "personal_data", 0.55, "It names somebody who is not an officer and says something about them."),
    ("mentioned", "personal_data", 0.4, "It names somebody who is not an officer."),
)


def _said(
    text: Readable, part: str, kinds: Iterable[tuple[str, str, float, str]], found: dict[str, list[Span]]
) -> Iterator[Signal]:
    for kind, concern, confidence, reason in kinds:
        evidence = quote(text, iter(found[kind]), part)
        if evidence:
            yield Signal(kind, reason, confidence, NAME, VERSION, concern=concern, evidence=evidence)


def _identifying(text: Readable, part: str) -> Iterator[Signal]:
    """A victim told by a relation, a home, a trade or a workplace: together they can give somebody away."""
    if not _cues("victim_words").search(text.plain):
        return
    spans: list[Span] = []
    for sentence in text.sentences():
        words = text.plain[sentence.start : sentence.end]
        if not _cues("victim_words").search(words):
            continue
        sexual = _cues("sexual_words").search(words)
        detail = _cues("circumstances").search(words) or (
            sexual
            and (
                (_cues("whose").search(words) and _cues("relation_words").search(words))
                or _cues("place_words").search(words)
            )
        )
        if detail:
            spans.append(Span(sentence.start + detail.start(), sentence.start + detail.end()))
    evidence = quote(text, iter(spans), part)
    if evidence:
        yield Signal(
            "circumstances",
            "A victim is told with a detail from which somebody could work out who it is.",
            0.65,
            NAME,
            VERSION,
            concern="victim_identity",
            evidence=evidence,
        )


def _young(text: Readable, part: str) -> Iterator[Signal]:
    """Somebody under 18 told by a school, a parent or a place without being named."""
    spans = []
    for found in _cues("young").finditer(text.plain) if _cues("young").search(text.plain) else ():
        sentence = text.sentence(found.start())
        detail = _cues("young_detail").search(text.plain[sentence.start : sentence.end])
        if detail:
            spans.append(Span(sentence.start + detail.start(), sentence.start + detail.end()))
    evidence = quote(text, iter(spans), part)
    if evidence:
        reason = "It tells the school, family or home of somebody under 18."
        yield Signal("young-told", reason, 0.65, NAME, VERSION, concern="child_identity", evidence=evidence)
