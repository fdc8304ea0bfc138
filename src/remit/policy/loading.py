"""Loads folders of packs into a `Library`. A pack is a folder with a policy.yaml; adding one takes no Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from remit.policy.controls import read_controls
from remit.policy.entries import as_table
from remit.policy.faults import Fault, PackFaults, Place, nearest
from remit.policy.hours import OFFICE_HOURS, WORKING
from remit.policy.packs import Clause, Control, Definition, Library, Pack
from remit.policy.policy_loading import PolicyHead, read_clauses, read_policy, read_texts
from remit.policy.rules_loading import RulesReader, check_circles, declare, define
from remit.policy.scope import Scope
from remit.policy.source import Table, read_yaml
from remit.policy.vocabulary import Fact, Vocabulary
from remit.policy.vocabulary_loading import digest_of, load_vocabulary, read_baselines, vocabulary_files

#: What may stand in the folder of a pack.
_FOLDERS = ("rules", "texts", "cases", "controls")
#: Files of a pack that no decision turns on: the pack's own tests and examples.
_NOT_DECIDING = ("cases", "baselines.yaml")
#: Folders beside packs that hold no pack.
_SHARED = ("facts", "controls")


def load_library(folders: Sequence[Path], *, leave_out: bool = False) -> Library:
    """Every pack of `folders`; the first is the shipped one, with the shared vocabulary and controls.

    A later folder may hold packs, and `facts/`, `concerns.yaml`, `moments.yaml` and `controls/` of its own.

    Args:
        leave_out: packs with faults are left out and told in `Library.broken`, for commands that can do without them.
    Raises:
        PackFaults: with every fault of every pack, or of the vocabulary when that is at fault already; where packs may
            be left out, only for what all of them share.
    """
    vocabulary, unread = readable_vocabulary(folders) if leave_out else (load_vocabulary(*folders), {})
    broken: dict[str, list[Fault]] = {}
    shared: dict[str, Control] = {}
    packs: dict[str, Pack] = {}
    for folder in folders:
        if not folder.is_dir():
            raise PackFaults([Fault(Place(str(folder)), "There is no such folder.", "Check REMIT_PACKS.")])
        of_all = list(unread.get(folder, ()))  # faults of what the packs of this folder share
        if not of_all:
            shared |= read_controls(folder / "controls", str, of_all)
        if of_all and folder == folders[0]:
            raise PackFaults(of_all)
        for path in _pack_folders(folder):
            faults = list(of_all)
            if not faults:
                pack = _PackReader(path, vocabulary, shared, _vocabulary_of(folders[0], folder), faults).read()
            if faults:
                broken.setdefault(path.name, []).extend(faults)
            elif pack is not None and path.name in packs:
                message = f'There are two packs "{path.name}"; the other is {packs[path.name].folder}.'
                broken[path.name] = [Fault(Place(str(path)), message, "Rename one of the two folders.")]
            elif pack is not None:
                packs[path.name] = pack
        if of_all and not leave_out:
            broken.setdefault(folder.name, []).extend(of_all)
    for name, fault in _one_pack_a_force(packs):
        broken.setdefault(name, []).append(fault)
    if broken and not leave_out:
        raise PackFaults(dict.fromkeys(fault for faults in broken.values() for fault in faults))
    return Library(
        vocabulary,
        {name: pack for name, pack in packs.items() if name not in broken},
        shared,
        {name: tuple(sorted(faults)) for name, faults in broken.items()},
    )


def readable_vocabulary(folders: Sequence[Path]) -> tuple[Vocabulary, dict[Path, list[Fault]]]:
    """The vocabulary of the shipped folder and of every other whose own can be read, with the faults of the rest.

    Raises:
        PackFaults: the shipped vocabulary is at fault.
    """
    readable, unread = [folders[0]], {}
    vocabulary = load_vocabulary(*readable)
    for folder in folders[1:]:
        try:
            vocabulary = load_vocabulary(*readable, folder)
        except PackFaults as fault:
            unread[folder] = fault.faults
        else:
            readable.append(folder)
    return vocabulary, unread


def _pack_folders(folder: Path) -> list[Path]:
    """The folders of packs in a folder, in order of their names."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_dir() and not path.name.startswith((".", "_")) and path.name not in _SHARED
    )


def load_draft(folders: Sequence[Path], folder: Path) -> Pack:
    """The pack in `folder`, which need not stand among `folders`: they give the vocabulary and shared controls.

    Raises:
        PackFaults: with every fault of the draft, or of the vocabulary when that is at fault already.
    """
    faults: list[Fault] = []
    shared: dict[str, Control] = {}
    vocabulary = load_vocabulary(*folders)
    for others in folders:
        shared |= read_controls(others / "controls", str, faults)
    pack = _PackReader(folder, vocabulary, shared, _vocabulary_of(folders[0], folders[0]), faults).read()
    if pack is None or faults:
        raise PackFaults(faults)
    return pack


def _vocabulary_of(first: Path, folder: Path) -> list[tuple[str, Path]]:
    """The vocabulary files that a pack of `folder` is judged with."""
    files = [(f"vocabulary/{name}", path) for name, path in vocabulary_files(first)]
    if folder != first:
        files += [(f"own/{name}", path) for name, path in vocabulary_files(folder)]
    return files


def _one_pack_a_force(packs: Mapping[str, Pack]) -> Iterator[tuple[str, Fault]]:
    """A setting is read under one name by every pack of a force, so it must have one type."""
    for pack in packs.values():
        for other in packs.values():
            if pack.name >= other.name or not set(pack.forces) & set(other.forces):
                continue
            for name in sorted(set(pack.settings) & set(other.settings)):
                if pack.settings[name].type != other.settings[name].type:
                    message = f"{name} has another type in the pack {other.name} of the same force."
                    yield pack.name, Fault(pack.settings[name].place, message, "Give the two settings different names.")


class _PackReader:
    """Reads one folder; every fault goes into `faults`."""

    def __init__(
        self,
        folder: Path,
        vocabulary: Vocabulary,
        controls: Mapping[str, Control],
        vocabulary_files: list[tuple[str, Path]],
        faults: list[Fault],
    ) -> None:
        self.folder = folder
        self.vocabulary = vocabulary
        self.controls = controls
        self.vocabulary_files = vocabulary_files
        self.faults = faults

    def read(self) -> Pack | None:
        """The pack, or None when its faults leave nothing to make one of."""
        before = len(self.faults)
        if not (self.folder / "policy.yaml").is_file():
            message = "This folder of a pack has no policy.yaml."
            self.faults.append(Fault(Place(str(self.folder)), message, "Write one, or take the folder away."))
            return None
        self.stray()
        clauses = self.clauses()
        path = self.folder / "policy.yaml"
        head = read_policy(path, str(path), self.vocabulary, clauses, self.faults)
        texts = read_texts(self.folder / "texts", str, self.faults)
        files = self.rule_files()
        defined = [head.define, *(root.entries.get("define") for root in files)]
        facts = {**self.vocabulary.facts, **head.facts}
        declared = declare(defined, facts, self.faults)
        scope = self.scope(head, clauses, texts, {**facts, **declared})
        definitions: dict[str, Definition] = {}
        for node in defined:
            definitions |= define(node, declared, scope)
        check_circles(definitions, self.faults)
        local = read_controls(self.folder / "controls", str, self.faults)
        reader = RulesReader(scope, {**self.controls, **local})
        for root in files:
            reader.read(root)
        baselines = self.baselines({**facts, **declared})
        if len(self.faults) > before:
            return None
        return Pack(
            name=self.folder.name,
            title=head.title,
            number=head.number,
            version=head.version,
            versions=head.versions,
            forces=head.forces,
            vocabulary=replace(
                self.vocabulary,
                facts=scope.facts,
                baselines=baselines,
                holidays=replace(self.vocabulary.holidays, hours={WORKING: OFFICE_HOURS, **head.hours}),
            ),
            clauses=scope.clauses,
            who=head.who,
            says=head.says,
            grants=head.grants,
            rules=tuple(reader.rules.values()),
            definitions=definitions,
            parameters=head.parameters,
            settings=head.settings,
            setting_defaults=head.setting_defaults,
            texts=texts,
            account_kinds=head.account_kinds,
            in_doubt=head.in_doubt,
            silent_on=head.silent_on,
            documents=head.documents,
            chapters=head.chapters,
            baselines=baselines,
            digest=digest_of(deciding := self.deciding(reader.used)),
            files={name: str(path) for name, path in deciding},
            folder=str(self.folder),
        )

    def scope(
        self, head: PolicyHead, clauses: dict[str, Clause] | None, texts: Mapping[str, str], facts: Mapping[str, Fact]
    ) -> Scope:
        broken = {"clause"} if clauses is None else set()
        if not head.read:
            broken |= {"who", "say"}
        return Scope(
            faults=self.faults,
            facts=facts,
            concerns=self.vocabulary.concerns,
            moments=self.vocabulary.moments,
            clauses=clauses or {},
            who=head.who,
            says=head.says,
            texts=texts,
            hours=frozenset({WORKING, *head.hours}),
            documents={**head.documents, f"policy:{self.folder.name}": head.title},
            grants=head.grants,
            broken=frozenset(broken),
        )

    def clauses(self) -> dict[str, Clause] | None:
        path = self.folder / "clauses.yaml"
        if path.is_file():
            return read_clauses(path, str(path), self.faults)
        message = "This pack has no clauses.yaml."
        self.faults.append(Fault(Place(str(self.folder)), message, "List every requirement of the policy there."))
        return None

    def rule_files(self) -> list[Table]:
        roots = []
        for path in sorted((self.folder / "rules").rglob("*.yaml")):
            node = read_yaml(path, str(path), self.faults)
            root = as_table(node, "a file of rules", self.faults) if node is not None else None
            if root is not None:
                roots.append(root)
        return roots

    def baselines(self, facts: Mapping[str, Fact]) -> dict[str, dict[str, Any]]:
        """The shared sets of facts, with the pack's own laid over them."""
        path = self.folder / "baselines.yaml"
        named = {name: dict(values) for name, values in self.vocabulary.baselines.items()}
        node = read_yaml(path, str(path), self.faults) if path.is_file() else None
        table = as_table(node, "baselines.yaml", self.faults) if node is not None else None
        if table is not None:
            for name, values in read_baselines([table], facts, self.faults).items():
                named[name] = {**named.get(name, {}), **values}
        return named

    def stray(self) -> None:
        """Files that would be left out without a word."""
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder)
            if path.is_dir() and len(name.parts) == 1 and path.name not in _FOLDERS and path.name[0] not in "._":
                message = f'A pack has no folder "{path.name}".'
                self.faults.append(Fault(Place(str(path)), message, nearest(path.name, _FOLDERS)))
            elif path.is_file() and path.suffix == ".yml":
                message = "Only files that end in .yaml are read."
                self.faults.append(Fault(Place(str(path)), message, f"Rename it to {path.stem}.yaml."))

    def deciding(self, used: Mapping[str, Control]) -> list[tuple[str, Path]]:
        """What decisions turn on, for the digest: the pack's files, the vocabulary, the controls that it binds."""
        files = [(f"controls/{key}.yaml", Path(control.path)) for key, control in used.items()]
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder)
            decides = name.parts[0] not in (*_NOT_DECIDING, "controls")
            if decides and path.suffix in (".yaml", ".md") and path.is_file():
                files.append((name.as_posix(), path))
        return [*files, *self.vocabulary_files]
