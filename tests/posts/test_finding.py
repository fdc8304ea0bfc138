"""If these fail, somebody who looks for a post by its words misses it, finds another's, or meets an error page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.acts import door
from remit.posts.acts.drafting import DescribePicture, DiscardDraft, RemovePicture
from remit.posts.drafts import Described
from remit.posts.finding import with_words
from remit.posts.models import Media, Post, PostMedia
from tests.posts.conftest import World


def found(query: str) -> set[str]:
    return set(with_words(Post.objects.all(), query).values_list("text", flat=True))


def test_a_post_is_found_by_every_word_or_the_beginning_of_one_in_any_order_and_case(world: World) -> None:
    world.draft("Road closed at the Bridge, Marton")
    world.draft("Bridge open again")
    assert found("BRIDGE") == {"Road closed at the Bridge, Marton", "Bridge open again"}
    assert found("bridge clos") == {"Road closed at the Bridge, Marton"}
    assert found("marton road") == {"Road closed at the Bridge, Marton"}
    assert found("ridge") == set()
    assert found("bridge ferry") == set()
    assert len(found("  ")) == 2


def test_words_for_one_account_and_what_a_picture_shows_are_found_and_not_once_they_are_gone(world: World) -> None:
    post = world.draft("Come and see us")
    post = world.save(post, accounts={world.accounts[0].pk: "Stall by the lighthouse"})
    assert found("lighthouse") == {"Come and see us"}
    post = world.save(post, accounts={world.accounts[0].pk: ""})
    assert found("lighthouse") == set()

    media = Media.objects.create(
        force=world.force, uploaded_by=world.author, uploaded_at=world.clock(), width=1, height=1, rendition_bytes=1
    )
    use = PostMedia.objects.create(post=post, media=media, order=0)
    door.propose(
        DescribePicture(post.pk, Described(use.pk, "A police horse", "photo", "")), world.author, world.clock()
    )
    assert found("horse") == {"Come and see us"}
    door.propose(RemovePicture(post.pk, use.pk), world.author, world.clock())
    assert found("horse") == set()


def test_a_post_that_was_thrown_away_can_still_be_looked_for(world: World) -> None:
    post = world.draft("Road closed")
    door.propose(DiscardDraft(post.pk), world.author, world.clock())
    assert found("closed") == {"Road closed"}


@pytest.mark.parametrize(
    "query", ["'", '"', "*", "road:*", "a & !b", "NEAR(", "(", "%", "_", "-road", "^", "\\", "🙂", "ŵ"]
)
def test_nothing_that_is_typed_is_obeyed_or_breaks_the_search(world: World, query: str) -> None:
    world.draft("Road closed")
    found(query)
    found(f"road {query}")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40))
def test_any_text_can_be_looked_for(world: World, query: str) -> None:
    found(query)


def test_a_search_reads_the_index_and_not_every_text(world: World) -> None:
    world.draft("Road closed")
    with CaptureQueriesContext(connection) as asked:
        list(with_words(Post.objects.all(), "road"))
    (sql,) = [q["sql"] for q in asked.captured_queries]
    assert "LIKE" not in sql.upper()
    assert ("MATCH" in sql) == (connection.vendor == "sqlite")
    assert ("to_tsquery" in sql) == (connection.vendor == "postgresql")
