"""Pictures drawn by code, for tests and measurements of what signals see: nobody is shown and nobody else owns them."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SKINS = ((241, 204, 177), (214, 170, 140), (168, 118, 86), (110, 72, 50))
HAIRS = ((60, 40, 25), (30, 25, 22), (140, 100, 50), (160, 160, 160))


def face(width: int = 400, height: int = 500, *, skin: int = 1, hair: int = 0, blurred: float = 3) -> Image.Image:
    """A head and shoulders with shading, which a face detector takes for a face."""
    colour = SKINS[skin % len(SKINS)]

    def shade(share: float) -> tuple[int, ...]:
        return tuple(int(c * share) for c in colour)

    image = Image.new("RGB", (400, 500), (120, 140, 160))
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 330, 340, 700), fill=(30, 40, 70))
    draw.rectangle((165, 300, 235, 400), fill=shade(0.85))
    draw.ellipse((90, 40, 310, 260), fill=HAIRS[hair % len(HAIRS)])
    draw.ellipse((110, 80, 290, 350), fill=colour)
    for x in (155, 245):
        draw.ellipse((x - 24, 185, x + 24, 209), fill=(245, 245, 245))
        draw.ellipse((x - 11, 185, x + 11, 209), fill=(70, 50, 30))
        draw.ellipse((x - 5, 191, x + 5, 203), fill=(0, 0, 0))
        draw.arc((x - 30, 160, x + 30, 205), 200, 340, fill=(50, 30, 20), width=6)
    draw.polygon([(200, 200), (186, 262), (214, 262)], fill=shade(0.9))
    draw.ellipse((182, 250, 218, 270), fill=shade(0.88))
    draw.ellipse((165, 290, 235, 318), fill=(180, 80, 80))
    draw.line((165, 304, 235, 304), fill=(120, 40, 40), width=3)
    return image.filter(ImageFilter.GaussianBlur(blurred)).resize((width, height))


def scene(
    size: tuple[int, int] = (1600, 1200),
    *,
    colour: tuple[int, int, int] = (90, 120, 80),
    faces: Sequence[tuple[int, int, int]] = (),
    words: Sequence[tuple[str, int, int, int]] = (),
    skin: int = 1,
    hair: int = 0,
) -> Image.Image:
    """A plain ground with `faces` (left, top, width in pixels) and `words` (text, left, top, size in pixels)."""
    image = Image.new("RGB", size, colour)
    for number, (left, top, width) in enumerate(faces):
        image.paste(face(width, width * 5 // 4, skin=skin + number, hair=hair + number), (left, top))
    draw = ImageDraw.Draw(image)
    ink = "black" if sum(colour) > 380 else "white"
    for text, left, top, height in words:
        draw.text((left, top), text, fill=ink, font=ImageFont.load_default(height))
    return image


def jpeg(image: Image.Image) -> bytes:
    """`image` as the bytes of a JPEG file."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()
