"""Where a post stands on each account, in plain words with the next step; and which posts somebody may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from remit.acts.consider import waiting_on
from remit.acts.models import Proposal
from remit.people.models import Person
from remit.people.permissions import whole_and_parts
from remit.posts.models import Post, Publication, Target
from remit.web.dates import say_when

#: Filters of the list: key -> words. Each is a question of the rows and not a stored state.
FILTERS = {
    "draft": "Drafts",
    "returned": "Returned to author",
    "submitted": "With approvers",
    "scheduled": "Scheduled",
    "attention": "Needs somebody",
    "published": "Published",
    "refused": "Refused by the policy or a person",
    "gone": "Taken down",
    "discarded": "Discarded",
}
#: The states in which a person has to do something.
ATTENTION = ("held", "missed", "failed", "unknown")
#: The states of one part, that which says most about its thread first.
_TELLING = ("failed", "unknown", "held", "missed", "sending", "due", "sent", "gone", "withdrawn")
_WORST = ("attention", "refused", "returned", "submitted", "scheduled", "draft", "published", "gone", "discarded")


@dataclass(frozen=True)
class Standing:
    """One account: a status of `web.statuses`, what that means, and what comes next."""

    target: Target
    status: str
    group: str  # a key of FILTERS
    words: str
    reason: str = ""  # why it stands so, as the network or a person said
    proposal: Proposal | None = None
    publication: Publication | None = None
    removal: Publication | None = None
    status_words: str = ""

    def lines(self, now: datetime) -> list[str]:
        """Why it stands so and what it waits for, a line each; of a standing that was read in full."""
        if self.status == "submitted" and self.proposal is not None:
            return waiting_on(self.proposal, now)
        return [self.reason] if self.reason else []

    @property
    def can_release(self) -> bool:
        return self.publication is not None and self.publication.state in ("held", "missed", "failed")

    @property
    def can_move(self) -> bool:
        return self.publication is not None and self.publication.state in ("due", "held", "missed")

    @property
    def can_settle(self) -> bool:
        return self.publication is not None and self.publication.state == "unknown"

    @property
    def can_settle_removal(self) -> bool:
        """Whether somebody may say that they saw it gone: it was tried, and the network has not taken it down."""
        if self.removal is None or self.publication is None or self.publication.state != "sent":
            return False
        return self.removal.state in ("unknown", "failed") or (
            self.removal.state == "due" and bool(self.removal.reason)
        )

    @property
    def can_take_down(self) -> bool:
        return self.publication is not None and self.publication.state == "sent" and not self.being_removed

    @property
    def being_removed(self) -> bool:
        return self.removal is not None and self.removal.state in ("due", "sending", "unknown")


@dataclass(frozen=True)
class Standings:
    """A post with all its accounts."""

    post: Post
    accounts: list[Standing] = field(default_factory=list)

    @property
    def group(self) -> str:
        """What matters most about the post as a whole."""
        if self.post.discarded_at:
            return "discarded"
        found = {standing.group for standing in self.accounts}
        return next((group for group in _WORST if group in found), "draft")

    @property
    def due(self) -> datetime | None:
        """When the next part of it goes out."""
        times = [s.publication.due_at for s in self.accounts if s.publication and s.publication.state == "due"]
        return min(times, default=None)


#: What a list tells of each row. A page of thirty posts would else read the decisions and contents of them all.
_OF_TARGET = ("post_id", "account__name", "account__handle")
_OF_PROPOSAL = ("subject", "state", "closing_note")
_OF_PUBLICATION = ("target_id", "proposal_id", "action", "part", "state", "reason", "due_at", "sent_at")


def standings(posts: Iterable[Post], now: datetime, *, in_full: bool = False) -> list[Standings]:
    """Where each of `posts` stands, in their order; for the page of one, `in_full`: with all that its rows hold."""
    of = {post.pk: post for post in posts}
    aimed = Target.objects.filter(post__in=of).select_related("account").order_by("account__name", "pk")
    targets = list(aimed if in_full else aimed.only(*_OF_TARGET))
    for target in targets:
        target.post = of[target.post_id]
    subjects = [f"posts.target:{target.pk}" for target in targets]
    proposed = Proposal.objects.filter(act="posts.publish", subject__in=subjects).order_by("pk")
    proposed = proposed.select_related("proposer") if in_full else proposed.only(*_OF_PROPOSAL)
    proposals = {proposal.subject: proposal for proposal in proposed}
    rows = Publication.objects.filter(target__in=[target.pk for target in targets]).order_by("pk")
    publications: dict[int, list[Publication]] = {}
    removals: dict[int, list[Publication]] = {}
    for row in rows if in_full else rows.only(*_OF_PUBLICATION):
        (removals if row.action == "delete" else publications).setdefault(row.target_id, []).append(row)
    found: dict[int, list[Standing]] = {pk: [] for pk in of}
    for target in targets:
        proposal = proposals.get(f"posts.target:{target.pk}")
        tells, removal = _telling(publications.get(target.pk, [])), _telling(removals.get(target.pk, []))
        found[target.post_id].append(_standing(target, proposal, tells, removal, now))
    return [Standings(post, found[pk]) for pk, post in of.items()]


def _telling(rows: list[Publication]) -> Publication | None:
    """Of the parts put forward last, the one that says how the thread stands: the first that needs somebody."""
    latest = [row for row in rows if row.proposal_id == rows[-1].proposal_id]
    return min(latest, key=lambda row: (_TELLING.index(row.state), row.part, row.pk), default=None)


def _standing(
    target: Target,
    proposal: Proposal | None,
    publication: Publication | None,
    removal: Publication | None,
    now: datetime,
) -> Standing:
    waiting = proposal is not None and proposal.state in (Proposal.State.OPEN, Proposal.State.RETURNED)
    if publication is not None and publication.state == "withdrawn":
        publication = None
    if publication is not None and not (publication.state in ("failed", "gone") and waiting):
        status, group, words = _published(publication, removal, now)
        return Standing(target, status, group, words, publication.reason, proposal, publication, removal)
    if proposal is not None and proposal.state == Proposal.State.OPEN:
        return Standing(target, "submitted", "submitted", "It waits for an answer.", proposal=proposal)
    if proposal is not None and proposal.state == Proposal.State.RETURNED:
        words = "It was given back to its author. Change it and put it forward again."
        return Standing(target, "returned", "returned", words, proposal.closing_note, proposal)
    if proposal is not None and proposal.state == Proposal.State.REFUSED:
        words = "It was refused." if proposal.closing_note else "The policy does not allow it as it stands."
        return Standing(target, "refused", "refused", words, proposal.closing_note, proposal)
    if target.post.discarded_at:
        return Standing(target, "discarded", "discarded", "It was thrown away.", proposal=proposal)
    return Standing(target, "draft", "draft", "It has not been put forward.", proposal=proposal)


def told(row: Publication, now: datetime) -> tuple[str, str]:
    """The status of one publication, and what that means in words."""
    if row.state == "withdrawn":
        return "withdrawn", row.reason
    status, _, words = _published(row, row.removals.last(), now)
    return status, f"{words} {row.reason}".strip()


def _published(row: Publication, removal: Publication | None, now: datetime) -> tuple[str, str, str]:
    if row.state == "due" and row.due_at > now:
        return "scheduled", "scheduled", f"It goes out on {say_when(row.due_at)}."
    if row.state == "sent":
        words = f"It went out on {say_when(row.sent_at)}."
        if removal is not None and removal.state == "failed":
            refused = f"{words} The network refused to take it down: {removal.reason}"
            return "sent", "attention", f"{refused} Take it down by hand, then say here that it is gone."
        if removal is not None and removal.state == "unknown":
            unknown = f"{words} It is not known yet whether it was taken down. {removal.reason}"
            return "sent", "attention", f"{unknown} Look, and say here whether it is gone."
        if removal is not None and removal.state == "due" and removal.reason:
            tried = f"{words} It is not taken down yet. {removal.reason}"
            return "sent", "attention", f"{tried} If you see that it is gone, say so here."
        if removal is not None and removal.state in ("due", "sending"):
            return "sent", "published", f"{words} It is being taken down."
        return "sent", "published", words
    if row.state == "gone":
        return "gone", "gone", f"It went out on {say_when(row.sent_at)} and was taken down."
    words = {
        "due": "It goes out within a minute.",
        "sending": "It is going out now.",
        "held": "It was held at the moment of sending. Release it when what holds it is over, or take it back.",
        "missed": "It missed its time, so it was not sent. Release it if it is still right, or take it back.",
        "failed": "It did not go out. Publish it again as it is, or change it and put it forward again.",
        "unknown": "The network did not answer. Remit is finding out; it will not be sent twice.",
    }[row.state]
    group = "attention" if row.state in ATTENTION else "scheduled"
    return ("uncertain" if row.state == "unknown" else row.state), group, words


def visible_posts(viewer: Person) -> QuerySet[Post]:
    """The posts that `viewer` may see on lists: their own, and those that their roles reach; each once, without a join.

    An answer given in private is on no list.

    A whole force is asked for alone where that is all: the list is then read from its index, however many posts.
    """
    whole, parts = whole_and_parts(viewer, "post.read")
    seen = Q(force__in=whole)
    if whole != {viewer.force_id}:
        seen |= Q(author=viewer)
    for part in parts:
        here = Q(account=part.account) if part.account else Q(account__team=part.team)
        seen |= Q(Exists(Target.objects.filter(here, post=OuterRef("pk"))), force=part.force)
    return Post.objects.filter(seen, private=False)


def readable_posts(viewer: Person) -> QuerySet[Post]:
    """The posts whose page `viewer` may open by their role: those on their lists, and their own answers in private."""
    return visible_posts(viewer) | Post.objects.filter(author=viewer, private=True)


def going_out(viewer: Person, most: int) -> QuerySet[Publication]:
    """What goes out next of what `viewer` may see, soonest first."""
    seen = visible_posts(viewer).filter(pk=OuterRef("target__post"))
    due = Publication.objects.filter(Exists(seen), action="publish", state="due")
    due = due.select_related("target__account").order_by("due_at", "pk")
    return due.only("content", "due_at", "target__post_id", "target__account__name", "target__account__handle")[:most]


def in_group(posts: QuerySet[Post], group: str, force: str) -> QuerySet[Post]:
    """Those of `posts` that have an account in a group of FILTERS."""

    def proposed(*states: str) -> Q:
        subjects = Proposal.objects.filter(force=force, act="posts.publish", state__in=states)
        ids = [int(subject.rpartition(":")[2]) for subject in subjects.values_list("subject", flat=True)]
        return Q(Exists(Target.objects.filter(post=OuterRef("pk"), pk__in=ids)))

    def rows(*states: str) -> Q:
        found = Publication.objects.filter(action="publish", state__in=states, target__post=OuterRef("pk"))
        return Q(Exists(found))

    match group:
        case "draft":
            chosen = Q(submitted_at=None)
        case "submitted":
            chosen = proposed("open")
        case "returned":
            chosen = proposed("returned")
        case "refused":
            chosen = proposed("refused")
        case "scheduled":
            chosen = rows("due", "sending")
        case "attention":
            chosen = rows(*ATTENTION)
        case "published":
            chosen = rows("sent")
        case "gone":
            chosen = rows("gone")
        case "discarded":
            return posts.exclude(discarded_at=None)
        case _:
            return posts
    return posts.filter(chosen, discarded_at=None)
