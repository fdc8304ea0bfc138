"""Tables of phrases: the words that raise a concern, what must stand near them, and what only looks like it.

A table is a YAML file that a press officer can read (`tables/*.yaml`); a row is one question that it can raise. All
matching is RE2, whose time grows in step with the text whatever the text is; one pass over the text first tells which
rows could count at all, so that a table may grow without every row being tried on every text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import re2
import yaml

from remit.signals.readable import Readable, Span
from remit.signals.reading import MAX_EVIDENCE, Evidence, Signal

#: A list of the table named in a phrase: "$party". Named alone, each of its phrases stands for itself.
LIST_NAME = re2.compile(r"\$([a-z_]+)")
#: A space of a phrase: within a class, one that may be left out, or one that must be there.
SPACE = re2.compile(r"\[[^\]]*\]| \?| ")
Pattern = Any  # a compiled RE2 expression; the package ships no types


def phrase(words: str) -> str:
    """One phrase of a table as RE2: a space is any white space; word edges are added where it begins or ends in a word.

    A phrase that begins with ^ is taken as written: it describes a line. One that may end with the line, "(?:[.!]|$)",
    has no word edge there.
    """
    if words.startswith("^"):
        return f"(?:{words})"
    spaced = SPACE.sub(_white_space, words)
    before = r"\b" if words[0].isalnum() or words[0] in "([" or words.startswith((r"\d", r"\w")) else ""
    ends_word = (words[-1].isalnum() or words[-1] in ")]?+*") and not words.endswith(("|$)", r"\W"))
    after = r"\b" if ends_word else ""
    return f"{before}(?:{spaced}){after}"


def _white_space(found: Any) -> str:
    space: str = found.group()
    if space.startswith("["):
        return space.replace(" ", r"\s")
    return r"\s{0,3}" if space.endswith("?") else r"\s{1,3}"


def compile_phrases(phrases: Sequence[str], *, exact: bool = False) -> Pattern:
    """Any of the phrases. `exact` keeps capitals apart. Raises re2.error for an expression that RE2 does not have."""
    return re2.compile(("(?m)" + "|".join(phrase(p) for p in phrases)).encode("ascii"), _options(exact))


def _options(exact: bool) -> Any:
    options = re2.Options()
    options.case_sensitive = exact
    options.log_errors = False
    return options


class Sieve:
    """Which of many lists of phrases stand in a text: one pass for the plain letters that each needs, then the rest."""

    def __init__(self) -> None:
        self._filter = re2.Filter()
        self._of: list[int] = []  # which list each phrase belongs to

    def add(self, number: int, phrases: Sequence[str], *, exact: bool = False) -> None:
        for words in phrases:
            self._filter.Add("(?m)" + phrase(words), _options(exact))
            self._of.append(number)

    def close(self) -> Sieve:
        """Must be called after the last `add`."""
        self._filter.Compile()
        return self

    def matching(self, plain: bytes) -> set[int]:
        """The numbers of the lists of which a phrase stands in the text."""
        # Not "potential" matches: trying those one by one from here takes longer than the filter's own trying.
        return {self._of[place] for place in self._filter.Match(plain, False) or ()}


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    kind: str
    reason: str
    confidence: float
    words: Pattern
    concern: str = ""
    fact: str = ""
    value: Any = None
    beside: Pattern | None = None  # YAML `with:` — must stand in the same sentence
    beside_anywhere: Pattern | None = None  # YAML `with_anywhere:` — must stand somewhere in the text
    unless: Pattern | None = None  # explains it away in the same sentence
    unless_anywhere: Pattern | None = None
    reopens: tuple[str, ...] = ()  # facts that nobody may take for granted where this is read
    look_alikes: Pattern | None = None  # a longer phrase that holds the words and means something else

    def places(self, text: Readable, allowed: frozenset[str] = frozenset()) -> Iterator[Span]:
        """Where the row's words stand and count, in order."""
        if self.unless_anywhere and self.unless_anywhere.search(text.plain):
            return
        if self.beside_anywhere and not self.beside_anywhere.search(text.plain):
            return
        explained = iter(self.look_alikes.finditer(text.plain)) if self.look_alikes else iter(())
        cover = next(explained, None)
        settled: tuple[Span | None, bool] = (None, False)  # the last sentence looked at, and whether it counts
        for found in self.words.finditer(text.plain):
            span = Span(*found.span())
            while cover is not None and cover.end() <= span.start:
                cover = next(explained, None)
            if cover is not None and cover.start() < span.end and span.start < cover.end():
                continue
            if allowed and text.words(span).casefold() in allowed:
                continue
            if settled[0] is None or not settled[0].start <= span.start < settled[0].end:
                sentence = text.sentence(span.start)
                settled = (sentence, self._counts(text.plain[sentence.start : sentence.end]))
            if settled[1]:
                yield span

    def _counts(self, sentence: bytes) -> bool:
        if self.unless and self.unless.search(sentence):
            return False
        return self.beside is None or bool(self.beside.search(sentence))


@dataclass(frozen=True)
class Table:
    """A detector made of rows."""

    name: str
    version: str
    rows: tuple[Row, ...]
    sieve: Sieve

    def read(self, text: Readable, part: str, allowed: frozenset[str] = frozenset()) -> Iterator[Signal]:
        """One signal for each row whose words count."""
        for number in sorted(self.sieve.matching(text.plain)):
            row = self.rows[number]
            evidence = quote(text, row.places(text, allowed), part)
            if evidence:
                yield Signal(
                    kind=row.kind,
                    reason=row.reason,
                    confidence=row.confidence,
                    detector=self.name,
                    version=self.version,
                    concern=row.concern,
                    fact=row.fact,
                    value=row.value,
                    evidence=evidence,
                    reopens=row.reopens,
                )


def quote(text: Readable, spans: Iterator[Span], part: str = "text") -> tuple[Evidence, ...]:
    """Evidence for stretches of the plain copy, quoting the text as written; at most MAX_EVIDENCE of them."""
    quoted: list[Evidence] = []
    for span in spans:
        if len(quoted) == MAX_EVIDENCE:
            break
        place = text.original(span)
        quoted.append(Evidence(part, place.start, place.end, text.text[place.start : place.end]))
    return tuple(quoted)


@cache
def contents(name: str) -> Any:
    """The YAML of `tables/<name>.yaml`, read once."""
    written = (resources.files("remit.signals") / "tables" / f"{name}.yaml").read_text("utf-8")
    return yaml.load(written, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (either is safe)


@cache
def table(name: str) -> Table:
    """The table of that name, compiled once. Raises KeyError or re2.error when a row is not well made."""
    written = contents(name)
    sieve = Sieve()
    for number, row in enumerate(written["rows"]):
        sieve.add(number, _phrases(row, "words", written), exact=bool(row.get("capitals")))
    return Table(name, str(written["version"]), tuple(_row(row, written) for row in written["rows"]), sieve.close())


def _phrases(row: dict[str, Any], key: str, written: dict[str, Any]) -> list[str]:
    return [p for entry in row.get(key, ()) for p in _expanded(entry, written.get("lists", {}))]


def _row(row: dict[str, Any], written: dict[str, Any]) -> Row:
    exact = bool(row.get("capitals"))

    def pattern(key: str, *, exact: bool = False) -> Pattern | None:
        phrases = _phrases(row, key, written)
        return compile_phrases(phrases, exact=exact) if phrases else None

    return Row(
        kind=row["kind"],
        reason=row["reason"],
        confidence=float(row["confidence"]),
        words=pattern("words", exact=exact),
        concern=row.get("concern", written.get("concern", "") if "fact" not in row else ""),
        fact=row.get("fact", ""),
        value=row.get("value"),
        beside=pattern("with"),
        beside_anywhere=pattern("with_anywhere"),
        unless=pattern("unless"),
        unless_anywhere=pattern("unless_anywhere"),
        reopens=tuple(row.get("reopens", ())),
        look_alikes=pattern("look_alikes"),
    )


def _expanded(entry: str, lists: dict[str, list[str]]) -> list[str]:
    """The phrases that an entry stands for. Lists may name lists."""
    whole = LIST_NAME.fullmatch(entry)
    if whole:
        return [phrase for named in lists[whole.group(1)] for phrase in _expanded(named, lists)]
    parts: list[str] = []
    end = 0
    for found in LIST_NAME.finditer(entry):
        alternatives = [p for named in lists[found.group(1)] for p in _expanded(named, lists)]
        parts += [entry[end : found.start()], "(?:" + "|".join(alternatives) + ")"]
        end = found.end()
    return ["".join([*parts, entry[end:]])]
