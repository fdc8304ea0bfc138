"""Pages on which a breach or a lost device is reported: sent at any point, and never held up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from remit.acts.act import Act
from remit.acts.facts import settings_facts, vocabulary
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.conduct.acts import LoseDevice, ReportBreach
from remit.conduct.acts.reports import ANONYMOUS
from remit.people.acts.subjects import person_subject
from remit.people.directory import person_named
from remit.people.models import Person
from remit.policy.decide import rules_at
from remit.web.asking import Asking
from remit.web.forms import DayTimeField, offer

CHANNEL = "report.channel"


def channels(force: str) -> list[tuple[str, str]]:
    """The ways of reporting between which the force's policy lets people choose; none where it decides itself."""
    packs = packs_of(force)
    rules = [rule for pack in packs for rule, _ in rules_at(pack, ReportBreach.moment)]
    if not any(effect.fact == CHANNEL for rule in rules for effect in rule.then):
        return []
    values = vocabulary(packs)[CHANNEL].values
    return [(key, words[:1].upper() + words[1:]) for key, words in values.items()]


class ReportForm(forms.Form):
    """What happened, and whom it is about."""

    channel = forms.ChoiceField(
        label="Whom do you want to tell?",
        help_text="If it is about your line manager, it does not go to them: somebody else gets it.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whom you want to tell."},
    )
    whom = forms.CharField(
        label="Whom is it about? (you may leave this empty)",
        help_text="A shoulder or staff number, or a few words where you do not know it. They are never told by Remit.",
        required=False,
        max_length=200,
    )
    about_it = forms.CharField(
        label="What has happened?",
        help_text="What you saw or were told, and when. You can leave out what you do not know.",
        max_length=10_000,
        widget=forms.Textarea,
        error_messages={"required": "Write a sentence about what has happened."},
    )
    seen_at = forms.CharField(
        label="Where can it be seen? (you may leave this empty)",
        help_text="An address on the internet, or where a copy is kept. Remit does not look there.",
        required=False,
        max_length=500,
    )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        if ways := channels(person.force_id):
            offer(self, "channel", ways)
        else:
            del self.fields["channel"]


class Report(Asking):
    """Report what may be a breach."""

    heading = "Report something that is wrong"
    lede = "A report is always taken, and it may be sent at any point. Whoever it is about does not see it."
    action = "Send the report"
    asks_about = ("report.", "concern.")
    sends_early = True

    def make_form(self, data: Any = None) -> forms.Form:
        return ReportForm(data or None, person=self.person)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("channel") == ANONYMOUS:
            return self._elsewhere(request)
        return super().post(request, **kwargs)

    def _elsewhere(self, request: HttpRequest) -> HttpResponse:
        """Where an anonymous report is made. What was typed is not read, and the page is kept by nobody."""
        packs = packs_of(self.person.force_id)
        given = settings_facts(self.person.force_id, vocabulary(packs))
        defaults = {name: value for pack in packs for name, value in pack.setting_defaults.items()}
        system = str(given.get("force.anonymous_system") or defaults.get("force.anonymous_system") or "")
        page = render(request, "conduct/anonymous.html", {"system": system})
        page["Cache-Control"] = "no-store"
        return page

    def answers_of(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {CHANNEL: given["channel"]} if given.get("channel") else {}

    def act(self, given: Mapping[str, Any]) -> Act:
        found = person_named(self.person.force_id, given["whom"]) if given["whom"] else None
        return ReportBreach(
            self.person.force_id,
            given["about_it"],
            found.pk if found else None,
            "" if found else given["whom"],
            given["seen_at"],
            given.get("channel", ""),
        )

    def back(self) -> str:
        return "/proposals/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        messages.success(request, "Your report has been sent. Thank you.")
        return redirect(f"/proposals/{proposal.pk}/")


class LostForm(forms.Form):
    """Which device is lost, and since when."""

    device = forms.ChoiceField(label="Which device is lost?", widget=forms.RadioSelect, required=False)
    device_words = forms.CharField(
        label="If it is another one, which?", help_text="Its kind and number, as far as you know.", required=False,
        max_length=200,
    )  # fmt: skip
    lost_at = DayTimeField(label="When was it lost?", help_text="As near as you can say.")

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        mine = person.devices.filter(ended_on=None)
        offer(self, "device", [*((str(each.pk), str(each)) for each in mine), ("", "Another device")])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("device") and not given.get("device_words", "").strip():
            self.add_error("device", "Choose the device, or say below which one it is.")
        return given

    def clean_lost_at(self) -> datetime:
        at: datetime = self.cleaned_data["lost_at"]
        if at > timezone.now():
            raise forms.ValidationError("Give a time that has passed.")
        return at


class Lost(Asking):
    """Report a lost device."""

    heading = "Report a lost device"
    lede = "Tell it at once, also where you think that it will turn up."
    action = "Send the report"
    asks_about = ("device.",)
    always = ("device.reaches_accounts",)
    sends_early = True

    def make_form(self, data: Any = None) -> forms.Form:
        return LostForm(data or None, person=self.person)

    def act(self, given: Mapping[str, Any]) -> Act:
        return LoseDevice(
            self.person.force_id,
            person_subject(self.person),
            given["lost_at"].isoformat(),
            int(given["device"]) if given.get("device") else None,
            given.get("device_words", ""),
        )

    def back(self) -> str:
        return "/proposals/"

    def sent(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        messages.success(request, "Reported. The device is no longer offered as yours; whoever must act has been told.")
        return redirect(f"/proposals/{proposal.pk}/")
