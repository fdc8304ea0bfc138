"""Pages of research on the internet: starting it, the register of authorities and their ends, and reviews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from remit.acts import door
from remit.acts.act import Act
from remit.acts.facts import vocabulary
from remit.acts.packs import packs_of
from remit.people.models import Person
from remit.people.permissions import permits
from remit.research.acts import ReadResearch, ReviewResearch, StartResearch, may_read
from remit.research.models import Research
from remit.web.asking import Asking
from remit.web.forms import DayField, offer
from remit.web.proposing import carry_out
from remit.web.questions import said_in_words
from remit.web.signed_in import SignedInRequest
from remit.web.tasks import Task

PER_PAGE = 20
#: So long before an authority ends or a review is due, it is on the researcher's list.
AHEAD = timedelta(days=7)


class StartForm(forms.Form):
    """What the research is for, what it is done with, and until when it is authorised."""

    purpose = forms.CharField(
        label="What is the research for?",
        help_text="The matter and its reference. Leave names of members of the public out.",
        max_length=4000,
        widget=forms.Textarea,
        error_messages={"required": "Write down what the research is for."},
    )
    device = forms.ChoiceField(label="Which computer or device will you use?", required=False, widget=forms.RadioSelect)
    authority_until = DayField(
        label="If there is an authority, until when does it hold? (you may leave this empty)", required=False
    )
    review_on = DayField(label="When will you look again whether it is still needed?")

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        mine = person.devices.filter(ended_on=None)
        offer(self, "device", [*((str(each.pk), str(each)) for each in mine), ("", "Another one")])


class Start(Asking):
    """Start research on the internet."""

    heading = "Start research on the internet"
    lede = "Before you look. Remit decides and records; it opens nothing and looks nothing up."
    action = "Start it"
    asks_about = ("research.",)

    def make_form(self, data: Any = None) -> forms.Form:
        return StartForm(data or None, person=self.person)

    def act(self, given: Mapping[str, Any]) -> Act:
        return StartResearch(
            self.person.force_id,
            given["purpose"],
            int(given["device"]) if given["device"] else None,
            given["authority_until"].isoformat() if given["authority_until"] else "",
            given["review_on"].isoformat(),
        )

    def back(self) -> str:
        return "/proposals/"


@login_required
@require_GET
def register(request: SignedInRequest) -> HttpResponse:
    """One's own research, and for whoever answers for it the force's, with what each stands on and until when."""
    reads = permits(request.user, "research.read", request.user.force_id)
    seen = Q(person=request.user) | (Q(force=request.user.force_id) if reads else Q(pk=None))
    page = Paginator(Research.objects.filter(seen).select_related("person"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "research/register.html", {"page": page, "today": timezone.localdate(), "reads": reads})


@login_required
@require_GET
@never_cache
def research(request: SignedInRequest, pk: int) -> HttpResponse:
    """One piece of research; another's is in the ledger before it is shown."""
    shown = get_object_or_404(Research.objects.select_related("person"), pk=pk, force=request.user.force_id)
    if not may_read(shown, request.user):
        raise Http404
    own = shown.person_id == request.user.pk
    if not own:
        door.propose(ReadResearch(shown.force_id, f"research.research:{pk}"), request.user, timezone.now())
    facts = vocabulary(packs_of(shown.force_id))
    said = said_in_words(facts, shown.said)
    context = {"research": shown, "own": own, "said": said, "today": timezone.localdate()}
    return render(request, "research/research.html", context)


class ReviewForm(forms.Form):
    """What came of it so far, and whether it goes on."""

    outcome = forms.CharField(
        label="What came of it?",
        max_length=4000,
        widget=forms.Textarea,
        error_messages={"required": "Write a sentence about what came of it."},
    )
    ends = forms.ChoiceField(
        label="Is it still needed?",
        choices=[("no", "Yes, it goes on"), ("yes", "No, it ends")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is still needed."},
    )
    review_on = DayField(label="If it goes on: when will you look again?", required=False)
    authority_until = DayField(label="If the authority was renewed: until when?", required=False)


@login_required
@require_http_methods(["GET", "POST"])
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Review or end one's own research."""
    shown = get_object_or_404(Research, pk=pk, person=request.user, ended_at=None)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        days = [given[name].isoformat() if given[name] else "" for name in ("review_on", "authority_until")]
        act = ReviewResearch(shown.force_id, f"research.research:{pk}", given["outcome"], given["ends"] == "yes", *days)
        if carry_out(request, act, form, "Reviewed, and recorded."):
            return redirect(f"/research/{pk}/")
    context = {
        "form": form,
        "question": f"Review research {pk}",
        "consequence": "It goes into the record. Once it has ended, it is not opened again.",
        "action": "Record the review",
        "back": f"/research/{pk}/",
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


def research_tasks(person: Person, now: datetime) -> Iterator[Task]:
    """The person's own research whose authority ends or whose review is due."""
    soon = timezone.localdate(now) + AHEAD
    due = Q(review_on__lte=soon) | Q(authority_until__lte=soon)
    for each in Research.objects.filter(due, person=person, ended_at=None):
        day = min(day for day in (each.review_on, each.authority_until) if day)
        late = day < timezone.localdate(now)
        yield Task(
            f"Review research {each.pk}",
            f"/research/{each.pk}/review",
            hint="Its authority ends" if day == each.authority_until else "Is it still needed?",
            status="overdue" if late else "to_do",
            due=day,
        )
