"""Pages of the stop switch: what is stopped, throwing it in two steps, lifting it; and the banner on every page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from remit.accounts import acts
from remit.accounts.facts import live_stops
from remit.accounts.forms import StopForm
from remit.accounts.models import Account, Stop
from remit.accounts.reading import visible_accounts
from remit.people.directory import refusal_words
from remit.people.models import Person
from remit.people.permissions import permits, permitted_accounts, reach
from remit.web.dates import say_when
from remit.web.proposing import carry_out
from remit.web.shell import Banner
from remit.web.signed_in import SignedInRequest

PER_PAGE = 20


def banners(person: Person) -> Iterable[Banner]:
    """What is stopped in the person's force, on top of every page."""
    # On every page, and nearly always none: what they name is read only where there are some.
    stops = live_stops(person.force_id, timezone.now()).prefetch_related("account", "force", "started_by")
    may_see = bool(reach(person, "account.read"))
    return [
        Banner(
            f"Publishing is stopped for {stop.covers}",
            f"{stop.reason}. Stopped by {stop.started_by} on {say_when(stop.started_at)}.",
            "/accounts/stops/" if may_see else "",
        )
        for stop in stops
    ]


@login_required
@require_GET
def stops(request: SignedInRequest) -> HttpResponse:
    """What is stopped now, and what was."""
    if not reach(request.user, "account.read"):
        raise PermissionDenied(refusal_words("account.read"))
    force = request.user.force_id
    lifted = Stop.objects.filter(force=force).exclude(lifted_at=None)
    lifted = lifted.select_related("account", "force", "started_by", "lifted_by")
    context = {
        "live": live_stops(force, timezone.now()).select_related("account", "force", "started_by"),
        "page": Paginator(lifted, PER_PAGE).get_page(request.GET.get("page")),
        "may_stop": bool(reach(request.user, "account.stop")),
    }
    return render(request, "accounts/stops.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def throw(request: SignedInRequest) -> HttpResponse:
    """Choose what to stop and why; then a page says what follows, and only that one throws the switch."""
    force = request.user.force
    if not reach(request.user, "account.stop"):
        raise PermissionDenied(refusal_words("account.stop"))
    whole = permits(request.user, "account.stop", force.pk)
    seen = list(_stoppable(request.user))
    may_stop = permitted_accounts(request.user, "account.stop", force.pk, {a.pk: a.team_id for a in seen})
    may = [account for account in seen if account.pk in may_stop]
    chosen = request.GET.get("account", "")
    first = (
        {"covers": "account", "account": chosen} if chosen.isdigit() else {"covers": "force" if whole else "account"}
    )
    form = StopForm(
        request.POST if request.method == "POST" else None, force=force, accounts=may, whole_force=whole, initial=first
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        act = acts.StartStop(force.pk, given["reason"], given["account"], given["area"])
        covered = [a for a in may if _covers(act, a)]
        words = "every account of " + (given["area"] or str(force)) if given["account"] is None else str(covered[0])
        if "sure" in request.POST:
            if carry_out(request, act, form, f"Publishing is stopped for {words}."):
                return redirect("/accounts/stops/")
        else:
            return _sure(request, form, words, covered)
    context = {
        "form": form,
        "heading": "Stop publishing",
        "action": "Continue",
        "back": "/accounts/stops/",
        "lede": "The next page says what follows before anything is stopped.",
    }
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def lift(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lift a stop, after a page that says what follows."""
    stop = get_object_or_404(Stop.objects.select_related("account", "force"), pk=pk, force=request.user.force_id)
    if stop.lifted_at is not None:
        raise Http404
    subject = f"accounts.stop:{stop.pk}"
    if not permits(request.user, "account.stop", stop.force_id, subject):
        raise PermissionDenied(refusal_words("account.stop"))
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = acts.LiftStop(stop.force_id, subject)
        if carry_out(request, act, form, f"The stop on {stop.covers} is lifted."):
            return redirect("/accounts/stops/")
    context = {
        "form": form,
        "question": "Lift this stop?",
        "consequence": f"{stop.covers[0].upper()}{stop.covers[1:]} may publish again, unless another stop covers it. "
        "What was held stays held until somebody releases it, and policy is decided again before it goes out.",
        "action": "Lift the stop",
        "back": "/accounts/stops/",
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


def _stoppable(person: Person) -> Iterable[Account]:
    return visible_accounts(person, timezone.now()).filter(force=person.force_id).exclude(state=Account.State.CLOSED)


def _covers(act: acts.StartStop, account: Account) -> bool:
    if act.account is not None:
        return account.pk == act.account
    return not act.area or account.area.lower() == act.area.lower()


def _sure(request: SignedInRequest, form: StopForm, words: str, covered: list[Account]) -> HttpResponse:
    """The second step: what follows, with the choices of the first kept in hidden fields."""
    context: dict[str, Any] = {
        "question": f"Stop publishing from {words}?",
        "consequence": f"From this moment nothing goes out from {len(covered)} account{'s'[: len(covered) != 1]}: what "
        "is due or scheduled is held until the stop is lifted. What has already been published stays up. Everybody "
        f"in {request.user.force} sees the reason you gave.",
        "kept": [(bound.html_name, bound.value()) for bound in form if bound.value() not in (None, "")],
        "covered": covered,
        "back": "/accounts/stops/throw",
    }
    return render(request, "accounts/sure.html", context)
