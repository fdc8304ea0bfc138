"""What the signals see in a text, and what they must not take for it. Every example is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.policy.vocabulary_loading import load_vocabulary
from remit.signals import Content, ImageFacts, Reading, SignalSettings, read
from remit.signals.phrases import contents, table
from remit.signals.reader import OWN_WORDS, TABLES, read_again

VOCABULARY = load_vocabulary(Path(__file__).parents[2] / "packs")


def concerns(text: str, **settings: tuple[str, ...]) -> set[str]:
    facts = read(Content(text), SignalSettings(**settings)).facts()  # type: ignore[arg-type]
    return {name.removeprefix("concern.") for name in facts if name.startswith("concern.")}


def words_behind(reading: Reading, concern: str) -> list[str]:
    return [piece.words for signal in reading.signals if signal.concern == concern for piece in signal.evidence]


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("Ring me on 07700 900123 if you saw it", "contact_details"),
        ("Ring me on +44 (0)7700 900 123", "contact_details"),
        ("Write to kim.example@mailbox.example with news", "contact_details"),
        ("He lives at 14 Larch Avenue, Anytown", "contact_details"),
        ("Her number is AB123456C", "personal_data"),
        ("NHS number 943 476 5919 was on the letter", "personal_data"),
        ("The silver van was AB12 CDE", "personal_data"),
        ("DOB 03/04/1985", "personal_data"),
        ("Custody record 12AB/3456/26 is closed", "sensitive_detail"),
        ("Vote Labour on Thursday", "political"),
        ("Labour are the only party worth voting for", "political"),
        ("What a load of b*llocks", "profanity"),
        ("What a sad little prick you are", "profanity"),
        ("Two more officers needed Saturday for the match", "tasking"),
        ("All units, stand by at the market for the van", "operational_message"),
        ("Charged. Now throw away the key", "presumes_guilt"),
        ("Our candidate: the Green Party candidate is the one", "political"),
        ("The Home Secretary should resign", "political"),
        ("Our thoughts on the death of His Majesty the King", "head_of_state_death"),
        ("The Prime Minister has been taken to hospital", "head_of_state_health"),
        ("A man has been arrested on suspicion of burglary", "arrest_or_charge"),
        ("He is due before Anytown Magistrates' Court on Monday", "court_case"),
        ("Detectives are investigating a rape in the park", "sexual_offence"),
        ("A woman sadly died at the scene", "death"),
        ("Kim Example, 34, has been charged with theft", "suspect_named"),
        ("Tributes to Sam Sample, 41, who died on Friday", "victim_identity"),
        ("Have you seen Sam Sample, 14, from Anytown?", "child_identity"),
        ("He was jailed for the rape of his step-daughter", "victim_identity"),
        ("Missing Sam Sample, 61, who has dementia", "sensitive_personal_data"),
        ("Undercover officers are in the pub", "covert_activity"),
        ("We'll be carrying out raids on the estate tomorrow morning", "operational_detail"),
        ("NOT FOR ONWARD DISSEMINATION", "confidential"),
        ("This bl**dy sh*t again", "profanity"),
        ("You pathetic morons", "abuse"),
        ("He deserves to be hanged", "incites_violence"),
        ("Highly recommend this place, use discount code SAVE10", "endorsement"),
        ("THIS IS THE LAST TIME THAT ANYBODY WILL WARN THESE DRIVERS ABOUT SPEED", "unprofessional_tone"),
        ("Happy Diwali from all of us", "religious_celebration"),
    ],
)
def test_an_author_is_asked_about_what_the_words_show(text: str, concern: str) -> None:
    """Lost otherwise: the question that a press officer would have asked before it went out."""
    assert concern in concerns(text)


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("Call 101, or Crimestoppers on 0800 555 111; 999 in an emergency", "contact_details"),
        ("E-mail the team: anytown.team@example.police.uk or info@charity.example", "contact_details"),
        ("Come to the police station at 14 Larch Avenue, Anytown", "contact_details"),
        ("QQ123456C is how a number looks", "personal_data"),
        ("NHS number 943 476 5918 has a wrong check digit", "personal_data"),
        ("Witnesses please call 101 quoting log 123 of 5 May", "sensitive_detail"),
        ("Extra patrols at polling stations on election day", "political"),
        ("Officers are on Dyke Road this evening", "profanity"),
        ("PC Dyke will be at the library on Saturday", "discrimination"),
        ("The Bill is a joke, and the Tories are a disgrace", "abuse"),
        ("A 16-year-old boy from Long Stratton has been charged with robbery", "suspect_named"),
        ("We are looking for two officers to join the rural team", "tasking"),
        ("He pleaded guilty and was found guilty of theft", "presumes_guilt"),
        ("Hard labour in the garden, then a birthday party on the green", "political"),
        ("Officers policed the Conservative Party Conference", "political"),
        ("Crash outside the King's Head on Queen Street; one driver died", "head_of_state_death"),
        ("The Prime Minister announced new health guidance", "head_of_state_health"),
        ("You could be arrested for drink driving", "arrest_or_charge"),
        ("If you've been raped or know somebody who was, help is there", "sexual_offence"),
        ("PC Kim Example was awarded a commendation", "suspect_named"),
        ("Larch Avenue, 14, is closed", "child_identity"),
        ("Drug raids: officers executed three warrants this morning", "operational_detail"),
        ("Visit Scunthorpe, Cockermouth and Penistone", "profanity"),
        ("Maine coon found; owner sought", "discrimination"),
        ("Racist abuse such as 'you idiots' will not be tolerated", "abuse"),
        ("Fake trainers: beware of 90% off offers", "endorsement"),
        ("Stay safe, look after each other and enjoy the weekend", "unprofessional_tone"),
    ],
)
def test_an_author_is_not_asked_about_what_only_looks_like_it(text: str, concern: str) -> None:
    """Lost otherwise: the author's patience; a check that cries wolf is clicked away."""
    assert concern not in concerns(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("#WANTED | Do you know where Kim Example is?", "wanted"),
        ("Have you seen Sam Sample, 61? He is missing from Anytown", "missing"),
        ("Do you recognise this man? We want to speak to him after a theft", "identify"),
        ("We've released CCTV images after a robbery and are appealing for witnesses", "cctv"),
        ("Were you driving by? We need dashcam footage; please get in touch", "dashcam"),
        ("We're appealing for witnesses after a crash on Larch Avenue", "witness"),
        ("Anyone with information about the burglary should call 101; detectives are investigating", "information"),
        ("Is this your bike? We want to find its owner", "found_property"),
        ("Sam Sample, who was missing from Anytown, has been found safe and well", "none"),
        ("Our appeal is now closed; thank you for sharing our appeal", "none"),
        ("If someone you know goes missing, do not wait 24 hours", "none"),
        ("We wanted to thank our volunteers", "none"),
        ("Don't miss our open day", "none"),
    ],
)
def test_an_appeal_is_told_by_its_kind(text: str, kind: str) -> None:
    """Lost otherwise: an appeal goes out on an account that may not carry it, or a thank-you is held as an appeal."""
    assert read(Content(text)).facts()["post.appeal"] == kind


@pytest.mark.parametrize(
    ("text", "marking"),
    [
        ("OFFICIAL-SENSITIVE\nBriefing for the weekend", "official_sensitive"),
        ("Briefing\nSECRET\nline two", "secret"),
        ("RESTRICTED - POLICY: draft", "restricted"),
        ("CONFIDENTIAL", "confidential"),
        ("PROTECT - PERSONAL", "protect"),
        ("This page is marked OFFICIAL", "official"),
        ("STAY HOME. PROTECT THE NHS. SAVE LIVES", "none"),
        ("Parking is restricted; your call stays confidential, it is no secret. Official opening at 3pm", "none"),
    ],
)
def test_a_marking_is_told_from_the_ordinary_word(text: str, marking: str) -> None:
    """Lost otherwise: marked material is published, or every notice about a restricted road is refused."""
    assert read(Content(text)).facts()["post.marking"] == marking


def test_a_trick_with_characters_hides_nothing() -> None:
    """Lost otherwise: a zero-width space, a Cyrillic letter or full-width digits carry a swear word past the check."""
    assert {"profanity", "hidden_characters"} <= concerns("f\u200buck")
    assert {"political", "hidden_characters"} <= concerns("Vote L\u0430bour")
    assert "contact_details" in concerns("０７７００ ９００１２３")
    assert "hidden_characters" in concerns("txt.exe \u202egpj")


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧 family day 🏴󠁧󠁢󠁷󠁬󠁳󠁿", "مرحبا بكم في المدينة", "Ŵyl hapus i bawb", "Привет всем", "naïve café"]
)
def test_emoji_and_other_languages_are_no_trick(text: str) -> None:
    """Lost otherwise: a Welsh, Arabic or Russian neighbour's post is treated as an attack."""
    assert "hidden_characters" not in concerns(text)


def test_a_welsh_post_is_known_as_welsh() -> None:
    """Lost otherwise: Welsh is judged as misspelt English."""
    assert (
        read(Content("Mae heddlu yn apelio am wybodaeth ar ôl y gwrthdrawiad heddiw")).facts()["post.language"] == "cy"
    )


def test_links_are_described_and_look_alikes_named() -> None:
    """Lost otherwise: an appeal is said to lack a link that it has, or readers are sent to a false site."""
    text = "Read https://www.anytown.police.uk/news or anytovn.police.uk and bit.ly/abc (not kim@example.org)."
    reading = read(Content(text), SignalSettings(websites=("www.anytown.police.uk",)))
    links = reading.facts()["post.links"]
    assert [(link["domain"], link["force_website"], link["shortener"]) for link in links] == [
        ("anytown.police.uk", True, False),
        ("anytovn.police.uk", False, False),
        ("bit.ly", False, True),
    ]
    assert words_behind(read(Content("http://anytown.police.uk@evil.example/x")), "misleading_link")


def test_the_forces_own_words_count() -> None:
    """Lost otherwise: a force cannot publish its own number, or name the place it serves."""
    assert "contact_details" not in concerns("Text 07700 900123", phone_numbers=("07700 900123",))
    assert "profanity" not in concerns("A day out in Twat", allowed_words=("Twat",))


def test_a_picture_without_words_or_with_its_position_is_said() -> None:
    """Lost otherwise: a blind reader gets nothing, and a position goes out with the picture."""
    images = (ImageFacts(index=0, metadata=("GPS position",)), ImageFacts(index=1, alt_text="IMG_2034.jpg"))
    reading = read(Content("A fine day", images=images))
    assert {(s.kind, piece.image) for s in reading.signals for piece in s.evidence} >= {
        ("alt-missing", 0),
        ("position", 0),
        ("alt-useless", 1),
    }
    assert not read(Content("A fine day", images=(ImageFacts(alt_text="Two dogs on a beach"),))).signals


def test_the_words_of_a_picture_and_of_the_thread_count() -> None:
    """Lost otherwise: what may not stand in the post goes out in its picture's text, or by sharing another's words."""
    reading = read(
        Content("See this", images=(ImageFacts(index=3, alt_text="Vote Labour"),), thread="You pathetic morons")
    )
    assert {(s.concern, piece.part, piece.image) for s in reading.signals for piece in s.evidence} == {
        ("political", "alt_text", 3),
        ("abuse", "thread", None),
        ("unprofessional_tone", "thread", None),
    }


def test_a_text_too_long_to_be_read_is_not_passed_over() -> None:
    """Lost otherwise: whoever hides words behind 200,000 others is told that all is well."""
    assert "unread_text" in concerns("word " * 50_000)


def test_a_doubtful_signal_is_shown_and_decides_nothing() -> None:
    """Lost otherwise: a weak guess holds a post."""
    reading = read(Content("Unmarked police cars are about"))
    assert [signal.concern for signal in reading.signals] == ["tactics"]
    assert "concern.tactics" not in reading.facts()


def test_every_signal_speaks_the_packs_language() -> None:
    """Lost otherwise: a detector raises a concern that no pack can name, and nobody is asked."""
    for name in (*TABLES, *OWN_WORDS):
        for row in table(name).rows:
            if row.concern:
                assert "signal" in VOCABULARY.concerns[row.concern].raised_by, (name, row.kind)
            else:
                values = VOCABULARY.facts[row.fact].values
                assert not values or row.value in values, (name, row.kind)
            assert 0 < row.confidence <= 1, (name, row.kind)
            assert row.reason.endswith("."), (name, row.kind)
    raised = (
        "personal_data contact_details sensitive_detail suspect_named victim_identity child_identity "
        "sensitive_personal_data unprofessional_tone hidden_characters misleading_link missing_alt_text "
        "picture_metadata misleading_picture unread_text"
    )
    assert all("signal" in VOCABULARY.concerns[key].raised_by for key in raised.split())
    assert set(read(Content("")).facts()) <= set(VOCABULARY.facts)


def test_every_phrase_of_a_table_is_a_phrase() -> None:
    """Lost otherwise: YAML reads a phrase with a colon as something else and the table looks for nothing."""

    def phrases(value: object) -> list[object]:
        return [p for v in value for p in phrases(v)] if isinstance(value, list) else [value]

    for name in (*TABLES, *OWN_WORDS):
        written = contents(name)
        for row in written["rows"]:
            for key in ("words", "with", "with_anywhere", "unless", "unless_anywhere", "look_alikes"):
                assert all(isinstance(p, str) and p.isascii() for p in phrases(row.get(key, []))), (name, row["kind"])


def test_what_was_read_before_is_read_alike_and_by_each_force_in_its_own_words() -> None:
    """A post would be judged by what another force has settled, or otherwise the second time than the first."""
    content = Content("Get lost, Scunthorpe: ring me on 07700 900123.")
    published = SignalSettings(phone_numbers=("07700 900123",))
    for _ in range(2):
        assert read_again(content) == read(content)
        assert read_again(content, published) == read(content, published)
    assert read_again(content, published) != read_again(content)
