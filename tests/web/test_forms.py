"""Without these, a date typed by an author could be misread, or an error could leave its reader guessing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import engines

from remit.web.forms import DayField, DayTimeField, read_time


class Scheduling(forms.Form):
    starts = DayField(label="Starts on")
    at = DayTimeField(label="Publish at", required=False)
    reason = forms.CharField(label="Reason", help_text="Who asked", widget=forms.Textarea)
    device = forms.ChoiceField(label="Device", choices=[("y", "Issued"), ("n", "Own")], widget=forms.RadioSelect)


def filled(day: str = "21/11/2026", at: str = "", **more: str) -> Scheduling:
    given = {"reason": "x", "device": "y", **more}
    given |= {f"starts_{n}": part for n, part in enumerate(day.split("/"))}
    given |= {f"at_{n}": part for n, part in enumerate(at.split("/"))}
    return Scheduling(given)


@pytest.mark.parametrize("day", ["21/11/2026", "21/nov/2026", "21/November/2026"])
def test_a_month_may_be_a_number_or_a_name(day: str) -> None:
    form = filled(day)
    assert form.is_valid()
    assert form.cleaned_data["starts"] == date(2026, 11, 21)
    assert form.cleaned_data["at"] is None


@pytest.mark.parametrize(
    ("day", "error"),
    [
        ("//", "Starts on: give a day, a month and a year."),
        ("21//2026", "Starts on: the month is missing."),
        ("/11/", "Starts on: the day and the year are missing."),
        ("31/2/2026", "Starts on: that is not a real date. Write one like 21 11 2026."),
        ("x/y/z", "Starts on: that is not a real date. Write one like 21 11 2026."),
        ("1/1/99999", "Starts on: that is not a real date. Write one like 21 11 2026."),
    ],
)
def test_a_day_that_cannot_be_read_says_which_part_is_wrong(day: str, error: str) -> None:
    assert filled(day).errors["starts"] == [error]


def test_a_time_of_publishing_is_london_time() -> None:
    form = filled(at="1/7/2026/4:30pm")
    assert form.is_valid()
    assert form.cleaned_data["at"] == datetime(2026, 7, 1, 15, 30, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    assert filled(at="28/3/2027/1:30am").errors["at"] == [
        "Publish at: the clocks go forward and skip that time. Give another."
    ]


@pytest.mark.parametrize(
    ("words", "hour", "minute"),
    [("4:30pm", 16, 30), ("16:30", 16, 30), ("9am", 9, 0), ("12am", 0, 0), ("12 PM", 12, 0), ("9.05", 9, 5)],
)
def test_times_are_read_as_people_write_them(words: str, hour: int, minute: int) -> None:
    read = read_time(words)
    assert (read.hour, read.minute) == (hour, minute)


@pytest.mark.parametrize("words", ["9", "25:00", "13pm", "0am", "4:75pm", "soon", ""])
def test_a_time_that_could_mean_two_things_is_asked_for_again(words: str) -> None:
    with pytest.raises(forms.ValidationError, match="4:30pm"):
        read_time(words)


def test_what_was_typed_and_its_error_are_both_still_there() -> None:
    form = filled("31/2/2026", reason="", device="z")
    page = "{% load remit %}{% error_summary form %}{% for bound in form %}{% field bound %}{% endfor %}"
    html = engines["django"].from_string(page).render({"form": form})
    assert 'value="31"' in html
    assert 'href="#id_starts_0"' in html
    assert 'id="id_starts_0"' in html
    assert 'href="#id_device_0"' in html
    assert 'id="id_device_0"' in html
    assert 'aria-describedby="id_reason-hint id_reason-error"' in html
    assert html.count("There is a problem") == 1
