"""Who may, who is meant, and what a force has set: what the kernel asks of the room that knows people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied

from remit.policy.packs import Pack


class Directory(Protocol):
    """Implemented by `people.directory`, set when the rooms are loaded."""

    def packs_in_use(self, force: str) -> Sequence[str]:
        """Names of the packs that a force applies."""

    def settings_of(self, force: str) -> Mapping[str, Any]:
        """What the force answered to the settings its packs ask for, by setting name, as JSON."""

    def permits(self, person: Any, permission: str, force: str, subject: str = "", over: Iterable[str] = ()) -> bool:
        """Whether the person may attempt it in that force, on that subject and over whatever else it concerns."""

    def refusal_words(self, permission: str) -> str:
        """Why somebody may not, naming the roles that may: a sentence or two for the user."""

    def holders(
        self, force: str, pack: Pack, who_key: str, cast: Mapping[str, Any], today: date | None
    ) -> Sequence[Any]:
        """The people whom a post of the pack means."""

    def read_once(self) -> AbstractContextManager[None]:
        """For a sweep, which asks the same of hundreds of records: the register is read once while it lasts."""

    def facts_of(self, person: Any, cast_as: str, account: Any, now: datetime) -> dict[str, Any]:
        """What the register knows of a person, each fact behind `cast_as` ("actor"); also about `account`, if any."""

    def person_named(self, force: str, words: str) -> Any | None:
        """Whoever serves in the force and is called so: a shoulder number, or "people.person:12"."""


_directory: Directory | None = None


def set_directory(directory: Directory) -> None:
    """Say who answers; called once, when the rooms are loaded."""
    global _directory
    _directory = directory


def get_directory() -> Directory:
    """Whoever answers. Raises RuntimeError before the rooms are loaded."""
    if _directory is None:
        raise RuntimeError(
            "No directory has been set. The room that knows people calls set_directory when it is ready."
        )
    return _directory


_casts: dict[str, Callable[[int], Mapping[str, Any]]] = {}


def register_cast(kind: str, finder: Callable[[int], Mapping[str, Any]]) -> None:
    """A room says who takes part in its records "room.model": what the clock leaves behind has no proposal to ask."""
    _casts[kind] = finder


def cast_of_subject(subject: str) -> Mapping[str, Any]:
    """Who takes part in "room.model:id", by the names that packs use; nobody where its room has said nothing."""
    kind, _, number = subject.partition(":")
    finder = _casts.get(kind)
    return finder(int(number)) if finder and number.isdigit() else {}


def demand_permission(actor: Any, permission: str, force: str, subject: str, over: Iterable[str] = ()) -> None:
    """Raise PermissionDenied, in words that name the roles that may, unless `actor` may attempt it.

    None is Remit itself, which only our own code can pass.
    """
    if actor is None or not permission:
        return
    directory = get_directory()
    if not directory.permits(actor, permission, force, subject, over):
        raise PermissionDenied(directory.refusal_words(permission))
