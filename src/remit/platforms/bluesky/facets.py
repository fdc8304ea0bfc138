"""What in a text is a link, a mention or a hashtag, found as Bluesky's own app finds it (@atproto/api, rich-text).

Bluesky draws nothing as a link by itself: each post says which bytes of its UTF-8 text are one ("facets").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import regex

from remit.platforms.counting import ENDINGS, graphemes

#: JavaScript's white space and word boundary, which are not Python's.
_SPACE = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_WORD = "[A-Za-z0-9_]"
_EDGE = rf"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_START = rf"(?:^|(?<=[{_SPACE}(]))"
#: Nothing, or not quite white space.
_GAPS = r"\u00ad\u2060\u200a-\u200d\u20e2"

_MENTION = regex.compile(rf"{_START}@(?P<name>[a-zA-Z0-9.-]+){_EDGE}")
_LINK = regex.compile(
    rf"{_START}(?:[hH][tT][tT][pP][sS]?://[^{_SPACE}]+"
    rf"|(?P<domain>[a-zA-Z][a-zA-Z0-9]*(?:\.[a-zA-Z0-9]+)+)[^{_SPACE}]*)"
)
_TAG = regex.compile(
    rf"(?:^|(?<=[{_SPACE}]))[#＃](?P<tag>(?!\ufe0f)[^{_SPACE}{_GAPS}]*[^0-9{_SPACE}\p{{P}}{_GAPS}]+[^{_SPACE}{_GAPS}]*)"
)
_TICKER = regex.compile(rf"{_START}\$(?P<ticker>[A-Za-z][A-Za-z0-9]{{0,4}})(?=[{_SPACE}]|$|[.,;:!?)\"'\u2019])")
_PUNCTUATION_AT_END = regex.compile(r"\p{P}+$")
_ENDINGS = frozenset(ENDINGS.split("|"))
#: What a server takes for an address; it would refuse the whole post for another.
_ADDRESS = regex.compile(r"https?://[^/]")
LONGEST_TAG = 64  # graphemes, and ten times as many bytes


@dataclass(frozen=True)
class Facet:
    """A stretch of a text, in characters, and what it is: ("link", address), ("mention", handle) or ("tag", word)."""

    start: int
    end: int
    kind: str
    value: str


def detect(text: str) -> list[Facet]:
    """Every link, mention and hashtag of `text`, in the order of the text; none overlaps another."""
    found: list[Facet] = []
    for facet in sorted([*_mentions(text), *_links(text), *_tags(text)], key=lambda each: each.start):
        if not found or facet.start >= found[-1].end:
            found.append(facet)
    return found


def record(text: str, did_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """The facets of `text` as a post's record has them. `did_of` gives a handle's id, or "" for nobody's."""
    made = []
    for facet in detect(text):
        value = did_of(facet.value) if facet.kind == "mention" else facet.value
        if not value:
            continue
        key = {"mention": "did", "link": "uri", "tag": "tag"}[facet.kind]
        start = len(text[: facet.start].encode())
        length = len(text[facet.start : facet.end].encode())
        made.append(
            {
                "index": {"byteStart": start, "byteEnd": start + length},
                "features": [{"$type": f"app.bsky.richtext.facet#{facet.kind}", key: value}],
            }
        )
    return made


def _mentions(text: str) -> Iterator[Facet]:
    for match in _MENTION.finditer(text):
        if _is_domain(match["name"]) or match["name"].endswith(".test"):
            yield Facet(match.start(), match.end(), "mention", match["name"])


def _links(text: str) -> Iterator[Facet]:
    for match in _LINK.finditer(text):
        shown, domain = match[0], match["domain"]
        if not (_is_domain(domain) if domain else shown.startswith("http")):
            continue
        if shown[-1] in ".,;:!?":
            shown = shown[:-1]
        if shown.endswith(")") and "(" not in shown:
            shown = shown[:-1]
        address = f"https://{shown}" if domain else shown
        if _ADDRESS.match(address):
            yield Facet(match.start(), match.start() + len(shown), "link", address)


def _tags(text: str) -> Iterator[Facet]:
    for match in _TAG.finditer(text):
        tag = _PUNCTUATION_AT_END.sub("", match["tag"])
        if tag and graphemes(tag) <= LONGEST_TAG and len(tag.encode()) <= LONGEST_TAG * 10:
            yield Facet(match.start(), match.start() + 1 + len(tag), "tag", tag)
    for match in _TICKER.finditer(text):
        yield Facet(match.start(), match.end(), "tag", f"${match['ticker'].upper()}")


def _is_domain(name: str) -> bool:
    return name.rpartition(".")[2] in _ENDINGS and "." in name
