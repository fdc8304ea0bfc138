"""`remit baselines`: the named sets of facts that cases and `remit decide` start from."""

from __future__ import annotations

import click

from remit.terminal import console, holding, json_option, load_library, pack_named, print_json, table


@click.command("baselines")
@click.argument("word", required=False)
@click.option("--pack", "name", help="With what this pack lays over them, and the sets of its own.")
@json_option
def command(word: str | None, name: str | None, as_json: bool) -> None:
    """List the baselines, each with its facts, as cases and `remit decide --baseline` use them.

    WORD narrows the list: any word of a baseline's name or of its facts' names.
    """
    from remit.policy.facts import write_facts
    from remit.policy.words import value_words

    library = load_library()
    known = pack_named(library, name, "--pack").baselines if name else library.vocabulary.baselines
    chosen = holding(word, sorted(known), lambda key: (key, *known[key]))
    if not chosen:
        remedy = "Try another word, or none for the whole list; --pack adds a pack's own."
        raise click.UsageError(f'No baseline speaks of "{word}". {remedy}')
    if as_json:
        print_json({key: write_facts(known[key]) for key in chosen})
        return
    listed = table("Baseline", "Fact", "Value")
    for key in chosen:
        for number, (fact, value) in enumerate(sorted(known[key].items())):
            listed.add_row("" if number else key, fact, value_words(value))
    console().print(listed)
