"""Pages of applications for accounts: applying, the list, one application, and what is decided on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from remit.accounts.acts.applications import (
    ApplyForAccount,
    GrantApplication,
    TurnDownApplication,
    WithdrawApplication,
    application_subject,
    described,
)
from remit.accounts.acts.register import account_kinds
from remit.accounts.models import Account, Application
from remit.accounts.records import said_facts
from remit.acts.act import Act, act_named
from remit.acts.consider import waiting_on
from remit.acts.facts import vocabulary
from remit.acts.models import Duty, Proposal
from remit.acts.packs import packs_of
from remit.people.directory import refusal_words
from remit.people.fields import PeopleField, PersonField, of_force
from remit.people.models import Person, Team
from remit.people.permissions import permits, whole_and_parts
from remit.platforms.limits import LIMITS
from remit.web.asking import Asking
from remit.web.forms import offer
from remit.web.proposing import carry_out
from remit.web.questions import in_words
from remit.web.signed_in import SignedInRequest

PER_PAGE = 25


class ApplyForm(forms.Form):
    """What every application says; the rest is what the force's policy asks."""

    account = forms.CharField(
        label="What should the account be called?",
        help_text="As the public would see it.",
        max_length=120,
        error_messages={"required": "Give the name of the account."},
    )
    network = forms.ChoiceField(
        label="Which network should it be on?", error_messages={"required": "Choose the network."}
    )
    handle = forms.CharField(
        label="Which handle should it have?",
        help_text="Without @.",
        max_length=80,
        error_messages={"required": "Give the handle that you want."},
    )
    account_kind = forms.ChoiceField(
        label="What kind of account?", error_messages={"required": "Choose the kind of account."}
    )
    purpose = forms.CharField(
        label="What is it for?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what the account is for."},
    )
    audience = forms.CharField(label="Whom is it meant to reach?", max_length=500, required=False)
    area = forms.CharField(label="Which area is it for, if it is for one?", max_length=120, required=False)
    team = forms.ChoiceField(label="Which team would run it?", required=False)
    owner = PersonField(
        label="Who would own it?",
        help_text="One person, who answers for it: their shoulder or staff number.",
        error_messages={"required": "Give the number of the owner."},
    )
    users = PeopleField(
        label="Who else would use it?",
        help_text="Shoulder or staff numbers, one on each line. Leave it empty for nobody.",
        required=False,
    )
    exists_already = forms.BooleanField(label="The account exists already", required=False)

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        of_force(self, person.force_id)
        offer(self, "network", [("", "Choose one"), *((each.network, each.title) for each in LIMITS.values())])
        kinds = [(key, words[:1].upper() + words[1:]) for key, words in account_kinds().items()]
        offer(self, "account_kind", [("", "Choose one"), *kinds])
        teams = Team.objects.filter(force=person.force_id)
        offer(self, "team", [("", "None"), *((team.key, team.name) for team in teams)])
        self.fields["owner"].initial = person.shoulder_number

    def clean_handle(self) -> str:
        return str(self.cleaned_data["handle"]).strip().removeprefix("@")


class Apply(Asking):
    """Apply for an account."""

    heading = "Apply for an account"
    lede = "Say what you want it for. Your force’s policy then asks what else it needs to know."
    action = "Send the application"

    def demand(self, request: HttpRequest) -> None:
        self.demand_permission(request, "account.apply")

    def make_form(self, data: Any = None) -> forms.Form:
        return ApplyForm(data, person=self.person)

    def act(self, given: Mapping[str, Any]) -> Act:
        return ApplyForAccount(self.person.force_id, self.person.pk, **given)

    def back(self) -> str:
        return "/proposals/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        answer = super().sent(request, proposal)
        if proposal.state == Proposal.State.APPLIED:
            return redirect(f"/accounts/applications/{proposal.subject.partition(':')[2]}/")
        return answer


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="What is the reason for your decision?",
        help_text="The applicant is told it.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Give the reason for the decision."},
    )


class Grant(Asking):
    """Grant an application. Where the policy wants others to agree, it waits for them."""

    lede = "Where the policy wants somebody else to agree, they are asked before the account comes on the register."
    action = "Grant it"
    form_class = ReasonForm
    puts_to = frozenset({"author", "signal", "approver"})

    def demand(self, request: HttpRequest) -> None:
        self.application = _open(self.person, self.kwargs["pk"])
        self.demand_permission(request, "account.decide", application_subject(self.application))

    def title(self) -> str:
        return f"Grant the application for {self.application}"

    def act(self, given: Mapping[str, Any]) -> Act:
        return GrantApplication(self.application.force_id, application_subject(self.application), given["reason"])

    def back(self) -> str:
        return f"/accounts/applications/{self.application.pk}/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        answer = super().sent(request, proposal)
        account = Account.objects.filter(application=self.application.pk).first()
        return redirect(f"/accounts/{account.pk}/") if account else answer


@login_required
@require_GET
def applications(request: SignedInRequest) -> HttpResponse:
    """The applications that the viewer may see, those that wait first."""
    state = request.GET.get("state", "")
    found = visible_applications(request.user)
    if state in Application.State.values:
        found = found.filter(state=state)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "state": state, "states": Application.State.choices}
    return render(request, "accounts/applications.html", context)


@login_required
@require_GET
def application(request: SignedInRequest, pk: int) -> HttpResponse:
    """One application: what it says, where it stands, and what is next."""
    shown = get_object_or_404(visible_applications(request.user), pk=pk)
    subject, now = application_subject(shown), timezone.now()
    proposals = Proposal.objects.filter(subject=subject, force=shown.force_id).order_by("-pk")
    waiting = [
        {"label": act_named(each.act).label, "by": each.proposer, "at": each.proposed_at, "for": waiting_on(each, now),
         "href": f"/proposals/{each.pk}/"}
        for each in proposals.filter(state=Proposal.State.OPEN)
    ]  # fmt: skip
    said_no = proposals.filter(act=GrantApplication.name, state=Proposal.State.REFUSED).first()
    applied = proposals.filter(act=ApplyForAccount.name).first()
    is_open = shown.state == Application.State.WAITING
    may_decide = shown.applicant_id != request.user.pk and permits(request.user, "account.decide", shown.force_id)
    known = vocabulary(packs_of(shown.force_id))
    said = said_facts(shown.force_id, shown.said)
    context = {
        "application": shown,
        "rows": described(shown),
        "answers": [
            (known[name].question or known[name].label, in_words(known[name], shown.said[name])) for name in said
        ],
        "waiting": waiting,
        "said_no": said_no if is_open else None,
        "duties": Duty.objects.filter(subject=subject, state=Duty.State.DUE),
        "may_decide": is_open and may_decide,
        "granting": is_open and any(each.act == GrantApplication.name for each in proposals.filter(state="open")),
        "may_withdraw": is_open and shown.applicant_id == request.user.pk,
        "guidance": applied.decision.get("guidance", []) if applied else [],
    }  # fmt: skip
    return render(request, "accounts/application.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def turn_down(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turn an application down, with the reason."""
    shown = _open(request.user, pk)
    subject = application_subject(shown)
    if not permits(request.user, "account.decide", shown.force_id, subject):
        raise PermissionDenied(refusal_words("account.decide"))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = TurnDownApplication(shown.force_id, subject, form.cleaned_data["reason"])
        if carry_out(request, act, form, f"The application is turned down. {shown.applicant} is told why."):
            return redirect(f"/accounts/applications/{pk}/")
    context = {
        "form": form,
        "heading": f"Turn down the application for {shown}",
        "lede": f"{shown.applicant} is told, with your reason. They may apply again.",
        "action": "Turn it down",
        "back": f"/accounts/applications/{pk}/",
    }
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back one's own application, after a page that says what follows."""
    shown = _open(request.user, pk)
    if shown.applicant_id != request.user.pk:
        raise Http404
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = WithdrawApplication(shown.force_id, application_subject(shown))
        if carry_out(request, act, form, "The application is withdrawn."):
            return redirect(f"/accounts/applications/{pk}/")
    context = {
        "form": form,
        "question": f"Withdraw the application for {shown}?",
        "consequence": "Nobody decides on it any more. It stays on record, and you may apply again.",
        "action": "Withdraw it",
        "back": f"/accounts/applications/{pk}/",
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


def visible_applications(viewer: Person) -> QuerySet[Application]:
    """The applications of which the viewer is applicant or owner, and those of forces whose register they may see."""
    seen = Q(applicant=viewer) | Q(owner=viewer, force=viewer.force_id)
    seen |= Q(force__in=whole_and_parts(viewer, "account.read")[0])
    return Application.objects.filter(seen).select_related("applicant", "owner", "team", "force", "account")


def _open(viewer: Person, pk: int) -> Application:
    """An application that still waits, if the viewer may see it; 404 otherwise."""
    return get_object_or_404(visible_applications(viewer), pk=pk, state=Application.State.WAITING)
