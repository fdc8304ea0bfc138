"""What a post tells a policy: its words, pictures and links, what the signals read in them, and who wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings

from remit.accounts.facts import account_facts
from remit.accounts.models import Account
from remit.people.facts import duty_state, person_facts
from remit.people.models import Device, Person
from remit.platforms import registry
from remit.posts.content import Part
from remit.posts.models import Media, Post
from remit.signals import reader
from remit.signals.content import Content, Frame, ImageFacts, SignalSettings
from remit.signals.reading import Reading
from remit.signals.sight import Sight

#: What stands between the posts of a thread where they are read as one text.
BETWEEN = "\n\n"
#: What the author says of a post that no register knows is the same for every post written in Remit.
WRITTEN_HERE = {"post.action": "post", "post.original_poster": None, "post.feature": "none"}


def post_facts(
    parts: Sequence[Part], reading: Reading, post: Post, account: Account, actor: Person, now: datetime
) -> dict[str, Any]:
    """The live facts of `parts` of `post` on `account`, with `actor` pressing the button at `now` (aware).

    `reading` is what `read` saw in the parts. What a signal raised and the author contests is left out, so that it is
    *unknown* until an approver settles it.
    """
    author = person_facts(post.author, "author", account, now=now)
    own = actor.pk == post.author_id
    facts: dict[str, Any] = {
        **account_facts(account, None if own else actor, now=now),
        **author,
        **({f"actor.{name.removeprefix('author.')}": value for name, value in author.items()} if own else {}),
        **WRITTEN_HERE,
        "post.text": text_of(parts),
        "post.images": [
            {
                "kind": picture["kind"],
                **({"source": picture["source"]} if picture["source"] else {}),
                "has_alt_text": bool(picture["alt_text"].strip()),
                "has_gps": False,  # what goes out was rebuilt from its pixels
            }
            for picture in pictures_of(parts)
        ],
        **reading.facts(),
    }
    if post.requester is not None:
        facts["post.requested"] = True
        facts["post.requester"] = post.requester.display_name
        facts.update(person_facts(post.requester, "requester", account, now=now))
    else:
        facts["post.requester"] = None
    facts.pop("actor.duty_state", None)  # true of the press, not of the world: `press_facts` gives it
    for name in contested(post):
        facts.pop(name, None)
    return facts


def press_facts(actor: Person, device: Device | None, account: Account, now: datetime) -> dict[str, Any]:
    """The frozen facts: true of `actor` pressing the button at `now`, on `device` of the register if it is on it."""
    facts: dict[str, Any] = {"post.route": "managed", "device.purpose": "update_accounts"}
    if state := duty_state(actor, now):
        facts["actor.duty_state"] = state
    if device is not None:
        facts["device.owner"] = device.owner
        facts["device.issued_by_force"] = device.owner == Device.Owner.FORCE
        facts["device.kind"] = device.kind
        facts["device.screen_lock"] = device.screen_lock
    return facts


def read(parts: Sequence[Part], account: Account, answered: str = "") -> Reading:
    """What the signals see in `parts`, with the force's own words from its settings; `answered` is what they answer."""
    own = SignalSettings.from_facts({f"force.{key}": value for key, value in account.force.settings.items()})
    limits = registry.find(account.platform).limits(account.network)
    pictures = pictures_of(parts)
    kept = Media.objects.only("sight", "width", "height").in_bulk([picture["media"] for picture in pictures])
    images = tuple(
        ImageFacts(
            index=number,
            kind=picture["kind"],
            alt_text=picture["alt_text"],
            claimed_type=picture["type"],
            true_type=picture["type"],
            bytes=picture["bytes"],
            width=kept[picture["media"]].width,
            height=kept[picture["media"]].height,
            sight=Sight.from_json(kept[picture["media"]].sight),
        )
        for number, picture in enumerate(pictures)
    )
    frame = Frame(limits.title, limits.width, *limits.shapes)
    content = Content(text_of(parts), images, thread=answered, answering=bool(answered), frame=frame)
    return reader.read_again(content, replace(own, writing=settings.REMIT_WRITING))


def contested(post: Post) -> list[str]:
    """Names of the facts that a signal gives and the author says are not so."""
    return sorted(post.contested)


def text_of(parts: Sequence[Part]) -> str:
    """The words of all parts, as a reader of the thread sees them."""
    return BETWEEN.join(part["text"] for part in parts)


def pictures_of(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The pictures of all parts, in order."""
    return [picture for part in parts for picture in part["pictures"]]
