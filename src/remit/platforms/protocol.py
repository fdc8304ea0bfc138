"""What Remit asks of a network. One sub-package a network; nothing outside `platforms` knows one by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from remit.platforms.limits import Limits


@dataclass(frozen=True)
class Profile:
    """An account as its network knows it. `network` is the public network whose limits it keeps."""

    handle: str
    network: str
    name: str = ""


@dataclass(frozen=True)
class Picture:
    """One picture as it leaves the building: encoded bytes, MIME type, and its description in words."""

    data: bytes = field(repr=False)
    type: str
    sha256: str
    alt_text: str = ""


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
    """A post read back from the network. `key` is ours when the network hands idempotency keys back, else None."""

    remote_id: str
    url: str
    text: str
    at: datetime
    pictures: int = 0
    key: UUID | None = None


class Refused(Exception):
    """The network said no, in words that can be shown; nothing was published or removed."""

    def __init__(self, words: str, remedy: str) -> None:
        super().__init__(f"{words} {remedy}".strip())
        self.words = words
        self.remedy = remedy


class Unclear(Exception):
    """No answer, or one that cannot be understood: it may or may not have happened. Never retried by itself."""


class Platform(Protocol):
    """A network. Calls are one short step without retry; they raise `Refused` or `Unclear` and nothing else."""

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

    def publish(self, profile: Profile, content: Content, key: UUID) -> Published:
        """Publish one part. Raises Refused (certainly not published) or Unclear (nobody knows)."""

    def delete(self, profile: Profile, remote_id: str) -> None:
        """Take a post down; one that is already gone is a success. Raises Refused or Unclear."""

    def read_back(self, profile: Profile, since: datetime) -> list[Found]:
        """What the account shows since then, oldest first. Raises Unclear, or Refused when it cannot be read back."""
