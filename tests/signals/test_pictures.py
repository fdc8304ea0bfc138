"""Picture files as they come in: true type, size, metadata, and files that are none."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from remit.signals.pictures import PictureLimits, read_picture


def picture(kind: str = "JPEG", **saved: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, kind, **saved)
    return out.getvalue()


def test_where_a_picture_was_taken_is_said_and_never_the_place_itself() -> None:
    """Lost otherwise: an officer's home goes out with a photograph of a dog, or stands in a log."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera maker"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (51.0, 30.0, 11.5)
    facts = read_picture(picture(exif=exif, comment=b"taken at home"), "image/jpeg")
    assert set(facts.metadata) >= {"GPS position", "camera", "comment"}
    assert "51" not in repr(facts.metadata)
    assert "home" not in repr(facts.metadata)
    assert (facts.true_type, facts.width, facts.height, facts.fault) == ("image/jpeg", 40, 30, "")


def test_a_file_that_is_not_what_it_says_is_told() -> None:
    """Lost otherwise: a file passes under a false name."""
    assert read_picture(picture("PNG"), "image/jpeg").true_type == "image/png"


@pytest.mark.parametrize("file", [b"", b"<svg onload='x'/>", b"MZ\x90", b"%PDF-1.7", b"GIF89a"])
def test_what_is_no_picture_is_refused_with_a_remedy(file: bytes) -> None:
    """Lost otherwise: the author meets a crash instead of the types that can be used."""
    assert read_picture(file, "image/png").fault.endswith(".")


def test_a_bomb_is_not_unpacked() -> None:
    """Lost otherwise: a small file fills the server's memory."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    assert read_picture(bomb + b"\x00\x00\x00\x00IEND\xaeB`\x82").fault
    assert "pixels" in read_picture(picture(), limits=PictureLimits(pixels=100)).fault
    assert "MB" in read_picture(b"\xff" * 2_000, limits=PictureLimits(bytes=1_000)).fault


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_picture_never_crashes(data: st.DataObject) -> None:
    """Lost otherwise: a broken upload takes the draft with it."""
    file = bytearray(picture(data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]))))
    for _ in range(data.draw(st.integers(1, 12))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    read_picture(bytes(file[: data.draw(st.integers(0, len(file)))]))
