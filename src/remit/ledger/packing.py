"""The evidence pack: a zip with which a stranger sees what happened and checks it, without Remit or a network.

It holds entries with their proofs, the values that may be shown with their salts, the decisions they name, the
checkpoint, a verifier in one Python file, and a page that any browser opens from the disk.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from remit.ledger import actions, cosigning, keys, timestamps, tree
from remit.ledger.hashing import instant
from remit.ledger.models import Entry
from remit.ledger.recording import REMIT
from remit.ledger.sequencer import latest, publish, tiles
from remit.ledger.tiles import one_at_a_time

FORMAT = "remit-evidence/1"
OFFLINE = Path(__file__).parent / "offline"
#: The page's own data block; verify.py finds it by this.
_DATA = '<script type="application/json" id="evidence">{}</script>'


@dataclass(frozen=True)
class Matter:
    """What a pack is about, and what goes into it besides the entries."""

    title: str  # "Post 12"
    force: str
    #: What the entries are about, as "room.model:id".
    objects: Sequence[str]
    #: Number of an entry -> the decision that it names, as canonical JSON.
    decisions: Mapping[int, bytes] = field(default_factory=dict)
    #: Pictures: name, SHA-256 of the original and of what was published.
    pictures: Sequence[Mapping[str, str]] = ()
    #: The policies that decided: pack, title, version, digest, and the clauses that were cited.
    policies: Sequence[Mapping[str, Any]] = ()
    #: Digest of a policy -> its files as they were when it decided; empty where they were not kept.
    policy_files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    #: Pseudonym -> name as on the register, where names may be shown.
    people: Mapping[str, str] = field(default_factory=dict)


def entries_about(matter: Matter) -> QuerySet[Entry]:
    """Every entry about the matter, oldest first."""
    found = Entry.objects.filter(object__in=matter.objects, force=matter.force)
    return found.order_by("number").prefetch_related("disclosures")


def fields_of(entries: Iterable[Entry]) -> list[str]:
    """Names of the personal values that the entries still have, in order."""
    return sorted({disclosure.field for entry in entries for disclosure in entry.disclosures.all()})


def pack(matter: Matter, entries: Sequence[Entry], now: datetime, *, withheld: Collection[str] = ()) -> bytes:
    """The zip file.

    Args:
        withheld: names of personal values that are not to be shown; their entries stay provable without them.
    Raises:
        PolicyFault: the operator's policy of witnesses cannot be read.
        KeyFault, RolledBack: the entries are newer than the last checkpoint, and no new one can be signed.
        BadFiles: the log's files are damaged.
    """
    files = tiles()
    known = latest(files)
    if known is None or (entries and known.size < entries[-1].number):
        known = publish()
    named = cosigning.policy()
    cosigning.collect(now, at_once=True)
    timestamps.stamp(now, at_once=True)
    with one_at_a_time(files.folder):  # a checkpoint that were signed meanwhile would not fit the proofs
        known = latest(files) or known
        note = files.checkpoint.read_text(encoding="utf-8")
        stamped = timestamps.of(known)
        shown = [_shown(entry, known.size, files.node, withheld) for entry in entries]
    numbers = {entry.number for entry in entries}
    decisions = {n: text for n, text in matter.decisions.items() if "decision" not in withheld}
    evidence = {
        "format": FORMAT,
        "title": matter.title,
        "force": matter.force,
        "made_at": instant(now),
        "keys": [str(key) for key in keys.public()],
        "checkpoint": note,
        "witnesses": named[1] if named else "",
        "entries": shown,
        "people": {REMIT: "Remit", **matter.people},
        "pictures": [dict(picture) for picture in matter.pictures],
        "policies": [_policy(policy, matter) for policy in matter.policies],
    }
    more = {f"decisions/{number}.json": text for number, text in decisions.items() if number in numbers}
    if stamped is not None:
        more |= {"checkpoint.stamped": stamped.note, "checkpoint.tsr": stamped.answer}
    for digest, kept in matter.policy_files.items():
        more |= {f"{_folder(digest)}/{name}": content for name, content in kept.items()}
    return _zipped(evidence, more)


def _policy(policy: Mapping[str, Any], matter: Matter) -> dict[str, Any]:
    """A policy with the folder in which its files are; "" where they were not kept."""
    digest = policy.get("digest", "")
    return {**policy, "files": _folder(digest) if matter.policy_files.get(digest) else ""}


def _folder(digest: str) -> str:
    return f"policies/{digest.removeprefix('sha256:')[:16]}"


def _shown(entry: Entry, size: int, node: tree.Node, withheld: Collection[str]) -> dict[str, Any]:
    """One entry with its proof, and its values with their salts."""
    return {
        "number": entry.number,
        "words": actions.words(entry.action),
        "body": bytes(entry.body).decode(),
        "proof": [base64.b64encode(part).decode() for part in tree.inclusion(entry.number - 1, size, node)],
        "disclosed": {
            d.field: {"salt": bytes(d.salt).hex(), "payload": bytes(d.payload).decode()}
            for d in sorted(entry.disclosures.all(), key=lambda d: d.field)
            if d.field not in withheld
        },
    }


def _zipped(evidence: dict[str, Any], more: Mapping[str, bytes]) -> bytes:
    written = json.dumps(evidence, ensure_ascii=False, indent=1)
    made = datetime.fromisoformat(evidence["made_at"])
    content: dict[str, bytes] = {
        "README.txt": _cover(evidence).encode(),
        "index.html": _page(evidence).encode(),
        "page.js": (OFFLINE / "page.js").read_bytes(),
        "page.css": (OFFLINE / "page.css").read_bytes(),
        "verify.py": (OFFLINE / "verify.py").read_bytes(),
        "evidence.json": written.encode(),
        "checkpoint": evidence["checkpoint"].encode(),
        **({"witnesses": evidence["witnesses"].encode()} if evidence["witnesses"] else {}),
        **more,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            info = zipfile.ZipInfo(name, made.timetuple()[:6])
            info.external_attr = 0o644 << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _page(evidence: dict[str, Any]) -> str:
    """The page with its data; "<" is written so that nothing in a post can end the block."""
    data = json.dumps(evidence, ensure_ascii=False).replace("<", "\\u003c")
    return (OFFLINE / "index.html").read_text(encoding="utf-8").replace(_DATA.format(""), _DATA.format(data))


def _cover(evidence: dict[str, Any]) -> str:
    """The cover sheet, in plain words."""
    last = evidence["entries"][-1]["number"] if evidence["entries"] else 0
    said = {
        "title": ", ".join(filter(None, (evidence["title"], evidence["force"]))),
        "made": evidence["made_at"],
        "count": len(evidence["entries"]),
        "first": evidence["entries"][0]["number"] if evidence["entries"] else 0,
        "last": last,
        "keys": "\n".join(f"    {key}" for key in evidence["keys"]),
    }
    return (OFFLINE / "README.txt").read_text(encoding="utf-8").format(**said)
