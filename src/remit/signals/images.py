"""What is known of a picture besides its pixels: its text alternative, its metadata, and whether it is what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import re2

from remit.signals.content import Frame, ImageFacts
from remit.signals.reading import Evidence, Signal

NAME, VERSION = "images", "2"
#: Metadata with a signal of its own, or that says nothing about anybody.
HARMLESS = ("GPS position", "colour profile")

#: Alternatives that tell a blind reader nothing: a file name, or a word for "picture".
USELESS = re2.compile(
    r"(?i)^\s*(?:(?:an? |the |this )?"
    r"(?:image|picture|photo|photograph|graphic|poster|screenshot|untitled|alt text|no description)"
    r"(?: may contain.{0,200}| of)?"
    r"|(?:img|dsc|image|photo|pxl|screenshot|whatsapp image)[-_ ]?[\d_ -]+.{0,20}"
    r"|\S{1,80}\.(?:jpe?g|png|gif|webp|heic))\W*$"
)


#: A picture that is narrower than half the width at which it is shown looks blurred.
BLURRED = 0.5


def read_images(images: Sequence[ImageFacts], text: str = "", frame: Frame | None = None) -> Iterator[Signal]:
    """Signals about each picture, with the picture's index and the field that raised it.

    `text` is what the post says, which a text alternative should not only repeat; `frame` is how the network shows it.
    """

    def signal(
        kind: str, concern: str, confidence: float, reason: str, found: list[tuple[ImageFacts, str]]
    ) -> Iterator[Signal]:
        if found:
            evidence = tuple(Evidence("image", image=image.index, field=field) for image, field in found)
            yield Signal(kind, reason, confidence, NAME, VERSION, concern=concern, evidence=evidence)

    yield from signal(
        "alt-missing", "missing_alt_text", 0.95, "A picture has no text alternative, so a screen reader says nothing.",
        [(image, "alt_text") for image in images if not image.alt_text.strip()],
    )  # fmt: skip
    yield from signal(
        "alt-useless", "missing_alt_text", 0.8, "The text alternative of a picture does not say what it shows.",
        [(image, "alt_text") for image in images if image.alt_text.strip() and USELESS.search(image.alt_text[:400])],
    )  # fmt: skip
    yield from signal(
        "alt-repeats", "missing_alt_text", 0.7,
        "The text alternative of a picture repeats the post or another picture's: say what this one shows.",
        [(image, "alt_text") for image in images if image.index in _repeated(images, text)],
    )  # fmt: skip
    if frame is not None:
        yield from signal(
            "too-small", "picture_quality", 0.7,
            f"A picture will look blurred on {frame.shown_on}: it is shown there {frame.width:,} pixels wide.",
            [(image, "size") for image in images if not image.film and 0 < image.width < frame.width * BLURRED],
        )  # fmt: skip
        yield from signal(
            "cut", "picture_quality", 0.6,
            f"A picture is too tall or too wide to be shown whole on {frame.shown_on}: its edges will be cut off.",
            [(image, "shape") for image in images if image.height and not _shown_whole(image, frame)],
        )  # fmt: skip
    yield from signal(
        "position", "picture_metadata", 0.95, "The original picture says where it was taken.",
        [(image, "GPS position") for image in images if "GPS position" in image.metadata],
    )  # fmt: skip
    yield from signal(
        "metadata", "picture_metadata", 0.6, "The original picture says who took it, with what, or when.",
        [(image, field) for image in images for field in image.metadata if field not in HARMLESS],
    )  # fmt: skip
    yield from signal(
        "not-what-it-says", "misleading_picture", 0.9, "The file is not the type of picture that it says it is.",
        [(i, "type") for i in images if i.claimed_type and i.true_type and i.claimed_type != i.true_type],
    )  # fmt: skip


def _repeated(images: Sequence[ImageFacts], text: str) -> set[int]:
    """The pictures whose alternative is the post's own words, or what an earlier picture has already."""
    said, found = {_folded(text)}, set()
    for image in images:
        words = _folded(image.alt_text)
        if words and words in said:
            found.add(image.index)
        said.add(words)
    return found


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())


def _shown_whole(image: ImageFacts, frame: Frame) -> bool:
    """Whether the network shows all of it; a hundredth over is not seen."""
    shape = image.width / image.height
    return image.film or frame.narrowest * 0.99 <= shape <= frame.widest * 1.01
