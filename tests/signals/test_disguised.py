"""Words of abuse that are written so as not to be found, and ordinary words that only look like them."""

from __future__ import annotations

import pytest

from remit.signals import Content, read
from remit.signals.disguised import undisguised
from remit.signals.readable import Readable


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("you 1d10t", "you idiot"),
        ("what a m o r o n", "what a moron"),
        ("what a m.o.r.o.n", "what a moron"),
        ("such a mroon", "such a moron"),
        ("im migrants out", "immigrants out"),
        ("theyare vermin", "theyare vermin"),
        ("Ihatewomen", "i hate women"),
        ("utter baaastards", "utter bastards"),
    ],
)
def test_a_disguised_word_is_read_as_meant(written: str, meant: str) -> None:
    """Lost otherwise: one figure or space in a word lets abuse pass."""
    assert undisguised(Readable(written)).plain.decode() == meant


@pytest.mark.parametrize(
    "text",
    ["Best regards from the late shift", "Call 101 from 9am to 5pm", "The A14 is shut at J55", "It was a strange noise",
     "Scunthorpe, Penistone and Cockermouth", "A manslaughter trial", "Mark your bike for free", "10k run, 15am start"],
)  # fmt: skip
def test_ordinary_words_stand_as_they_are(text: str) -> None:
    """Lost otherwise: ordinary posts are taken for abuse."""
    plain = Readable(text)
    assert undisguised(plain) is plain


def test_evidence_quotes_what_was_written() -> None:
    """Lost otherwise: the author is shown words that stand nowhere in the post."""
    text = "Ça va? You are a f.u.c.k.i.n.g m0r0n, mate"
    quoted = [e.words for s in read(Content(text)).signals if s.detector == "tone" for e in s.evidence]
    assert quoted
    assert all(words in text for words in quoted)
    assert any("f.u.c.k.i.n.g" in words for words in quoted)
    assert any("m0r0n" in words for words in quoted)


@pytest.mark.parametrize(
    "text", ["a " * 50_000, "h4te" * 25_000, "f u c k " * 12_500, "Ihatewomen" * 10_000, "$" * 100_000]
)
def test_a_hostile_text_is_read_in_step_with_its_length(text: str) -> None:
    """Lost otherwise: one post of nothing but disguises holds up a server."""
    assert len(undisguised(Readable(text)).plain) <= 2 * len(text)
