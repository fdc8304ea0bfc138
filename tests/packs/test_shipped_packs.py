"""The shipped vocabulary and packs, as the people who read and answer them meet them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from remit.policy.decide import decide, rules_at
from remit.policy.packs import Library
from tests.libraries import shipped

PACKS = Path(__file__).parents[2] / "packs"
NAMES = sorted(path.parent.name for path in PACKS.glob("*/policy.yaml") if path.parent.name != "facts")
NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)


@cache
def library() -> Library:
    return shipped()


def test_every_question_reads_as_one() -> None:
    """An author would be asked something that is no question, or in a machine's words."""
    vocabulary = library().vocabulary
    asked = [(f.name, f.question) for f in vocabulary.facts.values() if f.supplier != "kernel"]
    asked += [(f"concern.{c.key}", c.question) for c in vocabulary.concerns.values()]
    assert [name for name, question in asked if not re.fullmatch(r"[A-Z][^_]*\?", question)] == []


def test_every_label_stands_inside_a_sentence() -> None:
    """A rule's line in English would break off with a capital or a full stop in its middle."""
    vocabulary = library().vocabulary
    said = [(f.name, words) for f in vocabulary.facts.values() for words in (f.label, f.negative) if words]
    said += [(f"concern.{c.key}", words) for c in vocabulary.concerns.values() for words in (c.label, c.negative)]
    allowed = ("Contact staff",)
    assert [
        n for n, words in said if words.endswith(".") or (words[0].isupper() and not words.startswith(allowed))
    ] == []


def test_a_concern_says_what_it_is_and_what_only_looks_like_it() -> None:
    """A reviewer could not tell a place name from an insult, or a parish meeting from politics."""
    concerns = library().vocabulary.concerns.values()
    assert [c.key for c in concerns if not (c.definition and c.look_alikes and c.question)] == []


@pytest.mark.parametrize("pack", NAMES)
@pytest.mark.parametrize("baseline", ["main-account-post", "local-account-post"])
def test_an_ordinary_post_goes_out(pack: str, baseline: str) -> None:
    """Every plain post of a force would be stopped or cost its author a form."""
    found = library()
    facts = dict(found.packs[pack].baselines.get(baseline, found.vocabulary.baselines[baseline]))
    facts["post.text"] = "Officers will be at the library from 2pm on Thursday. Come and say hello."
    decision = decide([found.packs[pack]], "post.publish", facts, NOW)
    assert (decision.outcome, [asked["fact"] for asked in decision.ask]) == ("allowed", [])


@pytest.mark.parametrize("pack", NAMES)
def test_nothing_is_allowed_on_no_facts(pack: str) -> None:
    """An act that nobody described would be let through."""
    moments = library().vocabulary.moments.values()
    acts = [moment.name for moment in moments if moment.kind in ("act", "advice")]
    outcomes = {name: decide([library().packs[pack]], name, {}, NOW).outcome for name in acts}
    assert [name for name, outcome in outcomes.items() if outcome == "allowed"] == []


@pytest.mark.parametrize("pack", NAMES)
def test_every_hold_names_somebody_who_can_end_it(pack: str) -> None:
    """A held post would wait for a say that no post of the force may give."""
    policy = library().packs[pack]
    waits = {effect.say for rule in policy.rules for effect in rule.then if effect.say}
    assert [say for say in sorted(waits) if not policy.says[say].who] == []


@pytest.mark.parametrize("pack", NAMES)
@pytest.mark.parametrize("moment", ["personal.use", "personal.contact", "association.notify"])
def test_no_self_check_turns_on_what_no_page_can_ask(pack: str, moment: str) -> None:
    """Whoever ticked that a picture comes from work would be told that something is missing, and never asked for it."""
    vocabulary = library().vocabulary
    unaskable = {f.name for f in vocabulary.facts.values() if f.type == "records" and f.supplier == "author"}
    assert [rule.id for rule, reads in rules_at(library().packs[pack], moment) if reads & unaskable] == []


def test_a_post_about_no_incident_is_not_asked_whether_the_incident_is_live() -> None:
    """Every plain post would cost its author four questions about an incident that it is not about."""
    found = library()
    facts = dict(found.vocabulary.baselines["main-account-post"]) | {"post.text": "Come and see us on Saturday."}
    for name in ("incident.live", "incident.major", "incident.sensitive"):
        del facts[name]
    decision = decide([found.packs["norfolk-suffolk"]], "post.publish", facts, NOW)
    assert (decision.outcome, decision.ask) == ("allowed", ())


def test_what_an_author_says_outright_outweighs_what_would_follow() -> None:
    """A live major incident would be overlooked because no unit was named for it."""
    found = library()
    said = {"post.text": "Please stay indoors.", "incident.live": True, "incident.major": True}
    facts = dict(found.vocabulary.baselines["main-account-post"]) | said
    decision = decide([found.packs["norfolk-suffolk"]], "post.publish", facts, NOW)
    assert "NS-6.6a" in {finding.rule for finding in decision.findings if finding.verdict == "fired"}
