"""What else a post shows, as somebody says who is asked to approve it: it is decided again, and need not go back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from remit.acts import door, says, secrecy
from remit.acts.act import ActRefused
from remit.acts.answering import APPROVER
from remit.acts.models import Proposal, Say
from remit.acts.packs import library
from remit.policy.decide import rules_at
from remit.posts.contests import LONGEST_NOTE
from remit.posts.unsaid import Unsaid, unsaid
from remit.posts.views.shown import about
from remit.web.forms import offer
from remit.web.signed_in import SignedInRequest


class ConcernsForm(forms.Form):
    """What it shows, and what was seen."""

    concern = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Tick what it shows."}
    )
    note = forms.CharField(
        label="What did you see?",
        help_text="A sentence is enough. The author reads it.",
        widget=forms.Textarea,
        max_length=LONGEST_NOTE,
        error_messages={"required": "Say what you saw: the author has only that to go by."},
    )

    def __init__(self, data: Any, open_: Unsaid) -> None:
        super().__init__(data)
        offer(self, "concern", [*open_.only_said, *open_.looked_for])


def raisable(found: Say) -> Unsaid:
    """What whoever answers a say may still raise: the policies turn on it where it was decided, and it is not said."""
    proposal, loaded = found.proposal, library().packs
    if found.after_event or proposal.state != Proposal.State.OPEN:
        return Unsaid([], [])
    packs = [loaded[each["pack"]] for each in proposal.decision.get("packs", []) if each["pack"] in loaded]
    turned_on = frozenset[str]().union(*(reads for pack in packs for _, reads in rules_at(pack, proposal.moment)))
    said = {name for name, value in proposal.facts.items() if value is True}
    return unsaid(packs, turned_on, said, by=APPROVER)


@login_required
@require_http_methods(["GET", "POST"])
def concerns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what else it shows; what follows from that is told at once."""
    found = get_object_or_404(Say.objects.select_related("proposal__proposer"), pk=pk)
    now = timezone.now()
    open_ = raisable(found)
    if not open_ or request.user.pk in secrecy.barred(found.proposal.subject) or says.why_not(found, request.user, now):
        raise Http404
    form = ConcernsForm(request.POST if request.method == "POST" else None, open_)
    if request.method == "POST" and form.is_valid() and (told := _raise(request, found, form, now)):
        messages.success(request, told)
        found.refresh_from_db()
        if says.why_not(Say.objects.select_related("proposal__proposer").get(pk=pk), request.user, now):
            return redirect("posts:approvals")
        return redirect("posts:say", pk)
    context = {
        "say": found,
        "form": form,
        "groups": [
            ("Only somebody who reads it can tell", list(form["concern"])[: len(open_.only_said)]),
            ("Remit looks for these and did not find them", list(form["concern"])[len(open_.only_said) :]),
        ],
        **about(found.proposal),
    }
    return render(request, "posts/concerns.html", context, status=422 if form.errors else 200)


def _raise(request: SignedInRequest, found: Say, form: ConcernsForm, now: datetime) -> str:
    """Raise them, and say what has changed; "" where it could not be done."""
    before = found.proposal
    keys = [fact.removeprefix("concern.") for fact in form.cleaned_data["concern"]]
    try:
        after = door.raise_concerns(before, request.user, keys, form.cleaned_data["note"].strip(), now)
    except ActRefused as refused:
        form.add_error(None, str(refused))
        return ""
    return what_changed(before.decision, after)


def what_changed(before: dict[str, Any], after: Proposal) -> str:
    """What the policy says of `after` that it did not say in the decision `before`, in a sentence or two."""
    there = {(finding["rule"], finding["effect"]) for finding in before["findings"] if finding["verdict"] == "fired"}
    new = [
        f"{finding['title']} ({', '.join(finding['clauses'])})"
        for finding in after.decision["findings"]
        if finding["verdict"] == "fired" and (finding["rule"], finding["effect"]) not in there
    ]
    said = "; ".join(dict.fromkeys(new))
    if after.state == Proposal.State.REFUSED:
        return f"The policy does not allow it with that: {said}. It was refused, and its author is told."
    asked = {say["key"] for say in before["says"]}
    titles = {say.key: f"{say.title}: {say.who_words}" for say in after.says.exclude(state=Say.State.NOT_NEEDED)}
    also = [titles[say["key"]] for say in after.decision["says"] if say["key"] not in asked and say["key"] in titles]
    if not new:
        return "Your words were recorded, and its author is told. Nothing more follows from them under the policy."
    takes = f" It now takes as well: {'; '.join(also)}." if also else ""
    return f"It was decided again, and its author is told. New: {said}.{takes}"
