"""What a server must not start with. Asked by `remit run`, `serve`, `worker` and `wsgi`; demonstrations are exempt."""

from __future__ import annotations

import sys

from django.conf import settings
from django.db import DatabaseError

from remit.environment import DEFAULT_SECRET_KEY, DEMONSTRATION_PREFIX

SHORTEST_KEY = 32  # characters


def reasons_not_to_start() -> list[str]:
    """Why this server may not start as it is configured, each with its remedy; empty when it may.

    In demonstration mode there are none: it answers on the loopback address alone and has a key of its own.
    """
    if settings.DEMONSTRATION:
        return []
    reasons = []
    if settings.SECRET_KEY == DEFAULT_SECRET_KEY:
        reasons.append("SECRET_KEY is not set. Set it to a long random text that only this service knows.")
    elif len(settings.SECRET_KEY) < SHORTEST_KEY:
        reasons.append(f"SECRET_KEY is too short. Set it to a random text of at least {SHORTEST_KEY} characters.")
    if settings.DEBUG:
        reasons.append("DEBUG is on, which shows settings and data to anyone who meets an error. Unset it.")
    if not settings.ALLOWED_HOSTS:
        reasons.append("ALLOWED_HOSTS is not set. Set it to the names this service answers to, separated by commas.")
    if "*" in settings.ALLOWED_HOSTS:
        reasons.append('ALLOWED_HOSTS holds "*", which lets anyone choose the name in our links. Name the hosts.')
    if present := demonstration_sign_ins():
        reasons.append(
            f"The database holds {present} demonstration sign-in{'' if present == 1 else 's'}, which need no password. "
            "Point DATABASE_URL or REMIT_VAR at a database of your own, or set REMIT_MODE=demonstration."
        )
    if not settings.CONNECTION_KEYS and connections_kept():
        reasons.append(
            "CONNECTION_KEYS is not set, and the database holds connections of accounts to networks, which need it. "
            "Set it to what it was, or make a new key and connect the accounts again."
        )
    return reasons


def demonstration_sign_ins() -> int:
    """How many of the demonstration's people the database holds; none where its tables are not made yet."""
    from remit.people.models import Person

    try:
        return Person.objects.filter(username__startswith=DEMONSTRATION_PREFIX).count()
    except DatabaseError:
        return 0


def connections_kept() -> bool:
    """Whether the database holds connections of accounts to networks."""
    from remit.platforms.models import Connection

    try:
        return Connection.objects.exists()
    except DatabaseError:
        return False


def refuse_unsafe_start() -> None:
    """End the process with exit code 2, and the reasons on stderr, if this server may not start."""
    _end(reasons_not_to_start())


def refuse_rolled_back_ledger() -> None:
    """End the process with exit code 2 if the database lacks entries that were signed: whatever Remit did next would
    be built on a past that is not its own. Files that are damaged are another matter, which the health page tells.
    """
    from remit.ledger import sequencer
    from remit.ledger.keys import KeyFault
    from remit.ledger.tiles import BadFiles

    try:
        sequencer.check_rollback()
    except sequencer.RolledBack as fault:
        _end([f"The ledger is behind what was signed. {fault}"])
    except (BadFiles, KeyFault, DatabaseError, OSError):
        return


def _end(reasons: list[str]) -> None:
    if reasons:
        print("Remit will not start:", *(f"  - {reason}" for reason in reasons), sep="\n", file=sys.stderr)  # noqa: T201
        raise SystemExit(2)
