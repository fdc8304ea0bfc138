"""What is read: a text with its pictures, links and thread, and the force's own words that settings add."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from remit.signals.sight import Sight

#: Characters of one text that are read; what lies beyond is reported as not read, never passed over in silence.
MAX_CHARACTERS = 200_000
#: The host of each site that a setting names, however it is written.
_SITE = re.compile(r"(?:^|[\s,;])(?:https?://)?([\w-]+(?:\.[\w-]+)+)")


@dataclass(frozen=True)
class ImageFacts:
    """What is known of one picture without looking at it as a person would (`pictures.read_picture` fills it).

    `kind` is the vocabulary's (photo, custody, cctv …); `metadata` names what the original carries ("GPS position",
    "camera", "comment"), never its values; `alt_text` is what a screen reader will say.
    """

    index: int = 0
    kind: str = "photo"
    alt_text: str = ""
    claimed_type: str = ""  # as uploaded: "image/jpeg"
    true_type: str = ""  # as read: "image/png"
    width: int = 0  # pixels
    height: int = 0
    bytes: int = 0
    metadata: tuple[str, ...] = ()
    sight: Sight | None = None  # what models saw in it; None when nobody looked
    fault: str = ""  # why it could not be read; empty when it could

    @property
    def film(self) -> bool:
        """Whether it moves: what a network says of still pictures does not hold for it."""
        return self.claimed_type.startswith("video/")


@dataclass(frozen=True)
class Frame:
    """How a network shows a picture: as wide as `width` pixels, and whole where width / height is within the two."""

    shown_on: str  # "X"
    width: int
    narrowest: float
    widest: float


@dataclass(frozen=True)
class Content:
    """One text as it would go out. `thread` is what it replies to or shares."""

    text: str
    images: tuple[ImageFacts, ...] = ()
    links: tuple[str, ...] = ()  # addresses attached beside the text, such as a link card
    thread: str = ""
    answering: bool = False  # the thread is somebody's message that the text answers, and does not share
    frame: Frame | None = None  # None where it is not known on which network it would go out


@dataclass(frozen=True)
class SignalSettings:
    """A force's own words. Everything is optional; an empty setting leaves the shipped tables as they are."""

    websites: tuple[str, ...] = ()  # the force's own sites: "surrey.police.uk"
    mailbox_domains: tuple[str, ...] = ("police.uk",)  # addresses here are the force's, not a person's
    phone_numbers: tuple[str, ...] = ()  # the force's published numbers
    allowed_words: tuple[str, ...] = ()  # words that are never abuse here: a place, a surname, a team
    names: tuple[
        str, ...
    ] = ()  # people and teams the force names in public: never misspelt, never a suspect or a victim
    places: tuple[str, ...] = ()  # never misspelt, never taken for a person
    own_words: tuple[str, ...] = ()  # words of the force's own that a dictionary lacks
    approved_lines: tuple[str, ...] = ()  # lines cleared once for all: what stands in one raises nothing
    quiet: frozenset[str] = frozenset()  # concerns known here: shown, and no facts
    raised: frozenset[str] = frozenset()  # concerns that count however unsure the signal is
    #: Signals less sure than this are shown and do not count as facts.
    floor: float = 0.5
    #: Whether what is read comes from outside and is no post: what only messages show is then told from meaning too.
    message: bool = False
    #: Whether spelling and grammar are read; the dictionary takes some 15 MB once it is.
    writing: bool = True

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> SignalSettings:
        """The settings that a force has given as facts: `force.website`, `force.phone_numbers` …"""

        def words(*names: str) -> tuple[str, ...]:
            found: list[str] = []
            for name in names:
                value = facts.get(name)
                found.extend([value] if isinstance(value, str) else [v for v in value or () if isinstance(v, str)])
            return tuple(found)

        return cls(
            # Two forces of one policy may be written as one: "www.norfolk.police.uk or www.suffolk.police.uk".
            websites=tuple(_SITE.findall(" ".join(words("force.website", "force.websites")))),
            mailbox_domains=("police.uk", *words("force.mailbox_domains", "force.email_domains")),
            phone_numbers=words("force.phone_numbers"),
            allowed_words=words("force.allowed_words"),
            names=words("force.names"),
            places=words("force.places"),
            own_words=words("force.own_words"),
            approved_lines=words("force.approved_lines"),
            quiet=frozenset(words("force.quiet_signals")),
            raised=frozenset(words("force.raised_signals")),
        )


#: Kept apart so that a test can name it: nothing known of the force.
NO_SETTINGS = SignalSettings()
