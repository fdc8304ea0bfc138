"""Pages of the practice network: a profile with its posts, and one post. Anyone may look, as on a real network."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from remit.platforms.limits import LIMITS
from remit.platforms.practice.models import PracticeMessage, PracticePicture, PracticePost, PracticeProfile
from remit.platforms.practice.network import write
from remit.platforms.protocol import Refused

#: Posts on one page of a profile.
PAGE = 20


class WriteForm(forms.Form):
    """What a visitor writes. They say themselves who they are: it is a simulator."""

    author = forms.RegexField(
        label="Your name on this network",
        regex=r"^@?[A-Za-z0-9_.-]{1,40}$",
        error_messages={"invalid": "Use letters, numbers, dots, dashes and underscores only."},
    )
    text = forms.CharField(label="Your words", widget=forms.Textarea(attrs={"rows": 3}), max_length=5_000)
    channel = forms.ChoiceField(
        label="How", choices=[("mention", "For everybody to see"), ("direct", "To the account alone")], required=False
    )


@login_not_required
@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """An account and its posts, newest first."""
    page = PracticeProfile.objects.filter(handle=handle).first()
    posts = PracticePost.objects.filter(profile_id=handle, removed_at=None).exclude(answers__channel="direct")
    shown = Paginator(posts.prefetch_related("pictures"), PAGE).get_page(request.GET.get("page"))
    said = PracticeMessage.objects.filter(profile_id=handle, channel="mention", hidden_at=None).order_by("-sent_at")
    context = {
        "handle": handle,
        "profile": page,
        "posts": shown,
        "stands_for": _stands_for(page),
        "said": said[:PAGE],
        "form": WriteForm(),
    }
    return render(request, "practice/profile.html", context)


@login_not_required
@require_POST
def send(request: HttpRequest, handle: str, number: str = "") -> HttpResponse:
    """A visitor comments on a post, mentions the account, or writes to it alone."""
    form = WriteForm(request.POST)
    back = f"/practice/{handle}/{number}/" if number else f"/practice/{handle}/"
    if form.is_valid():
        said = form.cleaned_data
        channel = "comment" if number else said["channel"] or "mention"
        try:
            write(handle, said["author"], said["text"], channel, timezone.now(), number)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "Sent to the account." if channel == "direct" else "It is on the page.")
    else:
        messages.error(request, " ".join(f"{form[name].label}: {e[0]}" for name, e in form.errors.items()))
    return redirect(back)


@login_not_required
@require_safe
def post(request: HttpRequest, handle: str, number: str) -> HttpResponse:
    """One post, or the words that it was removed."""
    public = PracticePost.objects.select_related("profile").exclude(answers__channel="direct")
    found = public.filter(profile_id=handle, number=number).first()
    gone = found is None or found.removed_at is not None
    context = {
        "handle": handle,
        "profile": found.profile if found else None,
        "post": None if gone else found,
        "stands_for": _stands_for(found.profile if found else None),
        "said": [] if gone or found is None else found.comments.filter(hidden_at=None),
        "form": WriteForm(),
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
