"""What a text answers or shares: it counts where the text makes it the force's own, and not because somebody asked."""

from __future__ import annotations

import pytest

from remit.signals import Content, read

ASKED = "Was Kim Example, 34, charged with theft? What a bunch of fucking idiots"


def facts(text: str, answering: bool = True) -> set[str]:
    return {f.removeprefix("concern.") for f in read(Content(text, thread=ASKED, answering=answering)).facts()}


@pytest.mark.parametrize("text", ["Yes, he was.", "That's right, thank you.", "We can confirm this.", "Correct!"])
def test_an_answer_that_bears_it_out_says_it_too(text: str) -> None:
    """Lost otherwise: one word names a suspect in the force's name, and nobody is asked."""
    assert {"suspect_named", "arrest_or_charge"} <= facts(text)


@pytest.mark.parametrize(
    "text", ["We cannot comment on that.", "We can't confirm names.", "Please ring 101.", "Thank you."]
)
def test_an_answer_that_does_not_is_not_held_to_what_was_asked(text: str) -> None:
    """Lost otherwise: whoever names somebody keeps the force from answering at all."""
    assert not {"suspect_named", "arrest_or_charge"} & facts(text)
    shown = {signal.concern for signal in read(Content(text, thread=ASKED, answering=True)).signals}
    assert "suspect_named" in shown


def test_how_others_speak_is_not_the_forces_tone() -> None:
    """Lost otherwise: the force may not answer somebody who swears."""
    assert not {"profanity", "abuse"} & facts("Yes, he was.")


def test_what_is_shared_counts_whole() -> None:
    """Lost otherwise: a share says what a post may not."""
    assert {"suspect_named", "profanity"} <= facts("Worth a read", answering=False)
