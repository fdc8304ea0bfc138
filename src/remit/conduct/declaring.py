"""Pages on which people declare something of their own accord, or keep a reminder for themself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from remit.acts import door
from remit.acts.act import Act
from remit.acts.models import Proposal
from remit.conduct.acts import DeclareAssociation, DoneReminder, KeepReminder
from remit.conduct.models import Declaration, Reminder
from remit.web.asking import Asking, Typed
from remit.web.forms import DayField
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest


class DeclarationForm(forms.Form):
    """What is declared, and about whom."""

    declared = forms.ChoiceField(
        label="What do you want to declare?",
        choices=Declaration.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to declare."},
    )
    about_it = forms.CharField(
        label="Who or what is it?",
        help_text="Say who it is as far as you know, how you know them, and since when.",
        max_length=4000,
        widget=forms.Textarea,
        error_messages={"required": "Write a sentence about who or what it is."},
    )


class Declare(Asking):
    """Declare an association, a contact or a group."""

    heading = "Declare an association or a contact"
    lede = "A declaration is no allegation. Whoever your policy names sees it, and nobody else."
    action = "Declare it"
    form_class = DeclarationForm
    asks_about = ("association.", "contact.", "concern.")
    sends_early = True

    def act(self, given: Mapping[str, Any]) -> Act:
        return DeclareAssociation(self.person.force_id, given["declared"], given["about_it"])

    def asked_anyway(self, typed: Typed) -> list[str]:
        met = typed.form.cleaned_data["declared"] == Declaration.Kind.CONTACT
        return [name for name in super().asked_anyway(typed) if met or not name.startswith("contact.")]

    def back(self) -> str:
        return "/proposals/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        messages.success(request, "Declared, and recorded.")
        return redirect(f"/proposals/{proposal.pk}/")


class ReminderForm(forms.Form):
    """The day of the reminder."""

    on = DayField(label="When do you want to be reminded?")

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on <= timezone.localdate():
            raise forms.ValidationError("Give a day that is still to come.")
        return on


@login_required
@require_http_methods(["GET", "POST"])
def remind_me(request: SignedInRequest) -> HttpResponse:
    """Keep a reminder to look over one's own profiles: only its owner ever sees it."""
    form = ReminderForm(request.POST or None, initial={"on": timezone.localdate() + timedelta(days=91)})
    if request.method == "POST" and form.is_valid():
        act = KeepReminder(request.user.force_id, form.cleaned_data["on"].isoformat())
        if carry_out(request, act, form, "You will be reminded on your list of tasks."):
            return redirect("/")
    context = {
        "form": form,
        "question": "Remind me to look over my own profiles",
        "consequence": "On that day it is on your list of tasks. Only you see it. Nobody looks at your accounts, and "
        "nothing of what you find is written down.",
        "action": "Remind me",
        "back": "/proposals/",
    }
    return render(request, "web/confirm.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def reminder(request: SignedInRequest, pk: int) -> HttpResponse:
    """A reminder of one's own: putting it away."""
    kept = get_object_or_404(Reminder, pk=pk, person=request.user)
    if kept.done_on:
        raise Http404
    if request.method == "POST":
        door.propose(DoneReminder(request.user.force_id, f"conduct.reminder:{pk}"), request.user, timezone.now())
        messages.success(request, "Put away.")
        return redirect("/")
    context = {
        "form": forms.Form(),
        "question": "Look over your own profiles",
        "consequence": "You asked to be reminded. Check what your profiles say of you, who can see it, and whom you "
        "follow. Nothing of it is written down here.",
        "action": "I have done it",
        "back": "/",
    }
    return render(request, "web/confirm.html", context)
