"""Every address of Remit either leaves something in the ledger or is listed here with the reason why it need not.

A new address fails this test until somebody has decided which of the two it is.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from remit.acts.act import registered as acts_registered
from remit.acts.models import Referral
from remit.ledger import actions, history
from remit.people.models import Person
from tests.evidence.conftest import World, signed_in

#: Name of a route -> the actions that using it leaves in the ledger.
RECORDED: dict[str, set[str]] = {
    # people
    "person": {"people.read"},
    "person-add": {"people.add"},
    "person-change": {"people.change"},
    "person-leave": {"people.leave"},
    "person-move": {"people.move"},
    "role-give": {"people.give-role"},
    "role-end": {"people.end-role"},
    "training-record": {"people.record-training"},
    "device-add": {"people.register-device"},
    "password": {"people.set-password"},
    "duty-state": {"people.set-duty-state"},
    "acknowledge": {"people.acknowledge"},
    # accounts
    "account-register": {"accounts.register"},
    "account-change": {"accounts.change"},
    "account-state": {"accounts.set-state"},
    "account-apply": {"accounts.apply"},
    "application-grant": {"accounts.grant"},
    "application-turn-down": {"accounts.turn-down"},
    "application-withdraw": {"accounts.withdraw-application"},
    "account-set-up": {"accounts.set-up"},
    "account-objective": {"accounts.add-objective"},
    "account-trial": {"accounts.assess-trial"},
    "account-record": {"accounts.record"},
    "account-lodge": {"accounts.lodge-credentials"},
    "account-credentials": {"accounts.see-credentials"},
    "standards-check": {"accounts.record-standards-check"},
    "standing-permission": {"people.give-permission"},
    "exception-give": {"exceptions.give"},
    "exception-end": {"exceptions.take-back"},
    "account-alter": {"accounts.alter"},
    "account-review": {"accounts.review"},
    "account-password": {"accounts.change-password"},
    "account-access": {"accounts.access"},
    "account-close": {"accounts.close"},
    "group-join": {"accounts.join-group"},
    "group-done": {"accounts.group-done"},
    "account-connect": {"accounts.connect"},
    "account-disconnect": {"accounts.disconnect"},
    "account-authorise": {"accounts.authorise"},
    "authorisation-end": {"accounts.end-authorisation"},
    "stop-throw": {"accounts.stop"},
    "stop-lift": {"accounts.lift-stop"},
    # posts
    "posts:new": {"posts.start"},
    "posts:edit": {"posts.save", "posts.attach", "posts.remove-picture"},
    "posts:save": {"posts.save"},
    "posts:submit": {"posts.submit", "posts.publish"},
    "posts:take-over": {"posts.take-over"},
    "posts:take-back": {"posts.withdraw"},
    "posts:copy": {"posts.start"},
    "posts:discard": {"posts.discard"},
    "posts:take-down": {"posts.take-down"},
    "posts:release": {"posts.release"},
    "posts:move": {"posts.reschedule"},
    "posts:settle": {"posts.settle", "posts.settle-removal"},
    "posts:original": {"posts.read-original"},
    "posts:signals": {"people.change-lists"},
    "posts:settled-signals": {"posts.read-settled-signals"},
    # messages
    "message": {"inbox.read"},
    "message-enter": {"inbox.receive"},
    "message-sort": {"inbox.sort"},
    "message-reply": {"inbox.reply"},
    "message-block": {"inbox.block"},
    "measure-lift": {"inbox.unblock"},
    "measure-review": {"inbox.review"},
    "message-take": {"inbox.take"},
    "message-pass-on": {"inbox.pass-on"},
    "message-close": {"inbox.close"},
    "message-reopen": {"inbox.reopen"},
    # what is asked of people
    "posts:say": {"say.answered"},
    "posts:say-confirm": {"say.confirmed"},
    "posts:concerns": {"concern.raised"},
    "posts:questions": {"question.answered"},
    "duty": {"duty.done"},
    "proposal": {"proposal.read"},
    "put-forward": {"moment.put-forward", "moment.report"},
    "report-add": {"conduct.add-to-report", "report.supplemented"},
    "policy-known": {"policies.tell"},
    "proposal-ask": {"say.requested"},
    "proposal-withdraw": {"proposal.withdrawn"},
    "referral": {"referral.read", "referral.taken", "referral.closed"},
    # conduct
    "declare": {"conduct.declare-association"},
    "remind-me": {"conduct.keep-reminder"},
    "reminder": {"conduct.done-reminder"},
    "interest-declare": {"conduct.declare-interest"},
    "interest-begin": {"conduct.begin-interest"},
    "interest-decide": {"conduct.decide-interest"},
    "report": {"conduct.report-breach"},
    "lost-device": {"conduct.report-lost-device"},
    "case": {"conduct.read-case"},
    "case-assess": {"conduct.assess-case"},
    # research
    "research-start": {"research.start"},
    "research": {"research.read"},
    "research-review": {"research.review"},
    "vetting-begin": {"research.check-vetting"},
    "vetting-check": {"research.read-check"},
    "vetting-close": {"research.check-vetting"},
    # the ledger itself
    "evidence:entry": {"evidence.read-entry"},
    "evidence:verify": {"evidence.verify"},
    "evidence:export": {"evidence.export"},
}
#: Acts that a view proposes through a function of its room.
THROUGH = {
    "say.answered": "Answering(",
    "say.confirmed": "confirm_say",
    "posts.submit": "submit(",
    "posts.publish": "submit(",
    "moment.put-forward": "of_moment(",
    "moment.report": "of_moment(",
}
_ROLE = "shows what a role shows of its force's own registers, to people of that role"
_PUBLIC = "shows what the public sees"
#: Name of a route -> why nothing of it is in the ledger.
NOT_RECORDED: dict[str, str] = {
    "home": "a person's own tasks",
    "duties": "a person's own tasks",
    "referrals": "what was passed to a person, by its rule; opening one is recorded",
    "requests": "what a person put forward themself",
    "search": _ROLE,
    "people": _ROLE,
    "accounts": _ROLE,
    "account": _ROLE,
    "account-users": _ROLE,
    "account-records": "what can be recorded, and nothing of what was",
    "applications": "one's own, and what a role shows of its force's own registers",
    "application": "one's own, and what a role shows of its force's own registers",
    "account-connection": _ROLE,
    "stops": _ROLE,
    "posts:list": _ROLE,
    "posts:post": _ROLE,
    "posts:picture": _ROLE,
    "exceptions": "shows exceptions to whoever gives them, has them or may read what they are for",
    "posts:approvals": "what a person is asked for",
    "research-register": "a person's own, and those of the force for whoever answers for them, as numbers",
    "vetting-checks": "for those who check, as numbers",
    "interests": "a person's own, and those of the force for whoever decides on them",
    "interest": "a person's own, and those of the force for whoever decides on them",
    "cases": "what was passed to a person, as numbers",
    "posts:check": "decides what would happen, and stores nothing",
    "policies": "the policy, which everybody may read",
    "policy": "the policy, which everybody may read",
    "clause": "the policy, which everybody may read",
    "policy-part": "the policy, which everybody may read",
    "policy-whole": "the policy, which everybody may read",
    "policy-who": "the policy, which everybody may read: posts and teams, and nobody's name",
    "policy-compare": "policies side by side, which everybody may read",
    "policy-changes": "two versions of a policy, which everybody may read",
    "private-use": "private advice, of which nothing is kept",
    "private-contact": "private advice, of which nothing is kept",
    "notice-read": "puts a person's own notice away",
    "sign-in": "shows nothing; what is done afterwards is recorded",
    "sign-out": "shows nothing",
    "demo-sign-in": "invented people, on the loopback address alone",
    "evidence:ledger": "the ledger without the personal values behind it",
    "evidence:checkpoint": "a number and a hash, which anybody may have",
    "messages": _ROLE,
    "measures": _ROLE,
    "practice:profile": _PUBLIC,
    "practice:send": "a visitor writes to the practice network, which keeps no ledger",
    "practice:comment": "a visitor writes to the practice network, which keeps no ledger",
    "practice:post": _PUBLIC,
    "practice:picture": _PUBLIC,
}
#: Those of them that take a POST all the same.
TAKE_POST = {
    "posts:check",
    "private-use",
    "private-contact",
    "notice-read",
    "sign-in",
    "sign-out",
    "demo-sign-in",
    "practice:send",
    "practice:comment",
}


def routes() -> dict[str, URLPattern]:
    """Every address that Remit answers, by name."""
    found: dict[str, URLPattern] = {}
    for name, pattern in _walk(get_resolver().url_patterns, ""):
        assert name not in found, f"two addresses are called {name}"
        assert not name.endswith(":"), f"{pattern.pattern} has no name"
        found[name] = pattern
    return found


def _walk(patterns: Any, inside: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, f"{inside}{pattern.namespace}:" if pattern.namespace else inside)
        else:
            yield f"{inside}{pattern.name or ''}", pattern


def test_every_address_is_decided_on() -> None:
    """Otherwise a page could show or change something personal and leave no trace."""
    there, decided = set(routes()), set(RECORDED) | set(NOT_RECORDED)
    assert there - decided == set(), "say in this file what these addresses leave in the ledger, or why nothing"
    assert decided - there == set(), "these addresses are gone"
    assert not set(RECORDED) & set(NOT_RECORDED)
    assert all(NOT_RECORDED.values())


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_what_it_records_is_a_registered_action_of_its_view(name: str) -> None:
    """Otherwise the list above could promise what no view does."""
    view = inspect.unwrap(routes()[name].callback)
    source = inspect.getsource(importlib.import_module(view.__module__))
    for action in RECORDED[name]:
        assert actions.words(action)
        act = acts_registered().get(action)
        if act is not None:
            assert THROUGH.get(action, act.__name__) in source, f"{view.__module__} never mentions {act.__name__}"


def test_every_act_of_a_person_has_an_address_or_a_command() -> None:
    """Otherwise an act could be registered that nobody ever decided on here."""
    reached = set().union(*RECORDED.values())
    elsewhere = {
        "inbox.settle-measure": "the worker, after it asked the network",
        "inbox.notice-change": "the worker, when it reads the network again",
        "inbox.erase": "the clock, when a message is no longer kept",
        "accounts.enter-authorisation": "setting up",
        "accounts.enter-records": "setting up",
        "accounts.finish-closing": "the clock, on the day on which an account closes",
        "people.add-force": "setting up",
        "people.add-team": "setting up",
        "people.change-force": "setting up",
        "policies.read-decisions": "remit history",
        "posts.describe-picture": "part of saving a draft",
        "conduct.ask-private-use": "private advice, of which nothing is kept",
        "conduct.ask-contact": "private advice, of which nothing is kept",
    }
    own = {name for name in acts_registered() if not name.startswith("tests.")}
    assert own - reached - set(elsewhere) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(NOT_RECORDED) - TAKE_POST))
def test_what_is_not_recorded_changes_nothing(world: World, name: str) -> None:
    """Otherwise "it only shows something" could be said of an address that changes it."""
    given = {key: _some(converter) for key, converter in routes()[name].pattern.converters.items()}
    answer = signed_in(world.author).post(reverse(name, kwargs=given))
    assert answer.status_code == 405


def _some(converter: Any) -> Any:
    return 1 if "Int" in type(converter).__name__ else "x"


@pytest.mark.django_db
def test_looking_at_a_referral_is_recorded(world: World, auditor: Person) -> None:
    """Otherwise a referral about a colleague could be looked up out of curiosity."""
    referral = Referral.objects.create(
        force="harbour",
        pack="harbour",
        rule="HB-1",
        subject="posts.post:1",
        to_who="nobody",
        made_at=world.clock(),
        taken_by=auditor,
    )
    assert signed_in(auditor).get(f"/referrals/{referral.pk}/").status_code == 200
    line = history("posts.post:1")[-1]
    assert (line.action, line.actor, line.about["referral"]) == ("referral.read", auditor.pseudonym, referral.pk)
    assert signed_in(world.author).get(f"/referrals/{referral.pk}/").status_code == 404
    assert len(history("posts.post:1")) == 1
