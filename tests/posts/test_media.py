"""If these fail, a hostile or mislabelled file stops the server, or a picture's position goes out with it."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from remit.posts.media import LONGEST_SIDE, MOST_BYTES, PictureRefused, summary, take


def encoded(kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size, "red" if mode == "RGB" else 0)
    image.save(out, kind, **options)
    return out.getvalue()


def photograph() -> bytes:
    """A JPEG with everything in it that must not go out, turned on its side."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Kamera"
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Artist] = "Somebody"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (51.0, 30.0, 0.0)
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:20 10:00:00"
    return encoded("JPEG", exif=exif, comment=b"taken outside 4 Secret Street")


def refusal(data: bytes, name: str = "picture.jpg", size: int | None = None) -> PictureRefused:
    with pytest.raises(PictureRefused) as refused:
        take(io.BytesIO(data), name, size)
    assert refused.value.remedy
    return refused.value


def test_nothing_but_the_pixels_is_published_and_the_original_is_kept_as_it_came() -> None:
    original = photograph()
    taken = take(io.BytesIO(original), "C:\\photos\\IMG_1.jpg")
    assert taken.original == original
    assert taken.name == "IMG_1.jpg"
    assert taken.metadata["carries"] == ["GPS position", "camera", "time taken", "author or copyright", "comment"]
    published = Image.open(io.BytesIO(taken.rendition))
    assert (published.width, published.height) == (20, 40) == (taken.width, taken.height)  # turned upright
    assert summary(published)["carries"] == []
    for secret in (b"Secret Street", b"Kamera", b"Somebody", b"Exif"):
        assert secret not in taken.rendition


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "HEIF"])
def test_every_kind_that_is_promised_is_taken_whatever_it_is_called(kind: str) -> None:
    taken = take(io.BytesIO(encoded(kind, (64, 64))), "wrong-name.pdf")
    assert taken.rendition_type in ("image/jpeg", "image/png")
    assert (taken.width, taken.height) == (64, 64)


def test_a_phone_jpeg_with_a_second_picture_inside_is_a_photograph_and_not_an_animation() -> None:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (30, 20))])
    assert take(io.BytesIO(out.getvalue()), "phone.jpg").original_type == "image/jpeg"


def test_transparency_survives_and_an_opaque_layer_is_dropped() -> None:
    assert take(io.BytesIO(encoded("PNG", mode="RGBA")), "logo.png").rendition_type == "image/png"


def test_a_large_photograph_is_scaled_to_what_networks_show() -> None:
    taken = take(io.BytesIO(encoded("JPEG", (5_000, 1_000))), "wide.jpg")
    assert (taken.width, taken.height) == (LONGEST_SIDE, 512)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"PK\x03\x04....", "a Word, Excel or zip file"),
        (b"MZ\x90\x00", "a Windows program"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "an SVG drawing"),
        (b"<html><script>1</script>", "a web page"),
        (b"just words", "a text file"),
        (bytes(range(128, 256)), "not a picture that can be read"),
        (encoded("TIFF"), "a TIFF picture"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_named_for_what_it_is(data: bytes, words: str) -> None:
    assert words in refusal(data).message


def test_fifty_megabytes_are_refused_by_size_without_being_read() -> None:
    class Unreadable(io.BytesIO):
        def read(self, size: int = -1) -> bytes:  # type: ignore[override]
            assert size == 12, "no more than what says whether it is a film"
            return b"\xff\xd8\xff" + bytes(9)

    with pytest.raises(PictureRefused, match=r"is 50 MB\. A picture can be up to 20 MB"):
        take(Unreadable(), "big.jpg", 50_000_000)
    assert "up to 20 MB" in refusal(b"\xff\xd8" + bytes(MOST_BYTES), size=5).message  # a browser that lies


def test_a_decompression_bomb_is_refused_before_it_is_unpacked() -> None:
    assert "far too many pixels" in refusal(png_header(30_000, 30_000)).message
    assert "9,000 by 9,000 pixels" in refusal(png_header(9_000, 9_000)).message


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_an_animation_is_refused_in_words() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "GIF", save_all=True, append_images=[Image.new("RGB", (8, 8), "blue")])
    assert "is animated" in refusal(out.getvalue(), "fun.gif").message


def test_a_picture_cut_short_is_called_damaged() -> None:
    assert "damaged" in refusal(encoded("PNG", (200, 200))[:-40]).message


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 600))
def test_no_damage_to_a_picture_gives_anything_but_a_picture_or_a_refusal(noise: bytes, at: int) -> None:
    whole = photograph()
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    try:
        taken = take(io.BytesIO(damaged), "damaged.jpg")
    except PictureRefused:
        return
    assert summary(Image.open(io.BytesIO(taken.rendition)))["carries"] == []


def test_hidden_characters_in_a_file_name_are_not_shown() -> None:
    assert "“exegpj.png”" in refusal(b"", "exe\u202egpj.png").message
