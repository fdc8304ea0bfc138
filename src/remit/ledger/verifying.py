"""Checking the whole ledger: every hash computed again, against the database, the log's files and what was signed.

It goes through the entries in blocks of 256, so that memory stays small however long the ledger is, and names every
entry that does not hold, not only the first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from remit.ledger import cosigning, timestamps, triggers
from remit.ledger.hashing import START, canonical, commitment, instant, linked
from remit.ledger.keys import KeyFault
from remit.ledger.models import Disclosure, Entry, Head
from remit.ledger.notes import BadNote, Checkpoint
from remit.ledger.sequencer import RolledBack, check_seen, latest, tiles
from remit.ledger.tiles import BadFiles, Tiles, bundle
from remit.ledger.tree import WIDTH, Growing, leaf_hash

#: Faults that a report lists; beyond them it only counts.
LISTED = 1_000
_COLUMNS = ("number", "force", "at", "action", "object", "body", "previous_hash", "hash")
_quick = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
#: How far it has come, for a progress bar: (entries checked, entries there are).
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Fault:
    """Something that does not hold: the number of the entry, or None where it is about the log as a whole."""

    entry: int | None
    words: str


#: Compares a room's rows with what the ledger says of them. It is told which entries' rows were lost with a database.
Comparison = Callable[[Callable[[int], bool]], Iterable[Fault]]
_comparisons: list[Comparison] = []


def register_comparison(comparison: Comparison) -> None:
    """A room says how its rows are compared with the ledger; done whenever everything else holds."""
    if comparison not in _comparisons:
        _comparisons.append(comparison)


@dataclass(frozen=True)
class Report:
    """What a verification found."""

    entries: int  # entries looked at, of the force asked for or of all
    number: int  # length of the chain
    head: str  # hash of the last entry, hexadecimal
    faults: tuple[Fault, ...] = ()
    unlisted: int = 0  # faults beyond the first LISTED
    checkpoint: Checkpoint | None = None  # the last one signed, if its signature holds
    unguarded: tuple[str, ...] = ()  # triggers that should refuse changes and are not there

    @property
    def holds(self) -> bool:
        """Whether every entry is as it was written, none is missing, and the database still guards them."""
        return not self.faults and not self.unguarded

    @property
    def bad_entry(self) -> int | None:
        """The first entry that does not hold."""
        return min((fault.entry for fault in self.faults if fault.entry is not None), default=None)

    @property
    def reason(self) -> str:
        """The first fault in words; empty when there is none."""
        return self.faults[0].words if self.faults else ""


def verify(force: str | None = None, *, seen: Checkpoint | None = None, progress: Progress | None = None) -> Report:
    """Compute the ledger again from its bodies and name everything that does not hold.

    Args:
        force: count only this force's entries (the log runs through all forces, so all are checked).
        seen: a checkpoint that was kept elsewhere; a log that does not begin as it says has been put back or rewritten.
    """
    walk = _Walk(force, tiles(), tuple(triggers.missing(connection)))
    walk.begin(seen)
    while walk.block(progress):
        pass
    walk.finish()
    if not walk.faults:  # what the ledger says is only worth comparing with while it holds
        walk.compare()
    return walk.report()


@dataclass
class _Walk:
    """How far the verification has come."""

    force: str | None
    files: Tiles
    unguarded: tuple[str, ...]
    number: int = 0  # the last entry looked at
    counted: int = 0
    previous: bytes = START  # the hash of the last entry, as it stands there
    chain: bytes = START  # the same, computed from the leaves that were signed; unknown after a gap in what was not
    known: Checkpoint | None = None
    growing: Growing = field(default_factory=Growing)  # the tree, from the leaves in the files
    faults: list[Fault] = field(default_factory=list)
    unlisted: int = 0
    #: Commitments whose value is gone; the erasure that explains it comes later in the log.
    gone: set[tuple[int, str]] = field(default_factory=set)
    #: Ranges of entries that were put back without the rows that they record.
    recovered: list[tuple[int, int]] = field(default_factory=list)

    def fault(self, entry: int | None, words: str) -> None:
        if len(self.faults) < LISTED:
            self.faults.append(Fault(entry, words))
        else:
            self.unlisted += 1

    def begin(self, seen: Checkpoint | None) -> None:
        """Read what was signed, and look for what no honest ledger has."""
        try:
            self.known = latest(self.files)
            for earlier in (seen, cosigning.met_last()):
                if earlier is not None:
                    check_seen(earlier, self.files, self.known)
        except (BadFiles, BadNote, KeyFault, RolledBack) as fault:
            self.fault(None, str(fault))
        false = cosigning.false_cosignature()
        for words in [*([false] if false else []), *timestamps.faults(self.known)]:
            self.fault(None, words)
        for number in Entry.objects.filter(number__lt=1).values_list("number", flat=True):
            self.fault(number, f"Entry {number} was slipped in: the first entry is number 1.")

    def block(self, progress: Progress | None) -> bool:
        """Check the next 256 entries; False when there are no more."""
        start, signed = self.number, self.known.size if self.known else 0
        rows = _rows(start, start + WIDTH)
        if not rows and start >= signed:
            return self._skip()
        end = max(*rows, min(start + WIDTH, signed), start)
        leaves = self._signed_leaves(start, min(end, signed))
        disclosed = _disclosed(start, end)
        for number in range(start + 1, end + 1):
            self._step(number, rows.get(number), disclosed[number], leaves.get(number))
        self.number = end
        if progress:
            head = Head.objects.first()
            progress(end, max(end, signed, head.number if head else 0))
        return True

    def _skip(self) -> bool:
        """Go on to the next entry that there is, however far away somebody has put it; False when there is none."""
        following = Entry.objects.filter(number__gt=self.number).order_by("number").values_list("number", flat=True)
        if (number := following.first()) is None:
            return False
        self.fault(self.number + 1, f"Entry {self.number + 1} is missing: after {self.number} comes {number}.")
        self.number, self.previous, self.chain = number - 1, b"", b""
        return True

    def _step(self, number: int, row: Any, disclosed: list[Any], leaf: bytes | None) -> None:
        if row is None or isinstance(row, Exception):
            self.fault(number, f"Entry {number} {'is missing' if row is None else 'cannot be read'}.")
            self._pass(leaf)
            return
        words, said = self._examine(row, disclosed, leaf)
        if words:
            self.fault(number, f"Entry {number} {words}")
        elif said:
            self._take_in(number, said, disclosed)

    def _pass(self, leaf: bytes | None) -> None:
        """Go on behind an entry that is not there."""
        self.chain = linked(self.chain, leaf) if leaf and self.chain else b""
        self.previous = self.chain

    def _examine(self, row: Any, disclosed: list[Any], leaf: bytes | None) -> tuple[str, dict[str, Any] | None]:
        """What is wrong with one entry, continuing the sentence "Entry 7 …", and what it says where nothing is."""
        try:
            body, before, own = (_bytes(row[i]) for i in (5, 6, 7))
        except TypeError:
            self._pass(leaf)
            return "cannot be read.", None
        fresh = leaf_hash(body)
        due = {self.chain} if leaf and self.chain else {self.previous, self.chain}
        in_line = before in due or due == {b""}
        self.previous, self.chain = own, linked(self.chain or before, leaf or fresh)
        if leaf is not None and fresh != leaf:
            return "is not the one that was signed: it was altered afterwards.", None
        if not in_line:
            return "is not chained to the entry before it.", None
        if own != linked(before, fresh):
            return "has been altered: its hash does not fit its content.", None
        try:
            said = json.loads(body)
            if not _is_canonical(said, body):
                return "is not written as canonical JSON.", None
            for column, value in zip(_COLUMNS[:5], row[:5], strict=True):
                if said[column] != (instant(value) if isinstance(value, datetime) else value):
                    return f"has been altered: its column {column} does not fit its content.", None
            commitments = said["commitments"]
            for name, salt, payload in disclosed:
                if commitments.get(name) != commitment(_bytes(salt), _bytes(payload)):
                    return f"has a disclosure of {name} that does not fit its commitment.", None
        except (ValueError, KeyError, TypeError, AttributeError):
            return "cannot be read.", None
        return "", said

    def _take_in(self, number: int, said: dict[str, Any], disclosed: list[Any]) -> None:
        """Remember what an entry that holds says about others."""
        self.counted += self.force is None or said["force"] == self.force
        there = {name for name, _, _ in disclosed}
        self.gone.update((number, name) for name in said["commitments"] if name not in there)
        if said["action"] == "ledger.erased":
            self.gone.discard((said["about"]["entry"], said["about"]["field"]))
        elif said["action"] == "ledger.recovered":
            first, last = said["about"]["first"], said["about"]["last"]
            self.recovered.append((first, last))
            self.gone = {(entry, name) for entry, name in self.gone if not first <= entry <= last}

    def _signed_leaves(self, start: int, end: int) -> dict[int, bytes]:
        """The hashes of entries start+1 … end in the log's files, the files checked on the way."""
        if end <= start:
            return {}
        number, width = start // WIDTH, end - start
        try:
            leaves = self.files.hashes(0, number, width)
            for level, tile, hashes in (full for leaf in leaves for full in self.growing.append(leaf)):
                if self.files.hashes(level, tile) != hashes:
                    raise BadFiles(f"{self.files.path(level, tile)} does not fit the entries below it.")
            bodies = self.files.bodies(number, width)
            for at, (body, leaf) in enumerate(zip(bodies, leaves, strict=True), start + 1):
                if leaf_hash(body) != leaf:
                    self.fault(at, f"Entry {at} in {self.files.path('entries', number, width)} does not fit its hash.")
            if bundle(bodies) != self.files.read("entries", number, width)[: sum(map(len, bodies)) + 2 * width]:
                raise BadFiles(f"{self.files.path('entries', number, width)} is not written as it should be.")
        except (BadFiles, OSError) as fault:
            self.fault(None, str(fault))
            return {}
        return dict(enumerate(leaves, start + 1))

    def finish(self) -> None:
        """Check where everything ends: the tree at what was signed, the chain at its head."""
        if self.known is not None and self.known.size:
            self._end_of_files(self.known)
        head = Head.objects.first()
        if head is None and self.number:
            self.fault(self.number, f"The head of the chain is gone; its last entry is {self.number}.")
        elif head is not None:
            self._end_of_chain(head)
        for number, name in sorted(self.gone):
            self.fault(number, f"Entry {number} has lost the value of {name}, and no entry says that it was erased.")
        stray = Disclosure.objects.exclude(entry__number__range=(1, self.number))
        for entry, name in stray.values_list("entry_id", "field")[:LISTED]:
            self.fault(entry, f"There is a disclosure of {name} for entry {entry}, which does not exist.")

    def compare(self) -> None:
        """Compare the rooms' rows with what the ledger says."""
        for comparison in _comparisons:
            for fault in comparison(lambda number: any(first <= number <= last for first, last in self.recovered)):
                self.fault(fault.entry, fault.words)

    def report(self) -> Report:
        return Report(
            self.counted,
            self.number,
            self.previous.hex(),
            tuple(self.faults),
            self.unlisted,
            self.known,
            self.unguarded,
        )

    def _end_of_files(self, known: Checkpoint) -> None:
        if self.growing.size != known.size or self.growing.root() != known.root:
            self.fault(None, f"The log's files do not have the root that was signed for {known.size} entries.")
            return
        try:
            for level, tile, hashes in self.growing.partial():
                if self.files.hashes(level, tile, len(hashes)) != hashes:
                    raise BadFiles(f"{self.files.path(level, tile, len(hashes))} does not fit the entries below it.")
        except (BadFiles, OSError) as fault:
            self.fault(None, str(fault))

    def _end_of_chain(self, head: Head) -> None:
        ends = Entry.objects.order_by("number").values_list("number", "hash").last()
        number, own = ends or (0, START)
        if number < head.number:  # not an entry added since the last block: that would be there
            if number == self.number:
                self.fault(number + 1, f"Entry {number + 1} is missing: the chain has been cut off after {number}.")
        elif number > head.number and Head.objects.get().number == head.number:
            beyond = head.number + 1
            self.fault(beyond, f"Entry {beyond} is beyond where the head of the chain says it ends.")
        elif number == head.number and not _same(head.hash, own):
            self.fault(number, f"Entry {number} is not where the head of the chain says it ends.")


def _rows(after: int, until: int) -> dict[int, Any]:
    """Entries after `after` up to `until`, as tuples of _COLUMNS, by number; an exception where one cannot be read."""
    entries = Entry.objects.filter(number__gt=after, number__lte=until).order_by("number").values_list(*_COLUMNS)
    try:
        return {row[0]: row for row in entries}
    except (ValueError, TypeError, OverflowError):
        return dict(_one_by_one(after, until))


def _one_by_one(after: int, until: int) -> Iterator[tuple[int, Any]]:
    for number in range(after + 1, until + 1):
        try:
            row = Entry.objects.filter(number=number).values_list(*_COLUMNS).first()
        except (ValueError, TypeError, OverflowError) as fault:
            yield number, fault
        else:
            if row is not None:
                yield number, row


def _disclosed(after: int, until: int) -> dict[int, list[Any]]:
    """(field, salt, payload) of each disclosure, by the number of its entry."""
    found: dict[int, list[Any]] = defaultdict(list)
    rows = Disclosure.objects.filter(entry__number__gt=after, entry__number__lte=until)
    for number, *disclosure in rows.values_list("entry_id", "field", "salt", "payload"):
        found[number].append(disclosure)
    return found


def _is_canonical(said: Any, body: bytes) -> bool:
    """Whether `body` is `said` as RFC 8785 writes it; Python's own encoder, which is faster, nearly always agrees."""
    return _quick(said).encode() == body or canonical(said) == body


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    raise TypeError("not bytes")


def _same(one: Any, other: Any) -> bool:
    try:
        return _bytes(one) == _bytes(other)
    except TypeError:
        return False
