"""Our short spellings of CEL, as Google's checker takes them: counting, picking out a day, a period by its name.

`list.count(x, test)` is `list.filter(x, test).size()`; `list.latest(x, test, x.on)` is
`list.map(x, test, x.on).latest()`; and a period may be named in quotes, as a control's hole leaves it.
"""

from __future__ import annotations

import re

_SHORT = re.compile(r"\.(count|latest|earliest)\((?!\s*\))")
_QUOTED = re.compile(r"'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"")
_NAMED_PERIOD = re.compile(r"\b(?:plus|minus|passed)\(\s*(?P<quoted>(['\"])(?:parameter|force)\.\w+\2)")


def google_spelling(source: str) -> str:
    """`source` as standard CEL."""
    return spelt(source)[0]


def spelt(source: str) -> tuple[str, list[int]]:
    """`source` as standard CEL, and for each of its characters (and its end) where that comes from in `source`."""
    text, origin = source, list(range(len(source) + 1))

    def put(start: int, end: int, new: str) -> None:
        nonlocal text
        text = text[:start] + new + text[end:]
        origin[start:end] = [origin[start]] * len(new)

    for named in _NAMED_PERIOD.finditer(source):
        put(*named.span("quoted"), f" {named['quoted'][1:-1]} ")
    start = 0
    while found := _SHORT.search(unquoted(text), start):
        close = _closing(unquoted(text), found.end())
        if close is None:
            break
        name = found[1]
        put(close, close, ").size(" if name == "count" else f").{name}(")
        put(*found.span(1), "filter" if name == "count" else "map".ljust(len(name)))
        start = found.start() + 1
    return text, origin


def _closing(text: str, at: int) -> int | None:
    """Where the bracket that opened before `at` is closed."""
    depth = 1
    while at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if not depth:
            return at
        at += 1
    return None


def unquoted(text: str) -> str:
    """`text` with the inside of its quotes blanked, character for character."""
    return _QUOTED.sub(lambda found: f'"{" " * (len(found[0]) - 2)}"', text)
