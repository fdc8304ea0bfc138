"""What a picture or film shows, from what `sight.look` saw in it: faces, its words, readable papers, a custody look."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace

from remit.signals.content import ImageFacts
from remit.signals.phrases import table
from remit.signals.readable import Readable
from remit.signals.reading import Evidence, Signal
from remit.signals.sight import Face, Sight

NAME, VERSION = "pictured", "2"
#: A face worth a question; below this it is listed and is no fact.
SURE_FACE = 0.5
#: Share of the picture's height that a face fills before its owner can be recognised: below it, somebody in a crowd.
RECOGNISABLE = 0.04
#: A custody photograph: one face, in the middle, filling this much of the picture's height, with no words about it.
CUSTODY_HEIGHT = (0.35, 0.8)
CUSTODY_KINDS = ("custody", "wanted")

Reader = Callable[[Readable, str], Iterator[Signal]]


def read_pictured(image: ImageFacts, words: Reader) -> Iterator[Signal]:
    """Signals about what one picture shows. `words` reads a text with every detector of words, as it reads a post's."""
    sight = image.sight
    if sight is None:
        return
    yield from _faces(image, sight)
    yield from _custody_look(image, sight)
    yield from _lines(image, sight, words)


def _faces(image: ImageFacts, sight: Sight) -> Iterator[Signal]:
    clear = [face for face in sight.faces if _height(face, sight) >= RECOGNISABLE]
    if not clear:
        return
    surest = max(face.score for face in clear)
    where = "a picture" if clear[0].at is None else "a film"
    yield Signal(
        "face",
        f"A face can be seen in {where}." if len(clear) == 1 else f"{len(clear)} faces can be seen in {where}.",
        0.7 if surest >= SURE_FACE else 0.4,
        NAME,
        VERSION,
        concern="identifiable_person",
        evidence=tuple(Evidence("image", image=image.index, box=face.box, at=face.at) for face in clear[:20]),
    )


def _custody_look(image: ImageFacts, sight: Sight) -> Iterator[Signal]:
    """One person looking straight out of a plain picture, which the author did not call a custody photograph."""
    if image.film or image.kind in CUSTODY_KINDS or len(sight.faces) != 1 or sight.lines:
        return
    face = sight.faces[0]
    middle = (face.box[0] + face.box[2]) / 2 / sight.width
    portrait = sight.height >= sight.width
    if portrait and CUSTODY_HEIGHT[0] <= _height(face, sight) <= CUSTODY_HEIGHT[1] and 0.4 <= middle <= 0.6:
        yield Signal(
            "custody-look",
            "A picture of one face, straight on, looks like a custody photograph.",
            0.4,
            NAME,
            VERSION,
            concern="suspect_named",
            evidence=(Evidence("image", image=image.index, box=face.box),),
        )


def _lines(image: ImageFacts, sight: Sight, words: Reader) -> Iterator[Signal]:
    """Everything that reading the picture's words raises, each piece of evidence with the place of its line."""
    if not sight.lines:
        return
    text = "\n".join(line.words for line in sight.lines)
    starts = [0]
    for line in sight.lines:
        starts.append(starts[-1] + len(line.words) + 1)

    def placed(piece: Evidence) -> Evidence:
        line = sight.lines[min(bisect_right(starts, piece.start) - 1, len(sight.lines) - 1)]
        return replace(piece, part="image", image=image.index, box=line.box, at=line.at)

    readable = Readable(text)
    for signal in (*words(readable, "image"), *table("papers").read(readable, "image")):
        yield replace(signal, evidence=tuple(placed(piece) for piece in signal.evidence))


def _height(face: Face, sight: Sight) -> float:
    return (face.box[3] - face.box[1]) / sight.height
