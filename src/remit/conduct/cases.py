"""Pages of cases: those passed to the viewer, one case, and the next step of assessing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from remit.acts import door, duties, referrals
from remit.acts.act import Act
from remit.acts.facts import vocabulary
from remit.acts.models import Duty, Proposal, Referral, Say
from remit.acts.packs import packs_of
from remit.conduct.acts import AssessCase, ReadCase
from remit.conduct.acts.adding import additions
from remit.conduct.acts.cases import STEPS
from remit.conduct.acts.reports import ReportBreach
from remit.conduct.models import Case
from remit.conduct.sight import KIND, known_to, may_see, subject_of
from remit.web.asking import Asking
from remit.web.questions import NOT_SURE, in_words, said_in_words
from remit.web.signed_in import SignedInRequest

PER_PAGE = 20


@login_required
@require_GET
@never_cache
def cases(request: SignedInRequest) -> HttpResponse:
    """The cases that were passed to the viewer or to a post they hold, open ones first."""
    found = Case.objects.filter(pk__in=known_to(request.user, timezone.now())).order_by("-state", "-opened_at")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "conduct/cases.html", {"page": page})


@login_required
@require_GET
@never_cache
def case(request: SignedInRequest, pk: int) -> HttpResponse:
    """One case; that it was looked at is in the ledger before anything of it is shown."""
    now = timezone.now()
    shown = get_object_or_404(Case.objects.select_related("subject", "reporter"), pk=pk, force=request.user.force_id)
    if not may_see(shown, request.user, now):
        own = Proposal.objects.filter(subject=subject_of(shown), proposer=request.user, moment="breach.report").first()
        if own is None or shown.subject_id == request.user.pk:
            raise Http404
        return redirect(f"/proposals/{own.pk}/")  # whoever reported it sees what they said, and not the case
    door.propose(ReadCase(shown.force_id, subject_of(shown)), request.user, now)
    facts = vocabulary(packs_of(shown.force_id))
    steps = Proposal.objects.filter(subject=subject_of(shown), act=AssessCase.name).select_related("proposer")
    passed = Referral.objects.filter(subject=subject_of(shown)).select_related("proposal__proposer")
    owed = Duty.objects.filter(subject=subject_of(shown)).select_related("proposal__proposer")
    report = Proposal.objects.filter(subject=subject_of(shown), act=ReportBreach.name).order_by("pk").first()
    context = {
        "case": shown,
        "told": said_in_words(facts, {**dict.fromkeys(report.not_sure, NOT_SURE), **report.answers}) if report else [],
        "added": [(each.proposed_at, each.data["more"]) for each in additions(report)] if report else [],
        "findings": [
            (facts[name].question or facts[name].label, in_words(facts[name], value))
            for name, value in shown.findings.items()
            if name in facts
        ],
        "steps": [_step(each) for each in steps.order_by("proposed_at")],
        "referrals": [each for each in passed if referrals.may_see(each, request.user, now)],
        "duties": [each for each in owed if duties.may_complete(each, request.user, now)],
        "open": shown.state == Case.State.OPEN,
    }
    return render(request, "conduct/case.html", context)


def _step(proposal: Proposal) -> dict[str, Any]:
    return {
        "title": STEPS.get(proposal.data["step"], proposal.data["step"]),
        "by": proposal.proposer,
        "at": proposal.proposed_at,
        "reasons": proposal.data["rationale"],
        "state": proposal.state,
        "asked": [say.who_words for say in proposal.says.filter(state=Say.State.ASKED)],
        "href": f"/proposals/{proposal.pk}/",
    }


class StepForm(forms.Form):
    """What is to be done with the case, and why."""

    step = forms.ChoiceField(
        label="What do you want to do?",
        choices=list(STEPS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to do."},
    )
    rationale = forms.CharField(
        label="What are your reasons?",
        help_text="A decision on a case is a person’s, and stands with its reasons. Nothing follows by itself.",
        max_length=10_000,
        widget=forms.Textarea,
        error_messages={"required": "Write down your reasons."},
    )
    action = forms.CharField(
        label="What was done? (you may leave this empty)",
        help_text="For example: the post was kept as evidence. Whether there is a sanction is somebody’s decision.",
        required=False,
        max_length=2000,
    )


class Assess(Asking):
    """The next step of a case."""

    heading = "Assess a case"
    action = "Record this step"
    form_class = StepForm
    puts_to = frozenset({"author", "signal", "approver"})

    def demand(self, request: HttpRequest) -> None:
        self.case = get_object_or_404(Case, pk=self.kwargs["pk"], force=self.person.force_id, state=Case.State.OPEN)
        if not may_see(self.case, self.person, timezone.now()):
            raise Http404

    def title(self) -> str:
        return f"Assess case {self.kwargs['pk']}"

    def act(self, given: Mapping[str, Any]) -> Act:
        anew = sorted({name for name in self.case.findings for key in self.request.POST if _answers(key, name)})
        return AssessCase(
            self.person.force_id,
            f"{KIND}:{self.case.pk}",
            given["step"],
            given["rationale"],
            given["action"],
            anew,
        )

    def back(self) -> str:
        return f"/conduct/cases/{self.kwargs['pk']}/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        if proposal.state == Proposal.State.APPLIED:
            messages.success(request, "The step is recorded.")
            return redirect(self.back() if proposal.data["step"] != "close" else "/conduct/cases/")
        return redirect(f"/proposals/{proposal.pk}/")


def _answers(key: str, name: str) -> bool:
    return key == f"answer.{name}" or key.startswith(f"answer.{name}.")
