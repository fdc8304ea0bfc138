"""What nobody has said of a post yet, and somebody who sees it may: concerns on which its policies turn."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from remit.policy.packs import Pack

#: Concerns that are told as hints about the writing and the pictures where no rule of the policy turns on them.
HINTED = frozenset({"language_quality", "missing_alt_text", "picture_quality"})


@dataclass(frozen=True)
class Unsaid:
    """What a policy of these accounts turns on and the author may know of the post: (fact, label), in words' order."""

    #: What no signal reads: only somebody can say it.
    only_said: list[tuple[str, str]]
    #: What Remit looks for, and may have missed.
    looked_for: list[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.only_said or self.looked_for)

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Both, each under what to say above it."""
        return [
            ("Tick what the words, the pictures or the links show: nobody but you can tell", self.only_said),
            ("Remit looks for these and did not find them: tick what it missed", self.looked_for),
        ]


def unsaid(packs: Iterable[Pack], turned_on: Collection[str], said: Collection[str], *, by: str) -> Unsaid:
    """The concerns that `by` ("author", "approver") may raise and that a rule turns on, without those of `said`."""
    concerns = {key: c for pack in packs for key, c in pack.vocabulary.concerns.items()}
    found: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for key, concern in concerns.items():
        fact = f"concern.{key}"
        if fact in turned_on and fact not in said and by in concern.raised_by and key not in HINTED:
            found[concern.only_said].append((fact, concern.words))
    return Unsaid(*(sorted(found[only_said], key=lambda each: each[1]) for only_said in (True, False)))
