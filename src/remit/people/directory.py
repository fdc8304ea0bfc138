"""Who is meant: resolves a pack's `who` to people of the right force, and answers the door's question of permission.

This is `acts.directory.Directory`, set in `PeopleConfig.ready()`: the kernel knows no room, so this room comes to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from remit.acts.models import Grant
from remit.people import permissions, register
from remit.people.facts import RunByTeam, person_facts
from remit.people.models import Person, RoleHeld
from remit.policy.packs import Pack, Who

#: Who took part: "proposer", "actor", "subject", "author" … -> a person; "account", "incident" … -> what has relations.
Cast = Mapping[str, Any]

#: A sweep's reading of the register.
read_once = register.read_once


def packs_in_use(force: str) -> list[str]:
    """Names of the packs that a force applies, as its register entry lists them; none for a force we do not know."""
    return list(register.policies_of(force)[0])


def settings_of(force: str) -> dict[str, Any]:
    """What a force answered to the settings its packs ask for, by setting name; empty for a force we do not know."""
    return dict(register.policies_of(force)[1])


def permits(person: Person, permission: str, force: str, subject: str = "", over: Iterable[str] = ()) -> bool:
    """`permissions.permits`, today."""
    return permissions.permits(person, permission, force, subject, over)


def refusal_words(permission: str) -> str:
    """Why somebody may not do what `permission` names, and whose role it takes."""
    may = [role.title for role in permissions.ROLES.values() if permission in role.may | role.with_authorisation]
    what = permissions.PERMISSIONS[permission]
    if permission in permissions.OWN and not may:
        return f"You may not {what} for somebody else: it is theirs to do."
    words = f"You may not {what} here."
    return f"{words} It takes the role of {_either(may)}, held for this part of the force." if may else words


def _either(titles: list[str]) -> str:
    return " or ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)


def holders(force: str, pack: Pack, who_key: str, cast: Cast, today: date | None = None) -> list[Person]:
    """The people whom `who_key` of `pack` means, in the order of the register; empty when nobody is.

    Found in `force`, the force of the proposal, unless the post says `of` a cast member (that person's force) or names
    a force itself. `never` takes out the cast members and the holders of other posts that it names. Where nobody is
    left, the stand-ins of `else` are tried in turn. Raises KeyError where the pack names no such post.
    """
    return _holders(force, pack, who_key, cast, today or timezone.localdate(), seen=frozenset())


def facts_of(person: Person, cast_as: str, account: RunByTeam | None, now: datetime) -> dict[str, Any]:
    """What is known of `person`, each fact behind `cast_as`; about `account` as well where it is about one."""
    return person_facts(person, cast_as, account, now=now)


def person_named(force: str, words: str) -> Person | None:
    """Whoever serves in `force` under a number ("4417"), as they are shown ("PC 4417") or as "people.person:12".

    None where nobody or several do.
    """
    kind, _, number = words.strip().rpartition(":")
    here = register.serving(force, timezone.localdate())
    if kind:
        found = here.filter(pk=number) if kind == "people.person" and number.isdigit() else here.none()
    else:
        found = here.filter(Q(shoulder_number__iexact=number) | Q(display_name__iexact=number))
    people = list(found[:2])
    return people[0] if len(people) == 1 else None


def _holders(force: str, pack: Pack, who_key: str, cast: Cast, today: date, seen: frozenset[str]) -> list[Person]:
    who = pack.who[who_key]
    seen |= {who_key}
    never = _never(force, pack, who, cast, today, seen)
    found = [person for person in _found(who, _force_of(who, force, cast), cast, today) if person.pk not in never]
    if found:
        return found
    for stand_in in who.otherwise:
        if stand_in not in seen and (found := _holders(force, pack, stand_in, cast, today, seen)):
            return [person for person in found if person.pk not in never]
    return []


def _found(who: Who, force: str, cast: Cast, today: date) -> list[Person]:
    if who.relation:
        return _related(who.relation, who.of, force, cast, today)
    if who.team:
        return register.of_team(who.team, force, today)
    if who.grades:
        return register.of_grades(tuple(who.grades), force, today)
    return _with_role(who.role or who.key, force, today, cast)


def _with_role(role: str, force: str, today: date, cast: Cast) -> list[Person]:
    """Holders of `role` for `force`, from whichever force they come.

    A role that is held over one account or team alone counts only where that account takes part in what is asked, or
    somebody of that team does.
    """
    found = register.held(role.replace("_", "-"), force, today)
    if any(held.account_id or held.team_id for held in found):
        accounts, teams = _part_of(cast)
        found = [h for h in found if h.account_id in (None, *accounts) and (h.team_id is None or h.team_id in teams)]
    return _people_of(found)


def _over(
    role: str, force: str, today: date, *, teams: Collection[int | None] = (), account: int | None = None
) -> list[Person]:
    """Holders of `role` over one of these teams, or over that account."""
    found = register.held(role, force, today)
    return _people_of(h for h in found if (h.account_id == account if account else h.team_id in teams))


def _people_of(found: Iterable[RoleHeld]) -> list[Person]:
    return list(dict.fromkeys(held.person for held in found))


def _part_of(cast: Cast) -> tuple[list[int], set[int]]:
    """Ids of the account that takes part, and of the teams of it and of the people who do."""
    account = cast.get("account")  # has no number while it is only applied for
    number, run_by = getattr(account, "pk", None), getattr(account, "team_id", None)
    people = {person.pk for value in cast.values() for person in _people(value)}
    teams = register.teams_of(*sorted(people))
    return [number] if number else [], {*teams, run_by} if run_by else {*teams}


def _force_of(who: Who, force: str, cast: Cast) -> str:
    if not who.of or who.relation:
        return force
    member = cast.get(who.of.removesuffix(".force"))
    if isinstance(member, Person):
        return member.force_id
    return who.of if who.of in register.forces() else force


def _never(force: str, pack: Pack, who: Who, cast: Cast, today: date, seen: frozenset[str]) -> set[int]:
    """Keys of the people who may not be asked."""
    out = set()
    for name in who.never:
        if name in cast:
            out |= {person.pk for person in _people(cast[name])}
        elif name in pack.who and name not in seen:
            out |= {person.pk for person in _holders(force, pack, name, cast, today, seen)}
    return out


def _people(value: Any) -> Iterable[Person]:
    if isinstance(value, Person):
        return [value]
    return [member for member in value if isinstance(member, Person)] if isinstance(value, (list, tuple)) else []


def _related(relation: str, of: str | None, force: str, cast: Cast, today: date) -> list[Person]:
    """`relation` of a cast member. What the cast cannot tell is asked of the holders of the role of that name."""
    member = cast.get(of or "subject")
    if isinstance(member, Person):
        finder = RELATIONS.get(relation)
        return _still_serving(finder(member, today) if finder else [], today)
    number = getattr(member, "pk", None)
    if of == "account" and number and (named := OF_ACCOUNTS.get(relation)):
        return _still_serving(named(number, force, today), today)
    if member is None or relation in cast:
        given = cast.get(relation)  # "requester of post": the act, or whoever names them, has said who that is
    else:
        given = member.get(relation) if isinstance(member, Mapping) else getattr(member, relation, None)
    return _still_serving(_people(given), today) or _with_role(relation, force, today, cast)


def _still_serving(people: Iterable[Person], today: date) -> list[Person]:
    return [person for person in people if permissions.serves(person, today)]


def _line_manager(person: Person, today: date) -> list[Person]:
    return [person.line_manager] if person.line_manager else []


def _second_line_manager(person: Person, today: date) -> list[Person]:
    return _line_manager(person.line_manager, today) if person.line_manager else []


def _head_of_department(person: Person, today: date) -> list[Person]:
    """Whoever holds the role over a team that the person belongs to."""
    return _over("head-of-department", person.force_id, today, teams=register.teams_of(person.pk))


def _supervisor(person: Person, today: date) -> list[Person]:
    """Supervisors of the person's teams; the line manager where no team has one."""
    found = _over("supervisor", person.force_id, today, teams=register.teams_of(person.pk))
    return found or _line_manager(person, today)


def _self(person: Person, today: date) -> list[Person]:
    return [person]


def _administrators(account: int, force: str, today: date) -> list[Person]:
    """Whoever holds the role over that account."""
    return _over("account-administrator", force, today, account=account)


def _users(account: int, force: str, today: date) -> list[Person]:
    """Whoever is authorised to use that account."""
    live = Grant.objects.filter(kind="authorisation", over=f"accounts.account:{account}", ended_at=None)
    live = live.filter(since__lte=today).filter(Q(until=None) | Q(until__gte=today))
    return list(Person.objects.filter(pk__in=live.values("person")))


#: Whom the registers name for an account; any other relation of it is read from the account by name.
OF_ACCOUNTS: dict[str, Callable[[int, str, date], list[Person]]] = {
    "administrator": _administrators,
    "users": _users,
}
#: What one person can be to another. A relation of something else (an account, an incident) is read from it by name.
RELATIONS: dict[str, Callable[[Person, date], list[Person]]] = {
    "line_manager": _line_manager,
    "second_line_manager": _second_line_manager,
    "head_of_department": _head_of_department,
    "supervisor": _supervisor,
    "self": _self,
}
