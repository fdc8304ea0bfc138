"""`remit ledger verify`: the live ledger, an evidence pack or an exported log."""

from __future__ import annotations

import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from remit.cli import BadInput
from remit.commands._ledger_loading import WITNESS, loaded
from remit.terminal import console, json_option, print_json


@click.command("verify")
@click.argument("evidence", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--key", "trusted", multiple=True, help="With EVIDENCE: trust this public key and no other.")
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With EVIDENCE: demand the witnesses that this file of yours names.",
)
@click.option("--force", help="Count only this force's entries; all are checked.")
@WITNESS
@json_option
def command(
    evidence: Path | None,
    trusted: tuple[str, ...],
    policy: Path | None,
    force: str | None,
    witness: Path | None,
    as_json: bool,
) -> None:
    """Verify the live ledger: every entry, the database's guards, the log's files, the signature.

    With EVIDENCE, an evidence pack (zip or folder) or an exported log, verify that instead; it needs no database.
    """
    if evidence is not None:
        if force or witness:
            raise BadInput("--force and --witness are for the live ledger. Leave them out, or leave EVIDENCE out.")
        verify_evidence(evidence, trusted, policy, as_json)
        return
    if trusted or policy:
        given = "--key is" if trusted else "--policy is"
        raise BadInput(f"{given} for EVIDENCE: the live ledger has its own. Name a pack, or leave it out.")
    with loaded():
        from remit.ledger import cosigning, timestamps
        from remit.ledger import witness as witnessing
        from remit.ledger.verifying import verify

        cosigning.policy()  # one that cannot be read is said before the long walk
        seen = witnessing.seen(witness) if witness else None
        with progress("Verifying") as step:
            report = verify(force, seen=seen, progress=step)
        if report.holds and witness:
            witnessing.look(witness)
        standing = cosigning.standing() if report.checkpoint else None
        stamping = timestamps.standing()
    if as_json:
        outside = {
            "witnesses": asdict(standing) if standing else None,
            "time_stamps": asdict(stamping) if stamping else None,
        }
        print_json(as_data(report) | outside)
    else:
        tell(report, witness)
        click.echo("\n".join([*tell_witnesses(standing), *tell_stamps(stamping, timestamps.unchecked())]))
    sys.exit(0 if report.holds else 1)


def as_data(report: Any) -> dict[str, Any]:
    """A report in JSON values."""
    return {
        "holds": report.holds,
        "entries": report.entries,
        "number": report.number,
        "signed": report.checkpoint.size if report.checkpoint else 0,
        "root": report.checkpoint.root.hex() if report.checkpoint else None,
        "faults": [{"entry": fault.entry, "words": fault.words} for fault in report.faults],
        "faults_not_listed": report.unlisted,
        "missing_guards": list(report.unguarded),
    }


def tell(report: Any, witness: Path | None) -> None:
    """A report for people: the verdict first."""
    out = console()
    if report.holds:
        out.print(f"The ledger holds: {report.entries} entries as they were written.", style="bold")
    else:
        count = len(report.faults) + report.unlisted + len(report.unguarded)
        out.print(f"The ledger does not hold: {count} fault{'' if count == 1 else 's'}.", style="bold")
    for fault in report.faults:
        out.print(f"  - {fault.words}")
    if report.unlisted:
        out.print(f"  - and {report.unlisted} more")
    for name in report.unguarded:
        out.print(f"  - The database's own guard {name} is missing. Run: remit ledger guard")
    if report.checkpoint is None:
        out.print("Nothing of it is signed yet.")
    else:
        out.print(f"{report.checkpoint.origin} has signed {report.checkpoint.size} of {report.number}.")
    if report.holds and witness:
        out.print(f"It agrees with what {witness} has seen, which now says {report.checkpoint.size}.")


def tell_witnesses(standing: Any) -> list[str]:
    """Who outside has seen the present checkpoint, and whether they are enough."""
    if standing is None:
        return ["No witness is named: set REMIT_WITNESSES, so that somebody outside would notice another ledger."]
    met = "is met" if standing.met else f"is not met; it was last met over {standing.size} entries"
    lines = [f"The policy of witnesses ({standing.quorum}) {met}."]
    for seen in standing.witnesses:
        has = f"cosigned {seen.size} entries, {seen.at[:16].replace('T', ' ')} UTC" if seen.size else "nothing cosigned"
        lines.append(f"  - {seen.name}: {has}{f'. {seen.fault}' if seen.fault else ''}")
    return lines


def tell_stamps(stamping: Any, unchecked: str) -> list[str]:
    """What a time-stamping authority vouches for, and whether that was checked."""
    if stamping is None:
        return []
    lines = [f"The time-stamping authority: {stamping.fault}"] if stamping.fault else []
    if not stamping.count:
        return ["Nothing has been stamped with the time yet.", *lines]
    at = f", at {stamping.at[:16].replace('T', ' ')} UTC" if stamping.at else ""
    has = f"{stamping.count} time stamp{'' if stamping.count == 1 else 's'}, the last over {stamping.size} entries{at}"
    return [f"{has}. {f'Not checked: {unchecked}' if unchecked else 'Each was checked.'}", *lines]


def verify_evidence(evidence: Path, trusted: tuple[str, ...], policy: Path | None, as_json: bool) -> None:
    """Verify a pack or an exported log with the same program that every pack carries."""
    from remit.ledger.offline import verify

    try:
        with unpacked(evidence) as folder:
            check = verify.check_log if (folder / "tile").is_dir() else verify.check_pack
            demanded = verify.read_policy(policy.read_text(encoding="utf-8")) if policy else None
            told = check(folder, [verify.read_key(key) for key in trusted], demanded)
    except (FileNotFoundError, zipfile.BadZipFile):
        raise BadInput(
            f"{evidence} is no evidence pack and no exported log. Name the zip file or its folder."
        ) from None
    except (verify.Wrong, ValueError, KeyError, TypeError, AttributeError) as wrong:
        if as_json:
            print_json({"holds": False, "reason": str(wrong)})
        else:
            click.echo(f"Not as it was recorded. {wrong}", err=True)
        sys.exit(1)
    if as_json:
        print_json({"holds": True, "told": told})
    else:
        click.echo("\n".join(["The evidence holds.", *told]))


@contextmanager
def unpacked(evidence: Path) -> Iterator[Path]:
    """The folder of a pack, unpacked where it is a zip."""
    if evidence.is_dir():
        yield evidence
        return
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(evidence) as archive:
        archive.extractall(folder)  # names that lead out of the folder are not followed
        yield Path(folder)


@contextmanager
def progress(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal's stderr; nothing where there is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(words)
        yield lambda done, total: bar.update(task, completed=done, total=total)
