"""What each public network allows in a post. Figures are the networks' own published limits in November 2026."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

JPEG, PNG, WEBP, GIF = "image/jpeg", "image/png", "image/webp", "image/gif"
MB = 1_000_000
FEED = (0.8, 1.91)


@dataclass(frozen=True)
class Limits:
    """Limits of one network. `text` is in the unit of `unit`; `picture_bytes` and `text_bytes` are bytes."""

    network: str
    title: str
    text: int
    #: How the length is counted: a word for people, and the key of `counting.COUNTERS`.
    unit: str
    pictures: int
    picture_bytes: int
    picture_types: tuple[str, ...]
    alt_text: int
    text_bytes: int | None = None
    #: Instagram takes no post without a picture.
    needs_picture: bool = False
    #: Whether a post may go on in further posts, each answering the one before.
    threads: bool = False
    #: For a hint only, by what the networks advise: the shapes (width / height) that are shown whole among other posts,
    #: and how wide, in pixels.
    shapes: tuple[float, float] = (0.5, 2.0)
    width: int = 1_080


LIMITS: Mapping[str, Limits] = {
    limits.network: limits
    for limits in (
        Limits(
            "x",
            "X",
            280,
            "weighted characters",
            4,
            5 * MB,
            (JPEG, PNG, WEBP, GIF),
            1_000,
            threads=True,
            shapes=FEED,
        ),
        Limits("facebook", "Facebook", 63_206, "characters", 10, 10 * MB, (JPEG, PNG, WEBP), 1_000, shapes=FEED),
        Limits(
            "instagram", "Instagram", 2_200, "characters", 10, 8 * MB, (JPEG,), 1_000, needs_picture=True, shapes=FEED
        ),
        # Servers take 1 MB a picture: above it the adapter sends a smaller copy of the approved one.
        Limits(
            "bluesky",
            "Bluesky",
            300,
            "graphemes",
            4,
            2 * MB,
            (JPEG, PNG, WEBP),
            2_000,
            text_bytes=3_000,
            threads=True,
        ),
        Limits(
            "mastodon",
            "Mastodon",
            500,
            "characters, links as 23",
            4,
            16 * MB,
            (JPEG, PNG, WEBP, GIF),
            1_500,
            threads=True,
            width=600,
        ),
        Limits("linkedin", "LinkedIn", 3_000, "characters", 20, 5 * MB, (JPEG, PNG, GIF), 4_086, shapes=(0.67, 3)),
    )
}


@dataclass(frozen=True)
class Breach:
    """One limit that a post passes: where ("text", "picture 2"), what is wrong and what would put it right."""

    where: str
    words: str
    remedy: str


def breaches(limits: Limits, text: str, length: int, pictures: list[tuple[str, int, str]]) -> list[Breach]:
    """Every limit that `text` (of `length` in the network's unit) and `pictures` (type, bytes, alt text) pass."""
    found: list[Breach] = []
    if length > limits.text:
        over = length - limits.text
        found.append(
            Breach(
                "text",
                f"The text is {over:,} too long for {limits.title}: it takes {limits.text:,} {limits.unit}.",
                f"Shorten it, or write a shorter version for {limits.title}"
                + (", or send it as a thread." if limits.threads else "."),
            )
        )
    if limits.text_bytes is not None and length <= limits.text and len(text.encode()) > limits.text_bytes:
        found.append(
            Breach(
                "text",
                f"The text takes more than the {limits.text_bytes:,} bytes that {limits.title} allows.",
                "Use fewer emoji or accented letters, or shorten it.",
            )
        )
    if not text.strip() and not pictures:
        found.append(Breach("text", "There is nothing to publish.", "Write something or add a picture."))
    if limits.needs_picture and not pictures:
        found.append(
            Breach(
                "pictures",
                f"{limits.title} takes no post without a picture.",
                "Add a picture, or leave this account out.",
            )
        )
    if len(pictures) > limits.pictures:
        found.append(
            Breach(
                "pictures",
                f"There are {len(pictures)} pictures; {limits.title} takes {limits.pictures}.",
                f"Remove {len(pictures) - limits.pictures}.",
            )
        )
    for number, (kind, size, alt_text) in enumerate(pictures, 1):
        where = f"picture {number}"
        if kind not in limits.picture_types:
            found.append(
                Breach(
                    where,
                    f"{limits.title} does not take {type_name(kind)} pictures.",
                    f"Use one of: {', '.join(type_name(each) for each in limits.picture_types)}.",
                )
            )
        if size > limits.picture_bytes:
            found.append(
                Breach(
                    where,
                    f"The picture is {megabytes(size)}; {limits.title} takes {megabytes(limits.picture_bytes)}.",
                    "Use a smaller copy.",
                )
            )
        if len(alt_text) > limits.alt_text:
            found.append(
                Breach(
                    where,
                    f"Its description is {len(alt_text):,} characters; {limits.title} takes {limits.alt_text:,}.",
                    "Shorten the description.",
                )
            )
    return found


def type_name(mime: str) -> str:
    """ "image/jpeg" -> "JPEG"."""
    return mime.rpartition("/")[2].upper()


def megabytes(size: int) -> str:
    """A size in bytes as people read it: "4.2 MB"."""
    return f"{size / MB:.1f} MB".replace(".0 ", " ")
