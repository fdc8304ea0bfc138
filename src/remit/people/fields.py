"""Naming somebody in a form by the number that everybody has: a force has thousands of people, and no list fits."""

from __future__ import annotations

from typing import Any

from django import forms

from remit.people.directory import person_named
from remit.people.models import Force, Person

#: What to say of a number that a page has asked for among others.
NOBODY = "Nobody on your force’s register has the number {number}."


class PersonField(forms.CharField):
    """Somebody serving in `force`, typed as a shoulder or staff number; gives their id, None where nothing is typed."""

    default_error_messages = {
        "unknown": "No one person on the force’s register has the number {number}. Look the number up under People."
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "Shoulder or staff number, such as 4417.")
        super().__init__(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}), **options)
        self.force = ""

    def clean(self, value: Any) -> int | None:
        number = super().clean(value)
        return _key(self, number) if number else None

    def said(self, value: int | None) -> str:
        """Whom the field names, as people are shown; "" for nobody."""
        return _called([value] if value else [])


class PeopleField(forms.CharField):
    """Several people serving in `force`, each by a shoulder or staff number; gives their ids in order."""

    default_error_messages = {"unknown": "Nobody on your force’s register has the number {number}."}

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), **options)
        self.force = ""

    def clean(self, value: Any) -> list[int]:
        return [_key(self, number) for number in str(super().clean(value)).split()]

    def said(self, value: list[int]) -> str:
        """Whom the field names, as people are shown, one on each line."""
        return _called(value)


def _key(field: PersonField | PeopleField, number: str) -> int:
    """The key of whoever in the field's force has the number. Raises ValidationError in the field's words."""
    person = person_named(field.force, number)
    if person is None:
        raise forms.ValidationError(field.error_messages["unknown"].format(number=number))
    return person.pk


def _called(people: list[int]) -> str:
    names = {person.pk: str(person) for person in Person.objects.filter(pk__in=people)}
    return "\n".join(names[person] for person in people if person in names)


def of_force(form: forms.Form, force: Force | str) -> None:
    """Say whose people the form's fields name. Called by every form that has a `PersonField` or a `PeopleField`."""
    for field in form.fields.values():
        if isinstance(field, (PersonField, PeopleField)):
            field.force = force if isinstance(force, str) else force.pk


def number_of(person: Person | None) -> str:
    """What is typed for `person`; "" for nobody, and for somebody who has left and is to be replaced."""
    return person.shoulder_number if person is not None and person.is_active else ""
