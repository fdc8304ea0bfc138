"""Pages that connect an account to its network: what there is, connecting, disconnecting; a banner when one is lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from remit.accounts.connection import ConnectAccount, DisconnectAccount, connection_of, end, profile_of
from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.accounts.reading import visible_accounts
from remit.people.directory import refusal_words
from remit.people.models import Person
from remit.people.permissions import permits, reach
from remit.platforms import registry
from remit.platforms.models import Connection
from remit.platforms.protocol import Ask, Later, Platform, Refused
from remit.web.proposing import carry_out
from remit.web.shell import Banner
from remit.web.signed_in import SignedInRequest


class ConnectForm(forms.Form):
    """What the network asks for. A secret is never sent back to the browser."""

    def __init__(self, *args: Any, asks: Iterable[Ask], **options: Any) -> None:
        super().__init__(*args, **options)
        for ask in asks:
            self.fields[ask.name] = _field(ask)


def _field(ask: Ask) -> forms.Field:
    wanted = {"required": f"Give the {ask.label[0].lower()}{ask.label[1:]}.", "invalid_choice": "Choose one of these."}
    if ask.choices:
        only = ask.choices[0][0] if len(ask.choices) == 1 else None
        return forms.ChoiceField(
            label=ask.label,
            help_text=ask.hint,
            choices=ask.choices,
            initial=only,
            widget=forms.RadioSelect,
            error_messages=wanted,
        )
    widget = forms.PasswordInput(attrs={"autocomplete": "off"}) if ask.secret else forms.TextInput()
    return forms.CharField(
        label=ask.label, help_text=ask.hint, max_length=200, widget=widget, strip=True, error_messages=wanted
    )


def shown_on(viewer: Person, account: Account) -> dict[str, Any]:
    """What an account's own page says of its connection; nothing for a network that needs none."""
    platform = registry.find(account.platform)
    if not platform.asks():
        return {}
    connection = connection_of(account)
    return {
        "connection": connection,
        "connection_network": platform.title,
        "public_page": platform.page(profile_of(account)) if connection else "",
        "may_connect": account.state != Account.State.CLOSED and _may(viewer, account),
    }


def banners(person: Person) -> Iterable[Banner]:
    """Connections that a network no longer accepts, for those who can connect the account again."""
    reached = reach(person, "account.connect")
    if not reached:
        return
    for lost in Connection.objects.exclude(problem=""):
        account = Account.objects.filter(platform=lost.platform, handle=lost.handle).first()
        if account is not None and _may(person, account):
            title = registry.find(account.platform).title
            words = f"{lost.problem} Until then nothing is published from it."
            yield Banner(f"{account} is no longer connected to {title}", words, f"/accounts/{account.pk}/connection")


@login_required
@require_GET
def connection(request: SignedInRequest, pk: int) -> HttpResponse:
    """An account's connection, and what its network shows of the account now."""
    account, platform = _asked_for(request, pk)
    kept = connection_of(account)
    context: dict[str, Any] = {"account": account, "network": platform.title, "connection": kept}
    if kept is not None:
        context["page"] = platform.page(profile_of(account))
        try:
            context["shown"] = platform.read_profile(profile_of(account))
        except (Refused, Later) as fault:
            context["fault"] = str(fault)
    return render(request, "accounts/connection.html", context)


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "POST"])
def connect(request: SignedInRequest, pk: int) -> HttpResponse:
    """Connect an account, or connect it again."""
    account, platform = _asked_for(request, pk)
    form = ConnectForm(request.POST if request.method == "POST" else None, asks=platform.asks())
    if request.method == "POST" and form.is_valid():
        try:
            connected = platform.connect(profile_of(account), form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        except Later as later:
            form.add_error(None, f"{later.words} Nothing is connected yet. Try again in a few minutes.")
        else:
            act = ConnectAccount(account.force_id, subject_of(account), connected)
            left = carry_out(request, act, form, f"{account} is connected to {platform.title}.")
            if not act.kept:
                end(account, connected)
            if left:
                return redirect(f"/accounts/{account.pk}/")
    context = {
        "form": form,
        "heading": f"Connect {account} to {platform.title}",
        "lede": f"Remit will publish from this account and take posts down, and nothing else. It signs in to "
        f"{platform.title} once with what you give here, and keeps only the session it gets, encrypted.",
        "action": "Connect it",
        "back": f"/accounts/{account.pk}/",
    }
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def disconnect(request: SignedInRequest, pk: int) -> HttpResponse:
    """Disconnect an account, after a page that says what follows."""
    account, platform = _asked_for(request, pk)
    if connection_of(account) is None:
        raise Http404
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = DisconnectAccount(account.force_id, subject_of(account))
        if carry_out(request, act, form, f"{account} is no longer connected to {platform.title}."):
            return redirect(f"/accounts/{account.pk}/")
    context = {
        "form": form,
        "question": f"Disconnect {account} from {platform.title}?",
        "consequence": f"Nothing more is published from it or taken down by Remit, at once: posts that wait fail, and "
        f"say so. What is on {platform.title} stays there. Delete the app password there as well.",
        "action": "Disconnect it",
        "back": f"/accounts/{account.pk}/connection",
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


def _asked_for(request: SignedInRequest, pk: int) -> tuple[Account, Platform]:
    """The account and its network, for somebody who may connect it; 404 where there is nothing to connect."""
    account = get_object_or_404(visible_accounts(request.user, timezone.now()), pk=pk)
    platform = registry.find(account.platform)
    if not platform.asks():
        raise Http404
    if not _may(request.user, account):
        raise PermissionDenied(refusal_words("account.connect"))
    return account, platform


def _may(person: Person, account: Account) -> bool:
    return permits(person, "account.connect", account.force_id, subject_of(account))
