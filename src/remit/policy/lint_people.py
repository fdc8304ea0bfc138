"""What the lint says of people: teams, roles and grades that nobody has, and reports that reach nobody."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from remit.policy.decide import facts_read
from remit.policy.faults import Fault, Place, nearest
from remit.policy.language import Condition
from remit.policy.lint_time import within
from remit.policy.packs import Library, Pack, Rule
from remit.policy.tree import Call, Literal, Name, walk

#: What one person can be to another, whatever their part.
RELATIONS = ("line_manager", "second_line_manager", "head_of_department", "supervisor", "self")
#: What is known of what takes part and is nobody.
RELATIONS_OF = {
    "account": ("owner", "manager", "administrator", "users"),
    "application": ("decision_maker",),
    "incident": ("officer_in_charge", "senior_investigating_officer"),
    "post": ("author", "requester", "document_owner"),
}
#: Ranks and grades that can be chosen in the register of people.
GRADES = (
    *("constable", "pcso", "special_constable", "sergeant", "inspector", "chief_inspector", "superintendent"),
    *("chief_superintendent", "assistant_chief_constable", "deputy_chief_constable", "chief_constable"),
    *("band_1", "band_2", "band_3", "band_4", "m1", "m2"),
)
#: Standing permissions that other pages of Remit give.
GRANTED_ELSEWHERE = frozenset(
    {"authorisation", "delegation", "licence", "audit-licence", "written-approval", "native-access", "see-credentials"}
)
#: How alike two names are for one to be taken for the other, misspelt.
_ALIKE = 0.85


def misspelt(library: Library, pack: Pack) -> Iterator[Fault]:
    """A team, role or relation that no other policy names, and that is very like one which others do."""
    for found_by in ("team", "role", "relation"):
        known = {
            name for other in library.packs.values() if other.name != pack.name for name in _named(other, found_by)
        }
        for who in pack.who.values():
            name = getattr(who, found_by)
            if name and name not in known and (close := _like(name, known)):
                message = f'The {found_by} "{name}" of {who.key} is in no other policy.'
                remedy = f'Did you mean "{close}"? If it is another {found_by}, give it a name less like that one.'
                yield Fault(who.place, message, remedy, "warning")


def misspelt_in_tests(library: Library, pack: Pack, conditions: list[Condition]) -> Iterator[Fault]:
    """'corporate-comunications' in actor.teams: a team or role very like another's, or a team that nothing makes."""
    every = [*library.packs.values(), pack]
    # `remit force add` makes the teams that the policies of a force name in `who`, and no others.
    made = {team for other in every if {*other.forces} & {*pack.forces} for team in _named(other, "team")}
    for condition in conditions:
        for node, found_by, name in tested(condition):
            known = {known for other in every for known in _named(other, found_by)}
            if name not in known and (close := _like(name, known)):
                message = f'No policy has the {found_by} "{name}".'
                yield Fault(within(condition, node.offset), message, f'Did you mean "{close}"?', "warning")
            elif found_by == "team" and name not in made:
                message = f'No post of who has the team "{name}", so no force has it and this is always no.'
                remedy = f"Add to who: {{title: …, team: {name}}}, and the team is made with the force."
                yield Fault(within(condition, node.offset), message, remedy, "warning")


def tested(condition: Condition) -> Iterator[tuple[Call, str, str]]:
    """(test, "team" or "role", name) for each `'name' in actor.teams` and the like."""
    for node in walk(condition.tree):
        match node:
            case Call("in", (Literal(str() as name), Name(fact))) if fact.endswith((".teams", ".roles")):
                yield node, fact.rsplit(".", 1)[1].removesuffix("s"), name


def unknown_relations(pack: Pack) -> Iterator[Fault]:
    """A relation, or a part in the cast, that Remit does not know: the post would be found by a role of that name."""
    cast = {part for moment in pack.vocabulary.moments.values() for part in moment.cast}
    for who in pack.who.values():
        parts = cast | set(RELATIONS_OF)
        of = who.of if who.relation else (who.of or "").removesuffix(".force")  # "the applicant's force"
        if of and of not in (parts if who.relation else parts | set(pack.forces)):
            message = f'Of {who.key}, "{who.of}" is nobody and nothing that takes part.'
            yield Fault(who.place, message, f"Use one of: {', '.join(sorted(parts))}.")
        elif who.relation:
            every = {*RELATIONS, *(name for names in RELATIONS_OF.values() for name in names), *cast}
            known = RELATIONS_OF.get(who.of, RELATIONS) if who.of else sorted(every)
            if who.relation not in known:
                message = f'There is no relation "{who.relation}" of {who.of or "anybody"}.'
                remedy = f"Use one of: {', '.join(known)}. Whoever holds a role is found by role: instead."
                yield Fault(who.place, message, remedy)


def unknown_grades(pack: Pack) -> Iterator[Fault]:
    """A grade that cannot be chosen in the register: nobody would ever be found by it."""
    for who in pack.who.values():
        for grade in who.grades:
            if grade not in GRADES:
                message = f'The register of people has no grade "{grade}", which {who.key} names.'
                meant = nearest(grade.replace(" ", "_"), GRADES)
                yield Fault(
                    who.place, message, f"{meant} Whoever holds a rank that it does not have is found by role:."
                )


def chosen_by_nobody(library: Library, pack: Pack) -> Iterator[Fault]:
    """A value that the folder of `pack` adds to the list by which another policy, or this one, passes something on."""
    for other in library.packs.values():
        for rule in other.rules:
            for effect in rule.then:
                fact = other.vocabulary.facts.get(effect.fact or "") if effect.choices else None
                for value, file in fact.added.items() if fact else ():
                    ours = other.name == pack.name or Path(file).parents[1] == Path(pack.folder).parent
                    if ours and value.replace("_", "-") not in effect.choices:
                        message = f'"{value}", added to {effect.fact}, is no choice of {other.name} {rule.id}.'
                        remedy = "There it reaches nobody. Add a fact of your own instead, or a choice of that name."
                        yield Fault(Place(file), message, remedy, "warning")


def _named(pack: Pack, found_by: str) -> Iterator[str]:
    yield from (name for who in pack.who.values() if (name := getattr(who, found_by)))


def _like(name: str, known: set[str]) -> str:
    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=_ALIKE)), "")


def given_by_nobody(pack: Pack) -> Iterator[Fault]:
    """An exception by grant that no page gives, as its policy does not say who may."""
    for rule in pack.rules:
        for exemption in rule.unless:
            known = exemption.grant in pack.grants or exemption.grant in GRANTED_ELSEWHERE
            # What an account may be excepted from is recorded on its page, by whoever decides about accounts.
            if exemption.grant and not known and not any(moment.startswith("account.") for moment in rule.moments):
                message = f'Nobody can give the exception "{exemption.grant}": policy.yaml does not say who may.'
                remedy = f"Add to grants: {exemption.grant}: {{title: …, for: account, who: …, clause: …}}."
                yield Fault(exemption.condition.place, message, remedy, "warning")


def unheard_reports(library: Library, pack: Pack) -> Iterator[Fault]:
    """A report about somebody that is passed on only once something is answered: until then it would reach nobody."""
    for name, moment in library.vocabulary.moments.items():
        routes = [
            (rule, effect)
            for rule in pack.rules
            if name in rule.moments and rule.mode in ("enforce", "warn")
            for effect in rule.then
            if effect.kind == "route"
        ]
        if moment.kind != "report" or "subject" not in moment.cast or not routes:
            continue
        waits = [sorted(_perhaps_unknown(library, pack, rule) - set(moment.needs)) for rule, _ in routes]
        unmeant = [number for number, (_, effect) in enumerate(routes) if not effect.waits_knowingly]
        if unmeant and all(waits) and not any(effect.goes_unknown for _, effect in routes):
            first = unmeant[0]
            _, effect = routes[first]
            message = f"At {name} this pack passes nothing on until somebody answers {', '.join(waits[first])}."
            remedy = (
                "Add if_unknown: go to a route that is safe whatever the answer, or a route without a test; where none "
                "is and waiting is meant, write if_unknown: wait on each."
            )
            yield Fault(effect.place, message, remedy, "warning")


def _perhaps_unknown(library: Library, pack: Pack, rule: Rule) -> set[str]:
    """The facts of a rule's tests that may be unknown when a report is made."""
    conditions = [*rule.conditions]
    named = {name for condition in conditions for name in condition.facts} & facts_read(pack, rule)
    settled = {f"concern.{key}" for key, concern in library.vocabulary.concerns.items() if not concern.ask_always}
    settled |= {*pack.parameters, *pack.setting_defaults, *pack.definitions}
    return {name for name in named - settled if not pack.vocabulary.facts[name].has_default}
