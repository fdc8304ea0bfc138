"""People whom a post names anew for each act: a pack's `chosen_by`. The answer to one question is that person.

For `who: {relation: decision_maker, of: application, chosen_by: …}` the question is the fact
`application.decision_maker`, and only the holders of the post in `chosen_by` may answer it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from remit.acts.act import ActRefused
from remit.acts.directory import get_directory
from remit.acts.models import Proposal
from remit.policy.packs import Pack, Who


def chosen_posts(packs: Iterable[Pack]) -> dict[str, tuple[Pack, Who]]:
    """The posts of these packs that somebody names, by the fact whose answer names them."""
    return {
        f"{who.of}.{who.relation}": (pack, who)
        for pack in packs
        for who in pack.who.values()
        if who.chosen_by and who.relation
    }


def read_named(value: Any, who: Who, force: str, cast: Mapping[str, Any]) -> str:
    """The person whom an answer names, as "people.person:12".

    Raises:
        ActRefused: nobody serving in the force is called so, or the pack says that it may not be them.
    """
    person = get_directory().person_named(force, str(value))
    if person is None:
        raise ActRefused(
            f"Nobody on the force's register has the number {value}.",
            "Give a shoulder or staff number from the register.",
        )
    barred = [member for name in who.never for member in _each(cast.get(name))]
    if person in barred:
        raise ActRefused(f"{person} takes part in this, so it may not be them.", "Name somebody else.")
    return f"people.person:{person.pk}"


def named(proposal: Proposal, packs: Iterable[Pack]) -> dict[str, Any]:
    """Who has been named for a proposal, by the relation that packs use."""
    found = {}
    for fact, (_, who) in chosen_posts(packs).items():
        value = proposal.settled.get(fact)
        person = get_directory().person_named(proposal.force, str(value)) if value else None
        if person is not None and who.relation:
            found[who.relation] = person
    return found


def _each(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
