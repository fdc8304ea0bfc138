"""Forms of the register of accounts and of the stop switch. Each lists only what the force itself has."""

from __future__ import annotations

from typing import Any

from django import forms

from remit.accounts.acts import STATES, account_kinds
from remit.accounts.models import Account
from remit.people.fields import PersonField, number_of, of_force
from remit.people.models import Force, Team
from remit.platforms import registry
from remit.platforms.limits import LIMITS
from remit.web.forms import DayField, offer


def _required(what: str) -> dict[str, str]:
    return {"required": what, "invalid_choice": "Choose one of the list."}


class AccountForm(forms.Form):
    """An account's entry in the register."""

    name = forms.CharField(
        label="Name", help_text="As the public sees it.", max_length=120, error_messages=_required("Give its name.")
    )
    kind = forms.ChoiceField(label="Kind of account", error_messages=_required("Choose the kind of account."))
    purpose = forms.CharField(
        label="What is it for?",
        max_length=2000,
        widget=forms.Textarea,
        error_messages=_required("Say what the account is for."),
    )
    area = forms.CharField(label="Area, if it is for one", max_length=120, required=False)
    team = forms.ChoiceField(label="Team that runs it", required=False)
    owner = PersonField(label="Owner, if there is one", required=False)
    monitored_by_contact = forms.BooleanField(label="Contact staff monitor it", required=False)

    def __init__(self, *args: Any, force: Force, **options: Any) -> None:
        super().__init__(*args, **options)
        of_force(self, force)
        offer(self, "kind", [(key, words[0].upper() + words[1:]) for key, words in account_kinds().items()])
        offer(self, "team", [("", "None"), *((t.key, t.name) for t in Team.objects.filter(force=force))])

    def entry(self) -> dict[str, Any]:
        """What was given, as the acts take it."""
        names = ("name", "kind", "purpose", "area", "team", "owner", "monitored_by_contact")
        return {name: self.cleaned_data[name] for name in names}

    @staticmethod
    def initial_of(account: Account) -> dict[str, Any]:
        """The form's first values: the entry as it stands."""
        names = ("name", "kind", "purpose", "area", "monitored_by_contact")
        return {
            **{name: getattr(account, name) for name in names},
            "team": account.team.key if account.team else "",
            "owner": number_of(account.owner),
        }


class RegisterForm(AccountForm):
    """A new account: also where it is and since when."""

    platform = forms.ChoiceField(label="Published through", error_messages=_required("Choose how it is published."))
    network = forms.ChoiceField(
        label="Network", help_text="Its limits and counters are kept.", error_messages=_required("Choose the network.")
    )
    handle = forms.CharField(
        label="Handle", help_text="Without @.", max_length=80, error_messages=_required("Give the handle.")
    )
    created_on = DayField(label="Opened on")
    field_order = ["name", "handle", "network", "platform", "kind", "purpose", "created_on"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "platform", [(name, registry.find(name).title) for name in registry.names()])
        offer(self, "network", [(limits.network, limits.title) for limits in LIMITS.values()])

    def clean_handle(self) -> str:
        return str(self.cleaned_data["handle"]).strip().removeprefix("@")


class StateForm(forms.Form):
    state = forms.ChoiceField(
        label="State",
        choices=[(state.value, state.label) for state in STATES],
        widget=forms.RadioSelect,
        error_messages=_required("Choose a state."),
    )


class AuthoriseForm(forms.Form):
    """Who is to use an account, why, and until when."""

    person = PersonField(label="Who?", error_messages=_required("Give their number."))
    reason = forms.CharField(
        label="Why do they need this account?",
        max_length=1000,
        widget=forms.Textarea,
        error_messages=_required("Say why they need it."),
    )
    until = DayField(label="Until (leave empty for no end)", required=False)
    using_since = DayField(label="If they use it already: since when?", required=False)

    def __init__(self, *args: Any, force: Force, **options: Any) -> None:
        super().__init__(*args, **options)
        of_force(self, force)


class StopForm(forms.Form):
    """What to stop, and why. The first step of two: the next page says what follows."""

    covers = forms.ChoiceField(
        label="What should stop?", widget=forms.RadioSelect, error_messages=_required("Choose what should stop.")
    )
    area = forms.ChoiceField(label="Which area?", required=False)
    account = forms.TypedChoiceField(label="Which account?", required=False, coerce=int, empty_value=None)
    reason = forms.CharField(
        label="Why?",
        help_text="Everybody in the force sees this, so keep operational detail out of it.",
        max_length=200,
        error_messages=_required("Say why, such as “Major incident”."),
    )

    def __init__(self, *args: Any, accounts: list[Account], force: Force, whole_force: bool, **options: Any) -> None:
        """`accounts` are those that the person may stop; only `whole_force` may stop more than one at a time."""
        super().__init__(*args, **options)
        areas = sorted({account.area for account in accounts if account.area})
        choices = [("account", "One account")]
        if whole_force:
            choices = [
                ("force", f"Every account of {force}"),
                *([("area", "Every account of one area")] if areas else []),
            ]
            choices.append(("account", "One account"))
        offer(self, "covers", choices)
        offer(self, "area", [("", "Choose an area"), *((area, area) for area in areas)])
        offer(self, "account", [("", "Choose an account"), *((a.pk, str(a)) for a in accounts)])
        if not whole_force:
            del self.fields["area"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("covers") == "area" and not given.get("area"):
            self.add_error("area", "Choose the area.")
        if given.get("covers") == "account" and not given.get("account"):
            self.add_error("account", "Choose the account.")
        if given.get("covers") != "area":
            given["area"] = ""
        if given.get("covers") != "account":
            given["account"] = None
        return given
