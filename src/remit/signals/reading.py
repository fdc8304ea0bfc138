"""What a reading gives: signals with their evidence, and the facts that they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Pieces of evidence kept for one signal; a text that repeats itself a thousand times is not a thousand times surer.
MAX_EVIDENCE = 20


@dataclass(frozen=True)
class Evidence:
    """What raised a signal: words in a part of the content, or a picture and where in it.

    `part` is "text", "thread", "link", "alt_text" or "image". For words, `start` and `end` count characters of that
    part as it was written, and `words` quotes them exactly. For a picture, `image` is its index, and `box` (left, top,
    right, bottom, in pixels) or `field` (a metadata field) says where; for a film, `at` also says when, in seconds.
    """

    part: str = "text"
    start: int = 0
    end: int = 0
    words: str = ""
    image: int | None = None
    box: tuple[int, int, int, int] | None = None
    field: str = ""
    at: int | None = None

    def to_json(self) -> dict[str, Any]:
        if self.part == "image":
            shown: dict[str, Any] = {"part": self.part, "image": self.image}
            if self.box:
                shown["box"] = list(self.box)
            if self.field:
                shown["field"] = self.field
            if self.words:
                shown["words"] = self.words
            if self.at is not None:
                shown["at"] = self.at
            return shown
        shown = {"part": self.part, "start": self.start, "end": self.end, "words": self.words}
        return shown if self.image is None else {**shown, "image": self.image}


@dataclass(frozen=True)
class Signal:
    """One thing that content seems to show. It raises a question with its evidence and never decides.

    Either `concern` (a key of packs/concerns.yaml) or `fact` with `value` ("post.appeal", "missing") is set.
    `confidence` is between 0 and 1, set by hand per table row: 0.9 is a pattern with a check, 0.5 is worth asking.
    """

    kind: str  # what within the detector: "phone"
    reason: str  # plain English
    confidence: float
    detector: str
    version: str
    concern: str = ""
    fact: str = ""
    value: Any = None
    evidence: tuple[Evidence, ...] = ()
    #: Facts that nobody may take for granted where this is read: a text about a hearing to come puts in question that
    #: no proceedings are active.
    reopens: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The concern's key, or the fact and its value as "post.appeal=missing"."""
        return self.concern or f"{self.fact}={self.value}"

    def to_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"concern": self.concern} if self.concern else {"fact": self.fact, "value": self.value}
        return {
            **said,
            "kind": self.kind,
            "reason": self.reason,
            "confidence": self.confidence,
            "detector": f"{self.detector} {self.version}",
            "evidence": [piece.to_json() for piece in self.evidence],
        }


@dataclass(frozen=True)
class Reading:
    """All signals of one content. `read` facts hold whether or not anything was found: no appeal is also an answer."""

    signals: tuple[Signal, ...]
    read: Mapping[str, Any] = field(default_factory=dict)
    floor: float = 0.5
    unread: int = 0  # characters beyond what is read
    quiet: frozenset[str] = frozenset()  # concerns that the force knows of: shown, and no facts
    raised: frozenset[str] = frozenset()  # concerns that count however unsure the signal is
    reading_age: int | None = None  # years; None where the text is too short to tell, or not English

    def counts(self, signal: Signal) -> bool:
        """Whether `signal` is a fact for the policy: sure enough, and not what the force has settled for itself."""
        if signal.concern in self.quiet:
            return False
        return signal.confidence >= self.floor or signal.concern in self.raised

    def facts(self) -> dict[str, Any]:
        """Facts for the policy: `concern.<key>: True` for each concern raised, and each fact that was read.

        Where several signals give one fact the first counts, for tables list the weightiest first. Signals that do
        not count are left out.
        """
        facts: dict[str, Any] = dict(self.read)
        given: set[str] = set()
        for signal in self.signals:
            if not self.counts(signal):
                continue
            if signal.concern:
                facts[f"concern.{signal.concern}"] = True
            elif signal.fact not in given:
                given.add(signal.fact)
                facts[signal.fact] = signal.value
        return facts

    def about(self, facts: frozenset[str] | set[str]) -> list[Signal]:
        """The signals that gave any of `facts` ("concern.political", "post.appeal")."""
        return [s for s in self.signals if (f"concern.{s.concern}" if s.concern else s.fact) in facts]

    def to_json(self) -> list[dict[str, Any]]:
        return [signal.to_json() for signal in self.signals]
