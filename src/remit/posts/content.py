"""Exactly what would leave the building for one account, as JSON, and the digest that is checked at sending."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import rfc8785

from remit.accounts.models import Account
from remit.platforms import registry
from remit.platforms.limits import Attached, Breach, breaches
from remit.platforms.protocol import Content, Picture, Profile, Refused
from remit.posts import threads
from remit.posts.models import Media

#: One part of a post: {"text": str, "pictures": [{"media", "sha256", "type", "bytes", "alt_text", "kind", "source"}]},
#: each film with its "seconds" too; a reply has "answers" besides, the network's id of what it answers.
Part = dict[str, Any]


class ContentChanged(Exception):
    """What is about to be sent is not what was approved; it must not go out."""


def digest(content: Part | Sequence[Part]) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of a part, or of all of them, in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def to_send(part: Part, sha256: str, after: str = "") -> Content:
    """The part with its pictures' bytes. Raises ContentChanged unless it and every picture are as approved."""
    if digest(part) != sha256:
        raise ContentChanged("The text or the pictures are not those that were approved.")
    pictures = tuple(_picture(picture) for picture in part["pictures"])
    return Content(part["text"], pictures, after or part.get("answers", ""))


def _picture(picture: dict[str, Any]) -> Picture:
    try:
        media = Media.objects.get(pk=picture["media"])
        with media.rendition.open("rb") as file:
            data = file.read()
    except (Media.DoesNotExist, OSError):
        raise ContentChanged("A picture that was approved can no longer be read.") from None
    if hashlib.sha256(data).hexdigest() != picture["sha256"]:
        raise ContentChanged("A picture is not the one that was approved.")
    size = media.width, media.height
    return Picture(data, picture["type"], picture["sha256"], picture["alt_text"], size, picture.get("seconds", 0))


def over_limits(parts: Sequence[Part], account: Account) -> list[Breach]:
    """What keeps the account's network from taking the parts: no connection to it, and every limit that they pass."""
    place = registry.find(account.platform)
    limits = place.limits(account.network)
    found: list[Breach] = []
    try:
        place.demand_ready(Profile(account.handle, account.network, account.name))
    except Refused as refused:
        found.append(Breach("account", refused.words, refused.remedy))
    if len(parts) > threads.MOST:
        words = f"That would be a thread of {len(parts)} posts; {threads.MOST} is the most that Remit sends."
        found.append(Breach("text", words, "Shorten it, or put it on your website and link to it."))
    for part in parts:
        attached = [
            Attached(each["type"], each["bytes"], each["alt_text"], each.get("seconds", 0)) for each in part["pictures"]
        ]
        found += breaches(limits, part["text"], place.count(part["text"], account.network), attached)
    return found
