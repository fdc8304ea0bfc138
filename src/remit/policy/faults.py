"""A fault in a pack or in facts: where it is, what is wrong, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Place:
    """A position in a file: `file` as given, `line` and `column` counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


#: The place of what was never written in a file.
NOWHERE = Place("")


@dataclass(frozen=True, order=True)
class Fault:
    """One fault. `remedy` says what to write instead; `severity` is "error" (does not load) or "warning"."""

    place: Place
    message: str
    remedy: str
    severity: str = "error"
    #: What a warning has in common with others of which a pack may have very many; empty for all else.
    kind: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.remedy}".rstrip()

    def to_json(self) -> dict[str, object]:
        return {
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "message": self.message,
            "remedy": self.remedy,
            "severity": self.severity,
        }


#: Of more warnings of one kind than this, each file's are told in one line.
MANY = 10


def in_short(faults: Sequence[Fault]) -> list[str]:
    """A line for each fault; of the kinds that there are very many of, one for each file, with the first of them."""
    kinds = Counter(fault.kind for fault in faults)
    alike = Counter((fault.kind, fault.place.file) for fault in faults)
    told: dict[object, str] = {}
    for number, fault in enumerate(faults):
        line = f"{fault.severity}: {fault}"
        if not fault.kind or kinds[fault.kind] <= MANY:
            told[number] = line
            continue
        group = fault.kind, fault.place.file
        more = alike[group] - 1
        told.setdefault(group, f"{line} (And {more} more like it in this file.)" if more else line)
    return list(told.values())


class PackFaults(Exception):
    """A pack (or the shared vocabulary) could not be loaded. `faults` has every fault found, in file order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(str(f) for f in self.faults))


def nearest(word: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest right spelling of `word` among `known`, or lists a few."""
    choices = sorted(known)
    folded = {choice.casefold(): choice for choice in choices}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f'Did you mean "{folded[close[0]]}"?'
    shown = ", ".join(choices[:8]) + (", …" if len(choices) > 8 else "")
    return f"Use one of: {shown}." if choices else "There is none to choose from yet; write it first."
