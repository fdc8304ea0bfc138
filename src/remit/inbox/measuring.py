"""Pages of measures: hiding or blocking one question a page, lifting, reviewing, and the list of what is in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from remit.acts.act import Act
from remit.acts.models import Proposal
from remit.inbox.errands import OnMessage, device_of, offer_devices
from remit.inbox.measures import REVIEW_AFTER, WORDS, KeepMeasure, LiftMeasure, TakeMeasure
from remit.inbox.models import Measure, Message
from remit.inbox.scope import may_see, visible_messages
from remit.people.directory import refusal_words
from remit.people.permissions import may_somewhere
from remit.platforms.protocol import UNDONE_BY
from remit.web.dates import LONDON
from remit.web.forms import DayField, offer
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest

PAGE = 20


class MeasureForm(forms.Form):
    """What is done about a message, and why."""

    action = forms.ChoiceField(label="What should be done?", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why?",
        help_text="What is criticism and no more is usually left up. The reason is kept.",
        widget=forms.Textarea,
        max_length=2_000,
    )
    review_on = DayField(label="When should somebody look again whether it is still right?")
    device = forms.ChoiceField(label="Which device are you using?", widget=forms.RadioSelect, required=False)


class ReasonForm(forms.Form):
    """Why a measure is lifted."""

    reason = forms.CharField(label="Why?", widget=forms.Textarea, max_length=2_000)
    device = forms.ChoiceField(label="Which device are you using?", widget=forms.RadioSelect, required=False)


class KeepForm(forms.Form):
    """Why a measure stays, and until when."""

    reason = forms.CharField(label="Why is it still right?", widget=forms.Textarea, max_length=2_000)
    review_on = DayField(label="When should somebody look again?")


class Block(OnMessage):
    """Hide a message, or block, mute or report whoever wrote it."""

    heading = "Hide, block or report"
    action = "Do it"
    permission = "message.block"

    @property
    def lede(self) -> str:  # type: ignore[override]
        words = "a direct message." if self.message.private else f"“{self.message.text[:300]}”"
        return f"{self.message.author} wrote {words} It is kept here as evidence whatever is done on the network."

    def make_form(self, data: Any = None) -> forms.Form:
        today = timezone.localdate()
        form = MeasureForm(data, initial={"review_on": today + REVIEW_AFTER})
        private = ("hide", "delete") if self.message.private else ()
        offer(form, "action", [(key, WORDS[key]) for key in UNDONE_BY if key not in private])
        offer_devices(form, self.person)
        return form

    def act(self, given: Mapping[str, Any]) -> Act:
        review: date | None = given["review_on"] if UNDONE_BY[given["action"]] else None
        day = review.isoformat() if review else ""
        return TakeMeasure(self.message.pk, given["action"], given["reason"], day, device_of(given))

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        if proposal.state != Proposal.State.APPLIED:
            return redirect(f"/proposals/{proposal.pk}/")
        messages.success(request, "It is being done on the network, and recorded.")
        return redirect(self.back())


class Lift(OnMessage):
    """Undo a measure."""

    heading = "Lift this measure"
    action = "Lift it"
    permission = "message.block"
    measure: Measure

    def _found(self, rows: Any) -> Message:
        found = Measure.objects.filter(pk=self.kwargs["pk"]).exclude(state=Measure.State.LIFTED).first()
        if found is None or not UNDONE_BY.get(found.action):
            raise Http404
        self.measure = found
        message: Message = rows.get(pk=found.message_id)
        return message

    def title(self) -> str:
        return WORDS[UNDONE_BY[self.measure.action]]

    @property
    def lede(self) -> str:  # type: ignore[override]
        return f"It was done for this reason: {self.measure.reason}"

    def make_form(self, data: Any = None) -> forms.Form:
        form = ReasonForm(data, initial={})
        offer_devices(form, self.person)
        return form

    def act(self, given: Mapping[str, Any]) -> Act:
        return LiftMeasure(self.measure.pk, given["reason"], device_of(given))

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        if proposal.state != Proposal.State.APPLIED:
            return redirect(f"/proposals/{proposal.pk}/")
        messages.success(request, "It is being lifted on the network, and recorded.")
        return redirect(self.back())


@login_required
@require_GET
def measures(request: SignedInRequest) -> HttpResponse:
    """What is hidden, blocked or muted now, with the day on which somebody looks again; what is due first."""
    if not may_somewhere(request.user, "message.read"):
        raise PermissionDenied(refusal_words("message.read"))
    rows = Measure.objects.filter(message__in=visible_messages(request.user), of=None)
    rows = rows.exclude(state=Measure.State.LIFTED).select_related("message__account", "proposal__proposer")
    page = Paginator(rows.order_by("review_on", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(row, WORDS[row.action]) for row in page], "today": timezone.localdate()}
    return render(request, "inbox/measures.html", context)


@login_required
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that a measure is still right, and when somebody looks again."""
    now: datetime = timezone.now()
    found = Measure.objects.select_related("message__account__force").filter(pk=pk, of=None).first()
    if found is None or found.state == Measure.State.LIFTED or not may_see(found.message, request.user, now):
        raise Http404
    later = now.astimezone(LONDON).date() + REVIEW_AFTER
    form = KeepForm(request.POST if request.method == "POST" else None, initial={"review_on": later})
    if request.method == "POST" and form.is_valid():
        act = KeepMeasure(pk, form.cleaned_data["reason"], form.cleaned_data["review_on"].isoformat())
        if carry_out(request, act, form, "It stays, and comes up again on the day you gave."):
            return redirect("/inbox/measures/")
    context = {"form": form, "message": found.message, "heading": "Is it still right?", "action": "Keep it"}
    return render(request, "inbox/form.html", context, status=422 if form.errors else 200)
