"""Pages of the exceptions that a policy provides for: those there are, giving one, taking one back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from remit.accounts.acts.granting import GiveException, TakeBackException, live, may_give, over, permits_of
from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.acts import door
from remit.acts.act import Act
from remit.acts.models import Grant, Proposal
from remit.people.fields import PersonField, of_force
from remit.people.models import Person
from remit.people.permissions import reach
from remit.web.asking import Asking
from remit.web.errands import PROVIDED, Errand
from remit.web.forms import DayField, offer
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest
from remit.web.subjects import named


def gives(person: Person, now: datetime) -> dict[str, str]:
    """The exceptions that `person` may give, by key, in words."""
    return {
        key: permit.title
        for key, (_, permit) in permits_of(person.force_id).items()
        if may_give(person, key, None, now)
    }


def errand(person: Person) -> Iterable[Errand]:
    """Giving exceptions stands under Requests for whoever may, and for nobody else."""
    if gives(person, timezone.now()):
        yield Errand("Give an exception, or take one back", "/exceptions/", PROVIDED)


@login_required
@require_GET
def exceptions(request: SignedInRequest) -> HttpResponse:
    """The exceptions that stand: those that the viewer may give, has, or may see by what they may read."""
    now = timezone.now()
    rows = [
        row(request.user, grant, now) for grant in live(request.user.force_id, now) if sees(request.user, grant, now)
    ]
    return render(request, "accounts/exceptions.html", {"rows": rows, "may_give": bool(gives(request.user, now))})


def row(viewer: Person, grant: Grant, now: datetime) -> dict[str, Any]:
    """One exception as a list shows it."""
    pack, permit = permits_of(grant.force)[grant.kind]
    may_end = may_give(viewer, grant.kind, over(grant), now)
    return {"grant": grant, "permit": permit, "pack": pack, "of": named(over(grant)), "may_end": may_end}


def sees(viewer: Person, grant: Grant, now: datetime) -> bool:
    """Whether `viewer` may know of an exception: theirs to give or their own, or they may see what it is for."""
    if grant.person_id == viewer.pk or may_give(viewer, grant.kind, over(grant), now):
        return True
    return bool(reach(viewer, "person.read" if grant.person_id else "account.read"))


class GiveForm(forms.Form):
    """Which exception, for what, from when until when, and why."""

    exception = forms.ChoiceField(
        label="Which exception?", widget=forms.RadioSelect, error_messages={"required": "Choose the exception."}
    )
    account = forms.ModelChoiceField(
        Account.objects.none(), label="For which account?", required=False, empty_label="None: it is for a person"
    )
    person = PersonField(label="For whom, if it is for a person?", required=False)
    since = DayField(label="From")
    until = DayField(label="Until, that day included", required=False)
    reason = forms.CharField(
        label="Why?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why it is given."},
    )

    def __init__(self, data: Any, *, viewer: Person, now: datetime) -> None:
        super().__init__(data, initial={"since": timezone.localdate(now)})
        lengths = {key: permit.longest for key, (_, permit) in permits_of(viewer.force_id).items()}
        choices = [
            (key, f"{title} (for {lengths[key]} at most)" if lengths[key] else title)
            for key, title in gives(viewer, now).items()
        ]
        offer(self, "exception", choices)
        account = cast("forms.ModelChoiceField[Account]", self.fields["account"])
        account.queryset = Account.objects.filter(force=viewer.force_id).exclude(state="closed").order_by("name", "pk")
        of_force(self, viewer.force_id)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("account")) == bool(given.get("person")) and not self.errors:
            self.add_error("account", "Choose an account, or give a person’s number: one of the two.")
        return given


class Give(Asking):
    """Give an exception."""

    heading = "Give an exception"
    lede = "It is in the ledger with your name and your reason, and ends by itself after its last day."
    action = "Give it"

    def demand(self, request: HttpRequest) -> None:
        if not gives(self.person, timezone.now()):
            raise PermissionDenied("Your policy names nobody of your post who gives exceptions.")

    def make_form(self, data: Any = None) -> forms.Form:
        return GiveForm(data, viewer=self.person, now=timezone.now())

    def act(self, given: Mapping[str, Any]) -> Act:
        subject = subject_of(given["account"]) if given["account"] else f"people.person:{given['person']}"
        until: date | None = given["until"]
        return GiveException(
            self.person.force_id,
            subject,
            given["exception"],
            given["reason"],
            given["since"].isoformat(),
            until.isoformat() if until else None,
        )

    def back(self) -> str:
        return "/exceptions/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        if proposal.state != Proposal.State.APPLIED:
            return super().sent(request, proposal)
        door.reconsider_about(proposal.subject, timezone.now())
        messages.success(request, "The exception is given, and recorded.")
        return redirect("exceptions")


@login_required
@require_http_methods(["GET", "POST"])
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an exception back, after a page that says what follows."""
    now = timezone.now()
    grant = next((each for each in live(request.user.force_id, now) if each.pk == pk), None)
    if grant is None or not may_give(request.user, grant.kind, over(grant), now):
        raise Http404
    shown = row(request.user, grant, now)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = TakeBackException(grant.force, over(grant), grant.pk)
        if carry_out(request, act, form, "The exception is taken back."):
            door.reconsider_about(over(grant), now)
            return redirect("exceptions")
    context = {
        "form": form,
        "question": f"Take back “{shown['permit'].title}” for {shown['of'].words}?",
        "consequence": "The rule binds again at once. What waits is decided again before it is done.",
        "action": "Take it back",
        "back": "/exceptions/",
        "danger": True,
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)
