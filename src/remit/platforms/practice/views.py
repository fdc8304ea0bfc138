"""Pages of the practice network: a profile with its posts, and one post. Anyone may look, as on a real network."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from remit.platforms.limits import LIMITS
from remit.platforms.practice.models import PracticePicture, PracticePost, PracticeProfile

#: Posts on one page of a profile.
PAGE = 20


@login_not_required
@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """An account and its posts, newest first."""
    page = PracticeProfile.objects.filter(handle=handle).first()
    posts = PracticePost.objects.filter(profile_id=handle, removed_at=None).prefetch_related("pictures")
    shown = Paginator(posts, PAGE).get_page(request.GET.get("page"))
    context = {"handle": handle, "profile": page, "posts": shown, "stands_for": _stands_for(page)}
    return render(request, "practice/profile.html", context)


@login_not_required
@require_safe
def post(request: HttpRequest, handle: str, number: str) -> HttpResponse:
    """One post, or the words that it was removed."""
    found = PracticePost.objects.select_related("profile").filter(profile_id=handle, number=number).first()
    gone = found is None or found.removed_at is not None
    context = {
        "handle": handle,
        "profile": found.profile if found else None,
        "post": None if gone else found,
        "stands_for": _stands_for(found.profile if found else None),
    }
    return render(request, "practice/post.html", context, status=404 if gone else 200)


@login_not_required
@require_safe
def picture(request: HttpRequest, handle: str, number: str, order: int) -> HttpResponse:
    """One picture of a post that is still up."""
    found = get_object_or_404(
        PracticePicture, post__profile_id=handle, post__number=number, post__removed_at=None, order=order
    )
    response = HttpResponse(bytes(found.data), content_type=found.type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _stands_for(page: PracticeProfile | None) -> str:
    return LIMITS[page.network].title if page is not None and page.network in LIMITS else ""
