"""Who may attempt what: one table of permissions, one of roles, and the one question asked of them.

Permission is not policy: it says whether somebody may try; the packs say whether the act complies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone

from remit.people.models import Person, RoleHeld
from remit.people.register import kept
from remit.sql import number_of

#: Every permission, in words that follow "You may not …".
PERMISSIONS: dict[str, str] = {
    "post.read": "see the force's posts and drafts",
    "post.draft": "draft posts",
    "post.publish": "put a post forward for publication",
    "post.take-down": "take a post down",
    "message.read": "see messages and comments",
    "message.receive": "enter a message that you saw on a network",
    "message.sort": "sort, pass on or close messages",
    "message.reply": "answer messages in the force's name",
    "message.block": "hide comments or block people",
    "moment.put-forward": "put forward what only your force's own policy provides for",
    "say.answer": "answer what you are asked for",
    "duty.complete": "mark a duty as done",
    "account.read": "see the register of accounts",
    "account.register": "add an account to the register",
    "account.change": "change an account's entry in the register",
    "account.authorise": "say who may use an account",
    "account.connect": "connect an account to its network or disconnect it",
    "account.stop": "throw or lift the stop switch",
    "account.apply": "apply for an account",
    "account.decide": "decide on applications for accounts",
    "account.review": "review an account",
    "account.keep": "look after an account: what is recorded about it, its credentials, its groups and its closing",
    "account.access": "ask to look into an account",
    "standards.check": "record a check of somebody's professional standards record",
    "person.read": "see another person's entry in the register",
    "person.change": "add people to the register or change their entries",
    "role.give": "give or end a role",
    "password.set": "set a password",
    "training.record": "record training",
    "device.register": "add a device to the register",
    "force.change": "change what a force has set",
    "signals.change": "change the force's own lists for signals",
    "policy.read": "read the policy",
    "policy.acknowledge": "acknowledge a policy",
    "policy.keep": "record what is known of a policy",
    "duty-state.set": "say whether you are on duty",
    "interest.decide": "decide on a business interest",
    "research.read": "see the register of research",
    "vetting.check": "check social media for vetting",
    "ledger.read": "read the ledger",
    "decision.read": "take out past decisions with their facts",
}

#: What everybody on the register may do in their own force. Whose say is needed is named by a pack, not by a role, and
#: a duty has its owner; the door checks both besides.
EVERYONE = frozenset(
    {"policy.read", "say.answer", "duty.complete", "message.receive", "account.apply", "account.access"}
    | {"moment.put-forward"}
)
#: What everybody may do about themself alone.
OWN = frozenset({"person.read", "policy.acknowledge", "duty-state.set", "password.set"})
#: What the owner of an account may do to it whatever roles they hold.
OWNERS = frozenset({"account.keep"})
#: What may be begun before it is for any account: a role held over one account or team will do until one is chosen.
BEGUN = frozenset({"post.draft"})


@dataclass(frozen=True)
class Role:
    """A role's title, what it may do where it is held, and what it may do only to accounts it is authorised to use."""

    title: str
    may: frozenset[str] = frozenset()
    with_authorisation: frozenset[str] = frozenset()


_PUBLISHING = frozenset({"post.publish", "post.take-down", "message.sort", "message.reply", "message.block"})
_REGISTER_OF_ACCOUNTS = frozenset(
    {"account.read", "account.register", "account.change", "account.authorise", "account.connect"}
    | {"account.decide", "account.review", "account.keep"}
)

ROLES: dict[str, Role] = {
    "author": Role(
        "Author", frozenset({"post.read", "message.read", "post.draft", "account.read"}), with_authorisation=_PUBLISHING
    ),
    "authoriser": Role("Authoriser", frozenset({"post.read", "message.read", "account.read"})),
    "corporate-communications": Role(
        "Corporate Communications",
        frozenset({"post.read", "post.draft", "account.stop", "message.read", "person.read", "training.record"})
        | _PUBLISHING
        | _REGISTER_OF_ACCOUNTS,
    ),
    "account-administrator": Role("Account administrator", frozenset({"person.read"}) | _REGISTER_OF_ACCOUNTS),
    "supervisor": Role(
        "Supervisor",
        frozenset({"post.read", "message.read", "account.read", "account.review", "person.read", "training.record"}),
    ),
    "psd": Role(
        "Professional Standards",
        frozenset({"post.read", "message.read", "account.read", "person.read", "interest.decide"})
        | {"standards.check", "research.read", "vetting.check"},
    ),
    "vetting": Role("Vetting officer", frozenset({"vetting.check"})),
    "covert-authorities": Role("Covert authorities", frozenset({"research.read"})),
    "auditor": Role(
        "Auditor",
        frozenset({"post.read", "message.read", "account.read", "person.read", "ledger.read", "decision.read"}),
    ),
    "policy-officer": Role(
        "Policy officer", frozenset({"person.read", "account.read", "decision.read", "signals.change", "policy.keep"})
    ),
    "control-room": Role(
        "Control room", frozenset({"post.read", "message.read", "account.read", "account.stop", "post.take-down"})
    ),
    "system-administrator": Role(
        "System administrator",
        frozenset({"account.read", "person.read", "person.change", "role.give", "password.set"})
        | frozenset({"device.register", "force.change"}),
    ),
}


@dataclass(frozen=True)
class Scope:
    """What a subject belongs to: its force, its accounts with the team that runs each, or the people it concerns."""

    force: str
    #: Id of the account -> id of the team that runs it, None where none does.
    accounts: Mapping[int, int | None] = field(default_factory=dict)
    #: Teams of the person whom it concerns.
    teams: frozenset[int] = field(default_factory=frozenset)
    people: frozenset[int] = field(default_factory=frozenset)
    #: Owners of its accounts.
    owners: frozenset[int] = field(default_factory=frozenset)


_SCOPES: dict[str, Callable[[int], Scope | None]] = {}


def register_scope(kind: str, scope_of: Callable[[int], Scope | None]) -> None:
    """A room says how the scope of its subjects ("room.model") is found; None when there is no such subject."""
    _SCOPES[kind] = scope_of


@kept
def scope_of(subject: str) -> Scope | None:
    """The scope of "room.model:id"; None where the room registered none or there is no such subject."""
    finder, number = _SCOPES.get(subject.partition(":")[0]), number_of(subject)
    return finder(number) if finder and number is not None else None


def serves(person: Person, today: date) -> bool:
    """Whether somebody is on the register and has not left; the last day counts."""
    return person.is_active and not (person.leaving_on and person.leaving_on < today)


def roles_now(person: Person, today: date) -> list[RoleHeld]:
    """The roles that `person` holds on `today`, both ends included; no query where they were read with the person."""
    return [h for h in person.roles_held.all() if h.since <= today and (h.until is None or h.until >= today)]


def permits(
    person: Person,
    permission: str,
    force: str,
    subject: str = "",
    over: Iterable[str] = (),
    *,
    today: date | None = None,
) -> bool:
    """Whether `person` may attempt what `permission` names in `force`, on `subject` ("room.model:id") if there is one.

    Args:
        over: further subjects that it concerns, such as the accounts for which a draft is to be.
        today: the day in Europe/London unless given.

    A subject of another force is refused whatever the role. Of every account that it concerns, some role must be held
    for the whole force, for that account or for the team that runs it. Raises KeyError on an unknown permission, which
    is a fault of ours and not of the person's.
    """
    return permission in permitted(person, [permission], force, subject, over, today=today)


def permitted(
    person: Person,
    permissions: Iterable[str],
    force: str,
    subject: str = "",
    over: Iterable[str] = (),
    *,
    today: date | None = None,
) -> frozenset[str]:
    """Those of `permissions` to which `permits` says yes, with one look at the registers: for a page of many links."""
    asked = frozenset(permissions)
    if unknown := asked - PERMISSIONS.keys():
        raise KeyError(*unknown)
    today = today or timezone.localdate()
    if not serves(person, today):
        return frozenset()
    held = [held for held in roles_now(person, today) if held.force_id == force]
    # What nothing about the person could allow is not worth a look at the subject.
    asked &= frozenset().union(EVERYONE, OWN, OWNERS, *(_of(h) for h in held))
    scopes = [scope for name in (subject, *over) if asked and name and (scope := scope_of(name)) is not None]
    if any(scope.force != force for scope in scopes):
        return frozenset()
    free: frozenset[str] = frozenset()
    if person.force_id == force:
        owned = any(person.pk in scope.owners for scope in scopes)
        free |= EVERYONE | (OWNERS if owned else frozenset())
        free |= OWN if subject == f"people.person:{person.pk}" else frozenset()
    accounts = {account: team for scope in scopes for account, team in scope.accounts.items()}
    return (asked & free) | {
        permission for permission in asked - free if _by_role(person, permission, held, scopes, accounts, today)
    }


def _by_role(
    person: Person,
    permission: str,
    held: Sequence[RoleHeld],
    scopes: Sequence[Scope],
    accounts: Mapping[int, int | None],
    today: date,
) -> bool:
    """Whether the roles held in a force allow it: over all of the accounts where it concerns any."""
    held = [h for h in held if permission in _of(h)]
    if not accounts:
        return any(permission in ROLES[h.role].may and _reaches(h, permission, scopes, person) for h in held)
    return bool(held) and set(accounts) == _allowed(person, permission, held, accounts, today)


def permitted_accounts(
    person: Person, permission: str, force: str, accounts: Mapping[int, int | None], *, today: date | None = None
) -> set[int]:
    """Those of `accounts` of `force` (id -> team that runs it) over which `permits` says yes, in two questions at most.

    For lists and choices of many accounts. Raises KeyError on an unknown permission.
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    today = today or timezone.localdate()
    if not serves(person, today):
        return set()
    if person.force_id == force and permission in EVERYONE:
        return set(accounts)
    held = [h for h in roles_now(person, today) if h.force_id == force and permission in _of(h)]
    return _allowed(person, permission, held, accounts, today)


def _allowed(
    person: Person, permission: str, held: Sequence[RoleHeld], accounts: Mapping[int, int | None], today: date
) -> set[int]:
    """The accounts that one of these roles reaches, and where it takes an authorisation, the person holds one."""
    here = {
        account: roles
        for account, team in accounts.items()
        if (roles := [h for h in held if h.account_id in (None, account) and h.team_id in (None, team)])
    }
    free = {account for account, roles in here.items() if any(permission in ROLES[h.role].may for h in roles)}
    rest = set(here) - free
    return free | (rest & authorised_accounts(person, today) if rest else set())


def _of(held: RoleHeld) -> frozenset[str]:
    """Everything that the role allows, with an authorisation too; nothing for a post that only a pack names."""
    role = ROLES.get(held.role)
    return role.may | role.with_authorisation if role else frozenset()


def _reaches(held: RoleHeld, permission: str, scopes: Sequence[Scope], person: Person) -> bool:
    """Whether a role reaches what concerns no account: by being held for the whole force, or by the person's team."""
    if held.account_id is None and held.team_id is None:
        return True
    people = frozenset().union(*(scope.people for scope in scopes))
    if permission in BEGUN and people <= {person.pk}:
        return True
    teams = frozenset().union(*(scope.teams for scope in scopes))
    return held.account_id is None and held.team_id in teams


@kept
def authorised_accounts(person: Person, today: date) -> frozenset[int]:
    """Ids of the accounts that `person` holds a live authorisation over on `today`."""
    live = person.grants.filter(kind="authorisation", over__startswith="accounts.account:", ended_at=None)
    live = live.filter(since__lte=today).filter(Q(until=None) | Q(until__gte=today))
    return frozenset(int(over.partition(":")[2]) for over in live.values_list("over", flat=True))


@dataclass(frozen=True)
class Reach:
    """One stretch of the registers that somebody may see or change: a force, or one team or account in it."""

    force: str
    team: int | None = None
    account: int | None = None


def reach(person: Person, permission: str, today: date | None = None) -> list[Reach]:
    """Where `person` may do what `permission` names, from the roles they hold today; empty for a leaver.

    For lists, and to show or leave out a link or a button; the act itself asks `permits` again with its subject.
    Raises KeyError on an unknown permission.
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    today = today or timezone.localdate()
    if not serves(person, today):
        return []
    reaches = [
        Reach(held.force_id, held.team_id, held.account_id)
        for held in roles_now(person, today)
        if permission in _of(held)
    ]
    return [Reach(person.force_id), *reaches] if permission in EVERYONE else reaches


def whole_and_parts(person: Person, permission: str) -> tuple[frozenset[str], list[Reach]]:
    """`reach` as lists ask for it: the forces reached as a whole, and teams and accounts of other forces."""
    reaches = reach(person, permission)
    whole = frozenset(each.force for each in reaches if each.team is None and each.account is None)
    return whole, [each for each in reaches if each.force not in whole]


def may_somewhere(person: Person, permission: str, today: date | None = None) -> bool:
    """Whether `reach` finds anywhere at all."""
    return bool(reach(person, permission, today))


def role_title(role: str) -> str:
    """The title of a role of Remit's own, or of a post that only a pack names ("Senior investigating officer")."""
    return ROLES[role].title if role in ROLES else role.replace("-", " ").capitalize()
