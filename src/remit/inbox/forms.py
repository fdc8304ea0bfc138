"""Forms of the inbox: a message entered by hand, what it is, to whom it is passed on, how it ends."""

from __future__ import annotations

from django import forms

from remit.inbox.models import Message
from remit.web.forms import DayTimeField

YES_OR_NO = [("yes", "Yes"), ("no", "No")]


class MessageForm(forms.Form):
    """A message that somebody saw on a network."""

    account = forms.TypedChoiceField(label="To which account was it?", coerce=int, widget=forms.Select)
    channel = forms.ChoiceField(
        label="How did it come in?", choices=list(Message.Channel.choices), widget=forms.RadioSelect, initial="comment"
    )
    author = forms.CharField(
        label="Who wrote it?", help_text="Their public name on the network, as it shows it.", max_length=120
    )
    text = forms.CharField(label="What does it say?", widget=forms.Textarea, max_length=20_000)
    received_at = DayTimeField(label="When did it come in?")
    url = forms.CharField(
        label="Where can it be seen? (you may leave this empty)",
        help_text="Its address on the network.",
        required=False,
        max_length=300,
    )


class PassOnForm(forms.Form):
    """To whom a message is passed on, and why."""

    to = forms.ChoiceField(label="Who should see to it?", widget=forms.RadioSelect)
    reason = forms.CharField(label="Why, and what do you expect of them?", widget=forms.Textarea, max_length=2_000)


class OutcomeForm(forms.Form):
    """What came of a message."""

    outcome = forms.CharField(label="What came of it?", widget=forms.Textarea, max_length=2_000)
