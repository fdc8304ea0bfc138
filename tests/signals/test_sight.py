"""What a picture shows is seen before it goes out: a face, a plate, a marked paper; nothing where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from remit.signals import Content, ImageFacts, read, sight
from remit.signals.reading import Signal
from tests.signals.drawn import face, jpeg, scene

pytestmark = [
    pytest.mark.skipif(not sight.installed(), reason="the models that look into pictures are not installed"),
    pytest.mark.xdist_group("sight"),  # one worker loads the models
]


@pytest.fixture(autouse=True)
def models_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sight._Models, "off", False)


def shown(image: Image.Image, **about: str) -> list[Signal]:
    """The signals that come of looking into `image`, its text alternative and the like left aside."""
    seen = sight.look(jpeg(image))
    assert seen is not None
    content = Content("Open day on Saturday.", (ImageFacts(alt_text="Described.", sight=seen, **about),))
    return [signal for signal in read(content).signals if any(piece.box for piece in signal.evidence)]


def test_a_face_raises_a_question_with_its_place() -> None:
    (signal,) = shown(scene(faces=[(600, 300, 400)]))
    assert (signal.concern, signal.detector) == ("identifiable_person", "pictured")
    left, top, right, bottom = signal.evidence[0].box or (0, 0, 0, 0)
    assert 600 <= left < right <= 1000
    assert 300 <= top < bottom <= 800


def test_several_faces_are_each_shown() -> None:
    (signal,) = shown(scene(faces=[(200, 300, 300), (900, 350, 300)]))
    assert len(signal.evidence) == 2
    assert "2 faces" in signal.reason


def test_a_plain_picture_raises_nothing() -> None:
    assert shown(scene()) == []
    assert shown(Image.effect_noise((900, 700), 60).convert("RGB")) == []


def test_a_number_plate_is_read_with_its_place() -> None:
    signals = shown(scene(words=[("AB12 CDE", 500, 500, 90)]))
    plate = next(signal for signal in signals if signal.kind == "plate")
    assert plate.concern == "personal_data"
    assert plate.evidence[0].box


def test_words_in_a_picture_count_as_words_of_the_post() -> None:
    signals = shown(
        scene(colour=(245, 245, 245), words=[("OFFICIAL-SENSITIVE", 200, 100, 70), ("Call 07700 900123", 200, 400, 60)])
    )
    said = {signal.concern or signal.fact for signal in signals}
    assert {"contact_details", "post.marking"} <= said


def test_a_briefing_board_behind_somebody_is_noticed() -> None:
    signals = shown(
        scene(colour=(250, 250, 250), words=[("Briefing 0700", 300, 200, 80), ("Callsign Bravo 21", 300, 500, 80)])
    )
    assert any(signal.concern == "sensitive_detail" for signal in signals)


def test_a_lone_face_straight_on_looks_like_custody_unless_it_is_said_to_be() -> None:
    portrait = face(800, 1000)
    kinds = {signal.kind: signal.confidence for signal in shown(portrait)}
    assert "custody-look" in kinds
    assert kinds["custody-look"] < 0.5, "a look alone is shown and is no fact"
    assert "custody-look" not in {signal.kind for signal in shown(portrait, kind="custody")}


def test_what_was_seen_is_kept_and_read_again_the_same() -> None:
    seen = sight.look(jpeg(scene(faces=[(600, 300, 400)], words=[("Meet your team", 100, 100, 70)])))
    assert seen is not None
    assert seen.versions
    assert sight.Sight.from_json(seen.to_json()) == seen
    assert sight.Sight.from_json({}) is None


def test_with_the_models_off_nothing_is_looked_into_and_everything_else_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sight._Models, "off", True)
    assert sight.look(jpeg(face())) is None
    content = Content("Vote for our candidate", (ImageFacts(),))
    assert {signal.concern for signal in read(content).signals} >= {"political", "missing_alt_text"}


def test_tall_and_tiny_pictures_are_bounded() -> None:
    for size in ((1, 1), (3, 4000), (4000, 3), (40, 40)):
        assert sight.look(jpeg(Image.new("RGB", size, "white"))) is not None


def test_a_face_and_a_marking_in_the_middle_of_a_film_are_seen_with_their_moment() -> None:
    """Somebody would have to watch every second of every film to notice the board behind the speaker."""
    film = (Path(__file__).parents[1] / "posts/films/street.mp4").read_bytes()
    seen = sight.watch(film, 8)
    assert seen is not None
    assert sight.Sight.from_json(seen.to_json()) == seen
    content = Content("Open day.", (ImageFacts(alt_text="A street.", claimed_type="video/mp4", sight=seen),))
    reading = read(content)
    face_seen = next(signal for signal in reading.signals if signal.kind == "face")
    assert face_seen.reason == "A face can be seen in a film."
    assert face_seen.evidence[0].at in range(4, 8)
    assert reading.facts()["post.marking"] == "official_sensitive"


def test_a_film_that_cannot_be_decoded_shows_nothing() -> None:
    seen = sight.watch(b"no film at all", 3)
    assert seen is not None
    assert (seen.faces, seen.lines) == ((), ())
