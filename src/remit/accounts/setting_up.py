"""Pages on which a granted account is set up, its trial gets objectives, and the trial is assessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from remit.accounts.acts.setting_up import OBJECTIVES, OUTCOMES, RESULTS, AddObjective, AssessTrial, SetUpAccount
from remit.accounts.asking import AskingAboutAccount, account_form
from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.accounts.records import full_facts
from remit.acts.act import Act
from remit.people.models import Device
from remit.platforms import registry
from remit.web.forms import DayField, offer

#: States in which an account begins, with what each means.
BEGINS = {"trial": "With a trial", "live": "Live at once"}


class SetUpForm(forms.Form):
    """What stands on the account and what it is tied to."""

    handle = forms.CharField(
        label="Handle", help_text="Without @.", max_length=80, error_messages={"required": "Give the handle."}
    )
    platform = forms.ChoiceField(label="Published through")
    opened_on = DayField(label="Opened on")
    bio = forms.CharField(
        label="Description on its page",
        help_text="The profile text, with the statements that your policy wants there.",
        max_length=5000,
        widget=forms.Textarea,
        required=False,
    )
    button = forms.CharField(label="Address that its button leads to, if it has one", max_length=300, required=False)
    emails = forms.CharField(
        label="E-mail addresses that it is linked to",
        help_text="One on each line. Remit keeps only whether the force issued each.",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    phones = forms.MultipleChoiceField(
        label="Phones whose number it is linked to", widget=forms.CheckboxSelectMultiple, required=False
    )
    state = forms.ChoiceField(
        label="How does it begin?",
        choices=list(BEGINS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it begins with a trial."},
    )
    trial_ends_on = DayField(label="With a trial: the day on which it ends", required=False)

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "platform", [(name, registry.find(name).title) for name in registry.names()])
        phones = Device.objects.filter(force=account.force_id, kind=Device.Kind.PHONE, ended_on=None)
        held = phones.filter(owner=Device.Owner.FORCE, person__in=_people_of(account))
        choices = [(str(device.pk), device.name) for device in held]
        offer(self, "phones", [*choices, ("personal", "A number that the force did not issue")])
        facts = full_facts(account, None, now=timezone.now())
        first = {
            "handle": account.handle,
            "platform": account.platform,
            "opened_on": timezone.localdate(),
            "bio": account.bio,
            "trial_ends_on": facts.get("trial.ends_on"),
            "state": "trial" if facts.get("trial.ends_on") else None,
        }
        for name, value in first.items():
            self.fields[name].initial = value

    def clean_emails(self) -> list[str]:
        return [line.strip() for line in str(self.cleaned_data["emails"]).splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("state") == "trial" and not given.get("trial_ends_on"):
            self.add_error("trial_ends_on", "Give the day on which the trial ends.")
        return given


def _people_of(account: Account) -> list[int]:
    """Ids of the owner, and of those who were to use it."""
    application = getattr(account, "application", None)
    return [pk for pk in (account.owner_id, *(application.users if application else [])) if pk]


class SetUp(AskingAboutAccount):
    """Set an account up. What is still to be put in place holds it, and it goes on by itself once that is there."""

    permission = "account.change"
    words = "Set up {account}"
    lede = "Open the account on its network first. Then say here what stands on it and what it is tied to."
    action = "It is set up"

    def make_form(self, data: Any = None) -> forms.Form:
        return SetUpForm(data, account=self.account)

    def act(self, given: Mapping[str, Any]) -> Act:
        ends = given["trial_ends_on"] if given["state"] == "trial" else None
        return SetUpAccount(
            self.account.force_id,
            self.subject,
            given["opened_on"].isoformat(),
            given["state"],
            given["platform"],
            given["handle"].strip().removeprefix("@"),
            given["bio"],
            given["button"],
            given["emails"],
            given["phones"],
            ends.isoformat() if ends else None,
        )


class ObjectiveForm(forms.Form):
    """One objective of a trial."""

    objective = forms.CharField(
        label="What is the account to achieve?", max_length=300, error_messages={"required": "Say the objective."}
    )
    measure = forms.CharField(label="How is it measured?", max_length=300, required=False)
    target = forms.CharField(label="What is the target?", max_length=300, required=False)
    due_on = DayField(label="By which day?", required=False)
    priority = forms.CharField(label="Which force priority does it serve?", max_length=300, required=False)
    achievable = forms.BooleanField(label="It can be achieved", required=False)

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)


def _objective(account: Account, given: dict[str, Any]) -> Act:
    due = given["due_on"].isoformat() if given["due_on"] else ""
    return AddObjective(account.force_id, subject_of(account), **{**given, "due_on": due})


objective = account_form(
    "account.keep",
    ObjectiveForm,
    _objective,
    heading="Set an objective for the trial of {account}",
    lede="A trial is judged by its objectives. Set them before it begins.",
    action="Set the objective",
    done="The objective is set.",
)


class AssessForm(forms.Form):
    """How a trial came out: each objective, then the whole."""

    result = forms.ChoiceField(
        label="How did the trial come out?",
        choices=list(OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Say how the trial came out."},
    )
    reason = forms.CharField(
        label="Why?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why it came out so."},
    )
    ends_on = DayField(label="If it is extended: the new end", required=False)

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)
        for number, row in enumerate(account.said.get(OBJECTIVES, [])):
            self.fields[f"objective_{number}"] = forms.ChoiceField(
                label=str(row["name"]),
                help_text="Target: " + str(row.get("target") or "none was set"),
                choices=list(RESULTS.items()),
                widget=forms.RadioSelect,
                error_messages={"required": f"Say what became of: {row['name']}."},
            )
        self.order_fields([name for name in self.fields if name.startswith("objective_")])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("result") == "extended" and not given.get("ends_on"):
            self.add_error("ends_on", "Give the new end of the trial.")
        return given


class Assess(AskingAboutAccount):
    """Assess a trial: pass it, extend it or end it."""

    permission = "account.review"
    words = "Assess the trial of {account}"
    lede = "The decision is yours. Nothing changes by itself: after a successful trial the account is put live."
    action = "Record the result"

    def make_form(self, data: Any = None) -> forms.Form:
        return AssessForm(data, account=self.account)

    def act(self, given: Mapping[str, Any]) -> Act:
        results = [given[name] for name in sorted(given) if name.startswith("objective_")]
        ends = given["ends_on"].isoformat() if given["result"] == "extended" and given["ends_on"] else None
        return AssessTrial(self.account.force_id, self.subject, given["result"], given["reason"], results, ends)
