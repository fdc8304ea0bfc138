"""The ledger's turn of the worker: what is new goes into the log's files and is signed, within seconds.

Those outside who vouch for it are asked meanwhile, in a thread of their own: nothing waits for them.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from remit.ledger import cosigning, keys, timestamps
from remit.ledger.keyfile import KeyFault
from remit.ledger.notes import BadNote
from remit.ledger.sequencer import publish
from remit.ledger.tiles import BadFiles

#: How long an entry may wait for its checkpoint.
PUBLISH_EVERY = timedelta(seconds=5)

_published_at: datetime | None = None
_without_key = False
_asking: threading.Thread | None = None
_said: tuple[str, ...] = ()  # what was last said of those who are asked

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
        _ask_outside(now)
    elif not _without_key:
        _without_key = True
        log.warning("The ledger is not being signed: there is no key. %s", keys.MAKE_ONE)
    return False


def _ask_outside(now: datetime) -> None:
    """Begin asking, unless those who were asked before have not all answered."""
    global _asking
    if _asking is None or not _asking.is_alive():
        _asking = threading.Thread(target=ask_outside, args=[now], name="asking-outside", daemon=True)
        _asking.start()


def ask_outside(now: datetime) -> None:
    """Ask the witnesses to cosign and an authority to stamp; what stands in the way is logged when it changes."""
    global _said
    try:
        cosigned, stamped = cosigning.collect(now), timestamps.stamp(now)
        faults = (*(cosigned.faults if cosigned else ()), *([stamped.fault] if stamped and stamped.fault else ()))
    except (cosigning.PolicyFault, BadFiles, BadNote, KeyFault, OSError) as fault:
        faults = (str(fault),)
    if faults != _said:
        for words in faults:
            log.warning("%s", words)
    _said = faults
