"""If these fail, a form names the wrong person, or says nothing useful about a number that was typed wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django import forms

from remit.people.fields import PeopleField, PersonField, number_of, of_force
from remit.people.models import Person
from tests.people.conftest import TODAY

Make = Callable[..., Person]


class Form(forms.Form):
    who = PersonField(label="Who?", required=False)


def filled(number: str) -> Form:
    form = Form({"who": number})
    of_force(form, "surrey")
    return form


def test_a_number_names_whoever_serves_under_it_in_this_force(person: Make) -> None:
    officer = person("PC 4417")
    for typed in (" 4417 ", "PC 4417", "pc 4417"):
        form = filled(typed)
        assert form.is_valid()
        assert form.cleaned_data["who"] == officer.pk
    assert number_of(officer) == "4417"


def test_nothing_typed_is_nobody(person: Make) -> None:
    form = filled("")
    assert form.is_valid()
    assert form.cleaned_data["who"] is None
    assert number_of(None) == ""


@pytest.mark.parametrize("number", ["4418", "4417x", "PCSO 4417", "' OR 1=1"])
def test_a_number_that_nobody_has_says_where_to_look(number: str, person: Make) -> None:
    person("PC 4417")
    form = filled(number)
    assert not form.is_valid()
    assert f"has the number {number}. Look the number up under People." in str(form.errors.as_data())


def test_a_leaver_and_somebody_of_another_force_are_not_named(person: Make) -> None:
    person("PC 1", leaving_on=TODAY - timedelta(days=4000))
    person("PC 2", force="sussex")
    assert not filled("1").is_valid()
    assert not filled("2").is_valid()


def said(form: forms.Form, value: Any) -> str:
    field = form.fields["who"]
    assert isinstance(field, (PersonField, PeopleField))
    return field.said(value)


class Several(forms.Form):
    who = PeopleField(label="Who else?", required=False)


def test_whoever_was_named_is_shown_and_not_a_key_of_the_register(person: Make) -> None:
    """Somebody who typed 4417 read 100 before sending, which is nobody's number."""
    officer, colleague = person("PC 4417"), person("PC 5520")
    one = filled("4417")
    assert one.is_valid()
    assert said(one, one.cleaned_data["who"]) == "PC 4417"
    several = Several({"who": "5520\n4417"})
    of_force(several, "surrey")
    assert several.is_valid()
    assert several.cleaned_data["who"] == [colleague.pk, officer.pk]
    assert said(several, several.cleaned_data["who"]) == "PC 5520\nPC 4417"
    assert said(several, []) == ""
    wrong = Several({"who": "5520 9999"})
    of_force(wrong, "surrey")
    assert wrong.errors["who"] == ["Nobody on your force’s register has the number 9999."]
