"""What a new version of a policy changes: clause by clause and rule by rule, the old words against the new.

Clauses and rules are matched by their ids, which never change; a rule stands with the first clause that it cites.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from remit.policy.comparing import outline
from remit.policy.figure_words import hours_words
from remit.policy.packs import Clause, Pack, Rule
from remit.policy.periods import day_in_words
from remit.policy.reading import PackReading
from remit.policy.rule_words import PackWords
from remit.policy.say_words import permit_rules, post_rules, say_rules

NEW, GONE, FIGURE, CHANGED = "new", "gone", "changed figure", "changed"


@dataclass(frozen=True)
class Line:
    """One thing that is said otherwise; "" where it was not said, or no longer is."""

    part: str  # "When", "Then", "It says", …
    old: str
    new: str

    @property
    def marked(self) -> tuple[list[tuple[bool, str]], list[tuple[bool, str]]]:
        """Old and new in pieces: (whether the piece is only here, its words)."""
        before, after = re.findall(r"\S+\s*", self.old), re.findall(r"\S+\s*", self.new)
        left: list[tuple[bool, str]] = []
        right: list[tuple[bool, str]] = []
        was, now = ([word.strip() for word in words] for words in (before, after))
        for kind, a, b, c, d in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
            left += [(kind != "equal", "".join(before[a:b]))] if b > a else []
            right += [(kind != "equal", "".join(after[c:d]))] if d > c else []
        return left, right


@dataclass(frozen=True)
class RuleChange:
    """What becomes of one rule: it is new, gone, changed, or changed in a figure alone."""

    id: str
    title: str
    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ClauseChange:
    """What becomes of one clause: new, gone or changed, with what it says otherwise and what its rules do."""

    id: str
    number: str
    says: str
    kind: str
    lines: tuple[Line, ...]
    rules: tuple[RuleChange, ...]


@dataclass(frozen=True)
class Changes:
    """Everything that differs between two versions of a policy."""

    old: Pack
    new: Pack
    #: What concerns no one clause: version and dates, posts, approvals, figures, settings.
    whole: tuple[Line, ...]
    clauses: tuple[ClauseChange, ...]
    #: How many clauses stand as they stood.
    same: int

    @property
    def related(self) -> bool:
        """Whether they have any clause in common; two that have none are two policies, not two versions of one."""
        return bool(set(self.old.clauses) & set(self.new.clauses))

    @property
    def counts(self) -> dict[str, int]:
        """How many clauses are new, gone and changed, and how many rules."""
        rules = [rule for clause in self.clauses for rule in clause.rules]
        told = {f"clauses {kind}": sum(c.kind == kind for c in self.clauses) for kind in (NEW, GONE, CHANGED)}
        told |= {f"rules {kind}": sum(r.kind == kind for r in rules) for kind in (NEW, GONE, CHANGED, FIGURE)}
        return {words: count for words, count in told.items() if count}

    @property
    def summary(self) -> str:
        """ "1 clause changed, 2 rules new; 40 clauses as before"."""
        parts = [f"{n} {words.replace('s ', ' ', 1) if n == 1 else words}" for words, n in self.counts.items()]
        return f"{', '.join(parts) or 'no clause changes'}; {self.same} clause{'' if self.same == 1 else 's'} as before"

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values."""
        return {
            "old": {"pack": self.old.name, "version": self.old.version, "digest": self.old.digest},
            "new": {"pack": self.new.name, "version": self.new.version, "digest": self.new.digest},
            "counts": self.counts,
            "same": self.same,
            "whole": [asdict(line) for line in self.whole],
            "clauses": [asdict(clause) for clause in self.clauses],
        }


def changes(old: Pack, new: Pack) -> Changes:
    """What `new` changes of `old`, in the order of the new version; what is gone comes last."""
    before, after = PackReading(old), PackReading(new)
    rules = _rule_changes(before, after)
    found = []
    for key in dict.fromkeys([*new.clauses, *old.clauses]):
        was, now = old.clauses.get(key), new.clauses.get(key)
        lines = _lines(_clause_parts(before, was), _clause_parts(after, now))
        own = tuple(rules.get(key, ()))
        kind = NEW if was is None else GONE if now is None else CHANGED
        clause = now or was
        if clause is not None and (kind != CHANGED or lines or own):
            found.append(ClauseChange(key, clause.number, clause.says, kind, lines if kind == CHANGED else (), own))
    same = len(set(old.clauses) & set(new.clauses)) - sum(c.kind == CHANGED for c in found)
    return Changes(old, new, _lines(_pack_parts(before), _pack_parts(after)), tuple(found), same)


def _rule_changes(before: PackReading, after: PackReading) -> dict[str, list[RuleChange]]:
    """What becomes of each rule, under its clause; a rule that stays as it is is left out."""
    old = {rule.id: rule for rule in before.pack.rules}
    new = {rule.id: rule for rule in after.pack.rules}
    found: dict[str, list[RuleChange]] = {}
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key), new.get(key)
        lines = _lines(_rule_parts(before.english, was), _rule_parts(after.english, now))
        rule = now or was
        if rule is None or not lines:
            continue
        kind = NEW if was is None else GONE if now is None else _kind(before.pack, after.pack, lines)
        found.setdefault(rule.clauses[0], []).append(RuleChange(key, rule.title, kind, lines))
    return found


def _kind(old: Pack, new: Pack, lines: Iterable[Line]) -> str:
    figures = all(outline(old, line.old) == outline(new, line.new) and _named(line) for line in lines)
    return FIGURE if figures else CHANGED


def _named(line: Line) -> bool:
    """Whether only numbers differ: an outline blanks posts and texts as well."""
    return re.sub(r"\d+", "#", line.old) == re.sub(r"\d+", "#", line.new)


def _lines(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Line, ...]:
    parts = dict.fromkeys([*new, *old])
    pairs = ((part, old.get(part, ""), new.get(part, "")) for part in parts)
    return tuple(Line(part, was, now) for part, was, now in pairs if was != now)


def _clause_parts(reading: PackReading, clause: Clause | None) -> dict[str, str]:
    if clause is None:
        return {}
    defined = [reading.english.definition(d) for d in reading.pack.definitions.values() if d.clause == clause.id]
    figures = [told for name, told in reading.figures() if reading.pack.parameters[name].clause == clause.id]
    settings = [fact.question for fact in reading.pack.settings.values() if fact.clause == clause.id]
    return {
        "Number": clause.number,
        "It says": clause.says,
        "Wording": clause.wording,
        "What Remit does": clause.treatment,
        "Reason": clause.note,
        "It defines": "; ".join(defined),
        "Figure it sets": "; ".join(figures),
        "It leaves to the force": " ".join(settings),
    }


def _rule_parts(english: PackWords, rule: Rule | None) -> dict[str, str]:
    if rule is None:
        return {}
    words = english.rule(rule)
    texts = {f"The words of “{key}”": text.strip() for key, text in english.texts(rule)}
    return {
        "Title": words.title,
        "Clauses": ", ".join(rule.clauses),
        "Asked at": ", ".join(words.moments),
        "When": "; and ".join(words.when),
        "Unless": "; or ".join(words.unless),
        "Then": "; and ".join(words.then),
        "Advice": words.remedy,
        "Where": "; ".join(words.meanings),
        "Note": " ".join([*words.notes, rule.because]).strip(),
        "Expressions": "; ".join(expression for _, expression in words.expressions),
        **texts,
    }


def _pack_parts(reading: PackReading) -> dict[str, str]:
    pack, english = reading.pack, reading.english
    version = next((v for v in pack.versions if v.number == pack.version), None)
    in_force, review = (version.in_force_from, version.next_review_on) if version else (None, None)
    return {
        "Title": pack.title,
        "Version": pack.version,
        "In force from": day_in_words(in_force) if in_force else "",
        "Next review": day_in_words(review) if review else "",
        "Forces": ", ".join(pack.forces),
        "Not sure? Ask": english.who(pack.in_doubt),
        **{f"Post: {key}": "; ".join([post.title, *post_rules(english, post)]) for key, post in pack.who.items()},
        **{f"Say: {key}": "; ".join([say.title, *say_rules(english, say)]) for key, say in pack.says.items()},
        **{f"Exception: {key}": "; ".join([p.title, *permit_rules(english, p)]) for key, p in pack.grants.items()},
        **{f"Setting: {question}": value for question, value, _ in reading.settings()},
        **hours_words(pack),
        "Says nothing about": "; ".join(pack.silent_on),
        **{f"Chapter {number}": title for number, title in pack.chapters.items()},
    }
