"""Confirming an answer that would run out: by whoever gave it, before it does, so that it counts on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied

from remit.acts import lasting, says
from remit.acts.act import ActRefused
from remit.acts.giving import AboutSay
from remit.acts.models import Proposal, Say


@dataclass
class ConfirmAnswer(AboutSay):
    """Confirm an answer. Made by `prepared` alone, which asks who may."""

    name: ClassVar[str] = "say.confirmed"
    label: ClassVar[str] = "A say was confirmed before it ran out"

    def cites(self) -> list[str]:
        return list(self.row.clauses)

    def about(self) -> dict[str, Any]:
        return {"of": self.row.proposal_id, "say": self.row.key, "pack": self.row.pack}

    def apply(self, record: Proposal, now: datetime) -> None:
        self.row.confirmed_at = now
        self.row.save(update_fields=["confirmed_at"])


def prepared(say: Say, actor: Any, now: datetime) -> ConfirmAnswer:
    """The act of confirming `say`, which is held and whose proposal is.

    Raises:
        PermissionDenied: somebody else gave it, or it is no longer theirs to give.
        ActRefused: it has run out, has changed meanwhile, or nothing waits for it any more.
    """
    if say.answered_by != actor:
        raise PermissionDenied("Only whoever gave this answer may confirm it.")
    if not lasting.confirmable(say, now):
        remedy = "If it is still needed, it stands under Approvals and can be given again."
        raise ActRefused("This answer no longer counts, or nothing waits for it any more.", remedy)
    if actor not in says.holders(say, now):
        raise PermissionDenied(f"This is for {say.who_words}, and you do not hold that post any more.")
    act = ConfirmAnswer(say.pk)
    act.row = say
    return act
