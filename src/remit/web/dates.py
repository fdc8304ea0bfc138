"""Dates and times as people read them: "21 November 2026" and "21 November 2026, 4:30pm", Europe/London."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def say_day(value: date | datetime | str | None) -> str:
    """`value` as "21 November 2026". A time is taken to London first; ISO text is read; none is ""."""
    value = _read(value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _in_london(value)
    return f"{value.day} {value:%B} {value.year}"


def say_when(value: date | datetime | str | None) -> str:
    """`value` as "21 November 2026, 4:30pm"; a date without a time is said as a day; none is ""."""
    value = _read(value)
    if not isinstance(value, datetime):
        return say_day(value)
    value = _in_london(value)
    return f"{say_day(value)}, {say_time(value)}"


def say_due(value: date | datetime | str | None, now: datetime) -> str:
    """A day, or a time, as somebody is told by when to do something: "4:30pm today", "9am tomorrow"."""
    value = _read(value)
    if not isinstance(value, datetime):
        return say_day(value)
    days = (_in_london(value).date() - _in_london(now).date()).days
    return f"{say_time(value)} {'tomorrow' if days else 'today'}" if days in (0, 1) else say_when(value)


def say_time(value: datetime) -> str:
    """The time of day as GOV.UK writes it: "4:30pm", "9am", "midday", "midnight"."""
    value = _in_london(value)
    if value.minute == 0 and value.hour in (0, 12):
        return "midday" if value.hour else "midnight"
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def _read(value: date | datetime | str | None) -> date | datetime | None:
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return datetime.fromisoformat(value)


def _in_london(value: datetime) -> datetime:
    return value.astimezone(LONDON) if value.tzinfo else value
