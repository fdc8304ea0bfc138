"""Form fields for days and times, in separate boxes as GOV.UK asks for dates; what a field offers to choose from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms

from remit.web.dates import LONDON

MONTHS: tuple[str, ...] = ("january", "february", "march", "april", "may", "june")
MONTHS += ("july", "august", "september", "october", "november", "december")
GIVE_A_DAY = "give a day, a month and a year."


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, str]]) -> None:
    """Say what the field `name` of `form` offers, as value and words. Raises TypeError where it offers no choice."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no field to choose from.")
    field.choices = list(choices)


class DayWidget(forms.MultiWidget):
    """Three boxes: day, month, year."""

    def __init__(self) -> None:
        boxes = (("Day", 2), ("Month", 3), ("Year", 4))
        super().__init__([_box(label, width) for label, width in boxes])

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if value else [None, None, None]


class DayTimeWidget(forms.MultiWidget):
    """Four boxes: day, month, year, time."""

    def __init__(self) -> None:
        boxes = (("Day", 2), ("Month", 3), ("Year", 4))
        super().__init__([*(_box(label, width) for label, width in boxes), _box("Time", 5, number=False)])

    def decompress(self, value: Any) -> list[Any]:
        if not value:
            return [None, None, None, None]
        value = value.astimezone(LONDON)
        return [value.day, value.month, value.year, f"{value:%H:%M}"]


class DayField(forms.MultiValueField):
    """A day, as `date`; empty boxes are None when the field is not required."""

    widget = DayWidget

    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"required": f"{options.get('label') or 'The date'}: {GIVE_A_DAY}"})
        super().__init__([forms.CharField(required=False) for _ in range(3)], require_all_fields=False, **options)

    def compress(self, values: list[str]) -> date | None:
        return _day(values, str(self.label or "The date")) if any(values) else None


class DayTimeField(forms.MultiValueField):
    """A day and a London time, as an aware `datetime`; "4:30pm", "16:30" and "9am" are read."""

    widget = DayTimeWidget

    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"required": f"{options.get('label') or 'The date'}: {GIVE_A_DAY}"})
        super().__init__([forms.CharField(required=False) for _ in range(4)], require_all_fields=False, **options)

    def compress(self, values: list[str]) -> datetime | None:
        label = str(self.label or "The date")
        if not any(values):
            return None
        day = _day(values[:3], label)
        return at_time(day, values[3] if len(values) > 3 else "", label)


def at_time(day: date, words: str, label: str) -> datetime:
    """The time in `words` on a day in London; raises ValidationError saying how to write one."""
    if not words:
        raise forms.ValidationError(f"{label}: give a time, such as 4:30pm.")
    moment = datetime.combine(day, read_time(words, label), LONDON)
    if moment != datetime.fromtimestamp(moment.timestamp(), LONDON):
        raise forms.ValidationError(f"{label}: the clocks go forward and skip that time. Give another.")
    return moment


def read_time(words: str, label: str = "Time") -> time:
    """The time of day in `words`; raises ValidationError saying how to write one."""
    words = {"midday": "12:00", "midnight": "0:00"}.get(words.strip().lower(), words)
    match = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", words.strip().lower())
    if match:
        hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        elif half or match[2] is None:
            hour = 99
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise forms.ValidationError(f"{label}: write the time like 4:30pm or 16:30.")


def _day(values: list[str], label: str) -> date:
    words = [str(v or "").strip() for v in values]
    missing = [name for name, word in zip(("day", "month", "year"), words, strict=True) if not word]
    if len(missing) == 3:
        raise forms.ValidationError(f"{label}: {GIVE_A_DAY}")
    if missing:
        are = "is" if len(missing) == 1 else "are"
        raise forms.ValidationError(f"{label}: the {' and the '.join(missing)} {are} missing.")
    try:
        return date(int(words[2]), _month(words[1]), int(words[0]))
    except ValueError:
        raise forms.ValidationError(f"{label}: that is not a real date. Write one like 21 11 2026.") from None


def _month(word: str) -> int:
    named = [n for n, month in enumerate(MONTHS, 1) if len(word) >= 3 and month.startswith(word.lower())]
    return named[0] if named else int(word)


def _box(label: str, width: int, number: bool = True) -> forms.TextInput:
    return forms.TextInput(attrs={"label": label, "width": width, **({"inputmode": "numeric"} if number else {})})
