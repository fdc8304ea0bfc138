"""Every fact that a rule takes from a register is supplied by some room; else the rule would wait for it for ever."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from remit.policies.upkeep import to_tell
from remit.policy.decide import facts_read
from remit.policy.packs import Library, Pack
from tests.libraries import shipped

ROOT = Path(__file__).parents[2]
ROOMS = ("accounts", "acts", "conduct", "inbox", "people", "policies", "posts", "records", "research")
#: Facts that no room supplies, and why that is right.
EXCEPTIONS: dict[str, str] = {}


@cache
def library() -> Library:
    return shipped()


@cache
def source() -> str:
    files = [path for room in ROOMS for path in (ROOT / "src" / "remit" / room).rglob("*.py")]
    return "\n".join(path.read_text() for path in files)


@cache
def supplied() -> frozenset[str]:
    """What the rooms name in full, and what the register of people says of whoever takes part."""
    named = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', source()))
    parts = {"actor", *re.findall(r'person_facts\([^)]*?"([a-z_]+)"', source())}
    people = (ROOT / "src" / "remit" / "people" / "facts.py").read_text()
    leaves = re.findall(r'"([a-z_]+)": ', people) + re.findall(r'facts\["([a-z_]+)"\]', people)
    return frozenset(named | {f"{part}.{leaf}" for part in parts for leaf in leaves})


def register_facts(pack: Pack) -> dict[str, str]:
    """Every fact of a register on which a rule of `pack` turns, with the id of such a rule."""
    found = {}
    for rule in pack.rules:
        for name in facts_read(pack, rule):
            plain = name.removeprefix("was.")
            fact = pack.vocabulary.facts.get(plain)
            if fact is not None and fact.supplier == "register" and plain not in pack.definitions:
                found[plain] = rule.id
    return found


@pytest.mark.parametrize("name", sorted(library().packs))
def test_every_register_that_a_rule_reads_is_there(name: str) -> None:
    """A rule would never bite, or always wait, since nobody can say what it turns on."""
    pack = library().packs[name]
    known = supplied() | set(to_tell(pack)) | set(EXCEPTIONS)
    missing = {fact: rule for fact, rule in register_facts(pack).items() if fact not in known}
    assert missing == {}


def test_the_exceptions_are_still_needed() -> None:
    """A list of excuses that nobody shortens hides the next gap."""
    read = {fact for pack in library().packs.values() for fact in register_facts(pack)}
    assert {fact for fact in EXCEPTIONS if fact not in read or fact in supplied()} == set()
