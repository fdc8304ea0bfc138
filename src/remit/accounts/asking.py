"""What the errands about one account share: who may begin them, where they lead back, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.accounts.reading import visible_accounts
from remit.acts import door
from remit.acts.act import Act
from remit.acts.models import Proposal
from remit.people.directory import refusal_words
from remit.people.models import Person
from remit.people.permissions import permits
from remit.web.asking import Asking
from remit.web.proposing import carry_out
from remit.web.signed_in import SignedInRequest


def account_for(person: Person, pk: int, permission: str) -> Account:
    """An account that `person` may see, for something that takes `permission`.

    Raises Http404 where they may not see it, PermissionDenied where they may not do it.
    """
    account = get_object_or_404(visible_accounts(person, timezone.now()), pk=pk)
    if not permits(person, permission, account.force_id, subject_of(account)):
        raise PermissionDenied(refusal_words(permission))
    return account


class AskingAboutAccount(Asking):
    """An errand about one account, at /accounts/<pk>/…. Whoever looks after accounts judges what a policy asks."""

    permission: ClassVar[str] = ""
    #: "{account}" is its name.
    words: ClassVar[str] = ""
    puts_to = frozenset({"author", "signal", "approver"})

    account: Account

    def demand(self, request: HttpRequest) -> None:
        self.account = account_for(self.person, self.kwargs["pk"], self.permission)

    @property
    def subject(self) -> str:
        return subject_of(self.account)

    def title(self) -> str:
        return self.words.format(account=self.account)

    def back(self) -> str:
        return f"/accounts/{self.account.pk}/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        answer = super().sent(request, proposal)
        if proposal.state != Proposal.State.APPLIED:
            return answer
        door.reconsider_about(self.subject, timezone.now())
        return redirect(self.back())


def account_form(
    permission: str,
    form_class: Callable[..., forms.Form],
    make: Callable[[Account, dict[str, Any]], Act],
    *,
    heading: str,
    action: str,
    done: str,
    lede: str = "",
) -> Callable[..., HttpResponse]:
    """A view with one plain form about one account; what it did lets open proposals about it be decided again.

    Args:
        form_class: called with what was typed and `account`.
        make: the act, from the account and the cleaned data.
        heading, lede, done: words, in which "{account}" is the account.
    """

    def view(request: SignedInRequest, pk: int) -> HttpResponse:
        account = account_for(request.user, pk, permission)
        form = form_class(request.POST if request.method == "POST" else None, account=account)
        if (
            request.method == "POST"
            and form.is_valid()
            and carry_out(request, make(account, form.cleaned_data), form, done.format(account=account))
        ):
            door.reconsider_about(subject_of(account), timezone.now())
            return redirect(f"/accounts/{pk}/")
        context = {
            "form": form,
            "heading": heading.format(account=account),
            "lede": lede.format(account=account),
            "action": action,
            "back": f"/accounts/{pk}/",
        }
        return render(request, "accounts/form.html", context, status=422 if form.errors else 200)

    view.__module__ = make.__module__  # where its act is named
    return login_required(require_http_methods(["GET", "POST"])(view))
