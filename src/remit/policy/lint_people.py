"""What the lint says of people: teams and roles spelt as nobody else spells them, and reports that reach nobody."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from remit.policy.decide import facts_read
from remit.policy.faults import Fault
from remit.policy.language import Condition
from remit.policy.lint_time import within
from remit.policy.packs import Library, Pack, Rule
from remit.policy.tree import Call, Literal, Name, walk

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
    """'corporate-comunications' in actor.teams: a team or role that no post has, and very like one that some have."""
    every = list(library.packs.values())
    for condition in conditions:
        for node in walk(condition.tree):
            match node:
                case Call("in", (Literal(str() as name), Name(fact))) if fact.endswith((".teams", ".roles")):
                    found_by = fact.rsplit(".", 1)[1].removesuffix("s")
                    known = {known for other in (*every, pack) for known in _named(other, found_by)}
                    if name not in known and (close := _like(name, known)):
                        message = f'No policy has the {found_by} "{name}".'
                        yield Fault(within(condition, node.offset), message, f'Did you mean "{close}"?', "warning")


def _named(pack: Pack, found_by: str) -> Iterator[str]:
    yield from (name for who in pack.who.values() if (name := getattr(who, found_by)))


def _like(name: str, known: set[str]) -> str:
    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=_ALIKE)), "")


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
        if all(waits) and not any(effect.goes_unknown for _, effect in routes):
            _, effect = routes[0]
            message = f"At {name} this pack passes nothing on until somebody answers {', '.join(waits[0])}."
            remedy = "Add if_unknown: go to a route that is safe whatever the answer, or a route without a test."
            yield Fault(effect.place, message, remedy, "warning")


def _perhaps_unknown(library: Library, pack: Pack, rule: Rule) -> set[str]:
    """The facts of a rule's tests that may be unknown when a report is made."""
    conditions = [*rule.when, *(exemption.condition for exemption in rule.unless)]
    named = {name for condition in conditions for name in condition.facts} & facts_read(pack, rule)
    settled = {f"concern.{key}" for key, concern in library.vocabulary.concerns.items() if not concern.ask_always}
    settled |= {*pack.parameters, *pack.setting_defaults, *pack.definitions}
    return {name for name in named - settled if not pack.vocabulary.facts[name].has_default}
