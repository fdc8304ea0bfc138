"""What is next for an account in the state that it is in, for the person who looks at its page.

Which steps there are before it goes live is read from the force's own policy: what its rules turn on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.accounts.records import KINDS, recorded_facts
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.policy.decide import rules_at
from remit.web.dates import say_day


@dataclass(frozen=True)
class Step:
    """One thing to do: its words, where it is done ("" where the viewer may not), and what is known of it."""

    words: str
    href: str = ""
    done: bool = False
    note: str = ""


#: The moments of an account's life.
MOMENTS = (
    "account.setup",
    "account.trial",
    "account.monitor",
    "account.review",
    "account.change",
    "account.close",
    "user.leave",
)
#: Before it goes live: the fact that shows it is done, words, page, permission.
_BEFORE = (
    (
        "account.communications_consulted_on",
        "Consult the communications department",
        "record/communications-consulted",
        "account.keep",
    ),
    ("account.login_lodged", "Lodge the username and password", "credentials/lodge", "account.keep"),
    ("account.corporate_access", "Give Corporate Communications access", "record/corporate-access", "account.keep"),
    ("trial.objectives", "Set the objectives of the trial", "objective", "account.keep"),
)


def steps(account: Account, may: frozenset[str]) -> list[Step]:
    """What is next for `account`, the first thing first; `may` is what the viewer may do to it."""
    facts = recorded_facts(account)
    if account.state == Account.State.SETTING_UP:
        return _setting_up(account, may, facts)
    if account.state == Account.State.TRIAL:
        return _trial(account, may, facts)
    if account.state == Account.State.CLOSED:
        return []
    return _in_use(account, may, facts)


#: What can be done about an account in use: words, page, permission.
_DOINGS: tuple[tuple[str, str, str], ...] = (
    ("Change something about it", "alter", "account.change"),
    ("Review it", "review", "account.review"),
    ("Change its password", "password", "account.access"),
    ("Lodge its username and password", "credentials/lodge", "account.keep"),
    ("Look into it: its credentials, its messages, its network’s own site", "access", "account.access"),
    ("Join a group with it", "groups/join", "account.keep"),
    ("Close it", "close", "account.keep"),
)


def doings(account: Account, may: frozenset[str]) -> list[tuple[str, str]]:
    """What can be done about an account that is not closed, by whoever has the permissions of `may`: words and page."""
    rows = _DOINGS if account.in_use else ()
    found = [(words, _href(account, may, page, permission)) for words, page, permission in rows]
    return [(words, href) for words, href in found if href]


def turns_on(account: Account, *moments: str) -> set[str]:
    """The facts that the force's policy reads at these moments."""
    rules = [rule for pack in packs_of(account.force_id) for moment in moments for rule in rules_at(pack, moment)]
    return set().union(*(names for _, names in rules))


def recorded_for(account: Account) -> list[str]:
    """The kinds of record of which the force's policy reads something at some moment of an account's life."""
    read = turns_on(account, *MOMENTS)
    return [key for key, kind in KINDS.items() if kind.fact in read]


def _href(account: Account, may: frozenset[str], page: str, permission: str) -> str:
    return f"/accounts/{account.pk}/{page}" if permission in may else ""


def _setting_up(account: Account, may: frozenset[str], facts: dict[str, Any]) -> list[Step]:
    read = turns_on(account, "account.setup", "account.monitor")
    found = [
        Step(words, _href(account, may, page, permission), bool(facts.get(fact)), _day(facts.get(fact)))
        for fact, words, page, permission in _BEFORE
        if fact in read
    ]
    waiting = Proposal.objects.filter(subject=subject_of(account), act="accounts.set-up", state=Proposal.State.OPEN)
    last = "It goes on by itself once the rest is there." if waiting.exists() else "Nobody can publish from it before."
    return [*found, Step("Set the account up", _href(account, may, "set-up", "account.change"), note=last)]


def _trial(account: Account, may: frozenset[str], facts: dict[str, Any]) -> list[Step]:
    ends, result = facts.get("trial.ends_on"), facts.get("trial.result")
    found = []
    if "trial.objectives" in turns_on(account, "account.trial"):
        href, set_ = _href(account, may, "objective", "account.keep"), bool(facts.get("trial.objectives"))
        found.append(Step("Set the objectives of the trial", href, set_))
    assessed = Step(
        "Assess the trial",
        _href(account, may, "trial", "account.review"),
        result == "successful",
        f"It ends on {say_day(ends)}." if ends else "",
    )
    found.append(assessed)
    if result == "successful":
        found.append(Step("Put it live", _href(account, may, "state", "account.change")))
    if result == "unsuccessful":
        found.append(Step("Close it", _href(account, may, "close", "account.keep")))
    return found


def _in_use(account: Account, may: frozenset[str], facts: dict[str, Any]) -> list[Step]:
    reviewed, lodged = facts.get("account.last_reviewed_on"), facts.get("account.login_lodged")
    found = []
    if not lodged and "account.login_lodged" in turns_on(account, "account.monitor"):
        found.append(Step("Lodge the username and password", _href(account, may, "credentials/lodge", "account.keep")))
    note = f"Last reviewed on {say_day(reviewed)}." if reviewed else "Not reviewed yet."
    found.append(Step("Review it", _href(account, may, "review", "account.review"), note=note))
    return found


def _day(value: Any) -> str:
    return say_day(value) if isinstance(value, date) else ""
