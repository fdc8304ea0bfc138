"""What belongs to a post as evidence: its accounts' parts of it, their publications, its pictures."""

from __future__ import annotations

from remit.evidence.gathering import About
from remit.posts.models import Post, Publication, Target


def about_post(pk: int) -> About | None:
    """The post, each part of it as the ledger calls it, and its pictures; None where there is no such post."""
    post = Post.objects.filter(pk=pk).first()
    if post is None:
        return None
    pictures = [
        {
            "name": use.media.name or str(use.media),
            "original_sha256": use.media.original_sha256,
            "rendition_sha256": use.media.rendition_sha256,
            "alt_text": use.alt_text,
        }
        for use in post.post_media.select_related("media")
    ]
    return About(f"Post {pk}", post.force_id, objects_of(post), pictures)


def about_target(pk: int) -> About | None:
    """The whole post of one account's part of it."""
    post = Target.objects.filter(pk=pk).values_list("post", flat=True).first()
    return about_post(post) if post else None


def about_publication(pk: int) -> About | None:
    """The whole post that was published."""
    post = Publication.objects.filter(pk=pk).values_list("target__post", flat=True).first()
    return about_post(post) if post else None


def objects_of(post: Post) -> list[str]:
    """Everything that the ledger calls part of `post`, as "room.model:id"."""
    targets = post.targets.values_list("pk", flat=True)
    publications = Publication.objects.filter(target__post=post).values_list("pk", flat=True)
    pictures = post.post_media.values_list("media_id", flat=True)
    return [
        f"posts.post:{post.pk}",
        *(f"posts.target:{pk}" for pk in targets),
        *(f"posts.publication:{pk}" for pk in publications),
        *(f"posts.media:{pk}" for pk in pictures),
    ]
