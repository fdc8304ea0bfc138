"""Pages on which an account in use is changed, reviewed and looked into, and its password is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from remit.accounts.acts import changing
from remit.accounts.acts.access import KINDS, PURPOSES, AccessAccount
from remit.accounts.acts.changing import AlterAccount, ChangePassword, ReviewAccount
from remit.accounts.asking import AskingAboutAccount
from remit.acts import door
from remit.acts.act import Act
from remit.acts.facts import vocabulary
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.people.fields import PersonField, of_force
from remit.people.models import Person
from remit.web.forms import offer


class InUse(AskingAboutAccount):
    """An errand about an account that is set up and not closed."""

    def demand(self, request: HttpRequest) -> None:
        super().demand(request)
        if not self.account.in_use:
            raise Http404


class AlterForm(forms.Form):
    """What is changed, and to what."""

    change = forms.ChoiceField(
        label="What is to be changed?",
        choices=list(changing.CHANGES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is to be changed."},
    )
    value = forms.CharField(
        label="To what?",
        help_text="The new name, description or address; the application; or the reason for suspending it.",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    owner = PersonField(label="If it gets another owner: who?", required=False)

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        of_force(self, person.force_id)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("change") in changing.VALUED and not given.get("value", "").strip():
            self.add_error("value", "Say what it is to be.")
        if given.get("change") == "owner" and not given.get("owner") and "owner" not in self.errors:
            self.add_error("owner", "Give the number of the new owner.")
        return given


class Alter(InUse):
    """Change something about an account."""

    permission = "account.change"
    words = "Change something about {account}"
    lede = "Your policy says for each change who may make it and who is told."
    action = "Make the change"

    def make_form(self, data: Any = None) -> forms.Form:
        return AlterForm(data, person=self.person)

    def act(self, given: Mapping[str, Any]) -> Act:
        owner = given["owner"] if given["change"] == "owner" else None
        return AlterAccount(self.account.force_id, self.subject, given["change"], given["value"], owner)


class ReviewForm(forms.Form):
    """The kind of review, and what came of it."""

    review = forms.ChoiceField(
        label="Which review is it?",
        choices=list(changing.REVIEWS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the kind of review."},
    )
    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=list(changing.OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it."},
    )
    words = forms.CharField(
        label="What did you find?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what you found."},
    )


class Review(InUse):
    """Record a review."""

    permission = "account.review"
    words = "Review {account}"
    lede = "What follows from it is decided by a person: a review closes nothing by itself."
    action = "Record the review"
    form_class = ReviewForm

    def act(self, given: Mapping[str, Any]) -> Act:
        return ReviewAccount(self.account.force_id, self.subject, given["review"], given["outcome"], given["words"])


class PasswordForm(forms.Form):
    """Why a password is changed, as the policies tell the reasons apart."""

    reason = forms.ChoiceField(
        label="Why is it changed?", widget=forms.RadioSelect, error_messages={"required": "Choose the reason."}
    )
    cause = forms.ChoiceField(
        label="What is behind it?", widget=forms.RadioSelect, error_messages={"required": "Choose what is behind it."}
    )

    def __init__(self, *args: Any, force: str, **options: Any) -> None:
        super().__init__(*args, **options)
        known = vocabulary(packs_of(force))
        for field, fact in (("reason", "credential.change_reason"), ("cause", "credential.cause")):
            offer(self, field, [(k, words[:1].upper() + words[1:]) for k, words in known[fact].values.items()])


class Password(InUse):
    """Change the password. The new one is not asked for here."""

    permission = "account.access"
    words = "Change the password of {account}"
    lede = "Never write a password here. When it is changed, lodge the new one on the account’s page."
    action = "Change it"

    def make_form(self, data: Any = None) -> forms.Form:
        return PasswordForm(data, force=self.account.force_id)

    def act(self, given: Mapping[str, Any]) -> Act:
        since = timezone.now().isoformat()
        return ChangePassword(self.account.force_id, self.subject, given["reason"], given["cause"], since)


class AccessForm(forms.Form):
    """What somebody wants to do, and what for."""

    access = forms.ChoiceField(
        label="What do you want to do?",
        choices=list(KINDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to do."},
    )
    purpose = forms.ChoiceField(
        label="What is it for?",
        choices=list(PURPOSES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is for."},
    )
    case = forms.CharField(label="Reference of the audit or complaint, if there is one", max_length=80, required=False)
    reason = forms.CharField(
        label="Why do you need it?", max_length=1000, error_messages={"required": "Say why you need it."}
    )


class Access(InUse):
    """Ask to look into an account. What is allowed holds for today, and each look is recorded before it is shown."""

    permission = "account.access"
    words = "Look into {account}"
    lede = "What is allowed holds for today. Each look is recorded before anything is shown."
    action = "Ask for it"
    form_class = AccessForm

    def act(self, given: Mapping[str, Any]) -> Act:
        return AccessAccount(self.account.force_id, self.subject, **given)

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        answer = super().sent(request, proposal)
        if proposal.state == Proposal.State.APPLIED and proposal.data["access"] == "credentials":
            door.reconsider_about(self.subject, timezone.now())
            return redirect(f"/accounts/{self.account.pk}/credentials")
        return answer
