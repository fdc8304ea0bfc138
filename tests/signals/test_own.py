"""A force's own lists: what it has cleared is not asked again, and nothing else goes quiet with it."""

from __future__ import annotations

from remit.signals import Content, SignalSettings, read

NUMBER = "Ring the front desk on 07700 900123."


def concerns(text: str, settings: SignalSettings) -> set[str]:
    return {signal.concern for signal in read(Content(text), settings).signals}


def test_an_approved_line_raises_nothing_however_it_is_spaced() -> None:
    """Lost otherwise: the line that Corporate Communications cleared is questioned in every post."""
    settings = SignalSettings(approved_lines=("ring the front  desk on 07700 900123",))
    assert "contact_details" in concerns(NUMBER, SignalSettings())
    assert "contact_details" not in concerns(f"Open day today!\n{NUMBER}", settings)


def test_the_same_number_outside_the_line_is_still_asked_about() -> None:
    """Lost otherwise: one cleared line clears a private number anywhere."""
    settings = SignalSettings(approved_lines=("Ring the front desk on 07700 900123",))
    (signal,) = [
        s for s in read(Content(f"{NUMBER} Or 07700 900123"), settings).signals if s.concern == "contact_details"
    ]
    assert [e.start for e in signal.evidence] == [len(NUMBER) + 4]


def test_a_listed_name_is_nobody_suspected_and_another_still_is() -> None:
    """Lost otherwise: a station or a chief officer is taken for a suspect, or a suspect for one of them."""
    settings = SignalSettings(names=("Kim Example",), places=("Georgia Park",))
    assert "suspect_named" in concerns("Kim Example, 34, was charged with theft", SignalSettings())
    assert "suspect_named" not in concerns("Kim Example, 34, was charged with theft", settings)
    assert "suspect_named" in concerns("Sarah Example, 34, was charged with theft", settings)
    assert "arrest_or_charge" in concerns("Kim Example, 34, was charged with theft", settings)


def test_a_quiet_signal_is_shown_and_is_no_fact() -> None:
    """Lost otherwise: a force cannot switch off what it knows, or what it switched off is hidden from the author."""
    reading = read(Content(NUMBER), SignalSettings(quiet=frozenset({"contact_details"})))
    assert "contact_details" in {signal.concern for signal in reading.signals}
    assert "concern.contact_details" not in reading.facts()


def test_a_raised_signal_counts_when_it_is_unsure() -> None:
    """Lost otherwise: a force that wants to be asked sooner cannot say so."""
    text = "Our believability is our flumpet"
    assert "concern.language_quality" not in read(Content(text)).facts()
    reading = read(Content(text), SignalSettings(raised=frozenset({"language_quality"})))
    assert reading.facts()["concern.language_quality"] is True


def test_lists_are_read_from_what_a_force_has_set() -> None:
    """Lost otherwise: what the policy officer wrote on the page changes nothing."""
    settings = SignalSettings.from_facts(
        {
            "force.names": ["Kim Example"],
            "force.places": ["Larchside"],
            "force.own_words": ["parkwatch"],
            "force.approved_lines": ["Ring the front desk"],
            "force.quiet_signals": ["profanity"],
            "force.raised_signals": ["political"],
        }
    )
    assert settings.names == ("Kim Example",)
    assert settings.places == ("Larchside",)
    assert settings.own_words == ("parkwatch",)
    assert settings.approved_lines == ("Ring the front desk",)
    assert settings.quiet == {"profanity"}
    assert settings.raised == {"political"}
