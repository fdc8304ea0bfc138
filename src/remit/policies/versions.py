"""Earlier versions of a policy, read again from the files that were kept when they decided."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath

import yaml

from remit.acts.packs import library
from remit.evidence.policies import kept, kept_digests
from remit.policy.faults import PackFaults
from remit.policy.loading import load_library
from remit.policy.packs import Pack

_VOCABULARY = ("vocabulary", "own", "controls")


@dataclass(frozen=True)
class Earlier:
    """A version that decided once and is no longer in use."""

    digest: str
    name: str  # of the pack that it was
    version: str

    @property
    def key(self) -> str:
        """What an address calls it: short, and no pack is called so."""
        return self.digest.removeprefix("sha256:")[:12]


def earlier_versions(pack: Pack) -> list[Earlier]:
    """The kept versions of `pack` other than the one it is now: those whose policy has its number and title."""
    found = []
    for digest in kept_digests():
        number, title, version = _head(digest)
        if digest != pack.digest and (number, title) == (pack.number, pack.title):
            found.append(Earlier(digest, pack.name, version))
    return sorted(found, key=lambda one: (one.version, one.digest))


def read_earlier(version: Earlier) -> Pack | None:
    """The pack as it was, as it is read at an address of its own; None where it can no longer be read."""
    pack = read_kept(version.name, version.digest)
    # Its cases are not kept, so its folder leads nowhere.
    return replace(pack, name=version.key, folder="") if pack else None


def key_of(name: str, digest: str) -> str:
    """What addresses call the pack `name` as it was with `digest`: its name where that is as it is, or was not kept."""
    pack = library().packs.get(name)
    if pack is None or pack.digest == digest:
        return name
    return next((each.key for each in earlier_versions(pack) if each.digest == digest), name)


def in_force_on(pack: Pack, day: date) -> Pack | None:
    """The pack as it was in force on `day`: itself where its version was in force, else the latest kept that was."""
    if _began(pack) <= day:
        return pack
    kept_then = [read_kept(each.name, each.digest) for each in earlier_versions(pack)]
    then = [each for each in kept_then if each is not None and _began(each) <= day]
    return max(then, key=_began, default=None)


def _began(pack: Pack) -> date:
    """The day on which the version that a pack says it is came into force; always, where it states none."""
    own = [each.in_force_from for each in pack.versions if each.number == pack.version]
    return next((day for day in own if day is not None), date.min)


@lru_cache(maxsize=8)
def read_kept(name: str, digest: str) -> Pack | None:
    """The pack as it was; None where its files are gone, or are of a language that this Remit no longer reads."""
    files = kept(digest)
    with tempfile.TemporaryDirectory(prefix="remit-") as folder:
        for file, content in files.items():
            path = Path(folder, *_place(PurePosixPath(file), name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        folders = [path for part in ("vocabulary", "own") if (path := Path(folder, part)).is_dir()]
        try:
            pack = load_library(folders).packs.get(name) if folders else None
        except PackFaults:
            return None
    return replace(pack, digest=digest) if pack else None


def _place(name: PurePosixPath, pack: str) -> tuple[str, ...]:
    """Where a kept file stands, so that it loads: controls and vocabulary first, the pack beside them."""
    if name.is_absolute() or ".." in name.parts:
        raise ValueError(f"A kept policy has a file {name}.")
    if name.parts[0] == "controls":
        return ("vocabulary", *name.parts)
    return name.parts if name.parts[0] in _VOCABULARY else ("vocabulary", pack, *name.parts)


@lru_cache(maxsize=256)
def _head(digest: str) -> tuple[str, str, str]:
    """The number, title and version of a kept policy; "" where it cannot be read."""
    try:
        head = yaml.safe_load(kept(digest).get("policy.yaml", b""))
    except yaml.YAMLError:
        head = None
    head = head if isinstance(head, dict) else {}
    return str(head.get("number", "")), str(head.get("title", "")), str(head.get("version", ""))
