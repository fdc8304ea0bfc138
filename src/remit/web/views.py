"""Pages of the shell itself: home with a person's tasks, and search."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from remit.people.permissions import may_somewhere
from remit.web import search as searching
from remit.web.duties import notices
from remit.web.signed_in import SignedInRequest
from remit.web.tasks import tasks_for

PER_PAGE = 20
SOON = 6  # posts going out next that the home page lists


@login_required
@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """What the signed-in person has to do, and what their force sends out next."""
    groups, upcoming = tasks_for(request.user, timezone.now())
    page = {
        "groups": groups,
        "count": sum(len(tasks) for _, tasks in groups),
        "upcoming": upcoming[:SOON],
        "notices": notices(request.user),
        "may_draft": may_somewhere(request.user, "post.draft"),
    }
    return render(request, "web/home.html", page)


@login_required
@require_GET
def search(request: SignedInRequest) -> HttpResponse:
    """Search over the person's own force."""
    query = request.GET.get("q", "").replace("\x00", " ").strip()
    rooms = searching.rooms()
    room = request.GET.get("in", "")
    room = room if room in rooms else ""
    found = searching.search(request.user, query, room)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    cut = len(query) > searching.LONGEST
    return render(
        request,
        "web/search.html",
        {"query": query[: searching.LONGEST], "cut": cut, "rooms": rooms, "room": room, "page": page},
    )
