"""What is shown when a page could not be answered: the database is away, there is no room left, or a fault of ours.

Each says that nothing was saved and what to do, and needs no database itself.
"""

from __future__ import annotations

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

#: What SQLite and PostgreSQL (SQLSTATE) say when there is no room left.
_FULL = ("disk is full", "No space left on device")
_FULL_STATE = "53100"

NO_ROOM = {
    "what": "The server has no room left.",
    "remedy": "Nothing of what you just did was saved. Tell your system administrator, go back, which keeps what you "
    "typed, and try again when they have made room.",
}
AWAY = {
    "what": "The database does not answer. This usually passes within a few minutes.",
    "remedy": "Nothing of what you just did was saved. Go back, which keeps what you typed, and try again in a few "
    "minutes. What was approved before is safe, and goes out when the database is back.",
}


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler for what no view caught: 503 for an outage, which passes; else 500."""
    fault = sys.exc_info()[1]
    full = fault is not None and no_room(fault)
    if not full and not isinstance(fault, OperationalError | InterfaceError):
        return HttpResponse(render_to_string("500.html"), status=500)
    page = HttpResponse(render_to_string("operations/outage.html", NO_ROOM if full else AWAY), status=503)
    page.headers["Retry-After"] = "60"  # seconds
    return page


def no_room(fault: BaseException) -> bool:
    """Whether there was no room left to write."""
    if isinstance(fault, OSError):
        return fault.errno in (errno.ENOSPC, errno.EDQUOT)
    cause = fault.__cause__
    if isinstance(fault, OperationalError) and getattr(cause, "sqlstate", None) == _FULL_STATE:
        return True
    return isinstance(fault, OperationalError) and any(words in str(fault) for words in _FULL)
