"""Pages of business interests: declaring one, asking whether it may begin, and the decision of whoever decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from remit.acts import door
from remit.acts.act import Act
from remit.acts.models import Proposal
from remit.conduct.acts import BeginInterest, DecideInterest, DeclareInterest
from remit.conduct.models import Interest
from remit.people.directory import refusal_words
from remit.people.models import Person
from remit.people.permissions import permits
from remit.web.asking import Asking
from remit.web.forms import DayField
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest
from remit.web.tasks import Task


class InterestForm(forms.Form):
    """What the business is."""

    about_it = forms.CharField(
        label="What is the business interest?",
        help_text="What you do, for whom, and what you get for it. Gifts and discounts count.",
        max_length=4000,
        widget=forms.Textarea,
        error_messages={"required": "Write a sentence about what it is."},
    )
    network = forms.CharField(
        label="On which network or site? (you may leave this empty)", required=False, max_length=80
    )
    starts_on = DayField(label="When did it begin, or when is it to begin? (you may leave this empty)", required=False)


@login_required
@require_http_methods(["GET", "POST"])
def declare(request: SignedInRequest) -> HttpResponse:
    """Put a business interest on the register."""
    form = InterestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        starts = given["starts_on"].isoformat() if given["starts_on"] else ""
        act = DeclareInterest(request.user.force_id, given["about_it"], given["network"], starts)
        proposal = door.propose(act, request.user, timezone.now())
        messages.success(request, "Declared, and recorded. Now ask whether you may begin.")
        return redirect(f"/conduct/interests/{proposal.subject.rpartition(':')[2]}/")
    context = {
        "form": form,
        "question": "Declare a business interest",
        "consequence": "It goes on the force’s register, where whoever decides on it sees it. Do not begin before it "
        "is approved.",
        "action": "Declare it",
        "back": "/conduct/interests/",
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def interests(request: SignedInRequest) -> HttpResponse:
    """The person's own interests, and for whoever decides those of the force."""
    own = Interest.objects.filter(person=request.user)
    context = {"own": own, "others": _decided_by(request.user), "decides": _decides(request.user)}
    return render(request, "conduct/interests.html", context)


@login_required
@require_GET
def interest(request: SignedInRequest, pk: int) -> HttpResponse:
    """One interest: where it stands, and what can be done next."""
    shown = _visible(request, pk)
    own = shown.person_id == request.user.pk
    asked = Proposal.objects.filter(subject=_subject(shown), act=BeginInterest.name).order_by("-proposed_at")
    waiting = asked.filter(state=Proposal.State.OPEN).first()
    undecided = shown.state == Interest.State.DECLARED
    context = {
        "interest": shown,
        "own": own,
        "asked": asked.first() if own else None,
        "may_ask": own and waiting is None and shown.state != Interest.State.REFUSED,
        "may_decide": undecided and not own and _decides(request.user),
    }
    return render(request, "conduct/interest.html", context)


class Begin(Asking):
    """Ask whether a declared interest may begin."""

    heading = "Ask whether you may begin a business interest"
    action = "Ask for it"

    def demand(self, request: HttpRequest) -> None:
        get_object_or_404(Interest, pk=self.kwargs["pk"], person=self.person)

    def act(self, given: Mapping[str, Any]) -> Act:
        return BeginInterest(self.person.force_id, f"conduct.interest:{self.kwargs['pk']}")

    def back(self) -> str:
        return f"/conduct/interests/{self.kwargs['pk']}/"


class DecisionForm(forms.Form):
    """The decision and its reason."""

    approve = forms.ChoiceField(
        label="What is decided?",
        choices=[("yes", "It is approved"), ("no", "It is not approved")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is decided."},
    )
    reason = forms.CharField(
        label="Why?",
        help_text="The person is told. A sentence is enough.",
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": "Say why."},
    )


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record the decision on somebody else's interest."""
    shown = _visible(request, pk)
    if not _decides(request.user):
        raise PermissionDenied(refusal_words(DecideInterest.permission))
    if shown.state != Interest.State.DECLARED or shown.person_id == request.user.pk:
        raise Http404
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        act = DecideInterest(request.user.force_id, _subject(shown), given["approve"] == "yes", given["reason"])
        if carry_out(request, act, form, "The decision is recorded, and the person is told."):
            return redirect(f"/conduct/interests/{pk}/")
    context = {
        "form": form,
        "question": f"Decide on the business interest of {shown.person}",
        "consequence": f"{shown.about} The decision is yours, under your force’s own procedure; it goes on the "
        "register with its reason.",
        "action": "Record the decision",
        "back": f"/conduct/interests/{pk}/",
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


def interest_tasks(person: Person, now: datetime) -> list[Task]:
    """Interests that wait for the decision of `person`, unless the policy has somebody asked about them already."""
    if not _decides(person):
        return []
    open_ = Proposal.objects.filter(act=BeginInterest.name, state=Proposal.State.OPEN).values_list("subject", flat=True)
    asked = set(open_)
    return [
        Task(
            "Decide on a business interest",
            f"/conduct/interests/{each.pk}/",
            hint=f"Declared by {each.person}",
        )
        for each in _decided_by(person).filter(state=Interest.State.DECLARED).select_related("person")
        if _subject(each) not in asked
    ]


def _subject(interest: Interest) -> str:
    return f"conduct.interest:{interest.pk}"


def _decides(person: Person) -> bool:
    return permits(person, DecideInterest.permission, person.force_id)


def _decided_by(person: Person) -> QuerySet[Interest]:
    found = Interest.objects.exclude(person=person)
    return found.filter(force=person.force_id) if _decides(person) else found.none()


def _visible(request: SignedInRequest, pk: int) -> Interest:
    shown = get_object_or_404(Interest.objects.select_related("person", "decided_by"), pk=pk)
    if shown.person_id != request.user.pk and shown not in _decided_by(request.user):
        raise Http404
    return shown
