"""The page on which a message is answered: words, ready passages, what the policy asks, and sending it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from remit.acts import door
from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.inbox.facts import EMERGENCY
from remit.inbox.models import Message
from remit.inbox.ready import Ready, ready_words, with_ready
from remit.inbox.replies import ReplyToMessage
from remit.inbox.scope import may_see, subject_of
from remit.web.asking import Asking


class ReplyForm(forms.Form):
    """An answer in words, and the passages to add to it."""

    text = forms.CharField(label="Your answer", widget=forms.Textarea, max_length=10_000, required=False)
    ready = forms.MultipleChoiceField(label="Add these words", widget=forms.CheckboxSelectMultiple, required=False)
    device = forms.ChoiceField(label="Which device are you using?", widget=forms.RadioSelect, required=False)

    def clean(self) -> dict[str, Any]:
        """Something has to be said."""
        given = super().clean() or {}
        if not given.get("text", "").strip() and not given.get("ready"):
            self.add_error("text", "Your answer: write something, or choose words to add.")
        return given


class Reply(Asking):
    """Answer a message in the force's name."""

    heading = "Answer this message"
    action = "Send the answer"
    form_class = ReplyForm

    message: Message

    def demand(self, request: HttpRequest) -> None:
        rows = Message.objects.select_related("account__force", "report")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None or not may_see(found, self.person, timezone.now()) or found.state == Message.State.CLOSED:
            raise Http404
        self.message = found
        self.demand_permission(request, "message.reply", subject_of(found))

    @property
    def lede(self) -> str:  # type: ignore[override]
        if self.message.private:
            return f"To a direct message from {self.message.author}. Your answer goes to them alone."
        return f"{self.message.author} wrote: “{self.message.text[:600]}”"

    def back(self) -> str:
        return f"/inbox/{self.message.pk}/"

    def make_form(self, data: Any = None) -> forms.Form:
        devices = [(str(each.pk), each.name) for each in self.person.devices.filter(ended_on=None)]
        initial = {
            "ready": [each.key for each in self._ready.values() if each.suits],
            "device": devices[0][0] if devices else "",
        }
        form = ReplyForm(data, initial=initial)
        choose: Any = form.fields["ready"]
        choose.choices = [(each.key, each.words) for each in self._ready.values()]
        which: Any = form.fields["device"]
        which.choices = [*devices, ("", "Another one")]
        if not devices:
            del form.fields["device"]
        return form

    @cached_property
    def _ready(self) -> dict[str, Ready]:
        """What can be added, by key; judged on an answer that says nothing yet."""
        message, report = self.message, self.message.report
        packs = packs_of(message.account.force_id)
        try:
            bare = door.decide_only(
                ReplyToMessage.of(message, "."), self.person, timezone.now(), answers=report.answers
            )
        except ActRefused:
            return {}
        emergency = bool(report.answers.get(EMERGENCY)) or message.urgent
        found = ready_words(packs, bare, message.kind, emergency, message.account.force.settings)
        return {each.key: each for each in found}

    def act(self, given: Mapping[str, Any]) -> Act:
        chosen = [self._ready[key] for key in self._ready if key in given["ready"]]
        text = with_ready(given["text"].replace("\r\n", "\n"), chosen)
        device = given.get("device", "")
        return ReplyToMessage.of(self.message, text, int(device) if device.isdigit() else None)

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        if proposal.state == Proposal.State.APPLIED:
            by_hand = not self.message.remote_id
            words = "Send it on the network now: it is among your tasks." if by_hand else "It goes out within a minute."
            messages.success(request, f"Your answer is allowed. {words}")
            return redirect(self.back())
        return redirect(f"/proposals/{proposal.pk}/")
