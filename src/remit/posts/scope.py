"""Which force and accounts a post, a target, a publication or a picture belongs to: what permission is asked over."""

from __future__ import annotations

from collections.abc import Iterable

from remit.accounts.models import Account
from remit.people.permissions import Scope, register_scope
from remit.posts.models import Media, Post, Publication, Target


def post_scope(pk: int) -> Scope | None:
    post = Post.objects.filter(pk=pk).only("force_id", "author_id").first()
    if post is None:
        return None
    # A draft that is for no account yet is its author's alone.
    people = frozenset({post.author_id})
    return Scope(post.force_id, _with_teams(Account.objects.filter(targets__post=post).only("team_id")), people=people)


def target_scope(pk: int) -> Scope | None:
    targets = Target.objects.filter(pk=pk).select_related("account").only("account__force_id", "account__team_id")
    target = targets.first()
    return Scope(target.account.force_id, _with_teams([target.account])) if target else None


def publication_scope(pk: int) -> Scope | None:
    target = Publication.objects.filter(pk=pk).values_list("target", flat=True).first()
    return target_scope(target) if target is not None else None


def media_scope(pk: int) -> Scope | None:
    media = Media.objects.filter(pk=pk).only("force_id").first()
    return Scope(media.force_id) if media else None


def _with_teams(accounts: Iterable[Account]) -> dict[int, int | None]:
    return {account.pk: account.team_id for account in accounts}


def register() -> None:
    """Tell the permissions how to find the scope of this room's subjects."""
    register_scope("posts.post", post_scope)
    register_scope("posts.target", target_scope)
    register_scope("posts.publication", publication_scope)
    register_scope("posts.media", media_scope)
