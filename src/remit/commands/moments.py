"""`remit moments`: when a policy is asked."""

from __future__ import annotations

import click

from remit.terminal import console, json_option, load_vocabulary, print_json, table


@click.command("moments")
@json_option
def command(as_json: bool) -> None:
    """List the moments: an act may be refused, a report never is, a state is looked at by the clock, advice is kept
    by nobody."""
    moments = load_vocabulary().moments
    chosen = [moments[name] for name in sorted(moments)]
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
