"""Makes the demonstration's posts through the acts of posts, and sends what is due to the practice network."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from remit.accounts import acts as account_acts
from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Proposal, Say
from remit.acts.packs import library
from remit.demo.pictures import PICTURES
from remit.demo.posts import ANSWERS, POSTS, PostRow
from remit.people.models import Person
from remit.posts import publishing
from remit.posts.acts import TakeDown, submit
from remit.posts.acts.drafting import AttachPicture, DescribePicture, StartDraft
from remit.posts.drafts import Described, Draft
from remit.posts.media import take
from remit.posts.models import Post, Publication

if TYPE_CHECKING:
    from remit.demo.loading import ForceLoader

#: How long ago each post was put forward, the first in the table longest: minutes between two of them.
APART = 47


def load_posts(force: ForceLoader) -> None:
    """Every post of the table for one force, oldest first, and then what becomes of each."""
    for order, row in enumerate(POSTS):
        here = not row.forces or force.row.slug in row.forces
        if here and row.author in force.people and row.account in force.accounts:
            at = force.now - timedelta(minutes=APART * (len(POSTS) - order))
            _make(force, row, at)


def _make(force: ForceLoader, row: PostRow, at: datetime) -> None:
    author = force.people[row.author]
    post = _drafted(force, row, author, at)
    if row.then == "draft":
        return
    said = {"actor.duty_state": "on_duty"}
    try:
        proposals = submit(post, author, at, revision=post.revision, answers=said, device=_device(author))
    except ActRefused:
        return  # it stays the draft that it is
    stop = _stopped(force, row, at) if row.then == "hold" else ""
    if row.then == "miss":
        at += timedelta(minutes=40)
    if row.then != "schedule":
        _send(proposals, at)
    if row.then == "take-down":
        _take_down(force, proposals, row.reason, at + timedelta(minutes=20))
    if row.then in ("return", "refuse"):
        _answer(force, proposals, row, at + timedelta(minutes=15))
    if stop:
        door.propose(account_acts.LiftStop(force.row.slug, stop), force.people["control"], at + timedelta(minutes=10))


def _drafted(force: ForceLoader, row: PostRow, author: Person, at: datetime) -> Post:
    """The draft with its picture, saved and ready to be put forward."""
    due = force.now + timedelta(minutes=row.due) if row.due else None
    draft = Draft(
        text=force.said(row.text),
        accounts={force.accounts[row.account].pk: ""},
        answers={**ANSWERS, **row.answers},
        acknowledged=tuple(_to_accept(force)),
        publish_at=due,
    )
    made = door.propose(StartDraft(force.row.slug, draft), author, at)
    post = Post.objects.get(pk=int(made.subject.partition(":")[2]))
    if row.picture:
        drawn, name, kind, shows = PICTURES[row.picture]
        door.propose(AttachPicture(post.pk, take(io.BytesIO(drawn()), name)), author, at)
        picture = post.post_media.get()
        door.propose(DescribePicture(post.pk, Described(picture.pk, shows, kind, "force")), author, at)
    post.refresh_from_db()
    return post


def _to_accept(force: ForceLoader) -> list[str]:
    """The texts that the force's policy wants ticked before a post goes on."""
    effects = (effect for rule in library().packs[force.row.pack].rules for effect in rule.then)
    return sorted({effect.text for effect in effects if effect.kind == "acknowledge" and effect.text})


def _device(author: Person) -> int | None:
    device = author.devices.filter(owner="force", ended_on=None).first()
    return device.pk if device else None


def _stopped(force: ForceLoader, row: PostRow, at: datetime) -> str:
    """Throw the stop switch on the account before its post goes out, which is then held; the stop's subject."""
    act = account_acts.StartStop(force.row.slug, "Major incident", force.accounts[row.account].pk)
    return door.propose(act, force.people["control"], at).subject


def _publications(proposals: Iterable[Proposal]) -> list[Publication]:
    return list(Publication.objects.filter(proposal__in=[proposal.pk for proposal in proposals]))


def _send(proposals: Iterable[Proposal], at: datetime) -> None:
    for publication in _publications(proposals):
        publishing.send(publication.pk, lambda: at)


def _take_down(force: ForceLoader, proposals: Iterable[Proposal], reason: str, at: datetime) -> None:
    for publication in _publications(proposals):
        if publication.state == Publication.State.SENT:
            door.propose(TakeDown(publication.pk, reason), force.people["press"], at)
            for removal in publication.removals.all():
                publishing.send(removal.pk, lambda: at)


def _answer(force: ForceLoader, proposals: Iterable[Proposal], row: PostRow, at: datetime) -> None:
    """The first person who may answers what is asked: gives it back, or refuses it, with the reason."""
    for proposal in proposals:
        say = proposal.says.filter(state=Say.State.ASKED).first()
        who = force.asked(say) if say else None
        if say and who:
            door.answer_say(say, who, row.then, row.reason, at)
