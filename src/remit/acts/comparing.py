"""Do the kernel's rows still say what the ledger says? Approvals and applied acts are compared, one by one.

A verified ledger proves itself; this shows that nobody has changed, beside it, what pages show and the worker obeys.
People may go on working meanwhile: rows are read first, then all entries, and only entries that were there before the
rows were read must have theirs.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from remit.acts.act import Kind, registered
from remit.acts.evidence import decision_text
from remit.acts.models import Proposal, Say
from remit.acts.secrecy import pseudonym
from remit.ledger.hashing import instant
from remit.ledger.models import Disclosure, Entry
from remit.ledger.verifying import Fault

_CHUNK = 500


def compare(lost: Callable[[int], bool]) -> Iterator[Fault]:
    """Every difference. `lost` says of an entry that its rows were lost with a database, which the ledger admits."""
    last = Entry.objects.order_by("number").values_list("number", flat=True).last() or 0
    yield from _says(lambda number: number <= last and not lost(number))
    yield from _applied(lambda number: number <= last and not lost(number))


def _entries(*wanted: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = Entry.objects.filter(action__in=wanted).order_by("number").values_list("number", "body")
    for number, body in rows.iterator(chunk_size=_CHUNK):
        yield number, json.loads(bytes(body))


def _says(must_be_there: Callable[[int], bool]) -> Iterator[Fault]:
    """Each answer in the register is one that the ledger has, and the other way round; each void one was voided."""
    given = Say.objects.exclude(answer="", state__in=[Say.State.ASKED, Say.State.WAITING, Say.State.NOT_NEEDED])
    given = given.select_related("answered_by", "recorded_by", "proposal").defer("clauses", "covers")
    rows = [(_key(row), row.state, row.reason) for row in given.iterator(chunk_size=_CHUNK)]
    answers: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    voided: Counter[tuple[int, str]] = Counter()
    due: Counter[tuple[int, str]] = Counter()
    for number, said in _entries("say.answered", "say.voided"):
        about = said["about"]
        if said["action"] == "say.voided":
            voided[about["proposal"], about["say"]] += 1
            due[about["proposal"], about["say"]] += must_be_there(number)
            continue
        of = about.get("of", about["proposal"])  # earlier versions entered an answer with the proposal that it is on
        key = (of, about["say"], about["pack"], about["revision"], about["answer"], about["how"])
        answers[(*key, said["actor"], about.get("given_by", said["actor"]), said["at"])].append(number)
    void: Counter[tuple[int, str]] = Counter()
    for key, state, reason in rows:
        if not (numbers := answers.get(key)):
            yield Fault(
                None, f"The register has an answer ({key[1]}, proposal {key[0]}) that the ledger does not have."
            )
            continue
        number = numbers.pop(0)
        void[key[0], key[1]] += state == Say.State.VOID
        if state not in (Say.State.ANSWERED, Say.State.VOID):
            yield Fault(number, f"Entry {number} says that somebody answered; the register says that nobody has.")
        elif not _committed(number, "reason", reason):
            yield Fault(number, f"Entry {number} gives another reason for an answer than the register does.")
    for number in sorted(number for numbers in answers.values() for number in numbers):
        if must_be_there(number):
            yield Fault(number, f"Entry {number} says that somebody answered; the register has no such answer.")
    for proposal, say in sorted({*voided, *void}):
        if not due[proposal, say] <= void[proposal, say] <= voided[proposal, say]:
            yield Fault(
                None, f"The answer {say} of proposal {proposal} is void in the register or the ledger, not both."
            )


def _key(row: Say) -> tuple[Any, ...]:
    giver = pseudonym(row.answered_by, row.proposal.subject) if row.answered_by else ""
    actor = pseudonym(row.recorded_by, row.proposal.subject) if row.recorded_by else giver
    at = instant(row.answered_at) if row.answered_at else ""
    return (row.proposal_id, row.key, row.pack, row.revision, row.answer, row.how, actor, giver, at)


def _committed(number: int, field: str, value: str) -> bool:
    """Whether `value` is what the entry committed to; one that was erased there says nothing."""
    there = Disclosure.objects.filter(entry=number, field=field).first()
    return there is None or json.loads(bytes(there.payload)) == value


def _applied(must_be_there: Callable[[int], bool]) -> Iterator[Fault]:
    """Each act that the register calls done was done, on the decision that it shows, and the other way round."""
    acts = registered()
    rows = {}
    for row in Proposal.objects.filter(state=Proposal.State.APPLIED).iterator(chunk_size=_CHUNK):
        # A report is decided again when its questions are answered; its first decision is the ledger's alone.
        kept = row.act in acts and acts[row.act].kind is not Kind.REPORT
        rows[row.pk] = hashlib.sha256(decision_text(row)).hexdigest() if kept else None
    done: dict[int, int] = {}
    for number, said in _entries(*acts):
        if said["outcome"] == "applied" and "proposal" in said["about"]:
            done[said["about"]["proposal"]] = number
    for proposal, digest in rows.items():
        if (found := done.pop(proposal, None)) is None:
            yield Fault(None, f"The register calls proposal {proposal} done; the ledger does not.")
        elif digest and not _committed(found, "decision", digest):
            yield Fault(found, f"Entry {found} stands on another decision than proposal {proposal} shows.")
    for proposal, number in done.items():
        if must_be_there(number):
            yield Fault(number, f"Entry {number} says that proposal {proposal} was done; the register does not.")
