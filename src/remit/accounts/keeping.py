"""Pages on which those who look after an account record what was done about it, and lodge or see its credentials."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from remit.accounts.acts.access import GiveException, exceptions
from remit.accounts.acts.keeping import LodgeCredentials, RecordDone, SeeCredentials, may_see
from remit.accounts.asking import account_for, account_form
from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.accounts.records import KINDS
from remit.acts import door
from remit.acts.act import Act, ActRefused
from remit.web.forms import DayField, offer
from remit.web.signed_in import SignedInRequest


class RecordForm(forms.Form):
    """What was done, when, and what else is kept of it."""

    record = forms.ChoiceField(
        label="What was done?", widget=forms.RadioSelect, error_messages={"required": "Choose what was done."}
    )
    on = DayField(label="On which day?")
    words = forms.CharField(
        label="What was said or decided",
        help_text="For a consultation, a decision or a written reason.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    due = DayField(label="If details were asked for: by which day are they wanted?", required=False)
    whom = forms.ChoiceField(
        label="If somebody was consulted: who?",
        choices=[
            ("", "Nobody"),
            ("owner", "The owner"),
            ("owner_manager", "The owner’s manager"),
            ("other", "Another"),
        ],
        required=False,
    )
    who = forms.ChoiceField(
        label="If data were exported: by whom?",
        choices=[
            ("", "Nobody"),
            ("owner", "The account owner"),
            ("corporate_communications", "Corporate Communications"),
            ("other", "Somebody else"),
        ],
        required=False,
    )
    place = forms.CharField(label="If data were exported: where is the export kept?", max_length=300, required=False)

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "record", [(key, kind.label) for key, kind in KINDS.items()])
        self.fields["on"].initial = timezone.localdate()


def _record(account: Account, given: dict[str, Any]) -> Act:
    on, due = given["on"], given["due"]
    return RecordDone(
        account.force_id,
        subject_of(account),
        given["record"],
        on.isoformat() if isinstance(on, date) else "",
        given["words"],
        due.isoformat() if due else None,
        given["whom"],
        given["who"],
        given["place"],
    )


record = account_form(
    "account.keep",
    RecordForm,
    _record,
    heading="Record what was done about {account}",
    lede="A policy reads the days of these records, so record what happened and when.",
    action="Record it",
    done="It is on record. What waited for it was decided again.",
)


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


class ExceptionForm(forms.Form):
    """Which of the exceptions that the policy knows, and why."""

    exception = forms.ChoiceField(
        label="Which exception?", widget=forms.RadioSelect, error_messages={"required": "Choose the exception."}
    )
    reason = forms.CharField(
        label="Why?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the account is excepted."},
    )

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(
            self, "exception", [(key, why[:1].upper() + why[1:]) for key, why in exceptions(account.force_id).items()]
        )


def _except(account: Account, given: dict[str, Any]) -> Act:
    return GiveException(account.force_id, subject_of(account), given["exception"], given["reason"])


give_exception = account_form(
    "account.decide",
    ExceptionForm,
    _except,
    heading="Record an exception for {account}",
    lede="Only what your policy itself allows as an exception can be recorded. It is in the ledger with your reason.",
    action="Record it",
    done="The exception is on record.",
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
