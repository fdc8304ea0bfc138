"""Pages on which an account is closed, and on which it joins and leaves groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from remit.accounts.acts.closing import CloseAccount
from remit.accounts.acts.groups import GroupDone, JoinGroup
from remit.accounts.asking import AskingAboutAccount, account_for
from remit.accounts.changing import InUse
from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.acts.act import Act
from remit.acts.facts import vocabulary
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.web.forms import DayField, offer
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest


class CloseForm(forms.Form):
    """Why an account closes, and when."""

    ground = forms.ChoiceField(label="Why should it close?", error_messages={"required": "Choose why it should close."})
    reason = forms.CharField(
        label="In your own words",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why it should close."},
    )
    on = DayField(label="On which day should it close?")

    def __init__(self, *args: Any, force: str, **options: Any) -> None:
        super().__init__(*args, **options)
        grounds = vocabulary(packs_of(force))["closing.ground"].values
        choices = [(key, words.removeprefix("that ")) for key, words in grounds.items()]
        offer(self, "ground", [("", "Choose one"), *((key, words[:1].upper() + words[1:]) for key, words in choices)])
        self.fields["on"].initial = timezone.localdate()


class Close(AskingAboutAccount):
    """Close an account. It waits for what must be done about it, and closes on its day."""

    permission = "account.keep"
    words = "Close {account}"
    lede = (
        "Record notice, consultation, the message to the public and the export on the account’s page first, "
        "where your policy wants them."
    )
    action = "Close it"

    def make_form(self, data: Any = None) -> forms.Form:
        return CloseForm(data, force=self.account.force_id)

    def act(self, given: Mapping[str, Any]) -> Act:
        on = given["on"].isoformat()
        return CloseAccount(self.account.force_id, self.subject, given["ground"], on, given["reason"])

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        answer = super().sent(request, proposal)
        if proposal.state == Proposal.State.APPLIED and Account.objects.get(pk=self.account.pk).in_use:
            return redirect(f"/proposals/{proposal.pk}/")
        return answer


class JoinForm(forms.Form):
    """The group, and why."""

    group = forms.CharField(
        label="Which group is it?", max_length=200, error_messages={"required": "Say which group it is."}
    )
    requirement = forms.CharField(label="Which operational requirement calls for it?", max_length=1000, required=False)
    risk = forms.CharField(label="Which risk to reputation is to be tackled?", max_length=1000, required=False)
    exit_plan = forms.CharField(label="When and how does the account leave again?", max_length=1000, required=False)


class Join(InUse):
    """Join a group with an account."""

    permission = "account.keep"
    words = "Join a group with {account}"
    action = "Join it"
    form_class = JoinForm

    def act(self, given: Mapping[str, Any]) -> Act:
        return JoinGroup(self.account.force_id, self.subject, **given)


class GroupDoneForm(forms.Form):
    completed_on = DayField(label="What it joined for was done on", required=False)
    left_on = DayField(label="The account left the group on", required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.values()):
            raise forms.ValidationError("Give one of the two days.")
        return given


@login_required
@require_http_methods(["GET", "POST"])
def group_done(request: SignedInRequest, pk: int, group: int) -> HttpResponse:
    """Say that what a group was joined for is done, or that the account has left it."""
    account = account_for(request.user, pk, "account.keep")
    entered = get_object_or_404(account.groups.filter(left_on=None), pk=group)
    form = GroupDoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        days = {name: value.isoformat() if value else None for name, value in form.cleaned_data.items()}
        act = GroupDone(account.force_id, subject_of(account), entered.pk, **days)
        if carry_out(request, act, form, "It is on record."):
            return redirect(f"/accounts/{pk}/")
    context = {
        "form": form,
        "heading": f"The group {entered}",
        "lede": f"{account} joined it on {entered.joined_on:%-d %B %Y}. {entered.exit_plan}",
        "action": "Record it",
        "back": f"/accounts/{pk}/",
    }
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)
