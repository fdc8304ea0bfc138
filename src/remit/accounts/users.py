"""Pages on who may use accounts: authorising somebody, and what a policy wants to be there before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from remit.accounts.acts.users import AuthoriseUser, RecordStandardsCheck
from remit.accounts.asking import AskingAboutAccount
from remit.accounts.forms import AuthoriseForm
from remit.accounts.models import Account, StandardsCheck
from remit.acts import door
from remit.acts.act import Act
from remit.acts.consider import waiting_on
from remit.acts.models import Proposal
from remit.people.acts import GiveStandingPermission
from remit.people.acts.qualifications import STANDING
from remit.people.acts.subjects import person_subject
from remit.people.directory import refusal_words
from remit.people.models import Person
from remit.people.permissions import may_somewhere, permits
from remit.web.forms import DayField
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest
from remit.web.subjects import named


class Authorise(AskingAboutAccount):
    """Let somebody use an account. Whose say it needs, and what must be there before, is the policy's."""

    permission = "account.authorise"
    words = "Authorise somebody to use {account}"
    action = "Authorise them"

    def demand(self, request: HttpRequest) -> None:
        super().demand(request)
        if self.account.state == Account.State.CLOSED:
            raise Http404

    def make_form(self, data: Any = None) -> forms.Form:
        return AuthoriseForm(data, force=self.account.force)

    def act(self, given: Mapping[str, Any]) -> Act:
        days = [given[name].isoformat() if given[name] else None for name in ("until", "using_since")]
        return AuthoriseUser(self.account.force_id, self.subject, given["person"], given["reason"], *days)


@login_required
@require_GET
def waiting(request: SignedInRequest) -> HttpResponse:
    """Who is to be authorised and waits for something, for those who can put it in place."""
    viewer = request.user
    if not (may_somewhere(viewer, "account.authorise") or may_somewhere(viewer, "standards.check")):
        raise PermissionDenied(refusal_words("account.authorise"))
    now = timezone.now()
    rows = []
    for proposal in _waiting(viewer):
        person = Person.objects.filter(pk=proposal.data.get("person"), force=viewer.force_id).first()
        if person is not None and person != viewer:
            rows.append(
                {
                    "person": person,
                    "account": named(proposal.subject),
                    "proposal": proposal,
                    "for": waiting_on(proposal, now),
                    "check": StandardsCheck.objects.filter(person=person).last(),
                }
            )
    context = {
        "rows": rows,
        "may_check": permits(viewer, "standards.check", viewer.force_id),
        "may_permit": permits(viewer, "account.authorise", viewer.force_id),
    }
    return render(request, "accounts/users.html", context)


class CheckForm(forms.Form):
    result = forms.ChoiceField(
        label="What is the result of the check?",
        help_text="Only the result, the day and who checked are kept.",
        choices=StandardsCheck.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the result."},
    )


@login_required
@require_http_methods(["GET", "POST"])
def standards(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record that professional standards looked at somebody's record."""
    if not permits(request.user, "standards.check", request.user.force_id):
        raise PermissionDenied(refusal_words("standards.check"))
    person = get_object_or_404(Person, pk=pk, force=request.user.force_id, is_active=True)
    form = CheckForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = RecordStandardsCheck(person.force_id, person_subject(person), form.cleaned_data["result"])
        if carry_out(request, act, form, f"The check of {person} is on record."):
            _decide_again(request.user, person)
            return redirect("/accounts/users/")
    context = {
        "form": form,
        "heading": f"Record the check of {person}’s professional standards record",
        "action": "Record it",
        "back": "/accounts/users/",
    }
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


class PermissionForm(forms.Form):
    grant = forms.ChoiceField(
        label="What is recorded?",
        choices=list(STANDING.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is recorded."},
    )
    reason = forms.CharField(
        label="Who gave it, and why?", max_length=1000, error_messages={"required": "Say who gave it, and why."}
    )
    since = DayField(label="Since")
    until = DayField(label="Until (leave empty for no end)", required=False)


@login_required
@require_http_methods(["GET", "POST"])
def permission(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record a licence, or the written approval of somebody's work-related use."""
    if not permits(request.user, "account.authorise", request.user.force_id):
        raise PermissionDenied(refusal_words("account.authorise"))
    person = get_object_or_404(Person, pk=pk, force=request.user.force_id, is_active=True)
    form = PermissionForm(request.POST if request.method == "POST" else None, initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        until = given["until"].isoformat() if given["until"] else None
        act = GiveStandingPermission(
            person.force_id, person_subject(person), given["grant"], given["reason"], given["since"].isoformat(), until
        )
        if carry_out(request, act, form, f"It is on record for {person}."):
            _decide_again(request.user, person)
            return redirect("/accounts/users/")
    context = {
        "form": form,
        "heading": f"Record a licence or a written approval of {person}",
        "action": "Record it",
        "back": "/accounts/users/",
    }
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


def _waiting(viewer: Person) -> list[Proposal]:
    found = Proposal.objects.filter(act=AuthoriseUser.name, state=Proposal.State.OPEN, force=viewer.force_id)
    return list(found.order_by("proposed_at"))


def _decide_again(viewer: Person, person: Person) -> None:
    """Decide again what waits about `person`, now that something more is on record of them."""
    for proposal in _waiting(viewer):
        if proposal.data.get("person") == person.pk:
            door.reconsider(proposal, timezone.now())
