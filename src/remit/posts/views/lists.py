"""The list of a force's posts: what is in hand, what goes out next, what needs somebody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from remit.accounts.models import Account
from remit.people.permissions import may_somewhere
from remit.posts.finding import with_words
from remit.posts.standing import FILTERS, going_out, in_group, standings, visible_posts
from remit.web.signed_in import SignedInRequest

#: Posts on one page.
PAGE = 20
#: How many of those that go out next are shown.
NEXT = 8


#: What the list tells of a post.
_LISTED = ("text", "changed_at", "discarded_at", "author__display_name")


@login_required
@require_GET
def posts(request: SignedInRequest) -> HttpResponse:
    """Posts of the force, newest change first, by state, account, words and whose they are."""
    now = timezone.now()
    visible = visible_posts(request.user)
    asked = {name: request.GET.get(name, "")[:200].replace("\x00", "").strip() for name in ("state", "account", "q")}
    mine = bool(request.GET.get("mine"))
    found = in_group(visible, asked["state"], request.user.force_id)
    if asked["state"] != "discarded":
        found = found.filter(discarded_at=None)
    if asked["account"].isdigit():
        found = found.filter(targets__account=int(asked["account"]))  # at most once a post, so no post twice
    if mine:
        found = found.filter(author=request.user)
    found = with_words(found, asked["q"]).select_related("author").order_by("-changed_at", "-pk").only(*_LISTED)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    filtered = mine or any(asked.values())
    context = {
        "page": page,
        "standings": standings(page.object_list, now),
        "coming": going_out(request.user, NEXT) if page.number == 1 and not filtered else [],
        "states": FILTERS,
        "accounts": Account.objects.filter(force=request.user.force_id).order_by("name").values_list("pk", "name"),
        "asked": asked,
        "mine": mine,
        "filtered": filtered,
        "may_draft": may_somewhere(request.user, "post.draft"),
    }
    return render(request, "posts/list.html", context)
