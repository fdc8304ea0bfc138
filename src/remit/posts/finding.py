"""Finding posts by their words: the post's own, those for one account alone, and what its pictures show."""

from __future__ import annotations

from django.db.models import QuerySet

from remit.posts.models import Post, PostMedia, PostWords, Target


def keep_words(post: Post) -> None:
    """Write down what `post` is found by from now on. Called in the transaction of every act that changes a word."""
    own = Target.objects.filter(post=post).exclude(text="").values_list("text", flat=True)
    shown = PostMedia.objects.filter(post=post).exclude(alt_text="").values_list("alt_text", flat=True)
    words = "\n".join([post.text, *own, *shown])
    PostWords.objects.bulk_create(
        [PostWords(post=post, words=words)], update_conflicts=True, unique_fields=["post"], update_fields=["words"]
    )


def with_words(posts: QuerySet[Post], query: str) -> QuerySet[Post]:
    """Those of `posts` that have every word of `query`, or a word that begins so; all of them where it is empty."""
    return posts.filter(found_by__words__has=query) if query.strip() else posts
