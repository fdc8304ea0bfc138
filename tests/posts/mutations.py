"""Hostile texts and pictures put through the whole check, in a process of its own that dies rather than hang.

`python -m tests.posts.mutations texts|pictures|models`: each item has PATIENCE seconds and all of them MEMORY bytes.
The alarm's default action ends the process even inside a decoder that never comes back to Python.
"""

from __future__ import annotations

import csv
import io
import random
import resource
import signal
import struct
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[2]
#: Far more than any item takes on a busy machine: only one that hangs comes near.
PATIENCE = 60
MEMORY = 3_000_000_000
TEXTS, LONG, PICTURES, LOOKED_INTO = 1_000, 6, 200, 15
LONGEST, USUAL = 100_000, 3_000

PIECES = (
    "\u200b", "\u200d", "\u202e", "\u2066", "\u2069", "\ufeff", "\u0301" * 40, "\ud800", "\udfff", "\x00", "\x1b[2J",
    "\u2028", "а", "ο", "ⅷ", "０７７００", "👩\u200d👩\u200d👧", "\U000e0041", "Z̸̡̛", "<script>", "{{ 7*7 }}", "%s%n",
    "' OR 1=1 --", "http://a.example/" + "x" * 300, "@" * 60, "#" * 60, "(" * 80, "[" * 80, "\\" * 50, "a.b." * 60,
    "07700 900123 " * 5, "SECRET\n", "Kim Example, 34, ", "teh recieved ", "!?" * 40, "-" * 200, "\r\n\t", "𝕒𝕓𝕔", "़",
)  # fmt: skip


def mutated_texts(chance: random.Random) -> Iterator[str]:
    """TEXTS texts: labelled posts with characters swapped, cut, doubled and put in; LONG of them as long as may be."""
    with (ROOT / "bench" / "signals" / "texts-develop.csv").open(encoding="utf-8", newline="") as file:
        posts = [row["text"] for row in csv.DictReader(file)]
    for number in range(TEXTS):
        text = chance.choice(posts)
        for _ in range(chance.randint(1, 8)):
            text = _mutated(text, chance, posts)[:USUAL]
        if number % (TEXTS // LONG) == 0:
            text = (text * (LONGEST // max(1, len(text)) + 1))[:LONGEST]
        yield text


def _mutated(text: str, chance: random.Random, posts: list[str]) -> str:
    place, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
    match chance.randint(0, 7):
        case 0:
            return text[:place] + text[end:]
        case 1:
            return text[:end] + text[place:]
        case 2:
            return text[:place] + text[place:end][::-1] + text[end:]
        case 3:
            return text[:place] + chance.choice(PIECES) + text[place:]
        case 4:
            return chance.choice(PIECES).join(text)
        case 5:
            return (
                text[:place] + chr(chance.choice((chance.randint(0, 0xFFFF), chance.randint(0, 0x10FFFF)))) + text[end:]
            )
        case 6:
            return text + " " + chance.choice(posts)
        case _:
            return text[:place] + text[place:end].swapcase() + text[end:]


def mutated_pictures(chance: random.Random) -> Iterator[bytes]:
    """PICTURES files: pictures of each kind with bytes flipped, cut out, put in and cut short, and sizes that lie."""
    files = list(_pictures())
    for number in range(PICTURES):
        file = bytearray(chance.choice(files))
        match number % 5:
            case 0:
                for _ in range(chance.randint(1, 40)):
                    file[chance.randrange(len(file))] ^= 1 << chance.randrange(8)
            case 1:
                del file[chance.randrange(len(file)) :]
            case 2:
                place = chance.randrange(len(file))
                file[place:place] = chance.randbytes(chance.randint(1, 2_000))
            case 3:
                place = chance.randrange(len(file))
                del file[place : place + chance.randint(1, 200)]
            case _:
                file = bytearray(_giant(chance))
        yield bytes(file)


def _pictures() -> Iterator[bytes]:
    image = Image.new("RGB", (320, 240), "navy")
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 30, 220, 210), fill="tan")
    draw.text((10, 10), "AB12 CDE", fill="white")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    for kind, options in (
        ("JPEG", {"exif": exif, "comment": b"x" * 400}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}),
        ("WEBP", {"lossless": True}), ("GIF", {}), ("HEIF", {}),
    ):  # fmt: skip
        out = io.BytesIO()
        image.save(out, kind, **options)
        yield out.getvalue()


def _giant(chance: random.Random) -> bytes:
    """A small file that says that it is enormous."""
    width, height = chance.choice(
        ((60_000, 60_000), (2**31 - 1, 1), (1, 2**31 - 1), (0, 0), (200_000, 4), (9_000, 9_000))
    )
    match chance.randint(0, 2):
        case 0:
            head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
            body = zlib.compress(b"\0" * chance.choice((10, 5_000_000)))
            chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
            return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)
        case 1:
            return (
                b"GIF89a"
                + struct.pack("<HH", width & 0xFFFF, height & 0xFFFF)
                + b"\x80\0\0\0\0\0\xff\xff\xff"
                + b"," * 40
            )
        case _:
            sizes = struct.pack(">BHHB", 8, height & 0xFFFF, width & 0xFFFF, 3)
            return b"\xff\xd8\xff\xc0\x00\x11" + sizes + b"\x01\x11\0\x02\x11\0\x03\x11\0" + chance.randbytes(200)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def check_texts(chance: random.Random) -> int:
    """What the compose page does with each text: read, decided on, marked, its hidden characters named."""
    from remit.commands.check import Checker
    from remit.posts.wording import hidden_in, pieces, without_hidden
    from tests.libraries import shipped

    library = shipped()
    pack = library.packs["cleveland"]
    facts = library.vocabulary.baselines["main-account-post"]
    checker = Checker([pack], "post.publish", datetime(2026, 11, 21, 12, tzinfo=UTC), facts, {})
    number = 0
    for number, text in enumerate(mutated_texts(chance), 1):
        _item(f"text {number}: {text[:200]!r}")
        checked = checker.check(text)
        assert checked.decision.outcome in ("allowed", "needs", "refused")
        text = text.encode("utf-8", "replace").decode()
        assert pieces(text, checked.reading.signals) or not text
        hidden_in(text)
        without_hidden(text)
    return number


def check_pictures(chance: random.Random, most: int) -> int:
    """What an upload goes through: its outside read, decoded within limits, rebuilt, or refused in words."""
    from remit.posts.media import LONGEST_SIDE, PictureRefused, take
    from remit.signals.pictures import read_picture

    number = 0
    for number, file in enumerate(islice(mutated_pictures(chance), most), 1):
        _item(f"picture {number}: {file[:60]!r}")
        read_picture(file, "image/jpeg")
        try:
            taken = take(io.BytesIO(file), "upload.jpg", len(file))
        except PictureRefused as refused:
            assert str(refused)
            continue
        assert max(taken.width, taken.height) <= LONGEST_SIDE
        with Image.open(io.BytesIO(taken.rendition)) as made:
            made.load()
    return number


def _item(told: str) -> None:
    """Start an item: what it is stands in the last line if it never ends."""
    signal.alarm(PATIENCE)
    sys.stdout.write(told.encode("ascii", "backslashreplace").decode() + "\n")
    sys.stdout.flush()


def main(what: str) -> None:
    from remit.signals import sight

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    chance = random.Random(20261121)
    if what != "models":
        sight.off()
    if what == "texts":
        number = check_texts(chance)
    else:
        number = check_pictures(chance, LOOKED_INTO if what == "models" else PICTURES)
    signal.alarm(0)
    sys.stdout.write(f"{number} went through\n")


if __name__ == "__main__":
    main(sys.argv[1])
