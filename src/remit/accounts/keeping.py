"""Pages on which those who look after an account record what was done about it, and lodge or see its credentials."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from remit.accounts.acts.keeping import LodgeCredentials, RecordDone, SeeCredentials, may_see
from remit.accounts.asking import account_for, account_form
from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.accounts.next_steps import recorded_for
from remit.accounts.records import KINDS
from remit.acts import door
from remit.acts.act import Act, ActRefused
from remit.web.forms import DayField
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest


class RecordForm(forms.Form):
    """When it was done, and what else is kept of this kind of record."""

    on = DayField(label="On which day?")
    words = forms.CharField(
        label="What was said or decided?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what was said or decided."},
    )
    due = DayField(label="By which day are they wanted?")
    whom = forms.ChoiceField(
        label="Who was consulted?",
        choices=[("owner", "The owner"), ("owner_manager", "The owner’s manager"), ("other", "Somebody else")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who was consulted."},
    )
    who = forms.ChoiceField(
        label="Who exported them?",
        choices=[
            ("owner", "The account owner"),
            ("corporate_communications", "Corporate Communications"),
            ("other", "Somebody else"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who exported them."},
    )
    place = forms.CharField(
        label="Where is the export kept?", max_length=300, error_messages={"required": "Say where it is kept."}
    )

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in set(self.fields) - {"on", *KINDS[kind].asks}:
            del self.fields[name]
        self.fields["on"].initial = timezone.localdate()


@login_required
@require_GET
def records(request: SignedInRequest, pk: int) -> HttpResponse:
    """What can be recorded about an account: what the force's policy reads of it."""
    account = account_for(request.user, pk, "account.keep")
    kinds = [(key, KINDS[key]) for key in recorded_for(account)]
    context = {
        "account": account,
        "groups": [
            ("Looking after it", [(key, kind) for key, kind in kinds if not kind.closing and kind.value is None]),
            ("Where it comes from and whose it is", [(key, kind) for key, kind in kinds if kind.value is not None]),
            ("Closing it", [(key, kind) for key, kind in kinds if kind.closing]),
        ],
    }
    return render(request, "accounts/record.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def record(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Record that one thing was done about an account, and when."""
    account = account_for(request.user, pk, "account.keep")
    if kind not in KINDS:
        raise Http404
    form = RecordForm(request.POST if request.method == "POST" else None, kind=kind)
    if request.method == "POST" and form.is_valid():
        given = {name: str(value or "") for name, value in form.cleaned_data.items()}  # a day as ISO has it
        act = RecordDone(account.force_id, subject_of(account), kind, **given)
        if carry_out(request, act, form, "It is on record. What waited for it was decided again."):
            door.reconsider_about(subject_of(account), timezone.now())
            return redirect(f"/accounts/{pk}/")
    context = {
        "form": form,
        "heading": KINDS[kind].label,
        "lede": f"For {account}. Give the day on which it happened. {KINDS[kind].hint}",
        "action": "Record it",
        "back": f"/accounts/{pk}/record",
    }
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


class LodgeForm(forms.Form):
    """The sign-in of an account, or where the force keeps it. A secret is never sent back to the browser."""

    username = forms.CharField(
        label="Username", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label="Password",
        help_text="Kept encrypted. Leave both empty if your force keeps them in a vault of its own.",
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    place = forms.CharField(
        label="Or where they are kept",
        help_text="Such as the Digital Media Team’s vault, and the name of the entry. Never the password itself.",
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)


def _lodge(account: Account, given: dict[str, Any]) -> Act:
    act = LodgeCredentials(account.force_id, subject_of(account), given["place"])
    act.username, act.password = given["username"].strip(), given["password"]
    return act


lodge = sensitive_post_parameters("password")(
    account_form(
        "account.keep",
        LodgeForm,
        _lodge,
        heading="Lodge the credentials of {account}",
        lede="Whoever looks after accounts can then get in when its users cannot. Each look is recorded before it "
        "is shown.",
        action="Lodge them",
        done="The credentials are lodged, and the day is on record.",
    )
)


@login_required
@require_http_methods(["GET", "POST"])
def see(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the lodged credentials to whoever was allowed to see them today, once that is on record."""
    account = account_for(request.user, pk, "account.access")
    now = timezone.now()
    if not may_see(account, request.user, now):
        return redirect(f"/accounts/{pk}/access")
    context: dict[str, Any] = {"account": account, "back": f"/accounts/{pk}/"}
    if request.method == "POST":
        act = SeeCredentials(account.force_id, subject_of(account))
        try:
            secret = act.secret()
            door.propose(act, request.user, now)
        except ActRefused as refused:
            context["fault"] = str(refused)
        else:
            context["secret"] = secret
    answer = render(request, "accounts/credentials.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
