"""How long a text is, as each network counts it: weights, links and graphemes rather than Python's own characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

import regex

#: A link counts as this many characters on X and Mastodon, however long it is.
LINK = 23
#: Code points that X weighs as one; all others weigh two (twitter-text configuration v3).
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(
    r"""(?: \p{Regional_Indicator}{2}                                   # flags
          | [0-9#*]\uFE0F?\u20E3                                        # keycaps
          | (?: \p{Emoji_Presentation} | \p{Extended_Pictographic}\uFE0F
              | \p{Extended_Pictographic}(?=\p{Emoji_Modifier}|\u200D) )
            \p{Emoji_Modifier}? \uFE0F?
            (?: [\U000E0020-\U000E007E]+\U000E007F )?                   # flags of England, Scotland and Wales
            (?: \u200D \p{Extended_Pictographic} \p{Emoji_Modifier}? \uFE0F? )*
        )""",
    regex.VERBOSE,
)
#: Endings that make a bare name a link: the usual ones and every country's two letters in use.
ENDINGS = (
    "com|org|net|int|edu|gov|mil|info|biz|name|pro|coop|aero|jobs|mobi|travel|museum|police|london|wales|cymru|scot|app|dev|"
    "online|site|shop|store|blog|news|live|link|click|tech|xyz|club|media|social|world|today|page|support|help|health|"
    "ac|ad|ae|af|ag|ai|al|am|ao|aq|ar|as|at|au|aw|ax|az|ba|bb|bd|be|bf|bg|bh|bi|bj|bm|bn|bo|br|bs|bt|bw|by|bz|ca|cc|cd|cf|cg|"
    "ch|ci|ck|cl|cm|cn|co|cr|cu|cv|cw|cx|cy|cz|de|dj|dk|dm|do|dz|ec|ee|eg|er|es|et|eu|fi|fj|fk|fm|fo|fr|ga|gb|gd|ge|gf|gg|gh|"
    "gi|gl|gm|gn|gp|gq|gr|gs|gt|gu|gw|gy|hk|hm|hn|hr|ht|hu|id|ie|il|im|in|io|iq|ir|is|it|je|jm|jo|jp|ke|kg|kh|ki|km|kn|kp|kr|"
    "kw|ky|kz|la|lb|lc|li|lk|lr|ls|lt|lu|lv|ly|ma|mc|md|me|mg|mh|mk|ml|mm|mn|mo|mp|mq|mr|ms|mt|mu|mv|mw|mx|my|mz|na|nc|ne|nf|"
    "ng|ni|nl|no|np|nr|nu|nz|om|pa|pe|pf|pg|ph|pk|pl|pm|pn|pr|ps|pt|pw|py|qa|re|ro|rs|ru|rw|sa|sb|sc|sd|se|sg|sh|si|sk|sl|sm|"
    "sn|so|sr|ss|st|su|sv|sx|sy|sz|tc|td|tf|tg|th|tj|tk|tl|tm|tn|to|tr|tt|tv|tw|tz|ua|ug|uk|us|uy|uz|va|vc|ve|vg|vi|vn|vu|wf|"
    "ws|ye|yt|za|zm|zw"
)
_TAIL = r"(?::\d{1,5})?(?:[/?\#][^\s<>]*[^\s<>.,;:!?'\"()\[\]{}…]|/)?"
_LINK_X = regex.compile(
    rf"(?<![\w@.$\#-])(?:https?://)?(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+(?:{ENDINGS})(?![\w@-]|\.[a-z0-9]){_TAIL}",
    regex.IGNORECASE,
)
_LINK_MASTODON = regex.compile(rf"https?://[^\s/?\#<>]+\.[a-z]{{2,}}{_TAIL}", regex.IGNORECASE)
_MENTION = regex.compile(r"(?<![\w/])(@\w+(?:[\w.-]+\w+)?)@[\w.-]+\w")


def graphemes(text: str) -> int:
    """What a reader would call characters: a family emoji or an accented letter is one."""
    return len(_GRAPHEME.findall(text))


def utf16(text: str) -> int:
    """UTF-16 units, the strictest of the ways in which a network's form may count a character."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def weighted(text: str) -> int:
    """X's count: a link 23, an emoji 2, Chinese, Japanese and Korean 2, most else 1 (twitter-text v3)."""
    text = unicodedata.normalize("NFC", text)
    rest, links = _LINK_X.subn("", text)
    rest, emoji = _EMOJI.subn("", rest)
    return int(links) * LINK + int(emoji) * 2 + sum(_weight(ord(character)) for character in rest)


def mastodon(text: str) -> int:
    """Mastodon's count: graphemes, a link 23, and only the name part of @name@server."""
    text = unicodedata.normalize("NFC", text)
    rest, links = _LINK_MASTODON.subn("", text)
    return int(links) * LINK + graphemes(_MENTION.sub(r"\1", rest))


def _weight(code: int) -> int:
    return 1 if any(first <= code <= last for first, last in LIGHT) else 2


COUNTERS: Mapping[str, Callable[[str], int]] = {
    "x": weighted,
    "facebook": utf16,
    "instagram": utf16,
    "bluesky": graphemes,
    "mastodon": mastodon,
    "linkedin": utf16,
}


def count(text: str, network: str) -> int:
    """Length of `text` as `network` counts it. KeyError for a network without a counter."""
    return COUNTERS[network](text)
