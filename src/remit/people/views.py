"""Pages of the register of people: the list, one person, and the forms that change what somebody holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from remit.accounts.facts import accounts_for
from remit.acts import door
from remit.people import acts, entry
from remit.people.acts.qualifications import training_kinds
from remit.people.acts.roles import roles_of
from remit.people.acts.subjects import person_subject
from remit.people.directory import refusal_words
from remit.people.documents import current_version, document_title
from remit.people.facts import DUTY_STATE_HOLDS
from remit.people.forms import (
    GRADES,
    DeviceForm,
    DutyForm,
    EntryForm,
    LeavingForm,
    MovingForm,
    PasswordForm,
    RoleForm,
    TrainingForm,
)
from remit.people.models import Person, RoleHeld, Team
from remit.people.permissions import permits, reach, role_title
from remit.people.reading import listed, visible_people
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest

PER_PAGE = 25


@login_required
@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody whom the viewer may see, by name, team or role."""
    query, team, role = (request.GET.get(name, "")[:100].replace("\x00", "").strip() for name in ("q", "team", "role"))
    page = Paginator(listed(request.user, query, team, role), PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = []
    for person in page:
        held = [r for r in person.roles_held.all() if r.since <= today and (r.until is None or r.until >= today)]
        rows.append({"person": person, "role_titles": list(dict.fromkeys(role_title(r.role) for r in held))})
    context = {
        "page": page,
        "rows": rows,
        "query": query,
        "team": team,
        "role": role,
        "teams": Team.objects.filter(force=request.user.force),
        "roles": roles_of(request.user.force_id).items(),
        "only_self": not reach(request.user, "person.read"),
        "may_add": permits(request.user, "person.change", request.user.force_id),
    }
    return render(request, "people/list.html", context)


@login_required
@require_GET
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One entry. Looking at somebody else's is in the ledger before it is shown."""
    shown = _visible(request, pk)
    own = shown.pk == request.user.pk
    if not own:
        door.propose(acts.ReadPerson(shown.force_id, person_subject(shown)), request.user, timezone.now())
    now = timezone.now()
    may = {
        name: permits(request.user, permission, shown.force_id, person_subject(shown))
        for name, permission in {
            "may_change": "person.change",
            "may_give": "role.give",
            "may_train": "training.record",
            "may_register_device": "device.register",
            "may_set_password": "password.set",
        }.items()
    }
    duty_known = shown.duty_state_at and now - shown.duty_state_at <= DUTY_STATE_HOLDS
    context = {
        "person": shown,
        "own": own,
        **may,
        "grade": GRADES.get(shown.grade, shown.grade.replace("_", " ").capitalize()),
        "duty": shown.get_duty_state_display() if duty_known else "",
        "duty_href": f"/people/{shown.pk}/duty",
        "roles": entry.roles(shown),
        "accounts": accounts_for(shown, now),
        "trainings": [{"title": training_kinds().get(t.kind, t.kind), "on": t.on} for t in shown.trainings.all()],
        "documents": entry.documents(shown),
        "devices": shown.devices.filter(ended_on=None),
        "history": entry.history_of(shown) if own or may["may_change"] or _may_audit(request, shown) else [],
    }
    return render(request, "people/person.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """Put somebody on the register of the viewer's own force."""
    force = request.user.force
    _demand(request, "person.change", force.pk)
    form = EntryForm(request.POST if request.method == "POST" else None, force=force)
    if request.method == "POST" and form.is_valid():
        act = acts.AddPerson(force.pk, form.cleaned_data["username"].strip().lower(), form.entry())
        if carry_out(request, act, form, f"{act.entry['display_name']} is on the register."):
            return redirect("/people/")
    lede = "They cannot sign in until a system administrator gives them a password."
    return _form(request, form, "Add somebody to the register", "Add them", "/people/", lede)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change somebody's entry."""
    shown = _visible(request, pk)
    _demand(request, "person.change", shown.force_id, shown)
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        force=shown.force,
        person=shown,
        initial=EntryForm.initial_of(shown),
    )
    if request.method == "POST" and form.is_valid():
        act = acts.ChangePerson(shown.force_id, person_subject(shown), form.entry())
        if carry_out(request, act, form, "The entry is changed."):
            return redirect(f"/people/{shown.pk}/")
    other = [
        (f"/people/{shown.pk}/leave", f"{shown} leaves the force"),
        (f"/people/{shown.pk}/move", f"{shown} moves to another team"),
    ]
    return _form(request, form, f"Change the entry of {shown}", "Save", f"/people/{shown.pk}/", others=other)


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record that somebody leaves, naming what ends."""
    shown = _visible(request, pk)
    _demand(request, "person.change", shown.force_id, shown)
    initial = {"leaving_on": shown.leaving_on, "told_on": shown.leaving_told_on}
    form = LeavingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data["told_on"]
        act = acts.RecordLeaving(
            shown.force_id,
            person_subject(shown),
            form.cleaned_data["leaving_on"].isoformat(),
            told.isoformat() if told else None,
            form.keeps(),
        )
        if carry_out(request, act, form, f"{shown} leaves: every role and permission ends on that day."):
            return redirect("/people/")
    roles, accounts = len(entry.roles(shown)), accounts_for(shown, timezone.now()).count()
    return _confirm(
        request,
        form,
        f"When does {shown} leave?",
        f"At the end of that day {roles} role{'s'[: roles != 1]} and the use of {accounts} "
        f"account{'s'[: accounts != 1]} end. What they wrote and decided stays in the record.",
        "Record that they leave",
        f"/people/{shown.pk}/",
        danger=True,
    )


@login_required
@require_http_methods(["GET", "POST"])
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record that somebody moves to another team, naming what ends."""
    shown = _visible(request, pk)
    _demand(request, "person.change", shown.force_id, shown)
    initial = {"teams": list(shown.teams.values_list("key", flat=True))}
    form = MovingForm(request.POST if request.method == "POST" else None, force=shown.force, initial=initial)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["moved_on"].isoformat()
        act = acts.RecordMove(shown.force_id, person_subject(shown), day, form.cleaned_data["teams"])
        if carry_out(request, act, form, f"{shown} moves: their use of accounts ends on that day."):
            return redirect(f"/people/{shown.pk}/")
    accounts = accounts_for(shown, timezone.now()).count()
    return _confirm(
        request,
        form,
        f"When does {shown} move to another team?",
        f"At the end of that day the use of {accounts} account{'s'[: accounts != 1]} ends, and the roles over a team "
        "that they leave. Whoever looks after the accounts is asked to change passwords where the policy says so.",
        "Record that they move",
        f"/people/{shown.pk}/change",
        danger=True,
    )


@login_required
@require_http_methods(["GET", "POST"])
def give_role(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give somebody a role."""
    shown = _visible(request, pk)
    _demand(request, "role.give", shown.force_id, shown)
    form = RoleForm(request.POST if request.method == "POST" else None, force=shown.force)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        act = acts.GiveRole(
            shown.force_id,
            person_subject(shown),
            given["role"],
            given["since"].isoformat(),
            given["until"].isoformat() if given["until"] else None,
            given["team"],
            given["account"],
        )
        if carry_out(request, act, form, f"{shown} holds the role {role_title(given['role'])}."):
            return redirect(f"/people/{shown.pk}/")
    return _form(request, form, f"Give {shown} a role", "Give the role", f"/people/{shown.pk}/")


@login_required
@require_http_methods(["GET", "POST"])
def end_role(request: SignedInRequest, pk: int, held: int) -> HttpResponse:
    """End a role, after a page that says what ends with it."""
    shown = _visible(request, pk)
    _demand(request, "role.give", shown.force_id, shown)
    role = get_object_or_404(RoleHeld, pk=held, person=shown, force=shown.force_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    title = role_title(role.role)
    if request.method == "POST" and form.is_valid():
        act = acts.EndRole(shown.force_id, person_subject(shown), role.pk)
        if carry_out(request, act, form, f"{shown} no longer holds the role {title}."):
            return redirect(f"/people/{shown.pk}/")
    return _confirm(
        request,
        form,
        f"End the role {title}?",
        f"{shown} can no longer do what it allows, at once. What they are asked for under it goes to the others who "
        "hold it.",
        "End the role",
        f"/people/{shown.pk}/",
        danger=True,
    )


@login_required
@require_http_methods(["GET", "POST"])
def training(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record that somebody attended a training."""
    shown = _visible(request, pk)
    _demand(request, "training.record", shown.force_id, shown)
    form = TrainingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        act = acts.RecordTraining(shown.force_id, person_subject(shown), given["training"], given["on"].isoformat())
        if carry_out(request, act, form, "The training is recorded."):
            return redirect(f"/people/{shown.pk}/")
    return _form(request, form, f"Record training of {shown}", "Record it", f"/people/{shown.pk}/")


@login_required
@require_http_methods(["GET", "POST"])
def add_device(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a device on the register for somebody."""
    shown = _visible(request, pk)
    _demand(request, "device.register", shown.force_id, shown)
    form = DeviceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = acts.RegisterDevice(shown.force_id, person_subject(shown), **form.cleaned_data)
        if carry_out(request, act, form, "The device is on the register."):
            return redirect(f"/people/{shown.pk}/")
    return _form(request, form, f"Add a device of {shown}", "Add it", f"/people/{shown.pk}/")


@sensitive_post_parameters("old", "new", "again")
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def password(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody changes their own password, or a system administrator sets another person's."""
    shown = _visible(request, pk)
    _demand(request, "password.set", shown.force_id, shown)
    own = shown.pk == request.user.pk
    form = PasswordForm(request.POST if request.method == "POST" else None, person=shown, own=own)
    if request.method == "POST" and form.is_valid():
        act = acts.SetPassword(shown.force_id, person_subject(shown), form.cleaned_data["new"])
        done = "Your password is changed." if own else f"{shown} can sign in with the new password."
        if carry_out(request, act, form, done):
            if own:
                update_session_auth_hash(request, Person.objects.get(pk=shown.pk))
            return redirect(f"/people/{shown.pk}/")
    heading = "Change your password" if own else f"Set a password for {shown}"
    lede = (
        "You stay signed in here, and are signed out everywhere else."
        if own
        else f"{shown} is signed out everywhere. Tell them the password in person, and that they should change it. "
        f"They sign in as {shown.username}."
    )
    return _form(request, form, heading, "Save the password", f"/people/{shown.pk}/", lede)


@login_required
@require_http_methods(["GET", "POST"])
def duty(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody says for themself whether they are on duty."""
    shown = _oneself(request, pk)
    form = DutyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = acts.SetDutyState(shown.force_id, person_subject(shown), form.cleaned_data["state"])
        if carry_out(request, act, form, "Noted, for the next twelve hours."):
            return redirect(f"/people/{shown.pk}/")
    return _form(request, form, "Your duty", "Save", f"/people/{shown.pk}/")


@login_required
@require_http_methods(["GET", "POST"])
def acknowledge(request: SignedInRequest, pk: int, document: str) -> HttpResponse:
    """Somebody reads and accepts a document in its present version."""
    shown = _oneself(request, pk)
    title = document_title(document)
    if not title:
        raise Http404
    version = current_version(document)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = acts.Acknowledge(shown.force_id, person_subject(shown), document, version)
        if carry_out(request, act, form, f"You have accepted {title}."):
            return redirect(f"/people/{shown.pk}/")
    kind, _, pack = document.partition(":")
    context = {
        "form": form,
        "question": f"Read and accept: {title}",
        "consequence": "By accepting you say that you have read and understood it and will follow it. "
        "The day and the version are kept on your entry.",
        "action": "I have read and accept it",
        "back": f"/people/{shown.pk}/",
        "read_href": f"/policy/{pack}/" if kind == "policy" else "",
        "version": version,
    }
    return render(request, "people/acknowledge.html", context)


def _visible(request: SignedInRequest, pk: int) -> Person:
    """The person, if the viewer may see them; 404 otherwise, the same as for somebody who is not there."""
    return get_object_or_404(visible_people(request.user).select_related("force", "line_manager"), pk=pk)


def _oneself(request: SignedInRequest, pk: int) -> Person:
    shown = _visible(request, pk)
    if shown.pk != request.user.pk:
        raise PermissionDenied("That is for them to do themself.")
    return shown


def _demand(request: SignedInRequest, permission: str, force: str, about: Person | None = None) -> None:
    """Refuse the form itself to whoever could not send it."""
    if not permits(request.user, permission, force, person_subject(about) if about else ""):
        raise PermissionDenied(refusal_words(permission))


def _may_audit(request: SignedInRequest, shown: Person) -> bool:
    return permits(request.user, "ledger.read", shown.force_id)


def _form(
    request: SignedInRequest, form: forms.Form, heading: str, action: str, back: str, lede: str = "", **extra: Any
) -> HttpResponse:
    context = {"form": form, "heading": heading, "action": action, "back": back, "lede": lede, **extra}
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


def _confirm(
    request: SignedInRequest,
    form: forms.Form,
    question: str,
    consequence: str,
    action: str,
    back: str,
    danger: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "question": question,
        "consequence": consequence,
        "action": action,
        "back": back,
        "danger": danger,
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)
