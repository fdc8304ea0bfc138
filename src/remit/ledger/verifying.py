"""Checking the whole ledger: every hash is computed again, and the first entry that does not hold is named."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from remit.ledger import triggers
from remit.ledger.hashing import START, canonical, chained, commitment, instant
from remit.ledger.models import Disclosure, Entry, Head

_BATCH = 500


@dataclass(frozen=True)
class Report:
    """What a verification found. `head` can be kept elsewhere and given to the next one."""

    entries: int  # entries looked at, of the force asked for or of all
    number: int  # length of the chain
    head: str  # hash of the last good entry, hexadecimal
    bad_entry: int | None = None  # number of the first entry that does not hold
    reason: str = ""  # why, in words
    unguarded: tuple[str, ...] = ()  # triggers that should refuse changes and are not there

    @property
    def holds(self) -> bool:
        """Whether every entry is as it was written, none is missing, and the database still guards them."""
        return self.bad_entry is None and not self.unguarded


def verify(force: str | None = None, *, known: tuple[int, str] | None = None) -> Report:
    """Compute the ledger again from its bodies and say what is wrong, first fault first.

    Args:
        force: count only this force's entries (the chain runs through all forces, so all are checked).
        known: number and head hash of an earlier report kept elsewhere; a chain that no longer contains it has been
            rewritten or cut off.
    """
    walk = _Walk(force, known, tuple(triggers.missing(connection)))
    while True:
        for entry, disclosed in _entries(after=walk.number):
            if fault := walk.step(entry, disclosed):
                return fault
        head = Head.objects.first()
        ends_at = head.number if head else 0
        # Entries may have been added while we read; the head moves with them, so look again before judging.
        if ends_at > walk.number and Entry.objects.filter(number__gt=walk.number).exists():
            continue
        return walk.end(head)


class _Walk:
    """How far the verification has come."""

    def __init__(self, force: str | None, known: tuple[int, str] | None, unguarded: tuple[str, ...]) -> None:
        self.force, self.known, self.unguarded = force, known, unguarded
        self.previous, self.number, self.counted = START, 0, 0

    def step(self, entry: Entry, disclosed: list[Disclosure]) -> Report | None:
        """Check one entry and move on to it; a report when it does not hold."""
        if entry.number != self.number + 1:
            wanted = self.number + 1
            return self.bad(wanted, f"Entry {wanted} is missing: after {self.number} comes {entry.number}.")
        if fault := _fault(entry, self.previous, disclosed):
            return self.bad(entry.number, f"Entry {entry.number} {fault}")
        self.previous, self.number = bytes(entry.hash), entry.number
        if self.known and self.number == self.known[0] and self.previous.hex() != self.known[1]:
            return self.bad(
                self.number,
                f"Entry {self.number} is not the one whose hash was kept elsewhere: the chain was rewritten.",
            )
        self.counted += self.force is None or entry.force == self.force
        return None

    def end(self, head: Head | None) -> Report:
        """Check that the chain ends where its head says, and where the report kept elsewhere says it must reach."""
        ends_at = max(head.number if head else 0, self.known[0] if self.known else 0)
        if ends_at > self.number:
            return self.bad(
                self.number + 1, f"Entry {self.number + 1} is missing: the chain has been cut off after {self.number}."
            )
        if head is None and self.number:
            return self.bad(self.number, f"The head of the chain is gone; its last entry is {self.number}.")
        if head and (head.number, bytes(head.hash)) != (self.number, self.previous):
            return self.bad(self.number, f"Entry {self.number} is not where the head of the chain says it ends.")
        return Report(self.counted, self.number, self.previous.hex(), unguarded=self.unguarded)

    def bad(self, at: int, reason: str) -> Report:
        return Report(self.counted, self.number, self.previous.hex(), at, reason, self.unguarded)


def _entries(after: int) -> Iterator[tuple[Entry, list[Disclosure]]]:
    """Entries in order with their disclosures, a batch at a time, so that memory stays small."""
    last = after or -1  # below 1 as well: an entry numbered 0 has been slipped in
    while batch := list(Entry.objects.filter(number__gt=last).order_by("number")[:_BATCH]):
        disclosures: dict[int, list[Disclosure]] = defaultdict(list)
        for disclosure in Disclosure.objects.filter(entry__number__range=(batch[0].number, batch[-1].number)):
            disclosures[disclosure.entry_id].append(disclosure)
        yield from ((entry, disclosures[entry.number]) for entry in batch)
        last = batch[-1].number


def _fault(entry: Entry, previous: bytes, disclosed: list[Disclosure]) -> str:
    """What is wrong with one entry, continuing the sentence "Entry 7 …"; empty when it holds."""
    body = bytes(entry.body)
    if bytes(entry.previous_hash) != previous:
        return "is not chained to the entry before it."
    if bytes(entry.hash) != chained(previous, body):
        return "has been altered: its hash does not fit its content."
    try:
        said: dict[str, Any] = json.loads(body)
        if canonical(said) != body:
            return "is not written as canonical JSON."
        columns = {
            "number": entry.number,
            "at": instant(entry.at),
            "force": entry.force,
            "action": entry.action,
            "object": entry.object,
        }
        for column, value in columns.items():
            if said[column] != value:
                return f"has been altered: its column {column} does not fit its content."
        commitments = said["commitments"]
    except (ValueError, KeyError, TypeError):
        return "cannot be read."
    for disclosure in disclosed:
        if commitments.get(disclosure.field) != commitment(bytes(disclosure.salt), bytes(disclosure.payload)):
            return f"has a disclosure of {disclosure.field} that does not fit its commitment."
    return ""
