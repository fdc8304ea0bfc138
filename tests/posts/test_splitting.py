"""Without these, a warning of 600 characters could lose a sentence on its way into a thread, or cut a link in two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.platforms.counting import count
from remit.posts.threads import split

WORDS = st.text("abcdefgh.!?,é🚓", min_size=1, max_size=12)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", "\n", "\n\n", ". "])), max_size=150).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)


@given(TEXTS, st.sampled_from(["x", "bluesky", "mastodon"]))
def test_nothing_is_lost_and_every_post_fits(text: str, network: str) -> None:
    posts = split(text, 60, lambda said: count(said, network))
    assert "".join("".join(posts).split()) == "".join(text.split())
    assert all(count(post, network) <= 60 for post in posts)


def test_it_is_cut_between_paragraphs_then_sentences_then_words() -> None:
    text = "One two three. Four five.\n\nSix seven eight nine ten eleven twelve. Thirteen."
    assert split(text, 40, len) == ["One two three. Four five.", "Six seven eight nine ten eleven twelve.", "Thirteen."]
    assert split("aaaa bbbb cccc", 9, len) == ["aaaa bbbb", "cccc"]


def test_what_fits_stays_one_post_unless_the_author_cuts_it() -> None:
    assert split("Short and clear.", 280, len) == ["Short and clear."]
    assert split("First.\n---\nSecond.", 280, len) == ["First.", "Second."]


def test_a_word_that_is_too_long_stays_whole() -> None:
    link = "https://police.example/" + "a" * 80
    assert split(f"See {link} now", 40, len) == ["See", link, "now"]


@pytest.mark.parametrize("text", ["", "   ", "---", "\n\n"])
def test_nothing_stays_nothing(text: str) -> None:
    assert split(text, 280, len) == [text]
