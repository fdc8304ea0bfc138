"""Pages of vetting checks: beginning one, what was said of it, and closing it with what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from remit.acts import door
from remit.acts.act import Act
from remit.acts.facts import vocabulary
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.people.directory import person_named, refusal_words
from remit.people.permissions import permits
from remit.research.acts import CheckVetting, ReadCheck
from remit.research.models import Check
from remit.research.sight import CHECK, known_to
from remit.web.asking import Asking
from remit.web.questions import said_in_words
from remit.web.signed_in import SignedInRequest


@login_required
@require_GET
@never_cache
def checks(request: SignedInRequest) -> HttpResponse:
    """The force's vetting checks, newest first, for those who check; never one about the viewer."""
    if not permits(request.user, "vetting.check", request.user.force_id):
        raise PermissionDenied(refusal_words("vetting.check"))
    found = Check.objects.filter(pk__in=known_to(request.user, timezone.now()))
    return render(request, "research/checks.html", {"checks": found.select_related("checker")[:200]})


@login_required
@require_GET
@never_cache
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """One check; that it was looked at is in the ledger before it is shown."""
    shown = get_object_or_404(Check.objects.select_related("subject", "checker"), pk=pk, force=request.user.force_id)
    now = timezone.now()
    if pk not in known_to(request.user, now):
        raise Http404
    door.propose(ReadCheck(shown.force_id, f"{CHECK}:{pk}"), request.user, now)
    facts = vocabulary(packs_of(shown.force_id))
    said = said_in_words(facts, shown.said)
    return render(request, "research/check.html", {"check": shown, "said": said})


class BeginForm(forms.Form):
    """Whom the check is about, and what it is for."""

    whom = forms.CharField(
        label="Whom is the check about?",
        help_text="A shoulder or staff number, or the reference of an application.",
        max_length=200,
        error_messages={"required": "Say whom the check is about."},
    )
    purpose = forms.CharField(
        label="What is the check for?",
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": "Say what the check is for."},
    )


class Checking(Asking):
    """What both steps of a check share: who may take them."""

    asks_about: ClassVar[tuple[str, ...]] = ()

    def demand(self, request: HttpRequest) -> None:
        self.demand_permission(request, CheckVetting.permission)


class Begin(Checking):
    """Begin a vetting check."""

    heading = "Check social media for vetting"
    lede = "Only what anybody can see. Remit decides and records; it opens nothing and looks nothing up."
    action = "Begin the check"
    form_class = BeginForm
    always = ("vetting.aim", "vetting.access")

    def act(self, given: Mapping[str, Any]) -> Act:
        found = person_named(self.person.force_id, given["whom"])
        words = "" if found else given["whom"]
        return CheckVetting(
            self.person.force_id, purpose=given["purpose"], whom=found.pk if found else None, whom_words=words
        )

    def back(self) -> str:
        return "/research/checks/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        if proposal.state == Proposal.State.APPLIED:
            return redirect(f"/research/checks/{proposal.subject.rpartition(':')[2]}/")
        return redirect(f"/proposals/{proposal.pk}/")


class Close(Checking):
    """Close a vetting check with what was found."""

    heading = "Close a vetting check"
    action = "Close the check"
    always = ("vetting.social_media_checked", "vetting.finding")
    asks_about = ("vetting.",)

    def demand(self, request: HttpRequest) -> None:
        super().demand(request)
        self.check = get_object_or_404(Check, pk=self.kwargs["pk"], force=self.person.force_id, closed_at=None)
        if self.check.pk not in known_to(self.person, timezone.now()):
            raise Http404

    def act(self, given: Mapping[str, Any]) -> Act:
        answered = [key.removeprefix("answer.") for key in self.request.POST if key.startswith("answer.")]
        anew = sorted(name for name in self.check.said if name in answered)
        return CheckVetting(self.person.force_id, f"{CHECK}:{self.check.pk}", anew=anew)

    def back(self) -> str:
        return f"/research/checks/{self.kwargs['pk']}/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        if proposal.state == Proposal.State.APPLIED:
            return redirect(self.back())
        return redirect(f"/proposals/{proposal.pk}/")
