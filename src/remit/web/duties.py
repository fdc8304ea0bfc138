"""Pages for what the kernel gives people to do: a duty, a referral, a notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.acts import door, duties, referrals
from remit.acts.act import ActRefused
from remit.acts.models import Duty, Notice, Referral
from remit.acts.owed import owed_by
from remit.web.proposals import named_to
from remit.web.signed_in import SignedInRequest
from remit.web.subjects import named, named_all
from remit.web.waiting import duty_task, referral_task

PER_PAGE = 25
#: Notices that the home page shows at once.
MOST = 10


class NoteForm(forms.Form):
    """A few words about what was done."""

    note = forms.CharField(
        label="What was done",
        help_text="A sentence is enough. It goes into the record.",
        max_length=2000,
        error_messages={"required": "Say what was done."},
        widget=forms.Textarea,
    )


class OutcomeForm(forms.Form):
    """What came of a referral."""

    outcome = forms.CharField(
        label="What came of it",
        help_text="It goes into the record and the referral is closed.",
        max_length=4000,
        error_messages={"required": "Say what came of it."},
        widget=forms.Textarea,
    )


@login_required
@require_GET
def owed(request: SignedInRequest) -> HttpResponse:
    """Every duty of the person's own or of a post they hold, soonest due first."""
    now, rule = timezone.now(), request.GET.get("rule", "")
    mine = owed_by(request.user)
    if rule:
        mine = mine.filter(rule=rule)
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    about = named_all(each.subject for each in page)
    tasks = [duty_task(each, now, about) for each in page]
    return render(request, "web/duties.html", {"page": page, "tasks": tasks, "one_rule": bool(rule)})


@login_required
@require_http_methods(["GET", "POST"])
def duty(request: SignedInRequest, pk: int) -> HttpResponse:
    """A duty of the person's own or of a post they hold; marking it as done."""
    now = timezone.now()
    owed = get_object_or_404(Duty, pk=pk)
    if not duties.may_complete(owed, request.user, now):
        raise Http404
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            door.complete_duty(owed, request.user, now, form.cleaned_data["note"])
        except ActRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Marked as done, and recorded.")
            return redirect("/")
    owner = duties.owner_words(owed)
    status = "overdue" if owed.is_overdue(now) else "to_do" if owed.state == Duty.State.DUE else owed.state
    page = {"duty": owed, "about": named(owed.subject), "form": form, "owner": owner, "status": status}
    return render(request, "web/duty.html", page)


@login_required
@require_GET
def passed(request: SignedInRequest) -> HttpResponse:
    """Everything that was passed to the person or to a post they hold: what waits, or what was closed."""
    now, rule = timezone.now(), request.GET.get("rule", "")
    closed = request.GET.get("state") == "closed"
    mine = [each for each in referrals.visible_to(request.user, closed=closed) if rule in ("", each.rule)]
    if not closed:
        mine.sort(key=lambda each: each.taken_by_id is not None)
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    shown = [each for each in page if not closed or referrals.may_see(each, request.user, now)]
    about = named_all(each.subject for each in shown)
    context = {
        "page": page,
        "tasks": [referral_task(each, request.user, about) for each in shown],
        "closed": closed,
        "rule": rule,
    }
    return render(request, "web/referrals.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def referral(request: SignedInRequest, pk: int) -> HttpResponse:
    """A referral that the person may see: taking it on, and closing it with what came of it."""
    now = timezone.now()
    passed = get_object_or_404(Referral, pk=pk)
    if not referrals.may_see(passed, request.user, now):
        raise Http404
    taking = request.method == "POST" and "take" in request.POST
    form = OutcomeForm(request.POST if request.method == "POST" and not taking else None)
    error = ""
    if taking or (request.method == "POST" and form.is_valid()):
        try:
            if taking:
                referrals.take(passed, request.user, now)
            else:
                referrals.close(passed, request.user, now, form.cleaned_data["outcome"])
        except ActRefused as refused:
            error = str(refused)
        else:
            messages.success(request, "You have taken this on." if taking else "Closed, and recorded.")
            return redirect(request.path if taking else "/referrals/")
    door.propose(referrals.ReadReferral(passed.pk), request.user, now)
    about = named(passed.subject)
    page = {"referral": passed, "words": referrals.words(passed), "about": about, "form": form, "error": error}
    return render(request, "web/referral.html", page)


@login_required
@require_POST
def put_away(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a notice away once it has been read."""
    referrals.mark_read(get_object_or_404(Notice, pk=pk), request.user, timezone.now())
    return redirect("/")


def notices(person: Any) -> list[tuple[Notice, Any]]:
    """The person's unread notices, each with what it is about."""
    now = timezone.now()
    return [(notice, named_to(notice.subject, person, now)) for notice in referrals.notices_for(person)[:MOST]]
