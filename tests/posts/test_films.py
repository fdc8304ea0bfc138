"""Films: what goes out is what is seen and heard, and nothing that a camera wrote beside it; what networks take of one.

The films here are drawings by `tests.signals.drawn`, filmed by ffmpeg with a position, a camera and a comment.
"""

from __future__ import annotations

import io
from pathlib import Path
from struct import pack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from remit.platforms.limits import LIMITS, MP4, QUICKTIME, Attached, breaches
from remit.posts import films
from remit.posts.media import LONGEST_FILM, MOST_FILM_BYTES, PictureRefused, take
from remit.signals import sight
from tests.posts.conftest import World
from tests.posts.test_pages import form, signed_in

FILMS = Path(__file__).with_name("films")
STREET = (FILMS / "street.mp4").read_bytes()


def box(kind: bytes, held: bytes) -> bytes:
    return pack(">I4s", len(held) + 8, kind) + held


def refusal(data: bytes, name: str = "film.mp4", size: int | None = None) -> str:
    with pytest.raises(PictureRefused) as refused:
        take(io.BytesIO(data), name, size)
    return str(refused.value)


@pytest.mark.parametrize(("name", "kind"), [("street.mp4", MP4), ("street.mov", QUICKTIME)])
def test_a_film_says_no_more_where_when_or_with_what_it_was_taken(name: str, kind: str) -> None:
    """A film of a cordon would tell anybody the officer's camera, name and home."""
    original = (FILMS / name).read_bytes()
    assert b"+54.5742" in original
    taken = take(io.BytesIO(original), name)
    assert (taken.rendition_type, taken.width, taken.height, taken.seconds) == (kind, 640, 480, 9)
    assert taken.original == original
    assert "GPS position" in taken.metadata["carries"]  # type: ignore[operator]
    for told in (b"54.57", b"PC 4417", b"invented camera", b"Lavf", b"x264 - core", b"libx264"):
        assert told not in taken.rendition, told


@pytest.mark.skipif(not sight.installed(), reason="needs a decoder of films")
@pytest.mark.parametrize("name", ["street.mp4", "street.mov", "turned.mp4"])
def test_every_picture_of_a_cleaned_film_is_as_it_was(name: str, tmp_path: Path) -> None:
    import cv2

    original = (FILMS / name).read_bytes()
    frames = []
    for number, data in enumerate((original, films.clean(original).data)):
        (tmp_path / f"{number}.mp4").write_bytes(data)
        reader, seen = cv2.VideoCapture(str(tmp_path / f"{number}.mp4")), []
        while (read := reader.read())[0]:
            seen.append(read[1].tobytes())
        frames.append(seen)
    assert frames[0] == frames[1]
    assert frames[0]


def test_what_hides_in_free_space_or_between_samples_is_emptied() -> None:
    """Some dashboard cameras write their positions there, where no player looks and anybody else can."""
    hidden = STREET + box(b"free", b"GPS 54.5742 -1.2350") + box(b"mdat", b"and 54.5742 again")
    assert b"54.5742" not in films.clean(hidden).data


def test_a_film_that_was_turned_is_told_by_the_shape_that_is_seen() -> None:
    film = films.clean((FILMS / "turned.mp4").read_bytes())
    assert (film.width, film.height) == (480, 640)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ((FILMS / "hevc.mp4").read_bytes(), "not in H.264"),
        ((FILMS / "pieces.mp4").read_bytes(), "a film in pieces"),
        (STREET[: len(STREET) // 2], "damaged"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(12), "damaged"),
        (b"\x1a\x45\xdf\xa3" + bytes(100), "a film in WebM or Matroska"),
    ],
)
def test_a_film_that_networks_cannot_show_is_refused_with_what_to_do(data: bytes, words: str) -> None:
    said = refusal(data)
    assert words in said
    assert said.endswith(".")


def test_a_film_too_large_or_too_long_is_refused_before_it_is_looked_at() -> None:
    assert "A film can be up to 50 MB" in refusal(STREET, size=MOST_FILM_BYTES + 1)
    header = STREET.index(b"mdhd") + 4
    long = bytearray(STREET)
    long[header + 12 : header + 20] = pack(">2I", 1, LONGEST_FILM + 1)
    assert "A film can be up to 15 minutes" in refusal(bytes(long))


@given(st.binary(min_size=1, max_size=40), st.integers(0, 6_000))
def test_no_damage_to_a_film_gives_anything_but_a_film_or_a_refusal(noise: bytes, at: int) -> None:
    """An upload made by somebody hostile would otherwise stop a page, or the whole process."""
    damaged = STREET[:at] + noise + STREET[at + len(noise) :]
    try:
        assert len(films.clean(damaged).data) == len(damaged)
    except films.Unplayable as fault:
        assert fault.remedy


def test_each_network_says_what_it_takes_of_films() -> None:
    film = Attached(MP4, 1_000_000, "A street.", 200)
    picture = Attached("image/jpeg", 1_000, "A street.")

    def words(network: str, *attached: Attached) -> list[str]:
        return [breach.words for breach in breaches(LIMITS[network], "text", 4, attached)]

    assert words("facebook", film) == words("instagram", film, picture) == []
    assert words("x", film) == ["The film is 3 minutes 20 seconds long; X takes 2 minutes 20 seconds."]
    assert words("mastodon", film, picture) == ["Mastodon takes a film alone, with no other film or picture beside it."]
    assert words("bluesky", Attached(QUICKTIME, 1, "", 20)) == ["Bluesky does not take QUICKTIME films."]


@pytest.mark.django_db
def test_a_film_is_added_seen_and_served_in_stretches(world: World, real_time: None) -> None:
    post, author = world.draft(), signed_in(world.author)
    upload = SimpleUploadedFile("street.mp4", STREET, content_type="video/mp4")
    author.post(f"/posts/{post.pk}/edit", form(world, post, do="attach", picture=upload))
    use = post.post_media.select_related("media").get()
    assert (use.kind, use.media.seconds, use.media.length) == ("video", 9, "9 seconds")
    page = author.get(f"/posts/{post.pk}/edit").content.decode()
    assert f'<video class="posts-thumb" controls preload="metadata" src="/posts/pictures/{use.media_id}"' in page
    assert '<option value="video" selected>A film</option>' in page
    whole = author.get(f"/posts/pictures/{use.media_id}")
    assert (whole.status_code, whole["Content-Type"], whole["Accept-Ranges"]) == (200, "video/mp4", "bytes")
    sent = b"".join(whole.streaming_content)
    part = author.get(f"/posts/pictures/{use.media_id}", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 100-199/{len(sent)}")
    assert b"".join(part.streaming_content) == sent[100:200]
    rest = author.get(f"/posts/pictures/{use.media_id}", headers={"Range": f"bytes={len(sent) - 5}-"})
    assert b"".join(rest.streaming_content) == sent[-5:]
    odd = author.get(f"/posts/pictures/{use.media_id}", headers={"Range": "bytes=99999999999-"})
    assert odd.status_code == 200
