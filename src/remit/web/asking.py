"""Putting something forward one question a page: the policy is asked after every answer, and asks only what it needs.

Nothing is kept until it is sent: what was typed travels with the page. A room says what is put forward (`Asking.act`)
and what is asked first of all (`form_class`); the rest is the same for an application, a report and private advice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from remit.acts import door
from remit.acts.act import Act, ActRefused
from remit.acts.excusing import excuses
from remit.acts.facts import vocabulary
from remit.acts.models import Proposal
from remit.acts.naming import chosen_posts
from remit.acts.packs import packs_of
from remit.people.directory import refusal_words
from remit.people.models import Person
from remit.people.permissions import permits
from remit.policy.decide import rules_at
from remit.policy.decision import REFUSED, Decision
from remit.policy.packs import Pack
from remit.policy.vocabulary import Fact
from remit.web.claiming import claims
from remit.web.dates import say_day, say_when
from remit.web.findings import asked_next, grouped, texts_to_read, title_of, turning_on, without
from remit.web.offers import offered
from remit.web.questions import (
    ANSWERED_BY_AUTHORS,
    NOT_SURE,
    Question,
    Unread,
    in_words,
    question,
    read_answers,
    told_from_none,
)

#: Fields that are about one page alone and do not travel.
_OF_THE_PAGE = frozenset({"csrfmiddlewaretoken", "go", "asked", "asked_for"})


@dataclass
class Typed:
    """What has been typed so far, and what the policy says of it."""

    form: forms.Form
    act: Act
    packs: list[Pack]
    facts: Mapping[str, Fact]
    answers: dict[str, Any]
    not_sure: list[str]
    unread: dict[str, Unread]
    #: The facts asked so far, in the order of asking.
    asked: list[str]
    acknowledged: list[str]
    #: Approvals that are asked for as an exception, and why.
    asked_for: dict[str, str]
    decision: Decision
    now: datetime

    @property
    def known(self) -> set[str]:
        return {*self.answers, *self.not_sure}


class Asking(LoginRequiredMixin, View):
    """One errand of a person, from its first page to its being put forward.

    Attributes:
        heading: what the person wants to do, as the h1 of each page: "Apply for an account".
        lede: a sentence below it on the first page.
        action: words of the last button.
        form_class: what is asked first; may have no fields.
        always: facts asked whatever the decision asks, in this order: a report is never held, so it asks nothing.
        asks_about: groups of facts ("report.") that are asked besides where a rule of the moment turns on them, unless
            the act knows them.
        sends_early: True for a report: it can be sent from any question, and what is left is asked afterwards.
        keeps: False for private advice: there is nothing to send, and nothing is stored.
        puts_to: whose questions the person answers; with "approver" where whoever does this is the one who judges it.
    """

    heading: ClassVar[str] = ""
    lede: str = ""
    action: str = "Put it forward"
    form_class: ClassVar[type[forms.Form]] = forms.Form
    always: ClassVar[tuple[str, ...]] = ()
    asks_about: ClassVar[tuple[str, ...]] = ()
    sends_early: bool = False
    keeps: ClassVar[bool] = True
    puts_to: ClassVar[frozenset[str]] = ANSWERED_BY_AUTHORS

    # --- what a room says ---

    def act(self, given: Mapping[str, Any]) -> Act:
        """The act, made of the first page's cleaned data."""
        raise NotImplementedError

    def make_form(self, data: Any = None) -> forms.Form:
        """The first page's form; override where it needs the person or the subject."""
        return self.form_class(data)

    def title(self) -> str:
        """The h1; override where it names the subject."""
        return self.heading

    def back(self) -> str:
        """Where "Back" and "Cancel" lead from the first page."""
        return "/"

    def demand(self, request: HttpRequest) -> None:
        """Raise PermissionDenied or Http404 before anybody types what they could not send."""

    def put(self, typed: Typed, answers: Mapping[str, Any]) -> Proposal:
        """Put it forward; override where it adds to what is there already. Raises ActRefused."""
        more: dict[str, Any] = {"not_sure": typed.not_sure, "asked_for": typed.asked_for}
        return door.propose(typed.act, self.person, typed.now, answers=answers, **more)

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        """The page after it has been put forward."""
        if proposal.state == Proposal.State.APPLIED:
            messages.success(request, f"{self.title()}: done, and recorded.")
        return redirect(f"/proposals/{proposal.pk}/")

    @property
    def person(self) -> Person:
        """Who is signed in."""
        return cast(Person, self.request.user)

    # --- the pages ---

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.demand(request)

    def demand_permission(self, request: HttpRequest, permission: str, subject: str = "") -> None:
        """Refuse the first page to whoever lacks `permission` in their own force. Raises PermissionDenied."""
        if permission and not permits(self.person, permission, self.person.force_id, subject):
            raise PermissionDenied(refusal_words(permission))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The first page; where it has nothing to ask, the first question."""
        if not self.form_class.base_fields and type(self).make_form is Asking.make_form:
            return self._next(request, self.make_form({}))
        return self._first(request, self.make_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Whatever was typed, read again from its beginning; the button says which page is wanted."""
        return self._next(request, self.make_form(request.POST))

    def _next(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        wanted = request.POST.get("go", "")
        if not form.is_valid() or wanted == "first":
            return self._first(request, form)
        try:
            typed = self._read(request, form)
        except ActRefused as refused:
            form.add_error(None, str(refused))
            return self._first(request, form)
        if wanted.startswith("change:"):
            return self._ask(request, typed, wanted.removeprefix("change:"))
        if wanted == "previous":
            return self._previous(request, typed)
        if wanted.startswith("excuse:") and wanted.removeprefix("excuse:") not in typed.asked_for:
            return self._check(request, typed, "Say why it should be allowed: whoever decides has only that to go by.")
        if typed.unread:
            return self._ask(request, typed, next(iter(typed.unread)))
        if wanted == "send" and self.sends_early:
            return self._send(request, typed)
        just = request.POST.get("asked", "")
        if just and just not in typed.known and just in self._open(typed):
            unread = Unread("Choose an answer, or say that you are not sure.", "")
            typed.unread[just] = unread
            return self._ask(request, typed, just)
        if left := self._open(typed):
            return self._ask(request, typed, left[0])
        if wanted == "send" and self.keeps:
            return self._send(request, typed)
        return self._check(request, typed)

    def _read(self, request: HttpRequest, form: forms.Form) -> Typed:
        act = self.act(form.cleaned_data)
        packs = packs_of(act.force)
        facts = vocabulary(packs)
        answers, not_sure, unread = read_answers(request.POST, facts)
        given = set(self.answers_of(form.cleaned_data))
        asked = [name for name in dict.fromkeys(request.POST.getlist("shown")) if name in facts and name not in given]
        asked += [name for name in (*answers, *not_sure) if name not in asked and name not in given]
        acknowledged = request.POST.getlist("acknowledge")
        said = {**answers, **self.answers_of(form.cleaned_data)}
        ticked = {"act.acknowledged": acknowledged} if acknowledged else {}
        now = timezone.now()
        act.check()
        asked_for = self._asked_for(request)
        more: dict[str, Any] = {"not_sure": not_sure, "asked_for": asked_for}
        shown = act.told_to(self.person)
        decision = door.decide_only(shown, request.user, now, answers={**said, **ticked}, **more)
        return Typed(form, act, packs, facts, said, not_sure, unread, asked, acknowledged, asked_for, decision, now)

    def _asked_for(self, request: HttpRequest) -> dict[str, str]:
        """The exceptions asked for, of earlier pages and of the button that was pressed, with their reasons."""
        wanted = request.POST.get("go", "")
        pressed, dropped = wanted.removeprefix("excuse:"), wanted.removeprefix("unask:")
        asked = {*request.POST.getlist("asked_for"), pressed} - {dropped}
        reasons = {key: request.POST.get(f"excuse.{key}", "").strip() for key in sorted(asked)}
        return {key: reason for key, reason in reasons.items() if reason}

    def answers_of(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Facts that the first page's form has answered, as JSON values; they are not asked again."""
        return {}

    def _open(self, typed: Typed) -> list[str]:
        """The facts still to ask of the person, the first one next. A refused act asks nothing more."""
        first = [name for name in self.asked_anyway(typed) if name in typed.facts and name not in typed.known]
        if typed.decision.outcome == REFUSED and self.keeps:  # advice goes on: there may be something to declare
            return first
        named = chosen_posts(typed.packs)  # whom somebody else names, by answering at their own desk
        refusing = [f for f in typed.decision.findings if f.effect == "refuse" and f.verdict == "unknown"]
        ends = {name for found in refusing for name in found.missing}
        asks = [
            str(ask["fact"])
            for ask in typed.decision.ask
            if ask["who"] in self.puts_to
            and ask["fact"] in typed.facts
            and ask["fact"] not in typed.known
            and ask["fact"] not in named
        ]
        asks.sort(key=lambda name: name not in ends)  # nobody writes reasons first for what another answer refuses
        return [name for name in dict.fromkeys([*first, *asks]) if self._question(typed, name).can_be_answered]

    def asked_anyway(self, typed: Typed) -> list[str]:
        """What is asked although nothing waits for it, in the order of asking; override where it turns on answers."""
        rules = [rule for pack in typed.packs for rule in rules_at(pack, typed.act.moment)]
        turns_on = frozenset[str]().union(*(names for _, names in rules)) if self.asks_about else frozenset[str]()
        known = typed.act.facts(self.person, typed.now) if turns_on else {}
        besides = [
            name
            for name, fact in typed.facts.items()
            if name in turns_on
            and name.startswith(self.asks_about)
            and name not in known
            and fact.supplier in self.puts_to
        ]
        return [*self.always, *besides]

    def _question(self, typed: Typed, name: str) -> Question:
        ask = next((ask for ask in typed.decision.ask if ask["fact"] == name), None)
        wanting = [f for f in typed.decision.findings if name in f.missing]
        return question(
            typed.facts[name],
            str(ask["question"]) if ask else "",
            typed.answers,
            typed.not_sure,
            typed.unread.get(name),
            clauses=tuple(dict.fromkeys(c for f in wanting for c in f.clauses)),
            pack=wanting[0].pack if wanting else "",
            may_be_none=any(name in told_from_none(pack) for pack in typed.packs),
        )

    def _first(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        boxes = [name for name in request.POST if name in form.fields or name.rpartition("_")[0] in form.fields]
        context = {"form": form, "carried": self._carried(request, fields=boxes)}
        return self._page(request, "web/asking/first.html", context, bad=bool(form.is_bound and form.errors))

    def _previous(self, request: HttpRequest, typed: Typed) -> HttpResponse:
        here = request.POST.get("asked", "")
        before = typed.asked[: typed.asked.index(here)] if here in typed.asked else typed.asked
        before = [name for name in before if name != here]
        return self._ask(request, typed, before[-1]) if before else self._first(request, typed.form)

    def _ask(self, request: HttpRequest, typed: Typed, name: str) -> HttpResponse:
        if name not in typed.facts:
            return self._check(request, typed)
        place = typed.asked.index(name) + 1 if name in typed.asked else len(typed.asked) + 1
        left = [other for other in self._open(typed) if other != name]
        context = {
            "carried": self._carried(request, but=name),
            "q": self._question(typed, name),
            "place": place,
            "about": max(place + len(left), len(typed.asked)),
            "fault": typed.unread[name].why if name in typed.unread else "",
            "send_now": self.action if self.sends_early else "",
        }
        return self._page(request, "web/asking/question.html", context, bad=name in typed.unread)

    def _check(self, request: HttpRequest, typed: Typed, fault: str = "") -> HttpResponse:
        decision = typed.decision.to_json()
        findings = [{"pack": found.pack, **shown} for found, shown in zip(
            typed.decision.findings, decision["findings"], strict=True)]  # fmt: skip
        untold = typed.act.untold(self.person)
        hidden = turning_on(typed.packs, typed.act.moment, untold)
        findings = without(findings, hidden, untold.values(), "It is looked up when you send it, and not shown to you.")
        open_excuses = excuses(decision) if self.keeps else []
        unasked = [f"excuse.{each.say}" for each in open_excuses]
        context = {
            "claims": claims(typed.decision.findings, typed.facts, self.puts_to),
            "excuses": [(each, request.POST.get(f"excuse.{each.say}", "")) for each in open_excuses],
            "asked_for": [(key, title_of(key, typed.packs), why) for key, why in typed.asked_for.items()],
            "carried": self._carried(request, fields=["acknowledge", *unasked]),
            "rows": [(bound, said) for bound in typed.form if (said := _entered(typed.form, bound.name))],
            "given": [
                (self._question(typed, name), in_words(typed.facts[name], typed.answers.get(name, NOT_SURE)))
                for name in typed.asked
                if name in typed.known
            ],
            "findings": grouped(findings),
            "outcome": typed.decision.outcome,
            "refused": typed.decision.outcome == REFUSED,
            "says": asked_next(typed.decision, typed.packs),
            "duties": decision["duties"],
            "guidance": texts_to_read(typed.decision, typed.acknowledged),
            "offers": offered(decision["offers"], typed.act.subject),
            "not_before": typed.decision.not_before,
            "packs": typed.packs,
            "fault": fault,
        }
        return self._page(request, "web/asking/check.html", context, bad=bool(fault))

    def _send(self, request: HttpRequest, typed: Typed) -> HttpResponse:
        answers = dict(typed.answers)
        if typed.acknowledged:
            answers["act.acknowledged"] = typed.acknowledged
        try:
            proposal = self.put(typed, answers)
        except ActRefused as refused:
            return self._check(request, typed, str(refused))
        return self.sent(request, proposal)

    def _carried(self, request: HttpRequest, *, but: str = "", fields: Collection[str] = ()) -> list[tuple[str, str]]:
        """What was typed on other pages, to travel with this one; not the answer `but`, nor what `fields` name."""
        found = [("asked_for", key) for key in self._asked_for(request)]
        for name in request.POST:
            mine = name == f"answer.{but}" or name.startswith(f"answer.{but}.")
            if name in _OF_THE_PAGE or name in fields or (but and mine):
                continue
            found += [(name, value) for value in request.POST.getlist(name) if (name, value) != ("shown", but)]
        return list(dict.fromkeys(found))

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], *, bad: bool) -> HttpResponse:
        context |= {
            "heading": self.title(),
            "lede": self.lede,
            "action": self.action,
            "back": self.back(),
            "keeps": self.keeps,
        }
        answer = render(request, template, context, status=422 if bad else 200)
        if not self.keeps:
            answer["Cache-Control"] = "no-store"
        return answer


def _entered(form: forms.Form, name: str) -> str:
    """What was given to the field `name`, as a person reads it; "" where it was left empty."""
    value, field = form.cleaned_data.get(name), form.fields[name]
    if hasattr(field, "said"):  # what it gives is no words, such as somebody's key
        return str(field.said(value))
    choices = dict(getattr(field, "choices", ()) or ())
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return say_when(value)
    if isinstance(value, date):
        return say_day(value)
    if isinstance(value, list):
        return ", ".join(str(choices.get(each, each)) for each in value)
    return "" if value in (None, "") else str(choices.get(value, value))
