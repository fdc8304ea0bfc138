"""Pictures and films coming in: judged by what they are, not by name; the original kept and hashed.

A picture is rebuilt from its pixels; a film has everything blanked that is not picture or sound (`films`). Nothing of
their metadata leaves the building; what it said is summed up without its values (never a position).
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import PurePath
from typing import IO

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from remit.platforms.limits import JPEG, PNG, duration, megabytes
from remit.posts import films
from remit.signals import sight

register_heif_opener()

#: Largest picture and largest film, in bytes.
MOST_BYTES, MOST_FILM_BYTES = 20_000_000, 50_000_000
#: Longest film, in seconds: what is longer belongs on a page of the force's own.
LONGEST_FILM = 15 * 60
#: Most pixels that are decoded: above any phone's camera, far below what fills a server's memory.
MOST_PIXELS = 60_000_000
#: Longest side of what is published, in pixels; every network scales larger ones down.
LONGEST_SIDE = 2_560
#: Published pictures stay below what the strictest network takes.
RENDITION_BYTES = 1_900_000
#: What is taken, by Pillow's name, with its MIME type.
TYPES = {"JPEG": JPEG, "PNG": PNG, "WEBP": "image/webp", "GIF": "image/gif", "HEIF": "image/heic"}
#: A phone's JPEG with a second picture inside (depth, brightness): its first picture is the photograph.
TYPES["MPO"] = JPEG
TAKEN = "JPEG, PNG, WebP, GIF or HEIC; a film as MP4 or MOV"
#: Brands of still pictures in a film's kind of file (ISO/IEC 23008-12): what phones take.
STILLS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
#: How a file that is no picture begins, and what to call it.
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a Word, Excel or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\x1a\x45\xdf\xa3", "a film in WebM or Matroska"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
)


class PictureRefused(Exception):
    """A file that cannot be taken, in words that can be shown beside the field: what is wrong, and what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Taken:
    """A picture or film that was taken: the original as it came and the rendition that may be published."""

    name: str
    original: bytes = field(repr=False)
    original_sha256: str
    original_type: str
    rendition: bytes = field(repr=False)
    rendition_sha256: str
    rendition_type: str
    width: int
    height: int
    #: What the original carried, without its values: {"carries": ["GPS position", "camera"], "taken_at": "…"}.
    metadata: dict[str, object]
    #: A film's length, rounded up; 0 for a picture.
    seconds: int = 0
    #: What models saw in the rendition; {} when there are none.
    sight: dict[str, object] = field(default_factory=dict)


def take(stream: IO[bytes], name: str, size: int | None = None) -> Taken:
    """Check an upload and rebuild it. `size` is what the browser says, in bytes. Raises PictureRefused."""
    shown = _shown_name(name)
    original = stream.read(12)
    film = original[4:8] == films.BEGINS and original[8:12] not in STILLS
    most = MOST_FILM_BYTES if film else MOST_BYTES
    if size is not None and size > most:
        raise _too_large(shown, size, most)
    original += stream.read(most + 1 - len(original))
    if len(original) > most:
        raise _too_large(shown, max(size or 0, len(original)), most)
    if not original:
        raise PictureRefused(f"“{shown}” is empty.", "Choose it again, or choose another picture.")
    return _film(original, shown) if film else _picture(original, shown)


def _film(original: bytes, shown: str) -> Taken:
    try:
        film = films.clean(original)
    except films.Unplayable as fault:
        raise PictureRefused(f"“{shown}” cannot be taken. {fault.message}", fault.remedy) from None
    if film.seconds > LONGEST_FILM:
        raise PictureRefused(
            f"“{shown}” is {duration(film.seconds)} long. A film can be up to {duration(LONGEST_FILM)}.",
            "Cut it, or put it on your website and link to it.",
        )
    seen = sight.watch(film.data, film.seconds)
    return Taken(
        name=shown,
        original=original,
        original_sha256=hashlib.sha256(original).hexdigest(),
        original_type=film.type,
        rendition=film.data,
        rendition_sha256=hashlib.sha256(film.data).hexdigest(),
        rendition_type=film.type,
        width=film.width,
        height=film.height,
        metadata={"carries": list(film.carries), "width": film.width, "height": film.height},
        seconds=max(1, ceil(film.seconds)),
        sight=seen.to_json() if seen else {},
    )


def _picture(original: bytes, shown: str) -> Taken:
    with _decoding(original, shown) as image:
        kind = TYPES[image.format or ""]
        metadata = summary(image)
        rendition, rendition_type, (width, height) = _rebuild(image)
    del image  # its pixels would stand beside those that are looked at
    seen = sight.look(rendition)
    return Taken(
        name=shown,
        original=original,
        original_sha256=hashlib.sha256(original).hexdigest(),
        original_type=kind,
        rendition=rendition,
        rendition_sha256=hashlib.sha256(rendition).hexdigest(),
        rendition_type=rendition_type,
        width=width,
        height=height,
        metadata=metadata,
        sight=seen.to_json() if seen else {},
    )


@contextmanager
def _decoding(original: bytes, shown: str) -> Iterator[Image.Image]:
    """The decoded still picture; whatever goes wrong in decoding it becomes a PictureRefused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(original), formats=[kind for kind in TYPES if kind != "MPO"])
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise _too_many_pixels(shown, width, height)
        if image.format in ("GIF", "PNG", "WEBP") and getattr(image, "is_animated", False):
            raise PictureRefused(f"“{shown}” is animated.", "Choose a still picture, or a film as MP4.")
        image.load()
        yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(shown, 0, 0) from None
    except UnidentifiedImageError:
        raise PictureRefused(
            f"“{shown}” is {_what_it_is(original)}, whatever its name says.", f"Choose a picture: {TAKEN}."
        ) from None
    except PictureRefused:
        raise
    except Exception:
        # Decoders raise whatever they like on hostile or damaged input; to the author it is one and the same.
        raise PictureRefused(
            f"“{shown}” is damaged and cannot be read.", "Open it, save a new copy and choose that."
        ) from None


def _rebuild(image: Image.Image) -> tuple[bytes, str, tuple[int, int]]:
    """New bytes from the pixels alone: upright, in sRGB, no larger than networks show, with no metadata at all."""
    upright = ImageOps.exif_transpose(image)
    transparent = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    pixels = _in_srgb(upright).convert("RGBA" if transparent else "RGB")
    if transparent and pixels.getchannel("A").getextrema() == (255, 255):
        pixels = pixels.convert("RGB")
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    clean = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    if image.format in ("PNG", "GIF") or clean.mode == "RGBA":
        encoded = _encoded(clean, "PNG", optimize=True)
        if len(encoded) <= RENDITION_BYTES or clean.mode == "RGBA":
            return encoded, PNG, clean.size
    for quality in (90, 82, 74, 62):
        encoded = _encoded(clean, "JPEG", quality=quality, optimize=True)
        if len(encoded) <= RENDITION_BYTES:
            break
    return encoded, JPEG, clean.size


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in sRGB, so that dropping its colour profile does not change how it looks."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "L", "CMYK"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def summary(image: Image.Image) -> dict[str, object]:
    """What the metadata of a picture says, by kind and not by value, so that it can be shown and kept."""
    exif = image.getexif()
    carries: list[str] = []
    if exif.get_ifd(ExifTags.IFD.GPSInfo):
        carries.append("GPS position")
    if exif.get(ExifTags.Base.Make) or exif.get(ExifTags.Base.Model):
        carries.append("camera")
    details = exif.get_ifd(ExifTags.IFD.Exif)
    taken_at = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    if taken_at:
        carries.append("time taken")
    if exif.get(ExifTags.Base.Artist) or exif.get(ExifTags.Base.Copyright):
        carries.append("author or copyright")
    if details.get(ExifTags.Base.BodySerialNumber) or details.get(ExifTags.Base.CameraOwnerName):
        carries.append("owner or serial number")
    if image.info.get("comment") or exif.get(ExifTags.Base.ImageDescription) or details.get(ExifTags.Base.UserComment):
        carries.append("comment")
    if image.info.get("xmp") or image.info.get("photoshop"):
        carries.append("editing history")
    if getattr(image, "text", None):
        carries.append("text fields")
    found: dict[str, object] = {"carries": carries, "width": image.width, "height": image.height}
    if taken_at:
        found["taken_at"] = str(taken_at)[:19]
    return found


def _what_it_is(original: bytes) -> str:
    head = original[:512].lstrip()
    for start, words in _OTHERS:
        if head.startswith(start):
            return words
    if head[:1] == b"<":
        return "an SVG drawing" if b"<svg" in original[:2048] else "a web page"
    try:
        original[:4096].decode()
    except UnicodeDecodeError:
        return "not a picture that can be read"
    return "a text file"


def _too_large(shown: str, size: int, most: int) -> PictureRefused:
    what = "picture" if most == MOST_BYTES else "film"
    return PictureRefused(
        f"“{shown}” is {megabytes(size)}. A {what} can be up to {megabytes(most)}.",
        "Save a smaller copy and choose that.",
    )


def _too_many_pixels(shown: str, width: int, height: int) -> PictureRefused:
    size = f"{width:,} by {height:,} pixels" if width else "far too many pixels"
    return PictureRefused(
        f"“{shown}” is {size}. A picture can have up to {MOST_PIXELS // 1_000_000} million.",
        "Save a smaller copy and choose that.",
    )


def _shown_name(name: str) -> str:
    """The file's own name, without folders or hidden characters, short enough to show."""
    plain = "".join(c for c in PurePath(name.replace("\\", "/")).name if c.isprintable())
    return plain[-80:] or "picture"
