"""Three small pictures drawn by code, so that the demonstration shows nobody and belongs to nobody else."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

SIZE = (960, 640)


def road_closed() -> bytes:
    """A red road sign on a grey road."""
    image, draw = _canvas("#cfd8dc")
    draw.polygon([(360, 640), (600, 640), (520, 260), (440, 260)], fill="#616161")
    draw.rounded_rectangle((180, 120, 780, 330), 24, fill="#b71c1c", outline="white", width=10)
    _words(draw, (480, 225), "ROAD CLOSED", 76, "white")
    return _encoded(image)


def bicycle() -> bytes:
    """A blue bicycle against a plain wall."""
    image, draw = _canvas("#f1e9dc")
    for x in (300, 660):
        draw.ellipse((x - 120, 320, x + 120, 560), outline="#212121", width=12)
    for line in [((300, 440), (420, 260)), ((420, 260), (600, 260)), ((600, 260), (660, 440)), ((300, 440), (480, 440)),
                 ((480, 440), (420, 260)), ((480, 440), (600, 260)), ((600, 260), (590, 200)), ((560, 200), (640, 200)),
                 ((400, 240), (450, 240))]:  # fmt: skip
        draw.line(line, fill="#1565c0", width=14)
    return _encoded(image)


def poster() -> bytes:
    """A poster for a public meeting."""
    image, draw = _canvas("#0d3b66")
    _words(draw, (480, 190), "Tell us what matters", 70, "white")
    _words(draw, (480, 310), "in your neighbourhood", 70, "white")
    _words(draw, (480, 460), "Open evening · everybody welcome", 44, "#faf0ca")
    return _encoded(image)


#: key -> (how it is drawn, file name, kind, what it shows in words)
PICTURES: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "road-closed": (road_closed, "road-closed.jpg", "graphic", "A red sign saying Road closed, across a road."),
    "bicycle": (bicycle, "bicycle.jpg", "photo", "A blue bicycle against a plain wall."),
    "poster": (
        poster,
        "open-evening.jpg",
        "graphic",
        "A poster saying Tell us what matters in your neighbourhood. Open evening, everybody welcome.",
    ),
}


def _canvas(colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", SIZE, colour)
    return image, ImageDraw.Draw(image)


def _words(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int, colour: str) -> None:
    draw.text(at, words, fill=colour, font=ImageFont.load_default(size), anchor="mm")


def _encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
