"""The force's own lists for the signals, to be changed by who keeps the policy; and settled cases, to take out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.directory import demand_permission, get_directory
from remit.people.acts import ChangeLists
from remit.people.acts.lists import LISTS, digest_of, faults_in, signals_to_set
from remit.people.models import Force
from remit.posts.contests import READING, ReadSettledSignals, settled_cases, settled_number, write_cases
from remit.web.signed_in import SignedInRequest

HINTS = {
    "names": "People and teams that the force names in public. They are never misspelt, and nobody on this list is "
    "taken for a suspect, a victim or a child. One a line.",
    "places": "Never misspelt, and never taken for a person. One a line.",
    "own_words": "Words that the dictionary lacks, such as the name of a scheme. One a line.",
    "approved_lines": "Sentences that were cleared once for all. What stands in one raises nothing, wherever it is "
    "used; the same number or name outside it still does. One a line.",
}
LABELS = {
    "names": "Names",
    "places": "Places",
    "own_words": "Words of your own",
    "approved_lines": "Approved lines",
}
READ, KNOWN, ALWAYS = "", "quiet_signals", "raised_signals"
WAYS = [(READ, "As it is read"), (KNOWN, "Known here: do not raise it"), (ALWAYS, "Always raise it, however unsure")]


class ListsForm(forms.Form):
    """A box for each list, a line each, and a choice for each signal."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, force: Force, **options: Any) -> None:
        super().__init__(*args, **options)
        self.force = force
        for key in LISTS:
            self.fields[key] = forms.CharField(
                label=LABELS[key], help_text=HINTS[key], widget=forms.Textarea, required=False, strip=False
            )
        for key, label in sorted(signals_to_set().items(), key=lambda each: each[1]):
            self.fields[f"signal-{key}"] = forms.ChoiceField(
                label=label[:1].upper() + label[1:], choices=WAYS, required=False
            )

    @property
    def signals(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("signal-")]

    @property
    def boxes(self) -> list[forms.BoundField]:
        return [self[name] for name in LISTS]

    def lists(self) -> dict[str, list[str]]:
        """What the form says, as the act takes it: lines without what stands around them, and no empty ones."""
        said = self.cleaned_data
        found = {key: [" ".join(line.split()) for line in said[key].splitlines() if line.strip()] for key in LISTS}
        for way in (KNOWN, ALWAYS):
            found[way] = sorted(key for key in signals_to_set() if said[f"signal-{key}"] == way)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for key, fault in faults_in(self.lists(), self.force).items():
                self.add_error(key if key in self.fields else None, fault)
        return cleaned


@login_required
@require_http_methods(["GET", "POST"])
def own_lists(request: SignedInRequest) -> HttpResponse:
    """The lists in boxes, for who may change them, and how many cases were settled; saving says what follows."""
    force = Force.objects.get(pk=request.user.force_id)
    permits = get_directory().permits
    may_change = permits(request.user, "signals.change", force.pk, "")
    demand_permission(request.user, "signals.change" if request.method == "POST" else READING, force.pk, "")
    form = ListsForm(request.POST or None, force=force, initial=_as_kept(force)) if may_change else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            act = ChangeLists(force.pk, form.lists(), form.cleaned_data["seen"])
            door.propose(act, request.user, timezone.now())
            messages.success(
                request,
                "The lists were saved. Every post is read by them from now on, and what waits is decided again.",
            )
            return redirect("posts:signals")
        except (ActRefused, PermissionDenied) as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "force": force, "cases": settled_number(force.pk)}
    return render(request, "posts/signals.html", context, status=422 if form is not None and form.errors else 200)


@login_required
@require_POST
def settled(request: SignedInRequest) -> HttpResponse:
    """Every settled case of the force as a file, once the reading of it is in the ledger."""
    force = request.user.force_id
    door.propose(ReadSettledSignals(force), request.user, timezone.now())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="settled-signals-{force}.csv"'
    response["Cache-Control"] = "private, no-store"
    write_cases(settled_cases(force), response)
    return response


def _as_kept(force: Force) -> dict[str, str]:
    kept = {key: "\n".join(force.settings.get(key, ())) for key in LISTS}
    ways = {f"signal-{key}": way for way in (KNOWN, ALWAYS) for key in force.settings.get(way, ())}
    return {**kept, **ways, "seen": digest_of(force)}
