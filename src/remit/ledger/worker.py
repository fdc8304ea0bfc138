"""The ledger's turn of the worker: what is new goes into the log's files and is signed, within seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from remit.ledger import keys
from remit.ledger.sequencer import publish

#: How long an entry may wait for its checkpoint.
PUBLISH_EVERY = timedelta(seconds=5)

_published_at: datetime | None = None
_without_key = False

log = logging.getLogger("remit.ledger")


def turn(clock: Callable[[], datetime]) -> bool:
    """Sign what is new. Without a key nothing is signed, which is said once."""
    global _published_at, _without_key
    now = clock()
    if _published_at is not None and now - _published_at < PUBLISH_EVERY:
        return False
    _published_at = now
    if keys.is_made():
        publish()
        _without_key = False
    elif not _without_key:
        _without_key = True
        log.warning("The ledger is not being signed: there is no key. %s", keys.MAKE_ONE)
    return False
