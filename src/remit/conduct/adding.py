"""The page on which whoever reported something answers what the report left open, and adds what else they know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from remit.acts import door
from remit.acts.act import Act, load_act
from remit.acts.facts import vocabulary
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.conduct.acts.adding import REPORTS, AddToReport, own_report
from remit.conduct.acts.reports import LoseDevice
from remit.conduct.models import Case
from remit.conduct.reporting import Lost, Report
from remit.conduct.sight import subject_of
from remit.people.acts.subjects import person_subject
from remit.web.asking import Asking, Typed
from remit.web.tasks import Task

#: Of how many cases that somebody reported the home page brings up open questions.
MOST = 20


def _page_of(report: Proposal) -> type[Asking]:
    return Lost if report.act == LoseDevice.name else Report


class MoreForm(forms.Form):
    """What else the person knows."""

    more = forms.CharField(
        label="What else do you know? (you may leave this empty)",
        help_text="What you have seen or heard since, or forgot to say. The questions still open follow.",
        max_length=10_000,
        required=False,
        widget=forms.Textarea,
    )


class Add(Asking):
    """Add to one's own report."""

    heading = "Add to your report"
    lede = "Your report stands as it is. Whoever looks into it sees what you add; whoever it is about does not."
    action = "Add it to the report"
    form_class = MoreForm
    sends_early = True

    def demand(self, request: HttpRequest) -> None:
        found = own_report(self.kwargs["pk"], self.person)
        if found is None:
            raise Http404
        self.report = found
        page = _page_of(found)
        self.asks_about, self.always = page.asks_about, page.always  # type: ignore[misc]

    def answers_of(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {**self.report.answers, **self.report.settled}

    def act(self, given: Mapping[str, Any]) -> Act:
        return load_act(self.report)

    def put(self, typed: Typed, answers: Mapping[str, Any]) -> Proposal:
        anew = {name: value for name, value in answers.items() if name not in self.answers_of({})}
        act = AddToReport(self.report.pk, typed.form.cleaned_data["more"], anew, typed.not_sure)
        return door.propose(act, self.person, typed.now)

    def back(self) -> str:
        return f"/proposals/{self.report.pk}/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        messages.success(request, "Added to your report. Thank you.")
        return redirect(self.back())


def left_open(report: Proposal) -> list[str]:
    """What whoever made a report is still to be asked: facts on which a rule turns and of which they said nothing."""
    known = {**report.answers, **report.settled, **dict.fromkeys(report.not_sure)}
    facts = vocabulary(packs_of(report.force))
    wanted = [ask["fact"] for ask in report.decision.get("ask", [])]
    unknown = [f for f in report.decision.get("findings", []) if f["verdict"] == "unknown"]
    wanted += [fact for f in unknown for fact in f["missing"] if fact.startswith(_page_of(report).asks_about)]
    return [
        name
        for name in dict.fromkeys(wanted)
        if name in facts and name not in known and facts[name].supplier in Asking.puts_to
    ]


def open_reports(person: Any, now: datetime) -> Iterator[Task]:
    """The person's own reports of which something is still to be answered by them."""
    cases = Case.objects.filter(reporter=person, state=Case.State.OPEN).order_by("-opened_at")[:MOST]
    # Found by what they are about: a busy author has put forward thousands of other things.
    about = [person_subject(person), *(subject_of(case) for case in cases)]
    made = Proposal.objects.filter(subject__in=about, act__in=REPORTS, state=Proposal.State.APPLIED)
    for report in made.order_by("-proposed_at"):
        if report.proposer_id != person.pk:
            continue
        left = left_open(report)
        if left and own_report(report.pk, person) is not None:
            words = f"{len(left)} question{'' if len(left) == 1 else 's'} still open"
            yield Task("Answer what your report left open", f"/conduct/reports/{report.pk}/add", hint=words)
