"""`remit concerns`: what content can show or say, one taxonomy for every policy."""

from __future__ import annotations

import click

from remit.terminal import console, holding, json_option, load_vocabulary, print_json, table


@click.command("concerns")
@click.argument("word", required=False)
@json_option
def command(word: str | None, as_json: bool) -> None:
    """List the concerns that a text, a link or a picture can raise, and what each is not.

    WORD narrows the list: any word of a concern's key, definition or look-alikes.
    """
    concerns = load_vocabulary().concerns
    ordered = [concerns[key] for key in sorted(concerns)]
    chosen = holding(word, ordered, lambda c: (c.key, c.label, c.definition, *c.look_alikes))
    if not chosen:
        raise click.UsageError(f'No concern speaks of "{word}". Try another word, or none for the whole list.')
    if as_json:
        print_json(
            [
                {
                    "key": concern.key,
                    "label": concern.label,
                    "not": concern.negative,
                    "definition": concern.definition,
                    "look_alikes": list(concern.look_alikes),
                    "raised_by": list(concern.raised_by),
                    "question": concern.question,
                    "ask": "always" if concern.ask_always else "when raised",
                }
                for concern in chosen
            ]
        )
        return
    listed = table("Concern", "Meaning", "Raised by")
    for concern in chosen:
        listed.add_row(concern.key, concern.definition or concern.label, ", ".join(concern.raised_by))
    console().print(listed)
