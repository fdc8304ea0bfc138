"""Spelling, grammar and reading age: what an author is told of their writing, and what must never be called wrong."""

from __future__ import annotations

import pytest

from remit.signals import Content, SignalSettings, read
from remit.signals.dictionary import british
from remit.signals.grammar import read_grammar
from remit.signals.readability import FEWEST_WORDS, reading_age, syllables
from remit.signals.readable import Readable
from remit.signals.spelling import find_slips, only_spelling


def slips(text: str, *own: str) -> list[str]:
    copy = Readable(text)
    return [copy.words(slip.span) for slip in find_slips(copy, frozenset(own))]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("recieved", "received"),
        ("occured", "occurred"),
        ("untill", "until"),
        ("vechicle", "vehicle"),
        ("definately", "definitely"),
        ("burglery", "burglary"),
        ("wich", "which"),
        ("color", "colour"),
        ("organize", "organise"),
        ("center", "centre"),
        ("dont", "don't"),
        ("saturday", "Saturday"),
    ],
)
def test_a_slip_is_shown_with_what_was_meant(slip: str, meant: str) -> None:
    """Lost otherwise: a misspelt post goes out in the force's name, or an American one."""
    assert slips(f"We {slip} it") == [slip]
    assert meant in british().near(slip)


@pytest.mark.parametrize(
    "text",
    [
        "PC Mobberley met residents in Wymondham and Happisburgh with Insp Ó Dálaigh.",
        "Thanks to @somersetpol and @vechicle for #ItsNotOk #recieved",
        "See www.anytown.police.uk/teh or https://exampel.police.uk/recieved and anytown.police.uk",
        "The A47, B1108 and M11 are shut at 10pm; ref 12AB34 and 4x4s",
        "Officers’ radios weren’t working; they’re fixed, and it’ll be the officer's turn",
        "Dashcam, CCTV or doorbell footage of e-scooters? Use livechat.",
        "Café owners, a naïve rôle, co-operation, anti-social behaviour",
        "We're organising a neighbourhood meeting at the town hall centre in autumn; favourite colours",
    ],
)
def test_names_tags_addresses_and_police_words_are_no_slips(text: str) -> None:
    """Lost otherwise: every place, colleague and hashtag is underlined, and nobody looks at the hints any more."""
    assert slips(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Mae'r heddlu yn apelio am dystion wedi gwrthdrawiad ar yr A470 neithiwr.",
        "Nadolig llawen i bawb!",
        "Peidiwch ag yfed a gyrru.",
        "Thank you for your help. Diolch am eich help.",
        "Cyfarfod cymunedol heno yn neuadd y dref. See you there tonight!",
        "Szukamy świadków zdarzenia na ulicy Głównej.",
    ],
)
def test_welsh_is_not_misspelt_english(text: str) -> None:
    """Lost otherwise: a bilingual force is told that half of what it writes is wrong."""
    assert slips(text) == []


def test_the_forces_own_words_are_never_slips() -> None:
    """Lost otherwise: a force cannot teach the dictionary the name of its own scheme."""
    assert slips("Join our parkwatchh scheme by the larchside") == ["parkwatchh", "larchside"]
    settings = SignalSettings(own_words=("parkwatchh",), places=("Larchside estate",))
    reading = read(Content("Join our parkwatchh scheme by the larchside"), settings)
    assert "concern.language_quality" not in reading.facts()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("It happened near a amnesty bin", "It happened near an amnesty bin"),
        ("You would of seen it", "You would have seen it; it would of course help"),
        ("If its not an emergency, call 101", "If it's not an emergency; its door was shut"),
        ("Let us know if your worried about them", "Your worries are ours"),
        ("Bring you're own bike", "Bring your own bike; you're your own boss"),
        ("Their is a meeting tonight", "There is a meeting; their meeting is tonight"),
        ("He drove far to fast", "He drove far too fast to stop"),
        ("Between 2pm to 4pm on Main Street", "Between 2pm and 4pm; from 2pm to 4pm"),
        ("We would like speak to them", "We would like to speak to them"),
        ("They was seen in town", "They were seen in town"),
        ("Do you hold a driving license?", "Do you hold a driving licence?"),
        ("We need to to find her", "He had had it; she said that that was so"),
        ("Please bare with us", "Please bear with us"),
        ("On the 22th of May", "On the 22nd, 23rd, 11th, 12th and 13th of May"),
    ],
)
def test_slips_of_grammar_are_told_from_what_is_right(wrong: str, right: str) -> None:
    """Lost otherwise: a slip goes out, or a sentence that is right is called wrong."""
    assert list(read_grammar(Readable(wrong), "text"))
    assert not list(read_grammar(Readable(right), "text"))


def test_a_slip_is_quoted_where_it_stands_and_is_a_hint_that_a_policy_may_use() -> None:
    """Lost otherwise: the author has to look for the word, or a policy that asks for good writing is not kept."""
    text = "Zero\u200bwidth, then we recieved it"
    reading = read(Content(text))
    (signal,) = [s for s in reading.signals if s.kind == "spelling"]
    assert [text[e.start : e.end] for e in signal.evidence] == ["recieved"]
    assert signal.version
    assert "received" in signal.reason
    assert reading.facts()["concern.language_quality"] is True


def test_a_word_without_a_likely_correction_is_no_fact() -> None:
    """Lost otherwise: a policy warns of every new word."""
    reading = read(Content("Our believability is our flumpet"))
    assert [s.kind for s in reading.signals if s.concern == "language_quality"] == ["unknown-word"]
    assert "concern.language_quality" not in reading.facts()


def test_writing_can_be_left_unread() -> None:
    """Lost otherwise: a force that does not want it pays for it all the same."""
    reading = read(Content("We recieved it and would of gone"), SignalSettings(writing=False))
    assert reading.signals == ()


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("police", 2),
        ("officers", 3),
        ("seen", 1),
        ("places", 2),
        ("arrested", 3),
        ("table", 2),
        ("stopped", 1),
        ("the", 1),
    ],
)
def test_syllables(word: str, number: int) -> None:
    """Lost otherwise: the reading age is a figure of nothing."""
    assert syllables(word.encode()) == number


def test_reading_age_tells_plain_words_from_long_sentences() -> None:
    """Lost otherwise: an author is not told that half of their readers will not follow."""
    easy = "We found the dog. She is safe and well. Thank you to all who came out to look for her in the rain."
    hard = (
        "Officers are endeavouring to ascertain the circumstances surrounding a serious collision in which a man "
        "sustained significant injuries, and are anxious to obtain footage from motorists travelling in the vicinity."
    )
    assert (read(Content(easy)).reading_age or 99) <= 8
    assert (read(Content(hard)).reading_age or 0) >= 18


def test_reading_age_says_nothing_of_a_short_text_or_a_welsh_one() -> None:
    """Lost otherwise: three words get a figure, and Welsh is measured by the syllables of English."""
    assert reading_age(Readable("Road closed. " * (FEWEST_WORDS // 2 - 1))) is None
    welsh = "Mae'r heddlu yn apelio am wybodaeth ar ôl i ddyn gael ei anafu yn y dref heno gan gar a gan fan hefyd."
    assert read(Content(welsh)).reading_age is None


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("He was arrrested near teh bridge.", "He was arrested near the bridge."),
        ("A (definately) open road", "A (definitely) open road"),
        ("No change at all.", "No change at all."),
    ],
)
def test_words_put_right_are_only_spelling(was: str, now: str) -> None:
    assert only_spelling(was, now)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("The suspect is now here.", "The suspect is not here."),  # both are words: it says something else
        ("He is nto wanted.", "He is not wanted."),  # whoever approved it may have read "now"
        ("Call Jon Smyth.", "Call Jon Smith."),
        ("ask smyth about it", "ask smith and it"),
        ("Found on 21 Novembr.", "Found on 21 November."),  # a name of a month is a date
        ("Call 101.", "Call 102."),
        ("See exmaple.com today", "See example.com today"),
        ("#wnated man", "#wanted man"),
        ("Teh road is shut", "The road is shut"),  # with a capital it may be a name
        ("He was arrrested.", "He was arrested!"),
        ("He was arrrested.", "He was not arrested."),
        ("He was  arrrested.", "He was arrested."),
        ("He was arrrested.", "He was rested."),
        ("It is ilegal to ride here.", "It is legal to ride here."),
        ("The notice was unecessary.", "The notice was necessary."),
        ("The building is nsafe.", "The building is safe."),
        ("He is nto the building.", "He is into the building."),  # whoever approved it read "not"
        ("Road is llicit.", "Road is licit."),
        ("", "word"),
    ],
)
def test_whatever_else_changes_is_no_spelling(was: str, now: str) -> None:
    """An approval would stand for words that nobody approved."""
    assert not only_spelling(was, now)
