"""`python -m bench.signals fit`: fits the weights of meaning to the labelled texts and writes `meaning.npz`.

Kernel ridge regression (Rifkin et al. 2003) with one target a name: how like each labelled text a stretch reads, and
hashed words, the rarer the weightier (Spärck Jones 1972). Where two readers part over a text, half of a name is taught.
Closed, so that the same texts give the same weights. What a score must reach is chosen on texts by others than the
tables' author, each scored as in use by layers (`tuning`) and weights that never read its author, beside what the
tables say of it; with `REMIT_DATA`, real posts that would newly be asked about have their price. Without it the scores
that `meaning.npz` holds stay. No real post is taught. `held`, `fresh` and `newest` are never read here.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.signals.labelled import PATTERNED, Labelled, load
from remit.signals import Content, SignalSettings, hashing, meaning, messages, read
from remit.signals.readable import Readable, Span

#: Sets by the author of the tables, and by somebody else; only the second say how good the tables are.
OURS, OTHERS = ("develop", "wider", "apart"), ("author", "four", "three")
#: Other authors in threes: each is scored by weights that never read them, and every name has an author left.
FOLDS = ({"c", "d", "e"}, {"b", "f", "g"}, {"a", "author"})
FITTED = Path(meaning.__file__).with_name(meaning.FITTED)
LEAST_TEXTS = 12  # a name with fewer is left to the tables
DIMENSIONS, HASHED = 200, 65_536
#: The model's layers as `tuning` taught them without a fold.
TUNED = Path(__file__).with_name(".tuned")
NEVER = 9.0  # a score that nothing reaches
WORDS_WEIGHT, NARROW, RIDGE = 0.6, 2.0, 0.3
#: What it costs, against reaching the aim (1), when every real post is newly told of a name: more where a pack asks
#: about it, for all names together must leave most posts unasked; less for what no pack, or one with room, asks about.
PRICE, UNASKED_PRICE = 80.0, 4.0
UNASKED = frozenset(
    {
        "arrest_or_charge", "court_case", "head_of_state_death", "head_of_state_health", "incident.live",
        "incident_detail", "religious_celebration", "unprofessional_tone",
    }
)  # fmt: skip


Windows = list[list[tuple[Span, Any]]]


@dataclass(frozen=True)
class Taught:
    """The labelled texts as numbers: a row each."""

    rows: list[Labelled]
    fold: np.ndarray  # 0 for texts by the tables' author; 1 and on for others', by FOLDS
    words: Any  # texts × hashes, sparse: what each weighs in a text
    alike: np.ndarray  # texts × texts: how far their words are the same
    rare: np.ndarray
    names: list[str]
    shows: np.ndarray  # texts × names, 1 or 0: as settled
    taught: np.ndarray  # the same, and 0.5 where two readers part


def training_hash(taught: dict[str, int]) -> str:
    """The hash of what the weights depend on: the first `taught` rows of each set, and how they are fitted."""
    digest = hashlib.sha256(repr((DIMENSIONS, HASHED, WORDS_WEIGHT, NARROW, RIDGE, meaning.MODEL_HASH)).encode())
    for half, count in taught.items():
        for row in load(half)[:count]:
            digest.update(json.dumps([row.text, sorted(row.shows), sorted(row.first)]).encode())
    return digest.hexdigest()


def _words(texts: list[bytes]) -> tuple[Any, np.ndarray]:
    """The texts' hashed words, as a sparse array, and how rare each hash is among them."""
    from scipy.sparse import csr_array

    found = [hashing.hashed(text, HASHED) for text in texts]
    held = np.bincount(np.concatenate([places for halves in found for places in halves]), minlength=HASHED)
    rare = (np.log((1 + len(texts)) / (1 + held)) + 1).astype(np.float32)
    rows = [hashing.weighed(text, rare) for text in texts]
    starts = np.cumsum([0, *(len(places) for places, _ in rows)])
    places, weights = (np.concatenate(column) for column in zip(*rows, strict=True))
    return csr_array((weights.astype(np.float32), places, starts), shape=(len(texts), HASHED)), rare


def taught() -> Taught:
    """The labelled texts that weights are fitted to."""
    rows: list[Labelled] = []
    fold: list[int] = []
    for half in (*OURS, *OTHERS):
        for row in load(half):
            rows.append(row)
            fold.append(0 if half in OURS else 1 + next(i for i, those in enumerate(FOLDS) if row.by in those))
    words, rare = _words([Readable(row.text).plain for row in rows])
    names = [name for name in sorted(meaning.READS_LIKE) if sum(name in row.shows for row in rows) >= LEAST_TEXTS]
    shows = np.array([[name in row.shows for name in names] for row in rows], np.float32)
    first = np.array([[name in row.first for name in names] for row in rows], np.float32)
    alike = (words @ words.T).toarray()
    return Taught(rows, np.array(fold), words, alike, rare, names, shows, (shows + first) / 2)


def read_by_model(rows: list[Labelled]) -> tuple[list[Windows], np.ndarray]:
    """The windows of each text as the loaded model reads them, and the vector of each first one."""
    windows = [meaning.vectors(Readable(row.text)) for row in rows]
    return windows, np.array([those[0][0][1] if those else np.zeros(384, np.float32) for those in windows])


def fit(texts: Taught, vectors: np.ndarray, kept: np.ndarray) -> dict[str, Any]:
    """The arrays of `meaning.Weights` fitted to the rows that `kept` marks; `vectors` has a row a text."""
    vectors, words, shows = vectors[kept], texts.words[kept], texts.taught[kept]
    centre = vectors.mean(0)
    _, axes = np.linalg.eigh((vectors - centre).T @ (vectors - centre))
    axes = axes[:, ::-1][:, :DIMENSIONS]
    # An axis has no direction of its own: its largest part points up.
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(DIMENSIONS)])
    placed = (vectors - centre) @ axes
    narrow = float(NARROW / (placed**2).sum(1).mean())
    squares = (placed**2).sum(1)
    alike = np.exp(-narrow * (squares[:, None] - 2 * placed @ placed.T + squares[None]))
    alike += WORDS_WEIGHT * texts.alike[np.ix_(kept, kept)]
    alike[np.diag_indices_from(alike)] += RIDGE
    prior = shows.mean(0)
    likeness = np.linalg.solve(alike, shows - prior)
    return {
        "axes": axes, "centre": centre, "texts": placed, "likeness": likeness,
        "words": WORDS_WEIGHT * (words.T @ likeness), "rare": texts.rare, "prior": prior, "narrow": narrow,
    }  # fmt: skip


def _weights(names: list[str], arrays: dict[str, Any]) -> meaning.Weights:
    nothing = np.zeros(len(names), np.float32)
    return meaning.Weights("", tuple(names), nothing, nothing, nothing, nothing, about={}, **arrays)


def scores_in_use(fitted: meaning.Weights, text: str, windows: Windows) -> Any:
    """The best score of each name over a text, as `meaning.with_meaning` takes it."""
    plain = Readable(text).plain
    return np.max([row for _, row in meaning.read_by(fitted, plain, windows)] or [[-NEVER] * len(fitted.names)], 0)


def unseen_scores(texts: Taught) -> np.ndarray:
    """A score for each text by others, by layers and weights fitted without its fold; nothing for the author's own."""
    scores = np.full(texts.shows.shape, np.nan, np.float32)
    for number in range(1, len(FOLDS) + 1):
        with layers(TUNED / f"without-{number}.npz"):
            windows, vectors = read_by_model(texts.rows)
        fitted = _weights(texts.names, fit(texts, vectors, texts.fold != number))
        for place in np.flatnonzero(texts.fold == number):
            scores[place] = scores_in_use(fitted, texts.rows[place].text, windows[place])
    return scores


@contextmanager
def layers(tuned: Path) -> Iterator[None]:
    """Texts are read by the model with these layers within. Raises FileNotFoundError before `tune` has run."""
    meaning._Model.session = meaning.session(tuned)
    try:
        yield
    finally:
        meaning._Model.session = None


def by_tables(row: Labelled, names: list[str]) -> tuple[list[bool], list[bool]]:
    """For each name whether the tables give it, and whether meaning may doubt all that gives it."""
    reading = (
        messages.read_message if row.message else lambda text: read(Content(text), SignalSettings(writing=False))
    )(row.text)
    given = [signal for signal in reading.signals if reading.counts(signal)]
    named = [[s for s in given if meaning.name_of(s) == name] for name in names]
    return [bool(found) for found in named], [all(s.detector in meaning.DOUBTED for s in found) for found in named]


def choose(
    truth: Any, score: Any, tables: Any, doubted: Any, aim: tuple[float, float], newly: Any, price: float
) -> tuple[float, float]:
    """The score from which a name counts, and that below which the tables are doubted, that come nearest to `aim`.

    `newly` are the scores of real posts that would be newly told, sorted, and `price` what one of them costs.
    """
    steps = np.unique(np.quantile(score, np.r_[np.linspace(0, 0.9, 19), np.linspace(0.9, 0.999, 60)]))
    best: tuple[tuple[float, float], float, float] | None = None
    for doubts in (-NEVER, *steps[steps < np.quantile(score, 0.97)][::3]):
        table = tables & ~(doubted & (score < doubts))
        for counts in (*steps, NEVER):
            given = table | (score >= counts)
            right = float((given & truth).sum())
            # Half a text of doubt: with a dozen texts a perfect figure is luck.
            precision, recall = right / (given.sum() + 0.5), right / (truth.sum() + 0.5)
            # Short of both aims a name had better be right when it speaks: precision counts twice.
            near = min(1.0, precision / aim[0]) ** 2, min(1.0, recall / aim[1])
            f1 = 2 * right / (given.sum() + truth.sum() + 1)
            told = len(newly) - int(np.searchsorted(newly, counts))
            worth = 2 * near[0] * near[1] / (sum(near) + 1e-9) + 0.1 * f1 - price * told
            if best is None or (worth, -doubts) > best[0]:
                best = (worth, -doubts), float(counts), float(doubts)
    assert best is not None
    return best[1], best[2]


def calibrate(truth: Any, score: Any) -> tuple[float, float]:
    """Slope and offset of the logistic curve from scores to how often they are right (Platt 1999), by Newton."""
    truth, score = truth[score > -NEVER], score[score > -NEVER]
    both = np.stack([score, np.ones_like(score)], 1).astype(np.float64)
    line = np.zeros(2)
    for _ in range(50):
        right = 1 / (1 + np.exp(-both @ line))
        bend = (both * (right * (1 - right))[:, None]).T @ both + 1e-3 * np.eye(2)
        step = np.linalg.solve(bend, both.T @ (truth - right) - 1e-3 * line)
        line += step * min(1.0, 5 / max(1e-9, float(np.abs(step).max())))
    return float(line[0]), float(line[1])


def real_posts(fitted: meaning.Weights) -> tuple[np.ndarray, np.ndarray] | None:
    """The scores of the real posts in `REMIT_DATA`, and what the tables tell of them; None without that folder."""
    folder = os.environ.get("REMIT_DATA")
    if not folder:
        return None
    scores, told = [], []
    with (Path(folder) / "uk-police-posts.csv").open(encoding="utf-8", newline="") as file:
        for post in csv.DictReader(file):
            scores.append(scores_in_use(fitted, post["text"], meaning.vectors(Readable(post["text"]))))
            told.append(post["text"])
    with tables_alone():
        given = [by_tables(Labelled(text, frozenset(), frozenset()), list(fitted.names))[0] for text in told]
    return np.array(scores), np.array(given)


def newly_told(posts: tuple[np.ndarray, np.ndarray], names: list[str], place: int) -> tuple[np.ndarray, float]:
    """The scores, sorted, of the posts that one name would newly tell of, and what each of them costs."""
    (scores, told), name = posts, names[place]
    if name in meaning.OF_MESSAGES:
        return np.zeros(0), 0.0
    price = UNASKED_PRICE if name in UNASKED or name.startswith("post.appeal=") else PRICE
    return np.sort(scores[~told[:, place], place]), price / len(scores)


@contextmanager
def tables_alone() -> Iterator[None]:
    """Meaning is not read within."""
    meaning.off()
    try:
        yield
    finally:
        meaning._Model.off = False


def _eight_bits(array: Any, axis: int) -> tuple[Any, Any]:
    scale = np.abs(array).max(axis, keepdims=True) / 127 + 1e-12
    return np.round(array / scale).astype(np.int8), scale.astype(np.float32)


def write() -> None:
    """Fit, choose, and write the file."""
    texts = taught()
    scores = unseen_scores(texts)
    others = np.flatnonzero(texts.fold > 0)
    with tables_alone():
        tables = [by_tables(texts.rows[i], texts.names) for i in others]
    told, doubted = (np.array([pair[side] for pair in tables]) for side in (0, 1))
    with layers(meaning.TUNED_FILE):
        _, vectors = read_by_model(texts.rows)
        arrays = fit(texts, vectors, np.ones(len(texts.rows), bool))
        posts = real_posts(_weights(texts.names, arrays))
    messages_only = np.array([texts.rows[i].message for i in others])
    counts, doubts, slope, offset = (np.zeros(len(texts.names), np.float32) for _ in range(4))
    print(f"{'':<32}{'texts':>6}   tables alone      with meaning, texts unseen by the weights")
    met = 0
    for place, name in enumerate(texts.names):
        truth, score = texts.shows[others, place] > 0, scores[others, place].copy()
        if name in meaning.OF_MESSAGES:
            score[~messages_only] = -NEVER
        aim = (0.9, 0.85) if name in PATTERNED else (0.8, 0.75)
        if posts is None:
            counts[place], doubts[place] = _kept(name)
        else:
            priced = newly_told(posts, texts.names, place)
            counts[place], doubts[place] = choose(truth, score, told[:, place], doubted[:, place], aim, *priced)
        slope[place], offset[place] = calibrate(truth, score)
        after = (told[:, place] & ~(doubted[:, place] & (score < doubts[place]))) | (score >= counts[place])
        figures = [_figures(truth, given) for given in (told[:, place], after)]
        met += figures[1][0] >= aim[0] and figures[1][1] >= aim[1]
        print(f"{name:<32}{truth.sum():>6}   " + "      ".join(f"{p:.2f}  {r:.2f}" for p, r in figures))
    print(f"{met} of {len(texts.names)} meet their aim")
    about = {
        "names": texts.names, "narrow": arrays.pop("narrow"),
        "taught": (taught_rows := {half: len(load(half)) for half in (*OURS, *OTHERS)}),
        "texts": training_hash(taught_rows),
        "tuned": hashlib.sha256(meaning.TUNED_FILE.read_bytes()).hexdigest(),
    }  # fmt: skip
    packed: dict[str, Any] = {"counts": counts, "doubts": doubts, "slope": slope, "offset": offset}
    packed["texts"], packed["texts_scale"] = _eight_bits(arrays.pop("texts"), 1)
    packed["words"], packed["words_scale"] = _eight_bits(arrays.pop("words"), 0)
    # Not in eight bits: what is lost on thousands of texts adds up to more than what tells one name from another.
    halved = ("axes", "likeness", "rare")
    packed |= {name: np.asarray(array, np.float16 if name in halved else np.float32) for name, array in arrays.items()}
    np.savez_compressed(FITTED, about=np.array(json.dumps(about)), **packed)
    print(f"{FITTED.name}: {FITTED.stat().st_size:,} bytes")


def _kept(name: str) -> tuple[float, float]:
    kept = meaning.weights()
    place = kept.names.index(name) if name in kept.names else None
    return (NEVER, -NEVER) if place is None else (float(kept.counts[place]), float(kept.doubts[place]))


def _figures(truth: Any, given: Any) -> tuple[float, float]:
    right = float((truth & given).sum())
    return right / max(1, given.sum()), right / max(1, truth.sum())
