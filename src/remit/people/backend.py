"""What a page asks of the register, read once: who has signed in, with their force and roles, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse

from remit.people.models import Person
from remit.people.register import read_once


class Register(ModelBackend):
    """Django's own backend, which reads whatever nearly every page asks of the person in two queries."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person of a session; None for somebody who is on no register any more or may not sign in."""
        people = Person.objects.select_related("force").prefetch_related("roles_held")
        person = people.filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


class OneReading:
    """Middleware: what is only looked at is asked of the register once, however many links and rows depend on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with read_once():
            return self.get_response(request)
