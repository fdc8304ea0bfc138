"""Telling Remit what it cannot know of a policy, such as that the law has changed: the act, and its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from remit.acts import door, states
from remit.acts.act import Act, ActRefused
from remit.acts.facts import vocabulary
from remit.acts.models import Proposal
from remit.acts.packs import library
from remit.people.directory import refusal_words
from remit.people.permissions import permits
from remit.policies.models import Known
from remit.policies.upkeep import MOMENTS, clauses_of, kept_up, subject_of, to_tell, told
from remit.policy.facts import FactFaults, read_facts
from remit.web.questions import Unread, question, read_answers
from remit.web.signed_in import SignedInRequest


@dataclass
class TellOfPolicy(Act):
    """Say what is so of a policy; the clock then asks for what follows, and lets go of what is over."""

    name: ClassVar[str] = "policies.tell"
    label: ClassVar[str] = "Say what is known of a policy"
    permission: ClassVar[str] = "policy.keep"

    force: str
    pack: str
    #: Fact name -> JSON value.
    known: dict[str, Any]

    @property
    def subject(self) -> str:
        return subject_of(self.pack)

    def check(self) -> None:
        pack = library().packs.get(self.pack)
        if pack is None or not self.known or set(self.known) - set(to_tell(pack)):
            raise ActRefused("There is nothing of this kind to say of the policy.", "Choose what you want to say.")
        try:
            read_facts(vocabulary([pack]), self.known)
        except FactFaults as fault:
            raise ActRefused(str(fault), "Correct the answer.") from fault

    def about(self) -> dict[str, Any]:
        return {"pack": self.pack, "known": self.known}

    def apply(self, record: Proposal, now: datetime) -> None:
        for fact, value in self.known.items():
            row = Known(force_id=self.force, pack=self.pack, fact=fact, value=value, said_at=now)
            row.said_by = record.proposer
            row.save()
        for looked in kept_up(now):
            if (looked.force, looked.subject) == (self.force, self.subject):
                for moment in MOMENTS:
                    states.look(moment, looked, now)


@login_required
@require_http_methods(["GET", "POST"])
def tell(request: SignedInRequest, name: str) -> HttpResponse:
    """What is known of a policy of the reader's own force, to be changed where it has changed."""
    force, pack = request.user.force_id, library().packs.get(name)
    if pack is None or name not in request.user.force.packs or not (wanted := to_tell(pack)):
        raise Http404
    if not permits(request.user, "policy.keep", force):
        raise PermissionDenied(refusal_words("policy.keep"))
    facts = {fact: pack.vocabulary.facts[fact] for fact in wanted}
    known, unread, fault = told(force, pack), dict[str, Unread](), ""
    answers = dict(known)
    if request.method == "POST":
        given, _, unread = read_answers(request.POST, facts)
        new = {fact: value for fact, value in given.items() if known.get(fact) != value}
        answers |= new
        fault = next((each.why for each in unread.values()), "" if new else "Nothing has changed. Answer a question.")
        if not fault:
            try:
                door.propose(TellOfPolicy(force, name, new), request.user, timezone.now())
            except ActRefused as refused:
                fault = str(refused)
            else:
                messages.success(request, "It is on record. What follows is on the lists of those who must do it.")
                return redirect("policy", name)
    citing = {fact: clauses_of(pack, fact) for fact in wanted}
    questions = [
        question(facts[fact], "", answers, [], unread.get(fact), clauses=citing[fact], pack=name, may_doubt=False)
        for fact in wanted
    ]
    context = {"pack": pack, "questions": [q for q in questions if q.can_be_answered], "fault": fault}
    return render(request, "policies/tell.html", context, status=422 if fault else 200)
