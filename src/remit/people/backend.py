"""Who has signed in, read once for a page: the person with their force and the roles that they hold."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from remit.people.models import Person


class Register(ModelBackend):
    """Django's own backend, which reads whatever nearly every page asks of the person in two queries."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person of a session; None for somebody who is on no register any more or may not sign in."""
        people = Person.objects.select_related("force").prefetch_related("roles_held")
        person = people.filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
