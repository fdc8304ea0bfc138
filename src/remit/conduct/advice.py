"""Private advice on a person's own use of social media: the policy answers, and nothing is stored or passed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms

from remit.acts.act import Act, ActRefused
from remit.acts.models import Proposal
from remit.acts.packs import packs_of
from remit.conduct.models import Declaration
from remit.people.facts import person_facts
from remit.people.models import Person
from remit.policy.decide import rules_at
from remit.signals.content import Content
from remit.signals.reader import read
from remit.web.asking import Asking


@dataclass
class Advice(Act):
    """A question that a person asks of the policy for themself. It can be decided, and never put forward."""

    force: str = ""
    words: str = ""

    @property
    def subject(self) -> str:
        return "conduct.advice:0"

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        seen = read(Content(self.words)).facts()  # without words there is no link in them either
        return {**seen, **(person_facts(actor, "actor", now=now) if actor is not None else {})}

    def apply(self, record: Proposal, now: datetime) -> None:
        raise ActRefused("Advice is not put forward: nothing of it is kept.", "Declare or report it if you wish to.")


@dataclass
class PrivateUse(Advice):
    """Would the policy have anything against this on my own account?"""

    name: ClassVar[str] = "conduct.ask-private-use"
    label: ClassVar[str] = "Ask about one's own use"
    moment: ClassVar[str] = "personal.use"


@dataclass
class PrivateContact(Advice):
    """Somebody I met through work wants to be in touch: what does the policy say?"""

    name: ClassVar[str] = "conduct.ask-contact"
    label: ClassVar[str] = "Ask about being in contact"
    moment: ClassVar[str] = "personal.contact"

    def facts(self, actor: Person | None, now: datetime) -> dict[str, Any]:
        facts = super().facts(actor, now)
        if not Declaration.objects.filter(person=actor, kind=Declaration.Kind.CONTACT).exists():
            facts["contact.declared_on"] = None  # whoever has declared something is asked whether it was this
        return facts


def only_the_person_knows(person: Person) -> list[tuple[str, str]]:
    """What the person's policy speaks of in private use and no signal reads out of words: key of a concern, label."""
    packs = packs_of(person.force_id)
    read = frozenset[str]().union(*(facts for pack in packs for _, facts in rules_at(pack, PrivateUse.moment)))
    return [
        (key, concern.words)
        for key, concern in packs[0].vocabulary.concerns.items()
        if f"concern.{key}" in read and concern.only_said
    ]


class WordsForm(forms.Form):
    """What somebody is about to post on an account of their own, and what they know of it that no words tell."""

    words = forms.CharField(
        label="What do you want to post? (you may leave this empty)",
        help_text="Remit reads the words for what the policy speaks of, and forgets them.",
        required=False,
        max_length=10_000,
        widget=forms.Textarea,
    )
    shows = forms.MultipleChoiceField(
        label="Tick whatever is so",
        help_text="Of the words, the pictures, the profile or the group. Remit cannot tell these from the words.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["shows"].choices = only_the_person_knows(person)  # type: ignore[attr-defined]
        if not self.fields["shows"].choices:  # type: ignore[attr-defined]
            del self.fields["shows"]


class AskPrivateUse(Asking):
    """Would the policy have anything against this?"""

    heading = "Check something before you post it yourself"
    form_class = WordsForm
    keeps = False

    def make_form(self, data: Any = None) -> forms.Form:
        return WordsForm(data, person=self.person)

    def answers_of(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {f"concern.{key}": True for key in given.get("shows", ())}

    def act(self, given: Mapping[str, Any]) -> Act:
        return PrivateUse(self.person.force_id, given["words"])

    def back(self) -> str:
        return "/proposals/"


class AskContact(Asking):
    """May I be in contact with somebody whom I met through work?"""

    heading = "Somebody you met through work is in touch"
    keeps = False
    asks_about = ("contact.", "concern.")

    def act(self, given: Mapping[str, Any]) -> Act:
        return PrivateContact(self.person.force_id)

    def back(self) -> str:
        return "/proposals/"
