"""What Remit asks of a network. One sub-package a network; nothing outside `platforms` knows one by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from remit.platforms.limits import Attached, Limits


@dataclass(frozen=True)
class Profile:
    """An account as its network knows it. `network` is the public network whose limits it keeps."""

    handle: str
    network: str
    name: str = ""


@dataclass(frozen=True)
class Picture:
    """One picture or film as it leaves the building: encoded bytes, MIME type, and its description in words.

    `size` is width and height in pixels; `seconds` is the length of a film, rounded up, and 0 for a picture.
    """

    data: bytes = field(repr=False)
    type: str
    sha256: str
    alt_text: str = ""
    size: tuple[int, int] = (0, 0)
    seconds: int = 0

    @property
    def attached(self) -> Attached:
        """What limits are asked about."""
        return Attached(self.type, len(self.data), self.alt_text, self.seconds)


@dataclass(frozen=True)
class Content:
    """One part of a post. `after` is the network's id of the part before it, in a thread."""

    text: str
    pictures: tuple[Picture, ...] = ()
    after: str = ""


@dataclass(frozen=True)
class Published:
    """The network took the post: its own id for it and its public address."""

    remote_id: str
    url: str


@dataclass(frozen=True)
class Found:
    """A post read back from the network. `mark` is what the network keeps of our key (`Platform.mark`), "" for nothing.

    With a mark a post is recognised by that alone; without one, by its text and its number of pictures.
    """

    remote_id: str
    url: str
    text: str
    at: datetime
    pictures: int = 0
    mark: str = ""


@dataclass(frozen=True)
class Incoming:
    """What somebody wrote to an account, as the network shows it: a "comment", a "mention" or a "direct" message."""

    remote_id: str
    channel: str
    #: The public handle of whoever wrote it.
    author: str
    text: str
    at: datetime
    #: Where it can be seen; "" for what only the account can see.
    url: str = ""
    #: The network's id of what it answers; "" where it answers nothing of the account's.
    answers: str = ""


@dataclass(frozen=True)
class Shown:
    """What the network shows of an account: its handle, its name, and what it says about itself."""

    handle: str
    name: str
    about: str = ""


@dataclass(frozen=True)
class Ask:
    """One thing that a network wants to know before an account can be connected. `choices`: value, label."""

    name: str
    label: str
    hint: str = ""
    secret: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Connected:
    """A way into the network for one account. `secret` is kept encrypted; no proposal, log or ledger entry has it."""

    #: Where it is: the address of the service; one that the settings name.
    service: str
    #: The network's own lasting id of the account.
    remote_id: str
    secret: Mapping[str, str] = field(repr=False)


class Refused(Exception):
    """The network said no, in words that can be shown; nothing was published or removed."""

    def __init__(self, words: str, remedy: str) -> None:
        super().__init__(f"{words} {remedy}".strip())
        self.words = words
        self.remedy = remedy


class Later(Exception):
    """Certainly not done, and nobody's fault: the network is busy or cannot be reached. Tried again by itself.

    `at` is when the network said that it may be tried again; None where it did not say.
    """

    def __init__(self, words: str, at: datetime | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.at = at


class Unclear(Exception):
    """No answer, or one that cannot be understood: it may or may not have happened. Never retried by itself."""


#: What can be done about a message or its sender, and what undoes it; "" for what cannot be undone.
UNDONE_BY = {
    "hide": "unhide",
    "delete": "",
    "block": "unblock",
    "remove_for_good": "unblock",
    "mute": "unmute",
    "report": "",
}


class Platform(Protocol):
    """A network. Calls are one short step without retry; they raise `Refused`, `Later` or `Unclear`, nothing else."""

    #: Registered name, the sub-package's own ("practice").
    name: str
    #: What people call it.
    title: str
    #: A second `publish` with the same key publishes nothing and returns the first result.
    idempotent: bool
    #: `read_back` tells the truth, if late. When not, a person has to look.
    readable: bool
    #: How long to wait after an unclear call before reading back: twice the slowest publish seen, or more.
    settle: timedelta

    def limits(self, network: str) -> Limits:
        """The limits of `network`; KeyError when this platform does not know it."""

    def count(self, text: str, network: str) -> int:
        """Length of `text` as `network` counts it, in the unit of `limits(network).text`."""

    def page(self, profile: Profile) -> str:
        """Where the public sees the account; "" when that is not known."""

    def demand_ready(self, profile: Profile) -> None:
        """Raises Refused where nothing can be sent because the account is not connected. Asks nobody: pages wait."""

    def asks(self) -> tuple[Ask, ...]:
        """What has to be given to connect an account; empty for a network that needs no connection."""

    def connect(self, profile: Profile, given: Mapping[str, str]) -> Connected:
        """Sign in with what was given. Keeps nothing: the caller does. Raises Refused or Later."""

    def disconnect(self, profile: Profile, connected: Connected) -> None:
        """End a sign-in at the network, of which nothing is kept here any more. Raises Refused or Later."""

    def check(self, profile: Profile) -> None:
        """Whether the connection works; keeps it alive. Raises Refused when it is lost, else Later."""

    def read_profile(self, profile: Profile) -> Shown:
        """What the network shows of the account now. Raises Refused or Later."""

    def mark(self, key: UUID, at: datetime) -> str:
        """What the network keeps of a publication's key and the time it was first sent at; "" when it keeps nothing."""

    def publish(self, profile: Profile, content: Content, key: UUID, at: datetime) -> Published:
        """Publish one part, which is as of `at`.

        Raises Refused or Later (certainly not published) or Unclear (nobody knows).
        """

    def delete(self, profile: Profile, remote_id: str) -> None:
        """Take a post down; one that is already gone is a success. Raises Refused, Later or Unclear."""

    def read_back(self, profile: Profile, since: datetime) -> list[Found]:
        """What the account shows since then, oldest first. Raises Later, or Refused when it cannot be read back."""

    def messages(self, profile: Profile, since: datetime) -> list[Incoming]:
        """What was written to the account at `since` or later, oldest first; what is hidden there as well.

        Raises Later, or Refused when the network does not let messages be read.
        """

    def moderate(self, profile: Profile, measure: str, message: Incoming) -> None:
        """Take a measure of UNDONE_BY, or undo one; what is so already is a success, so it may be tried again.

        Raises Refused where the network cannot do it (a person has to), Later, or Unclear.
        """
