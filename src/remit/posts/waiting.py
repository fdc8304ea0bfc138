"""What the posts room puts on the home page, into the search and on the page of an account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from remit.accounts.models import Account
from remit.accounts.uses import Listed
from remit.acts import door
from remit.people.models import Person
from remit.posts.acts import PublishPost
from remit.posts.finding import with_words
from remit.posts.models import Post, Publication, Target
from remit.posts.standing import going_out, standings, visible_posts
from remit.web.search import Found
from remit.web.subjects import Named
from remit.web.tasks import Task, Upcoming

#: Drafts and posts that are looked at for one person's tasks.
MOST = 30
#: Of what goes out next, how much is listed.
NEXT = 10
#: Most posts that one search finds.
MOST_FOUND = 200


def tasks(person: Person, now: datetime) -> Iterator[Task | Upcoming]:
    """What `person` is asked for, what came back to them, what needs somebody, their drafts, and what goes out next."""
    from remit.posts.views.approvals import questions_for

    says = list(door.asked_of(person).filter(proposal__act=PublishPost.name)[:MOST])
    numbers = {say.pk: int(say.proposal.subject.rpartition(":")[2]) for say in says}
    targets = Target.objects.select_related("account").in_bulk(list(numbers.values()))
    for say in says:
        act = PublishPost.load(say.proposal)
        hint = f"{say.title}, for {targets[numbers[say.pk]].account}, from {say.proposal.proposer}"
        due = datetime.fromisoformat(act.publish_at) if act.publish_at else None
        title = f"{'Approve' if say.kind == 'approve' else 'Advise on'}: {start_of(act.parts[0]['text'])}"
        yield Task(
            title, f"/approvals/{say.pk}/", "Asked of you", hint, "asked", due=due, clauses=say.clauses, pack=say.pack
        )
    for proposal in questions_for(person, now, MOST):
        yield Task("Answer a question about a post", f"/approvals/questions/{proposal.pk}/", "Asked of you",
                   f"{proposal.proposer} is not sure", "asked")  # fmt: skip
    own = Post.objects.filter(author=person, discarded_at=None).only("text", "discarded_at").order_by("-changed_at")
    for stands in standings(own[:MOST], now):
        title, href = start_of(stands.post.text), f"/posts/{stands.post.pk}/"
        if stands.group in ("attention", "returned"):
            worst = next(s for s in stands.accounts if s.group == stands.group)
            yield Task(title, href, "Yours to put right", f"{worst.target.account}: {worst.words}", worst.status)
        elif stands.group == "draft":
            yield Task(title, f"{href}edit", "Your drafts", "", "draft")
    for row in going_out(person, NEXT):
        words = start_of(row.content.get("text", ""))
        yield Upcoming(words, f"/posts/{row.target.post_id}/", row.due_at, str(row.target.account))


def search(person: Person, words: Sequence[str]) -> Iterator[Found]:
    """Posts with every one of `words` in their text, an account's own text, or a picture's description."""
    posts = list(with_words(visible_posts(person), " ".join(words)).order_by("-changed_at", "-pk")[:MOST_FOUND])
    for stands in standings(posts, posts[0].changed_at) if posts else ():
        status = {"attention": "held", "gone": "gone"}.get(stands.group, stands.group)
        yield Found("Posts", start_of(stands.post.text), f"/posts/{stands.post.pk}/", stands.post.text[:300], status,
                    stands.post.changed_at, 1 if " ".join(words) in stands.post.text.lower() else 2)  # fmt: skip


def of_account(person: Person, account: Account, now: datetime, most: int) -> Iterator[Listed]:
    """The posts for `account` that `person` may see, those changed last first."""
    posts = visible_posts(person).filter(targets__account=account, discarded_at=None).order_by("-changed_at", "-pk")
    for stands in standings(posts[:most], now):
        here = next(standing for standing in stands.accounts if standing.target.account_id == account.pk)
        row = here.publication
        at = (row.sent_at or row.due_at) if row else stands.post.changed_at
        yield Listed(start_of(stands.post.text), f"/posts/{stands.post.pk}/", at, here.status)


def called(number: int) -> Named | None:
    """What the post `number` is called, and its page."""
    post = Post.objects.filter(pk=number).first()
    return Named(start_of(post.text), f"/posts/{post.pk}/") if post else None


def called_by_target(number: int) -> Named | None:
    """The post of which a target is one account."""
    target = Target.objects.filter(pk=number).first()
    return called(target.post_id) if target else None


def called_by_publication(number: int) -> Named | None:
    """The post that a publication sends or takes down."""
    row = Publication.objects.filter(pk=number).select_related("target").first()
    return called(row.target.post_id) if row else None


def start_of(text: str) -> str:
    """The first words of a text, to call a post by."""
    words = " ".join(text.split())
    return f"{words[:70].rstrip()}…" if len(words) > 70 else words or "A post without words"
