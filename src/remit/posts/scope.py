"""Which force and accounts a post, a target, a publication or a picture belongs to: what permission is asked over."""

from __future__ import annotations

from remit.people.permissions import Scope, register_scope
from remit.posts.models import Media, Publication
from remit.sql import rows

_POST = """
SELECT posts_post.force_id, author_id, accounts_account.id, team_id FROM posts_post
LEFT JOIN posts_target ON posts_target.post_id = posts_post.id
LEFT JOIN accounts_account ON accounts_account.id = posts_target.account_id WHERE posts_post.id = %s
"""
_TARGET = """
SELECT force_id, accounts_account.id, team_id FROM posts_target
JOIN accounts_account ON accounts_account.id = posts_target.account_id WHERE posts_target.id = %s
"""


def post_scope(pk: int) -> Scope | None:
    found = rows(_POST, [pk])
    if not found:
        return None
    force, author = found[0][:2]
    accounts = {account: team for _, _, account, team in found if account is not None}
    # A draft that is for no account yet is its author's alone.
    return Scope(force, accounts, people=frozenset({author}))


def target_scope(pk: int) -> Scope | None:
    for force, account, team in rows(_TARGET, [pk]):
        return Scope(force, {account: team})
    return None


def publication_scope(pk: int) -> Scope | None:
    target = Publication.objects.filter(pk=pk).values_list("target", flat=True).first()
    return target_scope(target) if target is not None else None


def media_scope(pk: int) -> Scope | None:
    media = Media.objects.filter(pk=pk).only("force_id").first()
    return Scope(media.force_id) if media else None


def register() -> None:
    """Tell the permissions how to find the scope of this room's subjects."""
    register_scope("posts.post", post_scope)
    register_scope("posts.target", target_scope)
    register_scope("posts.publication", publication_scope)
    register_scope("posts.media", media_scope)
