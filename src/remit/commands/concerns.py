"""`remit concerns`: what content can show or say, one taxonomy for every policy."""

from __future__ import annotations

import click

from remit.terminal import console, json_option, load_vocabulary, print_json, table


@click.command("concerns")
@json_option
def command(as_json: bool) -> None:
    """List the concerns that a text, a link or a picture can raise, and what each is not."""
    concerns = load_vocabulary().concerns
    chosen = [concerns[key] for key in sorted(concerns)]
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
