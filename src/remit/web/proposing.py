"""From a form to the door: propose an act and turn what comes of it into messages, errors and findings on the page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from remit.acts import door
from remit.acts.act import Act, ActRefused
from remit.acts.consider import waiting_on
from remit.acts.models import Proposal


def carry_out(request: HttpRequest, act: Act, form: forms.Form, done: str) -> bool:
    """Propose `act` for whoever is signed in. True when the page it came from may be left.

    Done: `done` is shown on the next page. Waiting: what it waits for is shown there. Refused, by policy or because it
    cannot be taken as it stands: the form gets the reasons, so that nothing typed is lost, and False comes back.
    Raises PermissionDenied.
    """
    now = timezone.now()
    try:
        proposal = door.propose(act, request.user, now)
    except ActRefused as refused:
        form.add_error(None, str(refused))
        return False
    if proposal.state == Proposal.State.REFUSED:
        for finding in fired(proposal.decision):
            form.add_error(None, f"{finding['title']} ({', '.join(finding['clauses'])}). {finding['remedy']}".strip())
        return False
    if proposal.state == Proposal.State.APPLIED:
        messages.success(request, done)
    else:
        messages.warning(request, f"{act.label}: waiting. {' · '.join(waiting_on(proposal, now))}")
    return True


def fired(decision: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings of a decision's JSON that stand in the way."""
    return [f for f in decision.get("findings", []) if f["verdict"] == "fired" and f["effect"] == "refuse"]
