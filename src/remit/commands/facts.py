"""`remit facts`: every fact that a policy may ask about."""

from __future__ import annotations

import click

from remit.policy.facts import write_value
from remit.policy.vocabulary import Fact
from remit.terminal import console, holding, json_option, load_vocabulary, print_json, table


@click.command("facts")
@click.argument("word", required=False)
@json_option
def command(word: str | None, as_json: bool) -> None:
    """List the facts of the vocabulary: name, type, meaning, who supplies it.

    WORD narrows the list: a group (post, actor …), or any word of a fact's name, meaning, question, values or fields.
    """
    facts = load_vocabulary().facts
    groups = sorted({fact.group for fact in facts.values()})
    ordered = [facts[name] for name in sorted(facts)]
    if word in groups:
        chosen = [fact for fact in ordered if fact.group == word]
    else:
        chosen = holding(
            word,
            ordered,
            lambda fact: (
                fact.name,
                fact.label,
                fact.question,
                *_choices(fact),
                *(c for f in fact.fields.values() for c in _choices(f)),
            ),
        )
    if not chosen:
        raise click.UsageError(f'No fact speaks of "{word}". Try another word, or a group: {", ".join(groups)}.')
    if as_json:
        print_json([describe(fact) for fact in chosen])
        return
    listed = table("Fact", "Type", "Meaning", "From")
    for fact in chosen:
        listed.add_row(fact.name, _typed(fact), fact.label, fact.supplier)
        for key, part in fact.fields.items():
            listed.add_row(f"  · {key}", _typed(part), part.label, "")
    console().print(listed)
    console().print(f"\n{len(chosen)} facts. `remit facts --json` has their questions and what their values mean.")


def _choices(fact: Fact) -> tuple[str, ...]:
    """The words by which a fact's values and fields are found."""
    return (*fact.values, *fact.values.values(), *fact.fields)


def _typed(fact: Fact) -> str:
    return f"{fact.type}: {', '.join(fact.values)}" if fact.values else fact.type


def describe(fact: Fact) -> dict[str, object]:
    """The fact as JSON: everything a program needs to ask for it and to check an answer."""
    return {
        "name": fact.name,
        "group": fact.group,
        "type": fact.type,
        "label": fact.label,
        "not": fact.negative,
        "question": fact.question,
        "from": fact.supplier,
        "keep": "frozen" if fact.frozen else "live",
        "values": dict(fact.values),
        "fields": {name: describe(field) for name, field in fact.fields.items()},
        "standing": fact.standing,
        "sensitive": fact.sensitive,
        **({"default": write_value(fact.default)} if fact.has_default else {}),
        **({"follows": dict(zip(("fact", "values", "is"), fact.follows, strict=True))} if fact.follows else {}),
    }
