"""`remit controls`: rules with holes to fill, which policies bind to clauses of their own."""

from __future__ import annotations

from pathlib import Path

import click

from remit.policy.packs import Control, Library
from remit.policy.source import Scalar, Series
from remit.terminal import console, holding, json_option, load_library, print_json, table


@click.command("controls")
@click.argument("word", required=False)
@json_option
def command(word: str | None, as_json: bool) -> None:
    """List the controls: what each says, its holes with what they take, and how many rules bind it in which packs.

    WORD narrows the list: any word of a control's name, title or holes. A control's whole name shows its rule.
    """
    library = load_library()
    known = [library.controls[key] for key in sorted(library.controls)]
    chosen = holding(word, known, lambda control: (control.id, control.title, *control.holes))
    if not chosen:
        raise click.UsageError(f'No control speaks of "{word}". Try another word, or none for the whole list.')
    bound = {
        control.id: {
            pack.name: sum(rule.control == control.id for rule in pack.rules) for pack in library.packs.values()
        }
        for control in chosen
    }
    moments = {control.id: _moments(control, library) for control in chosen}
    if as_json:
        print_json(
            [
                {
                    "id": control.id,
                    "title": control.title,
                    "holes": dict(control.holes),
                    "moments": moments[control.id],
                    "file": control.path,
                    "rules": {name: count for name, count in bound[control.id].items() if count},
                }
                for control in chosen
            ]
        )
        return
    if word and word in library.controls:
        click.echo(Path(library.controls[word].path).read_text(encoding="utf-8"), nl=False)
        return
    listed = table("Control", "What it says", "Holes", "Moments", "Bound by")
    for control in chosen:
        holes = ", ".join(f"{name}: {kind}" for name, kind in control.holes.items())
        packs = ", ".join(f"{name} {count}" for name, count in bound[control.id].items() if count)
        listed.add_row(control.id, control.title, holes, ", ".join(moments[control.id]), packs)
    console().print(listed)


def _moments(control: Control, library: Library) -> list[str]:
    """The moments that it serves: its own, and those at which a pack binds it."""
    own = control.body.entries.get("moment")
    nodes = own.items if isinstance(own, Series) else (own,)
    written = {node.text for node in nodes if isinstance(node, Scalar) and "$" not in node.text}
    rules = (rule for pack in library.packs.values() for rule in pack.rules if rule.control == control.id)
    return sorted(written.union(*(rule.moments for rule in rules)))
