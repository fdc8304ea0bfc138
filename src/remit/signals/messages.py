"""What a message from outside seems to be: its kind, whether somebody is in danger, and what else its words raise."""

from __future__ import annotations

from dataclasses import replace

from remit.signals.content import MAX_CHARACTERS, NO_SETTINGS, Content, SignalSettings
from remit.signals.phrases import table
from remit.signals.readable import Readable
from remit.signals.reader import read_again
from remit.signals.reading import Reading

TABLE = "messages"
KIND, EMERGENCY = "message.kind", "message.emergency"
#: What only a post can be: these facts of a reading are about somebody's own post, and say nothing of a message.
_OF_A_POST = "post."


def read_message(text: str, settings: SignalSettings = NO_SETTINGS) -> Reading:
    """What `text`, written by somebody outside, seems to be. Never raises; the first signal of a kind counts.

    How it is written is its author's own affair: spelling and style are not read.
    """
    found = read_again(Content(text), replace(settings, writing=False, message=True))
    own = table(TABLE).read(Readable(text[:MAX_CHARACTERS]), "text")
    signals = tuple(own) + tuple(signal for signal in found.signals if not signal.fact.startswith(_OF_A_POST))
    return replace(found, signals=signals, read={})
