"""What a text shares or answers counts with its words: shared, all of it; answered, what the answer bears out.

Somebody who asks whether a named man was arrested has named him; an answer of "yes" tells it in the force's name, and
one that says nothing of it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import re2

from remit.signals.readable import Readable
from remit.signals.reading import Signal

#: How others speak is their own affair where they are only answered.
MANNERS = frozenset({
    "profanity", "discrimination", "abuse", "unprofessional_tone", "sexual_content", "endorsement",
    "religious_celebration",
})  # fmt: skip
#: Words with which an answer bears out what it answers.
BEARS_OUT = re2.compile(
    rb"(?i)\b(?:yes|yep|yeah|correct|indeed|exactly|absolutely|confirm(?:ed)?|that(?:'s| is) (?:right|true|so|him|her)"
    rb"|you(?:'re| are) right|(?:he|she|they|it) (?:was|were|is|are|has|have|did)[.!,]|agree[ds]?)\b"
)
DENIES = re2.compile(
    rb"(?i)\b(?:can(?:no|')t|cannot|unable to|not able to|won't|do not|don't|neither) (?:\w+ )?confirm"
)
#: As sure as a signal is whose words the answer does not bear out: it is shown, and is no fact.
UNSURE = 0.3


def of_thread(signals: Iterable[Signal], text: Readable, answering: bool) -> Iterator[Signal]:
    """The signals of a thread as they count for `text`, which answers it (`answering`) or shares it."""
    if not answering:
        yield from signals
        return
    borne_out = BEARS_OUT.search(text.plain) is not None and DENIES.search(text.plain) is None
    for signal in signals:
        if signal.concern not in MANNERS:
            yield signal if borne_out else replace(signal, confidence=min(signal.confidence, UNSURE))
