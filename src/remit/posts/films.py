"""Films coming in: MP4 files with everything blanked that is not the picture, the sound or what it takes to play them.

A film is not encoded anew: that needs far more than a server of pages has. Instead every box (ISO/IEC 14496-12) that is
not known to be needed is emptied where it stands, so that no offset changes; so is every byte of the media that
belongs to no sample of picture or sound, and the free words that encoders put among the pictures (ITU-T H.264, D.1.6).
The sound is left as it is; its stream may name the program that encoded it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from struct import error as StructError
from struct import unpack_from

from remit.platforms.limits import MP4, QUICKTIME

#: How a film's file goes on after its first four bytes.
BEGINS = b"ftyp"
#: Bounds on what is looked at: no film of a few minutes comes near.
MOST_BOXES = 20_000
MOST_SAMPLES = 2_000_000
#: Boxes kept inside each kind of box; everything else is emptied.
KEPT = {
    b"": {b"ftyp", b"moov", b"mdat"},
    b"moov": {b"mvhd", b"trak"},
    b"trak": {b"tkhd", b"edts", b"mdia"},
    b"edts": {b"elst"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"minf": {b"vmhd", b"smhd", b"nmhd", b"hdlr", b"dinf", b"stbl"},
    b"dinf": {b"dref"},
    b"stbl": {
        b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"sdtp", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp",
    },
}  # fmt: skip
#: Boxes that begin with the times at which somebody made and changed them.
TIMED = {b"mvhd", b"tkhd", b"mdhd"}
PICTURE, SOUND = b"vide", b"soun"
H264, AAC = {b"avc1", b"avc3"}, {b"mp4a"}
SEI, FILLER, USER_DATA = 6, 12, 5
#: What is found in what was emptied, and what to call it.
TELLTALE = (
    ((b"\xa9xyz", b"loci", b"location.ISO6709", b"GPS ", b"gps ", b"GPMF"), "GPS position"),
    ((b"\xa9mak", b"\xa9mod", b"quicktime.make", b"quicktime.model"), "camera"),
    ((b"\xa9cmt", b"\xa9nam", b"desc", b"quicktime.comment", b"quicktime.title"), "comment"),
    ((b"\xa9ART", b"\xa9aut", b"cprt", b"quicktime.author"), "author or copyright"),
    ((b"\xa9too", b"\xa9swr", b"quicktime.software"), "software"),
)


class Unplayable(Exception):
    """Why a film cannot be taken, in words for its author, and what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message, self.remedy = message, remedy


@dataclass(frozen=True)
class Film:
    """A cleaned film: its bytes and MIME type, its shape in pixels as it is shown, and what the original carried."""

    data: bytes
    type: str
    width: int
    height: int
    seconds: float
    carries: tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """A box of the file: where it starts, where what it holds starts, and where it ends, in bytes."""

    kind: bytes
    start: int
    body: int
    end: int


DAMAGED = Unplayable("It is damaged and cannot be read.", "Play it, save a new copy and choose that.")
ORDINARY = "Export it as an ordinary MP4 (H.264 with AAC sound) and choose that."


def clean(original: bytes) -> Film:
    """The film with nothing in it but picture and sound. Raises Unplayable."""
    try:
        return _Cleaning(original).film()
    except (StructError, LookupError, ValueError, OverflowError):
        raise DAMAGED from None


class _Cleaning:
    """One film on its way: `data` is a copy of its bytes, blanked bit by bit."""

    def __init__(self, original: bytes) -> None:
        self.data = bytearray(original)
        self._left = MOST_BOXES
        self._carries: dict[str, None] = {}
        self._samples: list[tuple[int, int]] = []  # start and end of each sample of picture or sound
        self._pictures: list[tuple[int, int, int]] = []  # of pictures: also the size of a length, in bytes
        self._size = (0, 0)
        self._seconds = 0.0

    def film(self) -> Film:
        top = list(self._boxes(0, len(self.data)))
        kinds = [box.kind for box in top]
        if b"moof" in kinds:
            raise Unplayable("It is a film in pieces, as streams are.", ORDINARY)
        if kinds.count(b"moov") != 1 or b"mdat" not in kinds:
            raise DAMAGED
        self._keep(b"", top)
        if not self._pictures:
            raise Unplayable("There is no film in it that can be played.", ORDINARY)
        media = [(box.body, box.end) for box in top if box.kind == b"mdat"]
        self._blank_between(media)
        for start, end, length in self._pictures:
            self._blank_user_data(start, end, length)
        width, height = self._size
        kind = QUICKTIME if self.data[8:12] == b"qt  " else MP4
        return Film(bytes(self.data), kind, width, height, self._seconds, tuple(self._carries))

    def _boxes(self, start: int, end: int) -> Iterator[Box]:
        """The boxes that stand between two places, one after the other."""
        while start + 8 <= end:
            self._left -= 1
            size, kind = unpack_from(">I4s", self.data, start)
            body = start + 8
            if size == 1:
                (size,) = unpack_from(">Q", self.data, body)
                body += 8
            elif size == 0:
                size = end - start
            if size < body - start or start + size > end or self._left < 0:
                raise DAMAGED
            yield Box(kind, start, body, start + size)
            start += size

    def _keep(self, inside: bytes, boxes: list[Box]) -> None:
        """Empty those of `boxes` that are not needed `inside` their box, and go on inside the others."""
        for box in boxes:
            if box.kind not in KEPT[inside]:
                self._empty(box)
            elif box.kind == b"trak":
                self._keep_track(box)
            elif box.kind in KEPT:
                self._keep(box.kind, list(self._boxes(box.body, box.end)))
            elif box.kind in TIMED:
                self._forget_times(box)
            elif box.kind == b"hdlr":
                self.data[box.body + 24 : box.end] = bytes(box.end - box.body - 24)  # the maker's name for the track
            elif box.kind == b"dref" and not self._holds_itself(box):
                raise Unplayable("It refers to other files.", ORDINARY)

    def _empty(self, box: Box) -> None:
        """Make it a box of free space with nothing in it; what it was is told by kind."""
        held = self.data[box.start : box.end]
        for marks, words in TELLTALE:
            if any(mark in held for mark in marks):
                self._carries[words] = None
        if any(self.data[box.body : box.end]) and box.kind in (b"udta", b"meta", b"uuid"):
            self._carries.setdefault("text fields")
        self.data[box.start + 4 : box.start + 8] = b"free"
        self.data[box.body : box.end] = bytes(box.end - box.body)

    def _keep_track(self, track: Box) -> None:
        parts = {box.kind: box for box in self._boxes(track.body, track.end)}
        media = {box.kind: box for box in self._boxes(*self._within(parts, b"mdia"))}
        (handler,) = unpack_from("4s", self.data, self._within(media, b"hdlr")[0] + 8)
        if handler not in (PICTURE, SOUND):
            self._carries["what was recorded beside the picture, such as positions"] = None
            self._empty(track)
            return
        inner = {box.kind: box for box in self._boxes(*self._within(media, b"minf"))}
        table = {box.kind: box for box in self._boxes(*self._within(inner, b"stbl"))}
        entry = next(self._boxes(self._within(table, b"stsd")[0] + 8, table[b"stsd"].end))
        samples = list(self._samples_of(table))
        self._samples += samples
        if handler == PICTURE:
            if entry.kind not in H264:
                raise Unplayable(
                    "Its pictures are not in H.264, which networks and browsers play.",
                    f"On a phone, set the camera to “most compatible” before filming. {ORDINARY}",
                )
            if self._pictures:
                raise Unplayable("There are two films in it.", ORDINARY)
            self.data[entry.body + 42 : entry.body + 74] = bytes(32)  # what the encoder calls itself
            length = self._length_size(entry)
            self._pictures = [(start, end, length) for start, end in samples]
            self._size = self._shown_size(parts[b"tkhd"])
            self._seconds = self._duration(media[b"mdhd"])
        elif entry.kind not in AAC:
            raise Unplayable("Its sound is not AAC, which networks and browsers play.", ORDINARY)
        self._keep(b"trak", list(parts.values()))

    @staticmethod
    def _within(boxes: dict[bytes, Box], kind: bytes) -> tuple[int, int]:
        if kind not in boxes:
            raise DAMAGED
        return boxes[kind].body, boxes[kind].end

    def _length_size(self, entry: Box) -> int:
        """How many bytes say how long each piece of a picture is (ISO/IEC 14496-15, `avcC`)."""
        for box in self._boxes(entry.body + 78, entry.end):
            if box.kind == b"avcC":
                return int(self.data[box.body + 4] & 3) + 1
        raise DAMAGED

    def _shown_size(self, header: Box) -> tuple[int, int]:
        """Width and height in pixels, turned where the film is shown turned by a quarter."""
        at = header.body + (40 if self.data[header.body] == 0 else 52)
        a, _b, _u, _c, d = unpack_from(">5i", self.data, at)
        width, height = (each >> 16 for each in unpack_from(">2I", self.data, at + 36))
        return (width, height) if a or d else (height, width)

    def _duration(self, header: Box) -> float:
        if self.data[header.body] == 0:
            scale, length = unpack_from(">2I", self.data, header.body + 12)
        else:
            scale, length = unpack_from(">IQ", self.data, header.body + 20)
        if not scale:
            raise DAMAGED
        return float(length) / float(scale)

    def _forget_times(self, box: Box) -> None:
        size = 8 if self.data[box.body] == 0 else 16
        if any(self.data[box.body + 4 : box.body + 4 + size]):
            self._carries["time taken"] = None
        self.data[box.body + 4 : box.body + 4 + size] = bytes(size)

    def _holds_itself(self, references: Box) -> bool:
        """Whether every reference says that the media stand in this very file."""
        return all(self.data[box.body + 3] & 1 for box in self._boxes(references.body + 8, references.end))

    def _samples_of(self, table: dict[bytes, Box]) -> Iterator[tuple[int, int]]:
        """Where each sample of a track starts and ends in the file."""
        at = self._within(table, b"stsz")[0]
        same, count = unpack_from(">2I", self.data, at + 4)
        if count > MOST_SAMPLES or (not same and at + 12 + 4 * count > table[b"stsz"].end):
            raise DAMAGED
        sizes = iter([same] * count if same else unpack_from(f">{count}I", self.data, at + 12))
        wide = b"co64" in table
        at = self._within(table, b"co64" if wide else b"stco")[0]
        (chunks,) = unpack_from(">I", self.data, at + 4)
        offsets = unpack_from(f">{chunks}{'Q' if wide else 'I'}", self.data, at + 8)
        at = self._within(table, b"stsc")[0]
        (runs,) = unpack_from(">I", self.data, at + 4)
        flat = unpack_from(f">{3 * runs}I", self.data, at + 8)
        firsts, held = flat[::3], flat[1::3]
        for number, offset in enumerate(offsets, 1):
            for _ in range(held[bisect_right(firsts, number) - 1] if runs else 0):
                size = next(sizes, None)
                if size is None:
                    return
                if offset + size > len(self.data):
                    raise DAMAGED
                yield offset, offset + size
                offset += size

    def _blank_between(self, media: list[tuple[int, int]]) -> None:
        """Empty what stands in the media and belongs to no sample, as some cameras hide positions there."""
        kept = sorted(self._samples)
        if any(not any(begin <= start and end <= stop for begin, stop in media) for start, end in kept):
            raise DAMAGED
        for begin, stop in media:
            at = begin
            for start, end in [*((s, e) for s, e in kept if begin <= s < stop), (stop, stop)]:
                if start > at:
                    self.data[at:start] = bytes(start - at)
                at = max(at, end)

    def _blank_user_data(self, start: int, end: int, length: int) -> None:
        """Turn the pieces of a picture that hold free words into filler, which players pass over."""
        while start + length < end:
            size = int.from_bytes(self.data[start : start + length], "big")
            piece, start = start + length, start + length + size
            if size < 2 or start > end:
                return
            if self.data[piece] & 31 == SEI and self.data[piece + 1] == USER_DATA:
                self.data[piece] = self.data[piece] & 0xE0 | FILLER
                self.data[piece + 1 : start] = b"\xff" * (size - 2) + b"\x80"
