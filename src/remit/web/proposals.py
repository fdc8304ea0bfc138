"""Pages of what was put forward: a person's own requests, what they can start, and what became of one proposal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from remit.acts import door, duties, referrals, says, secrecy
from remit.acts.act import ActRefused, load_act
from remit.acts.excusing import LONGEST, excuses_for
from remit.acts.facts import ACKNOWLEDGED, vocabulary
from remit.acts.models import Proposal, Say
from remit.acts.packs import packs_of
from remit.acts.putting import KIND
from remit.acts.reading import ReadProposal
from remit.people.models import Person
from remit.web.errands import errands_for
from remit.web.findings import as_decided, cited_in, grouped, turning_on, without
from remit.web.offers import offered
from remit.web.questions import NOT_SURE, said_in_words
from remit.web.signed_in import SignedInRequest
from remit.web.subjects import Named, named, named_all, proposed

PER_PAGE = 20
#: How much of what something is about stands for it in a list, in characters.
LONGEST_IN_LIST = 80
_UNTOLD = "It is not shown to you, as you may not see their entry. Whoever is asked for an answer sees it."
WITHDRAWABLE = (Proposal.State.OPEN, Proposal.State.RETURNED)


_pages_of_answers: dict[str, str] = {}


def register_page_of_answers(act: str, href: str) -> None:
    """A room says where whoever put its act forward answers what was left open; `{number}` is the proposal's id."""
    _pages_of_answers[act] = href


@login_required
@require_GET
def requests(request: SignedInRequest) -> HttpResponse:
    """What the person put forward apart from posts, newest first, and what they can start."""
    mine = Proposal.objects.filter(proposer=request.user).exclude(moment__in=["", "register.change", "approval.give"])
    mine = mine.exclude(act__startswith="posts.")
    state = request.GET.get("state", "")
    if state in Proposal.State.values:
        mine = mine.filter(state=state)
    page = Paginator(mine.order_by("-proposed_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    about = named_all(each.subject for each in page if not is_its_own(each))
    rows = [
        {
            "proposal": each,
            "label": proposed(each),
            "about": in_short(each) if is_its_own(each) else about[each.subject],
        }
        for each in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "state": state,
        "states": Proposal.State.choices,
        "groups": errands_for(request.user),
    }
    return render(request, "web/requests.html", context)


@login_required
@require_GET
def proposal(request: SignedInRequest, pk: int) -> HttpResponse:
    """One proposal: what it says, what the policy made of it, who was asked, what follows."""
    shown, now = _visible(request, pk)
    own = request.user in says.authors(shown)
    if not own:
        door.propose(ReadProposal(shown.pk), request.user, now)
    pack = cited_in(shown.decision.get("packs", []))
    # Whoever is asked or told by the policy has to see what it is about; whoever put it forward need not.
    untold: Mapping[str, Any] = load_act(shown).untold(request.user) if own else {}
    hidden = turning_on(packs_of(shown.force), shown.moment, untold) if untold else frozenset()
    found = as_decided(shown.decision)
    secret = {clause for finding in found if finding["rule"] in hidden for clause in finding["clauses"]}
    asked = [*shown.says.exclude(state="not_needed").select_related("answered_by")]
    for say in asked:
        if secret & {*say.clauses}:
            say.title, say.clauses = "An answer", []
    context = {
        "proposal": shown,
        "label": proposed(shown),
        "about": Named("") if is_its_own(shown) else named(shown.subject),
        "said": said_in(shown),
        "findings": grouped(without(found, hidden, untold.values(), _UNTOLD)),
        "pack": pack,
        "waits_for": _waits_for(shown, asked, bool(secret), now),
        "says": asked,
        "duties": [
            owed
            for owed in shown.duties.all()
            if (own and not secret & {*owed.clauses}) or duties.may_complete(owed, request.user, now)
        ],
        "referrals": [each for each in shown.referrals.all() if referrals.may_see(each, request.user, now)],
        "guidance": [text for text in shown.decision.get("guidance", []) if not secret & {*text["clauses"]}],
        "offers": offered(
            [offer for offer in shown.decision.get("offers", []) if not secret & {*offer.get("clauses", ())}],
            shown.subject,
        ),
        "excuses": excuses_for(shown) if own else [],
        "answers_at": _pages_of_answers[shown.act].replace("{number}", str(pk))
        if own and shown.act in _pages_of_answers and shown.state == Proposal.State.APPLIED
        else "",
        "asks_me": own
        and shown.act not in _pages_of_answers
        and any(
            ask["who"] in ("author", "signal") and ask["fact"] not in shown.answers
            for ask in shown.decision.get("ask", [])
        ),
        "may_withdraw": own and shown.state in WITHDRAWABLE,
        "own": own,
    }
    return render(request, "web/proposal.html", context)


def _waits_for(shown: Proposal, asked: Iterable[Say], secret: bool, now: datetime) -> list[str]:
    """What an open proposal waits for; where some of it is secret, no more than whose answers."""
    if shown.state != Proposal.State.OPEN:
        return []
    if secret:
        return [say.who_words for say in asked if say.state in (Say.State.ASKED, Say.State.WAITING)]
    return door.waiting_on(shown, now)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back what the person put forward, after a page that says what follows."""
    shown, now = _visible(request, pk)
    if request.user not in says.authors(shown) or shown.state not in WITHDRAWABLE:
        raise Http404
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            door.withdraw(shown, request.user, now)
        except ActRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{proposed(shown)}: withdrawn.")
            return redirect(f"/proposals/{pk}/")
    context = {
        "form": form,
        "question": f"Withdraw this: {proposed(shown)}?",
        "consequence": "Whoever was asked about it is no longer asked. It stays in the record, and can be put "
        "forward again.",
        "action": "Withdraw it",
        "back": f"/proposals/{pk}/",
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


class WhyForm(forms.Form):
    """Why an exception should be made."""

    reason = forms.CharField(
        label="Why it should be allowed",
        help_text="A sentence or two. Whoever decides reads it, and it goes into the record.",
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": "Say why it should be allowed: whoever decides has only that to go by."},
    )


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: SignedInRequest, pk: int, say: str) -> HttpResponse:
    """Ask for the approval that would excuse what the person put forward and the policy refuses or holds."""
    shown, now = _visible(request, pk)
    own = request.user in says.authors(shown)
    excuse = next((each for each in excuses_for(shown) if own and each.say == say), None)
    if excuse is None:
        raise Http404
    back = named(shown.subject).href if shown.act.startswith("posts.") else f"/proposals/{pk}/"
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = door.ask_for(shown, request.user, say, form.cleaned_data["reason"], now)
        except ActRefused as refused:
            form.add_error(None, str(refused))
        else:
            waits = (
                "It waits for the answer." if asked.state == Proposal.State.OPEN else "Something else refuses it still."
            )
            messages.success(request, f"{excuse.who}: asked. {waits}")
            return redirect(back)
    context = {
        "form": form,
        "question": f"Ask {excuse.who} to allow it: {proposed(shown)}",
        "consequence": f"The exception: {excuse.why}. It waits until they answer. If they say no, it stays as "
        "the policy has it.",
        "action": f"Ask {excuse.who}",
        "back": back,
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


def said_in(proposal: Proposal) -> list[tuple[str, str]]:
    """What a proposal says, as question and answer: the act in its own words, then what the policy asked."""
    act = load_act(proposal)
    facts = vocabulary(packs_of(proposal.force)) if act.moment else {}
    answers = {**dict.fromkeys(proposal.not_sure, NOT_SURE), **proposal.answers, **proposal.settled}
    answers.pop(ACKNOWLEDGED, None)
    return [*act.described(), *said_in_words(facts, answers)]


def is_its_own(proposal: Proposal) -> bool:
    """Whether a proposal is about nothing that has a page elsewhere: its own page is where it is read."""
    return proposal.subject == f"{KIND}:{proposal.pk}"


def may_see(proposal: Proposal, person: Person, now: datetime) -> bool:
    """Whether `person` may see a proposal: their own, one they are or were asked about, or passed to them.

    Whoever owes something for what is read nowhere else may see that too.
    """
    if person.pk in secrecy.barred(proposal.subject):
        return False
    passed = list(proposal.referrals.all())
    if any(each.barred.filter(pk=person.pk).exists() for each in passed):
        return False
    if person in says.authors(proposal) or any(referrals.may_see(each, person, now) for each in passed):
        return True
    owed = proposal.duties.all() if is_its_own(proposal) else ()
    if any(each.done_by_id == person.pk or duties.may_complete(each, person, now) for each in owed):
        return True
    asked = proposal.says.all()
    return any(
        person.pk in (say.answered_by_id, say.recorded_by_id) or says.may_answer(say, person, now) for say in asked
    )


def named_to(subject: str, reader: Person, now: datetime) -> Named:
    """What a subject is called for whoever has only heard of it: of what they may not read, no more than its kind."""
    number = subject.removeprefix(f"{KIND}:")
    own = Proposal.objects.filter(pk=number, subject=subject).first() if number.isdigit() else None
    if own is None:
        return named(subject)
    return in_short(own) if _may_read(own, reader, now) else Named(proposed(own))


def in_short(proposal: Proposal) -> Named:
    """What is about nothing else, for a list: the beginning of the words that its writer gave it, and its page."""
    words = str(proposal.data.get("about_it", "")).strip().partition("\n")[0]
    short = words if len(words) <= LONGEST_IN_LIST else f"{words[: LONGEST_IN_LIST - 1].rstrip()}…"
    return Named(short, f"/proposals/{proposal.pk}/")


def _may_read(proposal: Proposal, person: Person, now: datetime) -> bool:
    """`may_see`; nobody may where the act itself is gone."""
    try:
        return may_see(proposal, person, now)
    except ActRefused:
        return False


def _visible(request: SignedInRequest, pk: int) -> tuple[Proposal, datetime]:
    """The proposal, if the viewer may see it; 404 otherwise, the same as for one that is not there."""
    now = timezone.now()
    shown = get_object_or_404(Proposal.objects.select_related("proposer"), pk=pk, force=request.user.force_id)
    if not _may_read(shown, request.user, now):
        raise Http404
    return shown, now
