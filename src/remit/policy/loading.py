"""Loads folders of packs into a `Library`. A pack is a folder with a policy.yaml; adding one takes no Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from remit.policy.controls import read_controls
from remit.policy.entries import as_table
from remit.policy.faults import Fault, PackFaults, Place, nearest
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


def load_library(folders: Sequence[Path]) -> Library:
    """Every pack of `folders`; the first is the shipped one, with the shared vocabulary and controls.

    A later folder may hold packs, and `facts/`, `concerns.yaml`, `moments.yaml` and `controls/` of its own.

    Raises:
        PackFaults: with every fault of every pack, or of the vocabulary when that is at fault already.
    """
    vocabulary = load_vocabulary(*folders)
    faults: list[Fault] = []
    shared: dict[str, Control] = {}
    packs: dict[str, Pack] = {}
    for folder in folders:
        if not folder.is_dir():
            faults.append(Fault(Place(str(folder)), "There is no such folder.", "Check REMIT_PACKS."))
            continue
        shared |= read_controls(folder / "controls", str, faults)
        for path in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith((".", "_"))):
            if path.name in _SHARED:
                continue
            pack = _PackReader(path, vocabulary, shared, _vocabulary_of(folders[0], folder), faults).read()
            if pack is not None and path.name in packs:
                message = f'There are two packs "{path.name}"; the other is {packs[path.name].folder}.'
                faults.append(Fault(Place(str(path)), message, "Rename one of the two folders."))
            elif pack is not None:
                packs[path.name] = pack
    _one_pack_a_force(packs, faults)
    if faults:
        raise PackFaults(faults)
    return Library(vocabulary, packs, shared)


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


def _one_pack_a_force(packs: Mapping[str, Pack], faults: list[Fault]) -> None:
    """A setting is read under one name by every pack of a force, so it must have one type."""
    for pack in packs.values():
        for other in packs.values():
            if pack.name >= other.name or not set(pack.forces) & set(other.forces):
                continue
            for name in sorted(set(pack.settings) & set(other.settings)):
                if pack.settings[name].type != other.settings[name].type:
                    message = f"{name} has another type in the pack {other.name} of the same force."
                    faults.append(Fault(pack.settings[name].place, message, "Give the two settings different names."))


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
            vocabulary=replace(self.vocabulary, facts=scope.facts, baselines=baselines),
            clauses=scope.clauses,
            who=head.who,
            says=head.says,
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
            baselines=baselines,
            digest=self.digest(reader.used),
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

    def digest(self, used: Mapping[str, Control]) -> str:
        """sha256 over what decisions turn on: the pack's files, the vocabulary, the controls that it binds."""
        files = [(f"controls/{key}.yaml", Path(control.path)) for key, control in used.items()]
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder)
            deciding = name.parts[0] not in (*_NOT_DECIDING, "controls")
            if deciding and path.suffix in (".yaml", ".md") and path.is_file():
                files.append((name.as_posix(), path))
        return digest_of([*files, *self.vocabulary_files])
