"""What the commands share: reading what is given, and printing for people or, with --json, for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console
from rich.table import Table

from remit.cli import BadInput, reader_has_gone
from remit.environment import cache_folder, pack_folders
from remit.policy.faults import Fault, PackFaults, nearest
from remit.policy.periods import LONDON

if TYPE_CHECKING:
    from remit.policy.packs import Library, Pack
    from remit.policy.vocabulary import Vocabulary

Command = TypeVar("Command", bound=Callable[..., object])
Listed = TypeVar("Listed")


def json_option(command: Command) -> Command:
    """Adds `--json` (argument `as_json`)."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(command)


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


class _Terminal(Console):
    def on_broken_pipe(self) -> None:
        reader_has_gone()


def console() -> Console:
    """For people: no colour where the output is not a terminal, and nothing in a text is taken for markup."""
    # A table for a file or another program is not squeezed into the 80 columns that a terminal would have.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 120
    return _Terminal(highlight=False, markup=False, emoji=False, width=width)


def table(*columns: str, title: str | None = None) -> Table:
    """A plain table whose first column is never broken."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        made.add_column(column, overflow="fold", no_wrap=number == 0)
    return made


def holding(word: str | None, listed: Iterable[Listed], words_of: Callable[[Listed], Iterable[str]]) -> list[Listed]:
    """Those of `listed` whose words hold `word`, whatever its case; all when no word is given."""
    wanted = (word or "").casefold()
    return [each for each in listed if any(wanted in text.casefold() for text in words_of(each))]


def shown_folders() -> list[Path]:
    """The folders of packs, as short as faults should name them: from the working folder where they are inside it."""
    here = Path.cwd()
    return [folder.relative_to(here) if folder.is_relative_to(here) else folder for folder in pack_folders()]


def load_vocabulary() -> Vocabulary:
    """The vocabulary of the shipped packs and of REMIT_PACKS. Raises BadInput when the shipped one cannot be read."""
    from remit.policy.loading import readable_vocabulary

    try:
        vocabulary, unread = readable_vocabulary(shown_folders())
    except PackFaults as fault:
        raise BadInput(f"The packs cannot be read.\n{fault}") from fault
    for folder, faults in unread.items():
        _warn(f"The facts and concerns of {folder} have faults and are left out.", faults)
    return vocabulary


def load_library() -> Library:
    """Every pack that is shipped or in REMIT_PACKS; one with faults is left out, with a warning.

    Raises BadInput when what all packs share cannot be read.
    """
    from remit.policy.library_cache import cached_library

    try:
        library = cached_library(shown_folders(), cache_folder(), leave_out=True)
    except PackFaults as fault:
        raise BadInput(f"The packs cannot be read; `remit pack lint` lists the faults.\n{fault}") from fault
    for name, faults in library.broken.items():
        _warn(f'The pack "{name}" has faults and is left out; `remit pack lint {name}` lists them.', faults)
    return library


def demand_packs() -> None:
    """Refuse to begin what runs on policies while one of them has faults. Raises BadInput that lists every fault."""
    from remit.policy.library_cache import cached_library

    try:
        cached_library(pack_folders(), cache_folder())  # as the server reads it, which then finds it read
    except PackFaults:
        try:
            cached_library(shown_folders(), cache_folder())
        except PackFaults as fault:
            raise BadInput(f"The packs have faults, so nothing is started. Mend them first.\n{fault}") from fault


def _warn(message: str, faults: Sequence[Fault]) -> None:
    click.echo(f"Warning: {message} The first of {len(faults)}: {faults[0]}", err=True)


def pack_named(library: Library, name: str, option: str = "") -> Pack:
    """The pack called `name`. Raises BadInput where there is none, or where its faults left it out."""
    if name in library.broken:
        told = "\n".join(map(str, library.broken[name]))
        raise BadInput(f'The pack "{name}" has faults, so nothing can be decided by it. Mend them first.\n{told}')
    if name not in library.packs:
        raise BadInput(
            f'{f"{option}: there" if option else "There"} is no pack "{name}". {nearest(name, library.packs)}'
        )
    return library.packs[name]


def read_json(source: str) -> dict[str, Any]:
    """The JSON object in the file `source`, or on standard input for "-". Raises BadInput with the place of a fault."""
    where = "standard input" if source == "-" else source
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        given = json.loads(text, object_pairs_hook=_no_duplicates)
    except OSError as fault:
        raise BadInput(f"Cannot read {where}: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise BadInput(f"{where} is not UTF-8 text. Save it as UTF-8.") from fault
    except json.JSONDecodeError as fault:
        raise BadInput(f"{where}:{fault.lineno}:{fault.colno}: this is not JSON: {fault.msg}.") from fault
    except ValueError as fault:
        raise BadInput(f"{where}: {fault}") from fault
    if not isinstance(given, dict):
        raise BadInput(f'{where} must hold one JSON object of facts, such as {{"post.text": "…"}}.')
    return given


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f'"{name}" is given twice. Give it once.')
    return dict(pairs)


def read_now(given: str | None) -> datetime:
    """The time of a decision: ISO 8601, London's where it has no offset; the clock's when not given."""
    if given is None:
        return datetime.now(LONDON).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise BadInput(f'--now "{given}" is not a time. Write it as 2026-11-21T16:30 or with an offset.') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
