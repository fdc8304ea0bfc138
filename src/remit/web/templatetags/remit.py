"""Remit's components for templates: `{% load remit %}`. `templates/web/components/README.md` shows each in use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from remit.people.permissions import may_somewhere
from remit.web.dates import say_day, say_due, say_when
from remit.web.questions import Question
from remit.web.shell import OF_HOME, PRIMARY, banners_for, clause_address
from remit.web.statuses import ANSWERED, EFFECTS, status_words

register = template.Library()

#: Boxes to tick of which there are more are a list to search.
MANY = 12
SELECTED = mark_safe(" selected")


@register.filter
def when(value: date | datetime | str | None) -> str:
    """A time as "21 November 2026, 4:30pm"."""
    return say_when(value)


@register.filter
def due(value: date | datetime | str | None) -> str:
    """By when something is to be done: "21 November 2026", "4:30pm today"."""
    return say_due(value, timezone.now())


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A day as "21 November 2026"."""
    return say_day(value)


@register.filter
def answered(answer: str) -> str:
    """What somebody did by an answer: "given back"; the answer itself where a pack has others."""
    return ANSWERED.get(answer, answer.replace("-", " "))


@register.simple_tag
def status(key: str, words: str = "") -> SafeString:
    """A status tag: the colour always follows `key`; `words` replaces what it says."""
    known, colour = status_words(str(key))
    return _tag(words or known, colour)


@register.simple_tag
def effect(finding: dict[str, Any]) -> SafeString:
    """The tag of a finding: what the rule means for the reader, or that it cannot be told yet, or that it is exempt."""
    verdict = finding.get("verdict")
    if verdict in ("unknown", "exempt"):
        return _tag(*status_words(str(verdict)))
    return _tag(*EFFECTS.get(str(finding.get("effect")), ("Applies", "red")))


@register.simple_tag
def clause(clause_id: str, pack: str = "") -> SafeString:
    """A citation of a clause that links to it in the policy reader."""
    address = clause_address(clause_id, pack)
    if not address:
        return format_html('<span class="remit-clause">{}</span>', clause_id)
    return format_html('<a class="govuk-link remit-clause" href="{}">{}</a>', address, clause_id)


@register.simple_tag
def clauses(ids: Sequence[str], pack: str = "") -> SafeString:
    """Citations of several clauses."""
    return format_html_join(" ", "{}", ((clause(i, pack),) for i in ids))


@register.inclusion_tag("web/components/finding.html")
def finding(finding: dict[str, Any], pack: str = "", level: int = 3) -> dict[str, Any]:
    """A finding: what, which clause, the words that raised it, what would unblock it, whom to ask."""
    _, colour = EFFECTS.get(str(finding.get("effect")), ("", "blue"))
    if finding.get("verdict") == "exempt":
        colour = "grey"
    elif finding.get("verdict") == "unknown":
        colour = "yellow"
    return {"finding": finding, "pack": pack, "colour": colour, "level": level}


@register.inclusion_tag("web/components/task_list.html")
def task_list(tasks: Sequence[Any]) -> dict[str, Any]:
    """A task list of `web.tasks.Task`s."""
    return {"tasks": tasks}


@register.inclusion_tag("web/components/timeline.html")
def timeline(events: Sequence[dict[str, Any]], level: int = 3) -> dict[str, Any]:
    """What happened, newest or oldest first as given: dicts with title, by, at, body, clauses, status."""
    return {"events": events, "level": level}


@register.inclusion_tag("web/components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Previous, page numbers, next; keeps the rest of the address's query."""
    count = page.paginator.count
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query[name] = str(number)
        return f"?{query.urlencode()}"

    steps = [
        {"number": n, "href": address(n), "current": n == page.number} if isinstance(n, int) else {"ellipsis": True}
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "steps": steps,
        "showing": f"Showing {page.start_index():,} to {page.end_index():,} of {count:,}"
        if page.has_other_pages()
        else "",
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.simple_block_tag
def row(content: str, key: str, href: str = "", action: str = "Change") -> SafeString:
    """One row of a `<dl class="govuk-summary-list">`, with a link when `href` is given."""
    link = ""
    if href:
        link = format_html(
            '<dd class="govuk-summary-list__actions"><a class="govuk-link" href="{}">{}'
            '<span class="govuk-visually-hidden"> {}</span></a></dd>',
            href,
            action,
            key.lower(),
        )
    return format_html(
        '<div class="govuk-summary-list__row{}"><dt class="govuk-summary-list__key">{}</dt>'
        '<dd class="govuk-summary-list__value">{}</dd>{}</div>',
        "" if link else " govuk-summary-list__row--no-actions",
        key,
        mark_safe(content.strip()),  # noqa: S308 (the template engine has escaped it)
        link,
    )


@register.simple_block_tag
def nothing(content: str, title: str) -> SafeString:
    """What a page says when there is nothing to list: `title`, and inside what to do about it."""
    return format_html(
        '<div class="remit-empty"><p class="govuk-heading-s">{}</p>{}</div>',
        title,
        mark_safe(content.strip()),  # noqa: S308 (the template engine has escaped it)
    )


@register.inclusion_tag("web/components/error_summary.html")
def error_summary(
    form: forms.BaseForm | str | None = None, message: str = "", remedy: str = "", questions: Iterable[Question] = ()
) -> dict[str, Any]:
    """Every error of a form, and of `questions`, with a link to its field, or one `message` with its `remedy`.

    Nothing when all is well.
    """
    errors: list[tuple[str, str]] = []
    if isinstance(form, forms.BaseForm):  # a template gives "" for a form that its page does not have
        errors += [("", str(e)) for e in form.non_field_errors()]
        for bound in form:
            errors += [(_first_id(bound), str(e)) for e in bound.errors]
    errors += [(q.first_id, f"{q.words} {q.fault}") for q in questions or () if q.fault]
    if message:
        errors.append(("", f"{message} {remedy}".strip()))
    return {"errors": errors}


@register.inclusion_tag("web/components/field.html")
def field(bound: forms.BoundField, size: str = "m", width: str = "", rows: int = 5) -> dict[str, Any]:
    """A form field with its label, hint, error and control, as GOV.UK Frontend marks them up.

    `size` is the label's (s, m, l); `width` a GOV.UK width class ending ("20", "one-half"); `rows` for a textarea.
    """
    widget = bound.field.widget
    kind = _kind(widget)
    css = {"textarea": "govuk-textarea", "select": "govuk-select", "file": "govuk-file-upload"}.get(kind, "govuk-input")
    described = [f"{bound.id_for_label}-hint"] if bound.help_text else []
    described += [f"{bound.id_for_label}-error"] if bound.errors else []
    attrs: dict[str, Any] = {"class": css}
    if bound.errors:
        attrs["class"] += f" {css}--error"
    if width:
        attrs["class"] += f" govuk-input--width-{width}" if width.isdigit() else f" govuk-!-width-{width}"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if kind == "textarea":
        attrs["rows"] = rows
    control = "" if kind in ("choices", "checkbox", "parts") else bound.as_widget(attrs=attrs)
    many = kind == "choices" and len(list(getattr(bound.field, "choices", ()))) > MANY
    shown = {"field": bound, "kind": kind, "control": control, "described": " ".join(described), "size": size}
    return {**shown, "many": many}


@register.simple_tag
def checkboxes(name: str, choices: Iterable[tuple[Any, Any]], chosen: Collection[Any] = ()) -> SafeString:
    """Checkboxes, (value, words) each; as `options`, for hundreds of them."""
    lines = (
        '<div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" type="checkbox" '
        f'name="{name}" id="{name}-{escape(str(value))}" value="{escape(str(value))}"'
        f'{" checked" if value in chosen else ""}><label class="govuk-label govuk-checkboxes__label" '
        f'for="{name}-{escape(str(value))}">{escape(str(words))}</label></div>'
        for value, words in choices
    )
    return mark_safe("".join(lines))  # noqa: S308 (each part is escaped above)


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """The options of a select, (key, words) each. Hundreds cost a page little; by a template's loop, much."""
    selected = "" if chosen is None else str(chosen)
    lines = (
        f'<option value="{escape(str(key))}"{" selected" if str(key) == selected else ""}>{escape(str(words))}</option>'
        for key, words in choices
    )
    return mark_safe("".join(lines))  # noqa: S308 (each part is escaped above)


@register.inclusion_tag("web/components/navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """The primary navigation, with the room of the present page marked."""
    path, person = context["request"].path, context["request"].user
    home = path.startswith(OF_HOME)
    items = [
        {"words": words, "href": href, "current": path.startswith(href) if href != "/" else path == "/" or home}
        for words, href, permission in PRIMARY
        if not permission or may_somewhere(person, permission)
    ]
    return {"items": items}


@register.inclusion_tag("web/components/banners.html", takes_context=True)
def banners(context: Context) -> dict[str, Any]:
    """What everybody of the force must know now, such as a stop that is on."""
    return {"banners": banners_for(context["request"].user)}


def _tag(words: str, colour: str) -> SafeString:
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, words)


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.MultiWidget):
        return "parts"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.Select):
        return "select"
    return "file" if isinstance(widget, forms.FileInput) else "input"


def _first_id(bound: forms.BoundField) -> str:
    """The id of the control that an error link leads to."""
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.MultiWidget):
        return f"{bound.auto_id}_0"
    return str(bound.id_for_label or bound.auto_id)
