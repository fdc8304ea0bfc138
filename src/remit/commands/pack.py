"""`remit pack`: list, read, lint, test and measure policies."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from remit.cli import BadInput
from remit.policy.faults import Fault, PackFaults, in_short, nearest
from remit.policy.packs import TREATMENTS, Clause, Library, Pack
from remit.policy.say_words import permit_rules, post_rules, say_rules
from remit.terminal import console, json_option, load_library, pack_named, print_json, shown_folders, table

if TYPE_CHECKING:
    from remit.policy.changing import Line
    from remit.policy.comparing import Matter, Said


@click.group("pack")
def command() -> None:
    """Policies as data: the shipped packs and those of REMIT_PACKS."""


@command.command("list")
@json_option
def list_packs(as_json: bool) -> None:
    """List the packs, the forces they are written for, and how many clauses and rules each has."""
    packs = [pack for _, pack in sorted(load_library().packs.items())]
    if as_json:
        print_json([summary(pack) for pack in packs])
        return
    listed = table("Pack", "Title", "Version", "Forces", "Clauses", "Rules")
    for pack in packs:
        clauses, rules = str(len(pack.clauses)), str(len(pack.rules))
        listed.add_row(pack.name, pack.title, pack.version, ", ".join(pack.forces), clauses, rules)
    console().print(listed)


@command.command("show")
@click.argument("name", metavar="PACK")
@click.argument("clause_id", metavar="CLAUSE", required=False)
@click.option("--expressions", is_flag=True, help="With CLAUSE: the regular expressions that are told in words.")
@json_option
def show(name: str, clause_id: str | None, expressions: bool, as_json: bool) -> None:
    """Read a pack: its clauses and what Remit does about each; or one CLAUSE with its rules in English."""
    pack = chosen(load_library(), [name])[0]
    if clause_id is None:
        show_pack(pack, as_json)
        return
    if clause_id not in pack.clauses:
        raise BadInput(f'{name} has no clause "{clause_id}". {nearest(clause_id, pack.clauses)}')
    show_clause(pack, pack.clauses[clause_id], expressions, as_json)


def chosen(library: Library, names: Sequence[str]) -> list[Pack]:
    """The packs called `names`; all of them when none is named. Raises BadInput for one that there is not."""
    return [pack_named(library, name) for name in (names or sorted(library.packs))]


def summary(pack: Pack) -> dict[str, Any]:
    """A pack in a few JSON values."""
    return {
        "pack": pack.name,
        "title": pack.title,
        "number": pack.number,
        "version": pack.version,
        "digest": pack.digest,
        "forces": list(pack.forces),
        "clauses": len(pack.clauses),
        "rules": len(pack.rules),
    }


def show_pack(pack: Pack, as_json: bool) -> None:
    from remit.policy.figure_words import hours_words
    from remit.policy.reading import PackReading

    clauses, reading = list(pack.clauses.values()), PackReading(pack)
    if as_json:
        print_json(
            summary(pack)
            | {
                "clauses": [
                    {
                        "id": clause.id,
                        "clause": clause.number,
                        "says": clause.says,
                        "wording": clause.wording,
                        "treatment": clause.treatment,
                        "note": clause.note,
                        "tests": list(clause.tests),
                        "rules": [rule.id for rule in reading.rules_of(clause)],
                    }
                    for clause in clauses
                ],
                "who": {who.key: who.title for who in pack.who.values()},
                "says": {say.key: say.title for say in pack.says.values()},
                "figures": dict(reading.figures()),
                "settings": {question: value for question, value, _ in reading.settings()},
                "silent_on": list(pack.silent_on),
            }
        )
        return
    out = console()
    out.print(f"{pack.title} ({pack.number}), version {pack.version}", style="bold")
    out.print(f"For {', '.join(pack.forces)}. {len(clauses)} clauses, {len(pack.rules)} rules.\n")
    listed = table("Clause", "Wording", "What Remit does", "It says")
    for clause in clauses:
        listed.add_row(clause.id, clause.wording, clause.treatment, clause.says)
    out.print(listed)
    english = reading.english
    for heading, lines in (
        ("Who has which say", [f"{s.title}: {'; '.join(say_rules(english, s))}" for s in pack.says.values()]),
        ("Exceptions", [f"{p.title}: {'; '.join(permit_rules(english, p))}" for p in pack.grants.values()]),
        ("Posts", [f"{who.title}: {'; '.join(post_rules(english, who))}" for who in pack.who.values()]),
        ("Figures", [told for _, told in reading.figures()]),
        ("Hours", [f"{whose}: {words}" for whose, words in hours_words(pack).items()]),
        ("What the force supplies", [f"{question} {value} [{of}]" for question, value, of in reading.settings()]),
    ):
        if lines:
            out.print(f"\n{heading}", style="bold")
        for line in lines:
            out.print(f"  {line}", markup=False)
    if pack.silent_on:
        out.print(f"\nThe policy says nothing about: {', '.join(pack.silent_on)}.")
    out.print(f"\n`remit pack show {pack.name} {clauses[0].id}` reads one clause with its rules in English.")


def show_clause(pack: Pack, clause: Clause, expressions: bool, as_json: bool) -> None:
    from remit.policy.reading import PackReading

    reading = PackReading(pack).read(clause)
    if as_json:
        print_json(
            {
                "id": clause.id,
                "clause": clause.number,
                "says": clause.says,
                "wording": clause.wording,
                "treatment": clause.treatment,
                "note": clause.note,
                "definitions": reading.definitions,
                "figures": reading.figures,
                "settings": reading.settings,
                "rules": [
                    {
                        "id": page.rule.id,
                        "clauses": page.clauses,
                        "mode": page.rule.mode,
                        "place": str(page.rule.place),
                        "because": page.rule.because,
                        **asdict(page.words),
                    }
                    for page in reading.rules
                ],
                "cases": [asdict(example) for example in reading.examples],
            }
        )
        return
    out = console()
    out.print(f"{clause.id}, {clause.number}: {clause.says}", style="bold")
    out.print(f"{clause.wording}; {clause.treatment}{f': {clause.note}' if clause.note else ''}")
    for line in (*reading.definitions, *reading.figures, *(f"Left to the force: {line}" for line in reading.settings)):
        out.print(line)
    for page in reading.rules:
        rule, words = page.rule, page.words
        out.print(f"\n{words.title}", style="bold")
        out.print(f"{rule.id}, {rule.place}{'' if rule.mode == 'enforce' else f', {rule.mode}'}")
        for heading, lines in (
            ("When", words.moments),
            ("and", words.when),
            ("unless", words.unless),
            ("then", words.then),
            ("What to do", [words.remedy] if words.remedy else []),
            ("where", words.meanings),
            ("Note", [*words.notes, *([rule.because] if rule.because else [])]),
            *((f"“{key}”", [text.strip()]) for key, text in page.texts),
            ("Expression", [f"{told}: {source}" for told, source in words.expressions] if expressions else []),
        ):
            for line in lines:
                out.print(f"  {heading}: {line}", markup=False)
    if reading.examples:
        out.print("\nCases", style="bold")
    for example in reading.examples:
        out.print(f"  {example.name}: {example.outcome or 'no outcome given'}. {example.told}.", markup=False)


@command.command("lint")
@click.argument("names", metavar="[PACK]...", nargs=-1)
@click.option("--strict", is_flag=True, help="Warnings count as faults too.")
@click.option("--all", "each", is_flag=True, help="List each warning, also where a file has many that are alike.")
@json_option
def lint_packs(names: tuple[str, ...], strict: bool, each: bool, as_json: bool) -> None:
    """Find what is wrong with packs: each fault with its file, line, column and remedy. Exit code 1 if there is any."""
    from remit.policy.lint import lint
    from remit.policy.loading import load_library as load

    found: list[Fault]
    try:
        library = load(shown_folders(), leave_out=True)
        broken = [fault for name, faults in library.broken.items() if name in names or not names for fault in faults]
        whole = [name for name in names if name not in library.broken]
        packs = chosen(library, whole) if whole or not names else []
        found = sorted({*broken, *(fault for pack in packs for fault in lint(library, pack))})
    except PackFaults as unreadable:
        found = list(unreadable.faults)
    errors = [fault for fault in found if strict or fault.severity == "error"]
    if as_json:
        print_json([fault.to_json() for fault in found])
    else:
        lines = [f"{fault.severity}: {fault}" for fault in found] if each else in_short(found)
        click.echo("\n".join([*lines, f"{len(errors)} to mend, {len(found) - len(errors)} to consider."]))
        if len(lines) < len(found):
            click.echo("Warnings that are alike stand in one line a file; --all lists each.")
    sys.exit(1 if errors else 0)


@command.command("test")
@click.argument("names", metavar="[PACK]...", nargs=-1)
@json_option
def test_packs(names: tuple[str, ...], as_json: bool) -> None:
    """Run the cases of packs. A finding that a case does not expect fails it. Exit code 1 if any fails.

    Rules that no case tries both ways are named.
    """
    from remit.policy.cases import run_cases
    from remit.policy.coverage import coverage

    library = load_library()
    failed = 0
    listed = []
    for pack in chosen(library, names):
        try:
            results = run_cases(library, pack)
        except PackFaults as fault:
            raise BadInput(f"The cases of {pack.name} cannot be read.\n{fault}") from fault
        wrong = [result for result in results if not result.passed]
        failed += len(wrong)
        listed += [{"pack": pack.name, **result.to_json()} for result in results]
        if not as_json:
            for result in wrong:
                click.echo(f"{result.case.place}: {result.case.name}")
                for difference in result.faults:
                    click.echo(f"    {difference}")
            click.echo(f"{pack.name}: {len(results) - len(wrong)} of {len(results)} cases as expected.")
            found = coverage(library, pack, results)
            for what, rules in (("fires", found.never_fired), ("passes", found.never_passed)):
                if rules:
                    click.echo(f"    In no case {what}: {', '.join(rule.id for rule in rules)}.")
    if as_json:
        print_json(listed)
    sys.exit(1 if failed or (library.broken and not names) else 0)


@command.command("coverage")
@click.argument("names", metavar="[PACK]...", nargs=-1)
@json_option
def coverage_of(names: tuple[str, ...], as_json: bool) -> None:
    """Say what Remit does about each clause of a pack, how well the cases try its rules, and what is not yet done."""
    from remit.policy.coverage import coverage
    from remit.policy.replay import rows_only

    library = load_library()
    shown = table("Pack", *TREATMENTS, "clauses", "rules", "never\nfired", "never\npassed", "rows\nonly")
    listed: list[dict[str, Any]] = []
    for pack in chosen(library, names):
        try:
            found = coverage(library, pack)
        except PackFaults as fault:
            raise BadInput(f"The cases of {pack.name} cannot be read.\n{fault}") from fault
        slow = rows_only(pack)
        listed.append({**found.to_json(), "rows_only": slow})
        untried = [len(found.never_fired), len(found.never_passed), len(slow)]
        counts = [*found.treatments.values(), len(found.clauses), len(found.rules), *untried]
        shown.add_row(pack.name, *map(str, counts))
    if as_json:
        print_json(listed)
        return
    out = console()
    out.print(shown)
    out.print("\nNever fired, never passed: rules that no case tries so. Rows only: rules that a replay runs slowly.")


@command.command("compare")
@click.argument("names", metavar="PACK PACK...", nargs=-1, required=True)
@click.option("--moment", help="Only this moment, such as post.publish.")
@click.option("--differences", is_flag=True, help="Leave out what all of them say alike.")
@json_option
def compare_packs(names: tuple[str, ...], moment: str | None, differences: bool, as_json: bool) -> None:
    """Set policies side by side by moment and matter: where they agree, differ in a number or a role, or are silent."""
    from remit.policy.comparing import compare

    library = load_library()
    packs = chosen(library, tuple(dict.fromkeys(names)))
    if len(packs) < 2:
        raise BadInput("Name two packs or more, such as `remit pack compare cleveland essex`.")
    if moment and moment not in library.vocabulary.moments:
        raise BadInput(f'--moment: there is no "{moment}". {nearest(moment, library.vocabulary.moments)}')
    found = [part for part in compare(library, packs) if moment in (None, part.moment.name)]
    if differences:
        found = [replace(part, matters=part.differing) for part in found]
    if as_json:
        print_json([part.to_json() for part in found])
        return
    out = console()
    counts = Counter(matter.status for part in found for matter in part.matters)
    out.print("; ".join(f"{number} {status}" for status, number in counts.most_common()) + ".")
    for part in found:
        out.print(f"\n{part.moment.title} ({part.moment.name})", style="bold")
        for matter in part.matters:
            out.print(f"  {matter.title}: {matter.status}")
            for name, said in matter.said.items():
                out.print(f"    {name}: {_side(matter, said) if said else 'silent'}")
        own = [f"{name} {len(rules)}" for name, rules in part.own.items() if rules]
        if own:
            out.print(f"  Rules of their own: {', '.join(own)}")


def _side(matter: Matter, said: tuple[Said, ...]) -> str:
    """One pack's side: its clauses alone where all agree, else what it says."""
    from remit.policy.comparing import AGREE

    if matter.status == AGREE or len(said) > 3:
        return ", ".join(s.rule for s in said)
    return " · ".join(f"{s.rule} ({s.wording}): {s.then}" for s in said)


@command.command("changes")
@click.argument("old")
@click.argument("new")
@json_option
def changes_of(old: str, new: str, as_json: bool) -> None:
    """Say what the version NEW of a policy changes of OLD, clause by clause: new, gone, changed; old words, then new.

    OLD and NEW are names of packs, or folders of drafts.
    """
    from remit.commands.replay import drafted
    from remit.policy.changing import changes

    library = load_library()
    found = changes(drafted(library, old, "OLD"), drafted(library, new, "NEW"))
    if as_json:
        print_json(found.to_json())
        return
    if not found.related:
        raise BadInput(f"{old} and {new} have no clause in common. Compare two policies with `remit pack compare`.")
    out = console()
    out.print(f"{found.summary[0].upper()}{found.summary[1:]}.", style="bold")
    print_lines(found.whole, "  ")
    for clause in found.clauses:
        out.print(f"\n{clause.id} ({clause.kind}): {clause.says}", style="bold", markup=False)
        print_lines(clause.lines, "  ")
        for rule in clause.rules:
            out.print(f"  Rule {rule.id} ({rule.kind}): {rule.title}", markup=False)
            print_lines(rule.lines, "    ")


def print_lines(lines: Sequence[Line], indent: str) -> None:
    """Print what is said otherwise: the part, what it was, what it becomes."""
    out = console()
    for line in lines:
        for side, words in (("was", line.old), ("is", line.new)):
            if words:
                out.print(f"{indent}{line.part} {side}: {words}", markup=False)


@command.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", required=True, help="The title of the policy document.")
@click.option("--force", "forces", multiple=True, required=True, help="A force that it is written for, such as essex.")
@click.option("--prefix", required=True, help="What the ids of its clauses begin with, such as DV for DV-3.1a.")
def new_pack(folder: Path, title: str, forces: tuple[str, ...], prefix: str) -> None:
    """Begin a pack in FOLDER: files with guidance in them, one clause with its rule and cases, clean under lint."""
    from remit.policy.new_pack import Beginning, write_pack

    try:
        written = write_pack(folder, Beginning(title, forces, prefix))
    except FileExistsError:
        raise BadInput(f"{folder} is there already. Choose a folder that is not.") from None
    except ValueError as fault:
        raise BadInput(str(fault)) from fault
    except OSError as fault:
        raise BadInput(f"Cannot write {folder}: {fault.strerror}. Choose another place.") from fault
    for path in written:
        click.echo(path)
    click.echo(f"\nNext: list every requirement in {folder / 'clauses.yaml'}, then write rules and cases.")
    click.echo(f"Check it with `REMIT_PACKS={folder.parent} remit pack lint {folder.name}` and `remit pack test`.")
