"""Pages of the register of accounts: the list, one account, and the forms that change it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from remit.accounts import acts, granting
from remit.accounts.acts import account_kinds
from remit.accounts.acts.granting import live_for
from remit.accounts.connecting import shown_on
from remit.accounts.facts import authorisations, covers, live_stops, stops_covering, subject_of, user_counts
from remit.accounts.forms import AccountForm, RegisterForm, StateForm
from remit.accounts.models import Account, Application
from remit.accounts.next_steps import doings, steps
from remit.accounts.reading import listed, visible_accounts
from remit.accounts.records import record_words
from remit.accounts.uses import listed_on
from remit.acts.act import act_named
from remit.acts.consider import waiting_on
from remit.acts.models import Duty, Grant, Proposal
from remit.acts.packs import packs_in_use
from remit.ledger.reading import history
from remit.people.directory import refusal_words
from remit.people.models import Person
from remit.people.permissions import permits, permitted, reach
from remit.platforms.limits import LIMITS
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest

PER_PAGE = 25
#: How many records the page of an account shows.
MOST_RECORDS = 12
#: What the page of an account offers to whoever may do it.
_OFFERED = (
    *("account.change", "account.authorise", "account.stop", "account.keep"),
    *("account.review", "account.access", "account.decide"),
)


@login_required
@require_GET
def accounts(request: SignedInRequest) -> HttpResponse:
    """Every account that the viewer may see, by words, network, kind and state."""
    asked = {name: request.GET.get(name, "")[:100].replace("\x00", "").strip() for name in ("network", "kind", "state")}
    query = request.GET.get("q", "")[:100].replace("\x00", "").strip()
    now = timezone.now()
    page = Paginator(listed(request.user, now, query, **asked), PER_PAGE).get_page(request.GET.get("page"))
    kinds = _kinds()
    users = user_counts(page.object_list, now)
    stops = [stop for force in {account.force_id for account in page} for stop in live_stops(force, now)]
    rows = [
        {
            "account": account,
            "network_title": _network(account),
            "kind_title": kinds.get(account.kind, account.kind),
            "users": users.get(account.pk, 0),
            "is_stopped": any(covers(stop, account) for stop in stops),
        }
        for account in page
    ]
    networks = sorted(set(visible_accounts(request.user, now).values_list("network", flat=True)))
    filters = [
        ("network", "Network", "Any network", [(key, LIMITS[key].title if key in LIMITS else key) for key in networks]),
        ("kind", "Kind", "Any kind", list(kinds.items())),
        ("state", "State", "Any state", list(Account.State.choices)),
    ]
    context = {
        "page": page,
        "rows": rows,
        "query": query,
        "filters": [
            {"name": name, "label": label, "any": every, "choices": choices, "value": asked[name]}
            for name, label, every, choices in filters
        ],
        "filtered": bool(query or any(asked.values())),
        "may_register": permits(request.user, "account.register", request.user.force_id),
        "stops_href": "/accounts/stops/" if reach(request.user, "account.read") else "",
    }
    return render(request, "accounts/list.html", context)


@login_required
@require_GET
def account(request: SignedInRequest, pk: int) -> HttpResponse:
    """One account: its entry, who may use it, what stops it, its history."""
    shown = _visible(request, pk)
    now = timezone.now()
    subject = subject_of(shown)
    may = permitted(request.user, _OFFERED, shown.force_id, subject)
    context = {
        "account": shown,
        "network_title": _network(shown),
        "kind_title": _kinds().get(shown.kind, shown.kind),
        "kind_meaning": _kind_meaning(shown),
        "stops": stops_covering(shown, now),
        "users": _users(shown, now),
        "waiting": _waiting(subject, shown.force_id, request.user, now),
        "posts": listed_on(request.user, shown, now),
        "history": _history(shown),
        "may_change": "account.change" in may,
        "may_authorise": "account.authorise" in may,
        "may_stop": "account.stop" in may,
        "doings": doings(shown, may),
        "groups": shown.groups.all(),
        "exceptions": [granting.row(request.user, grant, now) for grant in live_for(shown, now)],
        "steps": steps(shown, may),
        "application": _application(shown),
        "records": _records(shown),
        "duties": _duties(shown, request.user),
        "may_keep": "account.keep" in may,
        "may_see_people": bool(reach(request.user, "person.read")),
        **shown_on(request.user, shown),
    }
    return render(request, "accounts/account.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def register(request: SignedInRequest) -> HttpResponse:
    """Put an account on the register of the viewer's own force."""
    force = request.user.force
    _demand(request, "account.register", force.pk)
    form = RegisterForm(request.POST if request.method == "POST" else None, force=force)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        act = acts.RegisterAccount(
            force.pk,
            given["platform"],
            given["network"],
            given["handle"],
            form.entry(),
            given["created_on"].isoformat(),
        )
        if carry_out(request, act, form, f"@{act.handle} is on the register. Nobody may use it yet."):
            return redirect("/accounts/")
    return _form(request, form, "Register an account", "Register it", "/accounts/")


@login_required
@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change an account's entry."""
    shown = _visible(request, pk)
    _demand(request, "account.change", shown.force_id, shown)
    form = AccountForm(
        request.POST if request.method == "POST" else None, force=shown.force, initial=AccountForm.initial_of(shown)
    )
    if request.method == "POST" and form.is_valid():
        act = acts.ChangeAccount(shown.force_id, subject_of(shown), form.entry())
        if carry_out(request, act, form, "The entry is changed."):
            return redirect(_page(shown))
    extra = {"other_href": f"{_page(shown)}state", "other_words": "Change its state (on trial, live, dormant)"}
    return _form(request, form, f"Change the entry of {shown}", "Save", _page(shown), **extra)


@login_required
@require_http_methods(["GET", "POST"])
def state(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that an account is on trial, live or dormant."""
    shown = _visible(request, pk)
    _demand(request, "account.change", shown.force_id, shown)
    form = StateForm(request.POST if request.method == "POST" else None, initial={"state": shown.state})
    if request.method == "POST" and form.is_valid():
        act = acts.SetState(shown.force_id, subject_of(shown), form.cleaned_data["state"])
        if carry_out(request, act, form, "The state is changed."):
            return redirect(_page(shown))
    return _form(request, form, f"Change the state of {shown}", "Save", _page(shown))


@login_required
@require_http_methods(["GET", "POST"])
def end_authorisation(request: SignedInRequest, pk: int, grant: int) -> HttpResponse:
    """End somebody's use of an account, after a page that says what follows."""
    shown = _visible(request, pk)
    _demand(request, "account.authorise", shown.force_id, shown)
    held = get_object_or_404(authorisations(shown, timezone.now()), pk=grant)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = acts.EndAuthorisation(shown.force_id, subject_of(shown), held.pk)
        if carry_out(request, act, form, f"{held.person} may no longer use {shown}."):
            return redirect(_page(shown))
    context = {
        "form": form,
        "question": f"End the authorisation of {held.person}?",
        "consequence": f"{held.person} can no longer publish from {shown}, at once. What they have already put forward "
        "is decided again before it goes out.",
        "action": "End the authorisation",
        "back": _page(shown),
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


def _visible(request: SignedInRequest, pk: int) -> Account:
    """The account, if the viewer may see it; 404 otherwise, the same as for one that is not there."""
    return get_object_or_404(visible_accounts(request.user, timezone.now()), pk=pk)


def _demand(request: SignedInRequest, permission: str, force: str, about: Account | None = None) -> None:
    """Refuse the form itself to whoever could not send it."""
    if not permits(request.user, permission, force, subject_of(about) if about else ""):
        raise PermissionDenied(refusal_words(permission))


def _page(account: Account) -> str:
    return f"/accounts/{account.pk}/"


def _form(
    request: SignedInRequest, form: forms.Form, heading: str, action: str, back: str, **extra: str
) -> HttpResponse:
    context = {"form": form, "heading": heading, "action": action, "back": back, **extra}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


def _kinds() -> dict[str, str]:
    """Kinds of account as labels: "Main account of the whole force"."""
    return {
        key: (words := text.removeprefix("a ").removeprefix("an "))[0].upper() + words[1:]
        for key, text in account_kinds().items()
    }


def _kind_meaning(account: Account) -> str:
    """What the force's own policy says this kind of account is."""
    found = [pack.account_kinds.get(account.kind, "") for pack in packs_in_use(account.force.packs)]
    return " ".join(words for words in found if words)


def _network(account: Account) -> str:
    title = LIMITS[account.network].title if account.network in LIMITS else account.network
    return f"{title} (practice network)" if account.platform == "practice" else title


def _records(account: Account) -> list[dict[str, Any]]:
    """What was recorded about the account, newest first, as its page shows it."""
    return [
        {"words": record_words(each.kind), "on": each.on, "by": each.by or "Remit", "more": each.words}
        for each in account.records.select_related("by").order_by("-on", "-pk")[:MOST_RECORDS]
    ]


def _users(account: Account, now: datetime) -> QuerySet[Grant]:
    """Who may use the account, since when, and who said so, by name."""
    named = ("person__display_name", "given_by__display_name")
    users = authorisations(account, now).select_related("given_by").order_by("person__display_name")
    return users.only("since", "until", *named)


def _application(account: Account) -> Application | None:
    """The application that led to the account, with who made it."""
    made = Application.objects.filter(account=account).select_related("applicant")
    return made.only("made_on", "applicant__display_name").first()


def _duties(account: Account, viewer: Person) -> list[tuple[Duty, bool]]:
    """What is to be done about the account, each with whether it is on the viewer's own list."""
    due = Duty.objects.filter(subject=subject_of(account), force=account.force_id, state=Duty.State.DUE)
    mine = set(due.filter(put_to=viewer).order_by().values_list("pk", flat=True))
    return [(duty, duty.pk in mine) for duty in due]


def _waiting(subject: str, force: str, viewer: Person, now: datetime) -> list[dict[str, Any]]:
    """Proposals about the account that wait for somebody."""
    open_ = Proposal.objects.filter(subject=subject, force=force, state=Proposal.State.OPEN)
    return [
        {
            "label": act_named(proposal.act).label,
            "by": proposal.proposer or "Remit",
            "at": proposal.proposed_at,
            "waits_for": "; ".join(waiting_on(proposal, now)),
            "href": f"/proposals/{proposal.pk}/" if proposal.proposer_id == viewer.pk else "",
            "questions": f"/approvals/questions/{proposal.pk}/" if _asks(proposal, viewer) else "",
        }
        for proposal in open_.prefetch_related("proposer")
    ]


def _asks(proposal: Proposal, viewer: Person) -> bool:
    """Whether the last decision asks something of `viewer`, who proposed it."""
    return proposal.proposer_id == viewer.pk and any(ask["who"] == "author" for ask in proposal.decision.get("ask", []))


def _history(account: Account) -> list[dict[str, Any]]:
    """What the ledger says of the account and of the stops on it alone, newest first, for the timeline component."""
    stops = [f"accounts.stop:{pk}" for pk in account.stops.values_list("pk", flat=True)]
    lines = sorted(history(subject_of(account), *stops), key=lambda line: line.number, reverse=True)[:50]
    names = dict(
        Person.objects.filter(pseudonym__in={line.actor for line in lines}).values_list("pseudonym", "display_name")
    )
    return [
        {"title": line.words, "by": names.get(line.actor, "Remit"), "at": line.at, "clauses": line.clauses}
        for line in lines
    ]
