"""If these fail, an author is told that a post fits and the network then cuts or refuses it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.platforms.counting import COUNTERS, count
from remit.platforms.limits import LIMITS, Attached, breaches

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hello", 5),
        ("Llanfairpwllgwyngyll â ŵ", 24),
        ("e\u0301", 1),  # composed before it is counted
        ("“quoted” – dash", 15),  # light punctuation
        ("…", 2),  # but not this one
        ("漢字", 4),
        ("日本語 text", 11),
        ("👍", 2),
        ("👍🏽", 2),
        (FAMILY, 2),
        ("🇬🇧", 2),
        ("🏴󠁧󠁢󠁷󠁬󠁳󠁿", 2),  # Wales
        ("1️⃣", 2),
        ("❤️", 2),
        ("© 2026", 6),
        ("https://www.example.police.uk/a/very/long/path?with=query&and=more#fragment", 23),
        ("http://t.co/a", 23),
        ("see example.com.", 4 + 23 + 1),
        ("(https://example.org/a)", 25),
        ("example.police.uk/appeals and example.org", 23 + 5 + 23),
        ("mail contact@example.police.uk", 30),  # an e-mail address is no link
        ("log 123.4 at 10.30", 18),
        ("#999.uk", 7),
        ("x" * 280, 280),
        ("ünïcödé", 7),
    ],
)
def test_x_counts_weights_links_and_emoji(text: str, length: int) -> None:
    assert count(text, "x") == length


@pytest.mark.parametrize(
    ("text", "length"),
    [("e\u0301", 1), (FAMILY, 1), ("漢字", 2), ("https://example.com/long/address", 32), ("\r\n", 1)],
)
def test_bluesky_counts_graphemes(text: str, length: int) -> None:
    assert count(text, "bluesky") == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("https://example.com/long/address/that/goes/on/and/on", 23),
        ("thanks @team@other.example", 12),
        ("@team hello", 11),
        (FAMILY, 1),
        ("example.com", 11),
    ],
)
def test_mastodon_counts_links_as_23_and_mentions_without_server(text: str, length: int) -> None:
    assert count(text, "mastodon") == length


@pytest.mark.parametrize("network", ["facebook", "instagram", "linkedin"])
def test_others_count_the_strictest_way(network: str) -> None:
    assert count("plain", network) == 5
    assert count("👍", network) == 2


def test_every_network_with_limits_has_a_counter() -> None:
    assert set(COUNTERS) == set(LIMITS)


@given(st.text())
def test_no_text_breaks_a_counter_and_more_text_never_counts_less_than_nothing(text: str) -> None:
    for network in COUNTERS:
        assert count(text, network) >= 0


def test_a_hundred_thousand_characters_are_counted() -> None:
    assert count("word " * 20_000, "x") == 100_000
    assert count("a." * 50_000, "x") == 100_000
    assert count("www.example.com " * 6_000, "x") == 6_000 * 24


@pytest.mark.parametrize(
    ("network", "most"),
    [("x", 280), ("facebook", 63_206), ("instagram", 2_200), ("bluesky", 300), ("mastodon", 500), ("linkedin", 3_000)],
)
def test_one_character_over_is_said_and_the_last_one_fits(network: str, most: int) -> None:
    limits = LIMITS[network]
    picture = [Attached("image/jpeg", 1000, "A police car.")]
    assert breaches(limits, "a" * most, most, picture) == []
    (found,) = breaches(limits, "a" * (most + 1), most + 1, picture)
    assert found.words.startswith("The text is 1 too long")


def test_pictures_over_a_limit_are_named_one_by_one() -> None:
    pictures = [Attached("image/png", 9_000_000, "x" * 1_001)] + [Attached("image/jpeg", 1)] * 10
    found = breaches(LIMITS["instagram"], "text", 4, pictures)
    assert [each.where for each in found] == ["pictures", "picture 1", "picture 1", "picture 1"]
    assert breaches(LIMITS["instagram"], "text", 4, [])[0].remedy == "Add one, or leave this account out."


def test_nothing_at_all_is_no_post() -> None:
    assert breaches(LIMITS["x"], " \n", 0, [])[0].words == "There is nothing to publish."
