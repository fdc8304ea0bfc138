"""Ready words for answers: those that the force's policy demands word for word, and Remit's own where it has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from remit.policy.decision import Decision
from remit.policy.packs import Pack

#: In an emergency these words come before all others.
CALL_999 = "In an emergency, call 999 now."


@dataclass(frozen=True)
class Ready:
    """A passage to add to an answer with one press."""

    key: str
    words: str
    #: Whether this message needs it, as far as is known.
    suits: bool
    #: Whether it comes before what is typed.
    first: bool = False


def ready_words(
    packs: Iterable[Pack], decision: Decision, kind: str, emergency: bool, settings: Mapping[str, Any]
) -> list[Ready]:
    """The passages for an answer to a message of `kind`; `decision` is what the policy says of an answer without them.

    A policy's own texts come first, in its order. `settings` are the force's.
    """
    packs = list(packs)
    wanted = {f.rule for f in decision.findings if f.effect == "require" and f.verdict == "fired"}
    found = [Ready("call-999", CALL_999, emergency, first=True)]
    demanded = False
    for pack in packs:
        for rule in pack.rules:
            texts = [key for effect in rule.then if effect.kind == "require" for key in effect.texts]
            if "message.reply" in rule.moments and _of_the_answer(rule):
                found += [Ready(key, pack.texts[key].strip(), rule.id in wanted) for key in texts]
                demanded = demanded or rule.id in wanted
    return found if demanded else found + _own(packs, kind, settings)


def _of_the_answer(rule: Any) -> bool:
    """Whether a rule demands words of the answer itself."""
    return any(effect.kind == "require" and effect.fact == "message.reply" for effect in rule.then)


def _own(packs: list[Pack], kind: str, settings: Mapping[str, Any]) -> list[Ready]:
    """Remit's own words, where the policy has none that this message needs."""
    website = str(settings.get("website") or _default(packs, "website") or "our website")
    complaints = str(settings.get("complaints_page") or _default(packs, "complaints_page") or website)
    who = next((post for pack in packs for key, post in pack.who.items() if key in _PRESS), None)
    press = who.title if who else "our press office"
    own = (
        ("crime_report", "report-crime", f"We cannot take reports of crime here. In an emergency always call 999. "
         f"Otherwise call 101 or report online at {website}."),
        ("intelligence", "tell-us", f"Thank you. Please do not post details here. In an emergency call 999; "
         f"otherwise tell us on 101 or at {website}, or Crimestoppers on 0800 555 111 without giving your name."),
        ("complaint", "complain", f"How to make a complaint, and what happens then, is at {complaints}."),
        ("media_enquiry", "press", f"Please send media enquiries to {press}."),
        ("interview_request", "press", f"Please send requests for interviews to {press}."),
    )  # fmt: skip
    return [Ready(key, words, True) for suits, key, words in own if suits == kind]


_PRESS = ("corporate-communications", "cce", "media-department", "news-team")


def _default(packs: list[Pack], name: str) -> Any:
    return next(
        (pack.setting_defaults[f"force.{name}"] for pack in packs if f"force.{name}" in pack.setting_defaults), None
    )


def with_ready(text: str, chosen: Iterable[Ready]) -> str:
    """The typed text with the chosen passages: what comes first, what was typed, then the others."""
    chosen = list(chosen)
    pieces = [each.words for each in chosen if each.first]
    pieces += [text.strip()] if text.strip() else []
    pieces += [each.words for each in chosen if not each.first]
    return "\n".join(pieces)
