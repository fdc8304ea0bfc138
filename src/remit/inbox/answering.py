"""The page on which a message is answered: words, ready passages, what the policy asks, and sending it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from remit.acts import door
from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.inbox.errands import OnMessage, device_of, offer_devices
from remit.inbox.facts import EMERGENCY
from remit.inbox.ready import Ready, ready_words, with_ready
from remit.inbox.replies import ReplyToMessage
from remit.web.forms import offer


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


class Reply(OnMessage):
    """Answer a message in the force's name."""

    heading = "Answer this message"
    action = "Send the answer"
    form_class = ReplyForm

    permission = "message.reply"

    @property
    def lede(self) -> str:  # type: ignore[override]
        if self.message.private:
            return f"To a direct message from {self.message.author}. Your answer goes to them alone."
        return f"{self.message.author} wrote: “{self.message.text[:600]}”"

    def make_form(self, data: Any = None) -> forms.Form:
        form = ReplyForm(data, initial={"ready": [each.key for each in self._ready.values() if each.suits]})
        offer(form, "ready", [(each.key, each.words) for each in self._ready.values()])
        offer_devices(form, self.person)
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
        return ReplyToMessage.of(self.message, text, device_of(given))

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        if proposal.state == Proposal.State.APPLIED:
            by_hand = not self.message.remote_id
            words = "Send it on the network now: it is among your tasks." if by_hand else "It goes out within a minute."
            messages.success(request, f"Your answer is allowed. {words}")
            return redirect(self.back())
        return redirect(f"/proposals/{proposal.pk}/")
