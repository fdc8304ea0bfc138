"""Reads a picture file's outside: true type, size in pixels, metadata. Decodes no pixels before its size is known.

Bounded: a file above the byte limit, or one that would unpack to more pixels than the limit, is not opened further.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, UnidentifiedImageError

from remit.signals.content import ImageFacts

TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with a second view, as some phones make them
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}


#: What Pillow is asked to try; it comes to MPO by way of JPEG.
TRIED = ("JPEG", "PNG", "GIF", "WEBP", "HEIF")


@dataclass(frozen=True)
class PictureLimits:
    """What is opened at all. Bytes of the file, pixels of the picture, frames of an animation."""

    bytes: int = 50_000_000
    pixels: int = 60_000_000
    frames: int = 500


def read_picture(
    file: bytes,
    claimed_type: str = "",
    *,
    index: int = 0,
    kind: str = "photo",
    alt_text: str = "",
    limits: PictureLimits | None = None,
) -> ImageFacts:
    """What the file is. Never raises for what is in it: a fault is told in `fault`, in plain English with a remedy."""
    limits = limits or PictureLimits()
    facts = ImageFacts(index=index, kind=kind, alt_text=alt_text, claimed_type=claimed_type, bytes=len(file))
    if len(file) > limits.bytes:
        return replace(
            facts,
            fault=f"The picture is {len(file) / 1e6:.0f} MB; at most {limits.bytes / 1e6:.0f} MB can be taken. "
            "Make it smaller and add it again.",
        )
    _open_heif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(file), formats=TRIED)
            facts = replace(facts, true_type=TYPES.get(image.format or "", ""), width=image.width, height=image.height)
            if image.width * image.height > limits.pixels:
                return replace(facts, fault=_too_many(image.width, image.height, limits))
            if getattr(image, "n_frames", 1) > limits.frames:
                return replace(
                    facts, fault=f"The animation has more than {limits.frames} frames. Shorten it and add it again."
                )
            facts = replace(facts, metadata=_metadata(image))
            image.verify()
    except Image.DecompressionBombError:
        return replace(
            facts,
            fault="The picture would unpack to far more than it says. Save it again in an editor, or choose another.",
        )
    except UnidentifiedImageError:
        return replace(
            facts, fault="The file is not a picture that can be posted. Use a JPEG, PNG, GIF, WebP or HEIC file."
        )
    except Exception:
        # Pillow's plugins raise whatever a broken file makes them raise; each means the same to the author.
        return replace(
            facts,
            fault="The picture is damaged and cannot be read. Save it again in a picture editor, or choose another.",
        )
    return facts


def _too_many(width: int, height: int, limits: PictureLimits) -> str:
    return (
        f"The picture is {width} by {height} pixels; at most {limits.pixels / 1e6:.0f} million pixels can be taken. "
        "Make it smaller and add it again."
    )


def _metadata(image: Image.Image) -> tuple[str, ...]:
    """What the metadata tells, by name and never by value."""
    found: dict[str, None] = {}
    exif = image.getexif()
    if exif.get_ifd(ExifTags.IFD.GPSInfo):
        found["GPS position"] = None
    details: dict[Any, Any] = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    for name, tags in (
        ("camera", (ExifTags.Base.Make, ExifTags.Base.Model, ExifTags.Base.LensModel, ExifTags.Base.LensMake)),
        (
            "serial number",
            (ExifTags.Base.BodySerialNumber, ExifTags.Base.LensSerialNumber, ExifTags.Base.ImageUniqueID),
        ),
        (
            "owner or author",
            (ExifTags.Base.Artist, ExifTags.Base.Copyright, ExifTags.Base.CameraOwnerName, ExifTags.Base.XPAuthor),
        ),
        ("date and time", (ExifTags.Base.DateTime, ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized)),
        (
            "comment",
            (ExifTags.Base.ImageDescription, ExifTags.Base.UserComment, ExifTags.Base.XPComment, ExifTags.Base.XPTitle),
        ),
        ("software", (ExifTags.Base.Software, ExifTags.Base.HostComputer)),
        ("maker's note", (ExifTags.Base.MakerNote,)),
    ):
        if any(details.get(tag) for tag in tags):
            found[name] = None
    for key, name in (
        ("comment", "comment"),
        ("photoshop", "editor's record"),
        ("xmp", "XMP record"),
        ("icc_profile", "colour profile"),
    ):
        if image.info.get(key):
            found[name] = None
    if image.format == "PNG" and getattr(image, "text", None):
        found["comment"] = None
    return tuple(found)


def _open_heif() -> None:
    """Lets Pillow read HEIC, which phones take; registering twice does no harm."""
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
