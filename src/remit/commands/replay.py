"""`remit replay`: what each rule of a pack catches among past decisions, and what a draft would change."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from remit.cli import BadInput
from remit.commands.history import Days, force_option, person_option, since_option, until_option, written
from remit.policy.faults import PackFaults
from remit.terminal import console, json_option, load_library, pack_named, print_json, shown_folders, table

if TYPE_CHECKING:
    from remit.policy.packs import Library, Pack
    from remit.policy.replay import Replay


@click.command("replay")
@click.option("--pack", "name", required=True, help="The pack to judge under.")
@click.option("--against", "draft", help="A draft to set beside it: the name of a pack, or the folder of one.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="Judge by the rules in force on this day, whatever the row."
)
@click.option("--from-history", is_flag=True, help="Replay Remit's own decisions of --force instead of a file.")
@force_option
@person_option
@since_option
@until_option
@click.argument("facts", metavar="[FACTS.parquet]", required=False, type=click.Path(path_type=Path))
@json_option
def command(
    name: str,
    draft: str | None,
    on: datetime | None,
    from_history: bool,
    force: str | None,
    person: str | None,
    since: datetime | None,
    until: datetime | None,
    facts: Path | None,
    as_json: bool,
) -> None:
    """Judge past decisions again and say for each rule what it caught; with --against, what a draft newly catches and
    no longer catches.

    FACTS.parquet has a row for each decision: the columns moment and now, an id if there is one, and one for each
    fact (see `remit facts`); empty is unknown. `remit history` writes one from Remit's own decisions.
    """
    if from_history == (facts is not None):
        raise BadInput("Give a file of facts, or --from-history with --force and --as.")
    library = load_library()
    pack = pack_named(library, name, "--pack")
    against = drafted(library, draft, "--against") if draft else None
    day = on.date() if on else None
    if facts is not None:
        found = run(facts, pack, against, day, as_json)
    else:
        with tempfile.TemporaryDirectory(prefix="remit-") as folder:
            facts = Path(folder) / "facts.parquet"
            written(facts, force, person, Days(since, until))
            found = run(facts, pack, against, day, as_json)
    if as_json:
        print_json(found.to_json())
    else:
        show(found, console())


def drafted(library: Library, draft: str, option: str) -> Pack:
    """The pack called `draft`, or the one in the folder `draft`; `option` is what a fault calls it."""
    from remit.policy.loading import load_draft

    folder = Path(draft)
    if draft in library.packs or not folder.is_dir():
        return pack_named(library, draft, option)
    try:
        return load_draft(shown_folders(), folder)
    except PackFaults as fault:
        raise BadInput(f"The draft cannot be read.\n{fault}") from fault


def run(path: Path, pack: Pack, draft: Pack | None, on: date | None, as_json: bool) -> Replay:
    """Replay the file with a progress bar on standard error. Raises BadInput for a file that cannot be used."""
    from remit.policy.facts import FactFaults
    from remit.policy.replay import replay

    if not path.is_file():
        raise BadInput(f"There is no file {path}.")
    try:
        with _bar(quiet=as_json) as told:
            return replay(path, pack, draft, on=on, told=told)
    except FactFaults as fault:
        raise BadInput("\n".join(fault.faults)) from fault


@contextmanager
def _bar(quiet: bool) -> Iterator[Any]:
    parts = (TextColumn("Replaying"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*parts, console=Console(stderr=True), disable=quiet, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def show(found: Replay, out: Console) -> None:
    """Print a replay for people: rules that caught something, samples, and what could not be told."""
    of = f"{found.pack.name} {found.pack.version}"
    if found.draft is None:
        out.print(f"{found.rows:,} decisions under {of}: {found.caught:,} caught by a rule that stops or warns.\n")
    else:
        draft = f"{found.draft.name} {found.draft.version} in {found.draft.folder}"
        out.print(
            f"{found.rows:,} decisions under {of}, and under {draft}: "
            f"{found.newly:,} newly caught by a rule that stops or warns, {found.no_longer:,} no longer.\n"
        )
    listed = table("Rule", "Caught", *(["Newly", "No longer"] if found.draft else []), "Unknown", "Title", "Such as")
    quiet = 0
    for count in found.rules.values():
        if not (count.newly or count.no_longer if found.draft else count.caught or count.unknown):
            quiet += 1
            continue
        changes = [f"{count.newly:,}", f"{count.no_longer:,}"] if found.draft else []
        samples = next((ids for ids in count.samples.values() if ids), [])
        listed.add_row(
            count.rule, f"{count.caught:,}", *changes, f"{count.unknown:,}", count.title, ", ".join(samples[:2])
        )
    out.print(listed)
    said = "catch the same as before" if found.draft else "caught nothing"
    out.print(f"\n{quiet} other rules {said}. Unknown: a fact that the rule turns on is missing in the row.")
    if found.not_in_file:
        out.print(f"The file has no column for: {', '.join(found.not_in_file)}. They count as unknown.")
    if found.by_row:
        out.print(f"Run row by row, which is slower: {', '.join(found.by_row)}.")
