"""What a decision says, as a page shows it: its findings in their order, whose say is asked for, what is to be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from remit.acts.packs import library
from remit.policy.decide import rules_at
from remit.policy.decision import Decision
from remit.policy.packs import BLOCKING, Pack
from remit.web.shell import pack_as_of


def grouped(findings: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """For `web/components/findings.html`: what bites, what may yet bite, what only advises, and exceptions."""
    strong = [f for f in findings if f["effect"] in BLOCKING or f["effect"] == "warn"]
    return {
        "biting": [f for f in strong if f["verdict"] == "fired"],
        "open": [f for f in strong if f["verdict"] == "unknown"],
        "advising": [f for f in findings if f not in strong and f["verdict"] == "fired"],
        "exempt": [f for f in findings if f["verdict"] == "exempt"],
    }


def turning_on(packs: Iterable[Pack], moment: str, members: Collection[str]) -> frozenset[str]:
    """Ids of the rules at `moment` that turn on what a register says of one of the `members` of a cast."""
    first = tuple(f"{member}." for member in members)
    return frozenset(
        rule.id
        for pack in (packs if first else ())
        for rule, names in rules_at(pack, moment)
        for fact in (pack.vocabulary.facts.get(name) for name in names if name.startswith(first))
        if fact is not None and fact.supplier == "register"
    )


def without(
    findings: Sequence[dict[str, Any]], rules: Collection[str], whom: Iterable[Any], remedy: str
) -> list[dict[str, Any]]:
    """`findings` with one line for all those of `rules`, which tell of people of whom their reader may learn nothing.

    Which of these rules bites would tell as much as its lines.
    """
    left = [finding for finding in findings if finding["rule"] not in rules]
    if len(left) == len(findings):
        return left
    told = [f for f in findings if f["rule"] in rules and f["verdict"] != "exempt" and f["effect"] in BLOCKING]
    first = min(told, key=lambda f: f["verdict"] != "fired", default={"effect": "show", "verdict": "fired"})
    hidden = {
        "rule": "untold",
        "title": f"Something turns on what the register says of {' and '.join(str(person) for person in whom)}",
        "remedy": remedy,
        "effect": first["effect"],
        "verdict": first["verdict"],
        "clauses": (),
        "lines": (),
    }
    return [*left, hidden]


def cited_in(packs: Sequence[Mapping[str, str]]) -> str:
    """What addresses call the policy of a decision or of an entry, the first of them, as it was then; "" for none."""
    return pack_as_of(packs[0]["pack"], packs[0].get("digest", "")) if packs else ""


def as_decided(decision: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings of a decision's JSON, each with the policy that it cites as it was when it was decided."""
    packs = decision.get("packs", [])
    first = cited_in(packs)
    found = [{"pack": first, **finding} for finding in decision.get("findings", [])]
    if len(packs) > 1:
        loaded = library().packs
        for finding in found:
            for each in packs:
                if each["pack"] in loaded and loaded[each["pack"]].clauses.keys() & set(finding["clauses"]):
                    finding["pack"] = cited_in([each])
                    break
    return found


def asked_next(decision: Decision, packs: Iterable[Pack]) -> list[str]:
    """Whose say is asked for before it goes ahead, by title."""
    by_name, titles = {pack.name: pack for pack in packs}, []
    for say in decision.says:
        pack = by_name.get(say.get("pack", ""))
        if say.get("when") != "after" and pack is not None and say["key"] in pack.says:
            titles += [pack.who[key].title for key in pack.says[say["key"]].who if key in pack.who]
    return list(dict.fromkeys(titles))


def title_of(say: str, packs: Iterable[Pack]) -> str:
    """What a say is called."""
    return next((pack.says[say].title for pack in packs if say in pack.says), say)


def texts_to_read(decision: Decision, acknowledged: Collection[str]) -> list[dict[str, Any]]:
    """The decision's guidance, each text with `to_tick` (it has to be accepted first) and `ticked` (it has been)."""
    ticks = {f.rule for f in decision.findings if f.effect == "acknowledge" and f.verdict != "exempt"}
    clauses = {clause for f in decision.findings if f.rule in ticks for clause in f.clauses}
    return [
        {**text, "to_tick": bool(clauses & set(text["clauses"])), "ticked": text["text"] in acknowledged}
        for text in decision.guidance
    ]
