"""A picture as small as Bluesky demands: the approved one where it fits, else a smaller copy of it."""

from __future__ import annotations

import io

from PIL import Image

from remit.platforms.bluesky.xrpc import Blob
from remit.platforms.limits import JPEG
from remit.platforms.protocol import Picture

#: Bluesky's servers refuse a larger picture in a post, in bytes.
LARGEST = 1_000_000
#: Bluesky's own app scales down what is longer, in pixels.
LONGEST_SIDE = 2_000


def fitting(picture: Picture) -> tuple[Blob, tuple[int, int]]:
    """What to upload, with its width and height in pixels. A copy is a JPEG, of the same pixels or fewer."""
    with Image.open(io.BytesIO(picture.data)) as image:
        size = image.size
        if len(picture.data) <= LARGEST:
            return Blob(picture.data, picture.type), size
        flat = _on_white(image)
    side = LONGEST_SIDE
    while True:
        copy = flat.copy()
        copy.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in (88, 80, 72):
            out = io.BytesIO()
            copy.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= LARGEST:
                return Blob(out.getvalue(), JPEG), copy.size
        side = side * 3 // 4


def _on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency, which a JPEG cannot have."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground
