"""Forms of the register of people. Each lists only what the force itself has: its teams, people and roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from remit.accounts.models import Account
from remit.people.acts.entries import employments
from remit.people.acts.qualifications import training_kinds
from remit.people.acts.roles import roles_of
from remit.people.facts import RESEARCH_LEVELS
from remit.people.fields import PersonField, number_of, of_force
from remit.people.models import Device, DutyState, Force, Person, Team
from remit.web.forms import DayField, offer

GRADES = {
    "constable": "Constable",
    "pcso": "PCSO",
    "special_constable": "Special Constable",
    "sergeant": "Sergeant",
    "inspector": "Inspector",
    "chief_inspector": "Chief Inspector",
    "superintendent": "Superintendent",
    "chief_superintendent": "Chief Superintendent",
    "assistant_chief_constable": "Assistant Chief Constable",
    "deputy_chief_constable": "Deputy Chief Constable",
    "chief_constable": "Chief Constable",
    "band_1": "Band 1",
    "band_2": "Band 2",
    "band_3": "Band 3",
    "band_4": "Band 4",
    "m1": "M1",
    "m2": "M2",
}


def _required(what: str) -> dict[str, str]:
    return {"required": what, "invalid_choice": "Choose one of the list."}


class EntryForm(forms.Form):
    """Somebody's entry; with a username when they are new."""

    display_name = forms.CharField(
        label="Name to show",
        help_text="Role and number, such as PC 4417. Never a person’s name.",
        max_length=120,
        error_messages=_required("Give a role and number to show."),
    )
    shoulder_number = forms.CharField(
        label="Shoulder or staff number", max_length=20, error_messages=_required("Give the number.")
    )
    category = forms.ChoiceField(
        label="Kind of employment",
        choices=lambda: list(employments().items()),
        error_messages=_required("Choose the kind of employment."),
    )
    grade = forms.ChoiceField(label="Rank or grade", required=False, choices=[("", "Not recorded"), *GRADES.items()])
    email = forms.EmailField(
        label="Work e-mail",
        required=False,
        error_messages={"invalid": "Write the e-mail address like name@police.example."},
    )
    teams = forms.MultipleChoiceField(label="Teams", required=False, widget=forms.CheckboxSelectMultiple)
    line_manager = PersonField(label="Line manager, if there is one", required=False)
    independent_patrol_since = DayField(label="Independent Patrol since", required=False)
    probation_passed_on = DayField(label="Probation passed on", required=False)

    def __init__(self, *args: Any, force: Force, person: Person | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        of_force(self, force)
        self.person = person
        offer(self, "teams", [(team.key, team.name) for team in force.teams.all()])
        if person is None:
            self.fields["username"] = forms.CharField(
                label="Username to sign in with",
                max_length=80,
                error_messages=_required("Give a username."),
                widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
            )
            self.order_fields(["display_name", "shoulder_number", "username"])

    def clean_line_manager(self) -> int | None:
        manager: int | None = self.cleaned_data["line_manager"]
        if manager is not None and self.person is not None and manager == self.person.pk:
            raise forms.ValidationError("Nobody is their own line manager. Give somebody else’s number.")
        return manager

    def entry(self) -> dict[str, Any]:
        """What was given, as the acts take it."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "username"}
        for name in ("independent_patrol_since", "probation_passed_on"):
            given[name] = given[name].isoformat() if given[name] else None
        return given

    @staticmethod
    def initial_of(person: Person) -> dict[str, Any]:
        """The form's first values: the entry as it stands."""
        names = ("display_name", "shoulder_number", "category", "grade", "email", "independent_patrol_since")
        return {
            **{name: getattr(person, name) for name in (*names, "probation_passed_on")},
            "teams": [team.key for team in person.teams.all()],
            "line_manager": number_of(person.line_manager),
        }


class PasswordForm(forms.Form):
    """A new password, twice; the old one too where somebody changes their own."""

    old = forms.CharField(
        label="Your present password",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages=_required("Give your present password."),
    )
    new = forms.CharField(
        label="New password",
        help_text="At least 12 characters. A few words in a row are easy to keep.",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=_required("Give a new password."),
    )
    again = forms.CharField(
        label="New password again",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=_required("Give the new password again."),
    )

    def __init__(self, *args: Any, person: Person, own: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person
        if not own or not person.has_usable_password():
            del self.fields["old"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "old" in given and not self.person.check_password(given["old"]):
            self.add_error("old", "That is not your present password.")
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", "The two are not the same. Type the new password again.")
        return given


class LeavingForm(forms.Form):
    """When somebody leaves, and what they said of it."""

    leaving_on = DayField(label="Last day in the force")
    told_on = DayField(
        label="When did they tell those who look after accounts? (leave it empty if they have not)", required=False
    )
    keeps_account = forms.ChoiceField(
        label="Do they want to keep an account of their own?",
        help_text="An individual account may go with them where your policy allows it, without force branding.",
        choices=[("", "They have not said"), ("yes", "Yes"), ("no", "No")],
        required=False,
    )

    def keeps(self) -> bool | None:
        """Whether they keep an account; None where they have not said."""
        return {"yes": True, "no": False}.get(self.cleaned_data["keeps_account"])


class MovingForm(forms.Form):
    """When somebody moves to another team, and to which teams they belong from then on."""

    moved_on = DayField(label="Last day in the old team")
    teams = forms.MultipleChoiceField(label="Teams from then on", widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, force: Force, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "teams", [(team.key, team.name) for team in Team.objects.filter(force=force)])


class RoleForm(forms.Form):
    """A role, for the whole force, one team or one account, with its dates."""

    role = forms.ChoiceField(label="Role", error_messages=_required("Choose a role."))
    team = forms.ChoiceField(label="Held for", required=False)
    account = forms.TypedChoiceField(label="For one account alone", required=False, coerce=int, empty_value=None)
    since = DayField(label="From")
    until = DayField(label="Until (leave empty for no end)", required=False)

    def __init__(self, *args: Any, force: Force, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "role", [("", "Choose a role"), *roles_of(force.pk).items()])
        offer(
            self,
            "team",
            [
                ("", "The whole force"),
                *((t.key, t.name) for t in Team.objects.filter(force=force)),
            ],
        )
        open_accounts = Account.objects.filter(force=force).exclude(state=Account.State.CLOSED)
        offer(self, "account", [("", "No: as above"), *((a.pk, str(a)) for a in open_accounts)])
        self.fields["since"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("team") and given.get("account"):
            self.add_error("account", "Choose a team or an account, not both.")
        return given


class TrainingForm(forms.Form):
    training = forms.ChoiceField(
        label="Training",
        choices=lambda: list(training_kinds().items()),
        widget=forms.RadioSelect,
        error_messages=_required("Choose which training it was."),
    )
    on = DayField(label="Attended on")


class DeviceForm(forms.Form):
    device = forms.CharField(
        label="Device",
        help_text="Its asset tag or a name, such as “Phone 0412”.",
        max_length=80,
        error_messages=_required("Give the device’s asset tag or a name."),
    )
    owner = forms.ChoiceField(
        label="Whose is it?",
        choices=Device.Owner.choices,
        widget=forms.RadioSelect,
        error_messages=_required("Say whose device it is."),
    )
    device_kind = forms.ChoiceField(
        label="What is it?",
        choices=Device.Kind.choices,
        widget=forms.RadioSelect,
        error_messages=_required("Say what kind of device it is."),
    )
    screen_lock = forms.BooleanField(label="Its screen lock is on", required=False, initial=True)
    research_level = forms.TypedChoiceField(
        label="For which level of internet research is it marked?",
        choices=[("", "None"), *((str(level), f"Level {level}") for level in RESEARCH_LEVELS)],
        required=False,
        coerce=int,
        empty_value=None,
    )


class DutyForm(forms.Form):
    state = forms.ChoiceField(
        label="Are you on duty?",
        help_text="It holds for twelve hours. Some policies let nobody post while off duty.",
        choices=DutyState.choices,
        widget=forms.RadioSelect,
        error_messages=_required("Say whether you are on duty."),
    )
