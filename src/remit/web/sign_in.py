"""Signing in and out: Django's own, with a limit on wrong passwords, and the demonstration's one-press sign-ins."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from remit.environment import DEMONSTRATION_PREFIX
from remit.people.models import Person
from remit.people.permissions import role_title, roles_now
from remit.web.dates import say_time
from remit.web.errors import too_many

WINDOW = timedelta(minutes=15)
#: Wrong passwords in one window: by one address for one username, for one username from anywhere, by one address.
LIMITS = {"both": 5, "username": 30, "address": 60}

BACKEND = settings.AUTHENTICATION_BACKENDS[0]


class SignInForm(forms.Form):
    """A username and a password."""

    username = forms.CharField(
        max_length=80,
        error_messages={"required": "Enter your username."},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        max_length=1000,
        strip=False,
        error_messages={"required": "Enter your password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        self.request = request
        self.person: Person | None = None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "username" in given and "password" in given:
            found = authenticate(self.request, username=given["username"], password=given["password"])
            self.person = found if isinstance(found, Person) else None
            if self.person is None:
                raise forms.ValidationError("The username or the password is not right. Check both and try again.")
        return given


@sensitive_post_parameters("password")
@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. Too many wrong passwords get a 429 that says when to try again."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    now = timezone.now()
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST":
        keys = _limit_keys(request)
        if until := _blocked_until(keys, now):
            return too_many(
                request,
                "The password was wrong too many times, so signing in is paused for a few minutes.",
                f"Try again after {say_time(until)}. If you have forgotten it, ask your system administrator.",
            )
        if form.is_valid() and form.person is not None:
            cache.delete(keys["both"])
            login(request, form.person)
            return redirect(_next(request))
        if form.non_field_errors():
            _count(keys, now)
    page = {"form": form, "next": _next(request), "demonstration": settings.DEMONSTRATION}
    return render(request, "web/sign_in.html", page)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; by POST alone, so that no picture or link can sign somebody out."""
    logout(request)
    return redirect("/sign-in")


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One button for each of the demonstration's people. There is no such page outside demonstration mode."""
    if not settings.DEMONSTRATION:
        raise Http404
    people = Person.objects.filter(username__startswith=DEMONSTRATION_PREFIX, is_active=True)
    if request.method == "POST":
        number = request.POST.get("person", "")
        person = get_object_or_404(people, pk=number if number.isdigit() else 0)
        login(request, person, backend=BACKEND)
        return redirect("/")
    if key := request.GET.get("as"):  # the one-click links that `make run` prints
        login(request, get_object_or_404(people, username=DEMONSTRATION_PREFIX + key), backend=BACKEND)
        return redirect("/")
    today = timezone.localdate()
    forces: dict[str, list[dict[str, Any]]] = {}
    for person in people.select_related("force").order_by("force__name", "pk"):
        roles = dict.fromkeys(role_title(held.role) for held in roles_now(person, today))
        key = person.username.removeprefix(DEMONSTRATION_PREFIX)
        forces.setdefault(person.force.name, []).append({"person": person, "roles": list(roles), "key": key})
    return render(request, "web/demo_sign_in.html", {"forces": forces})


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: the page that asked for it when it is ours, else the home page."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


def _limit_keys(request: HttpRequest) -> dict[str, str]:
    address = request.META.get("REMOTE_ADDR", "")
    username = request.POST.get("username", "").strip().lower()
    parts = {"both": f"{address}|{username}", "username": username, "address": address}
    return {name: "sign-in:" + hashlib.sha256(f"{name}|{part}".encode()).hexdigest() for name, part in parts.items()}


def _blocked_until(keys: dict[str, str], now: datetime) -> datetime | None:
    """When the window ends in which one of the limits was reached; None while none is."""
    ends = [
        started + WINDOW
        for name, key in keys.items()
        for started, count in [cache.get(key, (now, 0))]
        if count >= LIMITS[name] and started + WINDOW > now
    ]
    return max(ends, default=None)


def _count(keys: dict[str, str], now: datetime) -> None:
    for key in keys.values():
        started, count = cache.get(key, (now, 0))
        if started + WINDOW <= now:
            started, count = now, 0
        cache.set(key, (started, count + 1), timeout=WINDOW.total_seconds())
