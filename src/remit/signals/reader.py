"""Reads one content with every detector and says what it seems to show. Pure: no network, no clock, no Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from remit.signals import meaning
from remit.signals.content import MAX_CHARACTERS, NO_SETTINGS, Content, SignalSettings
from remit.signals.disguised import undisguised
from remit.signals.grammar import read_grammar
from remit.signals.hidden import read_hidden
from remit.signals.images import read_images
from remit.signals.links import find_links, read_links
from remit.signals.own import without_known
from remit.signals.personal import read_personal
from remit.signals.persons import read_persons
from remit.signals.phrases import table
from remit.signals.pictured import read_pictured
from remit.signals.readability import reading_age
from remit.signals.readable import Readable
from remit.signals.reading import Evidence, Reading, Signal
from remit.signals.spelling import read_spelling
from remit.signals.threads import of_thread
from remit.signals.tone import language_of, read_shouting

#: Tables read in every part of a content, and those that only the author's own words can raise.
TABLES = ("markings", "proceedings", "operations", "politics", "heads_of_state", "tone", "endorsement")
OWN_WORDS = ("appeals", "shares")
#: What a thing read as nothing says: no appeal is an answer, not a gap.
NOTHING = {"post.appeal": "none", "post.marking": "none"}


def read(content: Content, settings: SignalSettings = NO_SETTINGS) -> Reading:
    """What `content` seems to show. Never raises on any text; time and memory grow in step with its length.

    The text, the text alternatives of pictures and the thread are all read; evidence says which. At most MAX_CHARACTERS
    of each are read, and a signal says so when there was more.
    """
    text = Readable(content.text[:MAX_CHARACTERS])
    links = find_links(content, text, settings)
    signals: list[Signal] = []
    own = [signal for name in OWN_WORDS for signal in table(name).read(text, "text")]
    signals.extend(_meant([*own, *_words(text, "text", settings)], text, "text", settings.message))
    signals.extend(read_shouting(text, "text"))
    if settings.writing:
        signals.extend(read_spelling(text, "text", settings))
        signals.extend(read_grammar(text, "text"))
    signals.extend(read_hidden(text.text))
    signals.extend(read_links(links))
    signals.extend(read_images(content.images, content.text, content.frame))
    for image in content.images:
        signals.extend(read_pictured(image, lambda words, part: _words(words, part, settings)))
        if image.alt_text:
            alternative = Readable(image.alt_text[:MAX_CHARACTERS])
            signals.extend(_of_image(signal, image.index) for signal in _words(alternative, "alt_text", settings))
    if content.thread:
        thread = Readable(content.thread[:MAX_CHARACTERS])
        signals.extend(of_thread(_meant(_words(thread, "thread", settings), thread, "thread"), text, content.answering))
    unread = max(0, len(content.text) - MAX_CHARACTERS)
    if unread:
        signals.append(_unread(len(text.text), unread))
    read_facts: dict[str, Any] = {
        **NOTHING,
        "post.links": [link.as_fact() for link in links],
    }
    language = language_of(text)
    if language != "unknown":
        read_facts["post.language"] = language
    return Reading(
        tuple(without_known(signals, text, settings)),
        read_facts,
        settings.floor,
        unread,
        quiet=settings.quiet,
        raised=settings.raised,
        reading_age=reading_age(text) if language in ("en", "unknown") else None,
    )


def read_again(content: Content, settings: SignalSettings = NO_SETTINGS) -> Reading:
    """As `read`, for what is decided again as it stands: shown, put forward, approved, sent. The latest are kept."""
    return _read_before(content, settings, meaning.available())


@lru_cache(maxsize=64)
def _read_before(content: Content, settings: SignalSettings, meant: bool) -> Reading:
    return read(content, settings)


def _words(text: Readable, part: str, settings: SignalSettings) -> Iterator[Signal]:
    allowed = frozenset(word.casefold() for word in settings.allowed_words)
    for name in TABLES:
        yield from table(name).read(undisguised(text) if name == "tone" else text, part, allowed)
    yield from read_personal(text, part, settings)
    yield from read_persons(text, part)


def _meant(signals: Iterable[Signal], text: Readable, part: str, message: bool = False) -> Iterable[Signal]:
    """`signals` weighed with what the sentences mean, where that is read and the text is in the model's English."""
    if meaning.available() and language_of(text) in ("en", "unknown"):
        return meaning.with_meaning(signals, text, part, message)
    return signals


def _of_image(signal: Signal, index: int) -> Signal:
    return replace(signal, evidence=tuple(replace(piece, image=index) for piece in signal.evidence))


def _unread(read_characters: int, unread: int) -> Signal:
    return Signal(
        "too-long",
        f"Only the first {read_characters:,} characters were read; {unread:,} more were not.",
        1.0,
        "reader",
        "1",
        concern="unread_text",
        evidence=(Evidence("text", read_characters, read_characters, ""),),
    )
