"""Confirming an answer that one gave and that would run out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from remit.acts import door, lasting
from remit.acts.act import ActRefused
from remit.acts.models import Say
from remit.policy.periods import time_in_words
from remit.web.signed_in import SignedInRequest


@login_required
@require_POST
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm one's answer, from the list of approvals or from its page."""
    given = get_object_or_404(Say.objects.select_related("proposal"), pk=pk, answered_by=request.user)
    now = timezone.now()
    try:
        given = door.confirm_say(given, request.user, now)
    except PermissionDenied as refused:
        raise Http404 from refused
    except ActRefused as refused:
        messages.error(request, str(refused))
        return redirect("posts:approvals")
    end = lasting.counts_until(given, now)
    counts = f"It now counts until {time_in_words(end)}." if end else "It no longer runs out."
    messages.success(request, f"You have confirmed your answer. {counts}")
    return redirect("posts:approvals")


def runs_out(given: Say, viewer: Any, now: datetime) -> dict[str, Any]:
    """For the page of an answer: when it runs out, and whether the viewer may confirm it."""
    if given.state != Say.State.ANSWERED or given.after_event:
        return {}
    end = lasting.counts_until(given, now)
    mine = given.answered_by == viewer and lasting.confirmable(given, now)
    return {"counts_until": end, "may_confirm": mine} if end else {}
