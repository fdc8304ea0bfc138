"""A policy as a page of Markdown: every clause, what Remit does about it and why, its rules as English, its cases.

docs/policies is written of this by `make docs`, so that a policy can be checked without running Remit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from remit.policy.figure_words import hours_words
from remit.policy.packs import TREATMENTS, Pack, Version
from remit.policy.periods import day_in_words
from remit.policy.reading import TREATMENT_WORDS, Chapter, ClauseReading, PackReading, RuleReading
from remit.policy.say_words import permit_rules, post_rules, say_rules

_OWN_WORDS = "The sentences are Remit’s own summaries; the force’s document is what counts."
_SPECIAL = re.compile(r"([\\`*_<>\[\]|#])")


def index_page(packs: Sequence[Pack]) -> Iterator[str]:
    """The list of the policies, with how many clauses have each treatment."""
    yield "# Policies\n\nThe policies that come with Remit, clause by clause: what each asks, what Remit does "
    yield "about it, its rules in plain English, and cases that Remit runs whenever a policy changes. "
    yield f"{_OWN_WORDS}\n\n"
    yield f"| Policy | Forces | Version | Clauses | {' | '.join(t.capitalize() for t in TREATMENTS)} | Rules |\n"
    yield f"|{' --- |' * (5 + len(TREATMENTS))}\n"
    for pack in packs:
        counts = Counter(clause.treatment for clause in pack.clauses.values())
        forces = ", ".join(force.capitalize() for force in pack.forces)
        figures = " | ".join(str(counts[t]) for t in TREATMENTS)
        name = f"[{_safe(pack.title)}]({pack.name}.md)"
        yield f"| {name} | {forces} | {_safe(pack.version)} | {len(pack.clauses)} | {figures} | {len(pack.rules)} |\n"
    yield "\n" + "".join(f"- *{treatment.capitalize()}*: {words}\n" for treatment, words in TREATMENT_WORDS.items())


def policy_page(pack: Pack) -> Iterator[str]:
    """One policy, whole; each rule stands once, under the first clause that cites it."""
    reading = PackReading(pack)
    number = f"Policy {_safe(pack.number)}, version" if pack.number else "Version"
    yield f"# {_safe(pack.title)}\n\n{number} {_safe(pack.version)}. {_OWN_WORDS}\n\n"
    for chapter in reading.chapters:
        yield f"- [{_safe(chapter.heading)}](#{_anchor(chapter)})\n"
    yield "- [Who decides, and the figures](#who-decides)\n"
    for chapter in reading.chapters:
        yield f'\n<a id="{_anchor(chapter)}"></a>\n\n## {_safe(chapter.heading)}\n'
        for clause in chapter.clauses:
            yield from _clause(reading.read(clause))
    yield '\n<a id="who-decides"></a>\n\n## Who decides, and the figures\n'
    yield from _who(reading)


def _anchor(chapter: Chapter) -> str:
    return f"part-{chapter.at}"


def _clause(reading: ClauseReading) -> Iterator[str]:
    clause = reading.clause
    yield f'\n<a id="{clause.id}"></a>\n\n### {clause.id}\n\n{_safe(clause.says)}\n\n'
    note = f": {_safe(clause.note)}" if clause.note else ""
    yield f"*{clause.wording.capitalize()}; {clause.treatment}*{note}\n"
    for line in (*reading.definitions, *reading.figures):
        yield f"\nIt sets: {_safe(line)}.\n"
    for line in reading.settings:
        yield f"\nIt leaves to the force: {_safe(line)}.\n"
    for page in reading.rules:
        yield from _rule(page, clause.id)
    if reading.examples and any(page.home == clause.id for page in reading.rules):
        yield "\nCases:\n\n"
        for example in reading.examples:
            outcome = f"{example.outcome}. " if example.outcome else ""
            yield f"- {_safe(example.name.rstrip('.'))}: {outcome}{example.told}.\n"


def _rule(page: RuleReading, under: str) -> Iterator[str]:
    words, home = page.words, page.home
    if home != under:
        yield f"\nSee “{_safe(words.title)}” under [{home}](#{home}).\n"
        return
    others = [f"[{clause}](#{clause})" for clause in page.clauses if clause != under]
    also = f"; also {', '.join(others)}" if others else ""
    yield f"\n**{_safe(words.title)}** ({_safe(', '.join(words.moments))}{also})\n\n"
    parts = (
        ("When", words.when, "; and "),
        ("Unless", words.unless, "; or "),
        ("Then", words.then, "; and "),
        ("Advice:", [words.remedy] if words.remedy else [], ""),
    )
    for head, lines, joiner in parts:
        if lines:
            yield f"- {head} {_safe(joiner.join(lines))}\n"
    for line in words.meanings:
        yield f"- Where {_safe(line)}\n"
    for line in (*words.notes, *([page.rule.because] if page.rule.because else [])):
        yield f"- {_safe(line)}\n"
    for key, text in page.texts:
        yield f"- The words of “{_safe(key)}”: {_safe(text)}\n"


def _who(reading: PackReading) -> Iterator[str]:
    english, pack = reading.english, reading.pack
    parts: tuple[tuple[str, list[tuple[str, list[str]]]], ...] = (
        ("Approvals and consultations", [(say.title, say_rules(english, say)) for say in pack.says.values()]),
        ("Exceptions that can be given", [(p.title, permit_rules(english, p)) for p in pack.grants.values()]),
        ("Posts", [(post.title, post_rules(english, post)) for post in pack.who.values()]),
        ("Figures of the policy", [(line, []) for _, line in reading.figures()]),
        *((title, [(words, list[str]())]) for title, words in hours_words(pack).items()),
        ("What the force supplies", [(f"{question} ({of})", [value]) for question, value, of in reading.settings()]),
        ("What the policy says nothing about", [(subject, []) for subject in pack.silent_on]),
        ("Versions", [(f"Version {v.number}", [*_dates(v), v.note]) for v in pack.versions]),
    )
    for heading, lines in parts:
        if lines:
            yield f"\n### {heading}\n\n"
        for name, said in lines:
            told = "; ".join(line for line in said if line)
            yield f"- {_safe(name)}{f': {_safe(told)}' if told else ''}\n"
    yield f"\nWhoever is not sure of an answer is led to: {_safe(english.who(pack.in_doubt))}.\n"


def _dates(version: Version) -> list[str]:
    told = (
        ("published on", version.published_on),
        ("in force from", version.in_force_from),
        ("next review", version.next_review_on),
    )
    return [f"{words} {day_in_words(day)}" for words, day in told if day]


def _safe(text: str) -> str:
    """`text` on one line, with nothing that Markdown would take for markup."""
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", text).strip())
