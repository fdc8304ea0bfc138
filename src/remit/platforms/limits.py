"""What each public network allows in a post. Figures are the networks' own published limits in November 2026."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

JPEG, PNG, WEBP, GIF = "image/jpeg", "image/png", "image/webp", "image/gif"
MP4, QUICKTIME = "video/mp4", "video/quicktime"
MB = 1_000_000
MINUTE = 60
FEED = (0.8, 1.91)


@dataclass(frozen=True)
class Attached:
    """What is attached to a post, as far as limits go: MIME type, bytes, description, a film's length in seconds."""

    type: str
    bytes: int
    alt_text: str = ""
    seconds: float = 0.0

    @property
    def film(self) -> bool:
        return is_film(self.type)

    @property
    def word(self) -> str:
        return "film" if self.film else "picture"


@dataclass(frozen=True)
class Films:
    """What one network takes of films: longest in seconds, bytes, types, and whether pictures may stand beside one."""

    seconds: int
    bytes: int
    types: tuple[str, ...] = (MP4, QUICKTIME)
    beside_pictures: bool = False


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
    films: Films
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
            Films(140, 512 * MB, beside_pictures=True),
            threads=True,
            shapes=FEED,
        ),
        Limits(
            "facebook",
            "Facebook",
            63_206,
            "characters",
            10,
            10 * MB,
            (JPEG, PNG, WEBP),
            1_000,
            Films(240 * MINUTE, 4_000 * MB),
            shapes=FEED,
        ),
        Limits(
            "instagram",
            "Instagram",
            2_200,
            "characters",
            10,
            8 * MB,
            (JPEG,),
            1_000,
            Films(15 * MINUTE, 300 * MB, beside_pictures=True),
            needs_picture=True,
            shapes=FEED,
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
            Films(3 * MINUTE, 100 * MB, (MP4,)),
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
            Films(240 * MINUTE, 99 * MB),
            threads=True,
            width=600,
        ),
        Limits(
            "linkedin",
            "LinkedIn",
            3_000,
            "characters",
            20,
            5 * MB,
            (JPEG, PNG, GIF),
            4_086,
            Films(15 * MINUTE, 500 * MB, (MP4,)),
            shapes=(0.67, 3),
        ),
    )
}


@dataclass(frozen=True)
class Breach:
    """One limit that a post passes: where ("text", "picture 2"), what is wrong and what would put it right."""

    where: str
    words: str
    remedy: str


def breaches(limits: Limits, text: str, length: int, attached: Sequence[Attached]) -> list[Breach]:
    """Every limit that `text` (of `length` in the network's unit) and what is attached to it pass."""
    found = [*_of_text(limits, text, length)]
    if not text.strip() and not attached:
        found.append(Breach("text", "There is nothing to publish.", "Write something or add a picture."))
    if limits.needs_picture and not attached:
        found.append(
            Breach(
                "pictures",
                f"{limits.title} takes no post without a picture or a film.",
                "Add one, or leave this account out.",
            )
        )
    if len(attached) > limits.pictures:
        found.append(
            Breach(
                "pictures",
                f"There are {len(attached)} pictures; {limits.title} takes {limits.pictures}.",
                f"Remove {len(attached) - limits.pictures}.",
            )
        )
    elif len(attached) > 1 and not limits.films.beside_pictures and any(each.film for each in attached):
        found.append(
            Breach(
                "pictures",
                f"{limits.title} takes a film alone, with no other film or picture beside it.",
                "Remove the others, or put them into a post of their own.",
            )
        )
    for number, each in enumerate(attached, 1):
        found += _of_one(limits, each, f"picture {number}")
    return found


def _of_text(limits: Limits, text: str, length: int) -> Iterator[Breach]:
    if length > limits.text:
        over = length - limits.text
        yield Breach(
            "text",
            f"The text is {over:,} too long for {limits.title}: it takes {limits.text:,} {limits.unit}.",
            f"Shorten it, or write a shorter version for {limits.title}"
            + (", or send it as a thread." if limits.threads else "."),
        )
    elif limits.text_bytes is not None and len(text.encode()) > limits.text_bytes:
        yield Breach(
            "text",
            f"The text takes more than the {limits.text_bytes:,} bytes that {limits.title} allows.",
            "Use fewer emoji or accented letters, or shorten it.",
        )


def _of_one(limits: Limits, each: Attached, where: str) -> Iterator[Breach]:
    """What is wrong with one picture or film."""
    types, most = (
        (limits.films.types, limits.films.bytes) if each.film else (limits.picture_types, limits.picture_bytes)
    )
    if each.type not in types:
        yield Breach(
            where,
            f"{limits.title} does not take {type_name(each.type)} {each.word}s.",
            f"Use one of: {', '.join(type_name(kind) for kind in types)}.",
        )
    if each.bytes > most:
        yield Breach(
            where, f"The {each.word} is {megabytes(each.bytes)}; {limits.title} takes {megabytes(most)}.",
            "Use a smaller copy.",
        )  # fmt: skip
    if each.seconds > limits.films.seconds:
        yield Breach(
            where,
            f"The film is {duration(each.seconds)} long; {limits.title} takes {duration(limits.films.seconds)}.",
            "Cut it, or leave this account out.",
        )
    if len(each.alt_text) > limits.alt_text:
        yield Breach(
            where,
            f"Its description is {len(each.alt_text):,} characters; {limits.title} takes {limits.alt_text:,}.",
            "Shorten the description.",
        )


def is_film(mime: str) -> bool:
    """Whether a MIME type is a film's."""
    return mime.startswith("video/")


def duration(seconds: float) -> str:
    """A film's length as people read it: "48 seconds", "2 minutes 20 seconds"."""
    minutes, rest = divmod(round(seconds), MINUTE)
    parts = [f"{n:,} {unit}{'' if n == 1 else 's'}" for n, unit in ((minutes, "minute"), (rest, "second")) if n]
    return " ".join(parts) or "0 seconds"


def type_name(mime: str) -> str:
    """ "image/jpeg" -> "JPEG"."""
    return mime.rpartition("/")[2].upper()


def megabytes(size: int) -> str:
    """A size in bytes as people read it: "4.2 MB"."""
    return f"{size / MB:.1f} MB".replace(".0 ", " ")
