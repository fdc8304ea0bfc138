"""What belongs to one matter: each room says which objects of the ledger, and which pictures, make up its subjects."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml

from remit.acts.evidence import decision_text
from remit.acts.models import Proposal, Referral
from remit.acts.packs import library
from remit.acts.referrals import may_see
from remit.acts.secrecy import may_know
from remit.evidence import policies
from remit.ledger import packing
from remit.ledger.models import Entry
from remit.ledger.reading import line
from remit.people.models import Person


@dataclass(frozen=True)
class About:
    """A subject as evidence: what it is called, whose it is, and what the ledger calls each part of it."""

    title: str  # "Post 12"
    force: str
    objects: Sequence[str]  # "room.model:id"
    pictures: Sequence[Mapping[str, str]] = ()  # name, original_sha256, rendition_sha256


_finders: dict[str, Callable[[int], About | None]] = {}


def register(kind: str, finder: Callable[[int], About | None]) -> None:
    """A room says what belongs to its subjects: `kind` is "room.model"; the finder takes the id."""
    _finders[kind] = finder


def about(subject: str) -> About | None:
    """What belongs to `subject`, also once it is gone from its room; None where the ledger has never heard of it."""
    kind, _, number = subject.partition(":")
    finder = _finders.get(kind)
    if finder and number.isdigit() and (found := finder(int(number))):
        return found
    entry = Entry.objects.filter(object=subject).order_by("number").first()
    return About(subject, entry.force, [subject]) if entry else None


def entries(about: About, viewer: Any, now: datetime) -> list[Entry]:
    """The entries about it, oldest first, without those of referrals that `viewer` may not see (None may see all)."""
    found = packing.entries_about(packing.Matter(about.title, about.force, about.objects))
    return [entry for entry in found if viewer is None or visible(entry, viewer, now)]


def visible(entry: Entry, viewer: Person, now: datetime) -> bool:
    """Whether `viewer`, who may read the ledger, may see this entry: of a referral, only whom it names."""
    if not may_know(entry.object, viewer, now):
        return False
    if not entry.action.startswith("referral."):
        return True
    referral = Referral.objects.filter(pk=_said(entry)["about"].get("referral")).first()
    return referral is not None and may_see(referral, viewer, now)


def matter(about: About, entries: Sequence[Entry], *, names: bool) -> packing.Matter:
    """Everything that goes into the pack besides the entries; `names` puts the register's names in."""
    lines = [line(entry) for entry in entries]
    people = {said.actor for said in lines} if names else set()
    policies.keep()
    decided_by = _policies(lines)
    return packing.Matter(
        about.title,
        about.force,
        about.objects,
        decisions=_decisions(entries),
        pictures=about.pictures,
        policies=decided_by,
        policy_files={each["digest"]: policies.kept(each["digest"]) for each in decided_by},
        people=dict(Person.objects.filter(pseudonym__in=people).values_list("pseudonym", "display_name")),
    )


def _said(entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(bytes(entry.body))
    return said


def _decisions(entries: Iterable[Entry]) -> dict[int, bytes]:
    """Each entry's decision, as far as it is still the one that its entry names."""
    found = {}
    for entry in entries:
        named = next((json.loads(bytes(d.payload)) for d in entry.disclosures.all() if d.field == "decision"), None)
        proposal = Proposal.objects.filter(pk=_said(entry)["about"].get("proposal")).first() if named else None
        if proposal is not None:
            text = decision_text(proposal)
            if hashlib.sha256(text).hexdigest() == named:
                found[entry.number] = text
    return found


def _policies(lines: Iterable[Any]) -> list[dict[str, Any]]:
    """The packs that decided, each with the clauses cited, in the words of the pack as it was where that was kept."""
    cited: dict[tuple[str, str, str], set[str]] = {}
    for said in lines:
        for pack in said.packs:
            cited.setdefault((pack["pack"], pack["version"], pack["digest"]), set()).update(said.clauses)
    found = []
    for (name, version, digest), clauses in sorted(cited.items()):
        title, words = _words(name, digest)
        known = [{"id": key, **words[key]} for key in sorted(clauses) if key in words]
        found.append({"pack": name, "title": title, "version": version, "digest": digest, "clauses": known})
    return found


def _words(name: str, digest: str) -> tuple[str, dict[str, dict[str, str]]]:
    """The title of a pack, and number and words of each clause: as they were, or as they are where that is lost."""
    pack = library().packs.get(name)
    files = policies.kept(digest) if pack is None or pack.digest != digest else {}
    if files:
        head, clauses = (yaml.safe_load(files[file]) for file in ("policy.yaml", "clauses.yaml"))
        return str(head["title"]), {k: {"clause": str(c["clause"]), "says": c["says"]} for k, c in clauses.items()}
    if pack is None:
        return name, {}
    return pack.title, {key: {"clause": c.number, "says": c.says} for key, c in pack.clauses.items()}
