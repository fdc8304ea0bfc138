"""What the packs promise and Remit itself keeps: each test is named by the requirements that it answers for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from remit.people.permissions import ROLES
from remit.policy.decide import facts_read
from remit.policy.lint import effects_of
from remit.policy.packs import Library
from tests.libraries import shipped

ROOT = Path(__file__).parents[2]
PACKS = sorted(path.parent.name for path in (ROOT / "packs").glob("*/clauses.yaml"))
#: What a rule may leave of a self-check: an answer on the screen.
TOLD = {"refuse", "warn", "show", "offer"}


@cache
def library() -> Library:
    return shipped()


@pytest.mark.parametrize("pack", PACKS)
def test_every_promise_names_a_test_that_there_is(pack: str) -> None:
    """A policy owner would be told that a promise is kept, by a test that nobody runs."""
    kept = [clause for clause in library().packs[pack].clauses.values() if clause.treatment == "kept"]
    missing = [clause.id for clause in kept if not clause.tests]
    for clause in kept:
        for test in clause.tests:
            file, _, name = test.partition("::")
            path = ROOT / file
            if not (path.is_file() and re.search(rf"^ *def {re.escape(name)}\b", path.read_text(), re.M)):
                missing.append(f"{clause.id}: {test}")
    assert missing == []


def test_only_what_is_kept_names_a_test() -> None:
    """A clause that a rule enforces is shown by its cases; a test beside it would pass for a promise."""
    clauses = [clause for pack in library().packs.values() for clause in pack.clauses.values()]
    assert [clause.id for clause in clauses if clause.tests and clause.treatment != "kept"] == []


@pytest.mark.parametrize("pack", PACKS)
def test_a_self_check_leaves_nothing_behind(pack: str) -> None:
    """What somebody asks about their private life would be stored, sent on or held against them."""
    vocabulary = library().vocabulary
    private = {name for name, moment in vocabulary.moments.items() if moment.kind == "advice"}
    left = [
        (rule.id, effect.kind)
        for rule in library().packs[pack].rules
        if private.intersection(rule.moments)
        for effect in effects_of(rule)
        if effect.kind not in TOLD
    ]
    assert left == []


def test_nothing_looks_at_a_private_account_by_itself() -> None:
    """The clock would go through people's private accounts."""
    moments = library().vocabulary.moments
    assert [name for name, moment in moments.items() if name.startswith("personal.") and moment.kind == "state"] == []


def test_what_is_private_is_told_by_the_person_and_read_nowhere() -> None:
    """A fact about somebody's private account or life would be taken from a register or out of what they posted."""
    facts = [fact for fact in library().vocabulary.facts.values() if fact.group == "personal"]
    assert facts
    assert [fact.name for fact in facts if fact.supplier != "author"] == []


def test_norfolk_and_suffolk_are_decided_alike() -> None:
    """A Suffolk officer would meet another chain of approval than a Norfolk one."""
    policy = library().packs["norfolk-suffolk"]
    named = {"norfolk-deputy-chief-constable", "suffolk-deputy-chief-constable"}  # who decide together, for both forces
    told_apart = [key for key, who in policy.who.items() if who.of in policy.forces and key not in named]
    assert (policy.forces, told_apart) == (("norfolk", "suffolk"), [])


def test_only_two_posts_may_stop_accounts() -> None:
    """A sergeant could silence every account of the force."""
    may = {key for key, role in ROLES.items() if "account.stop" in role.may | role.with_authorisation}
    assert may == {"corporate-communications", "control-room"}


def test_only_those_who_answer_for_accounts_let_people_use_them() -> None:
    """A page's editor could let in a colleague whom Corporate Communications turned down."""
    may = {key for key, role in ROLES.items() if "account.authorise" in role.may | role.with_authorisation}
    assert may == {"corporate-communications", "account-administrator"}


@pytest.mark.parametrize("pack", ["essex", "wiltshire"])
def test_these_policies_never_ask_whether_somebody_is_on_duty(pack: str) -> None:
    """A post would be excused, or stopped, because its author was on leave."""
    policy = library().packs[pack]
    asks = [
        rule.id
        for rule in policy.rules
        if facts_read(policy, rule) & {"actor.duty_state", "actor.on_duty_requested_by"}
    ]
    assert asks == []


def test_wiltshire_asks_for_no_training() -> None:
    """Access would be refused for want of a course that the policy says is not required."""
    policy = library().packs["wiltshire"]
    training = {"actor.trainings", "actor.last_training_on", "applicant.trainings", "applicant.last_training_on"}
    assert [rule.id for rule in policy.rules if facts_read(policy, rule) & training] == []


def test_no_page_promises_that_something_is_lawful() -> None:
    """An author would be told that a post meets every law because one policy has nothing against it."""
    promise = re.compile(
        r"compliant with all|complies with all|is lawful|fully compliant|meets all (relevant )?legislation", re.I
    )
    shown = [*(ROOT / "src" / "remit").rglob("*.html"), *(ROOT / "packs").rglob("*.md")]
    assert [str(path.relative_to(ROOT)) for path in shown if promise.search(path.read_text())] == []
