"""One message: its words, what the policy says of it, what was done, and what can be done; and the short acts on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.acts import door, duties, referrals
from remit.acts.act import Act
from remit.acts.models import Duty, Notice, Proposal, Referral
from remit.acts.packs import library, packs_of
from remit.inbox.acts import CloseMessage, PassOn, ReadMessage, ReopenMessage, TakeMessage
from remit.inbox.facts import read
from remit.inbox.forms import OutcomeForm, PassOnForm
from remit.inbox.lists import STATUS, kind_words
from remit.inbox.measures import WORDS, LiftMeasure, TakeMeasure
from remit.inbox.models import Message
from remit.inbox.replies import ReplyToMessage
from remit.inbox.scope import may_see, subject_of
from remit.ledger import REMIT, history
from remit.people.directory import refusal_words
from remit.people.models import Person
from remit.people.permissions import permits
from remit.platforms.protocol import UNDONE_BY
from remit.posts.replies import replies_to
from remit.posts.standing import told
from remit.posts.wording import pieces
from remit.web.findings import as_decided, cited_in, grouped
from remit.web.forms import offer
from remit.web.offers import offered
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest

#: Acts on a message that may wait for somebody's say.
WAITING = (ReplyToMessage.name, TakeMeasure.name, LiftMeasure.name)
MAY = ("message.sort", "message.reply", "message.block")


@login_required
@require_GET
def message(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message. A direct message is opened by an act of its own, which is in the ledger before its words show."""
    person, now = request.user, timezone.now()
    shown = seen(person, pk)
    if shown.private:
        door.propose(ReadMessage(shown.pk), person, now)
    subject, report = subject_of(shown), shown.report
    pack = cited_in(report.decision.get("packs", []))
    passed = Referral.objects.filter(subject=subject).order_by("made_at", "pk")
    owed = Duty.objects.filter(subject=subject).exclude(state="lapsed")
    asks = [ask for ask in report.decision.get("ask", []) if ask["who"] in ("author", "signal")]
    context = {
        "message": shown,
        "status": STATUS[shown.state],
        "kind": kind_words(shown.kind),
        "pieces": pieces(shown.text, (s for s in read(shown.text, shown.account).signals if s.concern)),
        "findings": grouped(as_decided(report.decision)),
        "guidance": report.decision.get("guidance", []),
        "offers": offered(report.decision.get("offers", []), subject),
        "asks": asks,
        "pack": pack,
        "notices": [_told(notice) for notice in Notice.objects.filter(subject=subject, person=None).order_by("pk")],
        "duties": [(duty, duties.may_complete(duty, person, now), duties.owner_words(duty)) for duty in owed],
        "referrals": [(each, referrals.may_see(each, person, now), _post(each.pack, each.to_who)) for each in passed],
        "others": _others(shown),
        "replies": [(row, *told(row, now)) for row in replies_to(subject)],
        "measures": [(row, WORDS[row.action], bool(UNDONE_BY.get(row.action))) for row in shown.measures.all()],
        "waiting": Proposal.objects.filter(act__in=WAITING, subject=subject, state__in=["open", "returned"]),
        "may": {name.partition(".")[2]: permits(person, name, shown.account.force_id, subject) for name in MAY},
        "open": shown.state != Message.State.CLOSED,
        "events": _events(shown),
        "mine": shown.taken_by_id == person.pk,
        "closing": Proposal.objects.filter(act=CloseMessage.name, subject=subject, state="open").first(),
    }
    answer = render(request, "inbox/message.html", context)
    if shown.private:
        answer["Cache-Control"] = "no-store"
    return answer


def seen(person: Person, pk: int) -> Message:
    """The message, if `person` may see it; 404 otherwise, the same as for one that is not there."""
    rows = Message.objects.select_related(
        "account__force", "account__owner", "report", "taken_by", "sorted_by", "entered_by", "publication__target"
    )
    found = rows.filter(pk=pk).first()
    if found is None or not may_see(found, person, timezone.now()):
        raise Http404
    return found


def demanded(person: Person, pk: int, permission: str) -> Message:
    """The message for a page on which something is done. Raises Http404 or PermissionDenied."""
    found = seen(person, pk)
    if not permits(person, permission, found.account.force_id, subject_of(found)):
        raise PermissionDenied(refusal_words(permission))
    return found


def _others(shown: Message) -> list[Message]:
    """What else the same person wrote to the same account, the newest first; never the words of direct messages."""
    same = Message.objects.filter(account=shown.account, author=shown.author).exclude(pk=shown.pk)
    return list(same.order_by("-received_at")[:10])


def _events(shown: Message) -> list[dict[str, Any]]:
    """The ledger's history of the message and what was done about it, the newest first, with the reasons given."""
    subjects = [f"inbox.measure:{pk}" for pk in shown.measures.values_list("pk", flat=True)]
    lines = history(subject_of(shown), *subjects)
    people = Person.objects.filter(pseudonym__in={line.actor for line in lines})
    names = {REMIT: "Remit", **dict(people.values_list("pseudonym", "display_name"))}
    return [
        {
            "title": line.words,
            "by": names.get(line.actor, line.actor),
            "at": line.at,
            "body": str(line.personal.get("reason") or line.personal.get("outcome") or ""),
            "clauses": line.clauses if line.outcome else (),
            "pack": cited_in(line.packs),
            "number": line.number,
            "hash": line.hash,
        }
        for line in reversed(lines)
    ]


def _told(notice: Notice) -> dict[str, Any]:
    return {"who": _post(notice.pack, notice.who), "text": notice.text, "at": notice.made_at, "read": notice.read_at}


def _post(pack: str, who: str) -> str:
    known = library().packs.get(pack)
    return known.who[who].title if known and who in known.who else who.replace("-", " ")


@login_required
@require_POST
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take it on."""
    found = demanded(request.user, pk, "message.sort")
    return _done(request, TakeMessage(found.pk), "You have taken this message on.")


@login_required
@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open it again."""
    found = demanded(request.user, pk, "message.sort")
    return _done(request, ReopenMessage(found.pk), "The message is open again, and yours.")


def _done(request: SignedInRequest, act: Act, words: str) -> HttpResponse:
    from django.contrib import messages

    form = forms.Form({})
    if not carry_out(request, act, form, words):
        messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
    return redirect(f"/inbox/{act.subject.rpartition(':')[2]}/")


@login_required
@require_http_methods(["GET", "POST"])
def pass_on(request: SignedInRequest, pk: int) -> HttpResponse:
    """Pass it on to a post or team of the policy, which then has it among its tasks."""
    found = demanded(request.user, pk, "message.sort")
    posts = posts_of(found.account.force_id)
    wanted = request.GET.get("to", "")
    if wanted and wanted not in dict(posts):
        wanted = packs_of(found.account.force_id)[0].in_doubt or ""
    form = PassOnForm(request.POST if request.method == "POST" else None, initial={"to": wanted})
    offer(form, "to", posts)
    if request.method == "POST" and form.is_valid():
        act = PassOn(found.pk, form.cleaned_data["to"], form.cleaned_data["reason"])
        if carry_out(request, act, form, "Passed on. It is among their tasks now."):
            return redirect(f"/inbox/{pk}/")
    context = {"form": form, "message": found, "heading": "Pass this message on", "action": "Pass it on"}
    return render(request, "inbox/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close it with what came of it; it waits for what must still be done."""
    found = demanded(request.user, pk, "message.sort")
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    owed = duties.open_musts(subject_of(found))
    if request.method == "POST" and form.is_valid():
        act = CloseMessage(found.pk, form.cleaned_data["outcome"])
        if carry_out(request, act, form, "Closed."):
            return redirect(f"/inbox/{pk}/")
    context = {"form": form, "message": found, "heading": "Close this message", "action": "Close it", "owed": owed}
    return render(request, "inbox/form.html", context, status=422 if form.errors else 200)


def posts_of(force: str) -> list[tuple[str, str]]:
    """Teams and posts of the force's policy that something can be passed on to: key and title."""
    who = packs_of(force)[0].who
    return sorted(((key, post.title) for key, post in who.items() if post.team or post.role), key=lambda post: post[1])
