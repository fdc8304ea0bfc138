"""What is said of a picture besides its pixels: a text alternative that helps nobody, a picture that shows badly."""

from __future__ import annotations

import pytest

from remit.signals import Content, ImageFacts, read
from remit.signals.content import Frame

X = Frame("X", 1_080, 0.75, 1.91)


def raised(*images: ImageFacts, text: str = "Open day today", frame: Frame | None = X) -> dict[str, list[int | None]]:
    signals = read(Content(text, images, frame=frame)).signals
    return {s.kind: [e.image for e in s.evidence] for s in signals if s.detector == "images"}


def shown(
    index: int = 0, alt_text: str = "A constable with her horse", size: tuple[int, int] = (1_200, 800)
) -> ImageFacts:
    return ImageFacts(index, alt_text=alt_text, width=size[0], height=size[1])


@pytest.mark.parametrize(
    ("alt_text", "kind"),
    [
        ("", "alt-missing"),
        ("   ", "alt-missing"),
        ("image", "alt-useless"),
        ("A photo.", "alt-useless"),
        ("IMG_20261121_101010.jpg", "alt-useless"),
        ("scene.png", "alt-useless"),
        ("open day  TODAY", "alt-repeats"),
    ],
)
def test_a_text_alternative_that_says_nothing_is_told(alt_text: str, kind: str) -> None:
    """Lost otherwise: somebody who cannot see the picture hears a file name, or the post twice."""
    assert raised(shown(alt_text=alt_text)) == {kind: [0]}


def test_one_alternative_for_two_pictures_is_told_of_the_second() -> None:
    """Lost otherwise: two different pictures sound the same."""
    assert raised(shown(0), shown(1)) == {"alt-repeats": [1]}


def test_a_good_picture_raises_nothing() -> None:
    """Lost otherwise: hints that are always there are never read."""
    assert raised(shown(0), shown(1, "The horse alone")) == {}


def test_a_small_picture_and_one_that_is_cut_are_told_with_the_network() -> None:
    """Lost otherwise: a face is cut off, or nobody can read the poster."""
    assert raised(shown(size=(500, 400))) == {"too-small": [0]}
    assert raised(shown(size=(4_000, 800))) == {"cut": [0]}
    assert raised(shown(size=(800, 4_000))) == {"cut": [0]}
    (signal,) = [s for s in read(Content("Hi", (shown(size=(500, 400)),), frame=X)).signals if s.kind == "too-small"]
    assert "on X" in signal.reason


def test_nothing_is_said_of_size_where_the_network_or_the_size_is_not_known() -> None:
    """Lost otherwise: a text checked from a file is told of a picture that nobody measured."""
    assert raised(shown(size=(50, 400)), frame=None) == {}
    assert raised(shown(size=(0, 0))) == {}
