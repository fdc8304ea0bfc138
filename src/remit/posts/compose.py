"""What a compose form says, read field by field; nothing typed is lost, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from remit.accounts.models import NOT_IN_USE, Account
from remit.people.models import Person
from remit.people.permissions import permitted_accounts
from remit.policy.vocabulary import Fact
from remit.posts.drafts import LONGEST_TEXT, Described, Draft
from remit.posts.models import Post, PostMedia
from remit.posts.wording import without_hidden
from remit.web.forms import DayTimeField
from remit.web.questions import Unread, read_answers

KINDS = (
    ("photo", "A photograph"),
    ("custody", "A custody photograph"),
    ("cctv", "CCTV or other surveillance"),
    ("wanted", "A wanted person"),
    ("missing", "A missing person"),
    ("graphic", "A graphic"),
    ("document", "A document or a screen"),
)
FILM_KINDS = (("video", "A film"), *(each for each in KINDS if each[0] in ("cctv", "wanted", "missing")))
SOURCES = (
    ("", "Choose where it comes from"),
    ("force", "Made by the force"),
    ("licensed", "Somebody else’s, with written permission"),
    ("public", "Made by a member of the public"),
    ("unknown", "Not known"),
)
LONGEST_REASON = 2_000


class WhenForm(forms.Form):
    """When it should go out."""

    when = forms.ChoiceField(choices=[("now", "As soon as it may"), ("later", "At a time I choose")], initial="now")
    publish_at = DayTimeField(label="Date and time", required=False)


@dataclass
class Composed:
    """A form as it was sent: the draft it makes, and what could not be read, by field."""

    draft: Draft
    #: Facts frozen at the press (duty state, device): said for now and not remembered with the draft.
    press: dict[str, Any]
    device: int | None
    revision: int
    when: WhenForm
    errors: dict[str, str] = field(default_factory=dict)
    #: Answers that could not be read, by fact.
    unread: dict[str, Unread] = field(default_factory=dict)
    #: The facts that the page was asking for, in its order.
    open_questions: tuple[str, ...] = ()


def composed(
    sent: QueryDict, post: Post, accounts: Iterable[Account], facts: Mapping[str, Fact], now: datetime
) -> Composed:
    """Read a compose form. `accounts` are those that may be chosen; `facts` the vocabulary of the force's packs."""
    errors: dict[str, str] = {}
    text = _text(sent.get("text", ""))
    answers, not_sure, unread = read_answers(sent, facts)
    errors |= {f"answer.{name}": fault.why for name, fault in unread.items()}
    frozen = {name for name in answers if facts[name].frozen}
    when = _when(sent, now)
    if not when.is_valid():
        errors["publish_at"] = " ".join(str(error) for found in when.errors.values() for error in found)
    draft = Draft(
        text=text,
        accounts=_accounts(sent, accounts),
        pictures=tuple(_described(sent, use) for use in post.post_media.select_related("media")),
        answers={**_kept(post, sent), **{name: value for name, value in answers.items() if name not in frozen}},
        not_sure=tuple(not_sure),
        acknowledged=tuple(sorted(set(sent.getlist("acknowledge")))),
        contested=_contested(sent),
        as_thread="as_thread" in sent,
        publish_at=when.cleaned_data["publish_at"] if when.is_valid() and sent.get("when") == "later" else None,
    )
    if sent.get("do") == "clean":
        accounts_text = {key: without_hidden(own) for key, own in draft.accounts.items()}
        draft = Draft(**{**vars(draft), "text": without_hidden(draft.text), "accounts": accounts_text})
    if len(text) > LONGEST_TEXT:
        errors["text"] = (
            f"The text has {len(text):,} characters; a draft can hold {LONGEST_TEXT:,}. "
            "Nothing was saved, and all of it is still below: shorten it."
        )
    device, revision = sent.get("device", ""), sent.get("revision", "")
    return Composed(
        draft=draft,
        press={name: answers[name] for name in frozen},
        device=int(device) if device.isdigit() else None,
        revision=int(revision) if revision.isdigit() else 0,
        when=when,
        errors=errors,
        unread=unread,
        open_questions=tuple(sent.getlist("open")),
    )


def stored(post: Post, press: Mapping[str, Any], device: int | None) -> Composed:
    """The form as it is first shown: what the register keeps."""
    initial = {"when": "later" if post.publish_at else "now", "publish_at": post.publish_at}
    return Composed(Draft.of(post), dict(press), device, post.revision, WhenForm(initial=initial))


def accounts_to_choose(person: Person, post: Post | None = None) -> list[Account]:
    """The open accounts of the force that `person` may publish on, and those that the post is for already."""
    open_accounts = Account.objects.filter(force=person.force_id).exclude(state__in=NOT_IN_USE)
    teams = dict(open_accounts.order_by().values_list("pk", "team_id"))
    may = permitted_accounts(person, "post.publish", person.force_id, teams)
    may |= set(post.targets.values_list("account_id", flat=True)) & set(teams) if post else set()
    if may == set(teams):  # a list of all of them by number would be longer than a database may take
        return list(open_accounts)
    return list(open_accounts.filter(pk__in=may))


def _text(typed: str) -> str:
    """As typed, with the line ends that networks count: a browser sends two characters for each."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _accounts(sent: QueryDict, accounts: Iterable[Account]) -> dict[int, str]:
    wanted = set(sent.getlist("account"))
    return {
        account.pk: _text(sent.get(f"variant-{account.pk}", "")).strip("\n")
        for account in accounts
        if str(account.pk) in wanted
    }


def _described(sent: QueryDict, use: PostMedia) -> Described:
    pk, kinds = use.pk, kinds_of(use)
    kind, source = sent.get(f"picture-{pk}-kind", ""), sent.get(f"picture-{pk}-source", "")
    return Described(
        pk,
        _text(sent.get(f"picture-{pk}-alt", "")).strip(),
        kind if kind in dict(kinds) else kinds[0][0],
        source if source in dict(SOURCES) else "",
    )


def kinds_of(use: PostMedia) -> tuple[tuple[str, str], ...]:
    """What a picture, or a film, can be said to be; the likeliest first."""
    return FILM_KINDS if use.media.is_film else KINDS


def _kept(post: Post, sent: QueryDict) -> dict[str, Any]:
    """Answers remembered that the form did not show: one that it showed and that is empty now was taken back."""
    shown = set(sent.getlist("shown"))
    return {name: value for name, value in post.answers.items() if name not in shown}


def _contested(sent: QueryDict) -> dict[str, str]:
    said = {key.removeprefix("contest."): sent.get(key, "") for key in sent if key.startswith("contest.")}
    return {name: reason.strip()[:LONGEST_REASON] for name, reason in said.items() if reason.strip()}


def _when(sent: QueryDict, now: datetime) -> WhenForm:
    given = sent.copy()
    if given.get("when") != "later":
        for box in range(4):
            given.pop(f"publish_at_{box}", None)
    given.setdefault("when", "now")
    form = WhenForm(given)
    if form.is_valid() and given["when"] == "later":
        at = form.cleaned_data["publish_at"]
        if at is None:
            form.add_error("publish_at", "Date and time: give a day, a month, a year and a time.")
        elif at <= now:
            form.add_error("publish_at", "Date and time: that has passed. Choose a later time.")
    return form
