"""Putting forward what only a force's own policy provides for: the page of each such moment, and the way to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest

from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.acts.packs import library, packs_of
from remit.acts.putting import AUTHOR, KIND, OWNER, Register, led_to, of_moment, register_of
from remit.people.fields import NOBODY, PersonField, of_force
from remit.people.models import Person
from remit.policy.vocabulary import Moment
from remit.web import errands, offers, subjects
from remit.web.asking import Asking
from remit.web.errands import PROVIDED, Errand
from remit.web.proposals import in_short
from remit.web.subjects import Named

PAGE = "/proposals/new/"
#: The question for those whom casts often name; anybody else is asked for by their name in the cast.
_WHO = {
    "subject": "Whom is it about?",
    AUTHOR: "Who is the author, if it is not you?",
    "requester": "Who asks for it?",
    "applicant": "Who applies?",
}


class PutForm(forms.Form):
    """What it is about, and who and what takes part."""

    about_it = forms.CharField(
        label="What is it about?",
        help_text="A sentence or two, for whoever has to answer or do something.",
        max_length=10_000,
        widget=forms.Textarea,
        error_messages={"required": "Write a sentence about it."},
    )

    def __init__(self, *args: Any, moment: Moment, register: Register | None, force: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.force, self.register = force, register
        waits = moment.kind == "act"  # a report is never held up
        covered = {"actor", *({OWNER, register.group} if register else set())}
        self.members = [member for member in moment.cast if member not in covered]
        for member in self.members:
            asked = waits and member != AUTHOR
            self.fields[f"who_{member}"] = PersonField(
                label=_WHO.get(member, f"Who is the {member.replace('_', ' ')}?"),
                help_text=_hint("A shoulder or staff number from the register.", asked),
                required=asked,
                error_messages={
                    "required": "Give the number of somebody on the register.",
                    "unknown": NOBODY,
                },
            )
        of_force(self, force)
        if register is not None:
            words = register.group.replace("_", " ")
            label, hint = f"Which {words} is it about?", "Its name or handle, as on the register."
            self.fields["record"] = forms.CharField(
                label=label,
                help_text=_hint(hint, waits),
                required=waits,
                max_length=200,
                error_messages={"required": f"Say which {words} it is about."},
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        people = {m: f"people.person:{key}" for m in self.members if (key := given.get(f"who_{m}"))}
        concerns = ""
        if self.register is not None and (words := given.get("record", "").strip()):
            concerns = self.register.find(self.force, words) or ""
            if not concerns:
                kind = self.register.group.replace("_", " ")
                self.add_error("record", f"No {kind} of your force, or more than one, is called {words}.")
        return {**given, "people": people, "concerns": concerns}


def _hint(words: str, required: bool) -> str:
    return words if required else f"{words} You may leave this empty."


class Put(Asking):
    """One moment of the force's own policy, put forward or reported."""

    def demand(self, request: HttpRequest) -> None:
        self.demand_permission(request, "moment.put-forward")
        here = {moment.name: moment for moment in _moments(self.person)}
        if self.kwargs["moment"] not in here:
            raise Http404
        self.moment = here[self.kwargs["moment"]]
        self.register = register_of(packs_of(self.person.force_id), self.moment)
        if self.moment.kind == "report":
            self.sends_early, self.action = True, "Send the report"
            self.lede = "A report is always taken, and it may be sent at any point."

    def title(self) -> str:
        return self.moment.title

    def back(self) -> str:
        return "/proposals/"

    def make_form(self, data: Any = None) -> forms.Form:
        return PutForm(data or None, moment=self.moment, register=self.register, force=self.person.force_id)

    def act(self, given: Mapping[str, Any]) -> Act:
        return of_moment(self.moment, self.person.force_id, given["about_it"], given["people"], given["concerns"])


def _moments(person: Person) -> list[Moment]:
    try:
        return led_to(packs_of(person.force_id))
    except ActRefused:  # the force applies no policy yet
        return []


def _errands(person: Person) -> list[Errand]:
    return [
        Errand(each.title, f"{PAGE}{each.name}", PROVIDED, "Always taken." if each.kind == "report" else "")
        for each in _moments(person)
    ]


def _page_of(offer: Mapping[str, Any]) -> tuple[str, str] | None:
    """The words and the page of what a policy offers, where that is such a moment of the same policy."""
    offering = [pack for pack in library().packs.values() if {*offer.get("clauses", ())} <= pack.clauses.keys()]
    here = {moment.name: moment for moment in led_to(offering)}
    return (here[offer["act"]].title, f"{PAGE}{offer['act']}") if offer["act"] in here else None


def _named(number: int) -> Named | None:
    return _all_named([number]).get(number)


def _all_named(numbers: Collection[int]) -> dict[int, Named]:
    found = Proposal.objects.filter(pk__in=numbers, subject__startswith=f"{KIND}:").only("subject", "data")
    return {each.pk: in_short(each) for each in found if each.subject == f"{KIND}:{each.pk}"}


def register() -> None:
    """Make the ways to these pages known: errands, offers, and what each thing put forward is called."""
    errands.register_source(_errands)
    offers.register_source(_page_of)
    subjects.register(KIND, _named, _all_named)
