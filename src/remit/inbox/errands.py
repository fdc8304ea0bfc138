"""What the errands about one message have in common: finding it, who may, and the device that is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils import timezone

from remit.inbox.models import Message
from remit.inbox.scope import may_see, subject_of
from remit.people.models import Person
from remit.web.asking import Asking
from remit.web.forms import offer


def offer_devices(form: forms.Form, person: Person) -> None:
    """Offer the person's devices, the first one chosen; without any on the register the field is left out."""
    devices = [(str(each.pk), each.name) for each in person.devices.filter(ended_on=None)]
    if not devices:
        del form.fields["device"]
        return
    form.initial["device"] = devices[0][0]
    offer(form, "device", [*devices, ("", "Another one")])


def device_of(given: Mapping[str, Any]) -> int | None:
    """The device that was chosen, if it is on the register."""
    chosen = given.get("device", "")
    return int(chosen) if chosen.isdigit() else None


class OnMessage(Asking):
    """An errand about one message that the person may act on."""

    permission = ""
    message: Message

    def demand(self, request: HttpRequest) -> None:
        rows = Message.objects.select_related("account__force", "report")
        self.message = self._found(rows)
        if not may_see(self.message, self.person, timezone.now()):
            raise Http404
        self.demand_permission(request, self.permission, subject_of(self.message))

    def _found(self, rows: Any) -> Message:
        found: Message | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def back(self) -> str:
        return f"/inbox/{self.message.pk}/"
