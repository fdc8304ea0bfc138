"""Errands of the inbox: a message entered by hand, and what one is that came in by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from remit.acts import door
from remit.acts.act import Act
from remit.acts.models import Proposal
from remit.inbox.acts import ReceiveMessage, SortMessage
from remit.inbox.errands import OnMessage
from remit.inbox.facts import EMERGENCY, KIND
from remit.inbox.forms import MessageForm
from remit.inbox.scope import accounts_of
from remit.web.asking import Asking, Typed
from remit.web.forms import offer


class EnterMessage(Asking):
    """A message that somebody saw: always accepted. What it is is asked whatever else the policy wants to know."""

    heading = "Enter a message"
    lede = "A comment or message to one of the force's accounts that Remit has not read by itself."
    action = "Enter it"
    form_class = MessageForm
    always = (KIND, EMERGENCY)

    def make_form(self, data: Any = None) -> forms.Form:
        asked = self.request.GET.get("account", "")
        form = MessageForm(data, initial={"received_at": timezone.now(), "account": asked})
        offer(form, "account", [("", "Choose an account"), *((a.pk, str(a)) for a in accounts_of(self.person))])
        return form

    def back(self) -> str:
        return "/inbox/"

    def demand(self, request: HttpRequest) -> None:
        self.demand_permission(request, "message.receive")

    def act(self, given: Mapping[str, Any]) -> Act:
        at: datetime = given["received_at"]
        return ReceiveMessage(
            account=given["account"],
            channel=given["channel"],
            author=given["author"].strip(),
            text=given["text"].replace("\r\n", "\n").strip(),
            received_at=at.isoformat(),
            url=given["url"] if given["url"].startswith(("https://", "http://")) else "",
        )

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        messages.success(request, "Entered. What follows under the policy has been set going.")
        return redirect(f"/inbox/{proposal.subject.rpartition(':')[2]}/")


class Sort(OnMessage):
    """What a message is that came in by itself; what the policy asks of it then is asked, and what follows is done."""

    heading = "What is this message?"
    action = "Save"
    always = (KIND, EMERGENCY)

    permission = "message.sort"

    def act(self, given: Mapping[str, Any]) -> Act:
        return ReceiveMessage.load(self.message.report)

    def put(self, typed: Typed, answers: Mapping[str, Any]) -> Proposal:
        act = SortMessage(self.message.pk, dict(answers), typed.not_sure)
        return door.propose(act, self.person, typed.now)

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        messages.success(request, "Saved. What follows under the policy has been set going.")
        return redirect(self.back())
