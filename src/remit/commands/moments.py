"""`remit moments`: when a policy is asked."""

from __future__ import annotations

import click

from remit.terminal import console, holding, json_option, load_vocabulary, print_json, table


@click.command("moments")
@click.argument("word", required=False)
@json_option
def command(word: str | None, as_json: bool) -> None:
    """List the moments: an act may be refused, a report never is, a state is looked at by the clock, advice is kept
    by nobody.

    WORD narrows the list: any word of a moment's name or title.
    """
    moments = load_vocabulary().moments
    chosen = holding(word, [moments[name] for name in sorted(moments)], lambda moment: (moment.name, moment.title))
    if not chosen:
        raise click.UsageError(f'No moment speaks of "{word}". Try another word, or none for the whole list.')
    if as_json:
        print_json(
            [
                {
                    "name": moment.name,
                    "title": moment.title,
                    "kind": moment.kind,
                    "cast": list(moment.cast),
                    "includes": list(moment.includes),
                    "needs": list(moment.needs),
                }
                for moment in chosen
            ]
        )
        return
    listed = table("Moment", "Kind", "Meaning", "Includes")
    for moment in chosen:
        listed.add_row(moment.name, moment.kind, moment.title, ", ".join(moment.includes))
    console().print(listed)
