"""The list of messages to work through: what may be an emergency first, then the newest."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.views.decorators.http import require_GET

from remit.accounts.models import Account
from remit.inbox.lists import STATES, STATUS, Asked, kind_words, kinds, listed, needs_somebody, title_of
from remit.inbox.models import Intake
from remit.inbox.scope import visible_messages
from remit.people.directory import refusal_words
from remit.people.permissions import may_somewhere
from remit.web.signed_in import SignedInRequest

PAGE = 20


@login_required
@require_GET
def messages(request: SignedInRequest) -> HttpResponse:
    """Messages by account, state, kind, whether somebody is needed, and whose they are."""
    person, get = request.user, request.GET
    visible = visible_messages(person)
    if not may_somewhere(person, "message.read") and not visible.exists():
        raise PermissionDenied(refusal_words("message.read"))
    said = {name: get.get(name, "")[:60].replace("\x00", "").strip() for name in ("account", "state", "kind")}
    asked = Asked(**said, needs=bool(get.get("needs")), mine=bool(get.get("mine")))
    page = Paginator(listed(person, asked).select_related("account", "taken_by"), PAGE).get_page(get.get("page"))
    rows = [
        {
            "message": message,
            "title": title_of(message),
            "status": STATUS[message.state],
            # what Remit takes a direct message for would tell of words that nobody has opened
            "kind": kind_words(message.kind) if message.sorted_by_id or not message.private else "",
            "urgent": message.urgent and message.state != "closed",
        }
        for message in page
    ]
    accounts = Account.objects.filter(force=person.force_id).exclude(state=Account.State.CLOSED).order_by("name")
    context = {
        "page": page,
        "rows": rows,
        "asked": asked,
        "accounts": accounts.values_list("pk", "name"),
        "states": STATES,
        "kinds": sorted(((kind, capfirst(words)) for kind, words in kinds().items()), key=lambda kind: kind[1]),
        "waiting": visible.filter(needs_somebody()).count(),
        "unread": Intake.objects.filter(account__in=accounts).exclude(problem="").select_related("account"),
        "may_enter": may_somewhere(person, "message.receive"),
    }
    return render(request, "inbox/list.html", context)
