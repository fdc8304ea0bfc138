"""The request of a page that only somebody who has signed in can open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from remit.people.models import Person


class SignedInRequest(HttpRequest):
    """For the signatures of views behind `login_required`: its `user` is a person of a register."""

    if TYPE_CHECKING:

        @property
        def user(self) -> Person: ...  # type: ignore[override]
