"""The ledger's pages for auditors: what was signed, every entry, verification, and evidence packs to take away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.secrecy import may_know, readable
from remit.evidence import gathering
from remit.evidence.acts import ExportEvidence, ReadEntry, VerifyLedger
from remit.ledger import REMIT, actions, cosigning, keys, packing, timestamps
from remit.ledger.cosigning import PolicyFault
from remit.ledger.keys import KeyFault
from remit.ledger.models import Entry, Head
from remit.ledger.reading import about as about_subject
from remit.ledger.reading import line
from remit.ledger.sequencer import RolledBack, check_rollback, latest, tiles
from remit.ledger.tiles import BadFiles
from remit.ledger.verifying import verify
from remit.people.directory import refusal_words
from remit.people.models import Person
from remit.people.permissions import permits, whole_and_parts
from remit.web.proposals import named_to
from remit.web.subjects import named

PER_PAGE = 50
#: A longer ledger is verified by the command, not while somebody waits for a page.
MOST_FOR_A_PAGE = 50_000
#: What personal values are called on the form that discloses them.
FIELDS = {
    "answer": "Answers to questions",
    "decision": "Decisions, with the facts they stood on",
    "note": "Notes",
    "parts": "What was put forward: texts, and pictures’ descriptions",
    "reason": "Reasons given",
}


class ExportForm(forms.Form):
    """What may be shown in a pack."""

    shown = forms.MultipleChoiceField(
        label="What the pack shows",
        help_text="What you leave out is proved to exist, and cannot be read.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    names = forms.BooleanField(label="Put people’s names in, as they are on the register", required=False)

    def __init__(self, *given: Any, fields: list[str], **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["shown"]
        field.choices = [(name, FIELDS.get(name, name.replace("_", " ").capitalize())) for name in fields]
        field.initial = fields
        if not fields:
            del self.fields["shown"]


@login_required
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Where the ledger stands, and its entries, newest first; one page more however long it is."""
    found, asked = _asked(request, _readable(request))
    rows = list(found.order_by("-number").prefetch_related("disclosures")[: PER_PAGE + 1])
    lines = [line(row) for row in rows[:PER_PAGE]]
    people = _names(said.actor for said in lines)
    context = {
        **_state(),
        **asked,
        "rows": [{"said": said, "by": people.get(said.actor, said.actor)} for said in lines],
        "older": rows[PER_PAGE - 1].number if len(rows) > PER_PAGE else None,
        "actions": sorted(actions.registered().items(), key=lambda pair: pair[1]),
        "verified": _last_verified(),
    }
    return render(request, "evidence/ledger.html", context)


@login_required
@require_GET
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry. Where it has personal values, looking at it is in the ledger before they are shown."""
    now = timezone.now()
    found = get_object_or_404(_readable(request, referrals=True).prefetch_related("disclosures"), number=number)
    if not gathering.visible(found, request.user, now):
        raise Http404
    said = line(found)
    if said.personal and found.force:
        door.propose(ReadEntry(found.force, f"ledger.entry:{number}"), request.user, now)
    state = _state()
    context = {
        **state,
        "said": said,
        "by": _names([said.actor]).get(said.actor, ""),
        "body": bytes(found.body).decode(),
        "about": named_to(found.object, request.user, now),
        "subject": found.object,
        "is_signed": bool(state["signed"] and number <= state["signed"].size),
        "may_export": bool(found.force),
    }
    return render(request, "evidence/entry.html", context)


@login_required
@require_POST
def verify_all(request: HttpRequest) -> HttpResponse:
    """Verify the whole ledger while the auditor waits, where it is short enough for that."""
    force = _forces(request)[0]
    head = Head.objects.first()
    if head and head.number > MOST_FOR_A_PAGE:
        messages.warning(request, f"The ledger has {head.number} entries. Ask your operator for: remit ledger verify")
        return redirect("evidence:ledger")
    report = verify()
    count = len(report.faults) + report.unlisted + len(report.unguarded)
    door.propose(VerifyLedger(force, "ledger.log:1", report.entries, count), request.user, timezone.now())
    if report.holds:
        messages.success(request, f"All {report.entries} entries are as they were written and signed.")
    else:
        guards = [f"The database’s own guard {name} is missing." for name in report.unguarded]
        for words in [*(fault.words for fault in report.faults[:20]), *guards]:
            messages.error(request, words)
    return redirect("evidence:ledger")


@login_required
@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last checkpoint as a file to keep elsewhere: what is seen once can be asked for again."""
    _forces(request)
    try:
        note = tiles().checkpoint.read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(note, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="checkpoint.txt"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, subject: str) -> HttpResponse:
    """Choose what an evidence pack shows, and take it away; the taking is in the ledger, and in the pack."""
    now = timezone.now()
    about = gathering.about(subject) if may_know(subject, request.user, now) else None
    if about is None or not about.force or not permits(request.user, "ledger.read", about.force, subject):
        if about is not None:
            raise PermissionDenied(refusal_words("ledger.read"))
        raise Http404
    fields = packing.fields_of(gathering.entries(about, request.user, now))
    form = ExportForm(request.POST if request.method == "POST" else None, fields=fields)
    if request.method == "POST" and form.is_valid():
        withheld = [name for name in fields if name not in form.cleaned_data.get("shown", [])]
        names = form.cleaned_data["names"]
        try:
            door.propose(ExportEvidence(about.force, subject, withheld, names), request.user, now)
            entries = gathering.entries(about, request.user, now)
            made = packing.pack(gathering.matter(about, entries, names=names), entries, now, withheld=withheld)
        except (ActRefused, KeyFault, PolicyFault, RolledBack, BadFiles) as fault:
            form.add_error(None, f"The pack could not be made. {fault}")
        else:
            response = HttpResponse(made, content_type="application/zip")
            response["Content-Disposition"] = f'attachment; filename="evidence-{subject.replace(":", "-")}.zip"'
            response["Cache-Control"] = "private, no-store"
            return response
    context = {
        "question": f"Download evidence: {about.title}",
        "consequence": "You get a file with every entry about it, a proof for each, and a program that checks them "
        "without Remit. That you took it, and what it shows, is recorded. Once it has left Remit, nobody can call it "
        "back: show only what its reader may see.",
        "action": "Download the evidence pack",
        "back": named(subject).href or "/ledger/",
        "form": form,
    }
    return render(request, "web/confirm.html", context)


def _forces(request: HttpRequest) -> list[str]:
    """The forces whose whole ledger the viewer may read. Raises PermissionDenied where there is none."""
    found = sorted(whole_and_parts(request.user, "ledger.read")[0])
    if not found:
        raise PermissionDenied(refusal_words("ledger.read"))
    return found


def _readable(request: HttpRequest, *, referrals: bool = False) -> QuerySet[Entry]:
    """Entries of the viewer's forces and of the log itself. Lists leave referrals out: only some may know of them."""
    found = Entry.objects.filter(force__in=[*_forces(request), ""])
    found = readable(found, request.user, timezone.now())
    return found if referrals else found.exclude(action__startswith="referral.")


def _asked(request: HttpRequest, found: QuerySet[Entry]) -> tuple[QuerySet[Entry], dict[str, Any]]:
    """The entries that were asked for, and what was asked."""
    given = {name: request.GET.get(name, "")[:100].replace("\x00", "").strip() for name in ("q", "action", "before")}
    query = given["q"]
    if query.isdigit():
        found = found.filter(number=int(query[:18]))
    elif query:
        found = found.filter(about_subject(query))
    if given["action"] in actions.registered():
        found = found.filter(action=given["action"])
    if given["before"].isdigit():
        found = found.filter(number__lt=int(given["before"][:18]))
    return found, {"query": query, "action": given["action"], "filtered": any(given.values())}


def _names(pseudonyms: Any) -> dict[str, str]:
    """Who is meant by pseudonyms, as the register says today."""
    found = Person.objects.filter(pseudonym__in=set(pseudonyms)).values_list("pseudonym", "display_name")
    return {REMIT: "Remit", **dict(found)}


def _state() -> dict[str, Any]:
    """What was signed last, with what key, and how much has not been signed yet."""
    state: dict[str, Any] = {"signed": None, "fault": "", "key": "", "outside": None, "stamped": None}
    try:
        state["signed"] = latest()
        known = keys.public()
        state["key"] = str(known[-1]) if known else ""
        check_rollback()
        state["outside"] = cosigning.standing()
        state["stamped"] = timestamps.standing()
    except (BadFiles, KeyFault, PolicyFault, RolledBack) as fault:
        state["fault"] = str(fault)
    head = Head.objects.first()
    state["length"] = head.number if head else 0
    if state["signed"]:
        state["waiting"] = max(0, state["length"] - state["signed"].size)
        state["root"] = str(state["signed"]).split("\n")[2]
        state["signed_at"] = datetime.fromtimestamp(tiles().checkpoint.stat().st_mtime, UTC)
    elif not keys.is_made():
        state["fault"] = state["fault"] or f"There is no key to sign with. {keys.MAKE_ONE}"
    return state


def _last_verified() -> dict[str, Any] | None:
    """When somebody last had the whole ledger verified, and what came of it."""
    last = Entry.objects.filter(action=VerifyLedger.name).order_by("-number").first()
    if last is None:
        return None
    said = line(last)
    return {"at": said.at, "checked": said.about["checked"], "faults": said.about["faults"]}
