"""The registry of everything that the ledger may say: name -> the words a reader sees."""

from __future__ import annotations

import re

_NAME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+")
_WORDS: dict[str, str] = {}


class UnknownAction(LookupError):
    """An action that nobody registered; recording it is a fault of ours."""


def register(name: str, words: str) -> None:
    """Say what `name` ("posts.publish") is in words ("Publish a post").

    Raises:
        ValueError: the name is not two or more dotted words, has no words, or already means something else.
    """
    if not _NAME.fullmatch(name) or len(name) > 60:
        raise ValueError(f'"{name}" is not the name of an action. Write dotted lower-case words, e.g. "posts.publish".')
    if not words:
        raise ValueError(f'The action "{name}" has no words. Say in plain English what happened.')
    if _WORDS.setdefault(name, words) != words:
        raise ValueError(f'The action "{name}" already means "{_WORDS[name]}". Choose another name.')


def words(name: str) -> str:
    """The words of a registered action. Raises UnknownAction."""
    try:
        return _WORDS[name]
    except KeyError:
        raise UnknownAction(f'"{name}" is not a registered action. Register it with ledger.actions.register.') from None


def registered() -> dict[str, str]:
    """Every registered action with its words, in name order."""
    return dict(sorted(_WORDS.items()))
