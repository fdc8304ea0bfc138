"""`python -m bench.signals fit`: fits the weights of meaning to the labelled texts and writes `meaning.npz`.

Kernel ridge regression (Rifkin et al. 2003) with one target a name: how like each labelled text a stretch reads, and
hashed words. Closed, so that the same texts give the same weights. What a score must reach is chosen on texts by
somebody else than the tables' author, each scored by weights that were fitted without it, beside what the tables say of
it. With `REMIT_DATA`, real posts set a least score for each name, so that few of them are newly told; without, the ones
that `meaning.npz` holds stay. No real post is taught. `held` and any later set are never read here.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from bench.signals.labelled import PATTERNED, Labelled, load
from remit.signals import Content, meaning, messages, read
from remit.signals.readable import Readable

#: Sets by the author of the tables, and by somebody else; only the second say how good the tables are.
OURS, OTHERS = ("develop", "wider", "apart"), ("author",)
FITTED = Path(meaning.__file__).with_name(meaning.FITTED)
LEAST_TEXTS = 12  # a name with fewer is left to the tables
DIMENSIONS, HASHED = 144, 2048
NEVER = 9.0  # a score that nothing reaches
WORDS_WEIGHT, RIDGE = 0.3, 0.3
FOLDS = 3
#: Share of real posts that one name may newly be told of: all names together must leave most posts unasked. More for
#: what tables hardly see, and for what posts of a force are about every day.
NEWLY_TOLD, UNSEEN_TOLD, EVERYDAY_TOLD = 0.0005, 0.002, 0.005
UNSEEN = frozenset({"endorsement", "operational_detail", "political", "sensitive_detail", "tactics"})
#: Meaning shows these and never counts them: it told one real post in seventy of them.
SHOWN_ALONE = frozenset({"confidential"})
EVERYDAY = frozenset({"arrest_or_charge", "court_case", "incident.live"})


@dataclass(frozen=True)
class Taught:
    """The labelled texts as numbers: a row each."""

    rows: list[Labelled]
    fold: np.ndarray  # 0 for texts by the tables' author; 1 to FOLDS for others'
    vectors: np.ndarray
    words: np.ndarray
    names: list[str]
    shows: np.ndarray  # texts × names, 1 or 0


def training_hash(taught: dict[str, int]) -> str:
    """The hash of what the weights depend on: the first `taught` rows of each set, and how they are fitted."""
    digest = hashlib.sha256(repr((DIMENSIONS, HASHED, WORDS_WEIGHT, RIDGE, meaning.MODEL_HASH)).encode())
    for half, count in taught.items():
        for row in load(half)[:count]:
            digest.update(json.dumps([row.text, sorted(row.shows)]).encode())
    return digest.hexdigest()


def _whole(text: str) -> tuple[np.ndarray, np.ndarray]:
    readable = Readable(text)
    found = meaning.vectors(readable)
    vector = found[0][1] if found else np.zeros(384, np.float32)
    return vector, meaning.hashed(readable.plain, HASHED)


def taught() -> Taught:
    """The labelled texts that weights are fitted to."""
    rows: list[Labelled] = []
    fold: list[int] = []
    for half in (*OURS, *OTHERS):
        for row in load(half):
            rows.append(row)
            fold.append(0 if half in OURS else 1 + crc32(row.text.encode()) % FOLDS)
    every = [_whole(row.text) for row in rows]
    names = [name for name in sorted(meaning.READS_LIKE) if sum(name in row.shows for row in rows) >= LEAST_TEXTS]
    shows = np.array([[name in row.shows for name in names] for row in rows], np.float32)
    return Taught(rows, np.array(fold), np.array([v for v, _ in every]), np.array([w for _, w in every]), names, shows)


def fit(texts: Taught, kept: np.ndarray) -> dict[str, Any]:
    """The arrays of `meaning.Weights` fitted to the rows that `kept` marks."""
    vectors, words, shows = texts.vectors[kept], texts.words[kept], texts.shows[kept]
    centre = vectors.mean(0)
    _, axes = np.linalg.eigh((vectors - centre).T @ (vectors - centre))
    axes = axes[:, ::-1][:, :DIMENSIONS]
    # An axis has no direction of its own: its largest part points up.
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(DIMENSIONS)])
    placed = (vectors - centre) @ axes
    narrow = float(1 / (placed**2).sum(1).mean())
    squares = (placed**2).sum(1)
    alike = np.exp(-narrow * (squares[:, None] - 2 * placed @ placed.T + squares[None]))
    alike += WORDS_WEIGHT * (words @ words.T)
    alike[np.diag_indices_from(alike)] += RIDGE
    prior = shows.mean(0)
    likeness = np.linalg.solve(alike, shows - prior)
    return {
        "axes": axes, "centre": centre, "texts": placed, "likeness": likeness,
        "words": WORDS_WEIGHT * (words.T @ likeness), "prior": prior, "narrow": narrow,
    }  # fmt: skip


def _weights(names: list[str], arrays: dict[str, Any]) -> meaning.Weights:
    nothing = np.zeros(len(names), np.float32)
    return meaning.Weights("", tuple(names), nothing, nothing, nothing, nothing, about={}, **arrays)


def unseen_scores(texts: Taught) -> np.ndarray:
    """A score for each text by others, by weights fitted without its fold; nothing for the tables' author's own."""
    scores = np.full(texts.shows.shape, np.nan, np.float32)
    for number in range(1, FOLDS + 1):
        out = texts.fold == number
        fitted = _weights(texts.names, fit(texts, ~out))
        scores[out] = fitted.scores(texts.vectors[out], texts.words[out])
    return scores


def by_tables(row: Labelled, names: list[str]) -> tuple[list[bool], list[bool]]:
    """For each name whether the tables give it, and whether meaning may doubt all that gives it."""
    reading = (messages.read_message if row.message else lambda text: read(Content(text)))(row.text)
    given = [signal for signal in reading.signals if reading.counts(signal)]
    named = [[s for s in given if meaning.name_of(s) == name] for name in names]
    return [bool(found) for found in named], [all(s.detector in meaning.DOUBTED for s in found) for found in named]


def choose(
    truth: Any, score: Any, tables: Any, doubted: Any, aim: tuple[float, float], least: float
) -> tuple[float, float]:
    """The score from which a name counts, and that below which the tables are doubted, that come nearest to `aim`."""
    steps = np.quantile(score, np.r_[np.linspace(0, 0.9, 19), np.linspace(0.9, 0.999, 60)])
    from_here = [s for s in np.unique(steps) if s >= least] + [NEVER]
    below = [-9.0, *np.unique(steps[steps < np.quantile(score, 0.97)])[::3]]
    best: tuple[tuple[float, float], float, float] | None = None
    for doubts in below:
        table = tables & ~(doubted & (score < doubts))
        for counts in from_here:
            given = table | (score >= counts)
            right = float((given & truth).sum())
            # Half a text of doubt: with a dozen texts a perfect figure is luck.
            precision, recall = right / (given.sum() + 0.5), right / (truth.sum() + 0.5)
            short = min(0.0, precision - aim[0]) + min(0.0, recall - aim[1])
            f1 = 2 * right / (given.sum() + truth.sum() + 1)
            if best is None or (short + 0.3 * f1, -doubts) > best[0]:
                best = (short + 0.3 * f1, -doubts), float(counts), float(doubts)
    assert best is not None
    return best[1], best[2]


def calibrate(truth: Any, score: Any) -> tuple[float, float]:
    """Slope and offset of the logistic curve from scores to how often they are right (Platt 1999), by Newton."""
    both = np.stack([score, np.ones_like(score)], 1).astype(np.float64)
    line = np.zeros(2)
    for _ in range(50):
        right = 1 / (1 + np.exp(-both @ line))
        bend = (both * (right * (1 - right))[:, None]).T @ both + 1e-3 * np.eye(2)
        step = np.linalg.solve(bend, both.T @ (truth - right) - 1e-3 * line)
        line += step * min(1.0, 5 / max(1e-9, float(np.abs(step).max())))
    return float(line[0]), float(line[1])


def least_scores(fitted: meaning.Weights) -> dict[str, float]:
    """For each name the score that few of the real posts reach of which the tables do not tell it already."""
    folder = os.environ.get("REMIT_DATA")
    if not folder:
        return dict(meaning.weights().about["least"]) if FITTED.exists() else {}
    found: dict[str, list[float]] = {name: [] for name in fitted.names}
    count = 0
    with (Path(folder) / "uk-police-posts.csv").open(encoding="utf-8", newline="") as file:
        for post in csv.DictReader(file):
            count += 1
            text = Readable(post["text"])
            stretches = meaning.vectors(text)
            if not stretches:
                continue
            words = np.array([meaning.hashed(text.plain[span.start : span.end], HASHED) for span, _ in stretches])
            top = fitted.scores(np.array([vector for _, vector in stretches]), words).max(0)
            told, _ = by_tables(Labelled(post["text"], frozenset(), frozenset()), list(fitted.names))
            for name, score, already in zip(fitted.names, top, told, strict=True):
                if not already:
                    found[name].append(float(score))

    def allowed(name: str) -> int:
        if name in EVERYDAY or name.startswith("post.appeal="):
            return int(count * EVERYDAY_TOLD)
        return int(count * (UNSEEN_TOLD if name in UNSEEN else NEWLY_TOLD))

    least = {name: round(sorted(scores)[-allowed(name) - 1], 4) for name, scores in found.items()}
    return least | dict.fromkeys(SHOWN_ALONE & set(least), NEVER)


def _eight_bits(array: Any, axis: int) -> tuple[Any, Any]:
    scale = np.abs(array).max(axis, keepdims=True) / 127 + 1e-12
    return np.round(array / scale).astype(np.int8), scale.astype(np.float32)


def write() -> None:
    """Fit, choose, and write the file."""
    texts = taught()
    scores = unseen_scores(texts)
    meaning.off()
    others = np.flatnonzero(texts.fold > 0)
    tables = [by_tables(texts.rows[i], texts.names) for i in others]
    told, doubted = (np.array([pair[side] for pair in tables]) for side in (0, 1))
    meaning._Model.off = False
    arrays = fit(texts, np.ones(len(texts.rows), bool))
    meaning.off()
    least = least_scores(_weights(texts.names, arrays))
    counts, doubts, slope, offset = (np.zeros(len(texts.names), np.float32) for _ in range(4))
    print(f"{'':<32}{'texts':>6}   tables alone      with meaning, texts unseen by the weights")
    met = 0
    for place, name in enumerate(texts.names):
        truth, score = texts.shows[others, place] > 0, scores[others, place]
        aim = (0.9, 0.85) if name in PATTERNED else (0.8, 0.75)
        counts[place], doubts[place] = choose(
            truth, score, told[:, place], doubted[:, place], aim, least.get(name, -9.0)
        )
        slope[place], offset[place] = calibrate(truth, score)
        after = (told[:, place] & ~(doubted[:, place] & (score < doubts[place]))) | (score >= counts[place])
        figures = [_figures(truth, given) for given in (told[:, place], after)]
        met += figures[1][0] >= aim[0] and figures[1][1] >= aim[1]
        print(f"{name:<32}{truth.sum():>6}   " + "      ".join(f"{p:.2f}  {r:.2f}" for p, r in figures))
    print(f"{met} of {len(texts.names)} meet their aim")
    about = {
        "names": texts.names, "narrow": arrays.pop("narrow"), "least": least,
        "taught": (taught_rows := {half: len(load(half)) for half in (*OURS, *OTHERS)}),
        "texts": training_hash(taught_rows),
    }  # fmt: skip
    packed: dict[str, Any] = {"counts": counts, "doubts": doubts, "slope": slope, "offset": offset}
    for name, axis in (("texts", 1), ("likeness", 0), ("words", 0)):
        packed[name], packed[f"{name}_scale"] = _eight_bits(arrays.pop(name), axis)
    packed |= {name: np.asarray(array, np.float16 if name == "axes" else np.float32) for name, array in arrays.items()}
    np.savez_compressed(FITTED, about=np.array(json.dumps(about)), **packed)
    print(f"{FITTED.name}: {FITTED.stat().st_size:,} bytes")


def _figures(truth: Any, given: Any) -> tuple[float, float]:
    right = float((truth & given).sum())
    return right / max(1, given.sum()), right / max(1, truth.sum())
