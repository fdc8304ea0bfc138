"""What somebody is asked for: the list, and a post as it will look with the clauses, the history and the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from remit.acts import door, giving, lasting, naming, says, secrecy
from remit.acts.act import ActRefused, load_act
from remit.acts.answering import settles as settles_it
from remit.acts.facts import ACKNOWLEDGED, vocabulary
from remit.acts.models import Proposal, Say
from remit.acts.packs import as_written, library, packs_of
from remit.people.models import Person
from remit.posts.acts import PublishPost
from remit.posts.acts.drafting import open_proposals
from remit.posts.contests import LONGEST_NOTE
from remit.posts.models import Post, Publication
from remit.posts.views.answering import Answering
from remit.posts.views.confirming import runs_out
from remit.posts.views.raising import raisable
from remit.posts.views.shown import about
from remit.web.questions import Question, question, read_answers, said_in_words, told_from_none
from remit.web.signed_in import SignedInRequest

PER_PAGE = 25
#: How many answers given lately are listed.
LATELY = 10


@login_required
@require_GET
def asked(request: SignedInRequest) -> HttpResponse:
    """Everything that waits for an answer of the viewer, longest waiting first, and what they answered lately."""
    now = timezone.now()
    given = Say.objects.filter(answered_by=request.user).select_related("proposal__proposer")
    page = Paginator(door.asked_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "says": [_summary(say) for say in page],
        "questions": [_in_question(proposal) for proposal in questions_for(request.user, now)],
        "to_confirm": [
            {**_summary(say), **runs_out(say, request.user, now)} for say in lasting.to_confirm(request.user, now)
        ],
        "given": [_summary(say) for say in given.order_by("-answered_at")[:LATELY]],
    }
    return render(request, "posts/approvals.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def say(request: SignedInRequest, pk: int) -> HttpResponse:
    """One thing asked for: what it is about as it will look, why it is asked, what was said before, and the answer."""
    with_answers = Say.objects.select_related("proposal__proposer", "answered_by", "recorded_by", "given_in")
    found = get_object_or_404(with_answers, pk=pk)
    now = timezone.now()
    why_not = says.why_not(found, request.user, now)
    if request.user.pk in secrecy.barred(found.proposal.subject):
        raise Http404
    recorder = bool(why_not) and _may_record(found, request.user, now)
    if why_not and not recorder and not _took_part(found, request.user):
        raise Http404
    answering = None
    if not why_not or recorder:
        givers = says.holders(found, now) if recorder else []
        answering = Answering(found, request.user, givers, now, request.POST if request.method == "POST" else None)
        if answering.sent():
            _tell(request, found)
            return redirect("posts:approvals")
    context = {
        "say": found,
        "why_not": why_not,
        "form": answering.form if answering else None,
        **(answering.shown() if answering else {}),
        "recorder": recorder,
        **runs_out(found, request.user, now),
        "asked_of_them": _asked_of_them(found),
        "earlier": [
            {"say": each, "asked": _asked_of_them(each)}
            for each in found.proposal.says.exclude(pk=found.pk)
            .exclude(answer="")
            .select_related("answered_by", "given_in")
        ],
        "asked": _questions(found.proposal, request.user, now) if not why_not else [],
        "can_raise": not why_not and bool(raisable(found)),
        **about(found.proposal),
    }
    return render(request, "posts/say.html", context, status=422 if answering and answering.bad else 200)


@login_required
@require_http_methods(["GET", "POST"])
def questions(request: SignedInRequest, pk: int) -> HttpResponse:
    """Questions that an author was not sure of, or disputes, put to whoever advises or reviews."""
    proposal = get_object_or_404(Proposal.objects.select_related("proposer"), pk=pk)
    now = timezone.now()
    asked_here = _questions(proposal, request.user, now)
    if not asked_here:
        raise Http404
    faults: dict[str, str] = {}
    if request.method == "POST":
        answers, _, unread = read_answers(request.POST, vocabulary(packs_of(proposal.force)))
        faults = {name: fault.why for name, fault in unread.items()}
        wanted = {shown.fact for shown in asked_here}
        answers = {name: value for name, value in answers.items() if name in wanted}
        try:
            for name, value in answers.items():
                note = request.POST.get(f"note.{name}", "").strip()[:LONGEST_NOTE]
                door.answer_question(proposal, request.user, name, value, now, note)
            if answers and not faults:
                messages.success(request, "Thank you. It was decided again with your answer.")
                return redirect(request.POST["next"] if _is_say(request) else "posts:approvals")
            if not answers and not faults:
                faults[asked_here[0].fact] = "Choose an answer first."
        except ActRefused as refused:
            faults[asked_here[0].fact] = str(refused)
    shown_of_it = about(proposal)
    contested = {each["fact"]: each for each in shown_of_it.get("contested", ())}
    asked = [
        {
            "question": _agreeing(shown) if shown.fact in contested else shown,
            "contested": contested.get(shown.fact),
            "note": request.POST.get(f"note.{shown.fact}", ""),
        }
        for shown in asked_here
    ]
    context = {"proposal": proposal, "asked": asked, "faults": faults, **shown_of_it}
    return render(request, "posts/questions.html", context, status=422 if faults else 200)


def _agreeing(shown: Question) -> Question:
    """A disputed question as a reviewer answers it: with the author, or not."""
    if shown.type != "bool":
        return shown
    return replace(shown, options=(("no", "I agree with the author"), ("yes", "I do not agree: it is so")))


def questions_for(person: Person, now: datetime, most: int = PER_PAGE) -> list[Proposal]:
    """Open proposals with a question that is put to `person`: as the adviser, or as who names somebody for it."""
    waiting = Proposal.objects.filter(state=Proposal.State.OPEN, put_to=person)
    return [
        proposal
        for proposal in waiting.prefetch_related("proposer").order_by("proposed_at")[:most]
        if _questions(proposal, person, now, only_put=True)
    ]


def may_see_for_a_say(person: Person, post: Post, now: datetime) -> bool:
    """Whether `person` is or was asked about `post`, whatever their role: a say, a say to write down, or a question."""
    of_post = Publication.objects.filter(target__post=post).values_list("pk", flat=True)
    subjects = [f"posts.target:{pk}" for pk in post.targets.values_list("pk", flat=True)]
    subjects += [f"posts.publication:{pk}" for pk in of_post]  # a say on taking it down
    asked_about = Say.objects.filter(proposal__subject__in=subjects).select_related("proposal__proposer")
    if any(
        person.pk in (each.answered_by_id, each.recorded_by_id)
        or says.may_answer(each, person, now)
        or _may_record(each, person, now)
        for each in asked_about
    ):
        return True
    return any(_questions(proposal, person, now, only_put=True) for proposal in open_proposals(post))


def _asked_of_them(answered: Say) -> list[tuple[str, str]]:
    """What the policy asked of whoever answered a say, and what they said."""
    answers = answered.given_in.answers if answered.given_in else {}
    return said_in_words(library().vocabulary.facts, {n: v for n, v in answers.items() if n != ACKNOWLEDGED})


def _tell(request: SignedInRequest, found: Say) -> None:
    """What has become of it with the answer that was given."""
    proposal = Proposal.objects.get(pk=found.proposal_id)
    what = {
        Proposal.State.APPLIED: "Nothing more is needed: it has been done, or is queued for its time.",
        Proposal.State.OPEN: "It still waits for something else.",
        Proposal.State.RETURNED: "It is back with its author.",
        Proposal.State.REFUSED: "It was refused, and its author is told.",
    }.get(Proposal.State(proposal.state), "")
    messages.success(request, f"Your answer was recorded. {what}".strip())


def _questions(proposal: Proposal, person: Person, now: datetime, only_put: bool = False) -> list[Question]:
    """The questions of the last decision that are `person`'s to answer, but for an author's own about a post.

    `only_put` leaves those that are put to one post: what somebody was not sure of, and whom that post names.
    """
    if proposal.state not in (Proposal.State.OPEN, Proposal.State.APPLIED) or person.pk in secrecy.barred(
        proposal.subject
    ):
        return []
    packs = packs_of(proposal.force)
    known = vocabulary(packs)
    act = load_act(proposal)
    put = naming.chosen_posts(packs)
    found = []
    for ask in proposal.decision.get("ask", []):
        name = ask["fact"]
        if proposal.state == Proposal.State.APPLIED and name in {**proposal.answers, **proposal.settled}:
            continue  # what was done stays as it was decided
        if name not in known or (only_put and name not in proposal.not_sure and name not in put):
            continue
        try:
            settles = settles_it(proposal, act, person, name, packs, now)
            if not settles and isinstance(act, PublishPost):
                continue  # the author answers it where the post is written
        except PermissionDenied:
            continue
        clauses = [c for f in proposal.decision["findings"] if name in f["missing"] for c in f["clauses"]]
        shown = question(
            known[name],
            ask["question"],
            {},
            [],
            clauses=tuple(dict.fromkeys(clauses)),
            pack=packs[0].name,
            may_be_none=any(name in told_from_none(each) for each in packs),
        )
        if shown.can_be_answered:
            found.append(shown)
    return found


def _summary(found: Say) -> dict[str, Any]:
    return {"say": found, "title": _title(found.proposal), "account": _account_of(found.proposal)}


def _in_question(proposal: Proposal) -> dict[str, Any]:
    return {"proposal": proposal, "title": _title(proposal), "account": _account_of(proposal)}


def _title(proposal: Proposal) -> str:
    """The first words of the post that a proposal is about, or what the act is called."""
    act = load_act(proposal)
    if isinstance(act, PublishPost):
        words = " ".join(act.parts[0]["text"].split())
        return words[:90] + ("…" if len(words) > 90 else "") or "A post without words"
    return act.label


def _account_of(proposal: Proposal) -> str:
    act = load_act(proposal)
    return str(act.account) if isinstance(act, PublishPost) else ""


def _may_record(found: Say, person: Person, now: datetime) -> bool:
    written = as_written(found)
    if written is None or found.state != Say.State.ASKED or found.proposal.state != Proposal.State.OPEN:
        return False
    return giving.may_record(found, written[1], person, now) and bool(says.holders(found, now))


def _took_part(found: Say, person: Person) -> bool:
    """Whether somebody may read a say that is not theirs to answer: they answered it, or it is about their own work."""
    return person.pk in (found.answered_by_id, found.recorded_by_id) or person in says.authors(found.proposal)


def _is_say(request: SignedInRequest) -> bool:
    return request.POST.get("next", "").startswith("/approvals/") and "//" not in request.POST["next"]
