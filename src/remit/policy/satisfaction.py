"""Whether what a blocking effect asks for is there already: a say given, words in the text, a question answered."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from remit.policy.packs import Effect
from remit.policy.rows import Unknown

if TYPE_CHECKING:
    from remit.policy.situation import Situation

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


def satisfied(effect: Effect, situation: Situation) -> bool | Unknown:
    """True when the effect has what it asks for, False when not, Unknown when that turns on missing facts."""
    match effect.kind:
        case "approve" | "consult":
            return _said(effect.say, effect.kind, situation)
        case "hold" if effect.say:
            return _said(effect.say, "approve", situation)
        case "hold" if effect.condition is not None:
            value = effect.condition.run(situation)
            return value if isinstance(value, Unknown) else bool(value)
        case "ask" if effect.fact:
            value = situation.get(effect.fact)
            return value is not None and not isinstance(value, Unknown)
        case "acknowledge":
            return effect.text in situation.get("act.acknowledged")
        case "require":
            return _has_words(effect, situation)
    return False


def given_by(effect: Effect, situation: Situation) -> str | None:
    """What lifted a satisfied effect, in words, when that is worth telling: a say, or the end of a hold."""
    if effect.say:
        say = situation.pack.says.get(effect.say)
        return f"{say.title if say else effect.say}: given"
    if effect.kind == "hold" and effect.condition is not None:
        return effect.condition.words
    return None


def _said(key: str | None, kind: str, situation: Situation) -> bool:
    if key in situation.get("act.approved"):
        return True
    say = situation.pack.says.get(key or "")
    consulted = kind == "consult" or (say is not None and say.kind == "consult")
    return consulted and key in situation.get("act.answered")


def _has_words(effect: Effect, situation: Situation) -> bool | Unknown:
    """Whether every text is in the target fact, in order, whatever the quotes, spaces and capitals."""
    target: Any = situation.get(effect.fact or "post.text")
    if isinstance(target, Unknown):
        return target
    text, at = comparable(target or ""), 0
    for key in effect.texts:
        wanted = comparable(situation.pack.texts.get(key, key))
        at = text.find(wanted, at)
        if at < 0:
            return False
        at += len(wanted)
    return True


def comparable(text: str) -> str:
    """Text for comparing words: one spelling of quotes, dashes, spaces and capitals."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).translate(_QUOTES)).strip().casefold()
